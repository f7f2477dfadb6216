//! What the writer writes for: pages, or documents of an EPUB.

use std::collections::BTreeSet;

use serde::Serialize;

/// What the HTML of a chapter becomes part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Medium {
    /// A page that a browser shows.
    Page,
    /// A document of an EPUB.
    Epub,
}

/// An element of raw HTML that plays a file.
#[derive(Debug)]
pub(super) struct OpenMedia {
    /// The range of its start tag in the output.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether it plays a file of the book.
    pub(super) plays: bool,
    /// The name of the file that it names, also if that is on another host.
    pub(super) named: Option<String>,
    /// Elements of the same kinds inside it, whose tags are left out.
    pub(super) inside: usize,
}

/// The state of the writer that only an EPUB needs.
#[derive(Debug, Default)]
pub(super) struct EpubState {
    /// Whether a formula was written.
    pub(super) math: bool,
    /// Whether a drawing was written.
    pub(super) drawing: bool,
    /// The hrefs of the pictures written so far.
    pub(super) images: BTreeSet<String>,
    /// Raw elements that are open: the name in the source, and the name written, if a tag was.
    pub(super) open: Vec<(&'static str, Option<&'static str>)>,
    /// How many of them are open outside the container that is being written.
    pub(super) outside: usize,
    /// How many elements are open around it that contain nothing but running text.
    pub(super) running: usize,
}
