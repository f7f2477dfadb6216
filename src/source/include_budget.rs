//! [`IncludeBudget`]: a text while its includes are expanded, with the origin of its parts and the limits of depth and work.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::model::TextFile;
use super::origin::{Origin, Piece, PieceKind};
use super::selection::{Failure, Selection};

/// The most files that are open at once: an include in an include in an include.
const DEPTH: usize = 10;

/// What the marks before a line count, in bytes, in addition to their length: each begins a piece of its own.
const LINE_COST: usize = 16;

/// How much may be included into one text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowance {
    /// Bytes of text.
    pub(super) bytes: usize,
    /// Files, each as often as it is included: without a limit, ten files that include each other ten times would be read
    /// billions of times without adding a byte.
    pub(super) files: usize,
}

impl Allowance {
    /// The most that one chapter may include.
    pub(super) const CHAPTER: Self = Self { bytes: 8 << 20, files: 20_000 };
    /// The most that all chapters together may include.
    pub(super) const BOOK: Self = Self { bytes: 64 << 20, files: 200_000 };

    /// The smaller of two allowances.
    pub(super) fn min(self, other: Self) -> Self {
        Self { bytes: self.bytes.min(other.bytes), files: self.files.min(other.files) }
    }

    /// What is left of it when all but `left` of `granted` was used.
    pub(super) fn without(self, granted: Self, left: Self) -> Self {
        Self { bytes: self.bytes - (granted.bytes - left.bytes), files: self.files - (granted.files - left.files) }
    }

    /// What is left of it after some more; `None` if that is too much.
    fn after(self, used: Self) -> Option<Self> {
        Some(Self { bytes: self.bytes.checked_sub(used.bytes)?, files: self.files.checked_sub(used.files)? })
    }
}

/// A text while its includes are expanded.
#[derive(Debug)]
pub(super) struct IncludeBudget {
    out: String,
    pieces: Vec<Piece>,
    /// The files that are being expanded, from the chapter to the innermost one.
    stack: Vec<Level>,
    left: Allowance,
    is_exhausted: bool,
}

/// A file that is being expanded.
#[derive(Debug)]
struct Level {
    disk: PathBuf,
    name: Arc<str>,
    selection: Selection,
    /// What each of its lines begins with, and where the include is that has these marks before it.
    marks: String,
    includer: (Arc<str>, u32),
}

/// An include: the marks before it in its line, and where it is in its file.
#[derive(Debug)]
pub(super) struct IncludeAt<'a> {
    /// The file that contains it.
    pub(super) file: &'a TextFile,
    /// Its offset in that file.
    pub(super) at: usize,
    /// What continues its line.
    pub(super) marks: String,
}

impl IncludeBudget {
    /// An empty text for `chapter` that may include as much as `allowance` says.
    pub(super) fn new(chapter: &TextFile, allowance: Allowance) -> Self {
        let level = Level {
            disk: chapter.disk.clone(),
            name: chapter.name.clone(),
            selection: Selection::Whole,
            marks: String::new(),
            includer: (chapter.name.clone(), 0),
        };
        Self {
            out: String::with_capacity(chapter.text.len()),
            pieces: vec![Piece { start: 0, file: chapter.name.clone(), at: 0, kind: PieceKind::Copied }],
            stack: vec![level],
            left: allowance,
            is_exhausted: false,
        }
    }

    /// The text and its origin.
    pub(super) fn finish(self) -> (Arc<str>, Origin) {
        (self.out.into(), Origin::new(self.pieces))
    }

    /// Enters an included file.
    pub(super) fn enter(&mut self, file: &TextFile, selection: Selection, include: &IncludeAt<'_>) {
        let marks = format!("{}{}", self.marks(), include.marks);
        let includer = (include.file.name.clone(), small(include.at));
        let (disk, name) = (file.disk.clone(), file.name.clone());
        self.stack.push(Level { disk, name, selection, marks, includer });
    }

    /// Leaves the included file that was entered last. `rest` is the text after the include: if the file ended with a line
    /// end, that follows in a line of its own.
    pub(super) fn leave(&mut self, rest: &str) {
        self.begin_line(rest);
        self.stack.pop();
    }

