//! The glossary terms that a page uses, with their definitions.

use crate::book::{Page, Target, Term};
use crate::path::SitePath;
use crate::render::{Edition, LinkStyle, TermView};

/// The most terms of a page.
const TERMS: usize = 40;

/// The terms that a page uses, longest first, with hrefs relative to a path.
pub(super) fn terms_of(edition: &Edition, page: &Page, path: &SitePath) -> Vec<TermView> {
    let Some(glossary) = edition.book.glossary else { return Vec::new() };
    let terms = page.terms.iter().filter_map(|index| edition.book.terms.get(*index));
    let view = |term: &Term| {
        let href = edition.href(&Target::Page(glossary, term.anchor.clone()), LinkStyle::Page(path))?;
        Some(TermView { word: term.word.clone(), forms: term.forms.clone(), href, meaning: term.meaning.clone() })
    };
    terms.filter_map(view).take(TERMS).collect()
}
