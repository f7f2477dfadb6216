//! Search sections: the text under each heading of a chapter, with its address in the book.

use std::collections::BTreeSet;

use super::glossary::{Entry, Place};
use crate::book::{Book, Page, PageId, Target, short_title};
use crate::chapter::SectionText;
use crate::path::encode_fragment;
use crate::search::{Address, Section};

/// The sections of a page with their places, and the entries of glossaries that it holds.
pub(super) fn page_sections(book: &Book, id: PageId) -> (Vec<(Place, Section)>, Vec<Entry>) {
    let page = book.page(id);
    let (mut sections, mut entries) = (Vec::new(), Vec::new());
    let leads_to = |links: &[usize]| links.iter().filter_map(|link| leads_to(page, *link)).collect::<BTreeSet<_>>();
    for (index, text) in page.chapter.sections.iter().enumerate() {
        let own = page.chapter.glossary.iter().filter(|entry| entry.section == index);
        entries.extend(own.map(|entry| Entry {
            term: Some(entry.term.clone()),
            words: entry.words.clone(),
            leads_to: leads_to(&entry.links),
        }));
        let section = section(book, page, text, sections.is_empty());
        if section.title.ends_with(['?', '？']) {
            // Sections that a question links to are its answers.
            entries.push(Entry { term: None, words: section.title.clone(), leads_to: leads_to(&text.links) });
        }
        sections.push(((id, text.anchor.clone()), section));
    }
    (sections, entries)
}

/// The page and anchor that a link leads to.
fn leads_to(page: &Page, link: usize) -> Option<Place> {
    match page.targets.get(link) {
        Some(Target::Page(id, anchor)) => Some((*id, anchor.clone())),
        _ => None,
    }
}

fn section(book: &Book, page: &Page, text: &SectionText, is_first: bool) -> Section {
    let front = &page.chapter.front;
    let parents = page.parents.iter().map(|id| book.page(*id).title.clone());
    let mut trail: Vec<String> = page.part.iter().cloned().chain(parents).collect();
    if let Some((_, above)) = text.open.split_last() {
        trail.push(page.title.clone());
        trail.extend(above.iter().cloned().map(short_title));
    }
    Section {
        url: Address {
            page: page.permalink.from_root(),
            fragment: text.anchor.as_ref().map(|anchor| encode_fragment(anchor.as_str())),
        },
        title: text.open.last().unwrap_or(&page.title).clone(),
        page: page.title.clone(),
        trail,
        part: page.part.clone(),
        tags: if is_first { front.tags.clone() } else { Vec::new() },
        aliases: front.aliases.iter().filter(|_| is_first).chain(&text.readings).cloned().collect(),
        checklists: text.checklists,
        text: text.text.clone(),
    }
}
