//! The page of all checklists.

use std::collections::BTreeSet;

use super::artifact::{Artifact, Composition, Output};
use crate::book::{Checklist, PageId, Target};
use crate::chapter::TaskList;
use crate::path::{SitePath, encode_fragment, generated};
use crate::render::{
    ChecklistEntry, ChecklistGroup, ChecklistsView, Crumb, Edition, HeadView, Keeps, LinkStyle, Needs, SidebarPage,
    View, file_place,
};

/// The page of all checklists.
pub(super) const CHECKLISTS: Output = Output { wanted: |output| output.checklists, compose };

fn compose<'a>(composition: &Composition<'a>) -> Vec<Artifact<'a>> {
    let edition = composition.edition;
    if edition.book.checklists.is_empty() {
        return Vec::new();
    }
    overview(edition).into_iter().collect()
}

fn overview(edition: &Edition) -> Option<Artifact<'_>> {
    Artifact::known_by_view(edition, generated::CHECKLISTS, "checklists.html", |path| {
        Ok(View::Checklists(Box::new(ChecklistsView {
            site: edition.site_view(path, Needs { keeps: Keeps::AllLists, ..Needs::default() }),
            head: HeadView { description: Some(lead(edition)), ..edition.head(edition.string("checklists"), path) },
            nav_html: edition.sidebar(SidebarPage::Checklists, path)?,
            groups: groups(edition, LinkStyle::Page(path)),
            count: edition.book.checklists.len(),
            tags: tags(edition),
        })))
    })
}

/// One sentence on the lists of this book.
fn lead(edition: &Edition) -> String {
    edition.string("checklists_lead").replace("{count}", &edition.book.checklists.len().to_string())
}

/// The checklists of each page, links in a style.
pub(super) fn groups(edition: &Edition, style: LinkStyle<'_>) -> Vec<ChecklistGroup> {
    let with_lists = edition.book.page_ids().filter(|id| !edition.book.page(*id).checklists.is_empty());
    let group = |id: PageId| {
        let page = edition.book.page(id);
        let href = edition.href(&Target::Page(id, None), style).unwrap_or_default();
        ChecklistGroup {
            page: Crumb { title: page.title.clone(), number: edition.number(page), href },
            tags: page.chapter.front.tags.clone(),
            lists: lists_of(edition, id).map(|list| entry_in(edition, list, style)).collect(),
        }
    };
    with_lists.map(group).collect()
}

/// The tags of pages that have checklists, each once.
pub(super) fn tags(edition: &Edition) -> Vec<String> {
    let with_lists = edition.book.pages.iter().filter(|page| !page.checklists.is_empty());
    let tags: BTreeSet<&String> = with_lists.flat_map(|page| &page.chapter.front.tags).collect();
    tags.into_iter().cloned().collect()
}

fn lists_of(edition: &Edition, id: PageId) -> impl Iterator<Item = &Checklist> {
    edition.book.page(id).checklists.iter().filter_map(|index| edition.book.checklists.get(*index))
}

/// What the chapter says of a list.
pub(super) fn tasks<'a>(edition: &'a Edition, list: &Checklist) -> Option<&'a TaskList> {
    edition.book.page(list.page).chapter.checklists.get(list.index)
}

/// A list, named from a path.
pub(super) fn entry(edition: &Edition, list: &Checklist, from: &SitePath) -> ChecklistEntry {
    entry_in(edition, list, LinkStyle::Page(from))
}

fn entry_in(edition: &Edition, list: &Checklist, style: LinkStyle<'_>) -> ChecklistEntry {
    let tasks = tasks(edition, list);
    ChecklistEntry {
        id: list.id.clone(),
        title: list.title.clone(),
        href: edition.href(&Target::Page(list.page, list.anchor.clone()), style).unwrap_or_default(),
        sheet: match style {
            LinkStyle::Page(from) | LinkStyle::OneDocument(from) | LinkStyle::Part(from, _) | LinkStyle::Epub(from) => {
                from.href_to(&list.sheet)
            }
            LinkStyle::File => format!("#{}", encode_fragment(&file_place(&list.sheet))),
        },
        items: tasks.map_or(0, |tasks| tasks.items.len()),
        item_ids: tasks.map(|tasks| tasks.items.iter().map(|item| item.id.clone()).collect()).unwrap_or_default(),
        done_ids: tasks.map_or_else(Vec::new, |tasks| {
            tasks.items.iter().filter(|item| item.done).map(|item| item.id.clone()).collect()
        }),
        when: tasks.and_then(|tasks| tasks.when.clone()),
        who: tasks.and_then(|tasks| tasks.who.clone()),
    }
}
