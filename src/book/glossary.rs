//! Which terms of the glossary each page uses, and which no page uses.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::model::{Book, Page, PageId, Target};
use super::terms::Terms;
use crate::diagnostic::{Diagnostic, Report, codes};

/// Finds the terms that each page uses, and reports those that no page uses.
pub(super) fn find(book: &mut Book, report: &mut Report) {
    let Some(glossary) = book.glossary else { return };
    book.terms = Terms::of(&book.page(glossary).chapter, &book.meta.language);
    let terms = &book.terms;
    let other = |(id, page): (usize, &Page)| if id == glossary.0 { Vec::new() } else { used_by(terms, page, glossary) };
    let used: Vec<Vec<usize>> = book.pages.par_iter().enumerate().map(other).collect();
    let mut counts = terms.uses(&book.page(glossary).chapter);
    // Where a term is defined it is not used.
    for count in counts.values_mut() {
        *count -= 1;
    }
    for term in used.iter().flatten() {
        *counts.entry(*term).or_default() += 1;
    }
    report_unused(book, glossary, &counts, report);
    for (page, used) in book.pages.iter_mut().zip(used) {
        page.terms = used;
    }
}

fn report_unused(book: &Book, glossary: PageId, counts: &BTreeMap<usize, usize>, report: &mut Report) {
    let chapter = &book.page(glossary).chapter;
    for (index, term) in book.terms.iter().enumerate() {
        if counts.get(&index).is_some_and(|count| *count > 0) {
            continue;
        }
        let entry = chapter.glossary.get(term.entry);
        if entry.is_some_and(|entry| !entry.links.is_empty()) {
            // Search finds the sections that it links to by it.
            continue;
        }
        let message = format!("no chapter uses the term `{}` of the glossary", term.word);
        let help = "write the term as chapters do, with other names in brackets after it, or remove it";
        let place = chapter.place(entry.map(|entry| entry.span).unwrap_or_default());
        report.add(Diagnostic::new(&codes::UNUSED_TERM, message).at(place).help(help));
    }
}

/// Finds the terms of a page again whose text has changed.
pub fn find_terms_again(book: &mut Book, id: PageId) {
    let Some(glossary) = book.glossary.filter(|glossary| *glossary != id) else { return };
    let used = used_by(&book.terms, book.page(id), glossary);
    if let Some(page) = book.pages.get_mut(id.0) {
        page.terms = used;
    }
}

/// Indices of the terms that a page uses, or that its links lead to, longest term first.
fn used_by(terms: &Terms, page: &Page, glossary: PageId) -> Vec<usize> {
    let mut used = terms.uses(&page.chapter);
    for target in &page.targets {
        if let Target::Page(id, Some(anchor)) = target
            && *id == glossary
            && let Some(term) = terms.at(anchor)
        {
            used.insert(term, 1);
        }
    }
    used.into_keys().collect()
}

#[cfg(test)]
mod tests {
    use crate::book::testing::{Sketch, folders, project};

    #[test]
    fn each_unused_term_is_reported_at_its_own_entry() {
        let mut project = project();
        project.config.book.glossary = Some("glossary.md".to_owned());
        let glossary = Sketch::at("glossary.md").terms(&["first", "second"].map(str::to_owned));
        let built = folders(&project, vec![Sketch::at("index.md"), glossary], &[]);
        let starts: Vec<_> = built.report.iter().map(|diagnostic| diagnostic.at.as_ref().unwrap().span.start).collect();
        assert_eq!(
            built.diagnostics(),
            ["second", "first"]
                .map(|word| { format!("unused-term: no chapter uses the term `{word}` of the glossary") })
        );
        assert_eq!(starts, [1, 0]);
    }
}
