//! [`AllowedRoots`]: the folders in which includes and symbolic links may read files.
//!
//! Includes: the folder of the book (for an mdBook book, a folder above it). Symbolic links: the repository that holds the
//! book, because all of it is published with the book. Both: the folders that `follow` lists.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::git::{Repository, repository_of};
use super::private::{has_hidden, is_private, is_secret};

/// The folders that may be read. Their paths contain no symbolic links.
#[derive(Debug)]
pub(super) struct AllowedRoots {
    /// The folder of the book.
    root: PathBuf,
    /// The folder of files that may be included without `follow`.
    include_root: PathBuf,
    /// The folder that symbolic links may lead to without `follow`.
    link_root: PathBuf,
    /// The folders of `follow`: as the configuration writes them, and their real paths.
    followed: Vec<(String, PathBuf)>,
    /// The repository that holds the book.
    repository: Option<Repository>,
    /// The hidden files that git tracks; they are asked for at the first include of a hidden file.
    tracked: OnceLock<BTreeSet<PathBuf>>,
}

/// Why a file may not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Forbidden {
    /// It is outside of the folders that may be read.
    Outside,
    /// It usually holds a secret.
    Secret,
    /// It is hidden, and git does not track it.
    Hidden,
}

impl AllowedRoots {
    /// The roots of the book at `root`, whose includes may read `include_root`. Folders of `follow` that do not exist are
    /// ignored: they are reported when the configuration is read.
    pub(super) fn of(root: &Path, include_root: PathBuf, follow: &[String]) -> Self {
        let real = |written: &String| Some((written.clone(), fs::canonicalize(root.join(written)).ok()?));
        let repository = repository_of(root);
        let link_root = repository.clone().filter(|folder| include_root.starts_with(folder));
        Self {
            root: root.to_owned(),
            link_root: link_root.unwrap_or_else(|| include_root.clone()),
            include_root,
            followed: follow.iter().filter_map(real).collect(),
            repository: repository.and_then(|folder| Repository::around(&folder)),
            tracked: OnceLock::new(),
        }
    }

    /// Whether the configuration allows folders outside of the book.
    pub(super) fn follows_folders(&self) -> bool {
        !self.followed.is_empty()
    }

    /// The folder of the book.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of files that may be included without `follow`.
    pub(super) fn include_root(&self) -> &Path {
        &self.include_root
    }

    /// The folder that symbolic links may lead to without `follow`: the repository, or the book.
    pub(super) fn link_root(&self) -> &Path {
        &self.link_root
    }

    /// Whether a folder may be listed for includes. `folder` is free of symbolic links.
    pub(super) fn contains(&self, folder: &Path) -> bool {
        self.for_includes(folder).is_some()
    }

    /// Checks that a file may be included. `written` is its path as the include leads to it, `file` the same without
    /// symbolic links: one that leads out of the book may lead to where links may lead.
    pub(super) fn check_include(&self, written: &Path, file: &Path) -> Result<(), Forbidden> {
        let linked = || self.is_below_include_root(written).then(|| self.for_links(file)).flatten();
        let inside = self.for_includes(file).or_else(linked).ok_or(Forbidden::Outside)?;
        self.check_name(file, inside)
    }

    /// Checks that a symbolic link to a file or folder may be followed. `target` is free of symbolic links.
    pub(super) fn check_link(&self, target: &Path) -> Result<(), Forbidden> {
        let inside = self.for_links(target).ok_or(Forbidden::Outside)?;
        if inside.iter().any(|name| is_private(name) && !has_hidden(Path::new(name))) {
            return Err(Forbidden::Hidden);
        }
        self.check_name(target, inside)
    }

    /// Checks the name of a file whose path in its root is `inside`.
    fn check_name(&self, file: &Path, inside: &Path) -> Result<(), Forbidden> {
        if is_secret(inside) {
            return Err(Forbidden::Secret);
        }
        let is_open = |name: &OsStr| name == ".github" || !has_hidden(Path::new(name));
        if inside.iter().all(is_open) || self.is_tracked(file) { Ok(()) } else { Err(Forbidden::Hidden) }
    }

    /// The path of a file relative to the root of includes that contains it.
    fn for_includes<'p>(&self, file: &'p Path) -> Option<&'p Path> {
        self.inside(&self.include_root, file)
    }

    /// The path of a file relative to the root of links that contains it.
    fn for_links<'p>(&self, file: &'p Path) -> Option<&'p Path> {
        self.inside(&self.link_root, file)
    }

    fn inside<'p>(&self, root: &Path, file: &'p Path) -> Option<&'p Path> {
        let followed = self.followed.iter().map(|(_, folder)| folder.as_path());
        std::iter::once(root).chain(followed).find_map(|folder| file.strip_prefix(folder).ok())
    }

    /// Whether a path is in the book as it is written, that is, without a look at symbolic links.
    fn is_below_include_root(&self, written: &Path) -> bool {
        let mut plain = PathBuf::new();
        for part in written.components() {
            if part.as_os_str() == ".." {
                plain.pop();
            } else {
                plain.push(part);
            }
        }
        plain.starts_with(&self.include_root)
    }

    /// Whether git tracks a hidden file, or a file in a hidden folder; not a folder, which may have other files in it.
    fn is_tracked(&self, file: &Path) -> bool {
        let tracked = self.tracked.get_or_init(|| self.repository.as_ref().map(Repository::hidden).unwrap_or_default());
        tracked.contains(file)
    }

    /// The file that changes with the list of files that git tracks, if that list was asked for.
    pub(super) fn index(&self) -> Option<PathBuf> {
        self.tracked.get()?;
        self.repository.as_ref().map(Repository::index)
    }

    /// The name in messages of a file in a folder of `follow`.
    pub(super) fn followed_name(&self, file: &Path) -> Option<String> {
        let (written, inside) = self
            .followed
            .iter()
            .find_map(|(written, folder)| Some((written.trim_end_matches('/'), file.strip_prefix(folder).ok()?)))?;
        Some(format!("{written}/{}", inside.to_string_lossy().replace('\\', "/")))
    }
}
