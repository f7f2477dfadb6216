//! Chapters to HTML, in each style that the site needs; what an earlier build has made is taken from there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::cache::Cache;
use crate::book::{Checklist, PageId};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::path::SitePath;
use crate::render::{
    CodeBlocks, Edition, LinkStyle, PRINT, SHEETS, Setting, Sheet, SheetKind, epub_path, print_prefix, typeset,
    typeset_checklist, typeset_tables,
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

/// In what a book is typeset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Style {
    /// Pages of a site, and its sheets.
    Page,
    /// The edition for paper.
    Print,
    /// The book in one file.
    File,
    /// The EPUB.
    Epub,
}

/// A chapter in every style that is wanted.
type Bodies = BTreeMap<Style, Body>;

/// Typesets all chapters in the styles that are wanted, and the checklists for their sheets.
///
/// `options` is what chapters were parsed with, as bytes of a key; `theme` is the digest of the theme.
pub(super) fn typeset_all(
    edition: &mut Edition<'_>,
    styles: &BTreeSet<Style>,
    options: &[u8],
    theme: Digest,
    cache: &mut Cache,
    report: &mut Report,
) -> Result<(), Error> {
    let ids: Vec<PageId> = edition.book.page_ids().collect();
    let one = |id: &PageId| typeset_chapter(edition, *id, styles, &[options, &theme.0], cache);
    let typeset: Vec<Bodies> = ids.par_iter().map(one).collect::<Result<_, Error>>()?;
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
    let mut all: BTreeMap<Style, Vec<String>> = BTreeMap::new();
    for bodies in typeset {
        for (at, (style, body)) in bodies.into_iter().enumerate() {
            // What is found in one style is found in the others.
            let html = if at == 0 { keep(body, report) } else { keep(body, &mut Report::default()) };
            all.entry(style).or_default().push(html);
        }
    }
    cache.keep_bodies(new, &used);
    let mut take = |style| all.remove(&style).unwrap_or_default();
    edition.bodies = take(Style::Page);
    edition.print_bodies = take(Style::Print);
    edition.file_bodies = take(Style::File);
    edition.epub_bodies = take(Style::Epub);
    if styles.contains(&Style::Page) {
        edition.home_copy = home_copy(edition)?;
        edition.sheets = typeset_sheets(edition)?;
        edition.all_sheets = typeset_all_sheets(edition, Style::Page)?;
    }
    if styles.contains(&Style::File) {
        edition.file_sheets = typeset_all_sheets(edition, Style::File)?;
    }
    Ok(())
}

/// A chapter in every style that is wanted; code is highlighted once for all.
fn typeset_chapter(
    edition: &Edition<'_>,
    id: PageId,
    styles: &BTreeSet<Style>,
    surroundings: &[&[u8]],
    cache: &Cache,
) -> Result<Bodies, Error> {
    let code = CodeBlocks::default();
    let path = &edition.book.page(id).path;
    let (print, document) = (SitePath::new(PRINT), epub_path(path));
    let mut bodies = Bodies::new();
    for style in styles {
        let links = match style {
            Style::Page => LinkStyle::Page(path),
            Style::Print => LinkStyle::OneDocument(print.as_ref().unwrap_or(path)),
            Style::File => LinkStyle::File,
            Style::Epub => LinkStyle::Epub(document.as_ref().unwrap_or(path)),
        };
        bodies.insert(*style, typeset_body(edition, id, links, &code, surroundings, cache)?);
    }
    Ok(bodies)
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
fn typeset_all_sheets(edition: &Edition<'_>, style: Style) -> Result<Vec<Sheet>, Error> {
    let Some(path) = SitePath::new(SHEETS).filter(|_| edition.project.config.output.checklists) else {
        return Ok(Vec::new());
    };
    let ids: Vec<PageId> = edition.book.page_ids().collect();
    let links = if style == Style::File { LinkStyle::File } else { LinkStyle::Page(&path) };
    let of_page = |id: &PageId| typeset_page_sheets(edition, *id, links);
    let sheets: Vec<Vec<Sheet>> = ids.par_iter().map(of_page).collect::<Result<_, Error>>()?;
    Ok(sheets.into_iter().flatten().collect())
}

fn typeset_page_sheets(edition: &Edition<'_>, id: PageId, style: LinkStyle<'_>) -> Result<Vec<Sheet>, Error> {
    let page = edition.book.page(id);
    let mut setting = Setting { prefix: print_prefix(id), ..edition.setting(id, style) };
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
