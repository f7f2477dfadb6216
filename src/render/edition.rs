//! A book seen from one page: hrefs, numbers in the book's style, the sidebar, what all pages share.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::body::{ChecklistContext, LinkContext, RenderContext, typeset};
use super::highlights::Highlights;
use super::links::{LinkStyle, file_place, file_prefix, print_prefix};
use super::sidebar::{OUTLINE, Sidebars};
use super::table_sheet::TableSheet;
use super::template::Templates;
use super::view::{BannerView, Crumb, DownloadView, HeadView, NavItem, OfflineView, SiteView};
use crate::book::{Book, OutlineItem, Page, PageId, SHEETS, Target};
use crate::chapter::{Chapter, LinkKind, Shape};
use crate::config::{Download, Paper, Project};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::path::{ContentPath, SitePath, encode_fragment};
use crate::search::Index;
use crate::source::{Days, Digest};
use crate::theme::Strings;

/// The page of all checklists.
pub const CHECKLISTS: &str = "checklists.html";
/// The book on one page.
pub const PRINT: &str = "print.html";
/// The script that holds the search index.
pub const SEARCH_INDEX: &str = "search/index.js";
/// The results page, and the list of all sections.
pub const SEARCH_PAGE: &str = "search.html";
/// How browsers search the book from outside.
pub const OPENSEARCH: &str = "opensearch.xml";
/// The folder of all that only search needs.
pub const SEARCH_FOLDER: &str = "search";
/// Digits that a banner is known by.
const BANNER_KEY: usize = 8;
/// The book in one file.
pub const BOOK: &str = "book.html";
/// The book as EPUB.
pub const EPUB: &str = "book.epub";
/// The web app manifest.
pub const MANIFEST: &str = "manifest.webmanifest";
/// The service worker.
pub const WORKER: &str = "sw.js";
/// How much a reader keeps, for the page that offers it.
pub const OFFLINE_LIST: &str = "offline.json";
/// The icon for Apple's home screens.
pub const APPLE_ICON: &str = "icons/180.png";
/// The Atom feed.
pub const FEED: &str = "feed.xml";

/// Everything the outputs read.
pub struct Edition<'a> {
    /// The book.
    pub book: &'a Book,
    /// Its configuration.
    pub project: &'a Project,
    /// Strings of the interface.
    pub strings: &'a Strings,
    /// The theme's templates.
    pub templates: &'a Templates,
    /// Where the theme's own files are in the site.
    pub theme: ThemeFiles,
    /// Width and height of the book's images.
    pub sizes: BTreeMap<ContentPath, (u32, u32)>,
    /// Parses a chapter again whose blocks were let go.
    pub parse_again: &'a (dyn Fn(&Chapter) -> Option<Chapter> + Sync),
    /// Chapters parsed again, for those who need them next.
    pub awake: Mutex<BTreeMap<PageId, Arc<Chapter>>>,
    /// Code that was highlighted before.
    pub highlights: &'a Highlights,
    /// The digest of all that decides how pages look beside their text: configuration, theme, program.
    pub surroundings: Digest,
    /// Whether the book's own theme brings a template.
    pub own_templates: bool,
    /// The sidebars of its pages.
    pub sidebars: Sidebars,
    /// Whether there is something to feed and an address to feed it from.
    pub feed: bool,
    /// The chapters' HTML for the book in one file, one for each page; empty if there is none.
    pub file_bodies: Vec<String>,
    /// The same for the EPUB; empty if there is none.
    pub epub_bodies: Vec<String>,
    /// The HTML of each of [`Book::checklists`], as its own sheet shows it.
    pub sheets: Vec<String>,
    /// All checklists, forms and logs in reading order, as the page of all sheets shows them.
    pub all_sheets: Vec<Sheet>,
    /// The same for the book in one file.
    pub file_sheets: Vec<Sheet>,
    /// What search can find.
    pub index: Index,
    /// The Content-Security-Policy of every page.
    pub csp: String,
    /// The day each chapter's file last changed, as far as it is known.
    pub days: Arc<Days>,
}

impl fmt::Debug for Edition<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edition").field("book", &self.book.meta.title).finish_non_exhaustive()
    }
}

/// A sheet among all sheets of the book.
#[derive(Debug)]
pub struct Sheet {
    /// The page it belongs to.
    pub page: PageId,
    /// What it is.
    pub kind: SheetKind,
}

/// What a sheet holds.
#[derive(Debug)]
pub enum SheetKind {
    /// Which of [`Book::checklists`], and its HTML.
    Checklist(usize, String),
    /// A form or a log.
    Table(TableSheet),
}

