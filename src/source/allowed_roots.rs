//! How far reading reaches: the folders that neither an include nor a symbolic link leaves.
//!
//! In: the book's own folder and those that its configuration names under `follow`. Out: what a path is called if it lies
//! in one of them, and nothing for any other.

use std::fs;
use std::path::{Path, PathBuf};

use super::private::is_private;

/// Folders that may be read, without symbolic links in their paths.
#[derive(Debug, Clone)]
pub(super) struct AllowedRoots {
    /// The folder that includes stay in.
    home: PathBuf,
    /// Further ones, as the configuration writes them and where they are.
    followed: Vec<(String, PathBuf)>,
}

impl AllowedRoots {
    /// The reach of a book at `root`, whose includes stay in `home`. Folders that are not there are passed over: whoever
    /// read the configuration has reported them.
    pub(super) fn of(root: &Path, home: PathBuf, follow: &[String]) -> Self {
        let real = |written: &String| Some((written.clone(), fs::canonicalize(root.join(written)).ok()?));
        Self { home, followed: follow.iter().filter_map(real).collect() }
    }

    /// Whether symbolic links may be followed at all.
    pub(super) fn follows(&self) -> bool {
        !self.followed.is_empty()
    }

    /// The folder that includes stay in.
    pub(super) fn home(&self) -> &Path {
        &self.home
    }

    /// The path of a file from the folder in reach that holds it; it has no symbolic links.
    pub(super) fn inside<'p>(&self, file: &'p Path) -> Option<&'p Path> {
        let folders = std::iter::once(&self.home).chain(self.followed.iter().map(|(_, folder)| folder));
        folders.into_iter().find_map(|folder| file.strip_prefix(folder).ok())
    }

    /// What a file of a followed folder is called in messages.
    pub(super) fn followed_name(&self, file: &Path) -> Option<String> {
        let (written, inside) = self
            .followed
            .iter()
            .find_map(|(written, folder)| Some((written.trim_end_matches('/'), file.strip_prefix(folder).ok()?)))?;
        Some(format!("{written}/{}", inside.to_string_lossy().replace('\\', "/")))
    }

    /// Whether a symbolic link leads into a followed folder, and there to nothing that is hidden.
    pub(super) fn admits(&self, link: &Path) -> bool {
        let Ok(real) = fs::canonicalize(link) else { return false };
        let inside = self.followed.iter().find_map(|(_, folder)| real.strip_prefix(folder).ok());
        inside.is_some_and(|inside| !inside.iter().any(is_private))
    }
}
