//! Pages of the site that show one chapter, or lead to one.

use serde::Serialize;

use super::nav::{NavItem, TocItem};
use super::site::{Crumb, HeadView, SiteView};

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
    /// The day the text was last reviewed.
    pub revised: Option<String>,
    /// The day its file last changed, as git knows it.
    pub changed: Option<String>,
    /// Its address in full, if the book has a `url`; for paper.
    pub address: Option<String>,
    /// Minutes to read it, at least 1 (250 words of Latin script or 400 Han characters a minute).
    pub minutes: u32,
    /// The language of its text, if it is not that of the book.
    pub language: Option<String>,
    /// The direction of its text, if the language is given.
    pub direction: Option<&'static str>,
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
    /// The term as it is written in running text.
    pub word: String,
    /// The forms that match it, in lower case.
    pub forms: Vec<String>,
    /// Where it is explained.
    pub href: String,
    /// What it means, in a sentence.
    pub meaning: String,
}

/// `404.html`. Served at any depth, so all hrefs are absolute paths. If the book does not say where its site is on
/// its host, they are those of a site at the root, and a script corrects them.
#[derive(Debug, Clone, Serialize)]
pub struct NotFoundView {
    /// Common to all pages.
    pub site: SiteView,
    /// For the head.
    pub head: HeadView,
    /// The first pages of the book.
    pub pages: Vec<Crumb>,
    /// The `script` element that finds the root of the site; empty if the book says where it is.
    pub find_root_html: String,
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
    /// The script that goes there and keeps the place and the query of the address.
    pub script: Option<String>,
}
