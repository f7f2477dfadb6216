//! Finishes a publication that was stopped, and rebuilds a damaged list of published files.
//!
//! In: the output folder. Out: a [`Recovery`]. A journal says that a publication was decided: what is still staged is put in
//! its place, what is stale is removed. Without a journal the folder holds the previous site, and staged files are removed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use rayon::prelude::*;

use super::disk::{Disk, is_leftover};
use super::file_stat::Seen;
use super::folder_state::{EntryKind, FolderState, folders_above};
use super::manifest::Manifest;
use super::output_folder::{lock, resolve_output};
use super::plan::StaleFiles;
use crate::config::Project;
use crate::digest::Digest;
use crate::error::Error;
use crate::path::SitePath;
use crate::path::generated::{PUBLISH_JOURNAL, PUBLISH_MANIFEST};

/// What was found in an output folder, and done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovery {
    /// No publication was stopped, or one that had not changed anything yet.
    Nothing,
    /// A publication was stopped while its files were renamed; this number of files was still to be put in place.
    Finished(usize),
    /// Files of a stopped publication are damaged: the folder holds files of two sites until the book is built again.
    Damaged,
    /// The list of published files was damaged: `files` of its lines can be read, `lost` cannot. Files on lost lines are no
    /// longer known to be chapbook's: they are never replaced or removed.
    Rebuilt {
        /// Lines that can be read.
        files: usize,
        /// Lines that cannot be read.
        lost: usize,
    },
}

/// Finishes a publication into a folder that was stopped, without reading the book.
///
/// # Errors
/// [`Error::Refused`] if nothing was ever published into `out`, if another build holds its lock, or if a place that the new
/// site needs is taken by a file that chapbook did not write; [`Error::Disk`] if a file cannot be read or written.
pub fn recover(out: &Path) -> Result<Recovery, Error> {
    let folder = fs::canonicalize(out).map_err(Error::disk("find", out))?;
    let entries = [PUBLISH_MANIFEST, PUBLISH_JOURNAL];
    if !entries.iter().any(|name| fs::symlink_metadata(folder.join(name)).is_ok()) && !has_leftover(&folder) {
        return Err(Error::refused(
            format!("cannot recover `{}`: chapbook did not publish into it", out.display()),
            "name the folder of a published site, such as `public`",
        ));
    }
    let _lock = lock(&folder)?;
    let disk = Disk::new(folder);
    if is_unreadable(disk.root()) { rebuild_manifest(&disk) } else { finish_stopped(&disk) }
}

/// As [`recover`], for the output folder of a book, which need not exist: what each command that publishes or previews does
/// first. It costs two looks at the folder if there is nothing to do.
///
/// # Errors
/// As [`recover`], but for a folder that nothing was published into.
pub fn recover_output(out: &Path, project: &Project) -> Result<Recovery, Error> {
    if fs::symlink_metadata(out.join(PUBLISH_JOURNAL)).is_err() {
        return Ok(Recovery::Nothing);
    }
    let folder = resolve_output(out, project)?;
    let _lock = lock(&folder)?;
    finish_stopped(&Disk::new(folder))
}

/// Finishes a publication that was decided and then stopped, or removes what one left that was not decided. The caller holds
/// the lock.
pub(super) fn finish_stopped(disk: &Disk) -> Result<Recovery, Error> {
    let Some(next) = Manifest::read_journal(disk.root())? else {
        return disk.clear_staging().map(|()| Recovery::Nothing);
    };
    let old = Manifest::read(disk.root())?.unwrap_or_default();
    let waiting: Vec<&SitePath> = paths(&next).filter(|path| is_file(&disk.staged(path.as_str()))).collect();
    if !waiting.par_iter().all(|path| is_intact(path, &next, disk)) {
        disk.write_manifest(&old.merged_with(&next).render())?;
        disk.remove_journal()?;
        return disk.clear_staging().map(|()| Recovery::Damaged);
    }
    remove_stale(&old, &next, &waiting, disk)?;
    place_waiting(&old, &next, &waiting, disk)?;
    disk.finish()?;
    Ok(Recovery::Finished(waiting.len()))
}

