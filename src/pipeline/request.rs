//! What a caller asks of a build.

use std::path::PathBuf;

use crate::diagnostic::Severities;
use crate::mdbook::Plugins;
use crate::output::Export;

/// What to build.
#[derive(Debug, Clone)]
pub struct Request {
    /// The folder of the book.
    pub book: PathBuf,
    /// Where the site goes, if not where the book's configuration says.
    pub out: Option<PathBuf>,
    /// For whom.
    pub purpose: Purpose,
    /// How grave findings are, whatever the book's configuration says.
    pub severities: Severities,
    /// Which of the programs that a book of mdBook names may run.
    pub plugins: Plugins,
    /// Seconds since 1970 that stand for the day of a book that names none.
    pub epoch: Option<u64>,
    /// Where days come from on which pages last changed.
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
            severities: Severities::default(),
            plugins: Plugins::none(),
            epoch: None,
            dating: Dating::Commits,
        }
    }
}

/// Where the days come from on which pages last changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dating {
    /// From the commits of the book's repository, if the book wants it.
    Commits,
    /// From nowhere.
    None,
}

/// For whom a site is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// For readers: assets bear their digest in their names.
    Publish,
    /// For the author's preview: names stay, so that a changed style sheet can be swapped in place.
    Preview,
    /// To be carried away in one form; the site is then what the form holds.
    Export(Export),
}
