//! What publishing has to do, found by comparing the site with the output folder. Reads the disk and changes nothing.
//!
//! In: the new site, the manifest of the previous one, the [`FolderState`]. Out: a [`Plan`], or an error that names the
//! file which publishing would overwrite although chapbook did not write it.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::file_stat::FileStat;
use super::folder_state::{EntryKind, FolderState, ancestors, folders_above, parent};
use super::manifest::{Manifest, Progress};
use super::model::{Site, SiteFile};
use super::output_folder::is_reserved;
use super::stat_cache::StatCache;
use crate::digest::Digest;
use crate::error::Error;
use crate::path::SitePath;

/// The steps that turn the folder's state into the new site, in the order in which they are taken.
#[derive(Debug, Default)]
pub(super) struct Plan<'a> {
    /// Old files of ours whose path is needed for a new file or folder; removed before anything is written.
    pub(super) obstructing: Vec<&'a SitePath>,
    /// Folders that are missing, parents first.
    pub(super) folders: Vec<&'a str>,
    /// Files to write.
    pub(super) writes: Vec<(&'a SitePath, &'a SiteFile)>,
    /// Files that are there already with the same bytes, and their metadata.
    pub(super) unchanged: Vec<(&'a SitePath, &'a SiteFile, FileStat)>,
    /// Files of the old site to remove.
    pub(super) removals: Vec<&'a SitePath>,
    /// Files of the old site that somebody else has changed since; they are left as they are.
    pub(super) kept: Vec<&'a SitePath>,
    /// Folders of the old site that may be empty afterwards, children first.
    pub(super) emptied: Vec<&'a str>,
}

/// What to do with a file of the site.
enum FileAction {
    /// Nothing: the bytes on disk are the same.
    Unchanged(FileStat),
    Write,
    /// Remove the folder at its path, which holds nothing but our files, and write it.
    ReplaceFolder,
}

impl<'a> Plan<'a> {
    /// Compares a site with the output folder.
    ///
    /// # Errors
    /// [`Error::Refused`] if a path of the site is taken by a symlink, or by a file that chapbook did not write.
    pub(super) fn new(
        site: &'a Site,
        old: &'a Manifest,
        folders: &FolderState<'a>,
        stat_cache: &StatCache,
    ) -> Result<Self, Error> {
        let stale = StaleFiles::find(|path| site.get(path).is_some(), old, folders)?;
        let mut plan = Self { kept: stale.modified.clone(), ..Self::default() };
        let needed = folders_above(site.iter().map(|(path, _)| path));
        plan.plan_folders(&needed, folders, &stale)?;
        plan.plan_files(site, &Comparison { old, folders, stale: &stale, stat_cache })?;
        plan.removals = stale.removable.iter().copied().filter(|path| !plan.obstructing.contains(path)).collect();
        let left = folders_above(old.files().map(|(path, _)| path).filter(|path| site.get(path).is_none()));
        let is_emptied = |folder: &&str| folders.has_folder(folder) && !needed.contains(folder);
        plan.emptied = left.into_iter().rev().filter(is_emptied).collect();
        Ok(plan)
    }

    /// Whether applying it would change nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.obstructing.is_empty() && self.writes.is_empty() && self.removals.is_empty() && self.emptied.is_empty()
    }

    fn plan_folders(
        &mut self,
        needed: &BTreeSet<&'a str>,
        folders: &FolderState<'a>,
        stale: &StaleFiles<'a>,
    ) -> Result<(), Error> {
        for folder in needed {
            match folders.folder_kind(folder) {
                EntryKind::Folder => continue,
                EntryKind::Missing => {}
                EntryKind::File => match stale.removable.iter().find(|path| path.as_str() == *folder) {
                    Some(path) => self.obstructing.push(path),
                    None => return Err(folders.occupied(folder)),
                },
                EntryKind::Other => return Err(folders.occupied(folder)),
            }
            self.folders.push(folder);
        }
        Ok(())
    }

    fn plan_files(&mut self, site: &'a Site, comparison: &Comparison<'_, 'a>) -> Result<(), Error> {
        let files: Vec<_> = site.iter().collect();
        // A `Vec` of results has a known length, so rayon fills it in place; a `Result` of a `Vec` has not.
        let actions: Vec<_> = files.par_iter().map(|(path, file)| comparison.action(path, file)).collect();
        for ((path, file), action) in files.into_iter().zip(actions) {
            match action? {
                FileAction::Unchanged(stat) => {
                    self.unchanged.push((path, file, stat));
                    continue;
                }
                FileAction::Write => self.obstructing.extend(comparison.stale.case_variant(path)),
                FileAction::ReplaceFolder => self.obstructing.extend(comparison.stale.below(path)),
            }
            self.writes.push((path, file));
        }
        Ok(())
    }
}

/// Decides what to do with each file of the site.
struct Comparison<'c, 'a> {
    old: &'c Manifest,
    folders: &'c FolderState<'a>,
    stale: &'c StaleFiles<'a>,
    stat_cache: &'c StatCache,
}

impl Comparison<'_, '_> {
    fn action(&self, path: &SitePath, file: &SiteFile) -> Result<FileAction, Error> {
        match self.known_unchanged(path, file) {
            Some(stat) => Ok(FileAction::Unchanged(stat)),
            None => self.action_from_disk(path, file),
        }
    }

