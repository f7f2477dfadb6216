//! What is asked of this room and what it answers: [`Request`] and [`Sources`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::digest::Digest;
use super::origin::Origin;
use crate::diagnostic::Texts;
use crate::path::ContentPath;

/// What to read.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The book's root; no include leaves it.
    pub root: &'a Path,
    /// The folder of the chapters, relative to the root; "" for the root itself.
    pub content: &'a str,
    /// Files and folders of the content to leave out: a path, a folder, or a pattern with `*`.
    pub exclude: &'a [String],
    /// Folders on disk to leave out wherever they lie (output, theme, cache).
    pub skip: &'a [PathBuf],
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

/// A text file with its places: on disk and in messages.
#[derive(Debug, Clone)]
pub(super) struct TextFile {
    /// Where it is on disk, symbolic links resolved.
    pub(super) disk: PathBuf,
    /// Its path from the book's root.
    pub(super) name: Arc<str>,
    /// Its text.
    pub(super) text: Arc<str>,
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
    /// Every file and folder that was read, sorted, to be watched.
    pub read: Vec<PathBuf>,
}
