//! [`Edition`]: a linked book with its theme, from which all pages are made.

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
use crate::digest::Digest;
use crate::source::Days;
use crate::theme::Strings;

/// A linked book with its configuration and theme: everything that all pages share, in a site and in every export. It is
/// complete once it is made, and many threads make pages from it at the same time.
pub struct Edition {
    /// The book: pages, links and checklists, resolved.
    pub book: Book,
    /// Its folder and configuration.
    pub project: Project,
    /// Facts that follow from the whole book.
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
    /// Code blocks that were highlighted before.
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
    /// The tree of a page's chapter, with its blocks.
    #[must_use]
    pub fn chapter(&self, id: PageId) -> Arc<Chapter> {
        self.trees.whole(&self.book.page(id).chapter)
    }

    /// A string of the interface; empty if the theme has none of this name.
    #[must_use]
    pub fn string(&self, key: &str) -> &str {
        self.strings.get(key).map_or("", String::as_str)
    }
}
