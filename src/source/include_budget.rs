//! A text while includes are put into it: what it holds so far, where that came from, how deep and how large it is.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::model::TextFile;
use super::origin::{Origin, Piece};
use super::selection::{Failure, Selection};

const DEPTH: usize = 10;

/// One text while it grows.
#[derive(Debug)]
pub(super) struct IncludeBudget {
    out: String,
    pieces: Vec<Piece>,
    way: Vec<(PathBuf, Selection)>,
    room: Room,
}

#[derive(Debug)]
enum Room {
    Left(usize),
    // Said once: a text full of includes would say it a million times.
    Spent,
}

impl IncludeBudget {
    /// An empty text that belongs to `chapter` and may take in `room` bytes of includes.
    pub(super) fn new(chapter: &TextFile, room: usize) -> Self {
        Self {
            out: String::with_capacity(chapter.text.len()),
            pieces: vec![Piece { start: 0, file: chapter.name.clone(), at: 0, made: false }],
            way: vec![(chapter.disk.clone(), Selection::Whole)],
            room: Room::Left(room),
        }
    }

    /// The text and where its stretches came from.
    pub(super) fn finish(self) -> (Arc<str>, Origin) {
        (self.out.into(), Origin::new(self.pieces))
    }

    /// Goes down into an included file.
    pub(super) fn enter(&mut self, file: &TextFile, selection: Selection) {
        self.way.push((file.disk.clone(), selection));
    }

    /// Comes back from it.
    pub(super) fn leave(&mut self) {
        self.way.pop();
    }

    /// How many bytes of includes still fit.
    pub(super) fn room_left(&self) -> usize {
        match self.room {
            Room::Left(left) => left,
            Room::Spent => 0,
        }
    }

    /// Adds a stretch of a file.
    pub(super) fn copy(&mut self, file: &TextFile, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let offset = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let piece =
            Piece { start: offset(self.out.len()), file: file.name.clone(), at: offset(range.start), made: false };
        let goes_on = self.pieces.last().is_some_and(|last| {
            !last.made && Arc::ptr_eq(&last.file, &piece.file) && piece.start - last.start + last.at == piece.at
        });
        if !goes_on {
            self.pieces.push(piece);
        }
        self.out.push_str(&file.text[range]);
    }

    /// Adds text that stands in no file; it leads to a place of this one.
    pub(super) fn make(&mut self, text: &str, file: &TextFile, at: usize) {
        let offset = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let piece = Piece { start: offset(self.out.len()), file: file.name.clone(), at: offset(at), made: true };
        self.pieces.push(piece);
        self.out.push_str(text);
    }

    /// Whether a file may be entered from here: not in a circle, not too deep.
    pub(super) fn check_way(&self, disk: &Path, selection: &Selection, path: &str) -> Result<(), Failure> {
        if self.way.iter().any(|(before, chosen)| before == disk && chosen == selection) {
            return Err(Failure::new(
                format!("`{path}` includes itself"),
                "take one of the includes out of the circle",
            ));
        }
        if self.way.len() > DEPTH {
            let message = format!("`{path}` is included more than {DEPTH} files deep");
            return Err(Failure::new(message, "include it from a file further up"));
        }
        Ok(())
    }

    /// Takes room for an include; `false` if there was none left before, an error the first time.
    pub(super) fn take(&mut self, size: usize) -> Result<bool, Failure> {
        let Room::Left(left) = self.room else {
            return Ok(false);
        };
        if let Some(rest) = left.checked_sub(size) {
            self.room = Room::Left(rest);
            return Ok(true);
        }
        self.room = Room::Spent;
        Err(Failure::new(
            "the includes are too large: 8 MiB in a chapter and 64 MiB in a book are allowed".to_owned(),
            "link to the file, or include only the lines that are spoken of",
        ))
    }
}
