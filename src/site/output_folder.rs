//! The output folder: checks before anything is written to it, and its lock.
//!
//! In: the path that the user gave. Out: its real path, or an error that says which path to give instead.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Component, Path, PathBuf};

use super::disk::is_leftover;
use crate::config::Project;
use crate::diagnostic::typed;
use crate::error::Error;
use crate::path::SitePath;
use crate::path::generated::{EXPORT_MARK, PUBLISH_MANIFEST};
use crate::source::link_on_path;

/// The name of the lock file in the output folder.
const LOCK: &str = ".chapbook-lock";

/// Whether chapbook has published something into a folder.
#[must_use]
pub fn is_published(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join(PUBLISH_MANIFEST)).is_ok_and(|found| found.is_file())
}

/// The real path of the output folder, which need not exist.
///
/// # Errors
/// [`Error::Refused`] if a symbolic link of the book leads to it; if the folder is or contains the book's root, content or
/// theme; is inside the content, the theme, `.git` or `.chapbook`; or is not a folder.
pub(super) fn resolve_output(out: &Path, project: &Project) -> Result<PathBuf, Error> {
    let real = real_path(out)?;
    let root = real_path(&project.root)?;
    let content = real_path(&project.root.join(&project.config.source.dir))?;
    if let Some(link) = link_on_path(out, &project.root) {
        return Err(Error::refused(
            format!("cannot publish into `{}`: {}", out.display(), link_of_the_book(&link, out, &real)),
            format!("to publish there, name that folder: `--out {}`; or remove the link", typed(&real)),
        ));
    }
    let holds = |folder: &Path| folder.starts_with(&real);
    if holds(&root) || holds(&content) {
        return Err(unsuitable(out, "contains the book itself"));
    }
    // In a folder of Markdown without `chapbook.toml` the root is the content; the walk skips the output folder there.
    if content != root && real.starts_with(&content) {
        return Err(unsuitable(out, "is inside the book's content"));
    }
    let theme = real_path(&project.theme_dir())?;
    if theme != root && (real.starts_with(&theme) || holds(&theme)) {
        return Err(unsuitable(out, "is, contains or is inside the book's theme folder"));
    }
    if let Some(own) = real.iter().find(|name| *name == ".git" || *name == ".chapbook") {
        return Err(unsuitable(out, &format!("is inside `{}`, which is reserved", own.display())));
    }
    if fs::metadata(&real).is_ok_and(|found| !found.is_dir()) {
        return Err(unsuitable(out, "is not a folder"));
    }
    Ok(real)
}

/// The real folder of a single output file, which exists, and the file's name.
///
/// # Errors
/// [`Error::Refused`] if a symbolic link of the book leads to it; if the file is inside the book's content, where the next build would read it, or if the path is
/// something other than a file; [`Error::Disk`] if the folder cannot be found.
pub(super) fn resolve_output_file(out: &Path, project: &Project) -> Result<(PathBuf, SitePath), Error> {
    let content = real_path(&project.root.join(&project.config.source.dir))?;
    let real = real_path(out)?;
    if let Some(link) = link_on_path(out, &project.root) {
        return Err(Error::refused(
            format!("cannot write `{}`: {}", out.display(), link_of_the_book(&link, out, &real)),
            format!("to write there, name that file: `--out {}`; or remove the link", typed(&real)),
        ));
    }
    let why = if real.starts_with(&content) {
        "it is inside the book's content, and the next build would read it"
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

/// Checks that the folder is empty or was published into before.
///
/// # Errors
/// [`Error::Refused`] if it has files and no manifest; the message names the first two.
pub(super) fn check_owned(folder: &Path) -> Result<(), Error> {
    // Names are read before the manifest: another build writes the manifest first, then its files.
    let names = foreign_entries(folder)?;
    let manifest = folder.join(PUBLISH_MANIFEST);
    if names.is_empty() || fs::symlink_metadata(&manifest).is_ok() {
        return Ok(());
    }
    let shown: Vec<String> = names.iter().take(2).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > 2 { format!(" and {} more", names.len() - 2) } else { String::new() };
    Err(Error::refused(
        format!(
            "cannot publish into `{}`: it has files that chapbook did not write: {}{more}",
            folder.display(),
            shown.join(", ")
        ),
        "choose another folder with `--out`, or empty this one",
    ))
}

/// Locks the folder until the returned file is dropped or the process ends.
///
/// The lock file is never deleted: a third build could then lock a new file while a second one waits for the old.
///
/// # Errors
/// [`Error::Refused`] if another build holds the lock.
pub(super) fn lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join(LOCK);
    if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_file()) {
        return Err(unsuitable(&path, "is not a regular file"));
    }
    let options = OpenOptions::new().write(true).create(true).truncate(false).clone();
    let file = options.open(&path).map_err(Error::disk("lock", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::refused(
            format!("another build is writing to `{}`", folder.display()),
            "wait until it has finished, or choose another folder with `--out`",
        )),
        // Some network file systems have no locks. Building without one is better than not building.
        Err(TryLockError::Error(source)) if source.kind() == io::ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::Error(source)) => Err(Error::disk("lock", path)(source)),
    }
}

