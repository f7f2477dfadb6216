//! The typed tree of one chapter: a function of the chapter's own text and nothing else. Immutable after parsing.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

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
    /// Where each stretch of that text came from.
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
    pub passages: Vec<SectionText>,
    /// The terms that it defines.
    pub glosses: Vec<GlossaryEntry>,
    /// Where its text begins, behind the front matter.
    pub start: u32,
    /// Whether it has a checklist, a form or a log.
    pub sheets: bool,
    /// Whether `blocks` and the footnotes' blocks are here, or were let go to be parsed again when they are needed.
    #[serde(skip)]
    pub shape: Shape,
}

/// How much of a chapter's tree is in memory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shape {
    /// All of it.
    Whole,
    /// All but the blocks, in a book too large to hold them, or loaded from a cache.
    #[default]
    Slim,
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
    /// Whether a checklist stands in it.
    pub checklists: bool,
    /// Its links, as indices into [`Chapter::links`].
    pub links: Vec<usize>,
}

/// A term and its definition.
#[derive(Debug, Serialize, Deserialize)]
pub struct GlossaryEntry {
    /// Index into [`Chapter::passages`] of the passage it stands in.
    pub passage: usize,
    /// The term.
    pub term: String,
    /// Term and definition as read.
    pub words: String,
    /// The links in it, as indices into [`Chapter::links`].
    pub links: Vec<usize>,
}

impl Chapter {
    /// The chapter without its blocks.
    #[must_use]
    pub fn slim(mut self) -> Self {
        self.blocks = Vec::new();
        self.footnotes.iter_mut().for_each(|note| note.blocks = Vec::new());
        self.passages.shrink_to_fit();
        self.shape = Shape::Slim;
        self
    }

    /// Where a stretch of the chapter's text stands in the file its author knows.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        self.origin.place(span)
    }

    /// The text of the first level-1 heading, if the chapter has one.
    #[must_use]
    pub fn heading_title(&self) -> Option<String> {
        self.headings.iter().find(|heading| heading.level == 1).map(|heading| plain_text(&heading.text))
    }
}

/// What a chapter says about itself. Read from YAML (`---`) or TOML (`+++`); unknown keys are errors.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FrontMatter {
    /// Title in lists and in the browser's tab; else the first heading.
    pub title: Option<String>,
    /// One sentence for search engines and lists.
    pub description: Option<String>,
    /// Place among its siblings when folders give the order; small comes first.
    pub weight: Option<i64>,
    /// The file name of the page, without its extension.
    pub slug: Option<String>,
    /// Old paths of the page, relative to the site's root; each becomes a redirect.
    pub aliases: Vec<String>,
    /// Words to find and to group the page by.
    pub tags: Vec<String>,
    /// Whether the chapter is left out.
    pub draft: bool,
    /// `false` leaves the page out of search.
    pub search: Option<bool>,
    /// `false` leaves the page out of the print edition.
    pub print: Option<bool>,
    /// The day the text was last looked through, as `YYYY-MM-DD`.
    #[serde(deserialize_with = "super::front_matter::day")]
    #[schemars(with = "Option<String>")]
    pub revised: Option<String>,
    /// Anything else, for the theme's templates.
    #[serde(serialize_with = "super::serialize::write_extra", deserialize_with = "super::serialize::read_extra")]
    pub extra: BTreeMap<String, serde_json::Value>,
}

/// A block and where it stands in the chapter's text.
#[derive(Debug)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its stretch of the text.
    pub span: Span,
}

/// The kinds of block.
#[derive(Debug)]
pub enum BlockKind {
    /// Index into [`Chapter::headings`].
    Heading(usize),
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A paragraph that is one image with a title: the title becomes its caption.
    Figure(Image),
    /// A list.
    List(List),
    /// A code block.
    Code(CodeBlock),
    /// A table.
    Table(Table),
    /// A quotation.
    Quote(Vec<Block>),
    /// A box: `:::name` or a GitHub alert.
    Directive(Directive),
    /// Terms with their definitions.
    Definitions(Vec<Definition>),
    /// Raw HTML, cut into tokens that are safe to write.
    Html(Vec<RawToken>),
    /// A formula of its own.
    Math(String),
    /// A line of underscores: a line to write on.
    WritingLine,
    /// A thematic break.
    Rule,
}

