//! [`AllowedRoots`]: the folders in which includes and symbolic links may read files.
//!
//! They are the folder of the book (for an mdBook book, a folder above it) and those that the configuration lists under
//! `follow`.

use std::fs;
use std::path::{Path, PathBuf};

use super::private::is_private;

/// The folders that may be read. Their paths contain no symbolic links.
#[derive(Debug, Clone)]
pub(super) struct AllowedRoots {
    /// The folder of files that may be included without `follow`.
    include_root: PathBuf,
    /// The folders of `follow`: as the configuration writes them, and their real paths.
    followed: Vec<(String, PathBuf)>,
}

impl AllowedRoots {
    /// The roots of the book at `root`, whose includes may read `include_root`. Folders of `follow` that do not exist are
    /// ignored: they are reported when the configuration is read.
    pub(super) fn of(root: &Path, include_root: PathBuf, follow: &[String]) -> Self {
        let real = |written: &String| Some((written.clone(), fs::canonicalize(root.join(written)).ok()?));
        Self { include_root, followed: follow.iter().filter_map(real).collect() }
    }

    /// Whether the book allows following symbolic links.
    pub(super) fn follows_links(&self) -> bool {
        !self.followed.is_empty()
    }

    /// The folder of files that may be included without `follow`.
    pub(super) fn include_root(&self) -> &Path {
        &self.include_root
    }

    /// The path of a file relative to the root that contains it; `None` if no root does. `file` is free of symbolic links.
    pub(super) fn relative<'p>(&self, file: &'p Path) -> Option<&'p Path> {
        let folders = std::iter::once(&self.include_root).chain(self.followed.iter().map(|(_, folder)| folder));
        folders.into_iter().find_map(|folder| file.strip_prefix(folder).ok())
    }

    /// The name in messages of a file in a folder of `follow`.
    pub(super) fn followed_name(&self, file: &Path) -> Option<String> {
        let (written, inside) = self
            .followed
            .iter()
            .find_map(|(written, folder)| Some((written.trim_end_matches('/'), file.strip_prefix(folder).ok()?)))?;
        Some(format!("{written}/{}", inside.to_string_lossy().replace('\\', "/")))
    }

    /// Whether a symbolic link leads into a folder of `follow`, to a file or folder that is not hidden.
    pub(super) fn allows_link(&self, link: &Path) -> bool {
        let Ok(real) = fs::canonicalize(link) else { return false };
        let inside = self.followed.iter().find_map(|(_, folder)| real.strip_prefix(folder).ok());
        inside.is_some_and(|inside| !inside.iter().any(is_private))
    }
}