/// Whether a file or folder name is reserved, at any depth of a site: `.git`, and names that begin with `.chapbook-`.
///
/// ```
/// use chapbook::site::is_reserved;
///
/// assert!(is_reserved(".chapbook-manifest") && is_reserved(".GIT"));
/// assert!(!is_reserved("chapbook.html"));
/// ```
#[must_use]
pub fn is_reserved(segment: &str) -> bool {
    const OURS: &str = ".chapbook-";
    let start = segment.get(..OURS.len()).unwrap_or_default();
    start.eq_ignore_ascii_case(OURS) || segment.eq_ignore_ascii_case(".git")
}

/// Why nothing is written to a path on which there is a symbolic link of the book.
fn link_of_the_book(link: &Path, out: &Path, real: &Path) -> String {
    let name = link.file_name().unwrap_or_default().display();
    let what = if out.file_name() == link.file_name() { "it".to_owned() } else { format!("`{name}` on its path") };
    format!("{what} is a symlink to `{}`, and a link of a book may lead to any file of yours", real.display())
}

fn unsuitable(out: &Path, why: &str) -> Error {
    Error::refused(
        format!("cannot publish into `{}`: it {why}", out.display()),
        "choose another folder with `--out`, or `output.dir` in `chapbook.toml`",
    )
}

/// The path without symlinks. If it does not exist, the part that exists is resolved and the rest is appended.
fn real_path(path: &Path) -> Result<PathBuf, Error> {
    match fs::canonicalize(path) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => real_path_of_missing(path),
        result => result.map_err(Error::disk("find", path)),
    }
}

fn real_path_of_missing(path: &Path) -> Result<PathBuf, Error> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(unsuitable(path, "is a symlink to a path that does not exist"));
    }
    let path = std::path::absolute(path).map_err(Error::disk("find", path))?;
    let Some(parent) = path.parent() else { return Ok(path) };
    let mut real = real_path(parent)?;
    match path.components().next_back() {
        Some(Component::ParentDir) => drop(real.pop()),
        Some(last) => real.push(last),
        None => {}
    }
    Ok(real)
}

/// The names in the folder that neither chapbook nor git put there, sorted.
fn foreign_entries(folder: &Path) -> Result<Vec<String>, Error> {
    let entries = match fs::read_dir(folder) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        result => result.map_err(Error::disk("read", folder))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(Error::disk("read", folder))?.file_name().to_string_lossy().into_owned();
        // A folder with `.git` alone is a new worktree for a branch of pages. A site cannot overwrite `.git`.
        if name != LOCK && name != EXPORT_MARK && name != ".git" && !is_leftover(&name) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