/// A heading.
#[derive(Debug, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its text.
    pub text: Vec<Inline>,
    /// Its id, unique in the chapter.
    pub anchor: Anchor,
    /// Ids that it had in earlier versions of the tool it comes from; unique too.
    pub old_anchors: Vec<Anchor>,
    /// Whether it takes part in the numbering (no `{.unnumbered}`).
    pub numbered: bool,
    /// Its stretch of the text.
    pub span: Span,
}

/// A piece of running text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Inline {
    /// Text as it is to be read.
    Text(String),
    /// Code.
    Code(String),
    /// Emphasis.
    Emphasis(Vec<Inline>),
    /// Strong emphasis.
    Strong(Vec<Inline>),
    /// Struck out.
    Strikethrough(Vec<Inline>),
    /// Below the line.
    Subscript(Vec<Inline>),
    /// Above the line.
    Superscript(Vec<Inline>),
    /// A link.
    Link {
        /// Index into [`Chapter::links`].
        link: usize,
        /// Tool tip, "" for none.
        title: String,
        /// What can be clicked.
        text: Vec<Inline>,
    },
    /// An image in running text.
    Image(Image),
    /// A reference to a footnote.
    FootnoteRef {
        /// Index into [`Chapter::footnotes`].
        note: usize,
        /// Which use of that footnote this is, from 1.
        use_count: usize,
    },
    /// A formula in running text, as TeX.
    Math(String),
    /// A blank to write on.
    Blank(Blank),
    /// Raw HTML that is safe to write.
    Html(RawToken),
    /// A line end that reads as a space (line ends between Han glyphs are already gone).
    SoftBreak,
    /// A line end that stays one.
    HardBreak,
}

/// A blank to write on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blank {
    /// As wide as this many underscores.
    pub width: u32,
    /// What is written on it; blanks of one name are filled in together.
    pub name: Option<String>,
}

/// An image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Image {
    /// Index into [`Chapter::links`].
    pub link: usize,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// Tool tip or caption, "" for none.
    pub title: String,
}

/// A list.
#[derive(Debug)]
pub struct List {
    /// The first number; `None` for a list of bullets.
    pub start: Option<u64>,
    /// Whether items are set without paragraphs.
    pub tight: bool,
    /// The items.
    pub items: Vec<ListItem>,
    /// Index into [`Chapter::checklists`], set on the outermost list of a checklist only.
    pub checklist: Option<usize>,
}

/// An item of a list.
#[derive(Debug)]
pub struct ListItem {
    /// Set if the item has a box to tick.
    pub task: Option<Task>,
    /// The words of the pause before it, if there is one; they may be empty.
    pub pause: Option<String>,
    /// Its blocks; in a tight list a paragraph is written without `<p>`.
    pub blocks: Vec<Block>,
    /// Its stretch of the text.
    pub span: Span,
}

/// The box of a task item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Unique in its checklist; survives edits elsewhere.
    pub id: String,
    /// Whether the author ticked it.
    pub done: bool,
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
    /// Its stretch of the text.
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

/// One item of a checklist, for lists and search.
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
    /// The stretch of the label; empty if the item does not begin with one.
    pub span: Span,
    /// Whether there is a pause between it and the item before.
    pub paused: bool,
}

/// A code block.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeBlock {
    /// The language as written, "" for none.
    pub language: String,
    /// Its title.
    pub title: Option<String>,
    /// Lines to mark, from 1.
    pub marked: Vec<u32>,
    /// The number of its first line, if lines are numbered.
    pub numbered_from: Option<u32>,
    /// The words behind the language, as other tools read them (`ignore`, `editable`).
    pub classes: Vec<String>,
    /// Lines that are not shown, from 1: they make an example whole for those who copy it.
    pub hidden: Vec<u32>,
    /// The code.
    pub text: String,
}

impl CodeBlock {
    /// The code as it is shown: without hidden lines.
    #[must_use]
    pub fn shown(&self) -> Cow<'_, str> {
        if self.hidden.is_empty() {
            return Cow::Borrowed(&self.text);
        }
        let lines = (1u32..).zip(self.text.split_inclusive('\n'));
        Cow::Owned(lines.filter(|(number, _)| !self.hidden.contains(number)).map(|(_, line)| line).collect())
    }
}

/// A table. Every row has as many cells as the header.
#[derive(Debug)]
pub struct Table {
    /// One alignment for each column.
    pub alignments: Vec<Alignment>,
    /// The header's cells.
    pub header: Vec<Vec<Inline>>,
    /// The rows' cells.
    pub rows: Vec<Vec<Vec<Inline>>>,
    /// Set if the table is a log with rows to write in.
    pub log: Option<Log>,
    /// The id of the form that the table is, if it is one.
    pub form: Option<String>,
}

