//! Where the files of the theme are in the site, and what they hold where a document includes them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::path::SitePath;

/// The theme's files in the site, by what pages need them for.
#[derive(Debug, Clone, Default)]
pub struct ThemeFiles {
    /// Style sheets, in order.
    pub styles: Vec<SitePath>,
    /// `script` elements that every page contains.
    pub inline_html: Arc<str>,
    /// Scripts that run after the page is read.
    pub scripts: Vec<SitePath>,
    /// The script of the search dialog and the results page, loaded when it is first needed.
    pub finder: Option<SitePath>,
    /// The book's own scripts, which run last.
    pub own_scripts: Vec<SitePath>,
    /// Style sheets of pages with formulas. They come before all others.
    pub formula_styles: Vec<SitePath>,
    /// Style sheets of pages with something to tick or fill in.
    pub list_styles: Vec<SitePath>,
    /// Scripts of such pages; they run after the others of the theme.
    pub list_scripts: Vec<SitePath>,
    /// The script of the rarely used commands of lists, loaded when it is first needed.
    pub list_tools: Option<SitePath>,
    /// The scripts that are published with the outline of a large book.
    pub outline: Arc<[u8]>,
    /// The search engine, which is published with the index.
    pub engine: Arc<[u8]>,
    /// The script of pages that redirect.
    pub redirect: Option<LoneScript>,
    /// The `script` element with which the page for unknown addresses finds the root of its site.
    pub find_root_html: String,
    /// The icon.
    pub icon: Option<SitePath>,
    /// Scripts of sites that can be read offline.
    pub offline_scripts: Vec<SitePath>,
    /// The Content-Security-Policy of every page.
    pub csp: String,
    /// The same for a page that finds the root of its site.
    pub find_root_csp: String,
    /// The same as text, for the book in one file.
    pub inline: InlineFiles,
}

/// A script of one kind of page, which is published only if the site has such a page.
#[derive(Debug, Clone)]
pub struct LoneScript {
    /// Where it is.
    pub path: SitePath,
    /// Its text.
    pub bytes: Arc<[u8]>,
}

/// Styles and scripts as text, for documents that contain them: the book in one file, the EPUB, the zip's first page.
#[derive(Debug, Clone, Default)]
pub struct InlineFiles {
    /// All style sheets, those for formulas and lists among them, each with the path that its addresses are relative to.
    pub styles: Vec<(SitePath, String)>,
    /// Files that they may name, by path.
    pub assets: BTreeMap<String, Arc<[u8]>>,
    /// The style sheet that shows the whole book to readers without scripts.
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
    /// The service worker that unregisters itself.
    pub worker_end: String,
}
