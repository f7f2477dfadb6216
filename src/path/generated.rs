//! The files that chapbook generates under fixed paths of the site, in one table: whatever needs a list of such files
//! makes it from [`ALL`].
//!
//! Files whose paths depend on the book are not in it: pages, their Markdown copies, sheets, assets of the theme.

/// Who uses a generated file, which decides where it is included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Readers, wherever they open the site.
    Readers,
    /// Readers of a published site, also while they are offline; of no use in a site that is opened from disk.
    Visitors,
    /// Programs that read the site or the book: feed readers, language models, search tools.
    Programs,
    /// The server of a published site, crawlers, and what a browser needs to store the site.
    Host,
    /// Readers who download the whole book as one file.
    Download,
}

impl Use {
    /// Whether a reader who stores the site for reading offline needs the file.
    #[must_use]
    pub fn is_kept_offline(self) -> bool {
        matches!(self, Self::Readers | Self::Visitors)
    }

    /// Whether the file is of use in a site that is opened from disk.
    #[must_use]
    pub fn works_from_disk(self) -> bool {
        !matches!(self, Self::Visitors | Self::Host)
    }
}

/// Who uses the generated file at a path of the site; `None` if chapbook generates no file there.
///
/// ```
/// use chapbook::path::generated::{self, Use};
///
/// assert_eq!(generated::use_of("robots.txt"), Some(Use::Host));
/// assert_eq!(generated::use_of("guide/setup.html"), None);
/// ```
#[must_use]
pub fn use_of(path: &str) -> Option<Use> {
    ALL.iter().find(|(own, _)| *own == path).map(|(_, what)| *what)
}

/// The paths of the generated files in a folder of the site.
pub fn in_folder(folder: &str) -> impl Iterator<Item = &'static str> {
    let is_in = move |path: &&str| path.rsplit_once('/').is_some_and(|(above, _)| above == folder);
    ALL.iter().map(|(path, _)| *path).filter(is_in)
}

