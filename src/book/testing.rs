//! Chapters, projects and trees of `SUMMARY.md` for the tests of this module.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::assemble::{Hints, by_folders, finish, listed};
use super::model::{Book, OutlineItem, PageId, Target};
use crate::chapter::{
    Block, BlockKind, Chapter, ContentFacts, Footnote, FrontMatter, GlossaryEntry, Heading, Inline, Link, LinkKind,
    List, ListItem, TaskItem, TaskList, plain_text,
};
use crate::config::{Config, Project};
use crate::diagnostic::{Report, Span};
use crate::digest::Digest;
use crate::path::{Anchor, ContentPath};
use crate::source::{Asset, Origin};

/// A project without files on disk; its content is the folder `content`, and it has a review date.
pub(super) fn project() -> Project {
    let mut config = Config::default();
    config.book.revised = Some("2026-01-31".to_owned());
    Project { root: PathBuf::from("my-book"), config, folder: None, file: None }
}

/// A chapter being put together.
pub(super) struct Sketch(Chapter);

impl Sketch {
    pub(super) fn at(path: &str) -> Self {
        Self(Chapter {
            path: ContentPath::resolve("", path).unwrap(),
            digest: Digest::of(&[]),
            origin: Origin::whole(format!("content/{path}")),
            front: FrontMatter::default(),
            day: None,
            language: None,
            blocks: Vec::new(),
            headings: Vec::new(),
            links: Vec::new(),
            variables: Vec::new(),
            ids: Vec::new(),
            checklists: Vec::new(),
            footnotes: Vec::new(),
            words: 0,
            sections: Vec::new(),
            glossary: Vec::new(),
            start: 0,
            facts: ContentFacts::default(),
            shape: crate::chapter::Shape::Whole,
        })
    }

    pub(super) fn front(mut self, change: impl FnOnce(&mut FrontMatter)) -> Self {
        change(&mut self.0.front);
        self
    }

    pub(super) fn heading(mut self, level: u8, text: &str) -> Self {
        let (anchor, title) = (Anchor::from_heading(text), text.to_owned());
        let text = vec![Inline::Text(title.clone())];
        self.0.headings.push(Heading {
            level,
            text,
            title,
            anchor,
            old_anchors: Vec::new(),
            numbered: true,
            span: Span::default(),
        });
        self
    }

    pub(super) fn link(self, href: &str) -> Self {
        self.aim(href, LinkKind::Link)
    }

    pub(super) fn image(self, href: &str) -> Self {
        self.aim(href, LinkKind::Image)
    }

    fn aim(mut self, href: &str, kind: LinkKind) -> Self {
        let start = 100 * (self.0.links.len() + 1);
        self.0.links.push(Link { href: href.to_owned(), kind, span: Span::new(start, start + href.len()) });
        self
    }

    pub(super) fn id(mut self, id: &str) -> Self {
        self.0.ids.push(Anchor::written(id).unwrap());
        self
    }

    pub(super) fn footnote(mut self, label: &str) -> Self {
        self.0.footnotes.push(Footnote { label: label.to_owned(), blocks: Vec::new(), uses: 1 });
        self
    }

    /// Entries of a glossary, without ids.
    pub(super) fn terms(mut self, words: &[String]) -> Self {
        for (index, word) in words.iter().enumerate() {
            self.0.glossary.push(GlossaryEntry {
                section: 0,
                term: word.clone(),
                span: Span::new(index, index),
                anchor: None,
                meaning: "What it means.".to_owned(),
                words: String::new(),
                links: Vec::new(),
            });
        }
        self
    }

    /// A checklist under the last heading.
    pub(super) fn checklist(mut self, id: Option<&str>) -> Self {
        self.0.checklists.push(TaskList {
            id: id.map(str::to_owned),
            heading: self.0.headings.len().checked_sub(1),
            kind: None,
            when: None,
            who: None,
            items: Vec::new(),
            span: Span::default(),
        });
        self
    }

    /// Items for the last checklist.
    pub(super) fn items(mut self, items: Vec<TaskItem>) -> Self {
        self.0.checklists.last_mut().unwrap().items = items;
        self
    }

    pub(super) fn chapter(self) -> Chapter {
        self.0
    }
}

