//! Excerpts: the line in which a span begins, with control characters replaced by visible ones.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::escape::visible;

/// The most columns that are marked. It is less than the width of an excerpt, so that the renderer can cut the line.
const MARKED: usize = 64;

/// A line of a text that is safe to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The line; each control character is replaced by one visible character.
    pub(super) text: String,
    /// The marked part of `text`, in bytes.
    pub(super) marked: Range<usize>,
}

/// The line in which `span` begins. The marked part ends at the end of the line or after 64 columns.
pub(super) fn excerpt(text: &str, span: Range<usize>) -> Excerpt {
    let start = text.floor_char_boundary(span.start);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let end = text.floor_char_boundary(span.end.clamp(start, line_end));
    let marked = head(&text[start..end], MARKED);
    assemble(&text[line_start..start], marked, &text[start + marked.len()..line_end])
}

fn assemble(before: &str, marked: &str, after: &str) -> Excerpt {
    let mut text: String = before.chars().map(visible).collect();
    let start = text.len();
    text.extend(marked.chars().map(visible));
    let end = text.len();
    text.extend(after.chars().map(visible));
    Excerpt { text, marked: start..end }
}

/// The start of a text that is at most `width` columns wide.
fn head(text: &str, width: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += columns(*c);
        used > width
    });
    &text[..end.map_or(text.len(), |(at, _)| at)]
}

// Characters of width 0 count as one column: a long run of them is cut too.
fn columns(c: char) -> usize {
    if c == '\t' { 4 } else { c.width().unwrap_or(1).max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, span: Range<usize>, line: &str, marked: &str) {
        let excerpt = excerpt(text, span);
        assert_eq!((excerpt.text.as_str(), &excerpt.text[excerpt.marked.clone()]), (line, marked));
    }

    #[test]
    fn the_line_of_a_span_is_taken() {
        check("one\ntwo 三 four\nfive", 8..11, "two 三 four", "三");
        check("one\ntwo", 0..7, "one", "one");
        check("", 0..0, "", "");
        check("a\n", 2..2, "", "");
        check("a\u{1b}[31mb", 1..2, "a␛[31mb", "␛");
    }

    #[test]
    fn long_marks_are_cut() {
        assert_eq!(excerpt(&"x".repeat(5000), 0..5000).marked, 0..MARKED);
        assert_eq!(excerpt(&"字".repeat(5000), 0..15000).marked, 0..MARKED / 2 * 3);
    }
}
