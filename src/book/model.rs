//! The book: chapters in order, with everything that depends on more than one chapter.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::terms::Terms;
use crate::chapter::Chapter;
use crate::diagnostic::Place;
use crate::path::{Anchor, ContentPath, Permalink, SitePath, generated};
use crate::source::Asset;

/// A page, by its position in reading order: an index into [`Book::pages`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageId(pub usize);

/// The whole book: every link is resolved, and every path belongs to one page or file.
#[derive(Debug)]
pub struct Book {
    /// Its title, authors, language, …
    pub meta: Meta,
    /// Its pages in reading order.
    pub pages: Vec<Page>,
    /// How many pages the main text has. Those after it are about the folder itself, or translations.
    pub main_pages: usize,
    /// Its table of contents.
    pub outline: Vec<OutlineItem>,
    /// Its checklists, in reading order.
    pub checklists: Vec<Checklist>,
    /// Redirects of whole pages, sorted by old path.
    pub redirects: Vec<Redirect>,
    /// Redirects of anchors, by page: the old anchor and its new target.
    pub anchor_redirects: BTreeMap<PageId, Vec<(String, Target)>>,
    /// Files that are published unchanged.
    pub assets: Vec<Asset>,
    /// The page with the definitions of the book's terms.
    pub glossary: Option<PageId>,
    /// Its terms.
    pub terms: Terms,
    /// The banner on all pages.
    pub banner: Option<Banner>,
}

/// The book's metadata, with defaults for what is not configured.
#[derive(Debug, Clone)]
pub struct Meta {
    /// Title.
    pub title: String,
    /// A short name that must not change: readers' data is stored under it.
    pub id: String,
    /// The language, a BCP 47 tag.
    pub language: String,
    /// The authors.
    pub authors: Vec<String>,
    /// The description, one sentence.
    pub description: Option<String>,
    /// The URL of the published site, ending in `/`.
    pub url: Option<String>,
    /// The date of the last review.
    pub revised: Option<String>,
    /// The footer of all pages.
    pub footer: Option<String>,
    /// The URL where a page can be edited, with `{path}` for its path.
    pub edit_url: Option<String>,
}

/// A chapter and what the book adds to it.
#[derive(Debug)]
pub struct Page {
    /// The chapter.
    pub chapter: Arc<Chapter>,
    /// Where it is published.
    pub permalink: Permalink,
    /// Its title in lists.
    pub title: String,
    /// Its number: `[1, 2]` for 1.2; empty if it has none.
    pub number: Vec<u32>,
    /// The pages above it, outermost first.
    pub parents: Vec<PageId>,
    /// The title of its part.
    pub part: Option<String>,
    /// The number of each of [`Chapter::headings`] that has one.
    pub heading_numbers: Vec<Option<Vec<u32>>>,
    /// The target of each of [`Chapter::links`].
    pub targets: Vec<Target>,
    /// For each of [`Chapter::checklists`] its index in [`Book::checklists`].
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
    /// A title over other entries: its number, title and the entries under it.
    Group(Vec<u32>, String, Vec<OutlineItem>),
    /// A link to something that is not a chapter.
    Link(String, Target),
    /// The title of a part; the entries after it belong to the part.
    Part(String),
    /// A separator.
    Separator,
}

/// The target of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A page, or an anchor in it.
    Page(PageId, Option<Anchor>),
    /// A file of the content.
    Asset(ContentPath),
    /// A full URL: of another site, `mailto:` or `tel:`.
    External(String),
    /// A file that the book does not contain but its host may: a path relative to the site's root, which may begin with
    /// `../` or `/`. Only books with `broken_links = "keep"` have such links.
    OutsideBook(String),
    /// No target: the link is reported, and its text is shown without a link.
    Broken,
}

/// A checklist of the book.
#[derive(Debug, Clone)]
pub struct Checklist {
    /// Its id, unique in the book.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its page.
    pub page: PageId,
    /// Its index in [`Chapter::checklists`] of the page's chapter.
    pub index: usize,
    /// The anchor of the heading above it.
    pub anchor: Option<Anchor>,
    /// The file of its printable sheet.
    pub sheet: SitePath,
}

/// A banner on all pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Banner {
    /// Its text.
    pub text: String,
    /// The target of its link.
    pub to: Option<Target>,
}

/// A redirect of a whole page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// The old address.
    pub from: Permalink,
    /// The new target.
    pub to: Target,
    /// Where the author wrote it; `None` for one that chapbook added.
    pub at: Option<Place>,
}

impl Book {
    /// The page with this id.
    #[must_use]
    pub fn page(&self, id: PageId) -> &Page {
        &self.pages[id.0]
    }

    /// The pages before and after a page in reading order. Pages that the contents leave out have none and are none.
    #[must_use]
    pub fn neighbours(&self, id: PageId) -> (Option<PageId>, Option<PageId>) {
        let shown = |at: &usize| self.pages.get(*at).is_some_and(|page| page.chapter.front.sidebar != Some(false));
        if !shown(&id.0) {
            return (None, None);
        }
        let after = (id.0 + 1..self.pages.len()).find(shown);
        ((0..id.0).rev().find(shown).map(PageId), after.map(PageId))
    }

    /// All page ids in reading order.
    pub fn page_ids(&self) -> impl Iterator<Item = PageId> + use<> {
        (0..self.pages.len()).map(PageId)
    }

    /// The home page: the one at the site's root, else the first one.
    #[must_use]
    pub fn home(&self) -> Option<&Page> {
        self.home_id().map(|id| self.page(id))
    }

    /// The id of the home page. Searches all pages.
    #[must_use]
    pub fn home_id(&self) -> Option<PageId> {
        let at = self.pages.iter().position(|page| page.permalink.file().as_str() == generated::INDEX);
        at.or((!self.pages.is_empty()).then_some(0)).map(PageId)
    }
}
