//! The folders that entries are kept in: the user's cache folder, and a folder that one build at a time has open.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The file whose lock says that a build has the folder open.
pub(super) const LOCK: &str = "lock";
/// A file that is created only to read the clock of the disk.
const CLOCK: &str = "clock";

/// The folder where chapbook keeps what it can compute again, for this user: `chapbook` in `$XDG_CACHE_HOME`,
/// `%LOCALAPPDATA%` (Windows), `~/Library/Caches` (macOS) or `~/.cache`. `None` if the system names no such folder;
/// relative names are ignored, as the XDG specification requires. The folder need not exist.
///
/// ```
/// if let Some(folder) = chapbook::memo::user_cache_dir() {
///     assert!(folder.is_absolute() && folder.ends_with("chapbook"));
/// }
/// ```
#[must_use]
pub fn user_cache_dir() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = variable("XDG_CACHE_HOME").or_else(|| match std::env::consts::OS {
        "windows" => variable("LOCALAPPDATA"),
        "macos" => variable("HOME").map(|home| home.join("Library/Caches")),
        _ => variable("HOME").map(|home| home.join(".cache")),
    });
    Some(caches?.join("chapbook"))
}

/// A folder of entries that no other build has open.
#[derive(Debug)]
pub(super) struct LockedFolder {
    pub(super) path: PathBuf,
    /// When it was opened, by the clock of its disk, in nanoseconds since 1970.
    pub(super) opened: u64,
    /// Held for the lock; the system releases it when the program ends, however it ends.
    _lock: File,
}

impl LockedFolder {
    /// Creates and locks a folder. `None` if another build has it open, if it cannot be written, or if one of `files`
    /// would be written through a link: the folder may have come with a book.
    pub(super) fn open(path: PathBuf, files: &[&str]) -> Option<Self> {
        if files.iter().chain([&LOCK]).any(|name| is_redirected(&path.join(name))) {
            return None;
        }
        fs::create_dir_all(&path).ok()?;
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(path.join(LOCK)).ok()?;
        lock.try_lock().ok()?;
        Some(Self { opened: disk_time(&path)?, path, _lock: lock })
    }
}

/// Whether a file, or one of the three folders above it that are ours, is a link or no plain file.
fn is_redirected(file: &Path) -> bool {
    let stat = |path: &Path| fs::symlink_metadata(path).ok();
    let is_odd_folder = |folder: &Path| stat(folder).is_some_and(|stat| !stat.is_dir());
    stat(file).is_some_and(|stat| !stat.is_file()) || file.ancestors().skip(1).take(3).any(is_odd_folder)
}

/// The time of the disk's own clock, which can differ from the system's: that of a file created now.
fn disk_time(folder: &Path) -> Option<u64> {
    let path = folder.join(CLOCK);
    // Whatever is there is removed, never written through.
    let _ = fs::remove_file(&path);
    let file = OpenOptions::new().write(true).create_new(true).open(&path).ok()?;
    let time = file.metadata().ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let _ = fs::remove_file(&path);
    u64::try_from(time.as_nanos()).ok()
}
