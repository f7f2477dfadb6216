//! The open containers of the tree builder: one [`Frame`] each.

use std::ops::Range;

use super::comment::Comment;
use super::gathered::Written;
use super::nodes::{Block, Definition, Directive, Inline, ListItem, Table, TaskRef};
use super::open_elements::OpenElements;
use super::raw_html::Piece;
use crate::theme::BoxKind;

/// The maximum depth of nested containers. Deeper ones are dropped, their content is kept.
pub(super) const MAX_FRAMES: usize = 128;
/// The maximum depth including emphasis and links.
pub(super) const MAX_INLINE_FRAMES: usize = 192;

/// An open container.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: FrameKind,
    pub(super) range: Range<usize>,
    pub(super) blocks: Vec<Block>,
    pub(super) inlines: Vec<Inline>,
    /// Text that is not yet in `inlines`: a range that equals the source.
    pub(super) literal: Option<Range<usize>>,
    /// The elements of raw HTML that are open here, outermost first.
    pub(super) raw: OpenElements,
    /// A comment for the block that follows it.
    pub(super) comment: Option<Written<Comment>>,
    /// A pause after a list: if another list follows, its items are appended to the first.
    pub(super) pause: Option<Written<String>>,
}

/// The kinds of open containers, with what is known of them so far.
#[derive(Debug)]
pub(super) enum FrameKind {
    Root,
    Quote(Option<Alert>),
    List {
        start: Option<u64>,
        tight: bool,
        items: Vec<ListItem>,
    },
    Item(Option<TaskRef>),
    Definitions(Vec<Definition>),
    Definition,
    Footnote(String),
    Directive(OpenDirective),
    Table(Table),
    Row {
        head: bool,
        cells: Vec<Vec<Inline>>,
    },
    Code {
        info: Option<String>,
        text: String,
    },
    Html(Piece),
    /// Running text; implicit in a tight list, where the parser has no events for paragraphs.
    Paragraph {
        implicit: bool,
    },
    Heading(OpenHeading),
    Cell,
    Term,
    Title,
    Emphasis,
    Strong,
    Strikethrough,
    Link {
        link: usize,
        title: String,
    },
    Image {
        link: usize,
        title: String,
    },
}

/// A heading that is open.
#[derive(Debug)]
pub(super) struct OpenHeading {
    pub(super) level: u8,
    pub(super) id: Option<String>,
    pub(super) numbered: bool,
    /// Whether the parser found neither id nor class: braces at the heading's end are then part of its text.
    pub(super) bare: bool,
}

impl FrameKind {
    /// Whether it contains running text directly.
    pub(super) fn is_running_text(&self) -> bool {
        self.is_inline() || matches!(self, Self::Paragraph { .. } | Self::Heading(_) | Self::Cell | Self::Term)
    }

    pub(super) fn is_inline(&self) -> bool {
        matches!(self, Self::Emphasis | Self::Strong | Self::Strikethrough | Self::Link { .. } | Self::Image { .. })
    }
}

impl Frame {
    pub(super) fn new(kind: FrameKind, range: Range<usize>) -> Self {
        Self {
            kind,
            range,
            blocks: Vec::new(),
            inlines: Vec::new(),
            literal: None,
            raw: OpenElements::default(),
            comment: None,
            pause: None,
        }
    }
}

/// The directive that an alert becomes.
#[derive(Debug)]
pub(super) struct Alert {
    pub(super) name: &'static str,
    pub(super) kind: Option<&'static BoxKind>,
    pub(super) open: bool,
    pub(super) title: Vec<Inline>,
}

/// A directive that is open.
#[derive(Debug)]
pub(super) struct OpenDirective {
    /// The number of colons of its opening fence; 0 once its closing fence has been read.
    pub(super) colons: usize,
    /// The range of its opening fence.
    pub(super) fence: Range<usize>,
    /// The node without its body; `None` if its content goes into the parent because its name is unknown.
    pub(super) directive: Option<Directive>,
}
