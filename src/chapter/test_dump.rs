//! A chapter as a few short lines, for tests.

use std::fmt::Write as _;

use super::image_attributes::ImageLength;
use super::model::Chapter;
use super::nodes::{Block, BlockKind, Image, Inline, RawAttribute, RawToken};
use super::options::ParseOptions;
use super::parse::parse;
use crate::config::MarkdownConfig;
use crate::diagnostic::Report;
use crate::digest::Digest;
use crate::path::ContentPath;
use crate::source::{Origin, SourceFile};

/// A source file as the loader makes it.
pub(super) fn source(text: &str) -> SourceFile {
    let path = ContentPath::resolve("", "a.md").unwrap();
    SourceFile { path, text: text.into(), origin: Origin::whole("a.md"), digest: Digest::of(text.as_bytes()) }
}

/// Options with formulas and two variables.
pub(super) fn options() -> ParseOptions {
    let variables = [("bank", "招商银行"), ("version", "1.2")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let markdown = MarkdownConfig { math: true, ..MarkdownConfig::default() };
    ParseOptions { markdown, variables: variables.into() }
}

/// The same options with a change.
pub(super) fn with(change: impl Fn(&mut MarkdownConfig)) -> ParseOptions {
    let mut options = options();
    change(&mut options.markdown);
    options
}

/// Parses a text with [`options`].
pub(super) fn chapter(text: &str) -> (Chapter, Report) {
    parse(&source(text), &options())
}

/// The blocks of a text, one line each.
pub(super) fn dump(text: &str) -> String {
    let (chapter, _) = chapter(text);
    dump_chapter(&chapter)
}

/// The diagnostics of a text: `code @place`.
pub(super) fn diagnostics_of(text: &str) -> Vec<String> {
    let (_, report) = chapter(text);
    report.iter().map(|it| format!("{} @{}", it.code.name, &text[it.at.as_ref().unwrap().span.range()])).collect()
}

/// The blocks of a chapter, one line each.
pub(super) fn dump_chapter(chapter: &Chapter) -> String {
    let mut out = String::new();
    blocks(chapter, &chapter.blocks, 0, &mut out);
    for note in &chapter.footnotes {
        writeln!(out, "[^{}] x{}", note.label, note.uses).unwrap();
        blocks(chapter, &note.blocks, 1, &mut out);
    }
    out
}

fn blocks(chapter: &Chapter, list: &[Block], depth: usize, out: &mut String) {
    for it in list {
        block(chapter, it, depth, out);
    }
}

fn block(chapter: &Chapter, block: &Block, depth: usize, out: &mut String) {
    let text = |list: &[Inline]| inlines(chapter, list);
    let mut line = |line: String| writeln!(out, "{}{line}", "  ".repeat(depth)).unwrap();
    match &block.kind {
        BlockKind::Heading(index) => {
            let heading = &chapter.headings[*index];
            let number = if heading.numbered { "" } else { " unnumbered" };
            line(format!("h{} #{}{number} {}", heading.level, heading.anchor, text(&heading.text)));
        }
        BlockKind::Paragraph(list) => line(format!("p {}", text(list))),
        BlockKind::Figure(image) => line(format!("figure {} {} {}", image.alt, image.title, href(chapter, image.link))),
        BlockKind::Code(code) => line(format!("code {code:?}")),
        BlockKind::Math(tex) => line(format!("math {tex}")),
        BlockKind::WritingLine => line("line".into()),
        BlockKind::Rule => line("rule".into()),
        BlockKind::Html(tokens) => line(format!("html {}", raw(chapter, tokens))),
        BlockKind::Quote(list) => {
            line("quote".into());
            blocks(chapter, list, depth + 1, out);
        }
        BlockKind::Directive(it) => {
            let id = it.id.as_ref().map(|id| format!(" #{id}")).unwrap_or_default();
            line(
                format!("{}{id}{} {}", it.name, if it.open { " open" } else { "" }, text(&it.title)).trim_end().into(),
            );
            blocks(chapter, &it.body, depth + 1, out);
        }
        BlockKind::Definitions(list) => {
            for it in list {
                writeln!(out, "{}dt {}", "  ".repeat(depth), text(&it.term)).unwrap();
                for body in &it.definitions {
                    writeln!(out, "{}dd", "  ".repeat(depth)).unwrap();
                    blocks(chapter, body, depth + 1, out);
                }
            }
        }
        BlockKind::Table(table) => {
            let row = |cells: &Vec<Vec<Inline>>| cells.iter().map(|it| text(it)).collect::<Vec<_>>().join(" | ");
            line(format!("table {:?} {:?} {:?}", table.alignments, table.log, table.form));
            line(format!("  {}", row(&table.header)));
            table.rows.iter().for_each(|it| line(format!("  {}", row(it))));
        }
        BlockKind::List(list) => {
            let checklist = list.checklist.map(|it| format!(" checklist {it}")).unwrap_or_default();
            line(format!("list {:?}{}{checklist}", list.start, if list.tight { " tight" } else { "" }));
            for item in &list.items {
                let task = item
                    .task
                    .and_then(|it| chapter.task(it))
                    .map(|it| format!(" {} {}", if it.done { "x" } else { "o" }, it.id));
                writeln!(out, "{}-{}", "  ".repeat(depth), task.unwrap_or_default()).unwrap();
                blocks(chapter, &item.blocks, depth + 1, out);
            }
        }
    }
}

fn href(chapter: &Chapter, link: usize) -> String {
    let link = &chapter.links[link];
    format!("<{}>@{}", link.href, link.span.start)
}

fn inlines(chapter: &Chapter, list: &[Inline]) -> String {
    list.iter().map(|it| inline(chapter, it)).collect()
}

fn inline(chapter: &Chapter, inline: &Inline) -> String {
    let inner = |list: &[Inline]| inlines(chapter, list);
    match inline {
        Inline::Text(text) => text.clone(),
        Inline::Code(code) => format!("`{code}`"),
        Inline::Emphasis(list) => format!("em({})", inner(list)),
        Inline::Strong(list) => format!("b({})", inner(list)),
        Inline::Strikethrough(list) => format!("del({})", inner(list)),
        Inline::Subscript(list) => format!("sub({})", inner(list)),
        Inline::Superscript(list) => format!("sup({})", inner(list)),
        Inline::Link { link, title, text } => format!("a({}{title} {})", href(chapter, *link), inner(text)),
        Inline::Image(image) => {
            format!("img({} {}{}{})", image.alt, image.title, href(chapter, image.link), image_attributes(image))
        }
        Inline::FootnoteRef { note, use_count } => format!("fn({note}.{use_count})"),
        Inline::Math(tex) => format!("math({tex})"),
        Inline::DisplayMath(tex) => format!("display({tex})"),
        Inline::Blank(it) => {
            format!("blank({}{})", it.width, it.name.as_ref().map_or(String::new(), |it| format!(" {it}")))
        }
        Inline::Html(token) => raw(chapter, std::slice::from_ref(token)),
        Inline::Emoji { sign, .. } => sign.clone(),
        Inline::SoftBreak => "~".into(),
        Inline::HardBreak => "\\".into(),
    }
}

fn raw(chapter: &Chapter, tokens: &[RawToken]) -> String {
    let attribute = |it: &RawAttribute| match it {
        RawAttribute::Plain(name, value) => format!(" {name}={value}"),
        RawAttribute::Place(name, id) => format!(" {name}=#{id}"),
        RawAttribute::Paint(name, id) => format!(" {name}=url(#{id})"),
        RawAttribute::Link(name, link) => format!(" {name}={}", href(chapter, *link)),
    };
    let token = |it: &RawToken| match it {
        RawToken::Open { name, attributes } => {
            format!("<{name}{}>", attributes.iter().map(attribute).collect::<String>())
        }
        RawToken::Close(name) => format!("</{name}>"),
        RawToken::Comment(comment) => format!("<!--{comment}-->"),
        RawToken::Markup(html) => html.replace('\n', "⏎"),
        RawToken::Text(text) => text.replace('\n', "⏎"),
    };
    tokens.iter().map(token).collect()
}

fn image_attributes(image: &Image) -> String {
    let length = |length: Option<ImageLength>| match length {
        Some(ImageLength::Pixels(pixels)) => pixels.to_string(),
        Some(ImageLength::Percent(percent)) => format!("{percent}%"),
        None => "-".to_owned(),
    };
    let align = image.align.map(|align| format!(" {align:?}")).unwrap_or_default();
    match (image.width, image.height) {
        (None, None) => align,
        (width, height) => format!(" {}×{}{align}", length(width), length(height)),
    }
}