/// A book with its diagnostics.
pub(super) struct Built {
    pub book: Book,
    pub report: Report,
}

impl Built {
    /// Code and message of each diagnostic, in order.
    pub(super) fn diagnostics(&self) -> Vec<String> {
        self.report.iter().map(|diagnostic| format!("{}: {}", diagnostic.code.name, diagnostic.message)).collect()
    }

    /// The help of each diagnostic, in order.
    pub(super) fn help(&self) -> Vec<&str> {
        self.report.iter().map(|diagnostic| diagnostic.help.as_deref().unwrap_or_default()).collect()
    }

    /// The path of each page, in order.
    pub(super) fn paths(&self) -> Vec<&str> {
        self.book.pages.iter().map(|page| page.permalink.file().as_str()).collect()
    }

    /// The outline in lines: a page by its number, title and path.
    pub(super) fn outline(&self) -> String {
        let mut text = String::new();
        self.push_outline(&self.book.outline, 0, &mut text);
        text
    }

    fn push_outline(&self, items: &[OutlineItem], depth: usize, text: &mut String) {
        let dotted = |number: &[u32]| number.iter().map(|n| n.to_string() + ".").collect::<String>();
        for item in items {
            let (line, children) = match item {
                OutlineItem::Page(id, children) => {
                    let page = self.book.page(*id);
                    (format!("{}{} -> {}", dotted(&page.number), page.title, page.permalink.file()), &children[..])
                }
                OutlineItem::Draft(number, title, children) => (format!("{}({title})", dotted(number)), &children[..]),
                OutlineItem::Group(number, title, children) => (format!("{}+ {title}", dotted(number)), &children[..]),
                OutlineItem::Link(title, target) => (format!("{title} => {}", self.target(target)), &[][..]),
                OutlineItem::Part(title) => (format!("# {title}"), &[][..]),
                OutlineItem::Separator => ("---".to_owned(), &[][..]),
            };
            *text += &("  ".repeat(depth) + &line + "\n");
            self.push_outline(children, depth + 1, text);
        }
    }

    /// A target as text: a page by its path.
    pub(super) fn target(&self, target: &Target) -> String {
        match target {
            Target::Page(id, None) => self.book.page(*id).permalink.file().to_string(),
            Target::Page(id, Some(anchor)) => format!("{}#{anchor}", self.book.page(*id).permalink.file()),
            Target::Asset(path) => format!("asset {path}"),
            Target::External(href) => format!("external {href}"),
            Target::OutsideBook(path) => format!("outside {path}"),
            Target::Broken => "broken".to_owned(),
        }
    }

    /// The targets of one page as text.
    pub(super) fn targets(&self, page: usize) -> Vec<String> {
        self.book.page(PageId(page)).targets.iter().map(|target| self.target(target)).collect()
    }
}

/// A book in the order of its folders.
pub(super) fn folders(project: &Project, chapters: Vec<Sketch>, assets: &[&str]) -> Built {
    let mut report = Report::default();
    let chapters = sorted(chapters);
    let order = by_folders(project, &chapters, Hints::default(), &mut report);
    let book = finish(project, order, &chapters, self::assets(assets), &mut report);
    Built { book, report }
}

/// A book in the order of a `SUMMARY.md`.
pub(super) fn summary(project: &Project, text: &str, chapters: Vec<Sketch>, assets: &[&str]) -> Built {
    let mut report = Report::default();
    let chapters = sorted(chapters);
    let order = listed(project, (&tree(text), text), (&chapters, &BTreeSet::new()), Hints::default(), &mut report);
    let book = finish(project, order, &chapters, self::assets(assets), &mut report);
    Built { book, report }
}

/// Chapters without text, by their paths.
pub(super) fn files(paths: &[&str]) -> Vec<Sketch> {
    paths.iter().map(|path| Sketch::at(path)).collect()
}

fn sorted(chapters: Vec<Sketch>) -> Vec<Arc<Chapter>> {
    let mut chapters: Vec<Arc<Chapter>> = chapters.into_iter().map(|sketch| Arc::new(sketch.chapter())).collect();
    chapters.sort_by(|a, b| a.path.cmp(&b.path));
    chapters
}

