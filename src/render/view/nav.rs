//! Entries of the sidebar, and of the contents of a page.

use serde::Serialize;

use super::site::SiteView;

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
    /// `page`, `draft`, `group` (a title over other entries), `link`, `part`, `separator`, or `more` for entries left out of the sidebar of a large book.
    pub kind: &'static str,
    /// Its text; "" for a separator.
    pub title: String,
    /// Its number, short ("1", "1.2").
    pub number: Option<String>,
    /// Its href; `None` for drafts, groups, parts and separators.
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
