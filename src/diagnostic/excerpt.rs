//! What of a text is safe to show: one line, with visible characters in place of those that steer a terminal.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::escape::visible;

/// How many columns of a line are marked at most; with it, the renderer can cut the line to a terminal's width.
const MARKED: usize = 64;

/// One line of a text, safe to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The whole line, character for character.
    pub(super) text: String,
    /// The marked stretch of `text`, in bytes.
    pub(super) marked: Range<usize>,
}

/// Takes the line in which `span` begins; what is marked ends with the line, or after 64 columns.
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

fn head(text: &str, room: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += columns(*c);
        used > room
    });
    &text[..end.map_or(text.len(), |(at, _)| at)]
}

// A run of characters without width is cut like any other.
fn columns(c: char) -> usize {
    if c == '\t' { 4 } else { c.width().unwrap_or(1).max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, span: Range<usize>, shown: &str, marked: &str) {
        let excerpt = excerpt(text, span);
        assert_eq!((excerpt.text.as_str(), &excerpt.text[excerpt.marked.clone()]), (shown, marked));
    }

    #[test]
    fn lines_with_their_marks() {
        check("one\ntwo 三 four\nfive", 8..11, "two 三 four", "三");
        check("one\ntwo", 0..7, "one", "one");
        check("", 0..0, "", "");
        check("a\n", 2..2, "", "");
        check("a\u{1b}[31mb", 1..2, "a␛[31mb", "␛");
    }

    #[test]
    fn a_long_mark_is_cut() {
        assert_eq!(excerpt(&"x".repeat(5000), 0..5000).marked, 0..MARKED);
        assert_eq!(excerpt(&"字".repeat(5000), 0..15000).marked, 0..MARKED / 2 * 3);
    }
}
