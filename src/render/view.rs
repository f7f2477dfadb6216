//! What templates may see: one struct for each template, nothing else. The manual's page on themes lists these fields.
//!
//! Hrefs are relative to the page they are shown on, percent-encoded and ready to write; `…_html` fields are HTML that
//! chapbook itself wrote; everything else is plain text and is escaped by the template engine.

use std::sync::Arc;

use serde::Serialize;

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

/// What every HTML page needs: seen by templates as `site`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SiteView {
    /// Title of the book.
    pub title: String,
    /// The book's short name; readers' ticks are kept under it.
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
    /// Scripts that stand in the page itself: what must run before it is drawn, and what may be fetched ahead.
    pub inline_html: Arc<str>,
    /// Scripts that may run after the page is read (`defer`).
    pub scripts: Vec<String>,
    /// Whether the page has something to tick or fill in.
    pub lists: bool,
    /// The script for what is seldom pressed at a list; brought when it is needed, none on the page of all lists.
    pub list_tools: Option<String>,
    /// The script that holds the search index; loaded by the search script when it is first needed.
    pub search_index: Option<String>,
    /// The script of the search dialog and the results page; brought when it is first needed.
    pub finder: Option<String>,
    /// The results page, which is also a list of all sections.
    pub search: Option<String>,
    /// How browsers search the book from outside, if it has a `url`.
    pub opensearch: Option<String>,
    /// The page of all checklists, if the book has any.
    pub checklists: Option<String>,
    /// The script that holds the whole outline of a book too large to show it beside every page.
    pub outline: Option<String>,
    /// All sheets of the book on one page for paper, if it has any.
    pub sheets: Option<String>,
    /// The whole book on one page for paper.
    pub print: Option<String>,
    /// The Atom feed, if the book has a `url`.
    pub feed: Option<String>,
    /// A line over every page, if the book has one.
    pub banner: Option<BannerView>,
    /// How many chapters the book has.
    pub pages: usize,
    /// The book in forms to be carried away, offered on the home page.
    pub downloads: Vec<DownloadView>,
    /// What a site needs that can be kept for reading without a network, if it can.
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

/// A line over every page.
#[derive(Debug, Clone, Serialize)]
pub struct BannerView {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub href: Option<String>,
    /// What it is known by once a reader has put it away: another text has another.
    pub key: String,
}

/// The book in one piece.
#[derive(Debug, Clone, Serialize)]
pub struct DownloadView {
    /// `file` or `epub`.
    pub kind: &'static str,
    /// Where it is.
    pub href: String,
    /// Its name on the reader's disk.
    pub name: String,
}

