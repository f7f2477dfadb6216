//! Finds formulas in running text: `$x$` and `$$x$$`, with the rules of Pandoc that exclude prices.
//!
//! An opening `$` is not followed by white space; a closing one is not preceded by white space and not followed by a
//! digit; a formula that begins with a digit contains no Han character (`$5 和 $6，$x^2$` has one formula).

use std::ops::Range;

use super::blank::is_escaped;
use super::dialect::DialectRules;
use super::han::is_wide;

/// A formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Formula {
    /// Its range with the delimiters.
    pub(super) range: Range<usize>,
    /// Its range without them.
    pub(super) tex: Range<usize>,
}

/// Finds the formulas in a range of running text.
pub(super) fn find(text: &str, range: &Range<usize>, rules: &DialectRules) -> Vec<Formula> {
    let mut found = Vec::new();
    let mut at = range.start;
    while let Some(open) = next_opening(text, at..range.end, rules) {
        let rest = open..range.end;
        let (formula, skipped) = match &text[rest.clone()] {
            begins if begins.starts_with("$$") => (bracketed(text, rest, "$$", "$$"), open + 2),
            begins if begins.starts_with('$') => (inline(text, rest).filter(|_| rules.dollars), open + 1),
            begins if begins.starts_with(r"\\(") => (bracketed(text, rest, r"\\(", r"\\)"), open + 3),
            _ => (bracketed(text, rest, r"\\[", r"\\]"), open + 3),
        };
        at = formula.as_ref().map_or(skipped, |formula| formula.range.end);
        found.extend(formula);
    }
    found
}

/// Whether a formula, with its delimiters, is a display formula.
pub(super) fn is_display(written: &str) -> bool {
    written.starts_with("$$") || written.starts_with(r"\\[")
}

fn next_opening(text: &str, range: Range<usize>, rules: &DialectRules) -> Option<usize> {
    let bracket = |open: &str| text[range.clone()].find(open).map(|offset| range.start + offset);
    let brackets = if rules.tex_brackets { [bracket(r"\\("), bracket(r"\\[")] } else { [None, None] };
    brackets.into_iter().chain([next_dollar(text, range.clone())]).flatten().min()
}

/// The TeX of a formula: its lines without the markers of containers.
pub(super) fn tex(written: &str) -> String {
    let mut lines = written.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    let text = lines.fold(first, |text, line| text + "\n" + line.trim_start_matches([' ', '\t', '>']));
    text.trim().to_owned()
}

fn next_dollar(text: &str, range: Range<usize>) -> Option<usize> {
    text[range.clone()].match_indices('$').map(|(offset, _)| range.start + offset).find(|at| !is_escaped(text, *at))
}

fn bracketed(text: &str, range: Range<usize>, open: &str, close: &str) -> Option<Formula> {
    let start = range.start + open.len();
    let length = text[start..range.end].find(close)?;
    let blank = text[start..start + length].trim().is_empty();
    (!blank).then(|| Formula { range: range.start..start + length + close.len(), tex: start..start + length })
}

fn inline(text: &str, range: Range<usize>) -> Option<Formula> {
    let start = range.start + 1;
    let close = next_dollar(text, start..range.end)?;
    let tex = &text[start..close];
    let after = text[close + 1..range.end].chars().next();
    let edges = [tex.chars().next()?, tex.chars().next_back()?];
    let price = edges[0].is_ascii_digit() && tex.contains(is_wide);
    let good = !edges.iter().any(|c| c.is_whitespace()) && !after.is_some_and(|c| c.is_ascii_digit()) && !price;
    good.then(|| Formula { range: range.start..close + 1, tex: start..close })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::MarkdownConfig;

    #[test]
    fn formulas_and_prices() {
        for (text, expected) in [
            ("so $x^2$ is", &["x^2"][..]),
            ("价格 $5 和 $6，$x^2$", &["x^2"]),
            ("from $5 to $6", &[]),
            ("$5/$6 and $ x$", &[]),
            ("$$\na + b\n$$", &["\na + b\n"]),
            (r"\$5 $a\$b$", &[r"a\$b"]),
            ("$$ $$ $", &[]),
            ("$2x$", &["2x"]),
            (r"\\(a_1\\) \\[b\\] \\(", &["a_1", "b"]),
        ] {
            let markdown = MarkdownConfig { math: true, tex_brackets: true, ..MarkdownConfig::default() };
            let found: Vec<&str> = find(text, &(0..text.len()), &DialectRules::of(&markdown))
                .into_iter()
                .map(|found| &text[found.tex])
                .collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn container_markers_are_not_part_of_tex() {
        assert_eq!(tex("\n> a\n>   + b\n> "), "a\n+ b");
    }
}
