//! From Markdown to a [`Chapter`]. Only `prescan` and `tree` use the Markdown parser, pulldown-cmark.
//!
//! The steps: front matter is read; syntax that the parser does not know is replaced by placeholders of the same length
//! (`prepare`); the parser's events become blocks (`tree`); last comes what needs the whole chapter: footnote numbers,
//! checklists, anchors, the word count and the sections for search.

use super::diagnostics::Diagnostics;
use super::dialect::DialectRules;
use super::front_matter::FrontMatterRead;
use super::gathered::Gathered;
use super::model::{Chapter, ContentFacts, Shape};
use super::nodes::Block;
use super::options::ParseOptions;
use super::plain_text::title_text;
use super::tree::Builder;
use super::{anchor, bidi, emoji, footnote, front_matter, language, section, task_list, title, words};
use crate::config::is_date;
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::source::SourceFile;

/// Parses one chapter: its text with includes inserted. Returns the chapter and what is wrong with it.
///
/// Parsing does not fail: syntax that is not understood becomes text, and a diagnostic reports it.
///
/// ```
/// use chapbook::chapter::{ParseOptions, parse};
/// use chapbook::digest::Digest;
/// use chapbook::path::ContentPath;
/// use chapbook::source::{Origin, SourceFile};
///
/// let text = "# Setup\n\nSee [the manual](manual.md).\n\n:::nte\nAn unknown directive.\n:::\n";
/// let source = SourceFile {
///     path: ContentPath::resolve("", "setup.md").expect("it is inside the content"),
///     text: text.into(),
///     origin: Origin::whole("setup.md"),
///     digest: Digest::of(text.as_bytes()),
/// };
/// let (chapter, report) = parse(&source, &ParseOptions::default());
///
/// assert_eq!(chapter.heading_title(), Some("Setup"));
/// assert_eq!(chapter.links[0].href, "manual.md");
/// assert_eq!(chapter.sections[0].text.as_ref(), "See the manual. An unknown directive.");
/// let codes: Vec<&str> = report.iter().map(|diagnostic| diagnostic.code.name).collect();
/// assert_eq!(codes, ["unknown-directive"]);
/// ```
#[must_use]
pub fn parse(source: &SourceFile, options: &ParseOptions) -> (Chapter, Report) {
    let (mut chapter, report) = parse_blocks(source, options);
    chapter.words = words::count(&chapter.blocks, &chapter.headings, &chapter.footnotes);
    (chapter.sections, chapter.glossary) = section::gather(&chapter);
    if options.markdown.foreign_syntax && options.markdown.foreign_front_matter {
        chapter.language = language::detect(&chapter.sections).map(str::to_owned);
    }
    (chapter, report)
}

/// Parses one chapter as [`parse`] does, but leaves `words` at 0, and `sections` and `glossary` empty. For a chapter that
/// was cached without its blocks and needs only these.
#[must_use]
pub fn parse_blocks(source: &SourceFile, options: &ParseOptions) -> (Chapter, Report) {
    let mut diagnostics = Diagnostics::new(&source.origin);
    let rules = DialectRules::of(&options.markdown);
    let mut head = front_matter::read(&source.text, rules.front_matter, &mut diagnostics);
    let (blocks, mut gathered) = Builder::new(&source.text, options, &rules, &mut diagnostics).chapter(head.start);
    if rules.foreign {
        head.front.title = head.front.title.map(|title| emoji::replaced(&title));
        head.day = head.day.or_else(|| day_of_name(source.path.stem()));
    }
    if rules.foreign && head.front.title.is_none() {
        title::raise(&mut gathered.headings, &blocks);
    }
    if blocks.is_empty() {
        let diagnostic = Diagnostic::new(&codes::EMPTY_CHAPTER, "this chapter has no text");
        diagnostics.add(0..0, diagnostic.help("write something, or set `draft: true` in its front matter"));
    }
    if bidi::has_bidi_control(&source.text) {
        bidi::check_text(&source.text, std::mem::take(&mut gathered.code_with_bidi_controls), &mut diagnostics);
    }
    let chapter = assemble(source, head, blocks, gathered, &mut diagnostics);
    (chapter, diagnostics.into_report())
}

