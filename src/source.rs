//! The one place where a book is read from disk: walks the content, decodes text, puts includes in.
//!
//! In: folders. Out: [`Sources`], with everything the later steps need; nothing below this room touches the disk.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Place, Report, Span, Texts};
use crate::error::Error;
use crate::path::ContentPath;

/// What to read.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The book's root; no include leaves it.
    pub root: &'a Path,
    /// The folder of the chapters, relative to the root; "" for the root itself.
    pub content: &'a str,
    /// Files and folders of the content to leave out.
    pub exclude: &'a [String],
    /// Folders on disk to leave out wherever they lie (output, theme, cache).
    pub skip: &'a [PathBuf],
}

/// Reads a book's content.
///
/// # Errors
/// If the content folder itself cannot be read. A single file that cannot be read, or is not UTF-8, is a finding.
pub fn load(request: &Request<'_>, report: &mut Report) -> Result<Sources, Error> {
    let _ = (request, report);
    todo!()
}

/// Reads one text file; `None` if it does not exist.
///
/// # Errors
/// If the file exists and cannot be read.
pub fn read_text(path: &Path) -> Result<Option<String>, Error> {
    let _ = path;
    todo!()
}

/// Reads every regular file under a folder, by `/`-separated path; empty if the folder does not exist.
///
/// # Errors
/// If the folder exists and cannot be read.
pub fn read_folder(folder: &Path) -> Result<BTreeMap<String, Arc<[u8]>>, Error> {
    let _ = folder;
    todo!()
}

/// A fingerprint of bytes (BLAKE3, 32 bytes).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The digest of several parts, each kept apart from the next.
    #[must_use]
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// The first `length` hexadecimal digits, at most 64.
    #[must_use]
    pub fn hex(&self, length: usize) -> String {
        let mut text: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        text.truncate(length);
        text
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex(12))
    }
}

/// A text of the book, includes put in.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its path inside the content.
    pub path: ContentPath,
    /// Its text: without a BOM, line ends as `\n`.
    pub text: Arc<str>,
    /// Where each stretch of the text came from.
    pub origin: Origin,
    /// The digest of the text.
    pub digest: Digest,
}

/// A file that is published as it is.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Its path inside the content.
    pub path: ContentPath,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
    /// Their digest.
    pub digest: Digest,
}

/// Everything read from disk for one build.
#[derive(Debug, Default)]
pub struct Sources {
    /// The Markdown files, sorted by path, `SUMMARY.md` left out.
    pub chapters: Vec<SourceFile>,
    /// `SUMMARY.md` at the root of the content, if there is one.
    pub summary: Option<SourceFile>,
    /// All other files, sorted by path.
    pub assets: Vec<Asset>,
    /// The texts as their authors know them, for diagnostics.
    pub texts: Texts,
    /// Every file and folder that was read, to be watched.
    pub read: Vec<PathBuf>,
}

/// Maps offsets of a text with includes back to the files its stretches came from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    pieces: Arc<[Piece]>,
}

/// A stretch of text that stands, byte for byte, in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where the stretch begins in the text with includes.
    pub start: u32,
    /// The file it came from, relative to the book's root.
    pub file: Arc<str>,
    /// Where it begins in that file.
    pub at: u32,
}

impl Origin {
    /// An origin from its pieces, sorted by `start`, the first at 0.
    #[must_use]
    pub fn new(pieces: Vec<Piece>) -> Self {
        Self { pieces: pieces.into() }
    }

    /// The origin of a text that is one file, whole.
    #[must_use]
    pub fn whole(file: impl Into<Arc<str>>) -> Self {
        Self::new(vec![Piece { start: 0, file: file.into(), at: 0 }])
    }

    /// Where a stretch of the text stands in its file; a stretch over several files ends with the first.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        let index = self.pieces.partition_point(|piece| piece.start <= span.start).saturating_sub(1);
        let Some(piece) = self.pieces.get(index) else {
            return Place { file: "".into(), span };
        };
        let end = self.pieces.get(index + 1).map_or(span.end, |next| span.end.min(next.start));
        let shift = |offset: u32| offset - piece.start + piece.at;
        Place { file: piece.file.clone(), span: Span { start: shift(span.start), end: shift(end.max(span.start)) } }
    }

    /// The file the text as a whole belongs to.
    #[must_use]
    pub fn file(&self) -> Arc<str> {
        self.pieces.first().map_or_else(|| "".into(), |piece| piece.file.clone())
    }
}
