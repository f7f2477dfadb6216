//! Checklists, forms and logs to HTML, for their sheets. They are short: nothing is remembered.

use rayon::prelude::*;

use crate::book::{Checklist, PageId};
use crate::error::Error;
use crate::path::SitePath;
use crate::render::{
    Edition, LinkStyle, SHEETS, Setting, Sheet, SheetKind, print_prefix, typeset_checklist, typeset_tables,
};

/// Typesets the checklists for sheets of their own, and all lists, forms and logs for the page of all sheets.
pub(super) fn typeset_sheets(edition: &mut Edition<'_>) -> Result<(), Error> {
    edition.sheets = own_sheets(edition)?;
    edition.all_sheets = all_sheets(edition)?;
    Ok(())
}

fn own_sheets(edition: &Edition<'_>) -> Result<Vec<String>, Error> {
    if !edition.project.config.output.checklists {
        return Ok(Vec::new());
    }
    let sheet = |list: &Checklist| {
        let setting = edition.setting(list.page, LinkStyle::Page(&list.sheet));
        let chapter = edition.chapter(list.page);
        typeset_checklist(&chapter, list.index, &setting, edition.templates, edition.highlights)
    };
    edition.book.checklists.par_iter().map(sheet).collect()
}

/// The checklists, forms and logs for the page of all sheets, in reading order.
fn all_sheets(edition: &Edition<'_>) -> Result<Vec<Sheet>, Error> {
    let Some(path) = SitePath::new(SHEETS).filter(|_| edition.project.config.output.checklists) else {
        return Ok(Vec::new());
    };
    let ids: Vec<PageId> = edition.book.page_ids().collect();
    let of_page = |id: &PageId| page_sheets(edition, *id, &path);
    let sheets: Vec<Vec<Sheet>> = ids.par_iter().map(of_page).collect::<Result<_, Error>>()?;
    Ok(sheets.into_iter().flatten().collect())
}

fn page_sheets(edition: &Edition<'_>, id: PageId, path: &SitePath) -> Result<Vec<Sheet>, Error> {
    let page = edition.book.page(id);
    if !page.chapter.sheets {
        return Ok(Vec::new());
    }
    let chapter = edition.chapter(id);
    let mut setting = Setting { prefix: print_prefix(id), ..edition.setting(id, LinkStyle::Page(path)) };
    for checklist in &mut setting.checklists {
        // A link from a sheet to the same sheet helps nobody.
        checklist.sheet = None;
    }
    let mut sheets = Vec::new();
    for table in typeset_tables(&chapter, &setting, edition.templates, edition.highlights)? {
        sheets.push((table.span, Sheet { page: id, kind: SheetKind::Table(table) }));
    }
    for index in &page.checklists {
        let Some(list) = edition.book.checklists.get(*index) else { continue };
        let setting = Setting { prefix: format!("{}l{}-", setting.prefix, list.index + 1), ..setting.clone() };
        let html = typeset_checklist(&chapter, list.index, &setting, edition.templates, edition.highlights)?;
        let span = chapter.checklists.get(list.index).map(|list| list.span).unwrap_or_default();
        sheets.push((span, Sheet { page: id, kind: SheetKind::Checklist(*index, html) }));
    }
    sheets.sort_by_key(|(span, _)| *span);
    Ok(sheets.into_iter().map(|(_, sheet)| sheet).collect())
}