/// Makes the chapter of its blocks and what was gathered: numbers footnotes, lists checklists, makes ids unique.
fn assemble(
    source: &SourceFile,
    head: FrontMatterRead,
    mut blocks: Vec<Block>,
    mut gathered: Gathered,
    diagnostics: &mut Diagnostics<'_>,
) -> Chapter {
    let texts = std::mem::take(&mut gathered.footnotes);
    let mut footnotes = footnote::number(&mut blocks, &mut gathered.headings, &gathered.labels, texts, diagnostics);
    let comments = task_list::Comments {
        lists: std::mem::take(&mut gathered.checklists),
        items: std::mem::take(&mut gathered.item_ids),
        tasks: std::mem::take(&mut gathered.tasks),
    };
    let texts = std::iter::once(&mut blocks).chain(footnotes.iter_mut().map(|note| &mut note.blocks));
    let checklists = task_list::gather(texts, comments, diagnostics);
    let ids = anchor::resolve(&mut gathered, diagnostics);
    let start = blocks.first().map_or(0, |block| block.span.start);
    for heading in &mut gathered.headings {
        heading.title = title_text(&heading.text);
    }
    let facts = ContentFacts::of(&blocks, &gathered.headings, &footnotes);
    Chapter {
        path: source.path.clone(),
        digest: source.digest,
        origin: source.origin.clone(),
        front: head.front,
        day: head.day,
        language: None,
        blocks,
        headings: gathered.headings,
        links: gathered.links,
        variables: gathered.variables,
        ids,
        checklists,
        footnotes,
        words: 0,
        sections: Vec::new(),
        glossary: Vec::new(),
        start,
        facts,
        shape: Shape::Whole,
    }
}

