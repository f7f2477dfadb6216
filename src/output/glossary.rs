//! Glossaries and lists of questions: their text is added to the sections that they link to, so that search finds these.
//!
//! A reader who types an everyday word finds the section that uses the proper term.

use std::collections::{BTreeMap, BTreeSet};

use crate::book::PageId;
use crate::path::Anchor;
use crate::search::Section;

/// The most terms offered to complete a query.
const TERMS: usize = 500;

/// A place in the book: a page, and the id of a place on it.
pub(super) type Place = (PageId, Option<Anchor>);

/// A definition, or a question as a heading.
#[derive(Debug)]
pub(super) struct Entry {
    /// The term it defines; none for a question.
    pub(super) term: Option<String>,
    /// The term and its definition, or the question, as text.
    pub(super) words: String,
    /// The places that its links lead to.
    pub(super) leads_to: BTreeSet<Place>,
}

/// Adds the words of each entry to the sections it links to; a link to a page counts for its first section.
pub(super) fn add_linked_words(sections: &mut [(Place, Section)], entries: &[Entry]) {
    let mut linked_words: BTreeMap<&Place, Vec<&str>> = BTreeMap::new();
    for entry in entries {
        for place in &entry.leads_to {
            linked_words.entry(place).or_default().push(&entry.words);
        }
    }
    let mut pages = BTreeSet::new();
    for (place, section) in sections {
        let whole_page = (place.0, None);
        let of_page = linked_words.get(&whole_page).filter(|_| pages.insert(place.0));
        let own = linked_words.get(place).filter(|_| place.1.is_some());
        section.aliases.extend(own.into_iter().chain(of_page).flatten().map(|words| (*words).to_owned()));
    }
}

/// The terms of the book in the order they are first defined.
pub(super) fn terms(entries: &[Entry]) -> Vec<String> {
    let mut met = BTreeSet::new();
    let leading = entries.iter().filter(|entry| !entry.leads_to.is_empty());
    leading.filter_map(|entry| entry.term.clone()).filter(|term| met.insert(term.clone())).take(TERMS).collect()
}
