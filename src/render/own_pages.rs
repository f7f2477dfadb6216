//! Paths of the pages and files that chapbook makes itself.

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
