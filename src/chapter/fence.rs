//! Finds the fences of directives: `:::name Title` … `:::`.
//!
//! pulldown-cmark has no directives. So each fence is replaced by an HTML block of kind 3 (`<? … ?>`) of the same length:
//! the whole chapter is then parsed at once with unchanged offsets, and the tree builder opens or closes a directive where
//! such a block begins. This file finds lines that look like fences. Those inside code are recognised later: there the
//! parser finds no HTML block.

use std::ops::Range;

use super::masked_text::Edit;

/// A line that looks like a fence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fence {
    /// From the first colon to the last character of the line.
    pub(super) range: Range<usize>,
    /// The number of colons.
    pub(super) colons: usize,
    /// Whether it opens or closes a directive.
    pub(super) kind: FenceKind,
}

/// The kinds of fence, with the ranges of their parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FenceKind {
    /// Opens a directive.
    Open {
        /// Its name; empty if it has none.
        name: Range<usize>,
        /// The text between `{` and `}`.
        attributes: Option<Range<usize>>,
        /// The rest of the line, which may be empty.
        title: Range<usize>,
    },
    /// Opens a directive of mdbook-admonish, with the range after the word `admonish`.
    Admonish(Range<usize>),
    /// Closes a directive.
    Close,
}

/// Finds the lines in a range that look like fences, also after the markers of quotations and lists.
pub(super) fn find(text: &str, range: &Range<usize>) -> Vec<Fence> {
    let mut found = Vec::new();
    let mut start = range.start;
    for line in text[range.clone()].split_inclusive('\n') {
        if line.contains(":::") {
            let written = line.trim_end();
            let inside = skip_containers(written);
            found.extend(read(text, start + inside..start + written.len()));
        }
        start += line.len();
    }
    found
}

impl Fence {
    /// The edit that replaces the line by an HTML block.
    pub(super) fn cover(&self) -> Edit {
        let length = self.range.len();
        let cover = if length < 4 { "<?>".to_owned() } else { format!("<?{}?>", " ".repeat(length - 4)) };
        Edit::Cover(self.range.clone(), cover)
    }
}

/// The length of the `>`, list markers and spaces at the start of a line.
pub(super) fn skip_containers(line: &str) -> usize {
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        match rest.strip_prefix('>').or_else(|| skip_list_marker(rest)) {
            Some(inner) => rest = inner,
            None => return line.len() - rest.len(),
        }
    }
}

fn skip_list_marker(line: &str) -> Option<&str> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let marks: &[char] = if digits == 0 { &['-', '*', '+'] } else { &['.', ')'] };
    let rest = line[digits..].strip_prefix(marks)?;
    (digits <= 9 && rest.starts_with([' ', '\t'])).then_some(rest)
}

fn read(text: &str, range: Range<usize>) -> Option<Fence> {
    let line = &text[range.clone()];
    let colons = line.bytes().take_while(|byte| *byte == b':').count();
    if colons < 3 {
        return None;
    }
    let kind =
        if colons == line.len() { FenceKind::Close } else { read_opening(text, range.start + colons..range.end) };
    Some(Fence { range, colons, kind })
}

fn read_opening(text: &str, range: Range<usize>) -> FenceKind {
    let start = skip_spaces(text, range.start..range.end);
    let length = text[start..range.end].find(|c: char| c.is_whitespace() || c == '{').unwrap_or(range.end - start);
    let name = start..start + length;
    let mut title = skip_spaces(text, name.end..range.end);
    let attributes = read_attributes(text, title..range.end);
    if let Some(attributes) = &attributes {
        title = skip_spaces(text, attributes.end + 1..range.end);
    }
    FenceKind::Open { name, attributes, title: title..range.end }
}

/// The range inside `{ … }` that holds attributes. `{{` begins a title with a variable.
pub(super) fn read_attributes(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let inside = text[range.clone()].strip_prefix('{').filter(|inside| !inside.starts_with('{'))?;
    let length = inside.find('}')?;
    Some(range.start + 1..range.start + 1 + length)
}

/// The offset after the white space at the start of a range.
pub(super) fn skip_spaces(text: &str, range: Range<usize>) -> usize {
    range.end - text[range].trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chapter::masked_text::MaskedText;

    fn dump(text: &str) -> Vec<String> {
        let show = |fence: Fence| match fence.kind {
            FenceKind::Close => format!("close {}", fence.colons),
            FenceKind::Admonish(info) => format!("admonish {}", &text[info]),
            FenceKind::Open { name, attributes, title } => {
                let attributes = attributes.map(|range| &text[range]).unwrap_or_default();
                format!("open {} {}|{attributes}|{}", fence.colons, &text[name], &text[title])
            }
        };
        find(text, &(0..text.len())).into_iter().map(show).collect()
    }

    #[test]
    fn fence_lines() {
        for (text, expected) in [
            (":::note Title *x*\n:::\n", &["open 3 note||Title *x*", "close 3"][..]),
            ("::: note\n:::", &["open 3 note||", "close 3"]),
            (":::: details{#a open} 标题 \n", &["open 4 details|#a open|标题"]),
            ("> - ::: tip\n>   :::", &["open 3 tip||", "close 3"]),
            ("1. :::tip", &["open 3 tip||"]),
            ("text ::: x\n::\na:::b", &[]),
            (":::note {{ book.x }}", &["open 3 note||{{ book.x }}"]),
            ("::: {.x}", &["open 3 |.x|"]),
        ] {
            assert_eq!(dump(text), expected, "{text:?}");
        }
    }

    #[test]
    fn covers_keep_the_length() {
        let text = "> :::note 标题\n> :::\n> ::::";
        let edits = find(text, &(0..text.len())).iter().map(Fence::cover).collect();
        assert_eq!(MaskedText::new(text, 0..text.len(), edits).text, "> <?          ?>\n> <?>\n> <??>");
    }
}
