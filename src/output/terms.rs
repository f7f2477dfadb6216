//! The book's terms in place: a page that uses a word of the glossary carries what it means.

use crate::book::{Page, PageId, Target};
use crate::chapter::{Block, BlockKind, Definition, plain_text};
use crate::path::{Anchor, SitePath};
use crate::render::{Edition, LinkStyle, TermView};

/// Terms of a page at most; one that uses more of them is about words.
const TERMS: usize = 40;
/// Ends of a sentence.
const ENDS: [&str; 6] = ["。", "！", "？", ". ", "! ", "? "];

/// An entry of the glossary.
#[derive(Debug)]
pub(super) struct Term {
    page: PageId,
    anchor: Option<Anchor>,
    /// As it is written in running text: without what stands in brackets behind it.
    word: String,
    /// Its meaning in a sentence.
    meaning: String,
}

/// The entries of the book's glossary, longest words first: a short one may be part of a longer one.
pub(super) fn terms(edition: &Edition) -> Vec<Term> {
    let Some(id) = edition.book.glossary else { return Vec::new() };
    let mut terms = Vec::new();
    gather(id, &edition.chapter(id).blocks, &mut terms);
    terms.sort_by(|a, b| b.word.chars().count().cmp(&a.word.chars().count()).then_with(|| a.word.cmp(&b.word)));
    terms.dedup_by(|a, b| a.word == b.word);
    terms
}

/// What a page at a path may look up: the words that stand in its HTML, and those that its links lead to.
pub(super) fn terms_of(
    edition: &Edition,
    terms: &[Term],
    (id, page): (PageId, &Page),
    path: &SitePath,
    body: &str,
) -> Vec<TermView> {
    let is_used = |term: &&Term| id != term.page && (body.contains(&term.word) || leads_to(page, term));
    let view = |term: &Term| {
        let href = edition.href(&Target::Page(term.page, term.anchor.clone()), LinkStyle::Page(path))?;
        Some(TermView { word: term.word.clone(), href, meaning: term.meaning.clone() })
    };
    terms.iter().filter(is_used).filter_map(view).take(TERMS).collect()
}

fn leads_to(page: &Page, term: &Term) -> bool {
    page.targets.iter().any(|target| matches!(target, Target::Page(id, anchor) if *id == term.page && anchor.is_some() && *anchor == term.anchor))
}

fn gather(page: PageId, blocks: &[Block], terms: &mut Vec<Term>) {
    for block in blocks {
        match &block.kind {
            BlockKind::Definitions(definitions) => terms.extend(definitions.iter().filter_map(|it| term(page, it))),
            BlockKind::Directive(directive) => gather(page, &directive.body, terms),
            _ => {}
        }
    }
}

fn term(page: PageId, definition: &Definition) -> Option<Term> {
    let written = plain_text(&definition.term);
    let word = written.split(['（', '(']).next().unwrap_or_default().trim().to_owned();
    let said = definition.definitions.iter().flatten().find_map(|block| match &block.kind {
        BlockKind::Paragraph(inlines) => Some(plain_text(inlines)),
        _ => None,
    })?;
    let meaning = first_sentence(said.trim()).to_owned();
    (word.chars().count() > 1 && !meaning.is_empty()).then(|| Term {
        page,
        anchor: definition.anchor.clone(),
        word,
        meaning,
    })
}

fn first_sentence(text: &str) -> &str {
    let end = ENDS.iter().filter_map(|end| text.find(end).map(|at| at + end.trim_end().len())).min();
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meaning_is_one_sentence() {
        for (text, sentence) in [
            ("约定的最后一天。别名：还款日。", "约定的最后一天。"),
            ("A day, e.g. today", "A day, e.g. "),
            ("Done? Yes. ", "Done?"),
            ("no end", "no end"),
        ] {
            assert_eq!(first_sentence(text), sentence.trim_end(), "{text:?}");
        }
    }
}
