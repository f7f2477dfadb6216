//! Lists of pages with their days, for other programs.

use serde::Serialize;

/// `sitemap.xml`
#[derive(Debug, Clone, Serialize)]
pub struct SitemapView {
    /// Full addresses, with the day each was last reviewed.
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
    /// The day it was last reviewed, `YYYY-MM-DD`.
    pub day: Option<String>,
    /// The day its file last changed, as git knows it.
    pub changed: Option<String>,
    /// One sentence about it.
    pub summary: Option<String>,
}
