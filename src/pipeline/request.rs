//! What a caller asks of a build: which book, for what purpose.

use std::path::PathBuf;

use crate::diagnostic::Severities;
use crate::mdbook::Plugins;
use crate::output::Export;

/// What to build.
#[derive(Debug, Clone)]
pub struct Request {
    /// The folder of the book.
    pub book: PathBuf,
    /// The folder that the site is written to; the configuration's if `None`. A build does not read what is in it.
    pub out: Option<PathBuf>,
    /// What it is built for.
    pub purpose: Purpose,
    /// The URL of the published site, for a book whose configuration names neither a URL nor a domain.
    pub url: Option<String>,
    /// How severe diagnostics are; it overrides the book's configuration.
    pub severities: Severities,
    /// Folders outside of the book, relative to it, that links and includes may lead to, in addition to the configuration's.
    pub follow: Vec<String>,
    /// Which of the programs that an mdBook names may run.
    pub plugins: Plugins,
    /// The date of a book that names none, in seconds since 1970.
    pub epoch: Option<u64>,
    /// Where the dates of the pages' last changes come from.
    pub dating: Dating,
}

impl Request {
    /// A request with nothing but a book and a purpose: the site goes where the configuration says, no programs of the book
    /// run, and dates come from its commits.
    #[must_use]
    pub fn new(book: impl Into<PathBuf>, purpose: Purpose) -> Self {
        Self {
            book: book.into(),
            out: None,
            purpose,
            url: None,
            severities: Severities::default(),
            follow: Vec::new(),
            plugins: Plugins::none(),
            epoch: None,
            dating: Dating::Commits,
        }
    }
}

/// Where the dates of the pages' last changes come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dating {
    /// From the commits of the book's repository, if the book wants it.
    Commits,
    /// There are none.
    None,
}

/// What a book is built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A site for readers: the names of the theme's files contain their digest.
    Publish,
    /// The author's preview: names stay the same, so that a changed style sheet can be swapped in place.
    Preview,
    /// One form of the book; [`Built::site`](super::Built::site) is then what that form holds.
    Export(Export),
}
