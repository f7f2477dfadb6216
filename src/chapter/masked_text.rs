//! The text that is given to the Markdown parser, and the mapping from its offsets back to those of the source.
//!
//! In: a range of the source and edits to it. Out: a [`MaskedText`]. An edit either replaces bytes by as many others,
//! which keeps all offsets, or inserts bytes. So an offset is mapped back by subtracting the number of bytes inserted
//! before it. All other files use offsets of the source only.

use std::ops::Range;

/// The placeholder for a byte that the parser must not interpret. It is neither letter, space nor punctuation, so that
/// emphasis next to it works as next to a word, and it is never part of a tag or of a link's destination.
pub(super) const COVER: &str = "\u{1}";

/// A change to the text before parsing. Offsets are those of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Edit {
    /// Replaces a range by a text of the same length.
    Cover(Range<usize>, String),
    /// Inserts a text before an offset.
    Insert(usize, &'static str),
}

impl Edit {
    /// Replaces each byte of a range by [`COVER`].
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

/// A range of the source with edits applied.
#[derive(Debug)]
pub(super) struct MaskedText {
    /// The text to parse.
    pub(super) text: String,
    /// The offset in the source at which the range begins.
    base: usize,
    /// The offsets in `text` of the inserted bytes, ascending.
    inserted: Vec<usize>,
}

impl MaskedText {
    /// Applies edits to a range of the source. Edits that overlap an earlier one or are outside the range are skipped.
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

    /// Maps a range of the masked text to the source; a range of inserted bytes only becomes an empty one.
    pub(super) fn source_range(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.source_offset(range.start);
        start..self.source_offset(range.end).max(start)
    }

    /// Whether a range of the masked text equals `text` byte for byte: if not, the parser has decoded escapes in it.
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
    fn offsets_are_mapped_to_the_source() {
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
