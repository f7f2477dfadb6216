//! What all HTML pages share: the head, the files of the theme, the pages that every page leads to.

use super::direction::Direction;
use super::edition::Edition;
use super::links::LinkStyle;
use super::view::{BannerView, Crumb, DownloadView, HeadView, OfflineView, SiteView};
use crate::book::PageId;
use crate::chapter::Chapter;
use crate::config::{Download, Paper};
use crate::digest::Digest;
use crate::path::{SitePath, generated};

/// How many digits of its digest identify a banner.
const BANNER_KEY: usize = 8;

/// Whether a page has something that readers tick or fill in, which the browser stores.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Keeps {
    /// It has nothing of the kind.
    #[default]
    Nothing,
    /// It has checklists or blanks.
    Lists,
    /// It is the page of all checklists.
    AllLists,
}

/// What the content of a page needs besides the files of all pages. By default it needs nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Needs {
    /// What readers tick or fill in.
    pub keeps: Keeps,
    /// Whether it has formulas.
    pub formulas: bool,
}

impl Needs {
    /// What a page with these chapters needs.
    pub fn of<'c>(chapters: impl IntoIterator<Item = &'c Chapter>) -> Self {
        chapters.into_iter().fold(Self::default(), |needs, Chapter { facts, .. }| Self {
            keeps: if facts.takes_input() { Keeps::Lists } else { needs.keeps },
            formulas: needs.formulas || facts.formulas,
        })
    }

    /// What a page with sheets from these chapters needs.
    pub fn of_sheets<'c>(chapters: impl IntoIterator<Item = &'c Chapter>) -> Self {
        Self { keeps: Keeps::Lists, ..Self::of(chapters) }
    }
}

impl Edition {
    /// What all HTML pages share, with hrefs relative to `from`, and the styles and scripts that a page needs.
    #[must_use]
    pub fn site_view(&self, from: &SitePath, Needs { keeps, formulas }: Needs) -> SiteView {
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
            direction: Direction::of_language(&meta.language).name(),
            description: meta.description.clone(),
            authors: meta.authors.clone(),
            footer: meta.footer.clone(),
            root: from.root(),
            home: self.facts.sidebars.home().map_or_else(|| from.root(), |home| self.page_href(home, None, from)),
            styles: [
                if formulas { hrefs(&self.theme.formula_styles) } else { Vec::new() },
                hrefs(&self.theme.styles),
                for_lists(&self.theme.list_styles),
            ]
            .concat(),
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
            search_index: named(generated::SEARCH_INDEX).filter(|_| output.search),
            finder: self.theme.finder.as_ref().map(|path| from.href_to(path)).filter(|_| output.search),
            search: named(generated::SEARCH_PAGE).filter(|_| output.search),
            opensearch: named(generated::OPENSEARCH).filter(|_| output.search && meta.url.is_some()),
            checklists: named(generated::CHECKLISTS).filter(|_| output.checklists && !self.book.checklists.is_empty()),
            outline: named(generated::OUTLINE).filter(|_| !self.facts.sidebars.is_whole()),
            sheets: named(generated::SHEETS).filter(|_| self.facts.sheets),
            print: named(generated::PRINT).filter(|_| output.print),
            feed: named(generated::FEED).filter(|_| self.facts.feed),
            banner: self.banner(from),
            pages: self.book.pages.len(),
            icon: self.theme.icon.as_ref().map_or_else(String::new, |icon| from.href_to(icon)),
            downloads: self.downloads(from),
            offline: self.offline_view(from),
            csp: self.theme.csp.clone(),
            paper: paper_name(self.project.config.theme.paper),
            generator: concat!("chapbook ", env!("CARGO_PKG_VERSION")),
        }
    }

    /// The line above a page, if the book has one, with its href relative to `from`.
    #[must_use]
    pub fn banner(&self, from: &SitePath) -> Option<BannerView> {
        let banner = self.book.banner.as_ref()?;
        let href = banner.to.as_ref().and_then(|to| self.href(to, LinkStyle::Page(from)));
        let key = Digest::of(banner.text.as_bytes()).hex(BANNER_KEY);
        Some(BannerView { text: banner.text.clone(), href, key })
    }

    /// The downloads that a page offers, with hrefs relative to `from`.
    fn downloads(&self, from: &SitePath) -> Vec<DownloadView> {
        let offer = |form: &Download| {
            let (kind, path, end) = match form {
                Download::File => ("file", generated::BOOK, "html"),
                Download::Epub => ("epub", generated::EPUB, "epub"),
            };
            let href = from.href_to(&SitePath::new(path)?);
            Some(DownloadView { kind, href, name: format!("{}.{end}", self.book.meta.id) })
        };
        self.project.config.output.downloads.iter().filter_map(offer).collect()
    }

    /// What a page needs of a site that can be read offline; `None` if it cannot.
    fn offline_view(&self, from: &SitePath) -> Option<OfflineView> {
        let href = |path: &str| SitePath::new(path).map(|path| from.href_to(&path));
        Some(OfflineView {
            manifest: href(generated::WEB_MANIFEST)?,
            worker: href(generated::WORKER)?,
            list: href(generated::OFFLINE_LIST)?,
            icon: href(generated::APPLE_ICON)?,
            scripts: self.theme.offline_scripts.iter().map(|path| from.href_to(path)).collect(),
        })
        .filter(|_| self.project.config.output.offline)
    }

    /// A page's title, number and href relative to `from`.
    #[must_use]
    pub fn crumb(&self, id: PageId, from: &SitePath) -> Crumb {
        let page = self.book.page(id);
        let href = self.page_href(id, None, from);
        Crumb { title: page.title.clone(), number: self.number(page), href }
    }

    /// The head of a page that shows no single chapter.
    #[must_use]
    pub fn head(&self, title: &str, path: &SitePath) -> HeadView {
        HeadView {
            title: self.head_title(title),
            description: None,
            canonical: self.file_url(path),
            noindex: false,
            markdown: None,
        }
    }

    /// The title that the browser's tab shows for a page.
    #[must_use]
    pub fn head_title(&self, title: &str) -> String {
        joined_title(&self.project.config.output.page_title, title, &self.book.meta.title)
    }

    /// The direction of the book's script: `ltr` or `rtl`.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        Direction::of_language(&self.book.meta.language).name()
    }
}

/// The title in the browser's tab, by the pattern of the configuration; the book's title alone if the page has the same.
#[must_use]
fn joined_title(pattern: &str, title: &str, book: &str) -> String {
    if title == book { title.to_owned() } else { pattern.replace("{page}", title).replace("{book}", book) }
}

fn paper_name(paper: Paper) -> &'static str {
    match paper {
        Paper::A4 => "A4",
        Paper::A5 => "A5",
        Paper::Letter => "letter",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_not_said_twice() {
        assert_eq!(joined_title("{page} · {book}", "A", "B"), "A · B");
        assert_eq!(joined_title("{page} · {book}", "B", "B"), "B");
    }
}