/// What a page needs of a site that can be kept.
#[derive(Debug, Clone, Serialize)]
pub struct OfflineView {
    /// The web app manifest.
    pub manifest: String,
    /// The service worker.
    pub worker: String,
    /// What would be kept, and how large it is, as JSON.
    pub list: String,
    /// The icon for Apple's home screens.
    pub icon: String,
    /// Scripts that keep it.
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

/// `page.html`: one chapter.
#[derive(Debug, Clone, Serialize)]
pub struct PageView {
    /// Common to all pages.
    pub site: SiteView,
    /// For the head.
    pub head: HeadView,
    /// The chapter's title as plain text.
    pub title: String,
    /// Its number in the book's style ("第 1 章", "1.2"), if it has one.
    pub number: Option<String>,
    /// Whether this is the book's home page.
    pub is_home: bool,
    /// The chapter's text, its level-1 heading included.
    pub body_html: String,
    /// Headings of level 2 and 3 on this page.
    pub toc: Vec<TocItem>,
    /// The sidebar, written by `partials/nav.html`.
    pub nav_html: String,
    /// The entries of the sidebar: on the home page, and wherever the book's own theme brings a template.
    pub nav: Vec<NavItem>,
    /// The pages above this one, outermost first; the home page is not among them.
    pub breadcrumbs: Vec<Crumb>,
    /// The page before it in reading order.
    pub previous: Option<Crumb>,
    /// The page after it.
    pub next: Option<Crumb>,
    /// Where the page can be edited.
    pub edit: Option<String>,
    /// The day the text was last looked through.
    pub revised: Option<String>,
    /// The day its file last changed, as git knows it.
    pub changed: Option<String>,
    /// Its address in full, if the book has a `url`; for paper.
    pub address: Option<String>,
    /// Minutes to read it, at least 1 (250 words of Latin script or 400 Han characters a minute).
    pub minutes: u32,
    /// Its tags.
    pub tags: Vec<String>,
    /// The front matter's `extra`.
    pub extra: serde_json::Value,
    /// Terms of the glossary that the page uses, longest first.
    pub terms: Vec<TermView>,
    /// `[old, new]` pairs for anchors that moved: the old id and the href it leads to now.
    pub anchor_redirects: Vec<(String, String)>,
}

/// A term of the glossary.
#[derive(Debug, Clone, Serialize)]
pub struct TermView {
    /// The term as it stands in running text.
    pub word: String,
    /// Where it is explained.
    pub href: String,
    /// What it means, in a sentence.
    pub meaning: String,
}

/// An entry of a page's own contents.
#[derive(Debug, Clone, Serialize)]
pub struct TocItem {
    /// Its text.
    pub title: String,
    /// Its number, if shown ("1.1").
    pub number: Option<String>,
    /// Its id, encoded, with `#`.
    pub href: String,
    /// Level-3 headings under a level-2 one.
    pub children: Vec<TocItem>,
}

/// An entry of the sidebar.
#[derive(Debug, Clone, Serialize)]
pub struct NavItem {
    /// `page`, `draft`, `link`, `part`, `separator`, or `more` for entries left out of the sidebar of a large book.
    pub kind: &'static str,
    /// Its text; "" for a separator.
    pub title: String,
    /// Its number, short ("1", "1.2").
    pub number: Option<String>,
    /// Where it leads; `None` for drafts, parts and separators.
    pub href: Option<String>,
    /// Whether it is the page shown.
    pub current: bool,
    /// Whether it is the page shown or above it.
    pub open: bool,
    /// Whether there are entries under it that are left out of the sidebar of a large book.
    pub more: bool,
    /// The entries under it.
    pub children: Vec<NavItem>,
}

impl NavItem {
    /// An entry that leads nowhere.
    #[must_use]
    pub fn bare(kind: &'static str, title: &str) -> Self {
        Self {
            kind,
            title: title.to_owned(),
            number: None,
            href: None,
            current: false,
            open: false,
            more: false,
            children: Vec::new(),
        }
    }
}

/// `partials/nav.html`: the sidebar.
#[derive(Debug, Clone, Serialize)]
pub struct SidebarView<'a> {
    /// Common to all pages.
    pub site: SiteView,
    /// Its entries.
    pub nav: &'a [NavItem],
    /// `checklists` on the page of all checklists, else "".
    pub tool: &'static str,
}

/// A page named in passing.
#[derive(Debug, Clone, Serialize)]
pub struct Crumb {
    /// Its title, number left out.
    pub title: String,
    /// Its number in the book's style, if it has one.
    pub number: Option<String>,
    /// Where it is.
    pub href: String,
}

/// `checklists.html`: all checklists of the book.
#[derive(Debug, Clone, Serialize)]
pub struct ChecklistsView {
    /// Common to all pages.
    pub site: SiteView,
    /// For the head.
    pub head: HeadView,
    /// The sidebar, written by `partials/nav.html`.
    pub nav_html: String,
    /// Pages that have checklists, in reading order.
    pub groups: Vec<ChecklistGroup>,
    /// How many checklists there are.
    pub count: usize,
    /// The tags of those pages, each once, sorted.
    pub tags: Vec<String>,
}

/// The checklists of one page.
#[derive(Debug, Clone, Serialize)]
pub struct ChecklistGroup {
    /// The page.
    pub page: Crumb,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its checklists.
    pub lists: Vec<ChecklistEntry>,
}

