//! Reports chapters with two titles.

use super::model::Page;
use crate::chapter::Chapter;
use crate::diagnostic::{Diagnostic, Report, codes};

/// Reports the second first-level heading of each page: a page has one title.
pub(super) fn check(pages: &[Page], report: &mut Report) {
    pages.iter().filter_map(|page| second_title(&page.chapter)).for_each(|diagnostic| report.add(diagnostic));
}

fn second_title(chapter: &Chapter) -> Option<Diagnostic> {
    let mut titles = chapter.headings.iter().filter(|heading| heading.level == 1);
    let (first, second) = (titles.next()?, titles.next()?);
    let message = format!("`{}` is a second first-level heading", second.title);
    let diagnostic = Diagnostic::new(&codes::TWO_TITLES, message).at(chapter.place(second.span));
    let help = "begin it with `##`, or move what is under it to a chapter of its own";
    Some(diagnostic.also(chapter.place(first.span), "the title of the page").help(help))
}

#[cfg(test)]
mod tests {
    use crate::book::testing::{Sketch, folders, project};

    #[test]
    fn a_second_title_is_reported_once() {
        let one = Sketch::at("index.md").heading(1, "A").heading(2, "B");
        let three = Sketch::at("b.md").heading(1, "A").heading(1, "B").heading(1, "C");
        let built = folders(&project(), vec![one, three], &[]);
        assert_eq!(built.diagnostics(), ["two-titles: `B` is a second first-level heading"]);
    }
}
