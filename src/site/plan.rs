//! What publishing has to do: the site held against what lies in the folder. Reads the disk and changes nothing.
//!
//! In: the new site, the manifest of the one before, the folder. Out: a [`Plan`], or the refusal to touch a file that
//! is not ours.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::folder::is_reserved;
use super::manifest::{Manifest, Progress};
use super::model::{Site, SiteFile};
use super::stat_cache::{Look, StatCache};
use crate::error::Error;
use crate::path::SitePath;
use crate::source::Digest;

/// The steps from the folder as it is to the new site.
#[derive(Debug, Default)]
pub(super) struct Plan<'a> {
    /// Old files of ours that stand in the way of a new one; removed before anything is written.
    pub(super) cleared: Vec<&'a SitePath>,
    /// Folders to create, parents first.
    pub(super) folders: Vec<&'a str>,
    /// Files to write.
    pub(super) writes: Vec<(&'a SitePath, &'a SiteFile)>,
    /// Files that lie there already, byte for byte, and how the disk shows them.
    pub(super) unchanged: Vec<(&'a SitePath, &'a SiteFile, Look)>,
    /// Files of ours that the site has no more.
    pub(super) gone: Vec<&'a SitePath>,
    /// Files that the site has no more and that someone else has changed.
    pub(super) kept: Vec<&'a SitePath>,
    /// Folders of ours that may be empty now, children first.
    pub(super) emptied: Vec<&'a str>,
}

/// What stands at a place of the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Nothing,
    Folder,
    File,
    /// A symlink, something beyond one, a pipe, a device: never ours.
    Other,
}

/// What becomes of a file of the site.
enum Verdict {
    Unchanged(Look),
    Write,
    /// A folder stands there; only if nothing in it is someone else's can the file be written.
    Replace,
}

impl<'a> Plan<'a> {
    /// Holds a site against a folder.
    ///
    /// # Errors
    /// [`Error::Refused`] if a file or symlink that is not ours stands where the site needs the place.
    pub(super) fn new(
        site: &'a Site,
        old: &'a Manifest,
        folders: &Folders<'a>,
        record: &StatCache,
    ) -> Result<Self, Error> {
        let former = Former::find(site, old, folders)?;
        let mut plan = Self { kept: former.kept.clone(), ..Self::default() };
        let needed = folders_above(site.iter().map(|(path, _)| path));
        plan.plan_folders(&needed, folders, &former)?;
        plan.plan_files(site, &Judge { old, folders, former: &former, record })?;
        plan.gone = former.removable.iter().copied().filter(|path| !plan.cleared.contains(path)).collect();
        let left = folders_above(old.files().map(|(path, _)| path).filter(|path| site.get(path).is_none()));
        let is_emptied = |folder: &&str| folders.holds(folder) && !needed.contains(folder);
        plan.emptied = left.into_iter().rev().filter(is_emptied).collect();
        Ok(plan)
    }

    /// Whether carrying it out would change anything.
    pub(super) fn is_empty(&self) -> bool {
        self.cleared.is_empty() && self.writes.is_empty() && self.gone.is_empty() && self.emptied.is_empty()
    }

    fn plan_folders(
        &mut self,
        needed: &BTreeSet<&'a str>,
        folders: &Folders<'a>,
        former: &Former<'a>,
    ) -> Result<(), Error> {
        for folder in needed {
            match folders.at(folder) {
                Found::Folder => continue,
                Found::Nothing => {}
                Found::File => match former.removable.iter().find(|path| path.as_str() == *folder) {
                    Some(path) => self.cleared.push(path),
                    None => return Err(folders.in_the_way(folder)),
                },
                Found::Other => return Err(folders.in_the_way(folder)),
            }
            self.folders.push(folder);
        }
        Ok(())
    }

    fn plan_files(&mut self, site: &'a Site, judge: &Judge<'_, 'a>) -> Result<(), Error> {
        let files: Vec<_> = site.iter().collect();
        // Collected as they are, into room for all: of results alone nobody knows how many there will be.
        let verdicts: Vec<_> = files.par_iter().map(|(path, file)| judge.verdict(path, file)).collect();
        for ((path, file), verdict) in files.into_iter().zip(verdicts) {
            match verdict? {
                Verdict::Unchanged(look) => {
                    self.unchanged.push((path, file, look));
                    continue;
                }
                Verdict::Write => self.cleared.extend(judge.former.twin_of(path)),
                Verdict::Replace => self.cleared.extend(judge.former.below(path)),
            }
            self.writes.push((path, file));
        }
        Ok(())
    }
}