/// The theme's files in the site, by what pages need them for.
#[derive(Debug, Clone, Default)]
pub struct ThemeFiles {
    /// Style sheets, in order.
    pub styles: Vec<SitePath>,
    /// Scripts that stand in the pages themselves.
    pub inline_html: Arc<str>,
    /// Scripts that run after the page is read.
    pub scripts: Vec<SitePath>,
    /// The script of the search dialog and the results page, brought when it is needed.
    pub finder: Option<SitePath>,
    /// The book's own scripts, which run last.
    pub own_scripts: Vec<SitePath>,
    /// Style sheets of pages with something to tick or fill in.
    pub list_styles: Vec<SitePath>,
    /// Scripts of such pages; they run after the others of the theme.
    pub list_scripts: Vec<SitePath>,
    /// The script for what is seldom pressed at a list, brought when it is needed.
    pub list_tools: Option<SitePath>,
    /// What the outline of a large book travels with.
    pub outline: Arc<[u8]>,
    /// The search engine, which travels with the index.
    pub engine: Arc<[u8]>,
    /// The icon.
    pub icon: Option<SitePath>,
    /// Scripts of sites that can be kept for reading without a network.
    pub offline_scripts: Vec<SitePath>,
    /// The same as text, for the book in one file.
    pub inline: InlineFiles,
}

/// Styles and scripts as the book's one file holds them.
#[derive(Debug, Clone, Default)]
pub struct InlineFiles {
    /// All style sheets, those for lists among them, each with the path that its addresses are relative to.
    pub styles: Vec<(SitePath, String)>,
    /// Files that they may name, by path.
    pub assets: BTreeMap<String, Arc<[u8]>>,
    /// What shows the whole book to readers without scripts.
    pub unscripted_style: String,
    /// Scripts that run before the page is drawn.
    pub early_script: String,
    /// All other scripts, in order.
    pub script: String,
    /// The icon.
    pub icon: Arc<[u8]>,
    /// The style sheet of the EPUB.
    pub epub_style: String,
    /// The style sheet of the first page of the zip.
    pub start_style: String,
    /// The service worker, without its list of files.
    pub worker: String,
    /// The service worker that takes itself away.
    pub worker_end: String,
}

/// Whether a page has something on it that readers tick or fill in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// It has nothing to keep.
    Nothing,
    /// It has checklists or blanks.
    Lists,
    /// It is the page of all checklists.
    AllLists,
}

impl Keeps {
    /// Looks through the HTML that stands on a page.
    pub fn of<'h>(bodies: impl IntoIterator<Item = &'h str>) -> Self {
        const HOOKS: [&str; 3] =
            [r#"data-chapbook="checklist""#, r#"data-chapbook="blank""#, r#"data-chapbook="writing-line""#];
        let holds = |body: &str| HOOKS.iter().any(|hook| body.contains(hook));
        if bodies.into_iter().any(holds) { Self::Lists } else { Self::Nothing }
    }
}

