//! Glossaries and lists of questions: what leads to a section lends the section its words, so that it is found by them.
//!
//! A reader who types what people say finds the section that calls it by its proper name.

use std::collections::{BTreeMap, BTreeSet};

use crate::search::Section;

/// Terms offered to complete a query; a book with more is a dictionary.
const TERMS: usize = 500;

/// A definition, or a question as a heading.
#[derive(Debug)]
pub(super) struct Entry {
    /// The term it defines; none for a question.
    pub(super) term: Option<String>,
    /// The term and its definition, or the question, as text.
    pub(super) words: String,
    /// The addresses that its links lead to.
    pub(super) leads_to: BTreeSet<String>,
}

/// Adds the words of each entry to the sections it leads to; an address without a section is its page's first one.
pub(super) fn lend_words(sections: &mut [Section], entries: &[Entry]) {
    let mut places: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entry in entries {
        for address in &entry.leads_to {
            places.entry(address).or_default().push(&entry.words);
        }
    }
    let mut pages = BTreeSet::new();
    for section in sections {
        let page = section.url.split('#').next().unwrap_or_default().to_owned();
        let whole_page = places.get(page.as_str()).filter(|_| pages.insert(page.clone()));
        let words = places.get(section.url.as_str()).filter(|_| section.url != page).into_iter().chain(whole_page);
        section.aliases.extend(words.flatten().map(|words| (*words).to_owned()));
    }
}

/// The terms of the book in the order they are first defined.
pub(super) fn terms(entries: &[Entry]) -> Vec<String> {
    let mut met = BTreeSet::new();
    let leading = entries.iter().filter(|entry| !entry.leads_to.is_empty());
    leading.filter_map(|entry| entry.term.clone()).filter(|term| met.insert(term.clone())).take(TERMS).collect()
}
