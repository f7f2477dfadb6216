//! A book of mdBook as this module knows it, and which of its programs may run.

use std::collections::BTreeSet;
use std::path::PathBuf;

use toml::Table;

use crate::book::Summary;

/// What only this module knows of a book of mdBook.
#[derive(Debug)]
pub struct MdBook {
    /// The folder of `book.toml`.
    pub(super) root: PathBuf,
    /// `book.toml`, with the variables of the environment applied.
    pub(super) toml: Table,
    /// Which programs it may run.
    pub(super) plugins: Plugins,
    /// `SUMMARY.md`, read.
    pub(super) summary: Summary,
    /// The paths of the chapters it lists, as paths of the content.
    pub(super) listed: BTreeSet<String>,
    /// The folder that includes do not leave.
    pub(super) reach: PathBuf,
}

/// What of the programs that a book names may run.
#[derive(Debug, Clone)]
pub struct Plugins {
    /// Whether any may.
    pub run: bool,
    /// Names of preprocessors whose program is to run although we have its work built in.
    pub external: Vec<String>,
}

impl Plugins {
    /// All that the book asks for, but for what is built in.
    #[must_use]
    pub fn asked_for() -> Self {
        Self { run: true, external: Vec::new() }
    }

    /// None: for books that are not trusted.
    #[must_use]
    pub fn none() -> Self {
        Self { run: false, external: Vec::new() }
    }
}
