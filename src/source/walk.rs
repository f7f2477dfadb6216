//! Walks a folder with walkdir (the only user of the crate), and lists the files that belong to a book.
//!
//! Hidden files, backups and `node_modules` are left out. Symbolic links are followed only into the folders of `follow`.
//! Files that are not regular are never opened: reading a pipe could block for ever.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fmt, io};

use walkdir::{DirEntry, WalkDir};

use super::allowed_roots::AllowedRoots;
use super::private::is_private;
use crate::path::ContentPath;
use crate::path::generated::PUBLISH_MANIFEST;

/// The result of a walk.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// The regular files, sorted by path. Two have the same path if their names differ only in Unicode normalisation.
    pub(super) files: Vec<FoundFile>,
    /// The folders that were listed; the first is the root.
    pub(super) folders: Vec<PathBuf>,
    /// What was left out and is to be reported.
    pub(super) unusual: Vec<Unusual>,
}

/// A regular file.
#[derive(Debug)]
pub(super) struct FoundFile {
    /// Its path on disk.
    pub(super) disk: PathBuf,
    /// Its path inside the folder.
    pub(super) path: ContentPath,
}

/// A file or folder that was left out.
#[derive(Debug)]
pub(super) struct Unusual {
    /// Its path inside the folder; what is not Unicode is replaced.
    pub(super) name: String,
    /// Why.
    pub(super) reason: Reason,
}

/// Why a file is left out. It is displayed as the end of a sentence that begins with the name of the file.
#[derive(Debug)]
pub(super) enum Reason {
    /// Its name cannot be used; the text says why.
    Name(&'static str),
    /// It is nested in too many folders.
    TooDeep,
    /// It is not a regular file; the text says what it is.
    NotRegular(&'static str),
    /// It cannot be read, because of this error.
    Unreadable(String),
    /// It is larger than the limit that the text names.
    TooLarge(String),
}

impl Reason {
    /// The reason for an error of reading the file.
    pub(super) fn of(error: &io::Error) -> Self {
        let message = reason(error);
        if error.kind() == io::ErrorKind::FileTooLarge { Self::TooLarge(message) } else { Self::Unreadable(message) }
    }

    /// How to fix it.
    pub(super) fn help(&self) -> &'static str {
        match self {
            Self::Name(_) => "rename it",
            Self::TooDeep => "move it to a folder further up",
            Self::NotRegular(_) => "replace it with a regular file",
            Self::Unreadable(_) => "make it readable",
            Self::TooLarge(_) => "split it into smaller files",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(why) | Self::NotRegular(why) => f.write_str(why),
            Self::TooDeep => write!(f, "is nested more than {DEEPEST} folders deep"),
            Self::Unreadable(why) | Self::TooLarge(why) => write!(f, "cannot be read: {why}"),
        }
    }
}

/// The deepest nesting of folders. The table of contents is nested as deep.
const DEEPEST: usize = 64;

/// What to do with hidden files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hidden {
    /// Leave them out.
    Skip,
    /// Keep those that are empty: they contain nothing private, and `.gitkeep` or the like keeps a folder.
    KeepEmpty,
}

/// Lists the files of a folder. `is_excluded` gets the path on disk and the content path of each file and folder.
pub(super) fn walk(
    base: &Path,
    hidden: Hidden,
    roots: &AllowedRoots,
    is_excluded: impl Fn(&Path, &ContentPath) -> bool,
) -> Walked {
    let mut walked = Walked { folders: vec![base.to_owned()], ..Walked::default() };
    let mut entries =
        WalkDir::new(base).min_depth(1).follow_links(roots.follows_links()).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        match entry {
            Ok(entry) => {
                if !walked.visit(base, &entry, (hidden, roots), &is_excluded) && entry.file_type().is_dir() {
                    entries.skip_current_dir();
                }
            }
            Err(error) => walked.unreadable(base, &error),
        }
    }
    walked.files.sort_by(|a, b| (&a.path, &a.disk).cmp(&(&b.path, &b.disk)));
    walked
}

impl Walked {
    /// Adds an entry; `false` if it is left out, with everything in it.
    fn visit(
        &mut self,
        base: &Path,
        entry: &DirEntry,
        (hidden, roots): (Hidden, &AllowedRoots),
        is_excluded: &impl Fn(&Path, &ContentPath) -> bool,
    ) -> bool {
        if is_private(entry.file_name()) && !(hidden == Hidden::KeepEmpty && is_empty_file(entry)) {
            return false;
        }
        let path = match content_path(base, entry.path()) {
            Ok(path) => path,
            Err(why) => return self.leave_out(base, entry.path(), Reason::Name(why)),
        };
        if is_excluded(entry.path(), &path) {
            return false;
        }
        let kind = entry.file_type();
        if kind.is_symlink() || (entry.path_is_symlink() && !roots.allows_link(entry.path())) {
            return self.leave_out(base, entry.path(), Reason::NotRegular("is a symbolic link"));
        }
        if kind.is_dir() && path.as_str().matches('/').count() >= DEEPEST {
            return self.leave_out(base, entry.path(), Reason::TooDeep);
        }
        if kind.is_dir() && entry.path().join(PUBLISH_MANIFEST).exists() {
            // The folder is a published site, of `--out` or of another configuration.
            return false;
        }
        if kind.is_dir() {
            self.folders.push(entry.path().to_owned());
        } else if kind.is_file() {
            self.files.push(FoundFile { disk: entry.path().to_owned(), path });
        } else {
            return self.leave_out(base, entry.path(), Reason::NotRegular("is a pipe, a socket or a device"));
        }
        true
    }

    fn leave_out(&mut self, base: &Path, disk: &Path, reason: Reason) -> bool {
        let names = disk.strip_prefix(base).unwrap_or(disk).iter().map(OsStr::to_string_lossy);
        let name = names.collect::<Vec<_>>().join("/");
        self.unusual.push(Unusual { name, reason });
        false
    }

    fn unreadable(&mut self, base: &Path, error: &walkdir::Error) {
        let path = error.path().unwrap_or(base);
        if error.loop_ancestor().is_some() {
            self.leave_out(base, path, Reason::NotRegular("is a symbolic link to a folder that contains it"));
            return;
        }
        // Another program may also have removed the file since its folder was read.
        if error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound) {
            self.leave_out(base, path, Reason::NotRegular("is a symbolic link to a path that does not exist"));
            return;
        }
        let why = error.io_error().map_or_else(|| error.to_string(), |error| error.kind().to_string());
        self.leave_out(base, path, Reason::Unreadable(why));
    }
}

fn is_empty_file(entry: &DirEntry) -> bool {
    entry.file_type().is_file() && entry.metadata().is_ok_and(|metadata| metadata.len() == 0)
}

fn content_path(base: &Path, disk: &Path) -> Result<ContentPath, &'static str> {
    let relative = disk.strip_prefix(base).unwrap_or(disk);
    let segments: Option<Vec<&str>> = relative.iter().map(OsStr::to_str).collect();
    let segments = segments.ok_or("has a name that is not Unicode")?;
    ContentPath::resolve("", &segments.join("/"))
        .ok_or("has a control character, a bidirectional control character or a backslash in its name")
}

/// The message of an error, without the number that the system adds.
pub(super) fn reason(error: &io::Error) -> String {
    if error.raw_os_error().is_some() { error.kind().to_string() } else { error.to_string() }
}