    /// How much more may be included.
    pub(super) fn remaining(&self) -> Allowance {
        if self.is_exhausted { Allowance { bytes: 0, files: 0 } } else { self.left }
    }

    /// Whether an include was refused because the limit was reached: no other is looked at.
    pub(super) fn is_exhausted(&self) -> bool {
        self.is_exhausted
    }

    /// What each line of the file that is being expanded begins with.
    fn marks(&self) -> &str {
        self.stack.last().map_or("", |level| &level.marks)
    }

    /// Adds a range of a file.
    pub(super) fn copy(&mut self, file: &TextFile, range: Range<usize>) {
        if self.marks().is_empty() {
            return self.push(file, range);
        }
        let mut at = range.start;
        for line in file.text[range].split_inclusive('\n') {
            self.begin_line(line);
            self.push(file, at..at + line.len());
            at += line.len();
        }
    }

    /// Adds the marks of the include before a line, if one begins here; before an empty line, without spaces at their end.
    fn begin_line(&mut self, line: &str) {
        let Some(level) = self.stack.last().filter(|level| !level.marks.is_empty() && self.out.ends_with('\n')) else {
            return;
        };
        let is_empty = line.bytes().find(|byte| !matches!(byte, b' ' | b'\t')) == Some(b'\n');
        let marks = if is_empty { level.marks.trim_end() } else { &level.marks };
        if !marks.is_empty() {
            let (file, at) = level.includer.clone();
            self.pieces.push(Piece { start: small(self.out.len()), file, at, kind: PieceKind::Generated });
            self.out.push_str(marks);
        }
    }

    fn push(&mut self, file: &TextFile, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let (start, at) = (small(self.out.len()), small(range.start));
        let piece = Piece { start, file: file.name.clone(), at, kind: PieceKind::Copied };
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
        let start = small(self.out.len());
        self.pieces.push(Piece { start, file: file.name.clone(), at: small(at), kind: PieceKind::Generated });
        self.out.push_str(text);
    }

    /// Checks that a file can be entered without a cycle and without exceeding the depth. `path` is its name in messages.
    pub(super) fn check_nesting(&self, disk: &Path, selection: &Selection, path: &str) -> Result<(), Failure> {
        if self.stack.iter().any(|level| level.disk == disk && level.selection == *selection) {
            return Err(Failure::new(format!("`{path}` includes itself"), "remove one of the includes of the cycle"));
        }
        if self.stack.len() > DEPTH {
            let message = format!("`{path}` is nested more than {DEPTH} includes deep");
            return Err(Failure::new(message, "include it from a file closer to the chapter"));
        }
        Ok(())
    }

    /// Reserves one more file.
    ///
    /// # Errors
    /// If that is more than may be included. The includes of the text are exhausted then.
    pub(super) fn take_file(&mut self) -> Result<(), Failure> {
        self.take(Allowance { bytes: 0, files: 1 })
    }

    /// Reserves bytes that are included, or that have to be looked at for it.
    ///
    /// # Errors
    /// As for [`Self::take_file`].
    pub(super) fn take_bytes(&mut self, bytes: usize) -> Result<(), Failure> {
        self.take(Allowance { bytes, files: 0 })
    }

    fn take(&mut self, wanted: Allowance) -> Result<(), Failure> {
        if let Some(left) = self.left.after(wanted).filter(|_| !self.is_exhausted) {
            self.left = left;
            return Ok(());
        }
        self.is_exhausted = true;
        let chain: Vec<String> = self.stack.iter().map(|level| format!("`{}`", level.name)).collect();
        Err(Failure::new(
            format!(
                "the includes are too large or too many, here in {}: the limits are 8 MiB and 20,000 files per chapter, \
                 64 MiB and 200,000 files per book",
                chain.join(" > ")
            ),
            "link to the file, include only the lines that readers need, or include fewer files from included files",
        ))
    }

    /// What the marks before the lines of a text cost, if it is included with `marks` before it.
    pub(super) fn cost_of_marks(&self, text: &str, marks: &str) -> usize {
        match self.marks().len() + marks.len() {
            0 => 0,
            length => text.bytes().filter(|byte| *byte == b'\n').count().saturating_mul(length + LINE_COST),
        }
    }
}

/// An offset in a text; texts have less than 4 GiB.
fn small(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