/// What a log's comment says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Its id.
    pub id: Option<String>,
    /// How many empty rows it has.
    pub rows: u32,
    /// Whether it is printed on landscape paper.
    pub landscape: bool,
}

/// The alignment of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    /// As the language goes.
    None,
    /// Left.
    Left,
    /// Centre.
    Center,
    /// Right.
    Right,
}

/// A box.
#[derive(Debug)]
pub struct Directive {
    /// A name of [`crate::theme::DIRECTIVES`].
    pub name: &'static str,
    /// Its title, empty for the default one.
    pub title: Vec<Inline>,
    /// The id written for it.
    pub id: Option<Anchor>,
    /// Whether a folding box starts unfolded.
    pub open: bool,
    /// What stands in it.
    pub body: Vec<Block>,
}

/// A group of terms and the definitions they share.
#[derive(Debug)]
pub struct Definition {
    /// The term.
    pub term: Vec<Inline>,
    /// Its id, if terms have one.
    pub anchor: Option<Anchor>,
    /// Its definitions.
    pub definitions: Vec<Vec<Block>>,
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
    /// Its stretch of the text.
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

/// A name of the safe list.
pub type SafeName = &'static str;

/// A piece of raw HTML after the safe list was held against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RawToken {
    /// A start tag with its allowed attributes.
    Open {
        /// The element's name, lower case, from the safe list.
        #[serde(deserialize_with = "super::serialize::element")]
        name: SafeName,
        /// Its allowed attributes.
        attributes: Vec<RawAttribute>,
    },
    /// An end tag; each one matches an open tag of the same parent.
    Close(#[serde(deserialize_with = "super::serialize::element")] SafeName),
    /// Text, references undone.
    Text(String),
    /// A comment, which holds nothing that could end it.
    Comment(String),
    /// Markup as it stands in the text, of a book that trusts its own.
    Markup(String),
}

/// An allowed attribute of raw HTML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RawAttribute {
    /// A name and its value, unescaped.
    Plain(#[serde(deserialize_with = "super::serialize::attribute")] SafeName, String),
    /// `href` or `src`: index into [`Chapter::links`].
    Link(#[serde(deserialize_with = "super::serialize::attribute")] SafeName, usize),
}

/// Whether a form or a log stands among some blocks.
#[must_use]
pub(super) fn hold_table_sheet(blocks: &[Block]) -> bool {
    blocks.iter().any(|block| is_table_sheet(&block.kind))
}

fn is_table_sheet(kind: &BlockKind) -> bool {
    match kind {
        BlockKind::Table(table) => table.log.is_some() || table.form.is_some(),
        BlockKind::Quote(blocks) => hold_table_sheet(blocks),
        BlockKind::Directive(directive) => hold_table_sheet(&directive.body),
        // A table in a list is printed with the list only.
        _ => false,
    }
}

/// The text of inlines as read aloud: no markup, no footnote marks, images by their alt text.
#[must_use]
pub fn plain_text(inlines: &[Inline]) -> String {
    let mut text = String::new();
    push_plain(inlines, &mut text);
    text
}

/// The text of inlines without that of images and footnotes: what an HTML reader finds between the tags.
#[must_use]
pub(super) fn bare_text(inlines: &[Inline]) -> String {
    let is_tag = |text: &str| text.starts_with('<') && text.ends_with('>');
    let shown = |inline: &&Inline| match inline {
        Inline::Image(_) => false,
        Inline::Html(RawToken::Text(text)) => !is_tag(text),
        _ => true,
    };
    plain_text(&inlines.iter().filter(shown).cloned().collect::<Vec<_>>())
}

fn push_plain(inlines: &[Inline], text: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(part) | Inline::Code(part) | Inline::Math(part) | Inline::Html(RawToken::Text(part)) => {
                text.push_str(part);
            }
            Inline::Emphasis(inner)
            | Inline::Strong(inner)
            | Inline::Strikethrough(inner)
            | Inline::Subscript(inner)
            | Inline::Superscript(inner)
            | Inline::Link { text: inner, .. } => push_plain(inner, text),
            Inline::Image(image) => text.push_str(&image.alt),
            Inline::SoftBreak | Inline::HardBreak => text.push(' '),
            Inline::Blank(blank) => text.extend(std::iter::repeat_n('_', blank.width as usize)),
            Inline::FootnoteRef { .. } | Inline::Html(_) => {}
        }
    }
}