impl Edition<'_> {
    /// A chapter's HTML in some style, and what was found on the way.
    ///
    /// # Errors
    /// If a template of the theme fails.
    pub fn body(&self, id: PageId, style: LinkStyle<'_>) -> Result<(String, Report), Error> {
        let setting = self.setting(id, style);
        typeset(&self.chapter(id), &setting, self.templates, self.highlights)
    }

    /// A chapter with its blocks.
    #[must_use]
    pub fn chapter(&self, id: PageId) -> Arc<Chapter> {
        let chapter = &self.book.page(id).chapter;
        if chapter.shape == Shape::Whole {
            return chapter.clone();
        }
        if let Some(chapter) = self.lock_awake().get(&id) {
            return chapter.clone();
        }
        let whole = (self.parse_again)(chapter).map_or_else(|| chapter.clone(), Arc::new);
        self.lock_awake().insert(id, whole.clone());
        whole
    }

    /// Lets go of the blocks of all chapters that were parsed again.
    pub fn let_go(&self) {
        self.lock_awake().clear();
    }

    fn lock_awake(&self) -> MutexGuard<'_, BTreeMap<PageId, Arc<Chapter>>> {
        self.awake.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The digest of all that a chapter's HTML in some style is made from.
    #[must_use]
    pub fn body_key(&self, id: PageId, style: LinkStyle<'_>) -> Digest {
        let chapter = &self.book.page(id).chapter;
        let setting = Digest::of_json(&self.setting(id, style));
        Digest::of_parts([self.surroundings.0.as_slice(), &chapter.digest.0, &setting.0])
    }

    /// What a page's HTML depends on beside its chapter.
    #[must_use]
    pub fn setting(&self, id: PageId, style: LinkStyle<'_>) -> RenderContext<'_> {
        let page = self.book.page(id);
        let (prefix, lower) = match style {
            LinkStyle::Page(_) | LinkStyle::Epub(_) => (String::new(), 0),
            LinkStyle::OneDocument(_) | LinkStyle::Part(..) => (print_prefix(id), 1),
            LinkStyle::File => (file_prefix(&page.path), 0),
        };
        RenderContext {
            links: self.links(page, style),
            numbers: self.heading_numbers(page),
            checklists: self.checklists(page, style),
            place: page.place().to_owned(),
            prefix,
            lower,
            title: match style {
                LinkStyle::Page(_) | LinkStyle::File if !self.project.config.markdown.add_titles => None,
                _ => Some(page.title.clone()),
            },
            title_number: self.number(page).filter(|_| self.project.config.numbers.headings),
            // An EPUB is read where nothing can be asked for.
            external_images: self.project.config.markdown.external_images && !matches!(style, LinkStyle::Epub(_)),
            highlight: self.project.config.markdown.highlight,
            strings: self.strings,
        }
    }

    fn links(&self, page: &Page, style: LinkStyle<'_>) -> Vec<LinkContext> {
        page.chapter
            .links
            .iter()
            .zip(&page.targets)
            .map(|(link, target)| LinkContext {
                href: self.href(target, style),
                external: matches!(target, Target::External(href) if !href.to_ascii_lowercase().starts_with("data:")),
                size: match target {
                    Target::Asset(path) if link.kind == LinkKind::Image => self.sizes.get(path).copied(),
                    _ => None,
                },
            })
            .collect()
    }

    fn checklists(&self, page: &Page, style: LinkStyle<'_>) -> Vec<ChecklistContext> {
        let sheets = self.project.config.output.checklists;
        page.checklists
            .iter()
            .filter_map(|index| self.book.checklists.get(*index))
            .map(|list| ChecklistContext {
                id: list.id.clone(),
                title: list.title.clone(),
                sheet: match style {
                    LinkStyle::Page(from) if sheets && *from != list.sheet => Some(from.href_to(&list.sheet)),
                    LinkStyle::File if sheets => Some(format!("#{}", encode_fragment(&file_place(&list.sheet)))),
                    _ => None,
                },
            })
            .collect()
    }

    fn heading_numbers(&self, page: &Page) -> Vec<Option<String>> {
        let mut numbers: Vec<Option<String>> =
            page.heading_numbers.iter().map(|number| dotted(number.as_deref()?)).collect();
        let numbered = self.project.config.numbers.headings;
        let first = page.chapter.headings.iter().position(|heading| heading.level == 1).filter(|_| numbered);
        if let Some(slot) = first.and_then(|first| numbers.get_mut(first)) {
            *slot = self.number(page);
        }
        numbers
    }

    /// A page's number in the book's style: "第 1 章" or "Chapter 1" at the top, "1.2" below.
    #[must_use]
    pub fn number(&self, page: &Page) -> Option<String> {
        match page.number.as_slice() {
            [] => None,
            [number] => {
                let style = self.strings.get("number_chapter").map_or("{n}", String::as_str);
                Some(style.replace("{n}", &number.to_string()))
            }
            number => dotted(number),
        }
    }

    /// A page, named from another.
    #[must_use]
    pub fn crumb(&self, id: PageId, from: &SitePath) -> Crumb {
        let page = self.book.page(id);
        let href = self.page_href(id, None, from);
        Crumb { title: page.title.clone(), number: self.number(page), href }
    }

    /// The outline in another style than that of pages; for paper, of the chapters that stand on it.
    #[must_use]
    pub fn outline(&self, style: LinkStyle<'_>) -> Vec<NavItem> {
        self.print_items(&self.book.outline, style)
    }

    /// Whether a chapter stands on a page for paper.
    pub(super) fn is_on(&self, id: PageId, style: LinkStyle<'_>) -> bool {
        match style {
            LinkStyle::Part(_, (first, end)) => first <= id && id < end && self.is_printed(id),
            LinkStyle::OneDocument(_) => self.is_printed(id),
            LinkStyle::Page(_) | LinkStyle::File | LinkStyle::Epub(_) => true,
        }
    }

    fn print_items(&self, items: &[OutlineItem], style: LinkStyle<'_>) -> Vec<NavItem> {
        let mut printed = Vec::new();
        self.push_printed(items, style, &mut printed);
        printed
    }

    /// What stands under a chapter that is not printed may be printed all the same.
    fn push_printed(&self, items: &[OutlineItem], style: LinkStyle<'_>, printed: &mut Vec<NavItem>) {
        for item in items {
            match item {
                OutlineItem::Page(id, children) if !self.is_on(*id, style) => {
                    self.push_printed(children, style, printed);
                }
                // A part of the book lists its chapters; what else stands between them belongs to the whole.
                item if matches!(style, LinkStyle::Part(..)) && !matches!(item, OutlineItem::Page(..)) => {}
                item => printed.push(self.print_item(item, style)),
            }
        }
    }

    fn print_item(&self, item: &OutlineItem, style: LinkStyle<'_>) -> NavItem {
        match item {
            OutlineItem::Separator => NavItem::bare("separator", ""),
            OutlineItem::Part(title) => NavItem::bare("part", title),
            OutlineItem::Link(title, target) => {
                NavItem { href: self.href(target, style), ..NavItem::bare("link", title) }
            }
            OutlineItem::Draft(number, title, children) => {
                let children = self.print_items(children, style);
                NavItem { number: dotted(number), children, ..NavItem::bare("draft", title) }
            }
            OutlineItem::Page(id, children) => {
                let page = self.book.page(*id);
                NavItem {
                    number: dotted(&page.number),
                    href: self.href(&Target::Page(*id, None), style),
                    children: self.print_items(children, style),
                    ..NavItem::bare("page", &page.title)
                }
            }
        }
    }

    /// Whether a chapter stands in the print edition.
    #[must_use]
    pub fn is_printed(&self, id: PageId) -> bool {
        self.book.page(id).chapter.front.print != Some(false)
    }

    /// What all HTML pages share, seen from a path; a page with something to keep gets the files for it.
    #[must_use]
    pub fn site_view(&self, from: &SitePath, keeps: Keeps) -> SiteView {
        let meta = &self.book.meta;
        let output = &self.project.config.output;
        let named = |path: &str| SitePath::new(path).map(|path| from.href_to(&path));
        let lists = keeps != Keeps::Nothing;
        let tools = self.theme.list_tools.as_ref().map(|path| from.href_to(path)).filter(|_| lists);
        let (tools_now, list_tools) = if keeps == Keeps::AllLists { (tools, None) } else { (None, tools) };
        let hrefs = |paths: &[SitePath]| paths.iter().map(|path| from.href_to(path)).collect::<Vec<_>>();
        let for_lists = |paths: &[SitePath]| if lists { hrefs(paths) } else { Vec::new() };
        SiteView {
            title: meta.title.clone(),
            id: meta.id.clone(),
            language: meta.language.clone(),
            direction: direction(&meta.language),
            description: meta.description.clone(),
            authors: meta.authors.clone(),
            footer: meta.footer.clone(),
            root: from.root(),
            home: self
                .sidebars
                .home()
                .map_or_else(|| from.root(), |home| self.path_href(from, &self.book.page(home).path)),
            styles: [hrefs(&self.theme.styles), for_lists(&self.theme.list_styles)].concat(),
            inline_html: self.theme.inline_html.clone(),
            // A book's own scripts may ask for what readers ticked.
            scripts: [
                hrefs(&self.theme.scripts),
                for_lists(&self.theme.list_scripts),
                Vec::from_iter(tools_now),
                hrefs(&self.theme.own_scripts),
            ]
            .concat(),
            lists,
            list_tools,
            search_index: named(SEARCH_INDEX).filter(|_| output.search),
            finder: self.theme.finder.as_ref().map(|path| from.href_to(path)).filter(|_| output.search),
            search: named(SEARCH_PAGE).filter(|_| output.search),
            opensearch: named(OPENSEARCH).filter(|_| output.search && meta.url.is_some()),
            checklists: named(CHECKLISTS).filter(|_| output.checklists && !self.book.checklists.is_empty()),
            outline: named(OUTLINE).filter(|_| !self.sidebars.is_whole()),
            sheets: named(SHEETS).filter(|_| !self.all_sheets.is_empty()),
            print: named(PRINT).filter(|_| output.print),
            feed: named(FEED).filter(|_| self.feed),
            banner: self.banner(from),
            pages: self.book.pages.len(),
            icon: self.theme.icon.as_ref().map_or_else(String::new, |icon| from.href_to(icon)),
            downloads: self.downloads(from),
            offline: self.offline_view(from),
            csp: self.csp.clone(),
            paper: paper_name(self.project.config.theme.paper),
            generator: concat!("chapbook ", env!("CARGO_PKG_VERSION")),
        }
    }

    /// The line over a page, if the book has one.
    #[must_use]
    pub fn banner(&self, from: &SitePath) -> Option<BannerView> {
        let banner = self.book.banner.as_ref()?;
        let href = banner.to.as_ref().and_then(|to| self.href(to, LinkStyle::Page(from)));
        let key = Digest::of(banner.text.as_bytes()).hex(BANNER_KEY);
        Some(BannerView { text: banner.text.clone(), href, key })
    }

    /// The forms in which the book is offered, seen from a page.
    fn downloads(&self, from: &SitePath) -> Vec<DownloadView> {
        let offer = |form: &Download| {
            let (kind, path, end) = match form {
                Download::File => ("file", BOOK, "html"),
                Download::Epub => ("epub", EPUB, "epub"),
            };
            let href = from.href_to(&SitePath::new(path)?);
            Some(DownloadView { kind, href, name: format!("{}.{end}", self.book.meta.id) })
        };
        self.project.config.output.downloads.iter().filter_map(offer).collect()
    }

    /// What a page needs of a site that can be kept.
    fn offline_view(&self, from: &SitePath) -> Option<OfflineView> {
        let href = |path: &str| SitePath::new(path).map(|path| from.href_to(&path));
        Some(OfflineView {
            manifest: href(MANIFEST)?,
            worker: href(WORKER)?,
            list: href(OFFLINE_LIST)?,
            icon: href(APPLE_ICON)?,
            scripts: self.theme.offline_scripts.iter().map(|path| from.href_to(path)).collect(),
        })
        .filter(|_| self.project.config.output.offline)
    }

    /// The head of a page of ours that has no chapter behind it.
    #[must_use]
    pub fn head(&self, title: &str, path: &SitePath) -> HeadView {
        HeadView {
            title: self.head_title(title),
            description: None,
            canonical: self.address(path),
            noindex: false,
            markdown: None,
        }
    }

    /// The title of a page in the browser's tab.
    #[must_use]
    pub fn head_title(&self, title: &str) -> String {
        joined_title(&self.project.config.output.page_title, title, &self.book.meta.title)
    }

    /// Which way the book's script runs: `ltr` or `rtl`.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        direction(&self.book.meta.language)
    }

    /// A string of the interface.
    #[must_use]
    pub fn string(&self, key: &str) -> &str {
        self.strings.get(key).map_or("", String::as_str)
    }
}

