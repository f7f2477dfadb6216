//! What is remembered of a published folder, so that the next build need not read what it wrote: for each file the digest
//! of what it was made from, of its bytes, and how the disk showed it then.
//!
//! As git does with its index, a file is taken for unchanged if size, dates and inode are; one whose dates are as young as
//! the record itself may have been changed in the same tick of the clock, and is read.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::model::{Role, Site, SiteFile};
use crate::path::SitePath;
use crate::source::Digest;

/// Dates nearer to the record's own than this decide nothing: the clock of a disk ticks as slowly as every 10 ms.
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

/// What is remembered of a published folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// The folder, without symlinks.
    root: PathBuf,
    /// Sorted by path.
    files: Vec<(Box<str>, Entry)>,
    /// When the record was written, by the disk's clock.
    written: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    key: Option<Digest>,
    digest: Digest,
    seen: Seen,
}

impl Seen {
    /// How the disk shows a path now; `None` if there is nothing, or no regular file or folder.
    #[must_use]
    pub fn at(path: &Path) -> Option<Self> {
        let found = fs::symlink_metadata(path).ok().filter(|found| found.is_file() || found.is_dir())?;
        Some(Self {
            length: if found.is_dir() { 0 } else { found.len() },
            modified: since_epoch(found.modified().ok()?),
            changed: changed(&found),
            inode: inode(&found),
        })
    }

    /// Whether it is clearly older than a moment of the disk's clock.
    #[must_use]
    pub fn is_before(&self, moment: u64) -> bool {
        let latest = self.modified.max(self.changed);
        // Disks that know no fractions of a second may be as coarse as two.
        let tick = if latest.is_multiple_of(1_000_000_000) { Duration::from_secs(2) } else { TICK };
        latest.saturating_add(u64::try_from(tick.as_nanos()).unwrap_or(u64::MAX)) < moment
    }

    /// When its bytes were last changed, in nanoseconds since 1970.
    #[must_use]
    pub fn modified(&self) -> u64 {
        self.modified
    }
}

impl Record {
    /// Reads back what [`Self::to_bytes`] gave and a file has held since `written`; `None` if a byte of it is wrong.
    #[must_use]
    pub fn from_bytes(bytes: &[u8], written: u64) -> Option<Self> {
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
        Some(Self { root, files, written })
    }

    /// The record as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.files.len() * 160);
        push_text(&self.root.to_string_lossy(), &mut bytes);
        for (path, Entry { key, digest, seen }) in &self.files {
            push_text(path, &mut bytes);
            bytes.push(u8::from(key.is_some()));
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
        let length = usize::try_from(entry.seen.length).ok()?;
        self.is_untouched(entry, &place).then(|| SiteFile::published(place, length, entry.digest, role).with_key(key))
    }

    /// How the disk shows a file of the site that lies there with these bytes; `None` if that has to be found out.
    pub(super) fn seen(&self, root: &Path, path: &SitePath, digest: Digest) -> Option<Seen> {
        let entry = self.get(path.as_str()).filter(|entry| self.root == root && entry.digest == digest)?;
        self.is_untouched(entry, &root.join(path.as_str())).then_some(entry.seen)
    }

    /// Whether every file lies there as it was written.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        use rayon::prelude::*;
        !self.is_empty()
            && self.files.par_iter().all(|(path, entry)| self.is_untouched(entry, &self.root.join(&**path)))
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

    fn is_untouched(&self, entry: &Entry, place: &Path) -> bool {
        entry.seen.is_before(self.written) && Seen::at(place) == Some(entry.seen)
    }

    /// The record of a site that lies whole in a folder.
    pub(super) fn of(site: &Site, root: &Path) -> Self {
        use rayon::prelude::*;
        let all: Vec<_> = site.iter().collect();
        let entry = |(path, file): (&SitePath, &SiteFile)| {
            let seen = Seen::at(&root.join(path.as_str()))?;
            Some((path.as_str().into(), Entry { key: file.key, digest: file.digest, seen }))
        };
        let files = all.into_par_iter().filter_map(entry).collect();
        Self { root: root.to_owned(), files, written: 0 }
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
        let keyed = self.take(1)? == [1];
        let (key, digest) = (self.digest()?, self.digest()?);
        let [length, modified, changed, inode] = [self.number()?, self.number()?, self.number()?, self.number()?];
        Some(Entry { key: keyed.then_some(key), digest, seen: Seen { length, modified, changed, inode } })
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

    fn record() -> Record {
        let seen = Seen { length: 3, modified: 5_000_000_001, changed: 5_000_000_001, inode: 9 };
        let entry = |key| Entry { key, digest: Digest::of(b"x"), seen };
        let files = vec![("a.html".into(), entry(None)), ("安装/b.html".into(), entry(Some(Digest::of(b"k"))))];
        Record { root: PathBuf::from("/srv/book"), files, written: 7 }
    }

    #[test]
    fn a_record_reads_back_or_not_at_all() {
        let record = record();
        let bytes = record.to_bytes();
        assert_eq!(Record::from_bytes(&bytes, 7), Some(record));
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(Record::from_bytes(&changed, 7), None, "changed at {at}");
            assert_eq!(Record::from_bytes(&bytes[..at], 7), None, "cut at {at}");
        }
    }

    #[test]
    fn what_is_as_young_as_the_record_is_read_again() {
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
