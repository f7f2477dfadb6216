//! [`Request`], what is to be read, and [`Sources`], what was read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::missing_paths::MissingPaths;
use super::origin::{Origin, Piece, PieceKind};
use crate::diagnostic::Texts;
use crate::digest::Digest;
use crate::path::ContentPath;

/// What to read.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The root of the book. Files outside of it are not read, except for those of `follow` and of `includes.root`.
    pub root: &'a Path,
    /// The folder of the chapters, relative to the root; "" for the root itself.
    pub content: &'a str,
    /// Files and folders of the content to leave out: a path, a folder, or a pattern with `*`.
    pub exclude: &'a [String],
    /// Folders, relative to the root, that symbolic links and includes may lead into.
    pub follow: &'a [String],
    /// Folders on disk to leave out (output, theme, cache).
    pub skip: &'a [PathBuf],
    /// The Markdown files that are chapters, as paths of the content; `None` for all.
    pub only: Option<&'a BTreeSet<String>>,
    /// How includes are resolved.
    pub includes: IncludeRules<'a>,
    /// What kind of folder it is.
    pub kind: FolderKind,
}

/// The kind of a folder of Markdown files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderKind {
    /// A book with a configuration of chapbook or mdBook.
    Book,
    /// A folder without one: admonitions of `MkDocs` and the navigation of `MkDocs` or docsify are read.
    Plain,
}

/// How includes are resolved.
#[derive(Debug, Clone, Copy)]
pub struct IncludeRules<'a> {
    /// The folder of files that may be included; `None` for the root of the book.
    pub root: Option<&'a Path>,
    /// How directives are interpreted.
    pub syntax: IncludeSyntax,
}

/// How the directives of includes are interpreted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncludeSyntax {
    /// `include`, `rustdoc_include` and `playground` all insert the selected text.
    Chapbook,
    /// As in mdBook: `rustdoc_include` keeps the other lines as hidden ones, `playground` inserts a code block, `title`
    /// inserts nothing, and a selection that the file does not have is empty.
    MdBook,
}

impl Default for IncludeRules<'_> {
    fn default() -> Self {
        Self { root: None, syntax: IncludeSyntax::Chapbook }
    }
}

/// A Markdown file with its includes expanded.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its path inside the content.
    pub path: ContentPath,
    /// Its text, without a BOM and with `\n` as line end.
    pub text: Arc<str>,
    /// Which file each part of the text came from.
    pub origin: Origin,
    /// The digest of the text.
    pub digest: Digest,
}

/// A text file with its path on disk and its name in messages.
#[derive(Debug, Clone)]
pub(super) struct TextFile {
    /// Its path on disk, with symbolic links resolved.
    pub(super) disk: PathBuf,
    /// Its path relative to the book's root.
    pub(super) name: Arc<str>,
    /// Its text.
    pub(super) text: Arc<str>,
}

impl Sources {
    /// The files on disk, without symbolic links, that the paths of the chapters lead to.
    #[must_use]
    pub fn disks(&self) -> BTreeMap<ContentPath, PathBuf> {
        let disk =
            |path: &ContentPath| self.linked.get(path).cloned().unwrap_or_else(|| self.content.join(path.as_str()));
        self.chapters.iter().map(|chapter| (chapter.path.clone(), disk(&chapter.path))).collect()
    }
}

impl SourceFile {
    /// A generated text. Diagnostics about it are at the start of the file `name`.
    #[must_use]
    pub fn generated(path: ContentPath, name: &str, text: String) -> Self {
        let origin = Origin::new(vec![Piece { start: 0, file: name.into(), at: 0, kind: PieceKind::Generated }]);
        Self { path, digest: Digest::of(text.as_bytes()), text: text.into(), origin }
    }

    /// The same file with another text, whose origin is derived from the difference.
    #[must_use]
    pub fn with_text(&self, text: &str) -> Self {
        let origin = self.origin.of_changed(&self.text, text);
        Self { path: self.path.clone(), digest: Digest::of(text.as_bytes()), text: text.into(), origin }
    }
}

/// A content file other than Markdown, which is published unchanged.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Its path inside the content.
    pub path: ContentPath,
    /// Its path relative to the book's root.
    pub name: Arc<str>,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
    /// Their digest.
    pub digest: Digest,
}

/// Everything that was read from disk for one build.
#[derive(Debug, Default)]
pub struct Sources {
    /// The folder of the content on disk, without symbolic links.
    pub content: PathBuf,
    /// Where the files are that symbolic links lead to.
    pub linked: BTreeMap<ContentPath, PathBuf>,
    /// The Markdown files, sorted by path, without `SUMMARY.md`.
    pub chapters: Vec<SourceFile>,
    /// `SUMMARY.md` at the root of the content, if there is one.
    pub summary: Option<SourceFile>,
    /// The Markdown files that are included by others.
    pub included: BTreeSet<ContentPath>,
    /// All other files, sorted by path.
    pub assets: Vec<Asset>,
    /// The texts as they are in their files, for the excerpts of diagnostics.
    pub texts: Texts,
    /// Every file and folder that was read, sorted, for the watcher.
    pub read: Vec<PathBuf>,
    /// The paths of includes that failed.
    pub missing_paths: MissingPaths,
}
