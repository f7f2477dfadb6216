//! [`TextParts`]: where the lines and the anchors of a text are. It is made once for a file that many includes take parts of.

use std::ops::Range;

/// How many bytes of the text lie between two entries of the index of lines.
const BLOCK: usize = 4096;

/// Where the lines and the anchors of a text are.
#[derive(Debug)]
pub(super) struct TextParts {
    /// The number of line ends before each block of the text.
    line_ends: Vec<u32>,
    /// How many lines the text has.
    lines: usize,
    /// The lines with marks of anchors, as they follow each other.
    marks: Vec<Range<usize>>,
    /// The anchors, sorted by name, those of one name as they follow each other.
    anchors: Vec<Anchor>,
}

/// An anchor: its name, as a range of the text, and what is between its marks.
#[derive(Debug)]
struct Anchor {
    name: Range<usize>,
    section: Section,
}

/// `ANCHOR: name` or `ANCHOR_END: name`.
#[derive(Debug, Clone)]
struct Mark {
    /// The line with its line end.
    line: Range<usize>,
    name: Range<usize>,
    kind: MarkKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MarkKind {
    Begin,
    End,
}

/// The text between two marks of an anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    /// From the line after the first mark to the last mark.
    pub(super) range: Range<usize>,
    /// The marks of other anchors in it.
    marks: Range<usize>,
}

impl TextParts {
    /// Finds the parts of a text of at most 4 GiB.
    pub(super) fn of(text: &str) -> Self {
        let mut line_ends = Vec::with_capacity(text.len() / BLOCK + 1);
        let mut before = 0;
        for block in text.as_bytes().chunks(BLOCK) {
            line_ends.push(small(before));
            before += block.split(|byte| *byte == b'\n').count() - 1;
        }
        let lines = before + usize::from(!text.is_empty() && !text.ends_with('\n'));
        let marks = marks(text);
        let anchors = anchors(text, &marks);
        Self { line_ends, lines, marks: marks.into_iter().map(|mark| mark.line).collect(), anchors }
    }

    /// How many lines the text has.
    pub(super) fn line_count(&self) -> usize {
        self.lines
    }

    /// Where a line, counted from 1, begins; the end of the text if it has no such line.
    pub(super) fn line_start(&self, text: &str, line: usize) -> usize {
        let wanted = line.saturating_sub(1);
        if wanted == 0 {
            return 0;
        }
        // The last block with fewer line ends before it holds the line end that is wanted.
        let block = self.line_ends.partition_point(|before| wide(*before) < wanted).saturating_sub(1);
        let before = self.line_ends.get(block).map_or(0, |before| wide(*before));
        let start = block * BLOCK;
        let mut ends = text.as_bytes()[start..].iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        ends.nth(wanted - before - 1).map_or(text.len(), |(at, _)| start + at + 1)
    }

    /// The sections of an anchor: each from its mark to the next one that ends it, or to the end of the text.
    pub(super) fn sections<'t>(&'t self, text: &'t str, name: &str) -> impl Iterator<Item = &'t Section> + 't {
        let start = self.anchors.partition_point(|anchor| &text[anchor.name.clone()] < name);
        let length = self.anchors[start..].partition_point(|anchor| &text[anchor.name.clone()] == name);
        self.anchors[start..start + length].iter().map(|anchor| &anchor.section)
    }

    /// The ranges of a section between the marks in it, in order.
    pub(super) fn ranges(&self, section: &Section) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        let mut from = section.range.start;
        for mark in self.marks.get(section.marks.clone()).unwrap_or_default() {
            if from < mark.start {
                ranges.push(from..mark.start);
            }
            from = from.max(mark.end);
        }
        if from < section.range.end {
            ranges.push(from..section.range.end);
        }
        ranges
    }

    /// The names of the anchors, sorted.
    pub(super) fn names<'t>(&'t self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let mut last = None;
        let names = self.anchors.iter().map(|anchor| &text[anchor.name.clone()]);
        names.filter(move |name| last.replace(*name) != Some(*name))
    }
}

