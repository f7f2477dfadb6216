//! The nodes of a chapter's tree: blocks and the inlines of running text.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::image_attributes::{ImageAlign, ImageLength};
use super::safe_list::SafeName;
use crate::diagnostic::Span;
use crate::path::Anchor;
use crate::theme::BoxKind;

/// A block.
#[derive(Debug)]
pub struct Block {
    /// Its kind, with its content.
    pub kind: BlockKind,
    /// Its range in the chapter's text.
    pub span: Span,
}

/// The kinds of block.
#[derive(Debug)]
pub enum BlockKind {
    /// A heading: index into `Chapter::headings`.
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
    /// A directive (`:::name`) or a GitHub alert.
    Directive(Directive),
    /// Terms with their definitions.
    Definitions(Vec<Definition>),
    /// Raw HTML, as tokens that are safe to write.
    Html(Vec<RawToken>),
    /// A formula on lines of its own, as LaTeX.
    Math(String),
    /// A line of underscores: a line to write on.
    WritingLine,
    /// A thematic break.
    Rule,
}

impl BlockKind {
    /// The lists of blocks directly inside this block, in reading order.
    #[must_use]
    pub fn inner(&self) -> Vec<&[Block]> {
        match self {
            Self::Quote(blocks) => vec![blocks],
            Self::Directive(directive) => vec![&directive.body],
            Self::List(list) => list.items.iter().map(|item| item.blocks.as_slice()).collect(),
            Self::Definitions(all) => all.iter().flat_map(|it| &it.definitions).map(Vec::as_slice).collect(),
            _ => Vec::new(),
        }
    }

    /// The running texts directly inside this block, in reading order. The text of a heading is in the chapter's list.
    #[must_use]
    pub fn texts(&self) -> Vec<&[Inline]> {
        match self {
            Self::Paragraph(inlines) => vec![inlines],
            Self::Directive(directive) => vec![&directive.title],
            Self::Table(table) => table.header.iter().chain(table.rows.iter().flatten()).map(Vec::as_slice).collect(),
            Self::Definitions(all) => all.iter().map(|definition| definition.term.as_slice()).collect(),
            _ => Vec::new(),
        }
    }
}

impl Inline {
    /// The running text inside this piece, if it is a container.
    #[must_use]
    pub fn inner(&self) -> Option<&[Self]> {
        match self {
            Self::Emphasis(inner)
            | Self::Strong(inner)
            | Self::Strikethrough(inner)
            | Self::Subscript(inner)
            | Self::Superscript(inner)
            | Self::Link { text: inner, .. } => Some(inner),
            _ => None,
        }
    }
}

/// A node of running text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Inline {
    /// Text, with escapes and references decoded.
    Text(String),
    /// Code.
    Code(String),
    /// Emphasis.
    Emphasis(Vec<Inline>),
    /// Strong emphasis.
    Strong(Vec<Inline>),
    /// Strikethrough.
    Strikethrough(Vec<Inline>),
    /// Subscript.
    Subscript(Vec<Inline>),
    /// Superscript.
    Superscript(Vec<Inline>),
    /// A link.
    Link {
        /// Index into `Chapter::links`.
        link: usize,
        /// The tooltip, "" for none.
        title: String,
        /// The text of the link.
        text: Vec<Inline>,
    },
    /// An image in running text.
    Image(Image),
    /// A reference to a footnote.
    FootnoteRef {
        /// Index into `Chapter::footnotes`.
        note: usize,
        /// The number of this reference among those to the same footnote, from 1.
        use_count: usize,
    },
    /// A formula in running text, as LaTeX.
    Math(String),
    /// A formula on a line of its own between the lines of a paragraph, as LaTeX.
    DisplayMath(String),
    /// An emoji that was written as a code.
    Emoji {
        /// The emoji.
        sign: String,
        /// The code with its colons, which GitHub uses in the ids of headings.
        code: String,
    },
    /// A blank to write on.
    Blank(Blank),
    /// Raw HTML that is safe to write.
    Html(RawToken),
    /// A line end that is displayed as a space. Those between Han characters are removed while parsing.
    SoftBreak,
    /// A line break.
    HardBreak,
}

/// A blank to write on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blank {
    /// Its width as a number of underscores.
    pub width: u32,
    /// Its name, if it has one. Blanks with the same name are filled in together.
    pub name: Option<String>,
}

/// An image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Image {
    /// Index into `Chapter::links`.
    pub link: usize,
    /// The alternative text.
    pub alt: String,
    /// The tooltip or caption, "" for none.
    pub title: String,
    /// Its width, if the author set it.
    pub width: Option<ImageLength>,
    /// Its height, if the author set it.
    pub height: Option<ImageLength>,
    /// Where it is in its line, if the author set it.
    pub align: Option<ImageAlign>,
}

