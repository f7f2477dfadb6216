//! What is known of a book's outline, and the sidebars written so far.
//!
//! Pages of one folder whose entries are in the same list have the same sidebar with the same hrefs; all that differs is
//! which entry is marked as the page shown. So it is written once for all of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::book::{Book, OutlineItem, PageId};
use crate::digest::Digest;
use crate::error::Error;
use crate::escape::push_attribute;
use crate::path::SitePath;

/// The most entries of an outline that every page shows in full.
const WHOLE: usize = 400;
/// How many entries of one list a page of a larger book shows; the others are a click away.
pub(super) const WINDOW: usize = 50;

/// What is known of a book's outline, and the sidebars written so far.
#[derive(Debug, Default)]
pub struct Sidebars {
    entries: usize,
    /// The home page.
    home: Option<PageId>,
    places: BTreeMap<PageId, Place>,
    written: Mutex<BTreeMap<Key, Arc<Sidebar>>>,
}

/// Where a page is in the outline.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// The number of the list it is an entry of.
    list: usize,
    /// Its place in that list.
    at: usize,
    /// Whether it has entries under it.
    branch: bool,
}

/// What decides how a sidebar looks, but for the mark of the page shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    folder: String,
    list: usize,
    window: usize,
}

/// A sidebar as HTML.
#[derive(Debug)]
pub(super) struct Sidebar {
    html: String,
    /// Its digest.
    digest: Digest,
}

impl Sidebars {
    /// Reads a book's outline; nothing is written yet.
    #[must_use]
    pub fn of(book: &Book) -> Self {
        let mut sidebars = Self { home: book.home_id(), ..Self::default() };
        let mut lists = 0;
        sidebars.add(&book.outline, &mut lists);
        sidebars
    }

    fn add(&mut self, items: &[OutlineItem], lists: &mut usize) {
        let list = *lists;
        *lists += 1;
        for (at, item) in items.iter().enumerate() {
            self.entries += 1;
            let children = children(item);
            if let OutlineItem::Page(id, _) = item {
                self.places.insert(*id, Place { list, at, branch: !children.is_empty() });
            }
            self.add(children, lists);
        }
    }

    /// The home page.
    #[must_use]
    pub fn home(&self) -> Option<PageId> {
        self.home
    }

    /// Whether every page shows the whole outline.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.entries <= WHOLE
    }

    /// The sidebar that a page at a path shares with its neighbours: written by `write`, unless one of them has had it
    /// written before. `None` if the page has entries under it, which its neighbours do not show.
    ///
    /// # Errors
    /// That of `write`.
    pub(super) fn shared(
        &self,
        id: PageId,
        from: &SitePath,
        write: impl FnOnce() -> Result<String, Error>,
    ) -> Result<Option<Arc<Sidebar>>, Error> {
        let Some(place) = self.places.get(&id).filter(|place| !place.branch) else { return Ok(None) };
        let folder = from.folder().to_owned();
        let window = if self.is_whole() { 0 } else { place.at / WINDOW };
        let key = Key { folder, list: place.list, window };
        let known = || self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known().get(&key).cloned();
        if before.is_some() {
            return Ok(before);
        }
        let sidebar = Arc::new(Sidebar::new(write()?));
        known().insert(key, sidebar.clone());
        Ok(Some(sidebar))
    }
}

impl Sidebar {
    fn new(html: String) -> Self {
        Self { digest: Digest::of(html.as_bytes()), html }
    }

    /// The HTML with the link to the page shown marked; `None` if it is not there exactly once.
    fn marked(&self, href: &str) -> Option<String> {
        let mut link = "<a href=\"".to_owned();
        push_attribute(href, &mut link);
        link.push('"');
        let at = self.html.find(&link)? + link.len();
        if self.html[at..].contains(&link) {
            return None;
        }
        Some([&self.html[..at], " aria-current=\"page\"", &self.html[at..]].concat())
    }
}

/// The sidebar of a chapter's page.
#[derive(Debug)]
pub struct PageSidebar {
    sidebar: Arc<Sidebar>,
    /// The href to be marked in it, if its neighbours share it.
    href: Option<String>,
}

impl PageSidebar {
    /// One that no other page shows.
    pub(super) fn alone(html: String) -> Self {
        Self { sidebar: Arc::new(Sidebar::new(html)), href: None }
    }

    /// One that neighbours show too; the link with this href is marked in it.
    pub(super) fn marked(sidebar: Arc<Sidebar>, href: String) -> Self {
        Self { sidebar, href: Some(href) }
    }

    /// The digest of all that decides how it looks.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let href = self.href.as_deref().unwrap_or_default();
        Digest::of_parts([self.sidebar.digest.0.as_slice(), href.as_bytes()])
    }

    /// The sidebar as HTML; `None` if the page cannot be marked in it.
    #[must_use]
    pub fn html(&self) -> Option<String> {
        match &self.href {
            Some(href) => self.sidebar.marked(href),
            None => Some(self.sidebar.html.clone()),
        }
    }
}

fn children(item: &OutlineItem) -> &[OutlineItem] {
    match item {
        OutlineItem::Page(_, children) | OutlineItem::Draft(_, _, children) | OutlineItem::Group(_, _, children) => {
            children
        }
        OutlineItem::Link(..) | OutlineItem::Part(_) | OutlineItem::Separator => &[],
    }
}
