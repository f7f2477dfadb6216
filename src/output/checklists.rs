//! The page of all checklists, and a sheet of its own for each.

use super::artifact::{Artifact, Composition, Output};
use crate::book::{Checklist, PageId};
use crate::chapter::TaskList;
use crate::path::{SitePath, encode_fragment};
use crate::render::{
    CHECKLISTS as PATH, ChecklistEntry, ChecklistGroup, ChecklistsView, Edition, HeadView, SheetView, View, kind_name,
};

pub(super) const CHECKLISTS: Output = Output {
    name: "checklists",
    about: "the page of all checklists, and a sheet for each",
    wanted: |output| output.checklists,
    compose,
};

fn compose(composition: &Composition<'_>) -> Vec<Artifact> {
    let edition = composition.edition;
    if edition.book.checklists.is_empty() {
        return Vec::new();
    }
    let sheets =
        edition.book.checklists.iter().zip(&edition.sheets).filter_map(|(list, body)| sheet(edition, list, body));
    overview(edition).into_iter().chain(sheets).collect()
}

fn overview(edition: &Edition<'_>) -> Option<Artifact> {
    Artifact::page(PATH, "checklists.html", |path| {
        View::Checklists(Box::new(ChecklistsView {
            site: edition.site_view(path),
            head: edition.head(edition.string("checklists"), path),
            nav: edition.nav(None, path),
            groups: groups(edition, path),
            count: edition.book.checklists.len(),
        }))
    })
}

fn groups(edition: &Edition<'_>, from: &SitePath) -> Vec<ChecklistGroup> {
    let with_lists = edition.book.page_ids().filter(|id| !edition.book.page(*id).checklists.is_empty());
    with_lists
        .map(|id| ChecklistGroup {
            page: edition.crumb(id, from),
            lists: lists_of(edition, id).map(|list| entry(edition, list, from)).collect(),
        })
        .collect()
}

fn lists_of<'a>(edition: &'a Edition<'_>, id: PageId) -> impl Iterator<Item = &'a Checklist> {
    edition.book.page(id).checklists.iter().filter_map(|index| edition.book.checklists.get(*index))
}

fn tasks<'a>(edition: &'a Edition<'_>, list: &Checklist) -> Option<&'a TaskList> {
    edition.book.page(list.page).chapter.checklists.get(list.index)
}

fn entry(edition: &Edition<'_>, list: &Checklist, from: &SitePath) -> ChecklistEntry {
    let tasks = tasks(edition, list);
    let page = &edition.book.page(list.page).path;
    let anchor =
        list.anchor.as_ref().map_or_else(String::new, |anchor| format!("#{}", encode_fragment(anchor.as_str())));
    ChecklistEntry {
        id: list.id.clone(),
        title: list.title.clone(),
        href: format!("{}{anchor}", edition.path_href(from, page)),
        sheet: from.href_to(&list.sheet),
        items: tasks.map_or(0, |tasks| tasks.items.len()),
        item_ids: tasks.map(|tasks| tasks.items.iter().map(|item| item.id.clone()).collect()).unwrap_or_default(),
        done_ids: tasks.map_or_else(Vec::new, |tasks| {
            tasks.items.iter().filter(|item| item.done).map(|item| item.id.clone()).collect()
        }),
        when: tasks.and_then(|tasks| tasks.when.clone()),
        who: tasks.and_then(|tasks| tasks.who.clone()),
    }
}

fn sheet(edition: &Edition<'_>, list: &Checklist, body: &str) -> Option<Artifact> {
    let tasks = tasks(edition, list)?;
    let page = edition.book.page(list.page);
    let view = SheetView {
        site: edition.site_view(&list.sheet),
        head: HeadView {
            title: edition.head_title(&list.title),
            description: page.chapter.front.description.clone(),
            // The chapter is the page to be found; the sheet is for paper.
            canonical: edition.address(&page.path),
            noindex: false,
            markdown: None,
        },
        list: entry(edition, list, &list.sheet),
        kind: tasks.kind.map(kind_name),
        body_html: body.to_owned(),
        page: edition.crumb(list.page, &list.sheet),
        revised: page.chapter.front.revised.clone().or_else(|| edition.book.meta.revised.clone()),
        address: edition.address(&list.sheet),
    };
    Some(Artifact::Page { path: list.sheet.clone(), template: "sheet.html", view: View::Sheet(Box::new(view)) })
}
