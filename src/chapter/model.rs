//! A parsed chapter: its tree and the lists that the tree refers to by index. Immutable after parsing.

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::metadata::FrontMatter;
use super::nodes::{Block, Inline, TaskRef};
use crate::diagnostic::{Place, Span};
use crate::digest::Digest;
use crate::path::{Anchor, ContentPath};
use crate::source::Origin;

/// A parsed chapter. It is cached without its blocks, which take most of the memory; see [`Shape`].
#[derive(Debug, Serialize, Deserialize)]
pub struct Chapter {
    /// The file it was read from.
    pub path: ContentPath,
    /// The digest of its text, includes inserted.
    pub digest: Digest,
    /// Which file and which offset each range of the text came from.
    pub origin: Origin,
    /// The metadata before the text.
    pub front: FrontMatter,
    /// The day of the text, `YYYY-MM-DD`, as the front matter of another tool or the name of a file says.
    pub day: Option<String>,
    /// The language of its text, if it was read off the text: a BCP 47 tag.
    pub language: Option<String>,
    /// The tree: the outermost blocks of the text in order.
    #[serde(skip)]
    pub blocks: Vec<Block>,
    /// All headings in order; `BlockKind::Heading` holds an index into this list.
    pub headings: Vec<Heading>,
    /// All links and images in order, including those of raw HTML; inlines hold indices into this list.
    pub links: Vec<Link>,
    /// All uses of variables in order: the range of each, and its value.
    pub variables: Vec<(Span, String)>,
    /// The ids that links may name other than those of headings: ids of raw HTML, directives, terms, checklists, and
    /// former ids of headings. Sorted.
    pub ids: Vec<Anchor>,
    /// All checklists in order; `List::checklist` is an index into this list.
    pub checklists: Vec<TaskList>,
    /// The footnotes that are used, in the order of their first use.
    pub footnotes: Vec<Footnote>,
    /// The number of words without those in code. Each Han, kana or Hangul character counts as one.
    pub words: u32,
    /// Its text as plain text, split at its headings, for the search index. Never empty.
    pub sections: Vec<SectionText>,
    /// The terms that its definition lists define.
    pub glossary: Vec<GlossaryEntry>,
    /// The byte offset of its first block, after the front matter.
    pub start: u32,
    /// Which kinds of content it has.
    pub facts: ContentFacts,
    /// Whether `blocks` and the blocks of footnotes are in memory, or must be parsed again before they are used.
    #[serde(skip)]
    pub shape: Shape,
}

/// Which kinds of content a chapter has, so that no later step searches its tree for them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each fact is independent of the others")]
pub struct ContentFacts {
    /// Whether it has a checklist.
    pub checklists: bool,
    /// Whether it has a form or a log that is printed on a separate sheet. One inside a list is printed with the list.
    pub tables: bool,
    /// Whether it has a blank or a writing line.
    pub blanks: bool,
    /// Whether it has a formula.
    pub formulas: bool,
    /// How many diagrams of Mermaid it has.
    pub diagrams: u32,
    /// The range of the first diagram.
    pub first_diagram: Option<Span>,
}

impl ContentFacts {
    /// Whether part of it is printed on separate sheets: a checklist, a form or a log.
    #[must_use]
    pub fn has_sheets(self) -> bool {
        self.checklists || self.tables
    }

    /// Whether readers enter something on its page: they tick checkboxes or fill in blanks.
    #[must_use]
    pub fn takes_input(self) -> bool {
        self.checklists || self.blanks
    }
}

/// Whether a chapter's blocks are in memory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shape {
    /// They are.
    Whole,
    /// They are not: the chapter comes from a cache, or the book is too large to hold all blocks at once.
    #[default]
    WithoutBlocks,
}

/// The plain text under a heading, up to the next heading: one entry of the search index.
#[derive(Debug, Serialize, Deserialize)]
pub struct SectionText {
    /// The anchor of its heading. In the first section, that of the level-1 heading, or `None` if there is none.
    pub anchor: Option<Anchor>,
    /// The titles of the headings that it is under: outermost first, its own last. Empty for text before the first heading
    /// or under the level-1 heading that begins the chapter.
    pub open: Vec<String>,
    /// The words, separated by single spaces.
    pub text: Arc<str>,
    /// The readings of ruby in it and in its heading: words that are not in `text`.
    pub readings: Vec<String>,
    /// The byte ranges of `text` that are code blocks, ascending.
    pub code: Vec<Range<usize>>,
    /// Whether it contains a checklist.
    pub checklists: bool,
    /// Its links, as indices into [`Chapter::links`].
    pub links: Vec<usize>,
}