    /// The metadata of a file that is unchanged by what the stat cache knows, without reading its bytes.
    fn known_unchanged(&self, path: &SitePath, file: &SiteFile) -> Option<FileStat> {
        let owned = self.old.digests(path);
        if owned.is_empty()
            || self.stale.case_variant(path).is_some()
            || !self.folders.has_folder(parent(path.as_str()))
        {
            return None;
        }
        // Metadata read during the build, before the folder was locked, is valid if no other build has published since.
        // Every build changes the manifest before it changes a file, so the manifest's digests show that.
        let is_certain =
            self.old.progress == Progress::Finished && owned.iter().all(|(_, digest)| *digest == file.digest);
        let root = &self.folders.root;
        let from_build = || file.stat_at(&root.join(path.as_str())).filter(|_| is_certain);
        from_build().or_else(|| self.stat_cache.stat(root, path, file.digest))
    }

    /// The action that follows from what is on disk, bytes included.
    fn action_from_disk(&self, path: &SitePath, file: &SiteFile) -> Result<FileAction, Error> {
        let folders = self.folders;
        match folders.inspect(path.as_str())? {
            EntryKind::Missing => Ok(FileAction::Write),
            EntryKind::Other => Err(folders.occupied(path.as_str())),
            EntryKind::Folder => match folders.foreign_entry(path.as_str(), &self.stale.removable)? {
                None => Ok(FileAction::ReplaceFolder),
                Some(foreign) => Err(folders.occupied(&foreign)),
            },
            EntryKind::File => {
                // On a case-insensitive file system this may be the old file whose path differs in case only, which is
                // about to be removed.
                let variant = self.stale.case_variant(path).map(|variant| self.old.digests(variant));
                match (folders.stat_if_same(path, file, self.stat_cache.opened())?, variant) {
                    (Some(stat), None) => Ok(FileAction::Unchanged(stat)),
                    (Some(_), Some(_)) => Ok(FileAction::Write),
                    (None, _) if !self.old.digests(path).is_empty() => Ok(FileAction::Write),
                    (None, Some(digests)) if is_among(folders.digest(path)?, digests) => Ok(FileAction::Write),
                    (None, _) => Err(folders.occupied(path.as_str())),
                }
            }
        }
    }
}

/// The files of the old site that the new one does not have.
pub(super) struct StaleFiles<'a> {
    /// Those that still have the bytes that chapbook wrote.
    pub(super) removable: BTreeSet<&'a SitePath>,
    /// Those that somebody else has changed.
    modified: Vec<&'a SitePath>,
    /// The removable ones by their path in lower case.
    by_lower_case: BTreeMap<String, &'a SitePath>,
}

/// Whether a stale file still has the bytes that chapbook wrote.
#[derive(Clone, Copy, PartialEq, Eq)]
enum StaleState {
    Removable,
    Modified,
}

impl<'a> StaleFiles<'a> {
    /// Finds them; `is_kept` says which paths the new site has too.
    pub(super) fn find(
        is_kept: impl Fn(&SitePath) -> bool,
        old: &'a Manifest,
        folders: &FolderState<'a>,
    ) -> Result<Self, Error> {
        let candidates: Vec<_> = old.files().filter(|(path, _)| !is_kept(path)).collect();
        let state = |(path, digests): &(&'a SitePath, &[(SitePath, Digest)])| match folders.inspect(path.as_str())? {
            EntryKind::File if is_among(folders.digest(path)?, digests) => Ok(Some((*path, StaleState::Removable))),
            EntryKind::File | EntryKind::Other => Ok(Some((*path, StaleState::Modified))),
            EntryKind::Missing | EntryKind::Folder => Ok(None),
        };
        let found: Vec<_> = candidates.par_iter().map(state).collect::<Result<_, Error>>()?;
        let found: Vec<_> = found.into_iter().flatten().collect();
        let of = |state| found.iter().filter(move |found| found.1 == state).map(|(path, _)| *path);
        let removable: BTreeSet<_> = of(StaleState::Removable).collect();
        let by_lower_case = removable.iter().map(|path| (path.as_str().to_lowercase(), *path)).collect();
        Ok(Self { modified: of(StaleState::Modified).collect(), removable, by_lower_case })
    }

    /// The stale file whose path differs from `path` in case only: one file on a case-insensitive file system.
    fn case_variant(&self, path: &SitePath) -> Option<&'a SitePath> {
        if self.by_lower_case.is_empty() {
            None
        } else {
            self.by_lower_case.get(&path.as_str().to_lowercase()).copied()
        }
    }

    /// The removable files below a folder.
    fn below(&self, folder: &SitePath) -> impl Iterator<Item = &'a SitePath> {
        self.removable
            .iter()
            .copied()
            .filter(move |path| ancestors(path.as_str()).any(|above| above == folder.as_str()))
    }
}

/// Checks that a site can be written to a folder.
///
/// # Errors
/// [`Error::Refused`] if a path has a reserved name, or is both a file and a folder of the site.
pub(super) fn check_names(site: &Site) -> Result<(), Error> {
    let is_file = |folder: &&str| SitePath::new(folder).is_some_and(|at| site.get(&at).is_some());
    let both: BTreeSet<&str> = folders_above(site.iter().map(|(path, _)| path)).into_iter().filter(is_file).collect();
    for (path, _) in site.iter() {
        let why = match path.as_str() {
            name if name.split('/').any(is_reserved) => "its name is reserved",
            name if !both.is_empty() && ancestors(name).any(|above| both.contains(above)) => {
                "a folder of its path is also a file of the site"
            }
            _ => continue,
        };
        return Err(Error::refused(format!("cannot publish `{path}`: {why}"), "give the file another name"));
    }
    Ok(())
}

fn is_among(digest: Digest, digests: &[(SitePath, Digest)]) -> bool {
    digests.iter().any(|(_, other)| *other == digest)
}
