//! Many diagnostics, grouped by their code: how many there are of each kind, and which causes repeat.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::code::{Code, Severity, codes};
use super::report::{Diagnostic, Report};
use crate::escape::one_line;

/// The diagnostics of one code and severity.
pub(super) struct Kind<'a> {
    severity: Severity,
    code: &'static Code,
    /// The diagnostics, in the report's order.
    pub(super) items: Vec<&'a Diagnostic>,
}

/// Codes on what readers hardly notice. They come after the others.
const MINOR: [&Code; 10] = [
    &codes::ACTIVE_FILE,
    &codes::EXTERNAL_IMAGE,
    &codes::LONG_CODE,
    &codes::LONG_ITEM,
    &codes::NO_REVISION_DATE,
    &codes::RAW_HTML,
    &codes::TOO_MANY_ITEMS,
    &codes::TWO_SENTENCES,
    &codes::UNUSED_FOOTNOTE,
    &codes::UNUSED_TERM,
];

/// How many repeated causes are listed for a kind.
const CAUSES: usize = 3;

/// The kinds of a report: errors first, then what readers notice, then the most frequent.
pub(super) fn kinds(report: &Report) -> Vec<Kind<'_>> {
    let mut by_code: BTreeMap<(Severity, &str), Kind<'_>> = BTreeMap::new();
    for item in report.iter() {
        let new = || Kind { severity: item.severity, code: item.code, items: Vec::new() };
        by_code.entry((item.severity, item.code.name)).or_insert_with(new).items.push(item);
    }
    let mut kinds: Vec<Kind<'_>> = by_code.into_values().collect();
    kinds.sort_by_key(|kind| (Reverse(kind.severity), MINOR.contains(&kind.code), Reverse(kind.items.len())));
    kinds
}

/// The number of diagnostics of each kind, with its repeated causes, and the option that shows all.
pub(super) fn table(kinds: &[Kind<'_>]) -> String {
    let width = kinds.iter().map(|kind| kind.items.len().to_string().len()).max().unwrap_or_default();
    let mut out = String::new();
    for kind in kinds {
        let severity = if kind.severity == Severity::Error { "error" } else { "warning" };
        let count = kind.items.len();
        let _ = writeln!(out, "{count:>width$} {severity}[{}]: {}", kind.code.name, kind.code.about);
        for (message, count) in causes(kind) {
            let _ = writeln!(out, "{:width$}   {}: {count} places", "", one_line(message));
        }
    }
    out.push_str("the first places of each kind are shown above; `--format short` shows all of them, one on a line\n");
    out
}

/// The messages of a kind that repeat most often, and how often; none if all repeat the same one.
fn causes<'a>(kind: &Kind<'a>) -> Vec<(&'a str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for item in &kind.items {
        *counts.entry(item.message.as_str()).or_default() += 1;
    }
    let mut causes: Vec<(&str, usize)> = counts.into_iter().filter(|(_, count)| *count > 1).collect();
    causes.sort_by_key(|(_, count)| Reverse(*count));
    causes.truncate(CAUSES);
    causes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let mut report = Report::default();
        for number in 0..400 {
            report.add(Diagnostic::new(&codes::EXTERNAL_IMAGE, format!("image {number}")));
        }
        for number in 0..300 {
            let message = if number < 275 { "attribute `style` is left out".to_owned() } else { number.to_string() };
            report.add(Diagnostic::new(&codes::RAW_HTML, message));
        }
        report.add(Diagnostic::new(&codes::BROKEN_LINK, "no chapter"));
        report.add(Diagnostic::new(&codes::EMPTY_CHAPTER, "no text"));
        report
    }

    #[test]
    fn kinds_have_true_numbers_and_the_most_useful_come_first() {
        let report = report();
        let expected = "\x20 1 error[broken-link]: a link names a chapter that is not in the book
  1 warning[empty-chapter]: a chapter has no text
400 warning[external-image]: an image is on another host; its address is shown instead of the image
300 warning[raw-html]: raw HTML was removed because it could run a script, load a resource or break the page
      attribute `style` is left out: 275 places
the first places of each kind are shown above; `--format short` shows all of them, one on a line
";
        assert_eq!(table(&kinds(&report)), expected);
    }
}
