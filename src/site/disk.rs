//! [`Disk`]: the operations by which publishing changes the output folder, each of which is atomic.
//!
//! A file is *staged*, that is written under a temporary name next to its destination, and then *committed* by a rename.
//! So a reader sees either the old bytes or the new ones. Tests limit the number of steps to simulate a killed build.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::model::SiteFile;
use crate::digest::Digest;
use crate::error::Error;
use crate::path::SitePath;
use crate::path::generated::PUBLISH_MANIFEST;

/// Prefix of the names of staged files; sixteen hexadecimal digits follow.
const STAGED: &str = ".chapbook-tmp-";

/// Write access to the output folder.
#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
    /// How many more operations succeed; `usize::MAX` means all. Only tests set a limit.
    steps_left: AtomicUsize,
}

impl Disk {
    /// Access to an existing folder, whose path has no symlinks.
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root, steps_left: AtomicUsize::new(usize::MAX) }
    }

    /// Access that fails after `steps` operations.
    #[cfg(test)]
    pub(super) fn stopping_after(root: PathBuf, steps: usize) -> Self {
        Self { root, steps_left: AtomicUsize::new(steps) }
    }

    /// The path of the folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Creates one folder whose parent exists.
    pub(super) fn create_folder(&self, folder: &str) -> Result<(), Error> {
        let path = self.root.join(folder);
        self.step(&path)?;
        fs::create_dir(&path).map_err(Error::disk("create", path))
    }

    /// Stages a file of a site, as [`Self::stage`] does; `buffer` holds one chunk at a time.
    pub(super) fn stage_file(&self, path: &SitePath, file: &SiteFile, buffer: &mut Vec<u8>) -> Result<(), Error> {
        let staged = self.staged(path.as_str());
        let mut to = self.create(&staged)?;
        file.for_each_chunk(buffer, |chunk| to.write_all(chunk).map_err(|source| Error::disk("write", &staged)(source)))
    }

    /// Writes bytes under the temporary name of `path`. A leftover of that name is deleted first, so that nothing is
    /// written through a symlink.
    pub(super) fn stage(&self, path: &SitePath, bytes: &[u8]) -> Result<(), Error> {
        let staged = self.staged(path.as_str());
        self.create(&staged)?.write_all(bytes).map_err(Error::disk("write", staged))
    }

    /// Renames a staged file to its final name.
    pub(super) fn commit(&self, path: &SitePath) -> Result<(), Error> {
        self.rename(&self.staged(path.as_str()), path.as_str())
    }

    /// Removes a staged file, if it exists.
    pub(super) fn discard(&self, path: &SitePath) -> Result<(), Error> {
        self.remove(&self.staged(path.as_str()))
    }

    /// Replaces the manifest and syncs it to disk.
    ///
    /// Only the manifest is synced. After a power failure a page may be empty, which the next build repairs because it
    /// compares bytes. A lost manifest could not be repaired. Syncing ten thousand pages takes longer than the rest of
    /// the build.
    pub(super) fn write_manifest(&self, text: &str) -> Result<(), Error> {
        let staged = self.staged(PUBLISH_MANIFEST);
        let mut file = self.create(&staged)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(Error::disk("write", &staged))?;
        self.rename(&staged, PUBLISH_MANIFEST)
    }

    /// Removes a file, if it exists.
    pub(super) fn remove_file(&self, path: &SitePath) -> Result<(), Error> {
        self.remove(&self.root.join(path.as_str()))
    }

    /// Removes a folder if it exists and is empty.
    pub(super) fn remove_folder(&self, folder: &str) -> Result<(), Error> {
        let path = self.root.join(folder);
        self.step(&path)?;
        match fs::remove_dir(&path) {
            Err(source) if !is_failure(&source) => Ok(()),
            result => result.map_err(Error::disk("remove", path)),
        }
    }

    /// Removes the staged files that a killed build left in a folder (`""` for the root).
    pub(super) fn remove_staged(&self, folder: &str) -> Result<(), Error> {
        let path = self.root.join(folder);
        let entries = match fs::read_dir(&path) {
            Err(source) if !is_failure(&source) => return Ok(()),
            result => result.map_err(Error::disk("read", &path))?,
        };
        for entry in entries {
            let entry = entry.map_err(Error::disk("read", &path))?;
            let leftover = is_staged(&entry.file_name().to_string_lossy());
            if leftover && entry.file_type().is_ok_and(|kind| kind.is_file()) {
                self.remove(&entry.path())?;
            }
        }
        Ok(())
    }

    /// The temporary path of a file. It depends on the path alone; the lock excludes other builds.
    fn staged(&self, path: &str) -> PathBuf {
        let name = format!("{STAGED}{}", Digest::of(path.as_bytes()).hex(16));
        self.root.join(path).with_file_name(name)
    }

    /// Creates an empty staged file and replaces a leftover. `create_new` does not follow a symlink that somebody put there.
    fn create(&self, path: &Path) -> Result<File, Error> {
        self.step(path)?;
        let create = || OpenOptions::new().write(true).create_new(true).open(path);
        let created = match create() {
            Err(source) if source.kind() == io::ErrorKind::AlreadyExists => {
                fs::remove_file(path).and_then(|()| create())
            }
            result => result,
        };
        let file = created.map_err(Error::disk("create", path))?;
        // Counted as a second operation: a build that stops here leaves an empty staged file.
        self.step(path)?;
        Ok(file)
    }

    fn rename(&self, staged: &Path, path: &str) -> Result<(), Error> {
        let path = self.root.join(path);
        self.step(&path)?;
        fs::rename(staged, &path).map_err(Error::disk("write", path))
    }

    fn remove(&self, path: &Path) -> Result<(), Error> {
        self.step(path)?;
        match fs::remove_file(path) {
            Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result.map_err(Error::disk("remove", path)),
        }
    }

    fn step(&self, path: &Path) -> Result<(), Error> {
        let next = |left: usize| if left == usize::MAX { Some(left) } else { left.checked_sub(1) };
        let taken = self.steps_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        taken.map(drop).map_err(|_| Error::disk("continue with", path)(io::Error::other("stopped")))
    }
}

/// Whether a file name is one that [`Disk::stage`] makes.
pub(super) fn is_staged(name: &str) -> bool {
    name.strip_prefix(STAGED).is_some_and(|rest| rest.len() == 16 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether an operation on a folder failed for a reason other than that it is missing or not empty.
fn is_failure(source: &io::Error) -> bool {
    use io::ErrorKind::{DirectoryNotEmpty, NotADirectory, NotFound};
    !matches!(source.kind(), DirectoryNotEmpty | NotADirectory | NotFound)
}
