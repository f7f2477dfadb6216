//! What all HTML pages share.

use std::sync::Arc;

use serde::Serialize;

/// What every HTML page needs: seen by templates as `site`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SiteView {
    /// Title of the book.
    pub title: String,
    /// The book's short name; the browser stores readers' ticks under it.
    pub id: String,
    /// BCP 47 language, for `lang`.
    pub language: String,
    /// `ltr` or `rtl`.
    pub direction: &'static str,
    /// One sentence about the book.
    pub description: Option<String>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// A line for the foot of every page.
    pub footer: Option<String>,
    /// The way back to the site's root from this page: "", "../", …; an absolute path on `404.html`.
    pub root: String,
    /// The home page.
    pub home: String,
    /// Style sheets, in order.
    pub styles: Vec<String>,
    /// `script` elements of the page itself: what must run before it is drawn, and rules for what may be fetched ahead.
    pub inline_html: Arc<str>,
    /// Scripts that may run after the page is read (`defer`).
    pub scripts: Vec<String>,
    /// Whether the page has something to tick or fill in.
    pub lists: bool,
    /// The script of the rarely used commands of lists; loaded when it is first needed, none on the page of all lists.
    pub list_tools: Option<String>,
    /// The script that holds the search index; loaded by the search script when it is first needed.
    pub search_index: Option<String>,
    /// The script of the search dialog and the results page; loaded when it is first needed.
    pub finder: Option<String>,
    /// The results page, which is also a list of all sections.
    pub search: Option<String>,
    /// How browsers search the book from outside, if it has a `url`.
    pub opensearch: Option<String>,
    /// The page of all checklists, if the book has any.
    pub checklists: Option<String>,
    /// The script that holds the whole outline of a book too large to show it on every page.
    pub outline: Option<String>,
    /// All sheets of the book on one page for paper, if it has any.
    pub sheets: Option<String>,
    /// The whole book on one page for paper.
    pub print: Option<String>,
    /// The Atom feed, if the book has a `url`.
    pub feed: Option<String>,
    /// A line above every page, if the book has one.
    pub banner: Option<BannerView>,
    /// How many chapters the book has.
    pub pages: usize,
    /// Downloads of the whole book, offered on the home page.
    pub downloads: Vec<DownloadView>,
    /// What a site needs that can be read offline, if it can.
    pub offline: Option<OfflineView>,
    /// `favicon.svg`.
    pub icon: String,
    /// The content of the Content-Security-Policy `meta` element.
    pub csp: String,
    /// `A4`, `A5` or `letter`.
    pub paper: &'static str,
    /// Name and version of chapbook.
    pub generator: &'static str,
}

/// A line above every page.
#[derive(Debug, Clone, Serialize)]
pub struct BannerView {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub href: Option<String>,
    /// The key that the browser stores once a reader has closed it; another text has another key.
    pub key: String,
}

/// A download of the whole book.
#[derive(Debug, Clone, Serialize)]
pub struct DownloadView {
    /// `file` or `epub`.
    pub kind: &'static str,
    /// Where it is.
    pub href: String,
    /// Its name on the reader's disk.
    pub name: String,
}

/// What a page needs of a site that can be read offline.
#[derive(Debug, Clone, Serialize)]
pub struct OfflineView {
    /// The web app manifest.
    pub manifest: String,
    /// The service worker.
    pub worker: String,
    /// What would be stored, and how large it is, as JSON.
    pub list: String,
    /// The icon for Apple's home screens.
    pub icon: String,
    /// Scripts that store it.
    pub scripts: Vec<String>,
}

/// What the head of an HTML page says about it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct HeadView {
    /// Text of the `title` element, book title included.
    pub title: String,
    /// One sentence about the page.
    pub description: Option<String>,
    /// The page's own address, if the book has a `url`.
    pub canonical: Option<String>,
    /// Whether search engines are asked to leave the page out.
    pub noindex: bool,
    /// The page as Markdown.
    pub markdown: Option<String>,
}

/// A link to a page.
#[derive(Debug, Clone, Serialize)]
pub struct Crumb {
    /// Its title, number left out.
    pub title: String,
    /// Its number in the book's style, if it has one.
    pub number: Option<String>,
    /// Where it is.
    pub href: String,
}