fn assets(paths: &[&str]) -> Vec<Asset> {
    let asset = |path: &&str| Asset {
        name: (*path).into(),
        path: ContentPath::resolve("", path).unwrap(),
        bytes: [].into(),
        digest: Digest::of(&[]),
    };
    paths.iter().map(asset).collect()
}

/// The tree of a `SUMMARY.md` of simple shape: nested lists step in by two spaces, one line each.
pub(super) fn tree(text: &str) -> Chapter {
    let mut chapter = Sketch::at("SUMMARY.md").chapter();
    let mut offset = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        if !content.is_empty() {
            let indent = line.len() - line.trim_start().len();
            lines.push(Line { indent, start: offset + indent, text: content });
        }
        offset += line.len();
    }
    let mut lines = lines.into_iter().peekable();
    chapter.blocks = blocks(&mut lines, 0, &mut chapter.headings, &mut chapter.links);
    chapter
}

struct Line<'a> {
    indent: usize,
    start: usize,
    text: &'a str,
}

impl Line<'_> {
    fn span(&self) -> Span {
        Span::new(self.start, self.start + self.text.len())
    }
}

type Lines<'a> = std::iter::Peekable<std::vec::IntoIter<Line<'a>>>;

fn blocks(rest: &mut Lines<'_>, indent: usize, headings: &mut Vec<Heading>, links: &mut Vec<Link>) -> Vec<Block> {
    let mut blocks = Vec::new();
    while let Some(line) = rest.next_if(|line| line.indent >= indent) {
        let span = line.span();
        let level = line.text.bytes().take_while(|byte| *byte == b'#').count();
        if let Some(item) = line.text.strip_prefix("- ") {
            let mut items = vec![self::item(item, &line, rest, headings, links)];
            while let Some(line) = rest.next_if(|next| next.indent == line.indent && next.text.starts_with("- ")) {
                items.push(self::item(&line.text[2..], &line, rest, headings, links));
            }
            let list = List { start: None, tight: true, items, checklist: None };
            blocks.push(Block { kind: BlockKind::List(list), span });
        } else if level > 0 {
            let text = inlines(line.text[level..].trim(), line.start + level, links);
            let anchor = Anchor::from_heading(line.text);
            headings.push(Heading {
                level: u8::try_from(level).unwrap(),
                title: plain_text(&text),
                text,
                anchor,
                old_anchors: Vec::new(),
                numbered: true,
                span,
            });
            blocks.push(Block { kind: BlockKind::Heading(headings.len() - 1), span });
        } else if line.text == "---" {
            blocks.push(Block { kind: BlockKind::Rule, span });
        } else if line.text.starts_with("<!--") {
            blocks.push(Block { kind: BlockKind::Html(Vec::new()), span });
        } else {
            blocks.push(Block { kind: BlockKind::Paragraph(inlines(line.text, line.start, links)), span });
        }
    }
    blocks
}

fn item(
    text: &str,
    line: &Line<'_>,
    rest: &mut Lines<'_>,
    headings: &mut Vec<Heading>,
    links: &mut Vec<Link>,
) -> ListItem {
    let span = line.span();
    let first = Block { kind: BlockKind::Paragraph(inlines(text, line.start + 2, links)), span };
    let mut blocks = self::blocks(rest, line.indent + 2, headings, links);
    blocks.insert(0, first);
    ListItem { task: None, pause: None, blocks, span }
}

fn inlines(text: &str, start: usize, links: &mut Vec<Link>) -> Vec<Inline> {
    let mut inlines = Vec::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[') {
        let (title, link) = link.split_once("](").unwrap();
        let (href, after) = link.split_once(')').unwrap();
        if !before.is_empty() {
            inlines.push(Inline::Text(before.to_owned()));
        }
        let at = start + text.len() - rest.len() + before.len();
        let span = Span::new(at, start + text.len() - after.len());
        links.push(Link { href: href.to_owned(), kind: LinkKind::Link, span });
        let text = vec![Inline::Text(title.to_owned())];
        inlines.push(Inline::Link { link: links.len() - 1, title: String::new(), text });
        rest = after;
    }
    if !rest.is_empty() {
        inlines.push(Inline::Text(rest.to_owned()));
    }
    inlines
}
