//! Writes a [`Site`] into a folder. Only files that chapbook wrote are ever replaced or deleted.
//!
//! In: the site, the output folder, the [`Project`]. Out: [`Published`], counts of what was written.
//!
//! The steps are ordered so that a build may be stopped at any of them, and the folder holds one whole site or the other:
//! 1. All new files are written into a staging folder: a full disk is noticed before anything has changed.
//! 2. The journal is put in place, which is the manifest of the new site. This decides the publication: the next command
//!    finishes it if this one is stopped ([`super::recover`]).
//! 3. The staged files are renamed to their places, new folders as a whole, and nothing else is done in between.
//! 4. Old files that the new site does not have are deleted.
//! 5. The journal becomes the manifest.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use rayon::prelude::*;

use super::disk::Disk;
use super::file_stat::{FileStat, Seen};
use super::folder_state::{FolderState, ancestors, folders_above, parent};
use super::manifest::Manifest;
use super::model::{Role, Site, SiteFile};
use super::output_folder::{check_owned, lock, resolve_output};
use super::plan::{Plan, check_names};
use super::recovery::finish_stopped;
use super::stat_cache::StatCache;
use crate::config::Project;
use crate::error::Error;
use crate::path::SitePath;
use crate::path::generated::PUBLISH_MANIFEST;

/// Assets come before pages, because a visible page needs its style sheet; sitemap and feed come last, because they list
/// the pages.
const ORDER: [Role; 3] = [Role::Asset, Role::Page, Role::Meta];

/// What [`publish`] did: numbers of files and bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Published {
    /// Files that were written because they are new or their bytes differ.
    pub written: usize,
    /// Files that were there already with the same bytes.
    pub unchanged: usize,
    /// Files of the previous site that were deleted.
    pub removed: usize,
    /// Pages of the previous site that were deleted: their addresses lead nowhere now.
    pub gone: Vec<String>,
    /// Paths of the previous site that the new one does not have; kept, because somebody else has changed the files.
    pub kept: Vec<String>,
    /// Bytes of all files of the site.
    pub bytes: u64,
}

/// Writes a site into the folder `out`, which is created if it does not exist.
///
/// Files with the same bytes are not written again and keep their dates. Files that chapbook did not write stay.
///
/// ```
/// use chapbook::config::Project;
/// use chapbook::diagnostic::Report;
/// use chapbook::path::SitePath;
/// use chapbook::site::{Role, Site, publish};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let book = tempfile::tempdir()?;
/// let project = Project::open(book.path(), &mut Report::default())?;
/// let mut site = Site::default();
/// let path = SitePath::new("index.html").ok_or("not a path of a site")?;
/// site.insert(path, Role::Page, *b"<h1>Hello</h1>").map_err(|taken| taken.to_string())?;
///
/// let out = book.path().join("public");
/// assert_eq!(publish(&site, &out, &project)?.written, 1);
/// assert_eq!(std::fs::read(out.join("index.html"))?, b"<h1>Hello</h1>");
/// assert_eq!(publish(&site, &out, &project)?.unchanged, 1);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`Error::Refused`] if `out` holds files and was never published into; if it is, contains or is inside the content or
/// the theme of `project`; if another build holds its lock; or if the path of a file is taken by a symlink or a file that
/// chapbook did not write. [`Error::Disk`] if a file cannot be written. The previous site is complete then.
pub fn publish(site: &Site, out: &Path, project: &Project) -> Result<Published, Error> {
    publish_after(site, out, project, &mut StatCache::default())
}

/// Like [`publish`], but does not read files that `stat_cache` knows to be unchanged since an earlier publish. Afterwards
/// `stat_cache` describes the files of this one.
///
/// # Errors
/// As [`publish`].
pub fn publish_after(
    site: &Site,
    out: &Path,
    project: &Project,
    stat_cache: &mut StatCache,
) -> Result<Published, Error> {
    check_names(site)?;
    let folder = resolve_output(out, project)?;
    check_owned(&folder)?;
    fs::create_dir_all(&folder).map_err(Error::disk("create", &folder))?;
    let _lock = lock(&folder)?;
    // Again: another build may have written here before this one got the lock.
    check_owned(&folder)?;
    let disk = Disk::new(folder);
    let (published, stats) = update_after(site, &disk, stat_cache)?;
    *stat_cache = stats;
    Ok(published)
}

/// Turns the folder into the site without the checks of [`publish`], as tests of stopped builds need it.
#[cfg(test)]
pub(super) fn update(site: &Site, disk: &Disk) -> Result<Published, Error> {
    Ok(update_after(site, disk, &StatCache::default())?.0)
}

fn update_after(site: &Site, disk: &Disk, stat_cache: &StatCache) -> Result<(Published, StatCache), Error> {
    finish_stopped(disk)?;
    let old = Manifest::read(disk.root())?.unwrap_or_default();
    let new = Manifest::of(site);
    let owned = old.files().map(|(path, _)| path);
    let folders = FolderState::above(disk.root(), owned.chain(site.iter().map(|(path, _)| path)))?;
    let plan = Plan::new(site, &old, &folders, stat_cache)?;
    if !plan.is_empty() || old != new {
        decide(&plan, &new, disk)?;
        place(&plan, disk)?;
        disk.finish()?;
    }
    let deleted = plan.obstructing.iter().chain(&plan.removals);
    let published = Published {
        gone: deleted.map(ToString::to_string).filter(|path| is_page(path)).collect(),
        written: plan.writes.len(),
        unchanged: plan.unchanged.len(),
        removed: plan.obstructing.len() + plan.removals.len(),
        kept: plan.kept.iter().map(ToString::to_string).collect(),
        bytes: site.iter().map(|(_, file)| file.len() as u64).sum(),
    };
    Ok((published, stats_of(plan, disk.root())))
}

