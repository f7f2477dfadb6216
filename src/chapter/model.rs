//! The typed tree of one chapter: a function of the chapter's own text and nothing else. Immutable after parsing.

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::metadata::FrontMatter;
use super::nodes::{Block, Inline, TaskRef};
use crate::diagnostic::{Place, Span};
use crate::digest::Digest;
use crate::path::{Anchor, ContentPath};
use crate::source::Origin;

/// One chapter, parsed. Serialized without its blocks.
#[derive(Debug, Serialize, Deserialize)]
pub struct Chapter {
    /// The file it was read from.
    pub path: ContentPath,
    /// The digest of its text, includes put in.
    pub digest: Digest,
    /// Where each range of that text came from.
    pub origin: Origin,
    /// What stands before the text.
    pub front: FrontMatter,
    /// The text.
    #[serde(skip)]
    pub blocks: Vec<Block>,
    /// All headings in order; [`BlockKind::Heading`] points here.
    pub headings: Vec<Heading>,
    /// All links and images in order, those of raw HTML too; inlines point here.
    pub links: Vec<Link>,
    /// All variables in order: where each stands, and its value.
    pub variables: Vec<(Span, String)>,
    /// All ids that a link may name, beside those of headings (raw HTML, boxes, checklists).
    pub ids: Vec<Anchor>,
    /// All task lists in order; [`List::checklist`] points here.
    pub checklists: Vec<TaskList>,
    /// Footnotes in the order of their first use; unused ones are left out.
    pub footnotes: Vec<Footnote>,
    /// Words: Latin words and single Han, kana or Hangul characters, code left out.
    pub words: u32,
    /// Its words as search reads them.
    pub sections: Vec<SectionText>,
    /// The terms that it defines.
    pub glossary: Vec<GlossaryEntry>,
    /// Where its text begins, behind the front matter.
    pub start: u32,
    /// What its blocks contain.
    pub facts: ContentFacts,
    /// Whether `blocks` and the footnotes' blocks are here, or were let go to be parsed again when they are needed.
    #[serde(skip)]
    pub shape: Shape,
}

/// What a chapter contains.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentFacts {
    /// Whether it has a checklist.
    pub checklists: bool,
    /// Whether it has a form or a log that is printed as a sheet. One in a list is printed with the list only.
    pub tables: bool,
    /// Whether it has a blank or a writing line.
    pub blanks: bool,
}

impl ContentFacts {
    /// Whether some of it is printed as a separate sheet: a checklist, a form or a log.
    #[must_use]
    pub fn has_sheets(self) -> bool {
        self.checklists || self.tables
    }

    /// Whether readers enter something on its page: ticks or words.
    #[must_use]
    pub fn takes_input(self) -> bool {
        self.checklists || self.blanks
    }
}

/// How much of a chapter's tree is in memory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shape {
    /// All of it.
    Whole,
    /// All but the blocks, in a book too large to hold them, or loaded from a cache.
    #[default]
    WithoutBlocks,
}

/// The words under a heading, up to the next one.
#[derive(Debug, Serialize, Deserialize)]
pub struct SectionText {
    /// The heading's anchor; that of the page for words before the first one.
    pub anchor: Option<Anchor>,
    /// The headings it stands under, outermost first, its own last; none for words before the first one.
    pub open: Vec<String>,
    /// The words as read, one space between blocks.
    pub text: Arc<str>,
    /// The parts of `text` that are code blocks, as byte offsets, ascending.
    pub code: Vec<Range<usize>>,
    /// Whether a checklist stands in it.
    pub checklists: bool,
    /// Its links, as indices into [`Chapter::links`].
    pub links: Vec<usize>,
}

impl SectionText {
    /// The parts of the text that are no code blocks.
    pub fn prose(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.code.iter().map(|range| range.end));
        let ends = self.code.iter().map(|range| range.start).chain([self.text.len()]);
        starts.zip(ends).filter_map(|(start, end)| self.text.get(start..end))
    }
}