/// The day with which the name of a file begins, as in `2024-05-01-disk-full`.
fn day_of_name(stem: &str) -> Option<String> {
    let (day, rest) = (stem.get(..10)?, stem.get(10..)?);
    let is_day = is_date(day) && (rest.is_empty() || rest.starts_with(['-', '_', ' ']));
    is_day.then(|| day.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::chapter::nodes::{BlockKind, Inline, RawToken};
    use crate::chapter::test_dump::{chapter, diagnostics_of, dump, options, source};
    use crate::config::{Dialect, MarkdownConfig, RawHtml};
    use crate::diagnostic::Span;
    use crate::memo::{decode, encode};

    #[test]
    fn a_chapter_is_parsed() {
        let text = "---\ntitle: 打电话\n---\n# 打电话前\n\n这是**重要：**内容，\n下一行。\n\n## A & B\n\n## a  b\n\n<b id=x>c</b>\n";
        let (chapter, report) = chapter(text);
        assert!(report.is_empty());
        assert_eq!(chapter.front.title.as_deref(), Some("打电话"));
        assert_eq!(chapter.heading_title(), Some("打电话前"));
        assert_eq!((chapter.words, chapter.ids.len()), (4 + 9 + 2 + 2 + 1, 1));
        insta::assert_snapshot!(dump(text), @r"
        h1 #打电话前 打电话前
        p 这是b(重要：)内容，下一行。
        h2 #a--b A & B
        h2 #a--b-1 a  b
        p <b id=x>c</b>
        ");
    }

    #[test]
    fn empty_chapters_are_reported() {
        for text in ["", " \n", "<!-- nothing -->\n", "---\ntitle: x\n---\n", "[a]: b\n"] {
            assert_eq!(diagnostics_of(text), ["empty-chapter @"], "{text:?}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        for text in [
            ">".repeat(5000) + "x",
            (0..2000).map(|depth: usize| "  ".repeat(depth.min(400)) + "- x\n").collect(),
            ":::note\n".repeat(3000),
            "*a **b ".repeat(3000),
            "[a](".repeat(3000),
            "<div>\n\n".repeat(3000),
            "[^a]: ".repeat(300) + "[^a]",
        ] {
            let (chapter, _) = chapter(&text);
            assert!(!chapter.blocks.is_empty() || text.starts_with("[^a]"));
        }
    }

    /// Checks that the spans of blocks are inside the text and inside the span of the block that contains them.
    fn check_spans(text: &str, blocks: &[Block], outer: Span) {
        for block in blocks {
            assert!(outer.start <= block.span.start && block.span.end <= outer.end, "{block:?} outside {outer:?}");
            assert!(text.get(block.span.range()).is_some(), "{block:?}");
            each_body(&block.kind, &mut |inner| check_spans(text, inner, block.span));
        }
    }

    fn each_body(kind: &BlockKind, visit: &mut dyn FnMut(&[Block])) {
        match kind {
            BlockKind::List(list) => list.items.iter().for_each(|item| visit(&item.blocks)),
            BlockKind::Quote(blocks) => visit(blocks),
            BlockKind::Directive(directive) => visit(&directive.body),
            BlockKind::Definitions(list) => list.iter().flat_map(|it| &it.definitions).for_each(|it| visit(it)),
            _ => {}
        }
    }

    /// Checks that raw elements are opened and closed inside one parent.
    fn check_raw(chapter: &Chapter, blocks: &[Block]) {
        let mut open = Vec::new();
        for block in blocks {
            match &block.kind {
                BlockKind::Html(tokens) => tokens.iter().for_each(|token| balance(token, &mut open)),
                BlockKind::Paragraph(inlines) => check_raw_inlines(inlines),
                BlockKind::Heading(index) => check_raw_inlines(&chapter.headings[*index].text),
                BlockKind::Directive(directive) => check_raw_inlines(&directive.title),
                BlockKind::Table(table) => {
                    table.rows.iter().chain([&table.header]).flatten().for_each(|cell| check_raw_inlines(cell));
                    assert!(table.rows.iter().all(|row| row.len() == table.header.len()));
                }
                _ => {}
            }
            each_body(&block.kind, &mut |inner| check_raw(chapter, inner));
        }
        assert!(open.is_empty(), "{open:?} left open in {blocks:?}");
    }

    fn check_raw_inlines(inlines: &[Inline]) {
        let mut open = Vec::new();
        for inline in inlines {
            match inline {
                Inline::Html(token) => balance(token, &mut open),
                Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link { text: inner, .. } => {
                    check_raw_inlines(inner);
                }
                _ => {}
            }
        }
        assert!(open.is_empty(), "{open:?} left open in {inlines:?}");
    }

    fn balance(token: &RawToken, open: &mut Vec<&'static str>) {
        match token {
            RawToken::Open { name, .. } if !matches!(*name, "br" | "img" | "hr" | "wbr" | "col") => open.push(name),
            RawToken::Close(name) => assert_eq!(open.pop(), Some(*name)),
            _ => {}
        }
    }

    fn check_invariants(text: &str, options: &ParseOptions) {
        let (chapter, report) = parse(&source(text), options);
        check_spans(text, &chapter.blocks, Span::new(0, text.len()));
        check_raw(&chapter, &chapter.blocks);
        chapter.footnotes.iter().for_each(|note| check_raw(&chapter, &note.blocks));
        let anchors: BTreeSet<_> = chapter.headings.iter().map(|heading| &heading.anchor).collect();
        assert_eq!(anchors.len(), chapter.headings.len());
        assert!(chapter.links.iter().all(|link| text.get(link.span.range()).is_some()));
        for diagnostic in report.iter() {
            let place = diagnostic.at.as_ref().expect("every diagnostic has a place");
            assert!(text.get(place.span.range()).is_some(), "{diagnostic:?}");
        }
        check_round_trip(chapter, &report);
    }

    /// Checks that a chapter read from a cache equals the parsed one without its blocks.
    fn check_round_trip(chapter: Chapter, report: &Report) {
        let restored: (Chapter, Report) = decode(&encode(&(&chapter, report)).unwrap()).unwrap();
        assert_eq!(format!("{restored:?}"), format!("{:?}", (chapter.without_blocks(), report)));
    }

    fn fragment() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "\n",
            "\n\n",
            "\n",
            " ",
            "    ",
            "> ",
            "- ",
            "- [ ] ",
            "1. ",
            "# ",
            "## ",
            ":::",
            ":::note ",
            "```admonish warning \"x\"",
            "!!! note \"x\"",
            "::::tabs",
            ":::tab 甲",
            "::: {#a open}",
            "```",
            "```rust {1,3}",
            "~~~",
            "*",
            "**",
            "_",
            "__",
            "____",
            "＿＿＿＿",
            "~~",
            "`",
            "[",
            "](",
            ")",
            "![",
            "[^1]",
            "[^1]: ",
            "[x]: y",
            "[x]",
            ": ",
            "| a | b |",
            "|-|-|",
            "|",
            "<div>",
            "</div>",
            "<b>",
            "</b>",
            "<T>",
            "<a id=x href=y>",
            "<br>",
            "<script>",
            "</script>",
            "<details>",
            "<!-- checklist: id=a -->",
            "<!-- #x -->",
            "<!-- pause: -->",
            "<!--",
            "-->",
            "<!-- log: rows=3 -->",
            "<?",
            "?>",
            "&amp;",
            "&",
            "\\",
            "{{ book.bank }}",
            "{{ book.x }}",
            "{#id}",
            "{.unnumbered}",
            "{",
            "$",
            "$$",
            "x^2",
            "https://a.b/c",
            "www.a.b",
            "中文",
            "，",
            "「",
            "」",
            "“",
            "a",
            "word",
            "\t",
            "---",
            "===",
            "+++",
            "\r",
            "\0",
            "\u{1}",
            "é",
            "😀",
            "> [!NOTE] ",
            "\"",
            "'",
            "--",
            "...",
        ])
    }

    proptest! {
        #[test]
        fn any_text_is_parsed(text in any::<String>()) {
            check_invariants(&text, &options());
        }

        #[test]
        fn any_markdown_is_parsed(parts in prop::collection::vec(fragment(), 0..40), smart in any::<bool>(), mdbook in any::<bool>()) {
            let escape = if smart { RawHtml::Escape } else { RawHtml::Safe };
            let own = options().markdown;
            let dialect = if mdbook { Dialect::MdBook } else { Dialect::Chapbook };
            let markdown =
                MarkdownConfig { smart_punctuation: smart, raw_html: escape, dialect, admonish: true, ..own };
            let options = ParseOptions { markdown, ..options() };
            check_invariants(&parts.concat(), &options);
        }
    }
}