/// Whether a path of the site is that of a page.
fn is_page(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "html")
}

/// The stat cache of a site that has just been published. Unchanged files keep the metadata read when they were compared:
/// if somebody has changed one since, the next build notices.
fn stats_of(plan: Plan<'_>, root: &Path) -> StatCache {
    // The manifest was renamed after all other files, and its date comes from the clock of the same disk.
    let moment = Seen::at(&root.join(PUBLISH_MANIFEST)).map_or(0, |stat| stat.latest());
    let stat = |(path, file)| Some((path, file, FileStat::at(&root.join(SitePath::as_str(path)), moment)?));
    let mut files = plan.unchanged;
    files.par_extend(plan.writes.into_par_iter().filter_map(stat));
    files.sort_by(|one, other| one.0.cmp(other.0));
    StatCache::of(root, files.into_iter())
}

/// Writes all new files into the staging folder, then the journal. On an error nothing of it is left.
fn decide(plan: &Plan<'_>, new: &Manifest, disk: &Disk) -> Result<(), Error> {
    let decided =
        check_writable(plan, disk).and_then(|()| stage(plan, disk)).and_then(|()| disk.write_journal(&new.render()));
    if decided.is_err() {
        // The error of writing is more useful than one of cleaning up, and the next build cleans up again.
        let _ = disk.clear_staging();
    }
    decided
}

/// Checks that the folders in which files will be renamed or removed can be changed: after the journal it would be too late.
#[cfg(unix)]
fn check_writable(plan: &Plan<'_>, disk: &Disk) -> Result<(), Error> {
    use rustix::fs::{Access, access};
    let missing: BTreeSet<&str> = plan.folders.iter().copied().collect();
    let removed = plan.removals.iter().chain(&plan.obstructing).copied();
    let changed = plan.writes.iter().map(|(path, _)| *path).chain(removed).map(SitePath::as_str);
    // A new folder is renamed into the nearest folder that exists.
    let nearest = |path| std::iter::successors(Some(parent(path)), |folder| Some(parent(folder)));
    let folders: BTreeSet<_> = changed.filter_map(|path| nearest(path).find(|it| !missing.contains(it))).collect();
    for folder in folders {
        let path = disk.root().join(folder);
        let writable = access(&path, Access::WRITE_OK | Access::EXEC_OK);
        writable.map_err(|source| Error::disk("write into", path)(source.into()))?;
    }
    Ok(())
}

/// Elsewhere folders have no permissions that keep files in them from being renamed.
#[cfg(not(unix))]
fn check_writable(_: &Plan<'_>, _: &Disk) -> Result<(), Error> {
    Ok(())
}

fn stage(plan: &Plan<'_>, disk: &Disk) -> Result<(), Error> {
    disk.stage_folder("")?;
    folders_above(plan.writes.iter().map(|(path, _)| *path)).iter().try_for_each(|folder| disk.stage_folder(folder))?;
    let stage = |buffer: &mut Vec<u8>, (path, file): &(&SitePath, &SiteFile)| disk.stage_file(path, file, buffer);
    plan.writes.par_iter().try_for_each_init(Vec::new, stage)
}

/// What one rename puts in its place.
enum Staged<'a> {
    File(&'a SitePath),
    /// A folder that is new, with all its files.
    Folder(&'a str),
}

fn place(plan: &Plan<'_>, disk: &Disk) -> Result<(), Error> {
    // Also without an obstructing file: an empty folder may be where a file must be written.
    remove(&plan.obstructing, plan, disk)?;
    for staged in in_order(plan) {
        staged.par_iter().try_for_each(|staged| match staged {
            Staged::File(path) => disk.place_file(path.as_str()),
            Staged::Folder(folder) => disk.place_folder(folder),
        })?;
    }
    remove(&plan.removals, plan, disk)
}

/// The renames, by [`ORDER`]. A new folder comes when the first of its files does.
fn in_order<'a>(plan: &Plan<'a>) -> [Vec<Staged<'a>>; ORDER.len()] {
    let missing: BTreeSet<&str> = plan.folders.iter().copied().collect();
    let mut renames: [Vec<Staged<'a>>; ORDER.len()] = Default::default();
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    for (path, file) in &plan.writes {
        let turn = ORDER.iter().position(|role| *role == file.role).unwrap_or_default();
        match ancestors(path.as_str()).find(|folder| missing.contains(folder)) {
            Some(folder) => {
                let first = folders.entry(folder).or_insert(turn);
                *first = turn.min(*first);
            }
            None => renames.get_mut(turn).into_iter().for_each(|list| list.push(Staged::File(path))),
        }
    }
    for (folder, turn) in folders {
        renames.get_mut(turn).into_iter().for_each(|list| list.push(Staged::Folder(folder)));
    }
    renames
}

/// Removes files, and those folders of the plan that are empty afterwards.
fn remove(files: &[&SitePath], plan: &Plan<'_>, disk: &Disk) -> Result<(), Error> {
    files.par_iter().try_for_each(|path| disk.remove_file(path))?;
    plan.emptied.iter().try_for_each(|folder| disk.remove_folder(folder))
}
