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

/// The state of the writer that only an EPUB needs.
#[derive(Debug, Default)]
pub(super) struct EpubState {
    /// Whether a formula was written.
    pub(super) math: bool,
    /// The hrefs of the pictures written so far.
    pub(super) images: BTreeSet<String>,
    /// Raw elements that are open: the name in the source, and the name written, if a tag was.
    pub(super) open: Vec<(&'static str, Option<&'static str>)>,
    /// How many of them are open outside the container that is being written.
    pub(super) outside: usize,
    /// How many elements are open around it that contain nothing but running text.
    pub(super) running: usize,
}
