//! [`MdBook`], a book of mdBook, and [`Plugins`], which of its programs may run.

use std::collections::BTreeSet;
use std::path::PathBuf;

use toml::Table;

use crate::book::Summary;

/// A book of mdBook: what is needed of it beyond its [`Project`](crate::config::Project).
#[derive(Debug)]
pub struct MdBook {
    /// The folder of `book.toml`.
    pub(super) root: PathBuf,
    /// `book.toml`, with the variables of the environment applied.
    pub(super) toml: Table,
    /// Which programs it may run.
    pub(super) plugins: Plugins,
    /// The parsed `SUMMARY.md`.
    pub(super) summary: Summary,
    /// The paths of the chapters that it lists, relative to the content.
    pub(super) listed: BTreeSet<String>,
    /// The folder that includes must be in.
    pub(super) include_root: PathBuf,
}

/// Which of the programs that a book names may run.
#[derive(Debug, Clone)]
pub struct Plugins {
    /// Whether any may run.
    pub run: bool,
    /// Preprocessors whose programs run although they are built into chapbook, by name.
    pub external: Vec<String>,
}

impl Plugins {
    /// All that the book names, except preprocessors that are built in.
    #[must_use]
    pub fn all() -> Self {
        Self { run: true, external: Vec::new() }
    }

    /// None, for books that are not trusted.
    #[must_use]
    pub fn none() -> Self {
        Self { run: false, external: Vec::new() }
    }
}
