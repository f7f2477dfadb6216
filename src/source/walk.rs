//! Walks a folder with walkdir (the only user of the crate), and lists the files that belong to a book.
//!
//! Hidden files, backups and `node_modules` are left out. Symbolic links are followed where [`AllowedRoots`] lets them lead.
//! Files that are not regular are never opened: reading a pipe could block for ever.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use walkdir::{DirEntry, WalkDir};

use super::allowed_roots::AllowedRoots;
use super::link::{self, Allowing, LINKED_BYTES, LINKED_FILES, Link, LinkFault};
use super::private::{is_private_entry, shown_path};
use crate::path::ContentPath;
use crate::path::generated::PUBLISH_MANIFEST;

/// The result of a walk.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// The regular files, sorted by path. Two have the same path if their names differ only in Unicode normalisation.
    pub(super) files: Vec<FoundFile>,
    /// The folders that were listed; the first is the root. Then the links that lead to other links, and where they lead.
    pub(super) folders: Vec<PathBuf>,
    /// What was left out and is to be reported.
    pub(super) unusual: Vec<Unusual>,
}

/// A regular file.
#[derive(Debug)]
pub(super) struct FoundFile {
    /// Its path on disk, below the folder that was walked.
    pub(super) disk: PathBuf,
    /// The same without symbolic links, if there are any.
    pub(super) linked: Option<PathBuf>,
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
    /// It is a symbolic link that is not followed.
    Link(LinkFault),
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
    pub(super) fn help(&self, allowing: Allowing) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Name(_) => "rename it",
            Self::TooDeep => "move it to a folder further up",
            Self::Link(fault) => return Cow::Owned(fault.help(allowing)),
            Self::NotRegular(_) => "replace it with a regular file",
            Self::Unreadable(_) => "make it readable",
            Self::TooLarge(_) => "split it into smaller files",
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(why) | Self::NotRegular(why) => f.write_str(why),
            Self::Link(fault) => fault.fmt(f),
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

/// Lists the files of a folder. `is_excluded` gets the path on disk, without symbolic links, and the content path of each
/// file and folder.
pub(super) fn walk(
    base: &Path,
    hidden: Hidden,
    roots: &AllowedRoots,
    is_excluded: impl Fn(&Path, &ContentPath) -> bool,
) -> Walked {
    let walked = Walked { folders: vec![base.to_owned()], ..Walked::default() };
    let mut walk = Walk {
        hidden,
        roots,
        is_excluded,
        walked,
        passed: Vec::new(),
        files: LINKED_FILES,
        bytes: LINKED_BYTES,
        is_full: false,
    };
    walk.folder(&Folder { disk: base, linked: None, path: "" });
    let mut walked = walk.walked;
    walked.files.sort_by(|a, b| (&a.path, &a.disk).cmp(&(&b.path, &b.disk)));
    walked
}

/// A walk, while it lasts.
struct Walk<'a, F> {
    hidden: Hidden,
    roots: &'a AllowedRoots,
    is_excluded: F,
    walked: Walked,
    /// The folders with the links on the way to the folder that is being walked, without symbolic links.
    passed: Vec<PathBuf>,
    /// How many more files, and how many more bytes, may be found through links.
    files: usize,
    bytes: u64,
    /// Whether there were too many, which is reported once.
    is_full: bool,
}

/// A folder that is being walked.
struct Folder<'a> {
    disk: &'a Path,
    /// Where it is, if a symbolic link leads to it.
    linked: Option<&'a Path>,
    /// Its path inside the folder that the walk began with.
    path: &'a str,
}

impl Folder<'_> {
    /// The path of an entry relative to the folder.
    fn relative<'e>(&self, entry: &'e Path) -> &'e Path {
        entry.strip_prefix(self.disk).unwrap_or(entry)
    }

    /// The name of an entry in messages; what is not Unicode is replaced.
    fn name(&self, entry: &Path) -> String {
        let names = self.relative(entry).iter().map(OsStr::to_string_lossy);
        let above = Some(self.path.into()).filter(|path: &Cow<'_, str>| !path.is_empty());
        above.into_iter().chain(names).collect::<Vec<_>>().join("/")
    }

    /// The path of an entry on disk, without symbolic links.
    fn real(&self, entry: &Path) -> PathBuf {
        self.linked.map_or_else(|| entry.to_owned(), |linked| linked.join(self.relative(entry)))
    }
}

