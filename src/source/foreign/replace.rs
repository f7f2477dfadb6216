//! Replaces ranges of a text and keeps the origin of what is left.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::Span;
use crate::source::origin::{Origin, Piece, PieceKind};

/// A range of the text and what replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Replacement {
    pub(super) range: Range<usize>,
    pub(super) with: String,
}

/// The text with its replacements, and its origin. One that overlaps an earlier one is left out.
pub(super) fn replace(text: &str, origin: &Origin, mut all: Vec<Replacement>) -> (Arc<str>, Origin) {
    all.sort_by_key(|one| (one.range.start, one.range.end));
    let mut writer = Writer { origin, out: String::with_capacity(text.len()), pieces: Vec::new() };
    let mut done = 0;
    for one in all {
        if one.range.start >= done {
            writer.copy(text, done..one.range.start);
            writer.generate(&one.with, one.range.start);
            done = one.range.end;
        }
    }
    writer.copy(text, done..text.len());
    (writer.out.into(), Origin::new(writer.pieces))
}

struct Writer<'a> {
    origin: &'a Origin,
    out: String,
    pieces: Vec<Piece>,
}

impl Writer<'_> {
    /// Copies a range, a line at a time: each may come from another file.
    fn copy(&mut self, text: &str, range: Range<usize>) {
        let mut at = range.start;
        for line in text[range].split_inclusive('\n') {
            self.add_piece(at, PieceKind::Copied);
            self.out.push_str(line);
            at += line.len();
        }
    }

    fn generate(&mut self, text: &str, at: usize) {
        if !text.is_empty() {
            self.add_piece(at, PieceKind::Generated);
            self.out.push_str(text);
        }
    }

    fn add_piece(&mut self, at: usize, kind: PieceKind) {
        let place = self.origin.place(Span::new(at, at));
        let start = u32::try_from(self.out.len()).unwrap_or(u32::MAX);
        let continues = self.pieces.last().is_some_and(|last| {
            let both = last.kind == PieceKind::Copied && kind == PieceKind::Copied;
            both && last.file == place.file && start - last.start == place.span.start.wrapping_sub(last.at)
        });
        if !continues {
            self.pieces.push(Piece { start, file: place.file, at: place.span.start, kind });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_file() {
        let text = "one\ntwo [[a]] b\nthree\n";
        let all = vec![Replacement { range: 8..13, with: "[a](<a b.md>)".to_owned() }];
        let (out, origin) = replace(text, &Origin::whole("x.md"), all);
        assert_eq!(&*out, "one\ntwo [a](<a b.md>) b\nthree\n");
        for (at, expected) in [(5, 5), (10, 8), (22, 14), (25, 17)] {
            assert_eq!(origin.place(Span::new(at, at)).span.start, expected, "{at}");
        }
    }
}
