//! [`Bounds`]: which files may be included, and how directives are interpreted.

use std::fs;
use std::path::{Path, PathBuf};

use super::allowed_roots::{AllowedRoots, Forbidden};
use super::directive::{self, Token};
use super::model::{IncludeSyntax, TextFile};
use super::private::has_hidden;
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
    /// Checks that a file may be included. `written` is its path on disk as the include leads to it, `disk` the same with
    /// symbolic links resolved, and `path` its name in messages.
    pub(super) fn check(&self, (written, disk): (&Path, &Path), path: &str) -> Result<(), Failure> {
        let hidden = format!("`{path}` is a hidden file, which may contain private data");
        self.roots.check_include(written, disk).map_err(|forbidden| match forbidden {
            Forbidden::Outside => outside_the_book(path),
            Forbidden::Secret if has_hidden(disk) => {
                Failure::new(hidden, "copy what readers need into a file that is not hidden")
            }
            Forbidden::Secret => Failure::new(
                format!("`{path}` has the name of a file with keys or passwords"),
                "copy what readers need into a file with another name",
            ),
            Forbidden::Hidden => Failure::new(
                hidden,
                "add it to git, which then shows it to everyone who has the repository, or copy what readers need into a \
                 file that is not hidden",
            ),
        })
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
        let Some(written) = file.disk.parent().map(|folder| folder.join(path)) else { continue };
        let disk = fs::canonicalize(&written).ok();
        files.extend(disk.filter(|disk| bounds.check((&written, disk), path).is_ok()));
    }
    files
}

/// The failure of an include of a file that is not in the book.
pub(super) fn outside_the_book(path: &str) -> Failure {
    let help = "only files in the book's folder and in the folders of `follow` can be included";
    Failure::new(format!("`{path}` is outside the book"), help)
}