/// A list.
#[derive(Debug)]
pub struct List {
    /// The first number; `None` for a bullet list.
    pub start: Option<u64>,
    /// Whether the list is tight: paragraphs of its items are written without `<p>`.
    pub tight: bool,
    /// The items.
    pub items: Vec<ListItem>,
    /// Index into `Chapter::checklists`, set on the outermost list of a checklist only.
    pub checklist: Option<usize>,
}

/// An item of a list.
#[derive(Debug)]
pub struct ListItem {
    /// Set if the item has a checkbox.
    pub task: Option<TaskRef>,
    /// The text of the pause before it, if there is one; it may be empty.
    pub pause: Option<String>,
    /// Its content.
    pub blocks: Vec<Block>,
    /// Its range in the chapter's text.
    pub span: Span,
}

/// The position of a task item in the lists of its chapter: `checklists[list].items[item]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskRef {
    /// Index into [`super::Chapter::checklists`].
    pub list: usize,
    /// Index into the items of that checklist.
    pub item: usize,
}

/// A code block.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeBlock {
    /// The language as written, "" for none.
    pub language: String,
    /// Its title.
    pub title: Option<String>,
    /// The numbers of the lines to highlight, from 1.
    pub marked: Vec<u32>,
    /// The number to display for its first line, if lines are numbered.
    pub numbered_from: Option<u32>,
    /// The words after the language that other tools use (`ignore`, `editable`).
    pub classes: Vec<String>,
    /// The numbers of the lines that are not displayed, from 1. They are copied with the code.
    pub hidden: Vec<u32>,
    /// The code, including hidden lines.
    pub text: String,
}

impl CodeBlock {
    /// The code that is displayed: without hidden lines.
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
    /// Set if the table is a log with empty rows to fill in.
    pub log: Option<Log>,
    /// The id of the form that the table is, if it is one.
    pub form: Option<String>,
}

/// The attributes of a log, from the comment before its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Its id.
    pub id: Option<String>,
    /// The number of empty rows.
    pub rows: u32,
    /// Whether it is printed on landscape paper.
    pub landscape: bool,
}

/// The alignment of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    /// The default of the language.
    None,
    /// Left.
    Left,
    /// Centre.
    Center,
    /// Right.
    Right,
}

/// A directive or an alert.
#[derive(Debug)]
pub struct Directive {
    /// A name of [`crate::theme::DIRECTIVES`].
    pub name: &'static str,
    /// Its title; empty for the default one.
    pub title: Vec<Inline>,
    /// The kind of box of another tool that it was written as, whose title is then the default one.
    pub kind: Option<&'static BoxKind>,
    /// Its id, if its author wrote one.
    pub id: Option<Anchor>,
    /// Whether a `details` directive starts open.
    pub open: bool,
    /// Its content.
    pub body: Vec<Block>,
}

/// A term and its definitions.
#[derive(Debug)]
pub struct Definition {
    /// The term.
    pub term: Vec<Inline>,
    /// The range of the term in the chapter's text.
    pub span: Span,
    /// Its id.
    pub anchor: Option<Anchor>,
    /// Its definitions.
    pub definitions: Vec<Vec<Block>>,
}

/// A token of raw HTML that the safe list allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RawToken {
    /// A start tag with its allowed attributes.
    Open {
        /// The element's name, lower case, from the safe list.
        #[serde(deserialize_with = "super::safe_list::read_element")]
        name: SafeName,
        /// Its allowed attributes.
        attributes: Vec<RawAttribute>,
    },
    /// An end tag; it matches a start tag in the same parent.
    Close(#[serde(deserialize_with = "super::safe_list::read_element")] SafeName),
    /// Text, with references decoded.
    Text(String),
    /// A comment without anything inside that could end it.
    Comment(String),
    /// Markup as written, in a book that trusts its authors (`raw_html = "all"`).
    Markup(String),
}

/// An allowed attribute of raw HTML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RawAttribute {
    /// A name and its value, unescaped.
    Plain(#[serde(deserialize_with = "super::safe_list::read_attribute")] SafeName, String),
    /// `href` or `src`, with an index into `Chapter::links`.
    Link(#[serde(deserialize_with = "super::safe_list::read_attribute")] SafeName, usize),
    /// In a drawing: a reference to the element with an id, `#id`.
    Place(#[serde(deserialize_with = "super::safe_list::read_attribute")] SafeName, String),
    /// In a drawing: the gradient, marker or the like with an id, `url(#id)`.
    Paint(#[serde(deserialize_with = "super::safe_list::read_attribute")] SafeName, String),
}
