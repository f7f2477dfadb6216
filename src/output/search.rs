//! The search index: a section for each heading.

use rayon::prelude::*;

use super::glossary;
use super::sections::page_sections;
use crate::book::{Book, PageId};
use crate::search::Index;

/// All sections that search can find, in reading order.
#[must_use]
pub fn index(book: &Book) -> Index {
    let ids: Vec<PageId> = book.page_ids().filter(|id| book.page(*id).chapter.front.search != Some(false)).collect();
    let pages: Vec<_> = ids.into_par_iter().map(|id| page_sections(book, id)).collect();
    let (mut sections, mut entries) = (Vec::new(), Vec::new());
    for (of_page, defined) in pages {
        sections.extend(of_page);
        entries.extend(defined);
    }
    glossary::add_linked_words(&mut sections, &entries);
    let main = sections.iter().filter(|((id, _), _)| id.0 < book.main_pages).count();
    Index::new(sections.into_iter().map(|(_, section)| section).collect(), glossary::terms(&entries)).with_main(main)
}
