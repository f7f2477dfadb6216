//! [`Origin`]: maps offsets of a text with expanded includes to the files that its parts came from.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Place, Span};

/// Maps offsets of a text with expanded includes to the files that its parts came from.
///
/// ```
/// use chapbook::source::{Origin, Piece, PieceKind};
///
/// let piece = |start, file: &str, at| Piece { start, file: file.into(), at, kind: PieceKind::Copied };
/// let origin = Origin::new(vec![piece(0, "a.md", 0), piece(10, "b.md", 100)]);
/// let place = origin.place((12..14).into());
/// assert_eq!((&*place.file, place.span), ("b.md", (102..104).into()));
/// ```
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Origin {
    pieces: Arc<[Piece]>,
}

/// A part of a text that came from one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Where the piece begins in the text.
    pub start: u32,
    /// The path of the file it came from, relative to the book's root.
    pub file: Arc<str>,
    /// The offset in that file: of the first byte of a copied piece, or for all of a generated one.
    pub at: u32,
    /// Whether the bytes are those of the file.
    pub kind: PieceKind,
}

/// Whether the text of a piece is in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PieceKind {
    /// The piece is, byte for byte, in its file.
    Copied,
    /// The piece was generated; every offset in it maps to one offset of the file.
    Generated,
}

impl Origin {
    /// An origin from pieces that are sorted by `start`. The first begins at 0 and is of the file that includes the others.
    #[must_use]
    pub fn new(pieces: Vec<Piece>) -> Self {
        Self { pieces: pieces.into() }
    }

    /// The origin of a text that is the text of one file.
    #[must_use]
    pub fn whole(file: impl Into<Arc<str>>) -> Self {
        Self::new(vec![Piece { start: 0, file: file.into(), at: 0, kind: PieceKind::Copied }])
    }

    /// The place of a span of the text. A span over several pieces is cut after the first.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        let index = self.pieces.partition_point(|piece| piece.start <= span.start).saturating_sub(1);
        let Some(piece) = self.pieces.get(index) else {
            return Place { file: "".into(), span };
        };
        if piece.kind == PieceKind::Generated {
            return Place { file: piece.file.clone(), span: Span { start: piece.at, end: piece.at } };
        }
        let end = self.pieces.get(index + 1).map_or(span.end, |next| span.end.min(next.start));
        let shift = |offset: u32| offset - piece.start + piece.at;
        Place { file: piece.file.clone(), span: Span { start: shift(span.start), end: shift(end.max(span.start)) } }
    }

    /// The origin of a text `after` that replaces `before`, whose origin this is. The common start and end keep their
    /// places; the part between maps to the place where the difference begins.
    #[must_use]
    pub fn of_changed(&self, before: &str, after: &str) -> Self {
        let same = |a: &[u8], b: &[u8]| a.iter().zip(b).take_while(|(a, b)| a == b).count();
        let mut head = same(before.as_bytes(), after.as_bytes());
        while !(before.is_char_boundary(head) && after.is_char_boundary(head)) {
            head -= 1;
        }
        let tail = before.bytes().rev().zip(after.bytes().rev()).take_while(|(a, b)| a == b).count();
        let mut tail = tail.min(before.len() - head).min(after.len() - head);
        while !(before.is_char_boundary(before.len() - tail) && after.is_char_boundary(after.len() - tail)) {
            tail -= 1;
        }
        let offset = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let (head, cut) = (offset(head), offset(before.len() - tail));
        let shift = i64::from(offset(after.len())) - i64::from(offset(before.len()));
        let mut pieces: Vec<Piece> =
            self.pieces.iter().filter(|piece| piece.start < head || piece.start == 0).cloned().collect();
        let at = |offset: u32| self.place(Span { start: offset, end: offset });
        let changed = at(head);
        pieces.retain(|piece| head > 0 || piece.start < head);
        pieces.push(Piece { start: head, file: changed.file, at: changed.span.start, kind: PieceKind::Generated });
        let moved = |start: u32| u32::try_from(i64::from(start) + shift).unwrap_or(0);
        if tail > 0 {
            let rest = at(cut);
            pieces.push(Piece { start: moved(cut), file: rest.file, at: rest.span.start, kind: PieceKind::Copied });
        }
        let after_change = self.pieces.iter().filter(|piece| piece.start > cut);
        pieces.extend(after_change.map(|piece| Piece { start: moved(piece.start), ..piece.clone() }));
        Self::new(pieces)
    }

    /// The path of the file that the text as a whole belongs to.
    #[must_use]
    pub fn file(&self) -> Arc<str> {
        self.pieces.first().map_or_else(|| "".into(), |piece| piece.file.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_in_one_file() {
        let piece = |start, file: &str, at| Piece { start, file: file.into(), at, kind: PieceKind::Copied };
        let origin = Origin::new(vec![piece(0, "a.md", 0), piece(10, "b.md", 100), piece(20, "a.md", 40)]);
        for (span, file, expected) in [
            (3..5, "a.md", 3..5),
            (8..15, "a.md", 8..10),
            (12..18, "b.md", 102..108),
            (20..22, "a.md", 40..42),
            (30..30, "a.md", 50..50),
        ] {
            let place = origin.place(span.clone().into());
            assert_eq!((&*place.file, place.span), (file, expected.into()), "{span:?}");
        }
        assert_eq!(&*origin.file(), "a.md");
    }
}
