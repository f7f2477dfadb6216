//! What of a file an include asks for: all of it, some lines, or what stands between two anchors.

use std::ops::Range;

use crate::diagnostic::nearest;

/// `P`, `P:3`, `P:3:7`, `P::7`, `P:3:` or `P:name`: the part behind the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Selection {
    /// The whole file.
    Whole,
    /// Lines, counted from 1, both ends taken; no end is the file's end.
    Lines(usize, Option<usize>),
    /// The lines between `ANCHOR: name` and `ANCHOR_END: name`.
    Anchor(String),
}

/// Why a selection cannot be made, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) message: String,
    pub(super) help: String,
    /// Whether the file is there and only lacks what was selected.
    pub(super) selected: bool,
}

impl Failure {
    /// A failure with its remedy.
    pub(super) fn new(message: String, help: &str) -> Self {
        Self { message, help: help.to_owned(), selected: false }
    }
}

/// Cuts an include's argument into path and selection.
pub(super) fn parse(argument: &str) -> Result<(&str, Selection), Failure> {
    let (path, rest) = argument.split_once(':').unwrap_or((argument, ""));
    let mut parts = rest.split(':');
    let (first, last) = (parts.next().unwrap_or_default().trim(), parts.next().map(str::trim));
    let selection = match (first, last) {
        ("", None | Some("")) => Selection::Whole,
        ("", Some(last)) => Selection::Lines(1, Some(line(last)?)),
        (first, last) if first.bytes().all(|byte| byte.is_ascii_digit()) => match last {
            None => Selection::Lines(line(first)?, Some(line(first)?)),
            Some("") => Selection::Lines(line(first)?, None),
            Some(last) => Selection::Lines(line(first)?, Some(line(last)?)),
        },
        (name, _) => Selection::Anchor(name.to_owned()),
    };
    Ok((path.trim(), selection))
}

fn line(written: &str) -> Result<usize, Failure> {
    written.parse().ok().filter(|line| *line > 0).ok_or_else(|| Failure {
        message: format!("`{written}` is not the number of a line"),
        help: "lines are counted from 1: `{{#include file:3:7}}`".to_owned(),
        selected: true,
    })
}

/// The ranges of a file's text that are asked for, in order, without the last line end.
pub(super) fn select(selection: &Selection, text: &str, path: &str) -> Result<Vec<Range<usize>>, Failure> {
    let mut ranges = match selection {
        Selection::Whole => std::iter::once(0..text.len()).collect(),
        Selection::Lines(first, last) => vec![lines(text, *first, *last, path)?],
        Selection::Anchor(name) => anchored(text, name, path)?,
    };
    if let Some(last) = ranges.last_mut()
        && text[last.clone()].ends_with('\n')
    {
        last.end -= 1;
    }
    Ok(ranges)
}

fn lines(text: &str, first: usize, last: Option<usize>, path: &str) -> Result<Range<usize>, Failure> {
    let count = text.lines().count();
    if first > count || last.is_some_and(|last| last < first) {
        let message = match last {
            Some(last) if last < first => format!("line {last} comes before line {first}"),
            _ => format!("`{path}` has no line {first}"),
        };
        return Err(Failure { message, help: format!("`{path}` has {count} lines"), selected: true });
    }
    let mut ends = std::iter::once(0).chain(text.split_inclusive('\n').scan(0, |end, line| {
        *end += line.len();
        Some(*end)
    }));
    let start = ends.nth(first - 1).unwrap_or(text.len());
    let end = last.and_then(|last| ends.nth(last - first)).unwrap_or(text.len());
    Ok(start..end)
}

/// The same for `rustdoc_include`: there an anchor may be opened again after its end.
pub(super) fn select_again(selection: &Selection, text: &str, path: &str) -> Result<Vec<Range<usize>>, Failure> {
    let Selection::Anchor(name) = selection else { return select(selection, text, path) };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((ranges, end)) = next_anchored(&text[at..], name) {
        found.extend(ranges.into_iter().map(|range| range.start + at..range.end + at));
        at += end;
    }
    if at == 0 { Err(no_anchor(text, name, path)) } else { Ok(found) }
}

fn anchored(text: &str, name: &str, path: &str) -> Result<Vec<Range<usize>>, Failure> {
    next_anchored(text, name).map(|(ranges, _)| ranges).ok_or_else(|| no_anchor(text, name, path))
}

