//! Containers that are open while the tree is built.

use std::ops::Range;

use super::comment::Comment;
use super::gathered::Written;
use super::nodes::{Block, Definition, Directive, Inline, ListItem, Table, TaskRef};
use super::raw_html::Piece;

/// Containers nested deeper than this are left out, their content stays.
pub(super) const MAX_FRAMES: usize = 128;
/// The same with emphasis and links in the innermost container.
pub(super) const MAX_INLINE_FRAMES: usize = 192;

/// An open container.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: FrameKind,
    pub(super) range: Range<usize>,
    pub(super) blocks: Vec<Block>,
    pub(super) inlines: Vec<Inline>,
    /// Text not yet put into `inlines`: it stands in the source just so.
    pub(super) literal: Option<Range<usize>>,
    /// Elements of raw HTML opened here and not yet closed.
    pub(super) raw: Vec<OpenElement>,
    /// A comment that waits for the block it speaks of.
    pub(super) comment: Option<Written<Comment>>,
    /// The pause that has just stood behind a list, which may go on.
    pub(super) pause: Option<Written<String>>,
}

/// An element of raw HTML that is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct OpenElement {
    /// What its end tag is called in the text.
    pub(super) written: &'static str,
    /// What it is called in the page.
    pub(super) name: &'static str,
}

/// What an open container is.
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
    /// Running text; implicit in a tight list, where the parser tells of no paragraph.
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

/// A heading whose text is being read.
#[derive(Debug)]
pub(super) struct OpenHeading {
    pub(super) level: u8,
    pub(super) id: Option<String>,
    pub(super) numbered: bool,
    /// Whether the parser has told of neither id nor class: braces at the heading's end are then its text.
    pub(super) bare: bool,
}

impl FrameKind {
    /// Whether running text may stand right in it.
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
            raw: Vec::new(),
            comment: None,
            pause: None,
        }
    }
}

/// The box an alert is, and its title.
pub(super) type Alert = (&'static str, Vec<Inline>);

/// A box that is open.
#[derive(Debug)]
pub(super) struct OpenDirective {
    /// How many colons opened it.
    pub(super) colons: usize,
    /// The line that opened it.
    pub(super) fence: Range<usize>,
    /// What it becomes; `None` if its content goes into the container around it.
    pub(super) directive: Option<Directive>,
}