/// What it takes to know what becomes of a file.
struct Judge<'j, 'a> {
    old: &'j Manifest,
    folders: &'j Folders<'a>,
    former: &'j Former<'a>,
    record: &'j StatCache,
}

impl Judge<'_, '_> {
    fn verdict(&self, path: &SitePath, file: &SiteFile) -> Result<Verdict, Error> {
        match self.known(path, file) {
            Some(look) => Ok(Verdict::Unchanged(look)),
            None => self.found(path, file),
        }
    }

    /// A file that is known to lie there has a folder of ours above it, and no twin that could be it.
    fn known(&self, path: &SitePath, file: &SiteFile) -> Option<Look> {
        let owned = self.old.digests(path);
        if owned.is_empty() || self.former.twin_of(path).is_some() || !self.folders.holds(parent(path.as_str())) {
            return None;
        }
        // A look taken while the book was built, before the folder was locked, holds if nobody has published since: every
        // build changes the manifest before it touches a file.
        let is_certain =
            self.old.progress == Progress::Finished && owned.iter().all(|(_, digest)| *digest == file.digest);
        let root = &self.folders.root;
        let looked = || file.look_at(&root.join(path.as_str())).filter(|_| is_certain);
        looked().or_else(|| self.record.look(root, path, file.digest))
    }

    /// What a look at the disk says.
    fn found(&self, path: &SitePath, file: &SiteFile) -> Result<Verdict, Error> {
        let folders = self.folders;
        match folders.look(path.as_str())? {
            Found::Nothing => Ok(Verdict::Write),
            Found::Other => Err(folders.in_the_way(path.as_str())),
            Found::Folder => match folders.stranger(path.as_str(), &self.former.removable)? {
                None => Ok(Verdict::Replace),
                Some(stranger) => Err(folders.in_the_way(&stranger)),
            },
            Found::File => {
                // On a disk that ignores case the file found may be the twin, which is about to be removed.
                let twin = self.former.twin_of(path).map(|twin| self.old.digests(twin));
                match (folders.same(path, file, self.record.opened())?, twin) {
                    (Some(look), None) => Ok(Verdict::Unchanged(look)),
                    (Some(_), Some(_)) => Ok(Verdict::Write),
                    (None, _) if !self.old.digests(path).is_empty() => Ok(Verdict::Write),
                    (None, Some(digests)) if is_among(folders.digest(path)?, digests) => Ok(Verdict::Write),
                    (None, _) => Err(folders.in_the_way(path.as_str())),
                }
            }
        }
    }
}

/// The folders that the old site and the new one use, and what stands in their places.
#[derive(Debug)]
pub(super) struct Folders<'a> {
    root: PathBuf,
    found: BTreeMap<&'a str, Found>,
}

impl<'a> Folders<'a> {
    /// Looks at every folder above the given files.
    pub(super) fn above(root: &Path, files: impl Iterator<Item = &'a SitePath>) -> Result<Self, Error> {
        let folders = folders_above(files);
        let mut this = Self { root: root.to_owned(), found: BTreeMap::new() };
        // Sorted, so a parent is known before its children.
        for folder in folders {
            let found = this.look(folder)?;
            this.found.insert(folder, found);
        }
        Ok(this)
    }