/// The lines between the next marks of an anchor, and where its last mark ends.
fn next_anchored(text: &str, name: &str) -> Option<(Vec<Range<usize>>, usize)> {
    let mut ranges: Option<Vec<Range<usize>>> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        match &mut ranges {
            None if mark(line, "ANCHOR:") == Some(name) => ranges = Some(Vec::new()),
            Some(_) if mark(line, "ANCHOR_END:") == Some(name) => break,
            Some(ranges) if mark(line, "ANCHOR:").or(mark(line, "ANCHOR_END:")).is_none() => join(ranges, range),
            _ => {}
        }
    }
    ranges.map(|ranges| (ranges, at))
}

fn join(ranges: &mut Vec<Range<usize>>, range: Range<usize>) {
    match ranges.last_mut() {
        Some(last) if last.end == range.start => last.end = range.end,
        _ => ranges.push(range),
    }
}

/// Whether a line marks an anchor, and is never shown.
pub(super) fn is_mark(line: &str) -> bool {
    mark(line, "ANCHOR:").or(mark(line, "ANCHOR_END:")).is_some()
}

/// The name behind `ANCHOR:` or `ANCHOR_END:`: letters, digits, `_` and `-`.
fn mark<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let rest = line[line.find(word)? + word.len()..].trim_start();
    let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

fn no_anchor(text: &str, name: &str, path: &str) -> Failure {
    let help = match nearest(name, text.lines().filter_map(|line| mark(line, "ANCHOR:"))) {
        Some(near) => format!("did you mean `{path}:{near}`?"),
        None => format!("put `ANCHOR: {name}` before and `ANCHOR_END: {name}` behind the lines, in comments"),
    };
    Failure { message: format!("`{path}` has no anchor `{name}`"), help, selected: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "one\n// ANCHOR: a\ntwo\n// ANCHOR: b-1\nthree\n// ANCHOR_END: b-1\nfour\n// ANCHOR_END: a\nfive\n";

    fn selected(argument: &str) -> Result<String, Failure> {
        let (path, selection) = parse(argument)?;
        Ok(select(&selection, TEXT, path)?.into_iter().map(|range| &TEXT[range]).collect())
    }

    #[test]
    fn selections() {
        for (argument, expected) in [
            ("x", TEXT.trim_end()),
            ("x:", TEXT.trim_end()),
            ("x:1", "one"),
            ("x:3:3", "two"),
            ("x:7:", "four\n// ANCHOR_END: a\nfive"),
            ("x::2", "one\n// ANCHOR: a"),
            ("x:9:99", "five"),
            ("x:a", "two\nthree\nfour"),
            ("x:b-1", "three"),
        ] {
            assert_eq!(selected(argument).as_deref(), Ok(expected), "{argument}");
        }
    }

    #[test]
    fn anchors_may_be_opened_again() {
        let text = "ANCHOR: a\n1\nANCHOR_END: a\n2\nANCHOR: a\n3\nANCHOR_END: a\n";
        let selection = Selection::Anchor("a".to_owned());
        let shown = |ranges: Vec<Range<usize>>| ranges.into_iter().map(|range| &text[range]).collect::<String>();
        assert_eq!(shown(select_again(&selection, text, "x").unwrap()), "1\n3\n");
        assert_eq!(shown(select(&selection, text, "x").unwrap()), "1");
    }

    #[test]
    fn failures() {
        for (argument, message, help) in [
            ("x:0", "`0` is not the number of a line", "lines are counted from 1: `{{#include file:3:7}}`"),
            ("x:3:b", "`b` is not the number of a line", "lines are counted from 1: `{{#include file:3:7}}`"),
            ("x:10", "`x` has no line 10", "`x` has 9 lines"),
            ("x:5:3", "line 3 comes before line 5", "`x` has 9 lines"),
            ("x:b-2", "`x` has no anchor `b-2`", "did you mean `x:b-1`?"),
            (
                "x:main",
                "`x` has no anchor `main`",
                "put `ANCHOR: main` before and `ANCHOR_END: main` behind the lines, in comments",
            ),
        ] {
            let failure = Failure { message: message.to_owned(), help: help.to_owned(), selected: true };
            assert_eq!(selected(argument), Err(failure), "{argument}");
        }
    }
}
