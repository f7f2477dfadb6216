//! Rules of good checklists, as warnings: few items before a pause, short items, one action in each, one page, a date.
//!
//! They hold whole books up to what checklist research recommends (Gawande, Project Check, HSG48); each has a code of
//! its own, so a book may turn it off.

use unicode_width::UnicodeWidthStr as _;

use super::model::{Checklist, Meta, Page};
use crate::chapter::{TaskItem, TaskList, second_sentence, tenths};
use crate::config::Paper;
use crate::diagnostic::{Diagnostic, Report, Span, codes};

/// Items before a pause, at most.
const ITEMS: usize = 9;
/// Tenths of Han characters in an item, at most: 40 Han characters, or 25 Latin words.
const TENTHS: u32 = 400;

/// Holds all checklists of a book against the rules.
pub(super) fn look(pages: &[Page], checklists: &[Checklist], meta: &Meta, paper: Paper, report: &mut Report) {
    for checklist in checklists {
        let Some(page) = pages.get(checklist.page.0) else { continue };
        let Some(list) = page.chapter.checklists.get(checklist.index) else { continue };
        let mut add = |span: Span, finding: Diagnostic| report.add(finding.at(page.chapter.place(span)));
        list.items.iter().for_each(|item| wording(item, &mut add));
        list.items.chunk_by(|_, next| !next.paused).for_each(|items| pauses(items, &mut add));
        length(list, paper, &mut add);
    }
    date(pages, checklists, meta, report);
}

fn wording(item: &TaskItem, add: &mut impl FnMut(Span, Diagnostic)) {
    if tenths(&item.label) > TENTHS {
        let finding = Diagnostic::new(&codes::LONG_ITEM, "this item is too long to take in at a glance");
        add(item.span, finding.help("say it in 40 Han characters or 25 words; put the rest into the chapter's text"));
    }
    if let Some(second) = second_sentence(&item.label) {
        let start: String = item.label[second..].chars().take(12).collect();
        let message = format!("this item has a second sentence: `{start}…`");
        let finding = Diagnostic::new(&codes::TWO_SENTENCES, message);
        add(item.span, finding.help("give each action an item of its own, verb first"));
    }
}

fn pauses(items: &[TaskItem], add: &mut impl FnMut(Span, Diagnostic)) {
    let Some(over) = items.get(ITEMS) else { return };
    let finding = Diagnostic::new(&codes::TOO_MANY_ITEMS, format!("{} items without a pause", items.len()));
    let help = "put `<!-- pause: … -->` on a line of its own before an item, so that at most 9 stand together";
    add(over.span, finding.help(help));
}

/// What fits on a side of paper: lines of 12 pt in millimetres down, columns of half a glyph across.
struct Side {
    /// What is left below the sheet's head and above its foot.
    height: u32,
    /// Columns of a line beside the box.
    columns: usize,
}

/// A line of an item, and what stands around an item and a pause, in tenths of a millimetre; see `theme/css/print.css`.
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
fn length(list: &TaskList, paper: Paper, add: &mut impl FnMut(Span, Diagnostic)) {
    let side = side(paper);
    let height: u32 = list.items.iter().map(|item| height(item, side.columns)).sum();
    if height <= side.height {
        return;
    }
    let sides = height.div_ceil(side.height);
    let message = format!("the sheet of this checklist needs about {sides} sides of paper");
    let finding = Diagnostic::new(&codes::LONG_SHEET, message);
    let help = "make it two lists, each with a heading of its own; a sheet of one side is used, a longer one is not";
    add(Span { end: list.span.start, ..list.span }, finding.help(help));
}

fn height(item: &TaskItem, columns: usize) -> u32 {
    let lines = u32::try_from(item.text.width().div_ceil(columns)).unwrap_or(u32::MAX / 1000).max(1);
    LINE.saturating_mul(lines) + AROUND + if item.paused { PAUSE } else { 0 }
}

/// One finding for the book, at the first list without a date: the remedy is one line for all.
fn date(pages: &[Page], checklists: &[Checklist], meta: &Meta, report: &mut Report) {
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
    fn undated_sheets_are_told_of_once() {
        let chapters = || vec![Sketch::at("a.md").checklist(None), Sketch::at("b.md").checklist(None)];
        let mut undated = project();
        undated.config.book.revised = None;
        let built = folders(&undated, chapters(), &[]);
        let message = "no-revision-date: the sheet `A` (and 1 more) does not say when it was last reviewed";
        assert_eq!(built.findings(), [message]);
        assert_eq!(folders(&project(), chapters(), &[]).findings(), [""; 0]);
    }
}
