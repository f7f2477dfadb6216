//! What is remembered of a published folder, so that the next build need not read what it wrote: for each file the digest
//! of what it was made from, of its bytes, and how the disk showed it then.
//!
//! As git does with its index, a file is taken for unchanged if size, dates and inode are. One whose dates were as young as
//! the look at it may have been changed later in the same tick of the clock: it is read, and its digest decides.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::model::{Role, SiteFile};
use crate::digest::Digest;
use crate::path::SitePath;

/// Dates nearer to the moment of a look than this decide nothing: the clock of a disk ticks as slowly as every 10 ms.
const TICK: Duration = Duration::from_millis(20);

/// How the disk shows a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    length: u64,
    /// Nanoseconds since 1970.
    modified: u64,
    /// When the system last changed anything of it; 0 where systems do not tell.
    changed: u64,
    inode: u64,
}

/// How the disk showed a file when a build looked at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Look {
    seen: Seen,
    /// Whether its dates were clearly older than the look: only then do they tell whether it was changed since.
    settled: bool,
}

/// What is remembered of a published folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatCache {
    /// The folder, without symlinks.
    root: PathBuf,
    /// Sorted by path.
    files: Vec<(Box<str>, Entry)>,
    /// A moment of the disk's clock before anything is looked at.
    #[serde(skip)]
    opened: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    key: Option<Digest>,
    digest: Digest,
    look: Look,
}

impl Seen {
    /// How the disk shows a path now; `None` if there is nothing, or no regular file or folder.
    #[must_use]
    pub fn at(path: &Path) -> Option<Self> {
        let found = fs::symlink_metadata(path).ok().filter(|found| found.is_file() || found.is_dir())?;
        Self::of(&found)
    }

    /// How the disk shows whatever lies at a path, a link and not what it leads to; `None` if there is nothing.
    #[must_use]
    pub fn of_anything(path: &Path) -> Option<Self> {
        Self::of(&fs::symlink_metadata(path).ok()?)
    }

    /// Which folder lies at a path, whatever lies in it; `None` if there is none.
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

    /// Whether it is clearly older than a moment of the disk's clock.
    #[must_use]
    pub fn is_before(&self, moment: u64) -> bool {
        let latest = self.latest();
        // Disks that know no fractions of a second may be as coarse as two.
        let tick = if latest.is_multiple_of(1_000_000_000) { Duration::from_secs(2) } else { TICK };
        latest.saturating_add(u64::try_from(tick.as_nanos()).unwrap_or(u64::MAX)) < moment
    }

    /// When anything of it was last changed.
    pub(super) fn latest(&self) -> u64 {
        self.modified.max(self.changed)
    }
}

impl Look {
    /// Looks at a file; `moment` is one of the disk's clock before.
    pub(super) fn at(place: &Path, moment: u64) -> Option<Self> {
        let seen = Seen::at(place)?;
        Some(Self { seen, settled: seen.is_before(moment) })
    }

    /// How many bytes the file had.
    pub(super) fn length(&self) -> u64 {
        self.seen.length
    }
}

impl StatCache {
    /// The same, used by a build that began at a moment of the disk's clock: before it looks at any file.
    #[must_use]
    pub fn opened_at(self, opened: u64) -> Self {
        Self { opened, ..self }
    }

    fn get(&self, path: &str) -> Option<&Entry> {
        let at = self.files.binary_search_by(|(other, _)| (**other).cmp(path)).ok()?;
        self.files.get(at).map(|(_, entry)| entry)
    }

    /// The file at a path of the site, if it was made from this argument and lies there as it was written.
    #[must_use]
    pub fn made_from(&self, path: &SitePath, key: Digest, role: Role) -> Option<SiteFile> {
        let entry = self.get(path.as_str()).filter(|entry| entry.key == Some(key))?;
        let place = self.root.join(path.as_str());
        let length = usize::try_from(entry.look.seen.length).ok()?;
        let look = self.look_again(entry, &place)?;
        Some(SiteFile::published((place, look), length, entry.digest, role).with_key(key))
    }

    /// How the disk shows a file of the site that lies there with these bytes; `None` if that has to be found out.
    pub(super) fn look(&self, root: &Path, path: &SitePath, digest: Digest) -> Option<Look> {
        let entry = self.get(path.as_str()).filter(|entry| self.root == root && entry.digest == digest)?;
        self.look_again(entry, &root.join(path.as_str()))
    }

