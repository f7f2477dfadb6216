//! Blocks and running text: the nodes of a chapter's tree.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::safe_list::SafeName;
use crate::diagnostic::Span;
use crate::path::Anchor;

/// A block and where it stands in the chapter's text.
#[derive(Debug)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its range of the text.
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
    /// Set if the item has a checkbox.
    pub task: Option<TaskRef>,
    /// The words of the pause before it, if there is one; they may be empty.
    pub pause: Option<String>,
    /// Its blocks; in a tight list a paragraph is written without `<p>`.
    pub blocks: Vec<Block>,
    /// Its range of the text.
    pub span: Span,
}

/// Where the entry of a task item is: `checklists[list].items[item]` of its chapter.
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
    /// Where the term is.
    pub span: Span,
    /// Its id, if terms have one.
    pub anchor: Option<Anchor>,
    /// Its definitions.
    pub definitions: Vec<Vec<Block>>,
}

/// A piece of raw HTML after the safe list was held against it.
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
    /// An end tag; each one matches an open tag of the same parent.
    Close(#[serde(deserialize_with = "super::safe_list::read_element")] SafeName),
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
    Plain(#[serde(deserialize_with = "super::safe_list::read_attribute")] SafeName, String),
    /// `href` or `src`: index into [`Chapter::links`].
    Link(#[serde(deserialize_with = "super::safe_list::read_attribute")] SafeName, usize),
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
            Inline::Image(image) => text.push_str(&image.alt),
            Inline::SoftBreak | Inline::HardBreak => text.push(' '),
            Inline::Blank(blank) => text.extend(std::iter::repeat_n('_', blank.width as usize)),
            inline => push_plain(inline.inner().unwrap_or_default(), text),
        }
    }
}
