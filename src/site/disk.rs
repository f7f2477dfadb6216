//! [`Disk`]: the operations by which publishing changes the output folder, each of which is atomic.
//!
//! New files are written into a staging folder first, at the paths that they will have. Then the journal is put in place,
//! which is the manifest of the new site: it decides the publication. After it the staged files are only renamed, and
//! whoever finds a journal can finish what it says. Tests limit the number of operations to simulate a killed build.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::model::SiteFile;
use crate::digest::Digest;
use crate::error::Error;
use crate::path::SitePath;
use crate::path::generated::{PUBLISH_JOURNAL, PUBLISH_MANIFEST};

/// The folder of staged files, in the output folder.
const STAGING: &str = ".chapbook-staged";
/// Prefix of the names of files that are staged next to their destination; sixteen hexadecimal digits follow.
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

    /// Where a file or folder of the new site is until it is placed; `""` is the staging folder.
    pub(super) fn staged(&self, path: &str) -> PathBuf {
        self.root.join(STAGING).join(path)
    }

    /// Creates a folder in the staging folder (`""` for that folder itself); its parent exists.
    pub(super) fn stage_folder(&self, folder: &str) -> Result<(), Error> {
        self.create_dir(&self.staged(folder))
    }

    /// Creates a folder of the site whose parent exists.
    pub(super) fn create_folder(&self, folder: &str) -> Result<(), Error> {
        self.create_dir(&self.root.join(folder))
    }

    /// Writes a file of a site into the staging folder; `buffer` holds one chunk at a time.
    pub(super) fn stage_file(&self, path: &SitePath, file: &SiteFile, buffer: &mut Vec<u8>) -> Result<(), Error> {
        let staged = self.staged(path.as_str());
        let mut to = self.create(&staged)?;
        file.for_each_chunk(buffer, |chunk| to.write_all(chunk).map_err(|source| Error::disk("write", &staged)(source)))
    }

    /// Decides the publication: puts the journal in its place, after everything is staged.
    ///
    /// Only the journal is synced to the disk. To sync ten thousand pages takes longer than the rest of the build, and to sync
    /// the file system waits for what other programs write. If a power failure empties a staged file, its digest shows it;
    /// if it empties a published one, the next build writes it again.
    pub(super) fn write_journal(&self, manifest: &str) -> Result<(), Error> {
        let staged = self.staged(PUBLISH_JOURNAL);
        let mut file = self.create(&staged)?;
        file.write_all(manifest.as_bytes()).and_then(|()| file.sync_all()).map_err(Error::disk("write", &staged))?;
        self.rename(&staged, &self.root.join(PUBLISH_JOURNAL))
    }

    /// Renames a staged file to its place.
    pub(super) fn place_file(&self, path: &str) -> Result<(), Error> {
        let (staged, place) = (self.staged(path), self.root.join(path));
        self.step(&place)?;
        match fs::rename(&staged, &place) {
            // The folder is on another file system.
            Err(source) if source.kind() == io::ErrorKind::CrossesDevices => self.copy(&staged, &place),
            result => result,
        }
        .map_err(Error::disk("write", place))
    }

    /// Renames a staged folder, with all that is in it, to its place, where nothing is.
    pub(super) fn place_folder(&self, folder: &str) -> Result<(), Error> {
        let (staged, place) = (self.staged(folder), self.root.join(folder));
        self.step(&place)?;
        match fs::rename(&staged, &place) {
            Err(source) if source.kind() == io::ErrorKind::CrossesDevices => self.place_each(folder),
            result => result.map_err(Error::disk("write", place)),
        }
    }

    /// Places the entries of a staged folder one by one.
    fn place_each(&self, folder: &str) -> Result<(), Error> {
        self.create_folder(folder)?;
        let staged = self.staged(folder);
        for entry in fs::read_dir(&staged).map_err(Error::disk("read", &staged))? {
            let entry = entry.map_err(Error::disk("read", &staged))?;
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => self.place_each(&path)?,
                _ => self.place_file(&path)?,
            }
        }
        Ok(())
    }

    /// A rename between file systems: a copy next to the destination, then a rename, so that no reader gets half a file.
    fn copy(&self, staged: &Path, place: &Path) -> io::Result<()> {
        let temporary = self.temporary_path(place);
        let _ = fs::remove_file(&temporary);
        let copied = OpenOptions::new().write(true).create_new(true).open(&temporary);
        copied.and_then(|mut to| io::copy(&mut File::open(staged)?, &mut to))?;
        fs::rename(&temporary, place)?;
        fs::remove_file(staged)
    }

    /// Ends the publication: the journal becomes the manifest, and the staging folder is removed.
    pub(super) fn finish(&self) -> Result<(), Error> {
        self.rename(&self.root.join(PUBLISH_JOURNAL), &self.root.join(PUBLISH_MANIFEST))?;
        self.clear_staging()
    }

    /// Replaces the manifest without a journal: for a folder whose files are to be found again.
    pub(super) fn write_manifest(&self, text: &str) -> Result<(), Error> {
        let path = self.root.join(PUBLISH_MANIFEST);
        let temporary = self.temporary_path(&path);
        let mut file = self.create(&temporary)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(Error::disk("write", &temporary))?;
        self.rename(&temporary, &path)
    }

    /// Removes the journal, if there is one.
    pub(super) fn remove_journal(&self) -> Result<(), Error> {
        self.remove(&self.root.join(PUBLISH_JOURNAL))
    }

    /// Removes the staging folder with all that is in it. No symlink is followed.
    pub(super) fn clear_staging(&self) -> Result<(), Error> {
        let path = self.root.join(STAGING);
        let kind = match fs::symlink_metadata(&path) {
            Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(()),
            found => found.map_err(Error::disk("inspect", &path))?.file_type(),
        };
        self.step(&path)?;
        let removed = if kind.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(Error::disk("remove", path))
    }

    /// Writes the bytes of a single file next to its destination. A leftover of that name is deleted first, so that nothing
    /// is written through a symlink.
    pub(super) fn stage(&self, path: &SitePath, bytes: &[u8]) -> Result<(), Error> {
        let staged = self.temporary_path(&self.root.join(path.as_str()));
        self.create(&staged)?.write_all(bytes).map_err(Error::disk("write", staged))
    }

    /// Renames a single file that was staged next to its destination.
    pub(super) fn commit(&self, path: &SitePath) -> Result<(), Error> {
        let path = self.root.join(path.as_str());
        self.rename(&self.temporary_path(&path), &path)
    }

    /// Removes a single file that was staged next to its destination, if it exists.
    pub(super) fn discard(&self, path: &SitePath) -> Result<(), Error> {
        self.remove(&self.temporary_path(&self.root.join(path.as_str())))
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

    /// The temporary path next to a file. It depends on the path alone; the lock excludes other builds.
    fn temporary_path(&self, path: &Path) -> PathBuf {
        let within = path.strip_prefix(&self.root).unwrap_or(path);
        path.with_file_name(format!("{STAGED}{}", Digest::of(within.to_string_lossy().as_bytes()).hex(16)))
    }

    fn create_dir(&self, path: &Path) -> Result<(), Error> {
        self.step(path)?;
        fs::create_dir(path).map_err(Error::disk("create", path))
    }

    /// Creates an empty file and replaces a leftover. `create_new` does not follow a symlink that somebody put there.
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

    fn rename(&self, from: &Path, to: &Path) -> Result<(), Error> {
        self.step(to)?;
        fs::rename(from, to).map_err(Error::disk("write", to))
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

/// Whether a file or folder name of the output folder is one of those that a stopped build may leave.
pub(super) fn is_leftover(name: &str) -> bool {
    let is_digits = |rest: &str| rest.len() == 16 && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
    name == STAGING || name.strip_prefix(STAGED).is_some_and(is_digits)
}

/// Whether an operation on a folder failed for a reason other than that it is missing or not empty.
fn is_failure(source: &io::Error) -> bool {
    use io::ErrorKind::{DirectoryNotEmpty, NotADirectory, NotFound};
    !matches!(source.kind(), DirectoryNotEmpty | NotADirectory | NotFound)
}