    /// Whether every file lies there as it was written.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        use rayon::prelude::*;
        let is_there = |(path, entry): &(Box<str>, Entry)| self.look_again(entry, &self.root.join(&**path)).is_some();
        !self.is_empty() && self.files.par_iter().all(is_there)
    }

    /// How many files it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The folder it is about.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A moment of the disk's clock before anything was looked at.
    pub(super) fn opened(&self) -> u64 {
        self.opened
    }

    /// Looks at a file again; `None` if it is not the one that was written.
    fn look_again(&self, entry: &Entry, place: &Path) -> Option<Look> {
        let seen = Seen::at(place).filter(|seen| *seen == entry.look.seen)?;
        if entry.look.settled {
            return Some(entry.look);
        }
        let bytes = fs::read(place).ok()?;
        (Digest::of(&bytes) == entry.digest).then(|| Look { seen, settled: seen.is_before(self.opened) })
    }

    /// The record of the files that lie in a folder, sorted by path, each with the latest look at it.
    pub(super) fn of<'a>(root: &Path, files: impl Iterator<Item = (&'a SitePath, &'a SiteFile, Look)>) -> Self {
        let entry = |(path, file, look): (&SitePath, &SiteFile, Look)| {
            (path.as_str().into(), Entry { key: file.key, digest: file.digest, look })
        };
        Self { root: root.to_owned(), files: files.map(entry).collect(), opened: 0 }
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
    use crate::memo::{Function, Memo};

    fn record() -> StatCache {
        let seen = Seen { length: 3, modified: 5_000_000_001, changed: 5_000_000_001, inode: 9 };
        let entry = |key, settled| Entry { key, digest: Digest::of(b"x"), look: Look { seen, settled } };
        let keyed = Some(Digest::of(b"k"));
        let files = vec![
            ("a.html".into(), entry(None, true)),
            ("b.html".into(), entry(None, false)),
            ("安装/b.html".into(), entry(keyed, true)),
            ("安装/c.html".into(), entry(keyed, false)),
        ];
        StatCache { root: PathBuf::from("/srv/book"), files, opened: 7 }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a cache that was changed by hand")]
    fn a_record_reads_back_or_not_at_all() {
        const FUNCTION: Function = Function::new("published", 1);
        let (folder, key) = (tempfile::tempdir().unwrap(), Digest::of(b"key"));
        let open = || Memo::open_with_key(folder.path(), &[FUNCTION], [7; 32]);
        let read = || open().get(FUNCTION, key).map(|record: StatCache| record.opened_at(7));
        open().insert(FUNCTION, key, &record());
        assert_eq!(read(), Some(record()));
        let path = folder.path().join(env!("CARGO_PKG_VERSION")).join("published");
        let bytes = fs::read(&path).unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            fs::write(&path, &changed).unwrap();
            assert_eq!(read(), None, "changed at {at}");
            fs::write(&path, &bytes[..at]).unwrap();
            assert_eq!(read(), None, "cut at {at}");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a page lies there")]
    fn a_file_whose_dates_tell_nothing_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let (place, path, key) =
            (folder.path().join("a.html"), SitePath::new("a.html").unwrap(), Digest::of(b"what it was made from"));
        fs::write(&place, "now").unwrap();
        let seen = Seen::at(&place).unwrap();
        let at = |seen: Seen| seen.latest() + u64::try_from(TICK.as_nanos()).unwrap();
        for (settled, bytes, opened, known) in [
            (false, "now", 0, Some(false)),
            (false, "now", at(seen), Some(false)),
            (false, "now", at(seen) + 2_000_000_001, Some(true)),
            // As if it had been changed in the tick of the clock in which it was looked at.
            (false, "old", at(seen) + 2_000_000_001, None),
            (true, "now", 0, Some(true)),
        ] {
            let entry = Entry { key: Some(key), digest: Digest::of(bytes.as_bytes()), look: Look { seen, settled } };
            let root = folder.path().to_owned();
            let record = StatCache { root, files: vec![("a.html".into(), entry)], opened };
            let made = record.made_from(&path, key, Role::Page);
            let look = made.and_then(|file| file.look_at(&place));
            assert_eq!(look, known.map(|settled| Look { seen, settled }), "{bytes} {opened}");
            assert_eq!(record.look(folder.path(), &path, entry.digest), look);
            assert_eq!(record.look(Path::new("/elsewhere"), &path, entry.digest), None);
            assert_eq!(record.is_whole(), look.is_some());
            assert!(record.made_from(&path, Digest::of(b"another"), Role::Page).is_none());
        }
        let entry = Entry { key: Some(key), digest: Digest::of(b"now"), look: Look { seen, settled: true } };
        let record = StatCache { root: folder.path().to_owned(), files: vec![("a.html".into(), entry)], opened: 0 };
        fs::write(&place, "longer").unwrap();
        assert!(record.made_from(&path, key, Role::Page).is_none() && !record.is_whole());
    }

    #[test]
    fn what_is_as_young_as_the_look_is_not_settled() {
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
