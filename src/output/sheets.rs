//! Sheets for paper: one for each checklist, and one page with all checklists, forms and logs.

use super::artifact::{Artifact, Composition, Output};
use super::checklists::{entry, tasks};
use crate::book::{Checklist, PageId};
use crate::path::{SitePath, encode_fragment, generated};
use crate::render::{
    Edition, HeadView, Needs, Sheet, SheetCard, SheetKind, SheetView, SheetsView, TableKind, TableSheet, View,
    kind_name, qr_code,
};

/// A sheet for each checklist, and all checklists, forms and logs on one page.
pub(super) const SHEETS: Output = Output { wanted: |output| output.checklists, compose };

fn compose<'a>(composition: &Composition<'a>) -> Vec<Artifact<'a>> {
    let edition = composition.edition;
    let sheets = edition.book.checklists.iter().zip(&composition.typeset.site.each);
    let sheets = sheets.filter_map(|(list, body)| sheet(edition, list, body));
    all(edition, &composition.typeset.site.all).into_iter().chain(sheets).collect()
}

fn sheet(edition: &Edition, list: &Checklist, body: &str) -> Option<Artifact<'static>> {
    let page = edition.book.page(list.page);
    let view = SheetView {
        site: edition.site_view(&list.sheet, Needs::of_sheets([&*page.chapter])),
        head: HeadView {
            title: edition.head_title(&list.title),
            description: page.chapter.front.description.clone(),
            // Search engines should find the chapter; the sheet is for paper.
            canonical: edition.page_url(page),
            noindex: false,
            markdown: None,
        },
        list: entry(edition, list, &list.sheet),
        sheet: checklist_card(edition, list, body, &list.sheet)?,
    };
    Some(Artifact::Page { path: list.sheet.clone(), template: "sheet.html", view: View::Sheet(Box::new(view)) })
}

fn all(edition: &Edition, sheets: &[Sheet]) -> Option<Artifact<'static>> {
    let path = SitePath::new(generated::SHEETS).filter(|_| !sheets.is_empty())?;
    // The same lists are in their chapters, which are the pages that search engines should find.
    let head = HeadView { noindex: true, ..edition.head(edition.string("sheets"), &path) };
    let needs = Needs::of_sheets(sheets.iter().map(|sheet| &*edition.book.page(sheet.page).chapter));
    let sheets = sheets.iter().filter_map(|sheet| card(edition, sheet, &path)).collect();
    let view = SheetsView { site: edition.site_view(&path, needs), head, sheets };
    Some(Artifact::Page { path, template: "sheets.html", view: View::Sheets(Box::new(view)) })
}

/// A sheet as it is printed, with hrefs relative to a path.
pub(super) fn card(edition: &Edition, sheet: &Sheet, from: &SitePath) -> Option<SheetCard> {
    match &sheet.kind {
        SheetKind::Checklist(index, html) => checklist_card(edition, edition.book.checklists.get(*index)?, html, from),
        SheetKind::Table(table) => Some(table_card(edition, sheet.page, table, from)),
    }
}

fn checklist_card(edition: &Edition, list: &Checklist, body: &str, from: &SitePath) -> Option<SheetCard> {
    let tasks = tasks(edition, list)?;
    Some(SheetCard {
        title: list.title.clone(),
        kind: tasks.kind.map(kind_name),
        when: tasks.when.clone(),
        who: tasks.who.clone(),
        ..bare(edition, list.page, body, edition.file_url(&list.sheet), from)
    })
}

fn table_card(edition: &Edition, id: PageId, table: &TableSheet, from: &SitePath) -> SheetCard {
    let page = edition.book.page(id);
    let heading = table.heading.and_then(|heading| page.chapter.headings.get(heading));
    // The table's own id is shorter than that of its heading, and a reader may have to type it.
    let place = table.id.as_deref().or_else(|| heading.map(|heading| heading.anchor.as_str()));
    let address = edition.page_url(page).map(|address| at(&address, place));
    SheetCard {
        title: heading.map_or_else(|| page.title.clone(), |heading| heading.title.clone()),
        kind: Some(if table.kind == TableKind::Form { "form" } else { "log" }),
        landscape: table.kind == TableKind::WideLog,
        ..bare(edition, id, &table.html, address, from)
    }
}

fn at(address: &str, place: Option<&str>) -> String {
    place.map_or_else(|| address.to_owned(), |place| format!("{address}#{}", encode_fragment(place)))
}

/// What all sheets of a page have in common.
fn bare(edition: &Edition, id: PageId, body: &str, address: Option<String>, from: &SitePath) -> SheetCard {
    let front = &edition.book.page(id).chapter.front;
    let revised = front.revised.clone().or_else(|| edition.book.meta.revised.clone());
    SheetCard {
        title: String::new(),
        kind: None,
        landscape: false,
        when: None,
        who: None,
        body_html: body.to_owned(),
        page: edition.crumb(id, from),
        qr: address.as_deref().and_then(|address| qr_code(address, revised.as_deref())),
        revised,
        address,
    }
}
