//! Sections: the passages of a chapter as search knows them, with their place in the book.

use std::collections::BTreeSet;

use super::glossary::Entry;
use crate::book::{Book, Page, Target};
use crate::chapter::SectionText;
use crate::path::{Anchor, encode_fragment};
use crate::search::Section;

/// The sections of a page, and the entries of glossaries that it holds.
pub(super) fn page_sections(book: &Book, page: &Page) -> (Vec<Section>, Vec<Entry>) {
    let (mut sections, mut entries) = (Vec::new(), Vec::new());
    let leads_to =
        |links: &[usize]| links.iter().filter_map(|link| leads_to(book, page, *link)).collect::<BTreeSet<_>>();
    for (index, passage) in page.chapter.passages.iter().enumerate() {
        let own = page.chapter.glosses.iter().filter(|gloss| gloss.passage == index);
        entries.extend(own.map(|gloss| Entry {
            term: Some(gloss.term.clone()),
            words: gloss.words.clone(),
            leads_to: leads_to(&gloss.links),
        }));
        let section = section(book, page, passage, sections.is_empty());
        if section.title.ends_with(['?', '？']) {
            // Sections that a question leads to answer it.
            entries.push(Entry { term: None, words: section.title.clone(), leads_to: leads_to(&passage.links) });
        }
        sections.push(section);
    }
    (sections, entries)
}

/// The address of the section that a link leads to.
fn leads_to(book: &Book, page: &Page, link: usize) -> Option<String> {
    match page.targets.get(link) {
        Some(Target::Page(id, anchor)) => Some(address(book.page(*id), anchor.as_ref())),
        _ => None,
    }
}

/// The address of a place, relative to the site's root.
fn address(page: &Page, anchor: Option<&Anchor>) -> String {
    let fragment = anchor.map_or_else(String::new, |anchor| format!("#{}", encode_fragment(anchor.as_str())));
    format!("{}{fragment}", page.permalink.from_root())
}

fn section(book: &Book, page: &Page, passage: &SectionText, is_first: bool) -> Section {
    let front = &page.chapter.front;
    let parents = page.parents.iter().map(|id| book.page(*id).title.clone());
    let mut trail: Vec<String> = page.part.iter().cloned().chain(parents).collect();
    if let Some((_, above)) = passage.open.split_last() {
        trail.push(page.title.clone());
        trail.extend(above.iter().cloned());
    }
    Section {
        url: address(page, passage.anchor.as_ref()),
        title: passage.open.last().unwrap_or(&page.title).clone(),
        page: page.title.clone(),
        trail,
        part: page.part.clone(),
        tags: if is_first { front.tags.clone() } else { Vec::new() },
        aliases: if is_first { front.aliases.clone() } else { Vec::new() },
        checklists: passage.checklists,
        text: passage.text.clone(),
    }
}
