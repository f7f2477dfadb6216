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
use crate::path::SitePath;
use crate::source::Digest;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    seen: Seen,
    /// Whether its dates were clearly older than the look: only then do they tell whether it was changed since.
    settled: bool,
}

/// What is remembered of a published folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatCache {
    /// The folder, without symlinks.
    root: PathBuf,
    /// Sorted by path.
    files: Vec<(Box<str>, Entry)>,
    /// A moment of the disk's clock before anything is looked at.
    opened: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

    /// When its bytes were last changed, in nanoseconds since 1970.
    #[must_use]
    pub fn modified(&self) -> u64 {
        self.modified
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
    /// The record of no folder; `opened` is a moment of the disk's clock before the looks to come.
    #[must_use]
    pub fn opened_at(opened: u64) -> Self {
        Self { opened, ..Self::default() }
    }

    /// Reads back what [`Self::to_bytes`] gave; `None` if a byte of it is wrong. `opened` is as in [`Self::opened_at`].
    #[must_use]
    pub fn from_bytes(bytes: &[u8], opened: u64) -> Option<Self> {
        let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(SUM)?)?;
        if Digest::of(body).0 != sum {
            return None;
        }
        let mut reader = Reader(body);
        let root = PathBuf::from(reader.text()?);
        let mut files = Vec::new();
        while !reader.0.is_empty() {
            files.push((reader.text()?.into(), reader.entry()?));
        }
        Some(Self { root, files, opened })
    }

    /// The record as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.files.len() * 160);
        push_text(&self.root.to_string_lossy(), &mut bytes);
        for (path, Entry { key, digest, look: Look { seen, settled } }) in &self.files {
            push_text(path, &mut bytes);
            bytes.push(u8::from(key.is_some()) | u8::from(*settled) << 1);
            bytes.extend_from_slice(&key.unwrap_or(*digest).0);
            bytes.extend_from_slice(&digest.0);
            for number in [seen.length, seen.modified, seen.changed, seen.inode] {
                bytes.extend_from_slice(&number.to_le_bytes());
            }
        }
        let sum = Digest::of(&bytes);
        bytes.extend_from_slice(&sum.0);
        bytes
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

/// Bytes of the digest at the end.
const SUM: usize = 32;

fn push_text(text: &str, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

/// Takes values from the front of bytes.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u64> {
        self.take(8)?.try_into().ok().map(u64::from_le_bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    fn digest(&mut self) -> Option<Digest> {
        self.take(32)?.try_into().ok().map(Digest)
    }

    fn entry(&mut self) -> Option<Entry> {
        let [marks] = *self.take(1)? else { return None };
        let (key, digest) = (self.digest()?, self.digest()?);
        let [length, modified, changed, inode] = [self.number()?, self.number()?, self.number()?, self.number()?];
        let seen = Seen { length, modified, changed, inode };
        let look = Look { seen, settled: marks & 2 != 0 };
        Some(Entry { key: (marks & 1 != 0).then_some(key), digest, look })
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
    fn a_record_reads_back_or_not_at_all() {
        let record = record();
        let bytes = record.to_bytes();
        assert_eq!(StatCache::from_bytes(&bytes, 7), Some(record));
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(StatCache::from_bytes(&changed, 7), None, "changed at {at}");
            assert_eq!(StatCache::from_bytes(&bytes[..at], 7), None, "cut at {at}");
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