impl SectionText {
    /// The parts of the text that are not code blocks.
    pub fn prose(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.code.iter().map(|range| range.end));
        let ends = self.code.iter().map(|range| range.start).chain([self.text.len()]);
        starts.zip(ends).filter_map(|(start, end)| self.text.get(start..end))
    }
}

/// A term and its definition.
#[derive(Debug, Serialize, Deserialize)]
pub struct GlossaryEntry {
    /// Index into [`Chapter::sections`] of the section that contains it.
    pub section: usize,
    /// The term.
    pub term: String,
    /// Where the term is.
    pub span: Span,
    /// The id of the term, to which links in other chapters point.
    pub anchor: Option<Anchor>,
    /// The first sentence of the definition's first paragraph; empty if it has no paragraph.
    pub meaning: String,
    /// The term and its whole definition as plain text.
    pub words: String,
    /// The links of the definition, as indices into [`Chapter::links`].
    pub links: Vec<usize>,
}

impl Chapter {
    /// Drops the blocks of the chapter and of its footnotes to save memory.
    #[must_use]
    pub fn without_blocks(mut self) -> Self {
        self.blocks = Vec::new();
        self.footnotes.iter_mut().for_each(|note| note.blocks = Vec::new());
        self.sections.shrink_to_fit();
        self.shape = Shape::WithoutBlocks;
        self
    }

    /// Maps a range of the chapter's text, in which includes are inserted, to a place in the file it was written in.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        self.origin.place(span)
    }

    /// The entry of a task item; `None` if the chapter has no such item.
    #[must_use]
    pub fn task(&self, task: TaskRef) -> Option<&TaskItem> {
        self.checklists.get(task.list)?.items.get(task.item)
    }

    /// The title of the first level-1 heading, if the chapter has one.
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
    /// Its text as plain text; see `plain_text`.
    pub title: String,
    /// Its id, unique in the chapter.
    pub anchor: Anchor,
    /// Ids that earlier versions of mdBook gave it, so that old links still work. Unique as well.
    pub old_anchors: Vec<Anchor>,
    /// Whether it gets a number: false for `{.unnumbered}`.
    pub numbered: bool,
    /// Its range in the text.
    pub span: Span,
}

/// A checklist: an outermost list with at least one checkbox, and the attributes of the comment before it.
#[derive(Debug, Serialize, Deserialize)]
pub struct TaskList {
    /// The id that its comment gives it. Without one, the book assigns an id.
    pub id: Option<String>,
    /// Index into [`Chapter::headings`] of the heading that it is under.
    pub heading: Option<usize>,
    /// How it is used, if the comment says so.
    pub kind: Option<ListKind>,
    /// When to use it (`when=`).
    pub when: Option<String>,
    /// Who uses it (`who=`).
    pub who: Option<String>,
    /// Its items with checkboxes in order, including nested ones.
    pub items: Vec<TaskItem>,
    /// Its range in the text.
    pub span: Span,
}

/// How a checklist is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListKind {
    /// Each item is read, then done (`do=read`).
    ReadDo,
    /// The work is done from memory, then confirmed item by item (`do=confirm`).
    DoConfirm,
}

/// One item of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskItem {
    /// The id of its checkbox, unique in the checklist; see `text_id`.
    pub id: String,
    /// Whether its author wrote the id (`<!-- #id -->`).
    pub named: bool,
    /// Whether its author ticked it (`[x]`).
    pub done: bool,
    /// Its own text, without that of items nested in it.
    pub text: String,
    /// The label of the checkbox: the text of its first paragraph.
    pub label: String,
    /// The range of the label; an empty range at the item's start if it does not begin with a paragraph.
    pub span: Span,
    /// Whether there is a pause between it and the previous item.
    pub paused: bool,
}

/// A footnote that is used at least once.
#[derive(Debug, Serialize, Deserialize)]
pub struct Footnote {
    /// Its label as written.
    pub label: String,
    /// Its content.
    #[serde(skip)]
    pub blocks: Vec<Block>,
    /// The number of references to it, at least 1.
    pub uses: usize,
}

/// A link or image. `book` resolves its destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The destination as written, with escapes and references decoded.
    pub href: String,
    /// What it is.
    pub kind: LinkKind,
    /// The range of its destination, or of the whole link if the destination is written elsewhere.
    pub span: Span,
}

/// Whether a destination is followed or displayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkKind {
    /// A link.
    Link,
    /// An image.
    Image,
    /// A film or a sound.
    Media,
}
