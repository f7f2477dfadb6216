//! Warnings about checklists: too many items without a pause, long items, several actions in one item, more than a page,
//! no date.
//!
//! The rules are those that research on checklists recommends (Gawande, Project Check, HSG48). Each has a separate code,
//! so a book can turn it off.

use unicode_width::UnicodeWidthStr as _;

use super::model::{Checklist, Meta, Page};
use crate::chapter::{TaskItem, TaskList, second_sentence, tenths};
use crate::config::Paper;
use crate::diagnostic::{Diagnostic, Report, Span, codes};

/// The maximum number of items between pauses.
const ITEMS: usize = 9;
/// The maximum length of an item in tenths of Han characters: 40 Han characters, or 25 Latin words.
const TENTHS: u32 = 400;

/// Checks all checklists of a book.
pub(super) fn check(pages: &[Page], checklists: &[Checklist], meta: &Meta, paper: Paper, report: &mut Report) {
    for checklist in checklists {
        let Some(page) = pages.get(checklist.page.0) else { continue };
        let Some(list) = page.chapter.checklists.get(checklist.index) else { continue };
        let mut add = |span: Span, diagnostic: Diagnostic| report.add(diagnostic.at(page.chapter.place(span)));
        list.items.iter().for_each(|item| check_item(item, &mut add));
        list.items.chunk_by(|_, next| !next.paused).for_each(|items| check_pauses(items, &mut add));
        check_length(list, paper, &mut add);
    }
    check_date(pages, checklists, meta, report);
}

fn check_item(item: &TaskItem, add: &mut impl FnMut(Span, Diagnostic)) {
    if tenths(&item.label) > TENTHS {
        let diagnostic = Diagnostic::new(&codes::LONG_ITEM, "this item is too long to read at a glance");
        add(
            item.span,
            diagnostic.help("shorten it to 40 Han characters or 25 words, and put the rest into the chapter's text"),
        );
    }
    if let Some(second) = second_sentence(&item.label) {
        let start: String = item.label[second..].chars().take(12).collect();
        let message = format!("this item has a second sentence: `{start}…`");
        let diagnostic = Diagnostic::new(&codes::TWO_SENTENCES, message);
        add(item.span, diagnostic.help("make each action a separate item that starts with a verb"));
    }
}

fn check_pauses(items: &[TaskItem], add: &mut impl FnMut(Span, Diagnostic)) {
    let Some(over) = items.get(ITEMS) else { return };
    let diagnostic = Diagnostic::new(&codes::TOO_MANY_ITEMS, format!("{} items without a pause", items.len()));
    let help =
        "put `<!-- pause: … -->` on a separate line before an item, so that there are at most 9 items between pauses";
    add(over.span, diagnostic.help(help));
}

/// The size of the text on a side of paper: the height in tenths of a millimetre, the width in columns of half a glyph.
struct Side {
    /// The height between the sheet's header and its footer.
    height: u32,
    /// The columns of a line to the right of the checkbox.
    columns: usize,
}

/// The height of a line, of the space around an item, and of a pause, in tenths of a millimetre; see `theme/css/print.css`.
const LINE: u32 = 61;
const AROUND: u32 = 29;
const PAUSE: u32 = 90;

fn side(paper: Paper) -> Side {
    match paper {
        Paper::A4 => Side { height: 2180, columns: 79 },
        Paper::Letter => Side { height: 2000, columns: 82 },
        Paper::A5 => Side { height: 1400, columns: 53 },
    }
}

/// A sheet whose items alone are higher than a side. Blocks inside items are not measured, so more may be too long.
fn check_length(list: &TaskList, paper: Paper, add: &mut impl FnMut(Span, Diagnostic)) {
    let side = side(paper);
    let height: u32 = list.items.iter().map(|item| height(item, side.columns)).sum();
    if height <= side.height {
        return;
    }
    let sides = height.div_ceil(side.height);
    let message = format!("the sheet of this checklist needs about {sides} sides of paper");
    let diagnostic = Diagnostic::new(&codes::LONG_SHEET, message);
    let help = "make it two lists, each with a heading of its own; a sheet of one side is used, a longer one is not";
    add(Span { end: list.span.start, ..list.span }, diagnostic.help(help));
}

fn height(item: &TaskItem, columns: usize) -> u32 {
    let lines = u32::try_from(item.text.width().div_ceil(columns)).unwrap_or(u32::MAX / 1000).max(1);
    LINE.saturating_mul(lines) + AROUND + if item.paused { PAUSE } else { 0 }
}

/// Reports the first list without a date only, since one line of the configuration is the fix for all.
fn check_date(pages: &[Page], checklists: &[Checklist], meta: &Meta, report: &mut Report) {
    let dated = |page: &Page| meta.revised.is_some() || page.chapter.front.revised.is_some();
    let mut undated = checklists.iter().filter_map(|list| {
        let page = pages.get(list.page.0).filter(|page| !dated(page))?;
        Some((list, page, page.chapter.checklists.get(list.index)?))
    });
    let Some((first, page, list)) = undated.next() else { return };
    let others = match undated.count() {
        0 => String::new(),
        others => format!(" (and {others} more)"),
    };
    let message = format!("the sheet `{}`{others} does not say when it was last reviewed", first.title);
    let help = "write `revised = \"2026-01-31\"` under `[book]`, or `revised: 2026-01-31` in the front matter";
    let place = page.chapter.place(Span { end: list.span.start, ..list.span });
    report.add(Diagnostic::new(&codes::NO_REVISION_DATE, message).at(place).help(help));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::testing::{Sketch, folders, project};

    fn items(texts: &[(&str, bool)]) -> Vec<TaskItem> {
        let item = |(text, paused): &(&str, bool)| TaskItem {
            id: String::new(),
            named: false,
            done: false,
            text: (*text).to_owned(),
            label: (*text).to_owned(),
            span: Span::default(),
            paused: *paused,
        };
        texts.iter().map(item).collect()
    }

    #[track_caller]
    fn check(texts: &[(&str, bool)], expected: &[&str]) {
        let chapter = Sketch::at("index.md");
        let built = folders(&project(), vec![chapter.checklist(None).items(items(texts))], &[]);
        assert_eq!(built.report.iter().map(|it| it.code.name).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_rules() {
        let short = ("Call", false);
        let long = "word ".repeat(26);
        check(&[short; 9], &[]);
        check(&[short; 10], &["too-many-items"]);
        check(&[[short; 9].as_slice(), &[("Go on", true)], &[short; 8]].concat(), &[]);
        check(&[[short; 9].as_slice(), &[("Go on", true)], &[short; 9]].concat(), &["too-many-items"]);
        check(&[(&long, false)], &["long-item"]);
        check(&[("记下工号。再挂断", false)], &["two-sentences"]);
        let page: Vec<_> = std::iter::repeat_n(("Call", true), 24).collect();
        check(&page, &["long-sheet"]);
        check(&page[..8], &[]);
    }

    #[test]
    fn undated_sheets_are_reported_once() {
        let chapters = || vec![Sketch::at("a.md").checklist(None), Sketch::at("b.md").checklist(None)];
        let mut undated = project();
        undated.config.book.revised = None;
        let built = folders(&undated, chapters(), &[]);
        let message = "no-revision-date: the sheet `A` (and 1 more) does not say when it was last reviewed";
        assert_eq!(built.diagnostics(), [message]);
        assert_eq!(folders(&project(), chapters(), &[]).diagnostics(), [""; 0]);
    }
}
