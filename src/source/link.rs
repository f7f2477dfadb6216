//! Symbolic links of the content: where they lead, and why one is not followed.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::allowed_roots::{AllowedRoots, Forbidden};
use crate::diagnostic::typed;

/// The longest chain of links to links that is recorded.
const HOPS: usize = 40;

/// Where a symbolic link leads.
#[derive(Debug)]
pub(super) struct Link {
    /// The file or folder, without symbolic links.
    pub(super) target: PathBuf,
    /// The links on the way to it, without the first.
    pub(super) hops: Vec<PathBuf>,
}

/// Why a symbolic link is not followed. It is displayed as the end of a sentence that begins with the name of the link.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LinkFault {
    /// There is nothing at this path.
    Broken(String),
    /// It leads to itself.
    Circular,
    /// It leads to a folder that contains it.
    Ancestor,
    /// It leads out of the folder that links may lead to.
    Outside {
        /// Where it leads, relative to the book.
        target: String,
        /// The folder to allow, relative to the book.
        folder: String,
        /// What it leads out of.
        of: Boundary,
    },
    /// It leads to a hidden file, or one that is never published.
    Hidden(String),
    /// More files than are read through links.
    TooMany,
}

/// What a symbolic link may not lead out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Boundary {
    Book,
    Repository,
}

/// The most files, folders and links that are found through symbolic links, and their bytes: links of folders to each other
/// lead to the same file on any number of ways.
pub(super) const LINKED_FILES: usize = 20_000;
pub(super) const LINKED_BYTES: u64 = 1 << 30;

impl fmt::Display for LinkFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(target) => write!(f, "is a symbolic link to `{target}`, which does not exist"),
            Self::Circular => f.write_str("is a symbolic link that leads back to itself"),
            Self::Ancestor => f.write_str("is a symbolic link to a folder that contains it"),
            Self::Outside { target, of: Boundary::Book, .. } => {
                write!(f, "is a symbolic link that leads out of the book, to `{target}`")
            }
            Self::Outside { target, of: Boundary::Repository, .. } => {
                write!(f, "is a symbolic link that leads out of the repository, to `{target}`")
            }
            Self::Hidden(target) => {
                write!(f, "is a symbolic link to `{target}`, a hidden file or one that may contain private data")
            }
            Self::TooMany => {
                let gigabytes = LINKED_BYTES >> 30;
                write!(f, "leads to more than {LINKED_FILES} files, or {gigabytes} GiB, that symbolic links lead to")
            }
        }
    }
}

/// How a folder outside of the book is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowing {
    /// By `follow` in `chapbook.toml`.
    Configuration,
    /// By `--follow`, because the book has another configuration or none.
    Argument,
}

impl LinkFault {
    /// How to fix it.
    pub(super) fn help(&self, allowing: Allowing) -> String {
        match (self, allowing) {
            (Self::Outside { folder, .. }, Allowing::Configuration) => {
                format!("to allow it, write `follow = [\"{folder}\"]` under `[source]`; or remove the link")
            }
            (Self::Outside { folder, .. }, Allowing::Argument) => {
                format!("to allow it, give `--follow {}`; or remove the link", typed(Path::new(folder)))
            }
            (Self::Hidden(_), _) => "link to a file that is not hidden, or remove the link".to_owned(),
            (Self::TooMany, _) => "remove links of folders to each other".to_owned(),
            _ => "correct or remove the link".to_owned(),
        }
    }
}

/// Follows a symbolic link, if it leads to where links of the book may lead.
pub(super) fn follow(link: &Path, roots: &AllowedRoots) -> Result<Link, LinkFault> {
    let root = roots.root();
    let target = fs::canonicalize(link).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            LinkFault::Broken(fs::read_link(link).map(|target| written(&target)).unwrap_or_default())
        }
        _ => LinkFault::Circular,
    })?;
    match roots.check_link(&target) {
        Ok(()) => Ok(Link { hops: hops(link), target }),
        Err(Forbidden::Outside) => {
            let folder = if target.is_dir() { target.as_path() } else { target.parent().unwrap_or(&target) };
            let of = if roots.link_root() == root { Boundary::Book } else { Boundary::Repository };
            Err(LinkFault::Outside { target: relative(root, &target), folder: relative(root, folder), of })
        }
        Err(Forbidden::Hidden | Forbidden::Secret) => Err(LinkFault::Hidden(relative(root, &target))),
    }
}

/// The links that a link leads to, one after the other.
fn hops(link: &Path) -> Vec<PathBuf> {
    let mut hops = Vec::new();
    let mut at = link.to_owned();
    while let (Ok(next), Some(folder)) = (fs::read_link(&at), at.parent())
        && hops.len() < HOPS
    {
        let next = folder.join(next);
        let (Some(folder), Some(name)) = (next.parent().and_then(|it| fs::canonicalize(it).ok()), next.file_name())
        else {
            break;
        };
        at = folder.join(name);
        if at.is_symlink() {
            hops.push(at.clone());
        }
    }
    hops
}

/// The path from one folder to a file or folder, with `..` and `/`. Both are absolute and free of symbolic links.
fn relative(from: &Path, to: &Path) -> String {
    let common = from.components().zip(to.components()).take_while(|(from, to)| from == to).count();
    let up = from.components().skip(common).map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(to.components().skip(common)).collect();
    if path.as_os_str().is_empty() { ".".to_owned() } else { written(&path) }
}

/// A path as a configuration has it. An absolute one is shortened to its name: messages show no folders of the machine.
fn written(path: &Path) -> String {
    let shown = if path.is_absolute() { Path::new(path.file_name().unwrap_or_default()) } else { path };
    shown.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_from_a_folder_to_another() {
        for (from, to, expected) in
            [("/a/b", "/a/c/d", "../c/d"), ("/a", "/a/b", "b"), ("/a/b", "/", "../.."), ("/a", "/a", ".")]
        {
            assert_eq!(relative(Path::new(from), Path::new(to)), expected);
        }
    }
}
