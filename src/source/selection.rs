//! Selects the part of a file that an include names: the whole file, a range of lines, or the lines between two anchors.

use std::ops::Range;

use super::text_parts::{Section, TextParts};
use crate::diagnostic::nearest;

/// The most anchors that are compared with the name of one that does not exist.
const MOST_NAMES: usize = 200;

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

/// What is selected of a text, before it is taken apart.
#[derive(Debug)]
pub(super) enum Selected {
    /// One range.
    Range(Range<usize>),
    /// The sections of an anchor.
    Sections(Vec<Section>),
}

impl Selected {
    /// From the first to the last byte that is selected: how much has to be looked at.
    pub(super) fn extent(&self) -> usize {
        match self {
            Self::Range(range) => range.len(),
            Self::Sections(sections) => sections.iter().map(|section| section.range.len()).sum(),
        }
    }

    /// The ranges of the text that are selected, in order, without the final line end.
    pub(super) fn ranges(self, text: &str, parts: &TextParts) -> Vec<Range<usize>> {
        let mut ranges = match self {
            Self::Range(range) => std::iter::once(range).collect(),
            Self::Sections(sections) => joined(sections.iter().flat_map(|section| parts.ranges(section))),
        };
        if let Some(last) = ranges.last_mut()
            && text[last.clone()].ends_with('\n')
        {
            last.end -= 1;
        }
        ranges
    }
}

/// Selects a part of a text. `path` is its name in messages; `help` finds the name of an anchor that may be meant.
pub(super) fn select(
    selection: &Selection,
    (text, parts): (&str, &TextParts),
    path: &str,
    how_many: Sections,
) -> Result<Selected, Failure> {
    match selection {
        Selection::Whole => Ok(Selected::Range(0..text.len())),
        Selection::Lines(first, last) => lines((text, parts), *first, *last, path).map(Selected::Range),
        Selection::Anchor(name) => {
            let most = if how_many == Sections::All { usize::MAX } else { 1 };
            let sections: Vec<Section> = parts.sections(text, name).take(most).cloned().collect();
            if sections.is_empty() {
                Err(no_anchor((text, parts), name, path))
            } else {
                Ok(Selected::Sections(sections))
            }
        }
    }
}

/// How many sections of an anchor are selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sections {
    /// The first.
    First,
    /// All, as for `rustdoc_include`.
    All,
}

fn lines(
    (text, parts): (&str, &TextParts),
    first: usize,
    last: Option<usize>,
    path: &str,
) -> Result<Range<usize>, Failure> {
    let count = parts.line_count();
    if first > count || last.is_some_and(|last| last < first) {
        let message = match last {
            Some(last) if last < first => format!("the last line, {last}, is before the first, {first}"),
            _ => format!("`{path}` has no line {first}"),
        };
        return Err(Failure { message, help: format!("`{path}` has {count} lines"), is_selection: true });
    }
    let end = last.map_or(text.len(), |last| parts.line_start(text, last.saturating_add(1)));
    Ok(parts.line_start(text, first)..end)
}

/// Ranges of which those that follow each other are one.
fn joined(all: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for range in all {
        match ranges.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => ranges.push(range),
        }
    }
    ranges
}

fn no_anchor((text, parts): (&str, &TextParts), name: &str, path: &str) -> Failure {
    let help = match nearest(name, parts.names(text).take(MOST_NAMES)) {
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
        let parts = TextParts::of(TEXT);
        let selected = select(&selection, (TEXT, &parts), path, Sections::First)?;
        Ok(selected.ranges(TEXT, &parts).into_iter().map(|range| &TEXT[range]).collect())
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
        let parts = TextParts::of(text);
        let of = |how_many| {
            let ranges = select(&selection, (text, &parts), "x", how_many).unwrap().ranges(text, &parts);
            ranges.into_iter().map(|range| &text[range]).collect::<String>()
        };
        assert_eq!((of(Sections::All), of(Sections::First)), ("1\n3".to_owned(), "1".to_owned()));
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