/// One checklist, named.
#[derive(Debug, Clone, Serialize)]
pub struct ChecklistEntry {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it stands in its chapter.
    pub href: String,
    /// Its own sheet.
    pub sheet: String,
    /// How many items it has.
    pub items: usize,
    /// The ids of its items, in order; progress is counted over these.
    pub item_ids: Vec<String>,
    /// The ids of the items that the author ticked.
    pub done_ids: Vec<String>,
    /// When to use it.
    pub when: Option<String>,
    /// Who uses it.
    pub who: Option<String>,
}

/// `sheet.html`: one checklist on a page of its own.
#[derive(Debug, Clone, Serialize)]
pub struct SheetView {
    /// Common to all pages.
    pub site: SiteView,
    /// For the head.
    pub head: HeadView,
    /// The checklist.
    pub list: ChecklistEntry,
    /// What is printed.
    pub sheet: SheetCard,
}

/// `sheets.html`: all checklists, forms and logs on one page, each a sheet.
#[derive(Debug, Clone, Serialize)]
pub struct SheetsView {
    /// Common to all pages.
    pub site: SiteView,
    /// For the head.
    pub head: HeadView,
    /// The sheets in reading order.
    pub sheets: Vec<SheetCard>,
}

/// A checklist, form or log as it is printed: it stands alone, away from its chapter.
#[derive(Debug, Clone, Serialize)]
pub struct SheetCard {
    /// Its title.
    pub title: String,
    /// `read-do`, `do-confirm`, `form`, `log` or none.
    pub kind: Option<&'static str>,
    /// Whether it is printed on landscape paper.
    pub landscape: bool,
    /// When to use it.
    pub when: Option<String>,
    /// Who uses it.
    pub who: Option<String>,
    /// The list or table itself, its footnotes and the targets of its links included.
    pub body_html: String,
    /// The page it belongs to.
    pub page: Crumb,
    /// The day the text was last looked through.
    pub revised: Option<String>,
    /// Its address in full, if the book has a `url`.
    pub address: Option<String>,
    /// The same address with the day, as a QR code.
    pub qr: Option<QrView>,
}

/// A QR code.
#[derive(Debug, Clone, Serialize)]
pub struct QrView {
    /// Modules along a side, the white border included.
    pub size: i32,
    /// The dark modules as the path of an SVG whose units are modules.
    pub path: String,
}

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
    /// The day the book was last looked through.
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
    /// Common to all pages; what it names lies in the file itself. No style sheets and scripts are named.
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
    /// The day the book was last looked through.
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
    /// Whether it stands in the edition for paper.
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
    /// The day the text was last looked through.
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

/// `404.html`. Served at any depth, so `site.root` and all hrefs are absolute paths (or relative if there is no `url`).
#[derive(Debug, Clone, Serialize)]
pub struct NotFoundView {
    /// Common to all pages.
    pub site: SiteView,
    /// For the head.
    pub head: HeadView,
    /// The first pages of the book.
    pub pages: Vec<Crumb>,
}

/// `search.html`: the results page, and a list of all sections.
#[derive(Debug, Clone, Serialize)]
pub struct SearchPageView {
    /// Common to all pages.
    pub site: SiteView,
    /// For the head.
    pub head: HeadView,
    /// The sidebar, written by `partials/nav.html`.
    pub nav_html: String,
    /// The pages that search can find, in reading order.
    pub pages: Vec<SectionGroup>,
}

/// The sections of one page.
#[derive(Debug, Clone, Serialize)]
pub struct SectionGroup {
    /// The page.
    pub page: Crumb,
    /// Its sections but the first, which is the page itself.
    pub sections: Vec<SectionEntry>,
}

/// One section, named.
#[derive(Debug, Clone, Serialize)]
pub struct SectionEntry {
    /// Its heading.
    pub title: String,
    /// Where it is.
    pub href: String,
}

