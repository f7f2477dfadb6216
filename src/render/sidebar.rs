//! The sidebar: the outline of the book as it stands beside a page, written once for all pages that show the same one.
//!
//! Pages of one folder that stand under the same chapter see the same entries with the same hrefs; all that differs is
//! which one is marked as the page shown. A book of more than [`WHOLE`] entries would carry its outline ten thousand
//! times: there a page shows its own branch, and `theme/js/outline.js` fetches the rest when a reader unfolds it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::edition::{Edition, Keeps, dotted};
use super::escape::push_attribute;
use super::links::LinkStyle;
use super::view::{NavItem, SidebarView};
use crate::book::{Book, OutlineItem, PageId, Target};
use crate::error::Error;
use crate::path::SitePath;
use crate::source::Digest;

/// The most entries of an outline that stands whole beside every page.
const WHOLE: usize = 400;
/// Entries of one list that stand beside a page of a larger book; the others are a click away.
const WINDOW: usize = 50;

/// The script that holds the whole outline of a large book.
pub const OUTLINE: &str = "outline.js";

/// What is known of a book's outline, and the sidebars written so far.
#[derive(Debug, Default)]
pub struct Sidebars {
    entries: usize,
    /// The page where readers come in.
    home: Option<PageId>,
    places: BTreeMap<PageId, Place>,
    written: Mutex<BTreeMap<Key, Arc<Sidebar>>>,
}

/// Where a page stands in the outline.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// The number of the list it is an entry of.
    list: usize,
    /// Its place in that list.
    at: usize,
    /// Whether entries stand under it.
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
struct Sidebar {
    html: String,
    /// Its digest.
    digest: Digest,
}

/// Which page the sidebar stands beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SidebarPage {
    /// A chapter, if there is one.
    Chapter(Option<PageId>),
    /// The page of all checklists.
    Checklists,
}

impl Sidebars {
    /// Looks through a book's outline.
    #[must_use]
    pub fn of(book: &Book) -> Self {
        let mut sidebars = Self { home: book.home_id(), ..Self::default() };
        let mut lists = 0;
        sidebars.look(&book.outline, &mut lists);
        sidebars
    }

    fn look(&mut self, items: &[OutlineItem], lists: &mut usize) {
        let list = *lists;
        *lists += 1;
        for (at, item) in items.iter().enumerate() {
            self.entries += 1;
            let children = children(item);
            if let OutlineItem::Page(id, _) = item {
                self.places.insert(*id, Place { list, at, branch: !children.is_empty() });
            }
            self.look(children, lists);
        }
    }

    /// The page where readers come in.
    #[must_use]
    pub fn home(&self) -> Option<PageId> {
        self.home
    }

    /// Whether every page shows the whole outline.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.entries <= WHOLE
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
pub struct Beside {
    sidebar: Arc<Sidebar>,
    /// The href to be marked in it, if its neighbours share it.
    href: Option<String>,
}

impl Beside {
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

impl Edition<'_> {
    /// The sidebar beside a chapter's page: a page without entries under it shares that of its neighbours.
    ///
    /// # Errors
    /// If the theme's template fails.
    pub fn beside(&self, id: PageId, from: &SitePath) -> Result<Beside, Error> {
        let alone = self.own_templates || (!self.sidebars.is_whole() && self.sidebars.home == Some(id));
        let Some(place) = self.sidebars.places.get(&id).filter(|place| !place.branch && !alone) else {
            let html = self.sidebar(SidebarPage::Chapter(Some(id)), from)?;
            return Ok(Beside { sidebar: Arc::new(Sidebar::new(html)), href: None });
        };
        let folder = from.as_str().rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let window = if self.sidebars.is_whole() { 0 } else { place.at / WINDOW };
        let key = Key { folder, list: place.list, window };
        let href = self.href(&Target::Page(id, None), LinkStyle::Page(from)).unwrap_or_default();
        let known = || self.sidebars.written.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sidebar) = known().get(&key) {
            return Ok(Beside { sidebar: sidebar.clone(), href: Some(href) });
        }
        let sidebar = Arc::new(Sidebar::new(self.fill_sidebar(&self.nav_unmarked(id, from), "", from)?));
        known().insert(key, sidebar.clone());
        Ok(Beside { sidebar, href: Some(href) })
    }

    /// The sidebar as HTML, written for one page of the site.
    ///
    /// # Errors
    /// If the theme's template fails.
    pub fn sidebar(&self, shown: SidebarPage, from: &SitePath) -> Result<String, Error> {
        let (current, tool) = match shown {
            SidebarPage::Chapter(id) => (id, ""),
            SidebarPage::Checklists => (None, "checklists"),
        };
        self.fill_sidebar(&self.nav(current, from), tool, from)
    }

    fn fill_sidebar(&self, nav: &[NavItem], tool: &'static str, from: &SitePath) -> Result<String, Error> {
        let view = SidebarView { site: self.site_view(from, Keeps::Nothing), nav, tool };
        self.templates.fill("partials/nav.html", &view)
    }

