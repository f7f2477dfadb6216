//! What an output describes: pages to be filled in and files as they are.

use std::sync::Arc;

use super::checklists::CHECKLISTS;
use super::feeds::FEEDS;
use super::files::FILES;
use super::host::HOST;
use super::markdown::MARKDOWN;
use super::not_found::NOT_FOUND;
use super::offline::OFFLINE;
use super::one_file::ONE_FILE;
use super::opensearch::OPENSEARCH;
use super::pages::PAGES;
use super::print::PRINT;
use super::redirects::REDIRECTS;
use super::search::SEARCH;
use super::search_page::SEARCH_PAGE;
use super::sheets::SHEETS;
use crate::config::OutputConfig;
use crate::path::SitePath;
use crate::render::{Edition, View};
use crate::site::Role;
use crate::source::SourceFile;

/// One part of the site: adding one is a file with its `compose` and a line in [`OUTPUTS`].
#[derive(Debug)]
pub struct Output {
    /// Its name.
    pub name: &'static str,
    /// What it is, in one line.
    pub about: &'static str,
    /// Whether a book wants it.
    pub wanted: fn(&OutputConfig) -> bool,
    /// Describes its pages and files. Writes nothing and has no state.
    pub compose: fn(&Composition<'_>) -> Vec<Artifact>,
}

/// What outputs read.
#[derive(Debug)]
pub struct Composition<'a> {
    /// The book, typeset.
    pub edition: &'a Edition<'a>,
    /// The chapters' texts, sorted by path.
    pub sources: &'a [SourceFile],
    /// Seconds since 1970 that stand for the day of a book that names none.
    pub epoch: Option<u64>,
}

/// A page or a file of the site.
#[derive(Debug)]
pub enum Artifact {
    /// A template to fill in.
    Page {
        /// Where it goes.
        path: SitePath,
        /// The template's name.
        template: &'static str,
        /// What the template may see.
        view: View,
    },
    /// Bytes as they are.
    File {
        /// Where they go.
        path: SitePath,
        /// What they are to the site.
        role: Role,
        /// The bytes.
        bytes: Arc<[u8]>,
    },
}

/// Every output, in the order of composition. A path claimed twice belongs to the first.
pub const OUTPUTS: &[Output] = &[
    PAGES,
    CHECKLISTS,
    SHEETS,
    PRINT,
    ONE_FILE,
    NOT_FOUND,
    SEARCH,
    SEARCH_PAGE,
    OPENSEARCH,
    FEEDS,
    MARKDOWN,
    HOST,
    OFFLINE,
    FILES,
    REDIRECTS,
];

impl Artifact {
    /// A page at a path known to be good; nothing if the path is not.
    pub(super) fn page(path: &str, template: &'static str, view: impl FnOnce(&SitePath) -> View) -> Option<Self> {
        let path = SitePath::new(path)?;
        let view = view(&path);
        Some(Self::Page { path, template, view })
    }

    /// A text at a path known to be good; nothing if the path is not.
    pub(super) fn text(path: &str, text: String) -> Option<Self> {
        Some(Self::File { path: SitePath::new(path)?, role: Role::Meta, bytes: text.into_bytes().into() })
    }

    /// Where it goes.
    #[must_use]
    pub fn path(&self) -> &SitePath {
        match self {
            Self::Page { path, .. } | Self::File { path, .. } => path,
        }
    }
}
