//! [`StatCache`]: metadata and digests of the files of a published site, so that the next build need not read them.
//!
//! As in git's index, a file counts as unchanged if its size, dates and inode are unchanged. If its dates are as new as the
//! time when they were read, the file may have been changed later within the clock's resolution. Then it is read, and its
//! digest decides.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::file_stat::{FileStat, Seen};
use super::model::{Role, SiteFile};
use crate::digest::Digest;
use crate::path::SitePath;

/// The digests and metadata of the files of a published site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatCache {
    /// The folder, without symlinks.
    root: PathBuf,
    /// Sorted by path.
    files: Vec<(Box<str>, Entry)>,
    /// A time of the disk's clock before any metadata is read.
    #[serde(skip)]
    opened: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    key: Option<Digest>,
    digest: Digest,
    stat: FileStat,
}

impl StatCache {
    /// The same cache, for a build that began at this time of the disk's clock, before it reads any metadata.
    #[must_use]
    pub fn opened_at(self, opened: u64) -> Self {
        Self { opened, ..self }
    }

    fn get(&self, path: &str) -> Option<&Entry> {
        let at = self.files.binary_search_by(|(other, _)| (**other).cmp(path)).ok()?;
        self.files.get(at).map(|(_, entry)| entry)
    }

    /// The published file at a path of the site, if it was made from arguments with the digest `key` and is unchanged.
    #[must_use]
    pub fn made_from(&self, path: &SitePath, key: Digest, role: Role) -> Option<SiteFile> {
        let entry = self.get(path.as_str()).filter(|entry| entry.key == Some(key))?;
        let place = self.root.join(path.as_str());
        let length = usize::try_from(entry.stat.length()).ok()?;
        let stat = self.stat_again(entry, &place)?;
        Some(SiteFile::published((place, stat), length, entry.digest, role).with_key(key))
    }

    /// The metadata of a published file that is known to have this digest; `None` if its bytes must be compared.
    pub(super) fn stat(&self, root: &Path, path: &SitePath, digest: Digest) -> Option<FileStat> {
        let entry = self.get(path.as_str()).filter(|entry| self.root == root && entry.digest == digest)?;
        self.stat_again(entry, &root.join(path.as_str()))
    }

    /// Whether every published file is unchanged.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        use rayon::prelude::*;
        let is_there = |(path, entry): &(Box<str>, Entry)| self.stat_again(entry, &self.root.join(&**path)).is_some();
        !self.is_empty() && self.files.par_iter().all(is_there)
    }

    /// The number of files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are no files.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The output folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A time of the disk's clock before any metadata was read.
    pub(super) fn opened(&self) -> u64 {
        self.opened
    }

    /// The current metadata of a file; `None` if the file was changed.
    fn stat_again(&self, entry: &Entry, place: &Path) -> Option<FileStat> {
        let seen = Seen::at(place).filter(|seen| *seen == entry.stat.seen)?;
        if entry.stat.trusted {
            return Some(entry.stat);
        }
        let bytes = fs::read(place).ok()?;
        (Digest::of(&bytes) == entry.digest).then(|| FileStat { seen, trusted: seen.is_before(self.opened) })
    }

    /// The stat cache of the files of a folder, sorted by path, each with its latest metadata.
    pub(super) fn of<'a>(root: &Path, files: impl Iterator<Item = (&'a SitePath, &'a SiteFile, FileStat)>) -> Self {
        let entry = |(path, file, stat): (&SitePath, &SiteFile, FileStat)| {
            (path.as_str().into(), Entry { key: file.key, digest: file.digest, stat })
        };
        Self { root: root.to_owned(), files: files.map(entry).collect(), opened: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::file_stat::TICK;
    use super::*;
    use crate::memo::{Function, Memo};

    fn stat_cache() -> StatCache {
        let seen = Seen { length: 3, modified: 5_000_000_001, changed: 5_000_000_001, inode: 9 };
        let entry = |key, trusted| Entry { key, digest: Digest::of(b"x"), stat: FileStat { seen, trusted } };
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
    fn a_stat_cache_is_read_unchanged_or_not_at_all() {
        const FUNCTION: Function = Function::new("published", 1);
        let (folder, key) = (tempfile::tempdir().unwrap(), Digest::of(b"key"));
        let open = || Memo::open_with_key(folder.path(), &[FUNCTION], [7; 32]);
        let read = || open().get(FUNCTION, key).map(|cache: StatCache| cache.opened_at(7));
        open().insert(FUNCTION, key, &stat_cache());
        assert_eq!(read(), Some(stat_cache()));
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
    #[expect(clippy::disallowed_methods, reason = "a published page")]
    fn a_file_with_untrusted_dates_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let (place, path, key) =
            (folder.path().join("a.html"), SitePath::new("a.html").unwrap(), Digest::of(b"what it was made from"));
        fs::write(&place, "now").unwrap();
        let seen = Seen::at(&place).unwrap();
        let at = |seen: Seen| seen.latest() + u64::try_from(TICK.as_nanos()).unwrap();
        for (trusted, bytes, opened, known) in [
            (false, "now", 0, Some(false)),
            (false, "now", at(seen), Some(false)),
            (false, "now", at(seen) + 2_000_000_001, Some(true)),
            // As if it had been changed within the clock's resolution of the reading.
            (false, "old", at(seen) + 2_000_000_001, None),
            (true, "now", 0, Some(true)),
        ] {
            let entry =
                Entry { key: Some(key), digest: Digest::of(bytes.as_bytes()), stat: FileStat { seen, trusted } };
            let root = folder.path().to_owned();
            let cache = StatCache { root, files: vec![("a.html".into(), entry)], opened };
            let made = cache.made_from(&path, key, Role::Page);
            let stat = made.and_then(|file| file.stat_at(&place));
            assert_eq!(stat, known.map(|trusted| FileStat { seen, trusted }), "{bytes} {opened}");
            assert_eq!(cache.stat(folder.path(), &path, entry.digest), stat);
            assert_eq!(cache.stat(Path::new("/elsewhere"), &path, entry.digest), None);
            assert_eq!(cache.is_whole(), stat.is_some());
            assert!(cache.made_from(&path, Digest::of(b"another"), Role::Page).is_none());
        }
        let entry = Entry { key: Some(key), digest: Digest::of(b"now"), stat: FileStat { seen, trusted: true } };
        let cache = StatCache { root: folder.path().to_owned(), files: vec![("a.html".into(), entry)], opened: 0 };
        fs::write(&place, "longer").unwrap();
        assert!(cache.made_from(&path, key, Role::Page).is_none() && !cache.is_whole());
    }
}
