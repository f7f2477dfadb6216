//! Chapters to HTML, in each style that the site needs; what an earlier build has made is taken from there.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::cache::Cache;
use crate::book::{Checklist, PageId};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::path::SitePath;
use crate::render::{
    CodeBlocks, Edition, LinkStyle, PRINT, SHEETS, Setting, Sheet, SheetKind, print_prefix, typeset, typeset_checklist,
    typeset_tables,
};
use crate::source::Digest;

/// A chapter in one style.
struct Body {
    /// The digest of all it was made from.
    key: Digest,
    html: Arc<str>,
    /// What was found while it was made; `None` if it was remembered.
    found: Option<Report>,
}

/// Typesets all chapters, for pages and for the print edition, and the checklists for their sheets.
///
/// `options` is what chapters were parsed with, as bytes of a key; `theme` is the digest of the theme.
pub(super) fn typeset_all(
    edition: &mut Edition<'_>,
    options: &[u8],
    theme: Digest,
    cache: &mut Cache,
    report: &mut Report,
) -> Result<(), Error> {
    let print = SitePath::new(PRINT).filter(|_| edition.project.config.output.print);
    let ids: Vec<PageId> = edition.book.page_ids().collect();
    let one = |id: &PageId| typeset_chapter(edition, *id, print.as_ref(), &[options, &theme.0], cache);
    let typeset: Vec<(Body, Option<Body>)> = ids.par_iter().map(one).collect::<Result<_, Error>>()?;
    let (mut new, mut used) = (Vec::new(), BTreeSet::new());
    let mut keep = |body: Body, report: &mut Report| {
        used.insert(body.key);
        match body.found {
            Some(found) if found.is_empty() => new.push((body.key, body.html.clone())),
            // A body with findings is made again next time, so that they are told again.
            Some(found) => report.append(found),
            None => {}
        }
        body.html.to_string()
    };
    let (mut bodies, mut print_bodies) = (Vec::new(), Vec::new());
    for (page, paper) in typeset {
        bodies.push(keep(page, report));
        // The same findings were told for the page.
        print_bodies.extend(paper.map(|paper| keep(paper, &mut Report::default())));
    }
    cache.keep_bodies(new, &used);
    edition.home_copy = home_copy(edition)?;
    edition.sheets = typeset_sheets(edition)?;
    edition.all_sheets = typeset_all_sheets(edition)?;
    edition.bodies = bodies;
    edition.print_bodies = print_bodies;
    Ok(())
}

/// A chapter as a page and as a part of the print edition; code is highlighted once for both.
fn typeset_chapter(
    edition: &Edition<'_>,
    id: PageId,
    print: Option<&SitePath>,
    surroundings: &[&[u8]],
    cache: &Cache,
) -> Result<(Body, Option<Body>), Error> {
    let code = CodeBlocks::default();
    let page = LinkStyle::Page(&edition.book.page(id).path);
    let in_style = |style| typeset_body(edition, id, style, &code, surroundings, cache);
    Ok((in_style(page)?, print.map(|path| in_style(LinkStyle::OneDocument(path))).transpose()?))
}

fn typeset_body(
    edition: &Edition<'_>,
    id: PageId,
    style: LinkStyle<'_>,
    code: &CodeBlocks,
    surroundings: &[&[u8]],
    cache: &Cache,
) -> Result<Body, Error> {
    let chapter = &edition.book.page(id).chapter;
    let setting = edition.setting(id, style);
    let argument = serde_json::to_vec(&setting).unwrap_or_default();
    let own = [chapter.digest.0.as_slice(), argument.as_slice()];
    let key = Digest::of_parts(surroundings.iter().copied().chain(own));
    if let Some(html) = cache.body(key) {
        return Ok(Body { key, html, found: None });
    }
    let (html, found) = typeset(chapter, &setting, edition.templates, code)?;
    Ok(Body { key, html: html.into(), found: Some(found) })
}

/// The first chapter as `index.html` repeats it; nothing if that is a page of its own, or only leads to it.
fn home_copy(edition: &Edition<'_>) -> Result<Option<String>, Error> {
    let (Some(index), Some(first)) = (SitePath::new("index.html"), edition.book.pages.first()) else {
        return Ok(None);
    };
    let wanted = edition.project.config.output.home_copy;
    if !wanted || edition.book.pages.iter().any(|page| page.path == index) {
        return Ok(None);
    }
    let setting = edition.setting(PageId(0), LinkStyle::Page(&index));
    // What there is to say of the chapter was said for its page.
    let (html, _) = typeset(&first.chapter, &setting, edition.templates, &CodeBlocks::default())?;
    Ok(Some(html))
}

/// The checklists, each for a sheet of its own. They are short: nothing is remembered.
fn typeset_sheets(edition: &Edition<'_>) -> Result<Vec<String>, Error> {
    if !edition.project.config.output.checklists {
        return Ok(Vec::new());
    }
    let sheet = |list: &Checklist| {
        let setting = edition.setting(list.page, LinkStyle::Page(&list.sheet));
        typeset_checklist(&edition.book.page(list.page).chapter, list.index, &setting, edition.templates)
    };
    edition.book.checklists.par_iter().map(sheet).collect()
}

/// The checklists, forms and logs for the page of all sheets, in reading order.
fn typeset_all_sheets(edition: &Edition<'_>) -> Result<Vec<Sheet>, Error> {
    let Some(path) = SitePath::new(SHEETS).filter(|_| edition.project.config.output.checklists) else {
        return Ok(Vec::new());
    };
    let ids: Vec<PageId> = edition.book.page_ids().collect();
    let of_page = |id: &PageId| typeset_page_sheets(edition, *id, &path);
    let sheets: Vec<Vec<Sheet>> = ids.par_iter().map(of_page).collect::<Result<_, Error>>()?;
    Ok(sheets.into_iter().flatten().collect())
}

fn typeset_page_sheets(edition: &Edition<'_>, id: PageId, path: &SitePath) -> Result<Vec<Sheet>, Error> {
    let page = edition.book.page(id);
    let mut setting = Setting { prefix: print_prefix(id), ..edition.setting(id, LinkStyle::Page(path)) };
    for checklist in &mut setting.checklists {
        // A link from a sheet to the same sheet helps nobody.
        checklist.sheet = None;
    }
    let mut sheets = Vec::new();
    for table in typeset_tables(&page.chapter, &setting, edition.templates)? {
        sheets.push((table.span, Sheet { page: id, kind: SheetKind::Table(table) }));
    }
    for index in &page.checklists {
        let Some(list) = edition.book.checklists.get(*index) else { continue };
        let setting = Setting { prefix: format!("{}l{}-", setting.prefix, list.index + 1), ..setting.clone() };
        let html = typeset_checklist(&page.chapter, list.index, &setting, edition.templates)?;
        let span = page.chapter.checklists.get(list.index).map(|list| list.span).unwrap_or_default();
        sheets.push((span, Sheet { page: id, kind: SheetKind::Checklist(*index, html) }));
    }
    sheets.sort_by_key(|(span, _)| *span);
    Ok(sheets.into_iter().map(|(_, sheet)| sheet).collect())
}
