//! Glossaries and lists of questions: what leads to a section lends the section its words, so that it is found by them.
//!
//! A reader who types what people say finds the section that calls it by its proper name.

use std::collections::{BTreeMap, BTreeSet};

use crate::book::PageId;
use crate::path::Anchor;
use crate::search::Section;

/// Terms offered to complete a query; a book with more is a dictionary.
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

/// Adds the words of each entry to the sections it leads to; a page stands for its first section.
pub(super) fn lend_words(sections: &mut [(Place, Section)], entries: &[Entry]) {
    let mut lent: BTreeMap<&Place, Vec<&str>> = BTreeMap::new();
    for entry in entries {
        for place in &entry.leads_to {
            lent.entry(place).or_default().push(&entry.words);
        }
    }
    let mut pages = BTreeSet::new();
    for (place, section) in sections {
        let whole_page = (place.0, None);
        let of_page = lent.get(&whole_page).filter(|_| pages.insert(place.0));
        let own = lent.get(place).filter(|_| place.1.is_some());
        section.aliases.extend(own.into_iter().chain(of_page).flatten().map(|words| (*words).to_owned()));
    }
}

/// The terms of the book in the order they are first defined.
pub(super) fn terms(entries: &[Entry]) -> Vec<String> {
    let mut met = BTreeSet::new();
    let leading = entries.iter().filter(|entry| !entry.leads_to.is_empty());
    leading.filter_map(|entry| entry.term.clone()).filter(|term| met.insert(term.clone())).take(TERMS).collect()
}
