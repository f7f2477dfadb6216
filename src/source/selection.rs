//! Selects the part of a file that an include names: the whole file, a range of lines, or the lines between two anchors.

use std::ops::Range;

use crate::diagnostic::nearest;

/// The part after the path: nothing, `:3`, `:3:7`, `::7`, `:3:` or `:name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Selection {
    /// The whole file.
    Whole,
    /// The first and the last line, counted from 1; `None` for the end of the file.
    Lines(usize, Option<usize>),
    /// The lines between `ANCHOR: name` and `ANCHOR_END: name`.
    Anchor(String),
}

/// Why an include failed, and how to fix it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) message: String,
    pub(super) help: String,
    /// Whether the file exists, and only the selection failed.
    pub(super) is_selection: bool,
}

impl Failure {
    /// A failure that is not about the selection.
    pub(super) fn new(message: String, help: &str) -> Self {
        Self { message, help: help.to_owned(), is_selection: false }
    }
}

/// Splits the argument of an include into path and selection.
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

fn line(text: &str) -> Result<usize, Failure> {
    text.parse().ok().filter(|line| *line > 0).ok_or_else(|| Failure {
        message: format!("`{text}` is not a line number"),
        help: "line numbers start at 1: `{{#include file:3:7}}`".to_owned(),
        is_selection: true,
    })
}

/// The ranges of a text that are selected, in order, without the final line end. `path` is its name in messages.
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
            Some(last) if last < first => format!("the last line, {last}, is before the first, {first}"),
            _ => format!("`{path}` has no line {first}"),
        };
        return Err(Failure { message, help: format!("`{path}` has {count} lines"), is_selection: true });
    }
    let mut ends = std::iter::once(0).chain(text.split_inclusive('\n').scan(0, |end, line| {
        *end += line.len();
        Some(*end)
    }));
    let start = ends.nth(first - 1).unwrap_or(text.len());
    let end = last.and_then(|last| ends.nth(last - first)).unwrap_or(text.len());
    Ok(start..end)
}

/// Like [`select`], for `rustdoc_include`, where an anchor can be used for several ranges.
pub(super) fn select_all(selection: &Selection, text: &str, path: &str) -> Result<Vec<Range<usize>>, Failure> {
    let Selection::Anchor(name) = selection else { return select(selection, text, path) };
    let mut all = Vec::new();
    let mut at = 0;
    while let Some((ranges, end)) = next_anchored(&text[at..], name) {
        all.extend(ranges.into_iter().map(|range| range.start + at..range.end + at));
        at += end;
    }
    if at == 0 { Err(no_anchor(text, name, path)) } else { Ok(all) }
}

fn anchored(text: &str, name: &str, path: &str) -> Result<Vec<Range<usize>>, Failure> {
    next_anchored(text, name).map(|(ranges, _)| ranges).ok_or_else(|| no_anchor(text, name, path))
}

/// The ranges between the next pair of marks of an anchor, and the offset after the pair.
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

/// Whether a line begins or ends an anchor.
pub(super) fn is_mark(line: &str) -> bool {
    mark(line, "ANCHOR:").or(mark(line, "ANCHOR_END:")).is_some()
}

/// The name after `ANCHOR:` or `ANCHOR_END:`: letters, digits, `_` and `-`.
fn mark<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let rest = line[line.find(word)? + word.len()..].trim_start();
    let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

fn no_anchor(text: &str, name: &str, path: &str) -> Failure {
    let help = match nearest(name, text.lines().filter_map(|line| mark(line, "ANCHOR:"))) {
        Some(near) => format!("did you mean `{path}:{near}`?"),
        None => format!("put `ANCHOR: {name}` before and `ANCHOR_END: {name}` after the lines, in comments"),
    };
    Failure { message: format!("`{path}` has no anchor `{name}`"), help, is_selection: true }
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
    fn an_anchor_can_have_several_ranges() {
        let text = "ANCHOR: a\n1\nANCHOR_END: a\n2\nANCHOR: a\n3\nANCHOR_END: a\n";
        let selection = Selection::Anchor("a".to_owned());
        let joined = |ranges: Vec<Range<usize>>| ranges.into_iter().map(|range| &text[range]).collect::<String>();
        assert_eq!(joined(select_all(&selection, text, "x").unwrap()), "1\n3\n");
        assert_eq!(joined(select(&selection, text, "x").unwrap()), "1");
    }

    #[test]
    fn failures() {
        for (argument, message, help) in [
            ("x:0", "`0` is not a line number", "line numbers start at 1: `{{#include file:3:7}}`"),
            ("x:3:b", "`b` is not a line number", "line numbers start at 1: `{{#include file:3:7}}`"),
            ("x:10", "`x` has no line 10", "`x` has 9 lines"),
            ("x:5:3", "the last line, 3, is before the first, 5", "`x` has 9 lines"),
            ("x:b-2", "`x` has no anchor `b-2`", "did you mean `x:b-1`?"),
            (
                "x:main",
                "`x` has no anchor `main`",
                "put `ANCHOR: main` before and `ANCHOR_END: main` after the lines, in comments",
            ),
        ] {
            let failure = Failure { message: message.to_owned(), help: help.to_owned(), is_selection: true };
            assert_eq!(selected(argument), Err(failure), "{argument}");
        }
    }
}
