//! A checklist, form or log as it is printed on its own sheet.

use super::table_sheet::TableSheet;
use crate::book::PageId;

/// A sheet on the page of all sheets.
#[derive(Debug)]
pub struct Sheet {
    /// The page it belongs to.
    pub page: PageId,
    /// What it is.
    pub kind: SheetKind,
}

/// What a sheet holds.
#[derive(Debug)]
pub enum SheetKind {
    /// Which of [`Book::checklists`], and its HTML.
    Checklist(usize, String),
    /// A form or a log.
    Table(TableSheet),
}