/// The anchors of a text, sorted by name.
fn anchors(text: &str, marks: &[Mark]) -> Vec<Anchor> {
    let mut by_name: Vec<(&str, usize)> =
        marks.iter().enumerate().map(|(index, mark)| (&text[mark.name.clone()], index)).collect();
    by_name.sort_unstable();
    let mut anchors: Vec<Anchor> = Vec::new();
    let mut open: Option<&str> = None;
    for (name, index) in by_name {
        let Some(mark) = marks.get(index) else { continue };
        match (mark.kind, open == Some(name)) {
            (MarkKind::Begin, false) => {
                open = Some(name);
                let section = Section { range: mark.line.end..text.len(), marks: index + 1..marks.len() };
                anchors.push(Anchor { name: mark.name.clone(), section });
            }
            (MarkKind::End, true) => {
                open = None;
                if let Some(Anchor { section, .. }) = anchors.last_mut() {
                    section.range.end = mark.line.start;
                    section.marks.end = index;
                }
            }
            _ => {}
        }
    }
    anchors
}

/// Whether a line begins or ends an anchor.
pub(super) fn is_mark(line: &str) -> bool {
    name_after(line, "ANCHOR:").or(name_after(line, "ANCHOR_END:")).is_some()
}

/// The marks of a text.
fn marks(text: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        // A line may end one anchor and begin another.
        for (word, kind) in [("ANCHOR_END:", MarkKind::End), ("ANCHOR:", MarkKind::Begin)] {
            if let Some(name) = name_after(line, word) {
                marks.push(Mark { line: at..at + line.len(), name: at + name.start..at + name.end, kind });
            }
        }
        at += line.len();
    }
    marks
}

/// Where the name after `ANCHOR:` or `ANCHOR_END:` is in a line: letters, digits, `_` and `-`.
fn name_after(line: &str, word: &str) -> Option<Range<usize>> {
    let rest = line[line.find(word)? + word.len()..].trim_start();
    let length = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(rest.len());
    let start = line.len() - rest.len();
    (length > 0).then_some(start..start + length)
}

/// An offset in a text, which has at most 16 MiB.
fn small(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

fn wide(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The start of a line, found by reading all lines before it.
    fn start_by_reading(text: &str, line: usize) -> usize {
        text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum()
    }

    #[test]
    fn lines_of_a_long_text() {
        let lines: Vec<String> = (0..5000).map(|n| format!("{}\n", "x".repeat(n % 40))).collect();
        let text = lines.concat() + "last";
        let parts = TextParts::of(&text);
        assert_eq!(parts.line_count(), 5001);
        for line in [1, 2, 40, 41, 2500, 4999, 5000, 5001, 5002, 9999] {
            assert_eq!(parts.line_start(&text, line), start_by_reading(&text, line), "{line}");
        }
    }

    #[test]
    fn anchors_begin_and_end_in_lines() {
        let text = "0\nANCHOR: a\n1\nANCHOR: b\n2\nANCHOR_END: a ANCHOR: c\n3\nANCHOR: a\n4\n";
        let parts = TextParts::of(text);
        let of = |name| -> Vec<Vec<&str>> {
            let ranges = |section| parts.ranges(section).into_iter().map(|range| &text[range]).collect();
            parts.sections(text, name).map(ranges).collect()
        };
        assert_eq!(of("a"), [vec!["1\n", "2\n"], vec!["4\n"]]);
        assert_eq!((of("b"), of("c")), (vec![vec!["2\n", "3\n", "4\n"]], vec![vec!["3\n", "4\n"]]));
        assert!(of("d").is_empty());
        assert!(parts.names(text).eq(["a", "b", "c"]));
    }

    proptest! {
        #[test]
        fn lines_are_where_they_are(text in "[a\n\u{6e05}]{0,60}", line in 1_usize..70) {
            let parts = TextParts::of(&text);
            prop_assert_eq!(parts.line_count(), text.lines().count());
            prop_assert_eq!(parts.line_start(&text, line), start_by_reading(&text, line));
        }
    }
}