impl<F: Fn(&Path, &ContentPath) -> bool> Walk<'_, F> {
    fn folder(&mut self, folder: &Folder<'_>) {
        let mut entries = WalkDir::new(folder.disk).min_depth(1).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            match entry {
                Ok(entry) => {
                    if !self.visit(folder, &entry) && entry.file_type().is_dir() {
                        entries.skip_current_dir();
                    }
                }
                Err(error) => self.unreadable(folder, &error),
            }
        }
    }

    /// Adds an entry; `false` if it is left out, with everything in it.
    fn visit(&mut self, folder: &Folder<'_>, entry: &DirEntry) -> bool {
        if is_private_entry(entry.path()) && !(self.hidden == Hidden::KeepEmpty && is_empty_file(entry)) {
            return false;
        }
        let path = match content_path(&folder.name(entry.path()), folder.relative(entry.path())) {
            Ok(path) => path,
            Err(why) => return self.leave_out(folder, entry.path(), Reason::Name(why)),
        };
        let (kind, real) = (entry.file_type(), folder.real(entry.path()));
        if (self.is_excluded)(&real, &path) {
            return false;
        }
        if kind.is_symlink() {
            return self.link(folder, entry.path(), path);
        }
        if folder.linked.is_some() && !self.spend(&real) {
            return self.leave_out(folder, entry.path(), Reason::Link(LinkFault::TooMany));
        }
        if kind.is_dir() {
            return self.enter(folder, entry.path(), &path);
        }
        if !kind.is_file() {
            return self.leave_out(folder, entry.path(), Reason::NotRegular("is a pipe, a socket or a device"));
        }
        let linked = folder.linked.map(|_| real);
        self.walked.files.push(FoundFile { disk: entry.path().to_owned(), linked, path });
        true
    }

    /// Adds a folder; `false` if it is left out.
    fn enter(&mut self, folder: &Folder<'_>, disk: &Path, path: &ContentPath) -> bool {
        if path.as_str().matches('/').count() >= DEEPEST {
            return self.leave_out(folder, disk, Reason::TooDeep);
        }
        // A folder with this file is a published site, of `--out` or of another configuration.
        let is_content = !disk.join(PUBLISH_MANIFEST).exists();
        if is_content {
            self.walked.folders.push(disk.to_owned());
        }
        is_content
    }

    /// Adds what a symbolic link leads to; `false` if it is left out.
    fn link(&mut self, folder: &Folder<'_>, disk: &Path, path: ContentPath) -> bool {
        let Link { target, hops } = match link::follow(disk, self.roots) {
            Ok(link) => link,
            Err(fault) => return self.leave_out(folder, disk, Reason::Link(fault)),
        };
        if (self.is_excluded)(&target, &path) {
            return false;
        }
        if !self.spend(&target) {
            return self.leave_out(folder, disk, Reason::Link(LinkFault::TooMany));
        }
        self.walked.folders.extend(hops);
        if target.is_file() {
            self.walked.files.push(FoundFile { disk: disk.to_owned(), linked: Some(target), path });
            return true;
        }
        if !target.is_dir() {
            return self.leave_out(folder, disk, Reason::NotRegular("is a pipe, a socket or a device"));
        }
        self.linked_folder(folder, disk, (&target, &path))
    }

    /// Walks a folder that a symbolic link leads to; `false` if it is left out.
    fn linked_folder(&mut self, folder: &Folder<'_>, disk: &Path, (target, path): (&Path, &ContentPath)) -> bool {
        let place = folder.real(disk);
        if place.starts_with(target) || self.passed.iter().any(|passed| passed.starts_with(target)) {
            return self.leave_out(folder, disk, Reason::Link(LinkFault::Ancestor));
        }
        if !self.enter(folder, disk, path) {
            return false;
        }
        self.walked.folders.push(target.to_owned());
        self.passed.push(place);
        self.folder(&Folder { disk, linked: Some(target), path: path.as_str() });
        self.passed.pop();
        true
    }

    /// Counts a file or folder that was found through a link; `false` if there were too many.
    fn spend(&mut self, real: &Path) -> bool {
        let size = fs::metadata(real).ok().filter(fs::Metadata::is_file).map_or(0, |metadata| metadata.len());
        match (self.files.checked_sub(1), self.bytes.checked_sub(size)) {
            (Some(files), Some(bytes)) => {
                (self.files, self.bytes) = (files, bytes);
                true
            }
            _ => false,
        }
    }

    fn leave_out(&mut self, folder: &Folder<'_>, disk: &Path, reason: Reason) -> bool {
        // Of too many files, the first is named.
        let is_named = matches!(reason, Reason::Link(LinkFault::TooMany)) && std::mem::replace(&mut self.is_full, true);
        if !is_named {
            self.walked.unusual.push(Unusual { name: folder.name(disk), reason });
        }
        false
    }

    fn unreadable(&mut self, folder: &Folder<'_>, error: &walkdir::Error) {
        let path = error.path().unwrap_or(folder.disk);
        if error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound) {
            // Another program has removed it since its folder was read.
            return;
        }
        let why = error.io_error().map_or_else(|| error.to_string(), |error| error.kind().to_string());
        self.leave_out(folder, path, Reason::Unreadable(why));
    }
}

fn is_empty_file(entry: &DirEntry) -> bool {
    entry.file_type().is_file() && entry.metadata().is_ok_and(|metadata| metadata.len() == 0)
}

/// The content path of an entry. `name` is the same as `relative` in a folder, with replacements for what is not Unicode.
fn content_path(name: &str, relative: &Path) -> Result<ContentPath, &'static str> {
    if relative.to_str().is_none() {
        return Err("has a name that is not Unicode");
    }
    ContentPath::resolve("", &shown_path(name))
        .ok_or("has a control character, a bidirectional control character or a backslash in its name")
}

/// The message of an error, without the number that the system adds.
pub(super) fn reason(error: &io::Error) -> String {
    if error.raw_os_error().is_some() { error.kind().to_string() } else { error.to_string() }
}
