//! The whole book in one document: for paper, in one file, in the zip.

use serde::Serialize;

use super::nav::{NavItem, TocItem};
use super::sheets::{ChecklistGroup, SheetCard};
use super::site::{Crumb, HeadView, SiteView};

/// `print.html`: the book on one page.
#[derive(Debug, Clone, Serialize)]
pub struct PrintView {
    /// Common to all pages.
    pub site: SiteView,
    /// For the head.
    pub head: HeadView,
    /// Table of contents; hrefs lead to places on this page.
    pub contents: Vec<NavItem>,
    /// Of a book too large for one page: its parts, each a page of its own; this one then holds no chapters.
    pub parts: Vec<Crumb>,
    /// The chapters in reading order.
    pub chapters: Vec<PrintChapter>,
    /// The day the book was last reviewed.
    pub revised: Option<String>,
    /// The address of the book, if it has a `url`.
    pub address: Option<String>,
}

/// A chapter of the print edition.
#[derive(Debug, Clone, Serialize)]
pub struct PrintChapter {
    /// Its id on the page.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its text; ids carry the chapter's own id before them, so that they are unique.
    pub body_html: String,
}

/// `book.html`: the whole book in one file. Each page of the site is a leaf of it, found by its path behind `#`.
#[derive(Debug, Clone, Serialize)]
pub struct BookView {
    /// Common to all pages; what it names is in the file itself. It names no style sheets and scripts.
    pub site: SiteView,
    /// For the head.
    pub head: HeadView,
    /// The style sheets.
    pub style: String,
    /// What shows all leaves to a reader without scripts, as a style sheet.
    pub unscripted_style: String,
    /// The script that runs before the page is drawn.
    pub early_script: String,
    /// The script that runs once the page is read.
    pub script: String,
    /// The sidebar.
    pub nav: Vec<NavItem>,
    /// The table of contents of the edition for paper.
    pub contents: Vec<NavItem>,
    /// The chapters in reading order.
    pub chapters: Vec<LeafView>,
    /// The checklists, as on their page.
    pub overview: Vec<ChecklistGroup>,
    /// How many checklists there are.
    pub count: usize,
    /// The tags of pages that have checklists.
    pub tags: Vec<String>,
    /// All checklists, forms and logs.
    pub sheets: Vec<SheetLeafView>,
    /// The parts of the search index: name and JSON.
    pub index: Vec<(String, String)>,
    /// The day the book was last reviewed.
    pub revised: Option<String>,
    /// The address of the book, if it has a `url`.
    pub address: Option<String>,
}

/// A chapter in the book's one file.
#[derive(Debug, Clone, Serialize)]
pub struct LeafView {
    /// Its place: the path of its page.
    pub id: String,
    /// Its title, book title included, for the browser's tab.
    pub head_title: String,
    /// Its title.
    pub title: String,
    /// Whether it is the book's home page.
    pub is_home: bool,
    /// Whether it is in the edition for paper.
    pub printed: bool,
    /// Its text; ids carry the place before them.
    pub body_html: String,
    /// Its headings of level 2 and 3.
    pub toc: Vec<TocItem>,
    /// The pages above it.
    pub breadcrumbs: Vec<Crumb>,
    /// The page before it in reading order.
    pub previous: Option<Crumb>,
    /// The page after it.
    pub next: Option<Crumb>,
    /// The day the text was last reviewed.
    pub revised: Option<String>,
    /// Minutes to read it.
    pub minutes: u32,
    /// Its tags.
    pub tags: Vec<String>,
    /// Ids that moved and where they are now.
    pub anchor_redirects: Vec<(String, String)>,
}

/// A sheet in the book's one file.
#[derive(Debug, Clone, Serialize)]
pub struct SheetLeafView {
    /// Its place.
    pub id: String,
    /// What is printed.
    pub sheet: SheetCard,
}

/// `start.html`: the first page of the zip, which says how to open the book.
#[derive(Debug, Clone, Serialize)]
pub struct StartView {
    /// Common to all pages; of its hrefs only `home` is used.
    pub site: SiteView,
    /// For the head.
    pub head: HeadView,
    /// Its style sheet.
    pub style: String,
}
