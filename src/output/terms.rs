//! The terms of the glossary that a page uses, with their meaning, for the page to show in place.

use crate::book::{Page, Target, Term};
use crate::path::SitePath;
use crate::render::{Edition, LinkStyle, TermView};

/// Terms of a page at most; one that uses more of them is about words.
const TERMS: usize = 40;

/// The terms that a page uses, seen from a path, longest first.
pub(super) fn terms_of(edition: &Edition, page: &Page, path: &SitePath) -> Vec<TermView> {
    let Some(glossary) = edition.book.glossary else { return Vec::new() };
    let terms = page.terms.iter().filter_map(|index| edition.book.terms.get(*index));
    let view = |term: &Term| {
        let href = edition.href(&Target::Page(glossary, term.anchor.clone()), LinkStyle::Page(path))?;
        Some(TermView { word: term.word.clone(), forms: term.forms.clone(), href, meaning: term.meaning.clone() })
    };
    terms.filter_map(view).take(TERMS).collect()
}
