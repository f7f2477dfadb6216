//! The parts of a book that are typeset before anything is composed.

use crate::render::{EpubBody, Sheet};
use crate::search::Index;

/// Chapters and sheets as HTML, and the search index. What a build does not need is empty.
#[derive(Debug, Default)]
pub struct Typeset {
    /// For the site.
    pub site: SiteSheets,
    /// For the book in one file.
    pub file: FileBodies,
    /// For the EPUB: the XHTML of each chapter, in reading order.
    pub epub: Vec<EpubBody>,
    /// What search can find.
    pub index: Index,
}

/// The sheets of a site. Its chapters are typeset when their pages are made.
#[derive(Debug, Default)]
pub struct SiteSheets {
    /// The HTML of each of [`Book::checklists`](crate::book::Book::checklists), for a page of its own.
    pub each: Vec<String>,
    /// All checklists, forms and logs in reading order, for one page.
    pub all: Vec<Sheet>,
}

/// The book in one file.
#[derive(Debug, Default)]
pub struct FileBodies {
    /// The HTML of each chapter, in reading order.
    pub chapters: Vec<String>,
    /// All checklists, forms and logs in reading order.
    pub sheets: Vec<Sheet>,
}
