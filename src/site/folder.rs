//! Where a site may be published: the checks made before anything is touched, and the lock.
//!
//! In: the folder as it was asked for. Out: its real path, or a refusal that says what to do instead.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Component, Path, PathBuf};

use super::disk::is_staged;
use super::manifest::MANIFEST;
use crate::config::Project;
use crate::error::Error;
use crate::path::SitePath;

/// The lock's name in the output folder.
const LOCK: &str = ".chapbook-lock";

/// Finds where the output folder really is, whether or not it exists, and refuses it where it would lie in the book's way.
///
/// # Errors
/// [`Error::Refused`] if it is or holds the book's root, content or theme, lies inside the content, the theme or a folder
/// of git's or chapbook's own, or is no folder.
pub(super) fn locate(out: &Path, project: &Project) -> Result<PathBuf, Error> {
    let real = resolve(out)?;
    let root = resolve(&project.root)?;
    let content = resolve(&project.root.join(&project.config.source.dir))?;
    if is_written_inside(out, &project.root) && !real.starts_with(&root) {
        return Err(Error::refused(
            format!("`{}` leads out of the book by a symlink, to `{}`", out.display(), real.display()),
            format!("if that is where the site belongs, say so: `--out {}`", real.display()),
        ));
    }
    let holds = |folder: &Path| folder.starts_with(&real);
    if holds(&root) || holds(&content) {
        return Err(elsewhere(out, "holds the book itself"));
    }
    // A folder of Markdown without `chapbook.toml` is its own content; its output lies in it and is left out of the walk.
    if content != root && real.starts_with(&content) {
        return Err(elsewhere(out, "lies inside the book's content"));
    }
    let theme = resolve(&project.theme_dir())?;
    if theme != root && (real.starts_with(&theme) || holds(&theme)) {
        return Err(elsewhere(out, "is in the way of the book's theme"));
    }
    if let Some(own) = real.iter().find(|name| *name == ".git" || *name == ".chapbook") {
        return Err(elsewhere(out, &format!("lies in `{}`, which is not for pages", own.display())));
    }
    if fs::metadata(&real).is_ok_and(|found| !found.is_dir()) {
        return Err(elsewhere(out, "is not a folder"));
    }
    Ok(real)
}

/// Finds where a single file is to go: its folder, which exists, and its name there.
///
/// # Errors
/// [`Error::Refused`] if it lies inside the book's content, where the next build would read it, or if something other
/// than a file stands in its place; [`Error::Disk`] if its folder cannot be found.
pub(super) fn locate_file(out: &Path, project: &Project) -> Result<(PathBuf, SitePath), Error> {
    let content = resolve(&project.root.join(&project.config.source.dir))?;
    let real = resolve(out)?;
    let why = if real.starts_with(&content) {
        "it lies inside the book's content, where the next build would find it"
    } else if fs::metadata(&real).is_ok_and(|found| !found.is_file()) {
        "it is not a file"
    } else {
        let name = real.file_name().and_then(|name| name.to_str()).filter(|name| !is_reserved(name));
        if let (Some(parent), Some(name)) = (real.parent(), name.and_then(SitePath::new)) {
            return Ok((parent.to_owned(), name));
        }
        "its name cannot be used"
    };
    Err(Error::refused(format!("cannot write `{}`: {why}", out.display()), "name another file with `--out`"))
}

/// Refuses a folder that holds files and was never published into.
///
/// # Errors
/// [`Error::Refused`], naming the first two files.
pub(super) fn check_ours(folder: &Path) -> Result<(), Error> {
    // The names first: whoever writes files here writes the manifest before them.
    let names = strangers(folder)?;
    let manifest = folder.join(MANIFEST);
    if names.is_empty() || fs::symlink_metadata(&manifest).is_ok() {
        return Ok(());
    }
    let shown: Vec<String> = names.iter().take(2).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > 2 { format!(" and {} more", names.len() - 2) } else { String::new() };
    Err(Error::refused(
        format!("`{}` was not written by chapbook: it holds {}{more}", folder.display(), shown.join(", ")),
        "choose another folder with `--out`, or empty this one",
    ))
}

/// Takes the folder's lock, which is given back when the returned file is dropped or the process ends.
///
/// The file stays: removing it would let a third build lock a new file while a second one still waits on the old.
///
/// # Errors
/// [`Error::Refused`] if another build holds the lock.
pub(super) fn lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join(LOCK);
    if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_file()) {
        return Err(elsewhere(&path, "is not a regular file"));
    }
    let options = OpenOptions::new().write(true).create(true).truncate(false).clone();
    let file = options.open(&path).map_err(Error::disk("lock", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::refused(
            format!("another build is writing to `{}`", folder.display()),
            "wait until it has ended, or choose another folder with `--out`",
        )),
        // A few network file systems know no locks; there a build is still better than none.
        Err(TryLockError::Error(source)) if source.kind() == io::ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::Error(source)) => Err(Error::disk("lock", path)(source)),
    }
}

/// Whether a name at any depth is one that a site may not use.
#[must_use]
pub fn is_reserved(segment: &str) -> bool {
    const OURS: &str = ".chapbook-";
    let start = segment.get(..OURS.len()).unwrap_or_default();
    start.eq_ignore_ascii_case(OURS) || segment.eq_ignore_ascii_case(".git")
}

/// Whether a path lies in a folder by its names alone, links not looked at.
fn is_written_inside(path: &Path, folder: &Path) -> bool {
    let plain = |path: &Path| std::path::absolute(path).map(|path| without_dots(&path));
    plain(path).is_ok_and(|path| plain(folder).is_ok_and(|folder| path.starts_with(folder)))
}

fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

fn elsewhere(out: &Path, why: &str) -> Error {
    Error::refused(
        format!("cannot publish into `{}`: it {why}", out.display()),
        "choose another folder with `--out`, or `output.dir` in `chapbook.toml`",
    )
}

/// The path without symlinks; of what does not exist, the part that does is resolved.
fn resolve(path: &Path) -> Result<PathBuf, Error> {
    match fs::canonicalize(path) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => resolve_missing(path),
        result => result.map_err(Error::disk("find", path)),
    }
}

fn resolve_missing(path: &Path) -> Result<PathBuf, Error> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(elsewhere(path, "is a symlink that leads nowhere"));
    }
    let path = std::path::absolute(path).map_err(Error::disk("find", path))?;
    let Some(parent) = path.parent() else { return Ok(path) };
    let mut real = resolve(parent)?;
    match path.components().next_back() {
        Some(Component::ParentDir) => drop(real.pop()),
        Some(last) => real.push(last),
        None => {}
    }
    Ok(real)
}

/// What lies in the folder that neither we nor git put there, sorted.
fn strangers(folder: &Path) -> Result<Vec<String>, Error> {
    let entries = match fs::read_dir(folder) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        result => result.map_err(Error::disk("read", folder))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(Error::disk("read", folder))?.file_name().to_string_lossy().into_owned();
        // `.git` alone is a fresh work tree for a branch of pages, and nothing of it can be overwritten.
        if name != LOCK && name != ".git" && !is_staged(&name) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
