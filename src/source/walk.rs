//! The only door to walkdir: which files of a folder belong to a book.
//!
//! Hidden files, back-ups and `node_modules` are left out; symbolic links are followed only where the book says so; what
//! is not a regular file is never opened, because reading a pipe would wait for ever.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fmt, io};

use walkdir::{DirEntry, WalkDir};

use super::allowed_roots::AllowedRoots;
use super::private::is_private;
use crate::path::ContentPath;

/// What a walk found.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// Regular files, sorted by path; two may have one path if their names differ only in Unicode form.
    pub(super) files: Vec<Found>,
    /// Folders that were looked into, the first is the root.
    pub(super) folders: Vec<PathBuf>,
    /// What was left out and should not be passed over in silence.
    pub(super) unusual: Vec<Unusual>,
}

/// A regular file.
#[derive(Debug)]
pub(super) struct Found {
    /// Where it is on disk.
    pub(super) disk: PathBuf,
    /// Its path inside the folder.
    pub(super) path: ContentPath,
}

/// Something that was left out.
#[derive(Debug)]
pub(super) struct Unusual {
    /// Its path inside the folder, readable even if it is not Unicode.
    pub(super) name: String,
    /// Why.
    pub(super) reason: Reason,
}

/// Why a file is left out. Its text is the end of a sentence that begins with the name of the file.
#[derive(Debug)]
pub(super) enum Reason {
    /// What is wrong with its name.
    Name(&'static str),
    /// It is in too many folders.
    TooDeep,
    /// What it is, if not a regular file.
    NotRegular(&'static str),
    /// What keeps it from being read.
    Unreadable(String),
    /// How large it is.
    TooLarge(String),
}

impl Reason {
    /// The error of reading a file.
    pub(super) fn of(error: &io::Error) -> Self {
        let why = reason(error);
        if error.kind() == io::ErrorKind::FileTooLarge { Self::TooLarge(why) } else { Self::Unreadable(why) }
    }

    /// What the author can do about it.
    pub(super) fn help(&self) -> &'static str {
        match self {
            Self::Name(_) => "give it a plain name",
            Self::TooDeep => "move it up",
            Self::NotRegular(_) => "put a regular file in its place",
            Self::Unreadable(_) => "allow reading it",
            Self::TooLarge(_) => "cut it into smaller files",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(why) | Self::NotRegular(why) => f.write_str(why),
            Self::TooDeep => write!(f, "lies deeper than {DEEPEST} folders"),
            Self::Unreadable(why) | Self::TooLarge(why) => write!(f, "cannot be read: {why}"),
        }
    }
}

/// The list of its own files that a published site keeps in its folder.
pub const SITE_MANIFEST: &str = ".chapbook-manifest";

/// How many folders lie in each other: contents are drawn as deep.
const DEEPEST: usize = 64;

/// What becomes of hidden files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hidden {
    /// They are left out.
    Skip,
    /// Empty ones stay: they hold nothing that is private, and mark a folder that is to be there.
    KeepEmpty,
}

/// Lists a folder's files. `leave_out` is asked for each file and folder by its place on disk and its path.
pub(super) fn walk(
    base: &Path,
    hidden: Hidden,
    reach: &AllowedRoots,
    leave_out: impl Fn(&Path, &ContentPath) -> bool,
) -> Walked {
    let mut walked = Walked { folders: vec![base.to_owned()], ..Walked::default() };
    let mut entries = WalkDir::new(base).min_depth(1).follow_links(reach.follows()).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        match entry {
            Ok(entry) => {
                if !walked.visit(base, &entry, (hidden, reach), &leave_out) && entry.file_type().is_dir() {
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
    /// Takes one entry in; `false` if it is left out, with all that lies in it.
    fn visit(
        &mut self,
        base: &Path,
        entry: &DirEntry,
        (hidden, reach): (Hidden, &AllowedRoots),
        leave_out: &impl Fn(&Path, &ContentPath) -> bool,
    ) -> bool {
        if is_private(entry.file_name()) && !(hidden == Hidden::KeepEmpty && is_empty_file(entry)) {
            return false;
        }
        let path = match content_path(base, entry.path()) {
            Ok(path) => path,
            Err(why) => return self.unusual(base, entry.path(), Reason::Name(why)),
        };
        if leave_out(entry.path(), &path) {
            return false;
        }
        let kind = entry.file_type();
        if kind.is_symlink() || (entry.path_is_symlink() && !reach.admits(entry.path())) {
            return self.unusual(base, entry.path(), Reason::NotRegular("is a symbolic link"));
        }
        if kind.is_dir() && path.as_str().matches('/').count() >= DEEPEST {
            return self.unusual(base, entry.path(), Reason::TooDeep);
        }
        if kind.is_dir() && entry.path().join(SITE_MANIFEST).exists() {
            // A site that was published here, by `--out` or under another configuration, is not content.
            return false;
        }
        if kind.is_dir() {
            self.folders.push(entry.path().to_owned());
        } else if kind.is_file() {
            self.files.push(Found { disk: entry.path().to_owned(), path });
        } else {
            return self.unusual(base, entry.path(), Reason::NotRegular("is a pipe, a socket or a device"));
        }
        true
    }

    fn unusual(&mut self, base: &Path, disk: &Path, reason: Reason) -> bool {
        let names = disk.strip_prefix(base).unwrap_or(disk).iter().map(OsStr::to_string_lossy);
        let name = names.collect::<Vec<_>>().join("/");
        self.unusual.push(Unusual { name, reason });
        false
    }

    fn unreadable(&mut self, base: &Path, error: &walkdir::Error) {
        let path = error.path().unwrap_or(base);
        if error.loop_ancestor().is_some() {
            self.unusual(base, path, Reason::NotRegular("is a symbolic link to a folder that it lies in"));
            return;
        }
        let why = error.io_error().map_or_else(|| error.to_string(), |error| error.kind().to_string());
        self.unusual(base, path, Reason::Unreadable(why));
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
        .ok_or("has a control character, one that turns the order of letters, or a back-slash in its name")
}

/// The system's reason without its number and in its own words where we gave them.
pub(super) fn reason(error: &io::Error) -> String {
    if error.raw_os_error().is_some() { error.kind().to_string() } else { error.to_string() }
}