    /// The entries of the sidebar, seen from a page of the site: all of them, or of a large book the page's branch.
    #[must_use]
    pub fn nav(&self, current: Option<PageId>, from: &SitePath) -> Vec<NavItem> {
        Walk { edition: self, from, here: current, mark: Mark::Current }.list(&self.book.outline, None)
    }

    /// The same, the page's branch unfolded and the page itself not marked.
    fn nav_unmarked(&self, id: PageId, from: &SitePath) -> Vec<NavItem> {
        Walk { edition: self, from, here: Some(id), mark: Mark::Nothing }.list(&self.book.outline, None)
    }
}

/// Whether the page shown is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Current,
    Nothing,
}

/// Makes entries, top down.
struct Walk<'a> {
    edition: &'a Edition<'a>,
    from: &'a SitePath,
    here: Option<PageId>,
    mark: Mark,
}

impl Walk<'_> {
    /// The entries of a list, or of a large book those about the way to the page shown. `parent` lists them all.
    fn list(&self, items: &[OutlineItem], parent: Option<PageId>) -> Vec<NavItem> {
        let Some(range) = self.window(items, parent) else {
            return items.iter().map(|item| self.item(item)).collect();
        };
        let more = |count: usize| (count > 0).then(|| self.more(parent));
        let (before, after) = (more(range.start), more(items.len() - range.end));
        let shown = items[range].iter().map(|item| self.item(item));
        before.into_iter().chain(shown).chain(after).collect()
    }

    /// Which entries of a long list are shown; `None` for all.
    fn window(&self, items: &[OutlineItem], parent: Option<PageId>) -> Option<std::ops::Range<usize>> {
        if self.edition.sidebars.is_whole() || items.len() <= WINDOW || self.lists_all(parent) {
            return None;
        }
        let at = items.iter().position(|item| self.leads_here(item)).unwrap_or(0);
        let start = at / WINDOW * WINDOW;
        Some(start..(start + WINDOW).min(items.len()))
    }

    /// Whether this is the page that lists all under a page; what stands under none is listed on the home page.
    fn lists_all(&self, parent: Option<PageId>) -> bool {
        self.here.is_some() && self.here == parent.or(self.edition.sidebars.home)
    }

    fn leads_here(&self, item: &OutlineItem) -> bool {
        let Some(here) = self.here else { return false };
        match item {
            OutlineItem::Page(id, _) if *id == here => true,
            OutlineItem::Page(id, _) => self.edition.book.page(here).parents.contains(id),
            OutlineItem::Draft(_, _, children) => children.iter().any(|child| self.leads_here(child)),
            OutlineItem::Link(..) | OutlineItem::Part(_) | OutlineItem::Separator => false,
        }
    }

    /// Leads to the page where the rest of a list stands.
    fn more(&self, parent: Option<PageId>) -> NavItem {
        let lists_all = parent.or(self.edition.sidebars.home);
        let href = lists_all.and_then(|id| self.edition.href(&Target::Page(id, None), LinkStyle::Page(self.from)));
        NavItem { href, ..NavItem::bare("more", &format!("{} …", self.edition.string("contents"))) }
    }

    fn item(&self, item: &OutlineItem) -> NavItem {
        match item {
            OutlineItem::Separator => NavItem::bare("separator", ""),
            OutlineItem::Part(title) => NavItem::bare("part", title),
            OutlineItem::Link(title, target) => {
                NavItem { href: self.edition.href(target, LinkStyle::Page(self.from)), ..NavItem::bare("link", title) }
            }
            OutlineItem::Draft(number, title, children) => {
                let children = self.list(children, None);
                let open = children.iter().any(|child| child.open);
                NavItem { number: dotted(number), open, children, ..NavItem::bare("draft", title) }
            }
            OutlineItem::Page(id, children) => self.page(*id, children),
        }
    }

    fn page(&self, id: PageId, children: &[OutlineItem]) -> NavItem {
        let page = self.edition.book.page(id);
        let is_here = self.here == Some(id);
        let open = is_here || self.here.is_some_and(|here| self.edition.book.page(here).parents.contains(&id));
        let folded = !open && !self.edition.sidebars.is_whole() && !children.is_empty();
        NavItem {
            number: dotted(&page.number),
            href: self.edition.href(&Target::Page(id, None), LinkStyle::Page(self.from)),
            current: is_here && self.mark == Mark::Current,
            open,
            more: folded,
            children: if folded { Vec::new() } else { self.list(children, Some(id)) },
            ..NavItem::bare("page", &page.title)
        }
    }
}

fn children(item: &OutlineItem) -> &[OutlineItem] {
    match item {
        OutlineItem::Page(_, children) | OutlineItem::Draft(_, _, children) => children,
        OutlineItem::Link(..) | OutlineItem::Part(_) | OutlineItem::Separator => &[],
    }
}
