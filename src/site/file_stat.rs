//! [`Seen`] and [`FileStat`]: the metadata that shows whether a file has changed.

use std::fs::{self, Metadata};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Dates that are newer than this when they are read are not trusted: clocks of disks have a resolution of up to 10 ms.
pub(super) const TICK: Duration = Duration::from_millis(20);

/// The metadata of a file or folder that shows whether it has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    pub(super) length: u64,
    /// Nanoseconds since 1970.
    pub(super) modified: u64,
    /// When contents or metadata last changed (`ctime`), in nanoseconds since 1970; 0 on systems without it.
    pub(super) changed: u64,
    pub(super) inode: u64,
}

/// The metadata of a file when a build read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileStat {
    pub(super) seen: Seen,
    /// Whether its dates were older than the reading by more than the clock's resolution. Only then do unchanged dates mean
    /// that the file is unchanged.
    pub(super) trusted: bool,
}

impl Seen {
    /// The metadata of a path; `None` if it is not a regular file or a folder.
    #[must_use]
    pub fn at(path: &Path) -> Option<Self> {
        let found = fs::symlink_metadata(path).ok().filter(|found| found.is_file() || found.is_dir())?;
        Self::of(&found)
    }

    /// The metadata of a path of any kind, without following a symlink; `None` if there is nothing.
    #[must_use]
    pub fn of_anything(path: &Path) -> Option<Self> {
        Self::of(&fs::symlink_metadata(path).ok()?)
    }

    /// The identity of the folder at a path, whatever its contents; `None` if it is not a folder.
    #[must_use]
    pub fn of_folder(path: &Path) -> Option<Self> {
        let found = fs::symlink_metadata(path).ok().filter(Metadata::is_dir)?;
        Some(Self { length: 0, modified: 0, changed: 0, inode: inode(&found) })
    }

    fn of(found: &Metadata) -> Option<Self> {
        Some(Self {
            length: if found.is_dir() { 0 } else { found.len() },
            modified: since_epoch(found.modified().ok()?),
            changed: changed(found),
            inode: inode(found),
        })
    }

    /// Whether the dates are older than a time of the disk's clock by more than the clock's resolution.
    #[must_use]
    pub fn is_before(&self, moment: u64) -> bool {
        let latest = self.latest();
        // File systems without fractions of a second have a resolution of up to two seconds.
        let tick = if latest.is_multiple_of(1_000_000_000) { Duration::from_secs(2) } else { TICK };
        latest.saturating_add(u64::try_from(tick.as_nanos()).unwrap_or(u64::MAX)) < moment
    }

    /// The later of the two dates.
    pub(super) fn latest(&self) -> u64 {
        self.modified.max(self.changed)
    }
}

impl FileStat {
    /// Reads the metadata of a file; `moment` is a time of the disk's clock before.
    pub(super) fn at(place: &Path, moment: u64) -> Option<Self> {
        let seen = Seen::at(place)?;
        Some(Self { seen, trusted: seen.is_before(moment) })
    }

    /// The size of the file in bytes.
    pub(super) fn length(&self) -> u64 {
        self.seen.length
    }
}

fn since_epoch(moment: SystemTime) -> u64 {
    let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(unix)]
fn changed(found: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    let nanoseconds = found.ctime().saturating_mul(1_000_000_000).saturating_add(found.ctime_nsec());
    u64::try_from(nanoseconds).unwrap_or_default()
}

#[cfg(unix)]
fn inode(found: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    found.ino()
}

#[cfg(not(unix))]
fn changed(_: &Metadata) -> u64 {
    0
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_new_as_the_reading_are_not_trusted() {
        let seen = |modified, changed| Seen { length: 0, modified, changed, inode: 1 };
        let second = 1_000_000_000;
        for (seen, moment, before) in [
            (seen(second + 5, second + 5), 2 * second, true),
            (seen(second + 5, 2 * second - 1), 2 * second, false),
            (seen(second + 5, second + 5), second + 6, false),
            (seen(second, second), 2 * second, false),
            (seen(second, second), 4 * second, true),
        ] {
            assert_eq!(seen.is_before(moment), before, "{seen:?} {moment}");
        }
    }
}
