//! What templates may see: one struct for each template, nothing else. The manual's page on themes lists these fields.
//!
//! Hrefs are relative to the page they are shown on, percent-encoded and ready to write; `…_html` fields are HTML that
//! chapbook itself wrote; everything else is plain text and is escaped by the template engine.

mod dated;
mod directive;
mod nav;
mod page;
mod search;
mod sheets;
mod site;
mod whole;

use serde::Serialize;

pub use dated::{DatedPage, FeedView, SitemapView};
pub use directive::{ChecklistView, DirectiveView, TabView};
pub use nav::{NavItem, SidebarView, TocItem};
pub use page::{NotFoundView, PageView, RedirectView, TermView};
pub use search::{OpenSearchView, SearchPageView, SectionEntry, SectionGroup};
pub use sheets::{ChecklistEntry, ChecklistGroup, ChecklistsView, QrView, SheetCard, SheetView, SheetsView};
pub use site::{BannerView, Crumb, DownloadView, HeadView, OfflineView, SiteView};
pub use whole::{BookView, LeafView, PrintChapter, PrintView, SheetLeafView, StartView};

/// One page to be filled in: which template, and what it may see.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum View {
    /// `page.html`
    Page(Box<PageView>),
    /// `checklists.html`
    Checklists(Box<ChecklistsView>),
    /// `sheet.html`
    Sheet(Box<SheetView>),
    /// `sheets.html`
    Sheets(Box<SheetsView>),
    /// `print.html`
    Print(Box<PrintView>),
    /// `book.html`
    Book(Box<BookView>),
    /// `start.html`
    Start(Box<StartView>),
    /// `404.html`
    NotFound(Box<NotFoundView>),
    /// `search.html`
    SearchPage(Box<SearchPageView>),
    /// `opensearch.xml`
    OpenSearch(OpenSearchView),
    /// `redirect.html`
    Redirect(Box<RedirectView>),
    /// `sitemap.xml`
    Sitemap(SitemapView),
    /// `feed.xml`
    Feed(FeedView),
}
