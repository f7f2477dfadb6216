//! The text as the Markdown parser gets to see it, and the way back from its offsets to those of the source.
//!
//! In: a range of the source and edits to it. Out: a [`MaskedText`]. An edit either covers bytes with as many others, which
//! moves nothing, or inserts some; so the way back is one subtraction. No other file knows of inserted bytes.

use std::ops::Range;

/// Stands for bytes the parser must not look into: no letter, no space and no punctuation, so that emphasis beside it
/// works as beside a word, and never part of a tag or a link's destination.
pub(super) const COVER: &str = "\u{1}";

/// A change to the text before parsing. All offsets are those of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Edit {
    /// Puts a text of the same length over a range.
    Cover(Range<usize>, String),
    /// Puts a text before an offset.
    Insert(usize, &'static str),
}

impl Edit {
    /// Hides a range from the parser.
    pub(super) fn hide(range: Range<usize>) -> Self {
        let cover = COVER.repeat(range.len());
        Self::Cover(range, cover)
    }

    fn start(&self) -> usize {
        match self {
            Self::Cover(range, _) => range.start,
            Self::Insert(at, _) => *at,
        }
    }
}

/// A range of the source with edits made.
#[derive(Debug)]
pub(super) struct MaskedText {
    /// What is parsed.
    pub(super) text: String,
    /// Where the range begins in the source.
    base: usize,
    /// The offset in `text` of each inserted byte, ascending.
    inserted: Vec<usize>,
}

impl MaskedText {
    /// Makes the edits; one that overlaps an earlier one, or lies outside the range, is left out.
    pub(super) fn new(source: &str, range: Range<usize>, mut edits: Vec<Edit>) -> Self {
        edits.sort_by_key(Edit::start);
        let mut masked = Self { text: String::with_capacity(range.len()), base: range.start, inserted: Vec::new() };
        let mut done = range.start;
        for edit in edits {
            if edit.start() < done {
                continue;
            }
            let Some(before) = source.get(done..edit.start()) else { continue };
            masked.text.push_str(before);
            done = masked.apply(edit);
        }
        masked.text.push_str(source.get(done..range.end).unwrap_or_default());
        masked
    }

    /// The range of the source that a range of the masked stands for; inserted bytes stand for nothing.
    pub(super) fn source_range(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.source_offset(range.start);
        start..self.source_offset(range.end).max(start)
    }

    /// Whether a text is, byte for byte, what stands at a range of the masked.
    pub(super) fn is_literal(&self, text: &str, range: &Range<usize>) -> bool {
        self.text.get(range.clone()) == Some(text)
    }

    fn apply(&mut self, edit: Edit) -> usize {
        match edit {
            Edit::Cover(range, with) => {
                self.text.push_str(&with);
                range.end
            }
            Edit::Insert(at, text) => {
                self.inserted.extend(self.text.len()..self.text.len() + text.len());
                self.text.push_str(text);
                at
            }
        }
    }

    fn source_offset(&self, offset: usize) -> usize {
        self.base + offset - self.inserted.partition_point(|at| *at < offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_lead_back_to_the_source() {
        let source = "0123456789";
        let edits = vec![Edit::Insert(6, ","), Edit::Insert(2, ","), Edit::hide(3..5)];
        let masked = MaskedText::new(source, 2..9, edits);
        assert_eq!(masked.text, ",2\u{1}\u{1}5,678");
        for (range, expected) in [(0..1, 2..2), (0..2, 2..3), (1..2, 2..3), (4..5, 5..6), (4..6, 5..6), (6..9, 6..9)] {
            assert_eq!(masked.source_range(&range), expected, "{range:?}");
        }
    }

    #[test]
    fn overlapping_edits_are_left_out() {
        let masked = MaskedText::new("abcdef", 0..6, vec![Edit::hide(1..4), Edit::hide(2..5), Edit::Insert(3, "x")]);
        assert_eq!(masked.text, "a\u{1}\u{1}\u{1}ef");
    }
}