macro_rules! generated {
    ($($(#[$doc:meta])* $name:ident = $path:literal for $what:ident;)*) => {
        $($(#[$doc])* pub const $name: &str = $path;)*

        /// All generated files: their paths in the site, and who uses them.
        pub const ALL: &[(&str, Use)] = &[$(($name, Use::$what)),*];
    };
}

generated! {
    /// The page of the site's root: a page of the book, or a copy of its first page, or a redirect to it.
    INDEX = "index.html" for Readers;
    /// The overview of all checklists.
    CHECKLISTS = "checklists.html" for Readers;
    /// All checklists, forms and logs, for printing. Each checklist has a sheet of its own in [`SHEET_FOLDER`].
    SHEETS = "checklists/all.html" for Readers;
    /// The whole book for printing; of a large book the list of its parts, which are in [`PRINT_FOLDER`].
    PRINT = "print.html" for Readers;
    /// The page of search results, which without a query lists all sections.
    SEARCH_PAGE = "search.html" for Readers;
    /// The script that brings the search engine and the index; what it loads is in [`SEARCH_FOLDER`] too.
    SEARCH_INDEX = "search/index.js" for Readers;
    /// The whole outline of a large book, which its pages load when a reader unfolds it.
    OUTLINE = "outline.js" for Readers;
    /// The web app manifest.
    WEB_MANIFEST = "manifest.webmanifest" for Readers;
    /// The icon for home screens of Apple's systems.
    APPLE_ICON = "icons/180.png" for Readers;
    /// The small icon of the web app.
    SMALL_ICON = "icons/192.png" for Readers;
    /// The large icon of the web app.
    LARGE_ICON = "icons/512.png" for Readers;
    /// The large icon with a margin, for systems that cut icons to their shape.
    MASKED_ICON = "icons/512-masked.png" for Readers;
    /// The icon as a letter, drawn with the reader's font.
    LETTER_ICON = "icons/letter.svg" for Readers;
    /// The page for addresses without a page.
    NOT_FOUND = "404.html" for Visitors;
    /// The description by which browsers offer to search the site.
    OPENSEARCH = "opensearch.xml" for Programs;
    /// The Atom feed.
    FEED = "feed.xml" for Programs;
    /// The search index as JSON, for other tools.
    SEARCH_JSON = "search-index.json" for Programs;
    /// The list of the pages' Markdown copies.
    LLMS = "llms.txt" for Programs;
    /// The list of pages for search engines.
    SITEMAP = "sitemap.xml" for Host;
    /// What crawlers may read.
    ROBOTS = "robots.txt" for Host;
    /// HTTP headers, for Netlify and Cloudflare Pages.
    HEADERS = "_headers" for Host;
    /// Redirects, for Netlify and Cloudflare Pages.
    REDIRECTS = "_redirects" for Host;
    /// Tells GitHub Pages to publish files as they are.
    NO_JEKYLL = ".nojekyll" for Host;
    /// The domain, for GitHub Pages.
    CNAME = "CNAME" for Host;
    /// The service worker.
    WORKER = "sw.js" for Host;
    /// How many files and bytes a reader stores who keeps the site offline.
    OFFLINE_LIST = "offline.json" for Host;
    /// The book in one HTML file.
    BOOK = "book.html" for Download;
    /// The book as EPUB.
    EPUB = "book.epub" for Download;
}

/// In which folders of a site a host looks for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// At the root only.
    Root,
    /// In every folder, by its name in any letter case.
    Any,
}

/// Files that a host obeys instead of serving them: domains, redirects, headers, functions, passwords, proofs of ownership;
/// where the host looks for them, and where its manual says so. A name may also be that of a folder.
const HOST_FILES: &[(&str, Depth)] = &[
    // GitHub Pages (docs.github.com, "Managing a custom domain"). Surge reads it as well.
    ("CNAME", Depth::Root),
    // Netlify (docs.netlify.com, "Redirects", "Custom headers", "File-based configuration", "Functions"). Cloudflare Pages and
    // GitLab Pages read `_redirects` as well (docs.gitlab.com, "GitLab Pages redirects").
    ("_redirects", Depth::Root),
    ("_headers", Depth::Root),
    ("netlify.toml", Depth::Root),
    // Cloudflare (developers.cloudflare.com/pages: "Advanced mode", "Functions routing", "Wrangler configuration").
    ("_worker.js", Depth::Root),
    ("_worker.bundle", Depth::Root),
    ("_routes.json", Depth::Root),
    ("wrangler.toml", Depth::Root),
    ("wrangler.json", Depth::Root),
    ("wrangler.jsonc", Depth::Root),
    // Azure Static Web Apps takes it from any folder (learn.microsoft.com, "Configure Azure Static Web Apps"); `routes.json`
    // is its earlier name. IIS and App Service read `web.config` in every folder.
    ("staticwebapp.config.json", Depth::Any),
    ("routes.json", Depth::Root),
    ("web.config", Depth::Any),
    ("app_offline.htm", Depth::Root),
    // Vercel (vercel.com/docs: "Project configuration", "Routing middleware"); `serve` reads `serve.json`.
    ("vercel.json", Depth::Root),
    ("vercel.ts", Depth::Root),
    ("now.json", Depth::Root),
    ("serve.json", Depth::Root),
    ("middleware.js", Depth::Root),
    ("middleware.ts", Depth::Root),
    // Surge (surge.sh/help: "Adding a 200 page", "Enabling CORS", "Adding password protection", "Redirects").
    ("200.html", Depth::Root),
    ("AUTH", Depth::Root),
    ("CORS", Depth::Root),
    ("ROUTER", Depth::Root),
    // Firebase (firebase.google.com/docs/hosting/full-config) and Render (render.com/docs/blueprint-spec).
    ("firebase.json", Depth::Root),
    ("render.yaml", Depth::Root),
    // Heroku's static buildpack, App Engine, AWS Amplify, Fly.
    ("static.json", Depth::Root),
    ("app.yaml", Depth::Root),
    ("amplify.yml", Depth::Root),
    ("fly.toml", Depth::Root),
    // Who owns a site, and which programs may act for it: Bing, Apple, and the policies of plug-ins.
    ("BingSiteAuth.xml", Depth::Root),
    ("apple-app-site-association", Depth::Root),
    ("crossdomain.xml", Depth::Root),
    ("clientaccesspolicy.xml", Depth::Root),
];

/// Folders at the root whose programs run on a host: functions of Vercel, of Cloudflare Pages and of Netlify.
const FUNCTION_FOLDERS: &[&str] = &["api", "functions", "netlify"];
/// The extensions of such programs.
const FUNCTIONS: &[&str] = &["cjs", "go", "js", "jsx", "mjs", "mts", "py", "rb", "rs", "ts", "tsx", "wasm"];

/// Whether a host would obey a file of the book instead of serving it.
///
/// ```
/// use chapbook::path::generated::is_host_file;
///
/// assert!(is_host_file("_redirects") && is_host_file("a/Web.config") && !is_host_file("a/_redirects"));
/// ```
#[must_use]
pub fn is_host_file(path: &str) -> bool {
    let (first, name) = (path.split('/').next().unwrap_or(path), path.rsplit('/').next().unwrap_or(path));
    let obeyed = |(file, depth): &(&str, Depth)| match depth {
        Depth::Root => *file == first,
        Depth::Any => name.eq_ignore_ascii_case(file),
    };
    HOST_FILES.iter().any(obeyed)
}

/// Whether a host would run a file of the book because of its folder.
///
/// ```
/// use chapbook::path::generated::is_host_program;
///
/// assert!(is_host_program("api/x.js") && !is_host_program("api/x.png") && !is_host_program("a/api/x.js"));
/// ```
#[must_use]
pub fn is_host_program(path: &str) -> bool {
    let inside = path.split_once('/').filter(|(first, _)| FUNCTION_FOLDERS.contains(first));
    let extension = inside.and_then(|(_, rest)| rest.rsplit_once('.')).map(|(_, end)| end.to_ascii_lowercase());
    extension.is_some_and(|end| FUNCTIONS.contains(&end.as_str()))
}

/// The list of its files that a published site keeps in the output folder. It is not a file of the site.
pub const PUBLISH_MANIFEST: &str = ".chapbook-manifest";
/// The manifest of a site that is being put in place. It is there for the moment of the renames only.
pub const PUBLISH_JOURNAL: &str = ".chapbook-journal";
/// The file in a folder of an export that says of which book it is.
pub const EXPORT_MARK: &str = ".chapbook-export";
/// The folder of the checklists' own sheets.
pub const SHEET_FOLDER: &str = "checklists";
/// The folder of the parts in which a large book is printed.
pub const PRINT_FOLDER: &str = "print";
/// The folder of everything that only search loads.
pub const SEARCH_FOLDER: &str = "search";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::SitePath;

    #[test]
    fn each_path_is_in_the_table_once_and_is_a_path() {
        for (path, _) in ALL {
            assert_eq!(ALL.iter().filter(|(other, _)| other == path).count(), 1, "{path}");
            assert_eq!(SitePath::new(path).map(|path| path.to_string()).as_deref(), Some(*path));
        }
    }
}
