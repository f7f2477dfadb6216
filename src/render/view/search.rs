//! What search shows to readers without scripts, and to browsers.

use serde::Serialize;

use super::site::{Crumb, HeadView, SiteView};

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
