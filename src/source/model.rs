//! What is asked of this room and what it answers: [`Request`] and [`Sources`].

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::missing_paths::MissingPaths;
use super::origin::{Origin, Piece};
use crate::diagnostic::Texts;
use crate::digest::Digest;
use crate::path::ContentPath;

/// What to read.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The book's root; nothing that is read lies outside of it, but for `follow`.
    pub root: &'a Path,
    /// The folder of the chapters, relative to the root; "" for the root itself.
    pub content: &'a str,
    /// Files and folders of the content to leave out: a path, a folder, or a pattern with `*`.
    pub exclude: &'a [String],
    /// Folders, relative to the root, that symbolic links and includes may lead into.
    pub follow: &'a [String],
    /// Folders on disk to leave out wherever they lie (output, theme, cache).
    pub skip: &'a [PathBuf],
    /// The Markdown files that are chapters, as paths of the content; all, if there is none.
    pub only: Option<&'a BTreeSet<String>>,
    /// How includes are read.
    pub includes: IncludeRules<'a>,
    /// Whose habits the folder has.
    pub habits: Habits,
}

/// Whose habits a folder has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habits {
    /// It was written for us, or came in by a door of its own.
    Ours,
    /// Anybody's: boxes of `MkDocs` are read, and the order that `MkDocs` or docsify know.
    Anybodys,
}

/// How includes are read.
#[derive(Debug, Clone, Copy)]
pub struct IncludeRules<'a> {
    /// The folder that no include leaves; the book's root, if there is none.
    pub reach: Option<&'a Path>,
    /// Whose directives they are.
    pub manner: Manner,
}

/// Whose directives includes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// `include` and its kin put in what is selected.
    Selected,
    /// `rustdoc_include` keeps the rest as hidden lines, `playground` makes a code block, `title` says nothing here,
    /// and a selection that a file does not have is empty.
    MdBook,
}

impl Default for IncludeRules<'_> {
    fn default() -> Self {
        Self { reach: None, manner: Manner::Selected }
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

impl SourceFile {
    /// A text that stands in no file.
    #[must_use]
    pub fn made(path: ContentPath, name: &str, text: String) -> Self {
        let origin = Origin::new(vec![Piece { start: 0, file: name.into(), at: 0, made: true }]);
        Self { path, digest: Digest::of(text.as_bytes()), text: text.into(), origin }
    }

    /// The same chapter with another text.
    #[must_use]
    pub fn with_text(&self, text: &str) -> Self {
        let origin = self.origin.of_changed(&self.text, text);
        Self { path: self.path.clone(), digest: Digest::of(text.as_bytes()), text: text.into(), origin }
    }
}

/// A file that is published as it is.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Its path inside the content.
    pub path: ContentPath,
    /// Its path from the book's root.
    pub name: Arc<str>,
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
    /// What includes came by that could not be carried out.
    pub ways: MissingPaths,
}
