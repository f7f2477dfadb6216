//! The search index: a section for each heading.

use rayon::prelude::*;

use super::glossary::{self, Entry};
use super::sections::page_sections;
use crate::book::Book;
use crate::search::{Index, Section};

/// All sections that search can find, in reading order.
#[must_use]
pub fn index(book: &Book) -> Index {
    let found = book.pages.par_iter().filter(|page| page.chapter.front.search != Some(false));
    let pages: Vec<(Vec<Section>, Vec<Entry>)> = found.map(|page| page_sections(book, page)).collect();
    let (mut sections, mut entries) = (Vec::new(), Vec::new());
    for (of_page, defined) in pages {
        sections.extend(of_page);
        entries.extend(defined);
    }
    glossary::lend_words(&mut sections, &entries);
    Index::new(sections, glossary::terms(&entries))
}