/// `opensearch.xml`: how browsers search the book from outside (`OpenSearch` 1.1).
#[derive(Debug, Clone, Serialize)]
pub struct OpenSearchView {
    /// The book's title, cut to the 16 characters that the format allows.
    pub short_name: String,
    /// One sentence about the book's search.
    pub description: String,
    /// Language of the book.
    pub language: String,
    /// Full address of the results page, `{searchTerms}` in the place of the query.
    pub results: String,
    /// Its own full address.
    pub self_url: String,
    /// Full address of the icon.
    pub icon: Option<String>,
}

/// `redirect.html`: a page that only leads elsewhere.
#[derive(Debug, Clone, Serialize)]
pub struct RedirectView {
    /// Common to all pages.
    pub site: SiteView,
    /// For the head; `canonical` is the target.
    pub head: HeadView,
    /// Where it leads.
    pub href: String,
}

/// `sitemap.xml`
#[derive(Debug, Clone, Serialize)]
pub struct SitemapView {
    /// Full addresses, with the day each was last looked through.
    pub pages: Vec<DatedPage>,
}

/// `feed.xml`: Atom, pages that have a `revised` day, latest first.
#[derive(Debug, Clone, Serialize)]
pub struct FeedView {
    /// Title of the book.
    pub title: String,
    /// Full address of the site.
    pub url: String,
    /// Full address of the feed.
    pub self_url: String,
    /// Language of the book.
    pub language: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// The latest day among the entries, as an RFC 3339 time.
    pub updated: String,
    /// The entries.
    pub entries: Vec<DatedPage>,
}

/// A page with its full address and its day.
#[derive(Debug, Clone, Serialize)]
pub struct DatedPage {
    /// Its title.
    pub title: String,
    /// Its full address.
    pub url: String,
    /// The day it was last looked through, `YYYY-MM-DD`.
    pub day: Option<String>,
    /// The day its file last changed, as git knows it.
    pub changed: Option<String>,
    /// One sentence about it.
    pub summary: Option<String>,
}

/// `directives/NAME.html`: one box in the text. Strings of the interface are there too, as `t`.
#[derive(Debug, Clone, Serialize)]
pub struct DirectiveView<'a> {
    /// The box's name.
    pub name: &'a str,
    /// Its title as HTML; "" asks for the default one, `t.box_NAME`.
    pub title_html: &'a str,
    /// Its id, if one was written.
    pub id: Option<&'a str>,
    /// Whether a folding box starts unfolded.
    pub open: bool,
    /// What stands in it, as HTML.
    pub body_html: &'a str,
    /// The panels of `tabs`; empty for other boxes.
    pub tabs: Vec<TabView>,
    /// A number unique on the page, for ids that tie controls to panels.
    pub serial: String,
}

/// One panel of a `tabs` box.
#[derive(Debug, Clone, Serialize)]
pub struct TabView {
    /// Its label as HTML.
    pub title_html: String,
    /// Its label as plain text, by which tabs of one name are switched together.
    pub key: String,
    /// What stands in it, as HTML.
    pub body_html: String,
}

/// `directives/checklist.html`: a checklist in the text.
#[derive(Debug, Clone, Serialize)]
pub struct ChecklistView<'a> {
    /// Its id, unique in the book.
    pub id: &'a str,
    /// The id of the place in the page, where links to the list lead; `None` if something else bears it.
    pub anchor: Option<&'a str>,
    /// Its title as plain text.
    pub title: &'a str,
    /// Whether the heading that bears the title stands right above it.
    pub headed: bool,
    /// `read-do`, `do-confirm` or none.
    pub kind: Option<&'static str>,
    /// When to use it.
    pub when: Option<&'a str>,
    /// Who uses it.
    pub who: Option<&'a str>,
    /// How many items it has.
    pub items: usize,
    /// How many of them the author ticked.
    pub done: usize,
    /// The list as HTML.
    pub list_html: &'a str,
    /// Its own sheet; `None` on the sheet itself and on paper.
    pub sheet: Option<&'a str>,
}
