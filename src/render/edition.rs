//! A book that is put together, with the theme that shows it: what all its pages are made from.

use std::fmt;
use std::sync::Arc;

use super::facts::Facts;
use super::highlights::Highlights;
use super::template::Templates;
use super::theme_files::ThemeFiles;
use super::trees::Trees;
use crate::book::{Book, PageId};
use crate::chapter::Chapter;
use crate::config::Project;
use crate::source::{Days, Digest};
use crate::theme::Strings;

/// What all pages share, whichever form of the book they are part of. It is complete when it is made, and the same for all
/// threads that make pages from it.
pub struct Edition {
    /// The book: pages, links and checklists, resolved.
    pub book: Book,
    /// Its folder and configuration.
    pub project: Project,
    /// What only the whole book knows of itself.
    pub facts: Facts,
    /// The chapters' texts and trees.
    pub trees: Trees,
    /// The day each chapter's file last changed, as far as it is known.
    pub days: Arc<Days>,
    /// Strings of the interface, in the book's language.
    pub strings: Strings,
    /// The theme's templates.
    pub templates: Templates,
    /// Whether the book's own theme replaces a template.
    pub own_templates: bool,
    /// Where the theme's own files are in the site.
    pub theme: ThemeFiles,
    /// Code that was highlighted before.
    pub highlights: Arc<Highlights>,
    /// The digest of all that decides how pages look besides their text: configuration, theme, program.
    pub surroundings: Digest,
}

impl fmt::Debug for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edition").field("book", &self.book.meta.title).finish_non_exhaustive()
    }
}

impl Edition {
    /// A chapter with its blocks.
    #[must_use]
    pub fn chapter(&self, id: PageId) -> Arc<Chapter> {
        self.trees.whole(&self.book.page(id).chapter)
    }

    /// A string of the interface.
    #[must_use]
    pub fn string(&self, key: &str) -> &str {
        self.strings.get(key).map_or("", String::as_str)
    }
}
