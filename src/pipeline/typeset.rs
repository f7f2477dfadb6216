//! Chapters to HTML for what is carried away, and checklists, forms and logs for their sheets. The pages of the site are
//! typeset when they are filled in.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::plan::Form;
use crate::book::{Checklist, PageId};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::path::SitePath;
use crate::render::{
    Edition, LinkStyle, RenderContext, SHEETS, Sheet, SheetKind, epub_path, print_prefix, typeset_checklist,
    typeset_tables,
};

/// Typesets what is wanted whole before anything is composed.
pub(super) fn typeset_ahead(
    edition: &mut Edition<'_>,
    forms: &BTreeSet<Form>,
    report: &mut Report,
) -> Result<(), Error> {
    let mut found = Report::default();
    if forms.contains(&Form::File) {
        (edition.file_bodies, found) = bodies(edition, |id| edition.body(id, LinkStyle::File))?;
        edition.file_sheets = all_sheets(edition, Form::File)?;
    }
    if forms.contains(&Form::Epub) {
        (edition.epub_bodies, found) = bodies(edition, |id| {
            let path = &edition.book.page(id).path;
            edition.body(id, LinkStyle::Epub(&epub_path(path).unwrap_or_else(|| path.clone())))
        })?;
    }
    if forms.contains(&Form::Site) {
        edition.sheets = own_sheets(edition)?;
        edition.all_sheets = all_sheets(edition, Form::Site)?;
    } else {
        // What is found in one style is found in the others, and pages tell it when they are filled in.
        report.append(found);
    }
    Ok(())
}

/// All chapters in one style, and what was found on the way.
fn bodies(
    edition: &Edition<'_>,
    body: impl Fn(PageId) -> Result<(String, Report), Error> + Send + Sync,
) -> Result<(Vec<String>, Report), Error> {
    let ids: Vec<PageId> = edition.book.page_ids().collect();
    let set: Vec<(String, Report)> = ids.into_par_iter().map(body).collect::<Result<_, Error>>()?;
    let (bodies, found): (Vec<String>, Vec<Report>) = set.into_iter().unzip();
    let mut report = Report::default();
    for found in found {
        report.append(found);
    }
    Ok((bodies, report))
}

/// The checklists, each for a sheet of its own. They are short: nothing is remembered.
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
fn all_sheets(edition: &Edition<'_>, style: Form) -> Result<Vec<Sheet>, Error> {
    let Some(path) = SitePath::new(SHEETS).filter(|_| edition.project.config.output.checklists) else {
        return Ok(Vec::new());
    };
    let ids: Vec<PageId> = edition.book.page_ids().filter(|id| edition.book.page(*id).chapter.sheets).collect();
    let links = if style == Form::File { LinkStyle::File } else { LinkStyle::Page(&path) };
    let of_page = |id: &PageId| page_sheets(edition, *id, links);
    let sheets: Vec<Vec<Sheet>> = ids.par_iter().map(of_page).collect::<Result<_, Error>>()?;
    Ok(sheets.into_iter().flatten().collect())
}

fn page_sheets(edition: &Edition<'_>, id: PageId, style: LinkStyle<'_>) -> Result<Vec<Sheet>, Error> {
    let page = edition.book.page(id);
    let chapter = edition.chapter(id);
    let mut setting = RenderContext { prefix: print_prefix(id), ..edition.setting(id, style) };
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
        let setting = RenderContext { prefix: format!("{}l{}-", setting.prefix, list.index + 1), ..setting.clone() };
        let html = typeset_checklist(&chapter, list.index, &setting, edition.templates, edition.highlights)?;
        let span = chapter.checklists.get(list.index).map(|list| list.span).unwrap_or_default();
        sheets.push((span, Sheet { page: id, kind: SheetKind::Checklist(*index, html) }));
    }
    sheets.sort_by_key(|(span, _)| *span);
    Ok(sheets.into_iter().map(|(_, sheet)| sheet).collect())
}
