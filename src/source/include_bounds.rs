//! [`Bounds`]: which files may be included, and how directives are interpreted.

use std::fs;
use std::path::{Path, PathBuf};

use super::allowed_roots::AllowedRoots;
use super::directive::{self, Token};
use super::model::{IncludeSyntax, TextFile};
use super::selection::{self, Failure};

/// Which files may be included, and how directives are interpreted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds<'a> {
    /// The folders in which files may be included.
    pub(super) roots: &'a AllowedRoots,
    /// How directives are interpreted.
    pub(super) syntax: IncludeSyntax,
}

impl Bounds<'_> {
    /// Checks that a file, with symbolic links resolved, may be included. `path` is its name in messages.
    pub(super) fn check(&self, disk: &Path, path: &str) -> Result<(), Failure> {
        let Some(relative) = self.roots.relative(disk) else {
            return Err(outside_the_book(path));
        };
        let mut names = relative.iter();
        if names.any(|name| name.as_encoded_bytes().starts_with(b".") && name != ".github") {
            return Err(Failure::new(
                format!("`{path}` is a hidden file, which may contain private data"),
                "copy what readers need into a file that is not hidden",
            ));
        }
        Ok(())
    }
}

/// The files that a text includes directly, of those that may be included.
pub(super) fn included_files(file: &TextFile, bounds: Bounds<'_>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut at = 0;
    while let Some(token) = directive::next(&file.text, at..file.text.len()) {
        let directive = match token {
            Token::Escape { end, .. } => {
                at = end;
                continue;
            }
            Token::Include(directive) => directive,
        };
        at = directive.whole.end;
        let Ok((path, _)) = selection::parse(&file.text[directive.argument]) else { continue };
        let disk = file.disk.parent().and_then(|folder| fs::canonicalize(folder.join(path)).ok());
        files.extend(disk.filter(|disk| bounds.check(disk, path).is_ok()));
    }
    files
}

/// The failure of an include of a file that is not in the book.
pub(super) fn outside_the_book(path: &str) -> Failure {
    let help = "only files in the book's folder and in the folders of `follow` can be included";
    Failure::new(format!("`{path}` is outside the book"), help)
}
