//! The search index: a section for each heading, as JSON for other tools and as scripts for the page.

use rayon::prelude::*;

use super::artifact::{Artifact, Composition, Output};
use super::glossary::{self, Entry};
use super::sections::page_sections;
use crate::book::Book;
use crate::render::SEARCH_FOLDER;
use crate::search::{Index, Section};

pub(super) const SEARCH: Output = Output {
    name: "search",
    about: "search-index.json, and the scripts that the page searches with",
    wanted: |output| output.search,
    compose,
};

fn compose(composition: &Composition<'_>) -> Vec<Artifact> {
    let index = &composition.edition.index;
    let engine = String::from_utf8_lossy(&composition.edition.theme.engine);
    let (json, scripts) = rayon::join(|| index.to_json(), || index.scripts(&engine));
    let scripts = scripts.into_iter().map(|(name, text)| (format!("{SEARCH_FOLDER}/{name}"), text));
    std::iter::once(("search-index.json".to_owned(), json))
        .chain(scripts)
        .filter_map(|(path, text)| Artifact::text(&path, text))
        .collect()
}

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
