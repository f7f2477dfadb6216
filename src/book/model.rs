//! What only the whole book knows, laid beside its chapters.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::terms::Terms;
use crate::chapter::Chapter;
use crate::diagnostic::Place;
use crate::path::{Anchor, ContentPath, Permalink, SitePath, generated};
use crate::source::Asset;

/// A page's place in reading order; index into [`Book::pages`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageId(pub usize);

/// The book, whole and settled: every link resolved, every path owned once.
#[derive(Debug)]
pub struct Book {
    /// What it says about itself.
    pub meta: Meta,
    /// Its pages in reading order.
    pub pages: Vec<Page>,
    /// Its table of contents.
    pub outline: Vec<OutlineItem>,
    /// Its checklists, in reading order.
    pub checklists: Vec<Checklist>,
    /// Pages that only lead elsewhere, sorted by path.
    pub redirects: Vec<Redirect>,
    /// Redirects of anchors, by page: old anchor to where it leads now.
    pub anchor_redirects: BTreeMap<PageId, Vec<(String, Target)>>,
    /// Files published as they are.
    pub assets: Vec<Asset>,
    /// The page whose definitions explain the book's terms.
    pub glossary: Option<PageId>,
    /// Its terms.
    pub terms: Terms,
    /// A line over every page.
    pub banner: Option<Banner>,
}

/// What a book says about itself, gaps filled in.
#[derive(Debug, Clone)]
pub struct Meta {
    /// Title.
    pub title: String,
    /// A short name that never changes.
    pub id: String,
    /// BCP 47 language.
    pub language: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// One sentence.
    pub description: Option<String>,
    /// The address it is published at, ending in `/`.
    pub url: Option<String>,
    /// The day it was last looked through.
    pub revised: Option<String>,
    /// A line for the foot of every page.
    pub footer: Option<String>,
    /// Where a page can be edited, with `{path}` in it.
    pub edit_url: Option<String>,
}

/// A chapter and its place in the book.
#[derive(Debug)]
pub struct Page {
    /// The chapter.
    pub chapter: Arc<Chapter>,
    /// Where it is published.
    pub permalink: Permalink,
    /// Its title in lists.
    pub title: String,
    /// Its number: `[1, 2]` for 1.2; empty for an unnumbered page.
    pub number: Vec<u32>,
    /// The pages above it, outermost first.
    pub parents: Vec<PageId>,
    /// The title of the part it belongs to.
    pub part: Option<String>,
    /// One for each of [`Chapter::headings`]: its number, if it shows one.
    pub heading_numbers: Vec<Option<Vec<u32>>>,
    /// One for each of [`Chapter::links`].
    pub targets: Vec<Target>,
    /// One for each of [`Chapter::checklists`]: index into [`Book::checklists`].
    pub checklists: Vec<usize>,
    /// The terms of the glossary that it uses, or that its links lead to: indices into [`Book::terms`], ascending.
    pub terms: Vec<usize>,
}

/// An entry of the table of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutlineItem {
    /// A page with the entries under it.
    Page(PageId, Vec<OutlineItem>),
    /// A chapter that is planned: its number, title and the entries under it.
    Draft(Vec<u32>, String, Vec<OutlineItem>),
    /// A link that leads out of the chapters.
    Link(String, Target),
    /// The title of the part that follows.
    Part(String),
    /// A line between entries.
    Separator,
}

/// What a link points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A page, perhaps a place in it.
    Page(PageId, Option<Anchor>),
    /// A file of the book.
    Asset(ContentPath),
    /// Another site, or mail or telephone: written as it is.
    External(String),
    /// Something beside the book that it does not hold: a path from the site's root, which may begin with `../` or `/`.
    Beside(String),
    /// Nothing: reported, and shown as text.
    Broken,
}

/// A checklist and its place in the book.
#[derive(Debug, Clone)]
pub struct Checklist {
    /// Unique in the book.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The page it stands on.
    pub page: PageId,
    /// Which of that page's checklists it is.
    pub index: usize,
    /// The anchor of the heading it stands under.
    pub anchor: Option<Anchor>,
    /// Where its own sheet is published.
    pub sheet: SitePath,
}

/// A line over every page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Banner {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub to: Option<Target>,
}

/// A page that only leads elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// The old address.
    pub from: Permalink,
    /// Where it leads.
    pub to: Target,
    /// Where it is written, if it is.
    pub at: Option<Place>,
}

impl Book {
    /// The page with this id.
    #[must_use]
    pub fn page(&self, id: PageId) -> &Page {
        &self.pages[id.0]
    }

    /// All page ids in reading order.
    pub fn page_ids(&self) -> impl Iterator<Item = PageId> + use<> {
        (0..self.pages.len()).map(PageId)
    }

    /// The first page, where readers come in; the site's `index.html` leads here.
    #[must_use]
    pub fn home(&self) -> Option<&Page> {
        self.home_id().map(|id| self.page(id))
    }

    /// The same, by its id. Looks at all pages.
    #[must_use]
    pub fn home_id(&self) -> Option<PageId> {
        let at = self.pages.iter().position(|page| page.permalink.file().as_str() == generated::INDEX);
        at.or((!self.pages.is_empty()).then_some(0)).map(PageId)
    }
}
