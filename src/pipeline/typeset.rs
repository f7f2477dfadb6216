//! From trees to the HTML of exports and sheets, and to the sections that search can find. The pages of a site are typeset
//! when they are filled in.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::plan::Form;
use super::progress::Progress;
use crate::book::{Checklist, PageId};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::output::{FileBodies, SiteSheets, Typeset, index};
use crate::path::{SitePath, generated};
use crate::render::{
    Edition, EpubBody, LinkStyle, RenderContext, Sheet, SheetKind, print_prefix, typeset_checklist, typeset_tables,
};

/// Typesets the forms that are composed as a whole, and gathers what search can find.
///
/// # Errors
/// If a template of the theme fails.
pub(super) fn typeset(edition: &Edition, forms: &BTreeSet<Form>, progress: &mut Progress) -> Result<Typeset, Error> {
    let (file, in_file) = if forms.contains(&Form::File) { file_bodies(edition)? } else { Default::default() };
    let (epub, in_epub) = if forms.contains(&Form::Epub) { epub_bodies(edition)? } else { Default::default() };
    let site = if forms.contains(&Form::Site) { site_sheets(edition)? } else { SiteSheets::default() };
    if !forms.contains(&Form::Site) {
        // A build that makes a site reports the same when its pages are filled in.
        progress.report.append(in_file);
        progress.report.append(in_epub);
    }
    progress.mark("typeset");
    let index = index(&edition.book);
    progress.mark("sections");
    Ok(Typeset { site, file, epub, index })
}

fn file_bodies(edition: &Edition) -> Result<(FileBodies, Report), Error> {
    let (chapters, report) = bodies(edition, |id| edition.body(id, LinkStyle::File))?;
    Ok((FileBodies { chapters, sheets: all_sheets(edition, Form::File)? }, report))
}

fn epub_bodies(edition: &Edition) -> Result<(Vec<EpubBody>, Report), Error> {
    bodies(edition, |id| edition.epub_body(id, &edition.book.page(id).permalink.epub_document()))
}

fn site_sheets(edition: &Edition) -> Result<SiteSheets, Error> {
    Ok(SiteSheets { each: own_sheets(edition)?, all: all_sheets(edition, Form::Site)? })
}

/// All chapters in one form, and what was found in them.
fn bodies<B: Send>(
    edition: &Edition,
    body: impl Fn(PageId) -> Result<(B, Report), Error> + Send + Sync,
) -> Result<(Vec<B>, Report), Error> {
    let ids: Vec<PageId> = edition.book.page_ids().collect();
    let set: Vec<(B, Report)> = ids.into_par_iter().map(body).collect::<Result<_, Error>>()?;
    let (bodies, found): (Vec<B>, Vec<Report>) = set.into_iter().unzip();
    let mut report = Report::default();
    for found in found {
        report.append(found);
    }
    Ok((bodies, report))
}

/// The checklists, each for a sheet of its own. They are short, so none is cached.
fn own_sheets(edition: &Edition) -> Result<Vec<String>, Error> {
    if !edition.project.config.output.checklists {
        return Ok(Vec::new());
    }
    let sheet = |list: &Checklist| {
        let context = edition.render_context(list.page, LinkStyle::Page(&list.sheet));
        let chapter = edition.chapter(list.page);
        typeset_checklist(&chapter, list.index, &context, &edition.templates, &edition.highlights)
    };
    edition.book.checklists.par_iter().map(sheet).collect()
}

/// The checklists, forms and logs for the page of all sheets, in reading order.
fn all_sheets(edition: &Edition, style: Form) -> Result<Vec<Sheet>, Error> {
    let Some(path) = SitePath::new(generated::SHEETS).filter(|_| edition.project.config.output.checklists) else {
        return Ok(Vec::new());
    };
    let ids: Vec<PageId> =
        edition.book.page_ids().filter(|id| edition.book.page(*id).chapter.facts.has_sheets()).collect();
    let links = if style == Form::File { LinkStyle::File } else { LinkStyle::Page(&path) };
    let of_page = |id: &PageId| page_sheets(edition, *id, links);
    let sheets: Vec<Vec<Sheet>> = ids.par_iter().map(of_page).collect::<Result<_, Error>>()?;
    Ok(sheets.into_iter().flatten().collect())
}

fn page_sheets(edition: &Edition, id: PageId, style: LinkStyle<'_>) -> Result<Vec<Sheet>, Error> {
    let page = edition.book.page(id);
    let chapter = edition.chapter(id);
    let mut context = RenderContext { prefix: print_prefix(id), ..edition.render_context(id, style) };
    for checklist in &mut context.checklists {
        // A sheet needs no link to itself.
        checklist.sheet = None;
    }
    let mut sheets = Vec::new();
    for table in typeset_tables(&chapter, &context, &edition.templates, &edition.highlights)? {
        sheets.push((table.span, Sheet { page: id, kind: SheetKind::Table(table) }));
    }
    for index in &page.checklists {
        let Some(list) = edition.book.checklists.get(*index) else { continue };
        let context = RenderContext { prefix: format!("{}l{}-", context.prefix, list.index + 1), ..context.clone() };
        let html = typeset_checklist(&chapter, list.index, &context, &edition.templates, &edition.highlights)?;
        let span = chapter.checklists.get(list.index).map(|list| list.span).unwrap_or_default();
        sheets.push((span, Sheet { page: id, kind: SheetKind::Checklist(*index, html) }));
    }
    sheets.sort_by_key(|(span, _)| *span);
    Ok(sheets.into_iter().map(|(_, sheet)| sheet).collect())
}