    /// The folders that exist, parents first.
    pub(super) fn existing(&self) -> impl Iterator<Item = &'a str> {
        self.found.iter().filter(|(_, found)| **found == Found::Folder).map(|(folder, _)| *folder)
    }

    fn holds(&self, folder: &str) -> bool {
        self.at(folder) == Found::Folder
    }

    fn at(&self, folder: &str) -> Found {
        if folder.is_empty() { Found::Folder } else { self.found.get(folder).copied().unwrap_or(Found::Nothing) }
    }

    /// What stands at a path whose folder is known; nothing is ever looked at through a symlink.
    fn look(&self, path: &str) -> Result<Found, Error> {
        match self.at(parent(path)) {
            Found::Folder => {}
            Found::Nothing | Found::File => return Ok(Found::Nothing),
            Found::Other => return Ok(Found::Other),
        }
        let path = self.root.join(path);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => Ok(Found::Folder),
            Ok(found) if found.is_file() => Ok(Found::File),
            Ok(_) => Ok(Found::Other),
            Err(source) if matches!(source.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                Ok(Found::Nothing)
            }
            Err(source) => Err(Error::disk("look at", path)(source)),
        }
    }

    fn digest(&self, path: &SitePath) -> Result<Digest, Error> {
        let path = self.root.join(path.as_str());
        fs::read(&path).map(|bytes| Digest::of(&bytes)).map_err(Error::disk("read", path))
    }

    /// A look at a file that has the bytes of one of the site, taken before they were read.
    fn same(&self, path: &SitePath, file: &SiteFile, moment: u64) -> Result<Option<Look>, Error> {
        let place = self.root.join(path.as_str());
        let look = Look::at(&place, moment).filter(|look| look.length() == file.len() as u64);
        let Some(look) = look else { return Ok(None) };
        Ok((self.digest(path)? == file.digest).then_some(look))
    }

    fn in_the_way(&self, path: &str) -> Error {
        let path = self.root.join(path);
        let what = if path.is_symlink() { "is a symlink" } else { "was not written by chapbook" };
        Error::refused(
            format!("`{}` {what}, and the site needs its place", path.display()),
            "move it away, or give the chapter or file of the same name another one",
        )
    }

    /// The first thing in a folder that is not among `ours`.
    fn stranger(&self, folder: &str, ours: &BTreeSet<&SitePath>) -> Result<Option<String>, Error> {
        let shown = self.root.join(folder);
        let entries = fs::read_dir(&shown).map_err(Error::disk("read", &shown))?;
        for entry in entries {
            let entry = entry.map_err(Error::disk("read", &shown))?;
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            let stranger = match entry.file_type().map_err(Error::disk("look at", entry.path()))? {
                kind if kind.is_dir() && self.holds(&path) => self.stranger(&path, ours)?,
                kind if kind.is_file() && ours.iter().any(|file| file.as_str() == path) => None,
                _ => Some(path),
            };
            if stranger.is_some() {
                return Ok(stranger);
            }
        }
        Ok(None)
    }
}

/// The files of the old site that the new one has no more.
struct Former<'a> {
    /// Those with the bytes we gave them.
    removable: BTreeSet<&'a SitePath>,
    /// Those that someone else has changed.
    kept: Vec<&'a SitePath>,
    /// The removable ones by their name in lower case.
    folded: BTreeMap<String, &'a SitePath>,
}

impl<'a> Former<'a> {
    fn find(site: &Site, old: &'a Manifest, folders: &Folders<'a>) -> Result<Self, Error> {
        let candidates: Vec<_> = old.files().filter(|(path, _)| site.get(path).is_none()).collect();
        let keep = |(path, digests): &(&'a SitePath, &[(SitePath, Digest)])| match folders.look(path.as_str())? {
            Found::File if is_among(folders.digest(path)?, digests) => Ok(Some((*path, false))),
            Found::File | Found::Other => Ok(Some((*path, true))),
            Found::Nothing | Found::Folder => Ok(None),
        };
        let found = candidates.par_iter().map(keep).collect::<Result<Vec<_>, Error>>()?;
        let (kept, removable): (Vec<_>, Vec<_>) = found.into_iter().flatten().partition(|(_, kept)| *kept);
        let removable: BTreeSet<_> = removable.into_iter().map(|(path, _)| path).collect();
        let folded = removable.iter().map(|path| (path.as_str().to_lowercase(), *path)).collect();
        Ok(Self { removable, kept: kept.into_iter().map(|(path, _)| path).collect(), folded })
    }

    /// The old file that differs from a new one only in case, and is the same file on many disks.
    fn twin_of(&self, path: &SitePath) -> Option<&'a SitePath> {
        if self.folded.is_empty() { None } else { self.folded.get(&path.as_str().to_lowercase()).copied() }
    }

    fn below(&self, folder: &SitePath) -> impl Iterator<Item = &'a SitePath> {
        self.removable
            .iter()
            .copied()
            .filter(move |path| ancestors(path.as_str()).any(|above| above == folder.as_str()))
    }
}

/// Refuses a site that no folder could hold beside what is ours: hidden names of chapbook, a file that is also a folder.
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

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folders above a path, nearest last, without the root.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// All folders above some files, which cost least if files of one folder follow each other.
fn folders_above<'a>(files: impl Iterator<Item = &'a SitePath>) -> BTreeSet<&'a str> {
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