/// Removes the files that the new site does not have, and folders that are empty then.
fn remove_stale(old: &Manifest, next: &Manifest, waiting: &[&SitePath], disk: &Disk) -> Result<(), Error> {
    let folders = FolderState::above(disk.root(), paths(old))?;
    let stale = StaleFiles::find(|path| !next.digests(path).is_empty(), old, &folders)?;
    let waiting: BTreeSet<&SitePath> = waiting.iter().copied().collect();
    let placed = paths(next).filter(|path| !waiting.contains(path)).map(|path| (path.as_str().to_lowercase(), path));
    let placed: BTreeMap<String, &SitePath> = placed.collect();
    // On a case-insensitive file system a stale path may be that of a new file which is in its place already.
    let is_placed = |path: &SitePath| {
        placed.get(&path.as_str().to_lowercase()).is_some_and(|new| is_one_file(path, new, disk.root()))
    };
    stale.removable.iter().filter(|path| !is_placed(path)).try_for_each(|path| disk.remove_file(path))?;
    let needed = folders_above(paths(next));
    // Also of files that are gone already: their folders may have been left empty.
    let gone = paths(old).filter(|path| next.digests(path).is_empty());
    let emptied = folders_above(gone).into_iter().rev();
    emptied.filter(|folder| !needed.contains(folder)).try_for_each(|folder| disk.remove_folder(folder))
}

/// Puts staged files in their places. No file that chapbook did not write is replaced.
fn place_waiting(old: &Manifest, next: &Manifest, waiting: &[&SitePath], disk: &Disk) -> Result<(), Error> {
    let folders = FolderState::above(disk.root(), waiting.iter().copied())?;
    for folder in folders_above(waiting.iter().copied()) {
        match folders.folder_kind(folder) {
            EntryKind::Folder => {}
            EntryKind::Missing => disk.create_folder(folder)?,
            EntryKind::File | EntryKind::Other => return Err(folders.occupied(folder)),
        }
    }
    let folders = FolderState::above(disk.root(), waiting.iter().copied())?;
    for path in waiting {
        let is_ours = || Ok(!old.digests(path).is_empty() || next.has(path, folders.digest(path)?));
        match folders.inspect(path.as_str())? {
            EntryKind::Missing => {}
            EntryKind::File if is_ours()? => {}
            _ => return Err(folders.occupied(path.as_str())),
        }
        disk.place_file(path.as_str())?;
    }
    Ok(())
}

/// Replaces a damaged manifest or journal by what of them can be read.
fn rebuild_manifest(disk: &Disk) -> Result<Recovery, Error> {
    let (manifest, lost) = Manifest::salvage(disk.root(), PUBLISH_MANIFEST)?;
    let (journal, also_lost) = Manifest::salvage(disk.root(), PUBLISH_JOURNAL)?;
    let whole = manifest.merged_with(&journal);
    disk.write_manifest(&whole.render())?;
    disk.remove_journal()?;
    disk.clear_staging()?;
    Ok(Recovery::Rebuilt { files: whole.files().count(), lost: lost + also_lost })
}

/// Whether two paths are names of one file. Where files have no numbers, the answer is yes.
fn is_one_file(one: &SitePath, other: &SitePath, root: &Path) -> bool {
    let number = |path: &SitePath| Seen::at(&root.join(path.as_str())).map(|seen| seen.inode);
    number(one) == number(other)
}

fn is_unreadable(folder: &Path) -> bool {
    Manifest::read(folder).is_err() || Manifest::read_journal(folder).is_err()
}

fn has_leftover(folder: &Path) -> bool {
    let mut entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.any(|entry| is_leftover(&entry.file_name().to_string_lossy()))
}

/// Whether a staged file has the bytes that the new site has there.
fn is_intact(path: &SitePath, next: &Manifest, disk: &Disk) -> bool {
    fs::read(disk.staged(path.as_str())).is_ok_and(|bytes| next.has(path, Digest::of(&bytes)))
}

fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
}

fn paths(manifest: &Manifest) -> impl Iterator<Item = &SitePath> {
    manifest.files().map(|(path, _)| path)
}
