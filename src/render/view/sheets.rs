//! Checklists, forms and logs: on their page, and as sheets for paper.

use serde::Serialize;

use super::site::{Crumb, HeadView, SiteView};

/// `checklists.html`: all checklists of the book.
#[derive(Debug, Clone, Serialize)]
pub struct ChecklistsView {
    /// Common to all pages.
    pub site: SiteView,
    /// For the head.
    pub head: HeadView,
    /// The sidebar, written by `partials/nav.html`.
    pub nav_html: String,
    /// Pages that have checklists, in reading order.
    pub groups: Vec<ChecklistGroup>,
    /// How many checklists there are.
    pub count: usize,
    /// The tags of those pages, each once, sorted.
    pub tags: Vec<String>,
}

/// The checklists of one page.
#[derive(Debug, Clone, Serialize)]
pub struct ChecklistGroup {
    /// The page.
    pub page: Crumb,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its checklists.
    pub lists: Vec<ChecklistEntry>,
}

/// One checklist, named.
#[derive(Debug, Clone, Serialize)]
pub struct ChecklistEntry {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The href of its place in its chapter.
    pub href: String,
    /// Its own sheet.
    pub sheet: String,
    /// How many items it has.
    pub items: usize,
    /// The ids of its items, in order; progress is counted over these.
    pub item_ids: Vec<String>,
    /// The ids of the items that the author ticked.
    pub done_ids: Vec<String>,
    /// When to use it.
    pub when: Option<String>,
    /// Who uses it.
    pub who: Option<String>,
}

/// `sheet.html`: one checklist on a page of its own.
#[derive(Debug, Clone, Serialize)]
pub struct SheetView {
    /// Common to all pages.
    pub site: SiteView,
    /// For the head.
    pub head: HeadView,
    /// The checklist.
    pub list: ChecklistEntry,
    /// What is printed.
    pub sheet: SheetCard,
}

/// `sheets.html`: all checklists, forms and logs on one page, each a sheet.
#[derive(Debug, Clone, Serialize)]
pub struct SheetsView {
    /// Common to all pages.
    pub site: SiteView,
    /// For the head.
    pub head: HeadView,
    /// The sheets in reading order.
    pub sheets: Vec<SheetCard>,
}

/// A checklist, form or log as it is printed: it contains all that it needs from its chapter.
#[derive(Debug, Clone, Serialize)]
pub struct SheetCard {
    /// Its title.
    pub title: String,
    /// `read-do`, `do-confirm`, `form`, `log` or none.
    pub kind: Option<&'static str>,
    /// Whether it is printed on landscape paper.
    pub landscape: bool,
    /// When to use it.
    pub when: Option<String>,
    /// Who uses it.
    pub who: Option<String>,
    /// The list or table itself, its footnotes and the targets of its links included.
    pub body_html: String,
    /// The page it belongs to.
    pub page: Crumb,
    /// The day the text was last reviewed.
    pub revised: Option<String>,
    /// Its address in full, if the book has a `url`.
    pub address: Option<String>,
    /// The same address with the day, as a QR code.
    pub qr: Option<QrView>,
}

/// A QR code.
#[derive(Debug, Clone, Serialize)]
pub struct QrView {
    /// Modules along a side, the white border included.
    pub size: i32,
    /// The dark modules as the path of an SVG whose units are modules.
    pub path: String,
}