/// Whether there is something to feed and an address to feed it from.
#[must_use]
pub fn has_feed(book: &Book) -> bool {
    let front = |page: &Page| page.chapter.front.revised.is_some() && page.chapter.front.search != Some(false);
    book.meta.url.is_some() && book.pages.iter().any(front)
}

/// The title of a page in the browser's tab, by the book's pattern; the book alone where both are the same.
#[must_use]
fn joined_title(pattern: &str, title: &str, book: &str) -> String {
    if title == book { title.to_owned() } else { pattern.replace("{page}", title).replace("{book}", book) }
}

/// A number as it is read: "1.2"; `None` for what bears none.
#[must_use]
pub fn dotted(number: &[u32]) -> Option<String> {
    (!number.is_empty()).then(|| number.iter().map(u32::to_string).collect::<Vec<_>>().join("."))
}

fn paper_name(paper: Paper) -> &'static str {
    match paper {
        Paper::A4 => "A4",
        Paper::A5 => "A5",
        Paper::Letter => "letter",
    }
}

/// The direction of a language's script, by its primary subtag; a script subtag for a left-to-right one wins.
fn direction(language: &str) -> &'static str {
    let mut parts = language.split('-');
    let primary = parts.next().unwrap_or_default().to_lowercase();
    let latin = parts.any(|part| part.eq_ignore_ascii_case("Latn") || part.eq_ignore_ascii_case("Cyrl"));
    let right_to_left = ["ar", "fa", "he", "ur", "ps", "yi", "dv", "sd", "ug", "ckb", "syr", "arc"];
    if right_to_left.contains(&primary.as_str()) && !latin { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions() {
        for (language, expected) in
            [("zh-Hans", "ltr"), ("fa", "rtl"), ("ar-EG", "rtl"), ("uz-Latn", "ltr"), ("ug-Latn", "ltr")]
        {
            assert_eq!(direction(language), expected, "{language}");
        }
    }

    #[test]
    fn titles_are_not_said_twice() {
        assert_eq!(joined_title("{page} · {book}", "A", "B"), "A · B");
        assert_eq!(joined_title("{page} · {book}", "B", "B"), "B");
    }
}
