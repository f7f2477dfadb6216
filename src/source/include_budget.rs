//! [`IncludeBudget`]: a text while its includes are expanded, with the origin of its parts and the limits of depth and size.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::model::TextFile;
use super::origin::{Origin, Piece, PieceKind};
use super::selection::{Failure, Selection};

/// The most files that are open at once: an include in an include in an include.
const DEPTH: usize = 10;

/// A text while its includes are expanded.
#[derive(Debug)]
pub(super) struct IncludeBudget {
    out: String,
    pieces: Vec<Piece>,
    /// The files that are being expanded, from the chapter to the innermost one.
    stack: Vec<(PathBuf, Selection)>,
    budget: Budget,
}

/// How many more bytes may be included.
#[derive(Debug)]
enum Budget {
    Left(usize),
    /// An include was too large, which is reported once for a text.
    Exhausted,
}

impl IncludeBudget {
    /// An empty text for `chapter` that may take `limit` bytes of includes.
    pub(super) fn new(chapter: &TextFile, limit: usize) -> Self {
        Self {
            out: String::with_capacity(chapter.text.len()),
            pieces: vec![Piece { start: 0, file: chapter.name.clone(), at: 0, kind: PieceKind::Copied }],
            stack: vec![(chapter.disk.clone(), Selection::Whole)],
            budget: Budget::Left(limit),
        }
    }

    /// The text and its origin.
    pub(super) fn finish(self) -> (Arc<str>, Origin) {
        (self.out.into(), Origin::new(self.pieces))
    }

    /// Enters an included file.
    pub(super) fn enter(&mut self, file: &TextFile, selection: Selection) {
        self.stack.push((file.disk.clone(), selection));
    }

    /// Leaves the included file that was entered last.
    pub(super) fn leave(&mut self) {
        self.stack.pop();
    }

    /// How many more bytes may be included.
    pub(super) fn remaining(&self) -> usize {
        match self.budget {
            Budget::Left(left) => left,
            Budget::Exhausted => 0,
        }
    }

    /// Adds a range of a file.
    pub(super) fn copy(&mut self, file: &TextFile, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let offset = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let piece = Piece {
            start: offset(self.out.len()),
            file: file.name.clone(),
            at: offset(range.start),
            kind: PieceKind::Copied,
        };
        let is_continued = self.pieces.last().is_some_and(|last| {
            last.kind == PieceKind::Copied
                && Arc::ptr_eq(&last.file, &piece.file)
                && piece.start - last.start + last.at == piece.at
        });
        if !is_continued {
            self.pieces.push(piece);
        }
        self.out.push_str(&file.text[range]);
    }

    /// Adds generated text. Its place is the offset `at` of `file`.
    pub(super) fn generate(&mut self, text: &str, file: &TextFile, at: usize) {
        let offset = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let piece = Piece {
            start: offset(self.out.len()),
            file: file.name.clone(),
            at: offset(at),
            kind: PieceKind::Generated,
        };
        self.pieces.push(piece);
        self.out.push_str(text);
    }

    /// Checks that a file can be entered without a cycle and without exceeding the depth. `path` is its name in messages.
    pub(super) fn check_nesting(&self, disk: &Path, selection: &Selection, path: &str) -> Result<(), Failure> {
        if self.stack.iter().any(|(open, part)| open == disk && part == selection) {
            return Err(Failure::new(format!("`{path}` includes itself"), "remove one of the includes of the cycle"));
        }
        if self.stack.len() > DEPTH {
            let message = format!("`{path}` is nested more than {DEPTH} includes deep");
            return Err(Failure::new(message, "include it from a file closer to the chapter"));
        }
        Ok(())
    }

    /// Reserves bytes for an include. An error the first time that they exceed the limit, `false` each time after that.
    pub(super) fn take(&mut self, size: usize) -> Result<bool, Failure> {
        let Budget::Left(left) = self.budget else {
            return Ok(false);
        };
        if let Some(rest) = left.checked_sub(size) {
            self.budget = Budget::Left(rest);
            return Ok(true);
        }
        self.budget = Budget::Exhausted;
        Err(Failure::new(
            "the includes are too large: the limits are 8 MiB per chapter and 64 MiB per book".to_owned(),
            "link to the file, or include only the lines that readers need",
        ))
    }
}
