//! What is on disk in the output folder at the places that publishing needs.
//!
//! In: the output folder and the files of the old and the new site. Out: a [`FolderState`], which knows every folder above
//! those files and inspects single files on request. It reads the disk, changes nothing and follows no symlink.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::file_stat::FileStat;
use super::model::SiteFile;
use crate::digest::Digest;
use crate::error::Error;
use crate::path::SitePath;

/// What is at a path of the output folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    Missing,
    Folder,
    File,
    /// A symlink, a path beyond a symlink, a pipe or a device. chapbook writes none of these.
    Other,
}

/// The folders that the old and the new site use, with what is at their paths on disk.
#[derive(Debug)]
pub(super) struct FolderState<'a> {
    pub(super) root: PathBuf,
    kinds: BTreeMap<&'a str, EntryKind>,
}

impl<'a> FolderState<'a> {
    /// Inspects every folder above the given files.
    pub(super) fn above(root: &Path, files: impl Iterator<Item = &'a SitePath>) -> Result<Self, Error> {
        let folders = folders_above(files);
        let mut this = Self { root: root.to_owned(), kinds: BTreeMap::new() };
        // The set is sorted, so a parent is known before its children.
        for folder in folders {
            let kind = this.inspect(folder)?;
            this.kinds.insert(folder, kind);
        }
        Ok(this)
    }

    /// Whether a folder exists; `""` is the output folder itself.
    pub(super) fn has_folder(&self, folder: &str) -> bool {
        self.folder_kind(folder) == EntryKind::Folder
    }

    /// What is at the path of a folder that the old or the new site uses.
    pub(super) fn folder_kind(&self, folder: &str) -> EntryKind {
        if folder.is_empty() {
            EntryKind::Folder
        } else {
            self.kinds.get(folder).copied().unwrap_or(EntryKind::Missing)
        }
    }

    /// What is on disk at a path whose parent folder is known. A path beyond a symlink is never read.
    pub(super) fn inspect(&self, path: &str) -> Result<EntryKind, Error> {
        match self.folder_kind(parent(path)) {
            EntryKind::Folder => {}
            EntryKind::Missing | EntryKind::File => return Ok(EntryKind::Missing),
            EntryKind::Other => return Ok(EntryKind::Other),
        }
        let path = self.root.join(path);
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_dir() => Ok(EntryKind::Folder),
            Ok(metadata) if metadata.is_file() => Ok(EntryKind::File),
            Ok(_) => Ok(EntryKind::Other),
            Err(source) if matches!(source.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                Ok(EntryKind::Missing)
            }
            Err(source) => Err(Error::disk("inspect", path)(source)),
        }
    }

    /// The digest of a file on disk.
    pub(super) fn digest(&self, path: &SitePath) -> Result<Digest, Error> {
        let path = self.root.join(path.as_str());
        fs::read(&path).map(|bytes| Digest::of(&bytes)).map_err(Error::disk("read", path))
    }

    /// If the file on disk has the bytes of `file`: its metadata, read before the bytes were. `moment` is the time of the
    /// disk's clock before the call.
    pub(super) fn stat_if_same(
        &self,
        path: &SitePath,
        file: &SiteFile,
        moment: u64,
    ) -> Result<Option<FileStat>, Error> {
        let stat =
            FileStat::at(&self.root.join(path.as_str()), moment).filter(|stat| stat.length() == file.len() as u64);
        let Some(stat) = stat else { return Ok(None) };
        Ok((self.digest(path)? == file.digest).then_some(stat))
    }

    /// The refusal to replace what is at a path and was not written by chapbook.
    pub(super) fn occupied(&self, path: &str) -> Error {
        let path = self.root.join(path);
        let what = if path.is_symlink() { "is a symlink" } else { "was not written by chapbook" };
        Error::refused(
            format!("cannot replace `{}`: it {what}, and the site has a file of this name", path.display()),
            "move it out of the output folder, or rename the chapter or file of the book",
        )
    }

    /// The first entry of a folder, at any depth, that is not one of `ours`.
    pub(super) fn foreign_entry(&self, folder: &str, ours: &BTreeSet<&SitePath>) -> Result<Option<String>, Error> {
        let folder_path = self.root.join(folder);
        let entries = fs::read_dir(&folder_path).map_err(Error::disk("read", &folder_path))?;
        for entry in entries {
            let entry = entry.map_err(Error::disk("read", &folder_path))?;
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            let foreign = match entry.file_type().map_err(Error::disk("inspect", entry.path()))? {
                kind if kind.is_dir() && self.has_folder(&path) => self.foreign_entry(&path, ours)?,
                kind if kind.is_file() && ours.iter().any(|file| file.as_str() == path) => None,
                _ => Some(path),
            };
            if foreign.is_some() {
                return Ok(foreign);
            }
        }
        Ok(None)
    }
}

/// The folder of a path; `""` for the root.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folders above a path, nearest last, without the root.
pub(super) fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// All folders above some files. Fastest if the files of one folder are next to each other.
pub(super) fn folders_above<'a>(files: impl Iterator<Item = &'a SitePath>) -> BTreeSet<&'a str> {
    let mut folders = BTreeSet::new();
    let mut last = "";
    for folder in files.map(|path| parent(path.as_str())).filter(|folder| !folder.is_empty()) {
        if folder != last {
            folders.extend(ancestors(folder));
            folders.insert(folder);
            last = folder;
        }
    }
    folders
}
