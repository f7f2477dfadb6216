//! The few ways in which publishing changes a disk, each one step that happens whole or not at all.
//!
//! A file is *staged* beside its place under a temporary name and then *revealed* by a rename, so that a reader finds
//! the old bytes or the new ones. Tests give a [`Disk`] fewer steps than it needs, which is how a killed build looks.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::manifest::MANIFEST;
use super::model::SiteFile;
use crate::error::Error;
use crate::path::SitePath;
use crate::source::Digest;

/// How the names of staged files begin; sixteen hexadecimal digits follow.
const STAGED: &str = ".chapbook-tmp-";

/// The output folder, for changing it.
#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
    /// How many more steps may be taken: without end, but in tests.
    steps_left: AtomicUsize,
}

impl Disk {
    /// The disk below an existing folder whose path has no symlinks.
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root, steps_left: AtomicUsize::new(usize::MAX) }
    }

    /// A disk that fails from the given step on.
    #[cfg(test)]
    pub(super) fn stopping_after(root: PathBuf, steps: usize) -> Self {
        Self { root, steps_left: AtomicUsize::new(steps) }
    }

    /// The folder itself.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Creates one folder whose parent exists.
    pub(super) fn create_folder(&self, folder: &str) -> Result<(), Error> {
        let path = self.root.join(folder);
        self.step(&path)?;
        fs::create_dir(&path).map_err(Error::disk("create", path))
    }

    /// Writes a file of a site beside its place, as [`Self::stage`] does; `room` is for pieces of it on their way.
    pub(super) fn stage_file(&self, path: &SitePath, file: &SiteFile, room: &mut Vec<u8>) -> Result<(), Error> {
        let staged = self.staged(path.as_str());
        let mut to = self.create(&staged)?;
        file.for_each_piece(room, |piece| to.write_all(piece).map_err(|source| Error::disk("write", &staged)(source)))
    }

    /// Writes a file beside its place. A leftover of the same name is replaced, never written through.
    pub(super) fn stage(&self, path: &SitePath, bytes: &[u8]) -> Result<(), Error> {
        let staged = self.staged(path.as_str());
        self.create(&staged)?.write_all(bytes).map_err(Error::disk("write", staged))
    }

    /// Gives a staged file its name.
    pub(super) fn reveal(&self, path: &SitePath) -> Result<(), Error> {
        self.rename(&self.staged(path.as_str()), path.as_str())
    }

    /// Removes a staged file; one that is not there is no failure.
    pub(super) fn discard(&self, path: &SitePath) -> Result<(), Error> {
        self.remove(&self.staged(path.as_str()))
    }

    /// Replaces the manifest and sees it onto the disk.
    ///
    /// Only the manifest is synced. After a power cut a page may be empty, and the next build mends it because it
    /// compares bytes; an ownership list that was lost could not be mended. Syncing ten thousand pages would cost
    /// more than the rest of the build.
    pub(super) fn write_manifest(&self, text: &str) -> Result<(), Error> {
        let staged = self.staged(MANIFEST);
        let mut file = self.create(&staged)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(Error::disk("write", &staged))?;
        self.rename(&staged, MANIFEST)
    }

    /// Removes a file; one that is not there is no failure.
    pub(super) fn remove_file(&self, path: &SitePath) -> Result<(), Error> {
        self.remove(&self.root.join(path.as_str()))
    }

    /// Removes a folder if it is empty, and leaves it otherwise.
    pub(super) fn remove_folder(&self, folder: &str) -> Result<(), Error> {
        let path = self.root.join(folder);
        self.step(&path)?;
        match fs::remove_dir(&path) {
            Err(source) if !matters(&source) => Ok(()),
            result => result.map_err(Error::disk("remove", path)),
        }
    }

    /// Removes staged files that a killed build left in a folder ("" for the root).
    pub(super) fn sweep(&self, folder: &str) -> Result<(), Error> {
        let path = self.root.join(folder);
        let entries = match fs::read_dir(&path) {
            Err(source) if !matters(&source) => return Ok(()),
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

    /// The temporary name depends on the path alone: the lock keeps other builds away.
    fn staged(&self, path: &str) -> PathBuf {
        let name = format!("{STAGED}{}", Digest::of(path.as_bytes()).hex(16));
        self.root.join(path).with_file_name(name)
    }

    /// Creates an empty staged file. A leftover is replaced; `create_new` follows no symlink, whoever planted one.
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
        // A step of its own: a build that stops here leaves a staged file without its bytes.
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
        taken.map(drop).map_err(|_| Error::disk("go on with", path)(io::Error::other("stopped")))
    }
}

/// Whether a name is one that [`Disk::stage`] gives.
pub(super) fn is_staged(name: &str) -> bool {
    name.strip_prefix(STAGED).is_some_and(|rest| rest.len() == 16 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether an attempt on a folder failed for another reason than that it is not there or not empty.
fn matters(source: &io::Error) -> bool {
    use io::ErrorKind::{DirectoryNotEmpty, NotADirectory, NotFound};
    !matches!(source.kind(), DirectoryNotEmpty | NotADirectory | NotFound)
}