/// A term and its definition.
#[derive(Debug, Serialize, Deserialize)]
pub struct GlossaryEntry {
    /// Index into [`Chapter::sections`] of the section it stands in.
    pub section: usize,
    /// The term.
    pub term: String,
    /// Where the term is.
    pub span: Span,
    /// The id of the term.
    pub anchor: Option<Anchor>,
    /// The first sentence of the definition.
    pub meaning: String,
    /// Term and definition as read.
    pub words: String,
    /// The links in it, as indices into [`Chapter::links`].
    pub links: Vec<usize>,
}

impl Chapter {
    /// The chapter without its blocks.
    #[must_use]
    pub fn without_blocks(mut self) -> Self {
        self.blocks = Vec::new();
        self.footnotes.iter_mut().for_each(|note| note.blocks = Vec::new());
        self.sections.shrink_to_fit();
        self.shape = Shape::WithoutBlocks;
        self
    }

    /// Where a range of the chapter's text stands in the file its author knows.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        self.origin.place(span)
    }

    /// The entry of a task item.
    #[must_use]
    pub fn task(&self, task: TaskRef) -> Option<&TaskItem> {
        self.checklists.get(task.list)?.items.get(task.item)
    }

    /// The text of the first level-1 heading, if the chapter has one.
    #[must_use]
    pub fn heading_title(&self) -> Option<&str> {
        self.headings.iter().find(|heading| heading.level == 1).map(|heading| heading.title.as_str())
    }
}

/// A heading.
#[derive(Debug, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its text.
    pub text: Vec<Inline>,
    /// Its text as read aloud, without markup.
    pub title: String,
    /// Its id, unique in the chapter.
    pub anchor: Anchor,
    /// Ids that it had in earlier versions of the tool it comes from; unique too.
    pub old_anchors: Vec<Anchor>,
    /// Whether it takes part in the numbering (no `{.unnumbered}`).
    pub numbered: bool,
    /// Its range of the text.
    pub span: Span,
}

/// A checklist: an outermost list with at least one box in it, and what its comment says of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct TaskList {
    /// The id its comment gives it; the book gives one to the others.
    pub id: Option<String>,
    /// Index into [`Chapter::headings`] of the heading it stands under.
    pub heading: Option<usize>,
    /// Whether it is read step by step or gone through afterwards.
    pub kind: Option<ListKind>,
    /// When to use it.
    pub when: Option<String>,
    /// Who uses it.
    pub who: Option<String>,
    /// Its items in order, nested ones too.
    pub items: Vec<TaskItem>,
    /// Its range of the text.
    pub span: Span,
}

/// How a checklist is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListKind {
    /// Read an item, then do it (`do=read`).
    ReadDo,
    /// Do the work from memory, then confirm it (`do=confirm`).
    DoConfirm,
}

/// One item of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskItem {
    /// The id of its box.
    pub id: String,
    /// Whether the text gives it an id.
    pub named: bool,
    /// Whether the author ticked it.
    pub done: bool,
    /// Its own text, without that of items nested in it.
    pub text: String,
    /// The part of it that labels the box: its first paragraph.
    pub label: String,
    /// The range of the label; empty if the item does not begin with one.
    pub span: Span,
    /// Whether there is a pause between it and the item before.
    pub paused: bool,
}

/// A footnote that is used at least once.
#[derive(Debug, Serialize, Deserialize)]
pub struct Footnote {
    /// Its label as written.
    pub label: String,
    /// Its text.
    #[serde(skip)]
    pub blocks: Vec<Block>,
    /// How many references there are to it.
    pub uses: usize,
}

/// A link or image as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The destination as written, escapes undone.
    pub href: String,
    /// What it is.
    pub kind: LinkKind,
    /// Its range of the text.
    pub span: Span,
}

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkKind {
    /// Something to go to.
    Link,
    /// Something to show.
    Image,
}
