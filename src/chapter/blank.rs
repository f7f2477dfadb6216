//! Finds blanks to write on: runs of at least four underscores, isolated pairs (`__ 月 __ 日`), and their names.

use std::ops::Range;

use super::han::{is_han, is_wide_punctuation};

/// The maximum length of a blank's name in characters. A longer comment is not a name.
const LONGEST_NAME: usize = 60;

/// A run of underscores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BlankRun {
    /// Its range in the text.
    pub(super) range: Range<usize>,
    /// The number of underscores.
    pub(super) width: u32,
}

/// Finds the blanks in a range: runs of at least four `_` or `＿` that are not escaped.
pub(super) fn find(text: &str, range: &Range<usize>) -> Vec<BlankRun> {
    runs(text, range).into_iter().filter(|run| run.width >= 4 && !is_escaped(text, run.range.start)).collect()
}

/// Finds the short blanks in a range that the Markdown parser treats as text: exactly two underscores between spaces, Han
/// characters, cell borders or the ends of the text.
///
/// The parser has processed emphasis already, so such a pair is not a delimiter of strong emphasis.
pub(super) fn find_short(text: &str, range: &Range<usize>) -> Vec<BlankRun> {
    let mut found = runs(text, range);
    found.retain(|run| {
        let before = text[..run.range.start].chars().next_back();
        let after = &text[run.range.end..];
        let closed = is_separator(after.chars().next()) || after.starts_with("<!--");
        run.width == 2 && run.range.len() == 2 && is_separator(before) && closed
    });
    found
}

/// The name that a comment right after a blank gives it, as in `____<!-- sum -->`, with single spaces.
pub(super) fn name(comment: &str) -> Option<String> {
    let words = comment.strip_prefix("<!--")?.strip_suffix("-->")?;
    let name = words.split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty() && name.chars().count() <= LONGEST_NAME).then_some(name)
}

/// Whether the byte at an offset is escaped by an odd number of backslashes before it.
pub(super) fn is_escaped(text: &str, at: usize) -> bool {
    text.as_bytes()[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

fn is_separator(neighbour: Option<char>) -> bool {
    neighbour.is_none_or(|c| c.is_whitespace() || c == '|' || is_han(c) || is_wide_punctuation(c))
}

fn runs(text: &str, range: &Range<usize>) -> Vec<BlankRun> {
    let mut found: Vec<BlankRun> = Vec::new();
    for (offset, mark) in text[range.clone()].match_indices(['_', '＿']) {
        let range = range.start + offset..range.start + offset + mark.len();
        match found.last_mut() {
            Some(run) if run.range.end == range.start => {
                run.range.end = range.end;
                run.width += 1;
            }
            _ => found.push(BlankRun { range, width: 1 }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths(runs: Vec<BlankRun>) -> Vec<u32> {
        runs.into_iter().map(|run| run.width).collect()
    }

    #[test]
    fn long_runs_are_blanks() {
        for (text, expected) in [
            ("每月 ____ 元", &[4][..]),
            ("时间：____:______", &[4, 6]),
            ("＿＿＿＿", &[4]),
            ("___ and __", &[]),
            (r"\____", &[]),
            (r"\\____", &[4]),
        ] {
            assert_eq!(widths(find(text, &(0..text.len()))), expected, "{text:?}");
        }
    }

    #[test]
    fn isolated_pairs_are_short_blanks() {
        for (text, expected) in [
            ("____ 年 __ 月 __ 日", &[2, 2][..]),
            ("年__月__日", &[2, 2]),
            ("日期：__月", &[2]),
            ("a__b __init__", &[]),
            ("__ ", &[2]),
            ("＿＿", &[]),
            ("__<!-- 月 -->", &[2]),
        ] {
            assert_eq!(widths(find_short(text, &(0..text.len()))), expected, "{text:?}");
        }
    }
    #[test]
    fn names() {
        for (comment, expected) in
            [("<!-- 金额 -->", Some("金额")), ("<!--the  sum\n-->", Some("the sum")), ("<!-- -->", None), ("sum", None)]
        {
            assert_eq!(name(comment).as_deref(), expected, "{comment:?}");
        }
        assert_eq!(name(&format!("<!-- {} -->", "长".repeat(61))), None);
    }
}
