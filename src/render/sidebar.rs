//! The sidebar: the outline of the book next to a page.
//!
//! Every page of a small book shows the whole outline. A page of a large book shows its own branch, and
//! `theme/js/outline.js` loads the rest when a reader unfolds it: else ten thousand pages would each hold ten thousand entries.

use super::edition::Edition;
use super::links::LinkStyle;
use super::page_context::dotted;
use super::sidebars::{PageSidebar, WINDOW};
use super::site_view::Needs;
use super::view::{NavItem, SidebarView};
use crate::book::{OutlineItem, PageId, Target};
use crate::error::Error;
use crate::path::SitePath;

/// On which page the sidebar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SidebarPage {
    /// A chapter, if there is one.
    Chapter(Option<PageId>),
    /// The page of all checklists.
    Checklists,
}

impl Edition {
    /// The sidebar of a chapter's page: a page without entries under it shares that of its neighbours.
    ///
    /// # Errors
    /// If the theme's template fails.
    pub fn page_sidebar(&self, id: PageId, from: &SitePath) -> Result<PageSidebar, Error> {
        let sidebars = &self.facts.sidebars;
        let alone = self.own_templates || (!sidebars.is_whole() && sidebars.home() == Some(id));
        let write = || self.fill_sidebar(&self.nav_unmarked(id, from), "", from);
        let shared = if alone { None } else { sidebars.shared(id, from, write)? };
        let Some(sidebar) = shared else {
            return Ok(PageSidebar::alone(self.sidebar(SidebarPage::Chapter(Some(id)), from)?));
        };
        let href = self.href(&Target::Page(id, None), LinkStyle::Page(from)).unwrap_or_default();
        Ok(PageSidebar::marked(sidebar, href))
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
        let view = SidebarView { site: self.site_view(from, Needs::default()), nav, tool };
        self.templates.fill("partials/nav.html", &view)
    }

    /// The entries of the sidebar with hrefs relative to `from`: all of them, or in a large book the branch of `current`.
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

/// Makes the entries of one sidebar, from the top of the outline down.
struct Walk<'a> {
    edition: &'a Edition,
    from: &'a SitePath,
    here: Option<PageId>,
    mark: Mark,
}

impl Walk<'_> {
    /// The entries of a list; in a large book only those around the branch of the page shown. The page `parent` lists them all.
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
        if self.edition.facts.sidebars.is_whole() || items.len() <= WINDOW || self.lists_all(parent) {
            return None;
        }
        let at = items.iter().position(|item| self.leads_here(item)).unwrap_or(0);
        let start = at / WINDOW * WINDOW;
        Some(start..(start + WINDOW).min(items.len()))
    }

    /// Whether the page shown lists all entries under `parent`; those under none are listed on the home page.
    fn lists_all(&self, parent: Option<PageId>) -> bool {
        self.here.is_some() && self.here == parent.or(self.edition.facts.sidebars.home())
    }

    fn leads_here(&self, item: &OutlineItem) -> bool {
        let Some(here) = self.here else { return false };
        match item {
            OutlineItem::Page(id, _) if *id == here => true,
            OutlineItem::Page(id, _) => self.edition.book.page(here).parents.contains(id),
            OutlineItem::Draft(_, _, children) | OutlineItem::Group(_, _, children) => {
                children.iter().any(|child| self.leads_here(child))
            }
            OutlineItem::Link(..) | OutlineItem::Part(_) | OutlineItem::Separator => false,
        }
    }

    /// An entry that leads to the page with the rest of a list.
    fn more(&self, parent: Option<PageId>) -> NavItem {
        let lists_all = parent.or(self.edition.facts.sidebars.home());
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
            OutlineItem::Draft(number, title, children) => self.title("draft", number, title, children),
            OutlineItem::Group(number, title, children) => self.title("group", number, title, children),
            OutlineItem::Page(id, children) => self.page(*id, children),
        }
    }

    /// A title without a page.
    fn title(&self, kind: &'static str, number: &[u32], title: &str, children: &[OutlineItem]) -> NavItem {
        let children = self.list(children, None);
        let open = children.iter().any(|child| child.open);
        NavItem { number: dotted(number), open, children, ..NavItem::bare(kind, title) }
    }

    fn page(&self, id: PageId, children: &[OutlineItem]) -> NavItem {
        let page = self.edition.book.page(id);
        let is_here = self.here == Some(id);
        let open = is_here || self.here.is_some_and(|here| self.edition.book.page(here).parents.contains(&id));
        let folded = !open && !self.edition.facts.sidebars.is_whole() && !children.is_empty();
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
