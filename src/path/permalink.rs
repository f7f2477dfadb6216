//! Where a page is published: the one place that knows how names of pages become files, hrefs, URLs and keys.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::generated::INDEX;
use super::site_path::SitePath;

/// The extension of the files of pages.
const HTML: &str = ".html";
/// The name of a folder's own page.
const INDEX_NAME: &str = "index";

/// How addresses of pages look (`clean_urls` in the configuration).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AddressStyle {
    /// Files: `guide/setup.html`, and `guide/index.html` for the page of a folder.
    #[default]
    File,
    /// Folders: `guide/setup/` and `guide/`. The files are `guide/setup/index.html` and `guide/index.html`.
    Folder,
}

/// Where a page is published. It answers which file the page is written to, what links to it say, what its full URL is,
/// and under which key browsers store data about it.
///
/// The book's layout makes one for each page, and calls [`Permalink::make_keys_unique`] once it has made all.
///
/// ```
/// use chapbook::path::{AddressStyle, Permalink, SitePath};
///
/// let page = |style| Permalink::new("guide/setup", style).expect("it is inside the site");
/// let (plain, clean) = (page(AddressStyle::File), page(AddressStyle::Folder));
/// assert_eq!((plain.file().as_str(), clean.file().as_str()), ("guide/setup.html", "guide/setup/index.html"));
///
/// let from = SitePath::new("faq/index.html").expect("it is inside the site");
/// assert_eq!((plain.href_from(&from), clean.href_from(&from)), ("../guide/setup.html".into(), "../guide/setup/".into()));
/// assert_eq!(clean.url("https://example.org/"), "https://example.org/guide/setup/");
/// assert_eq!((plain.key(), clean.key()), ("guide/setup", "guide/setup"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permalink {
    file: SitePath,
    style: AddressStyle,
    key: Arc<str>,
}

impl Permalink {
    /// The permalink of the page with this name: its path without extension (`guide/setup`, `guide/index` for the page
    /// of the folder `guide`, `index` for that of the root). Returns `None` for a name that [`SitePath::new`] refuses.
    #[must_use]
    pub fn new(name: &str, style: AddressStyle) -> Option<Self> {
        let end = match style {
            AddressStyle::Folder if !is_index(name) => format!("/{INDEX}"),
            AddressStyle::Folder | AddressStyle::File => HTML.to_owned(),
        };
        Some(Self { file: SitePath::new(&format!("{name}{end}"))?, style, key: without_index(name).into() })
    }

    /// The permalink of a page that is written to this file, whatever its name would be in this style. Old addresses are
    /// such pages.
    #[must_use]
    pub fn of_file(file: SitePath, style: AddressStyle) -> Self {
        let key = without_index(without_html(&file)).into();
        Self { file, style, key }
    }

    /// The file that the page is written to.
    #[must_use]
    pub fn file(&self) -> &SitePath {
        &self.file
    }

    /// The key under which browsers store data about the page: what readers enter, for example.
    ///
    /// It is the page's name, `guide` for the page of the folder `guide`, and `index` for that of the root. It is the
    /// same in both styles and in every export, so that readers can take their data from one to another.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The href of a link to the page from another file of the site, percent-encoded.
    #[must_use]
    pub fn href_from(&self, from: &SitePath) -> String {
        let href = from.href_to(&self.file);
        match self.folder_of(&href) {
            Some("") => "./".to_owned(),
            Some(folder) => folder.to_owned(),
            None => href,
        }
    }

    /// The address relative to the site's root, percent-encoded; `./` for the root itself.
    ///
    /// Unlike an href, it may start with a name that contains a colon.
    #[must_use]
    pub fn from_root(&self) -> String {
        let path = self.file.encoded();
        match self.folder_of(&path) {
            Some("") => "./".to_owned(),
            Some(folder) => folder.to_owned(),
            None => path,
        }
    }

    /// The full URL of the page on a site at `base`, which ends in `/`. The page of the root is `base` itself.
    #[must_use]
    pub fn url(&self, base: &str) -> String {
        let path = self.file.encoded();
        let short = if path == INDEX { "" } else { self.folder_of(&path).unwrap_or(&path) };
        format!("{base}{short}")
    }

    /// The file that holds the page as Markdown.
    #[must_use]
    pub fn markdown_copy(&self) -> SitePath {
        self.with_extension("md")
    }

    /// The document of the page in an EPUB.
    #[must_use]
    pub fn epub_document(&self) -> SitePath {
        self.with_extension("xhtml")
    }

    /// Gives each page of a book a key of its own.
    ///
    /// Two pages have the same key where `guide.md` is next to `guide/index.md`, which needs [`AddressStyle::File`]. Then
    /// the page of the folder gets `guide/index`, wherever it is in the book.
    pub fn make_keys_unique<'a>(pages: impl IntoIterator<Item = &'a mut Self>) {
        let mut pages: Vec<&mut Self> = pages.into_iter().collect();
        pages.sort_by_key(|page| (is_index(without_html(&page.file)), page.file.as_str().len()));
        let mut keys: BTreeSet<Arc<str>> = BTreeSet::new();
        for page in pages {
            while !keys.insert(page.key.clone()) {
                page.key = format!("{}/{INDEX_NAME}", page.key).into();
            }
        }
    }

    /// The path or href to the file of this page, without `index.html` if its address is a folder.
    fn folder_of<'p>(&self, path: &'p str) -> Option<&'p str> {
        let is_folder = self.style == AddressStyle::Folder && self.file.file_name() == INDEX;
        path.strip_suffix(INDEX).filter(|_| is_folder)
    }

    fn with_extension(&self, extension: &str) -> SitePath {
        SitePath::trusted(format!("{}.{extension}", without_html(&self.file)))
    }
}

/// Whether a name is that of a folder's own page.
fn is_index(name: &str) -> bool {
    name.rsplit('/').next() == Some(INDEX_NAME)
}

/// The name of a page, or that of the folder whose page it is; the page of the root keeps its name.
fn without_index(name: &str) -> &str {
    let name = name.trim_start_matches('/');
    name.strip_suffix(INDEX_NAME).and_then(|folder| folder.strip_suffix('/')).unwrap_or(name)
}

fn without_html(file: &SitePath) -> &str {
    file.as_str().strip_suffix(HTML).unwrap_or(file.as_str())
}
