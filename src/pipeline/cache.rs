//! What is remembered between builds, by the digest of what it was made from.
//!
//! The key is the digest of a function's whole argument, so there is no rule of invalidation to get wrong: a warm build
//! gives the bytes of a cold one. Chapters' trees are remembered in memory, their HTML on disk too.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::chapter::Chapter;
use crate::path::ContentPath;
use crate::source::{Days, Digest};

/// What the file begins with. Another version of chapbook has another folder.
const MAGIC: &[u8] = b"chapbook cache 1\n";
/// A file larger than this is rewritten when most of it is no longer used.
const WORTH_REWRITING: usize = 1 << 20;

/// What is remembered between builds.
#[derive(Debug, Default)]
pub struct Cache {
    trees: BTreeMap<ContentPath, (Digest, Arc<Chapter>)>,
    bodies: BTreeMap<Digest, Arc<str>>,
    days: Option<(Digest, Arc<Days>)>,
    disk: Option<Disk>,
}

#[derive(Debug)]
struct Disk {
    /// Held and locked for as long as the cache lives; another build then does without the disk.
    file: File,
    path: PathBuf,
    length: usize,
}

impl Cache {
    /// A cache that lives in memory only.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::default()
    }

    /// A cache that is kept in a folder. A folder that cannot be used, or is used by another build, is done without:
    /// a cache only saves time.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        let mut cache = Self::default();
        if let Some((disk, bodies)) = Disk::open(&folder.join(env!("CARGO_PKG_VERSION"))) {
            cache.disk = Some(disk);
            cache.bodies = bodies;
        }
        cache
    }

    /// The tree made from this argument, if it is the latest of its chapter.
    #[must_use]
    pub fn tree(&self, path: &ContentPath, key: Digest) -> Option<Arc<Chapter>> {
        self.trees.get(path).filter(|(known, _)| *known == key).map(|(_, chapter)| chapter.clone())
    }

    /// Remembers a chapter's tree in the place of the one before.
    pub fn keep_tree(&mut self, path: ContentPath, key: Digest, chapter: Arc<Chapter>) {
        self.trees.insert(path, (key, chapter));
    }

    /// The days read from this history, if it is the latest.
    #[must_use]
    pub fn days(&self, key: Digest) -> Option<Arc<Days>> {
        self.days.as_ref().filter(|(known, _)| *known == key).map(|(_, days)| days.clone())
    }

    /// Remembers the days of a history in the place of those before.
    pub fn keep_days(&mut self, key: Digest, days: Arc<Days>) {
        self.days = Some((key, days));
    }

    /// The HTML made from this argument.
    #[must_use]
    pub fn body(&self, key: Digest) -> Option<Arc<str>> {
        self.bodies.get(&key).cloned()
    }

    /// Remembers new bodies, forgets those that are not among `used`, and writes both to disk.
    pub fn keep_bodies(&mut self, new: Vec<(Digest, Arc<str>)>, used: &BTreeSet<Digest>) {
        let before = self.bodies.len();
        self.bodies.retain(|key, _| used.contains(key));
        let forgotten = before - self.bodies.len();
        let Some(disk) = &mut self.disk else {
            self.bodies.extend(new);
            return;
        };
        let rewrite = forgotten > self.bodies.len() && disk.length > WORTH_REWRITING;
        let kept = if rewrite {
            self.bodies.extend(new);
            disk.rewrite(&self.bodies)
        } else {
            let kept = disk.append(&new);
            self.bodies.extend(new);
            kept
        };
        if kept.is_err() {
            self.disk = None;
        }
    }
}

impl Disk {
    fn open(folder: &Path) -> Option<(Self, BTreeMap<Digest, Arc<str>>)> {
        fs::create_dir_all(folder).ok()?;
        let path = folder.join("bodies");
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(&path).ok()?;
        file.try_lock().ok()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        let (bodies, good) = read_entries(&bytes);
        let mut disk = Self { file, path, length: bytes.len() };
        if good < bytes.len() || bytes.is_empty() {
            // A build was killed while it wrote, or the file is new: begin with what can be trusted.
            disk.rewrite(&bodies).ok()?;
        }
        Some((disk, bodies))
    }

    fn append(&mut self, entries: &[(Digest, Arc<str>)]) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        for (key, body) in entries {
            push_entry(*key, body, &mut bytes);
        }
        self.length += bytes.len();
        self.file.write_all(&bytes)
    }

    /// In place, not by rename: the lock is on the file.
    fn rewrite(&mut self, bodies: &BTreeMap<Digest, Arc<str>>) -> std::io::Result<()> {
        let mut bytes = MAGIC.to_vec();
        for (key, body) in bodies {
            push_entry(*key, body, &mut bytes);
        }
        self.file.set_len(0)?;
        self.length = bytes.len();
        self.file.write_all(&bytes)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Nothing was ever remembered: leave no trace in the author's folder.
        if self.length <= MAGIC.len() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Length, key, digest of the body, body.
fn push_entry(key: Digest, body: &str, bytes: &mut Vec<u8>) {
    let Ok(length) = u32::try_from(body.len()) else { return };
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&key.0);
    bytes.extend_from_slice(&Digest::of_parts([key.0.as_slice(), body.as_bytes()]).0);
    bytes.extend_from_slice(body.as_bytes());
}

/// All entries up to the first that cannot be trusted, and how many bytes they take.
fn read_entries(bytes: &[u8]) -> (BTreeMap<Digest, Arc<str>>, usize) {
    let mut entries = BTreeMap::new();
    if !bytes.starts_with(MAGIC) {
        return (entries, 0);
    }
    let mut at = MAGIC.len();
    while let Some((key, body, next)) = read_entry(bytes, at) {
        entries.insert(key, body.into());
        at = next;
    }
    (entries, at)
}

fn read_entry(bytes: &[u8], at: usize) -> Option<(Digest, &str, usize)> {
    let length = u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
    let key = Digest(bytes.get(at + 4..at + 36)?.try_into().ok()?);
    let sum = Digest(bytes.get(at + 36..at + 68)?.try_into().ok()?);
    let body = bytes.get(at + 68..at + 68 + length)?;
    (Digest::of_parts([key.0.as_slice(), body]) == sum).then_some((
        key,
        std::str::from_utf8(body).ok()?,
        at + 68 + length,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> (Digest, Arc<str>) {
        (Digest::of(text.as_bytes()), text.into())
    }

    #[test]
    fn bodies_survive_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        let (key, body) = entry("<p>逾期</p>");
        Cache::in_folder(folder.path()).keep_bodies(vec![(key, body.clone())], &BTreeSet::from([key]));
        assert_eq!(Cache::in_folder(folder.path()).body(key), Some(body));
    }

    #[test]
    fn two_builds_do_not_share_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let (key, body) = entry("a");
        let mut first = Cache::in_folder(folder.path());
        first.keep_bodies(vec![(key, body)], &BTreeSet::from([key]));
        assert_eq!(Cache::in_folder(folder.path()).body(key), None);
    }

    #[test]
    fn any_cut_or_changed_byte_loses_only_what_follows() {
        let mut bytes = MAGIC.to_vec();
        let (first, second) = (entry("first"), entry("second"));
        push_entry(first.0, &first.1, &mut bytes);
        let end_of_first = bytes.len();
        push_entry(second.0, &second.1, &mut bytes);
        assert_eq!(read_entries(&bytes).0.len(), 2);
        for cut in 0..bytes.len() {
            let (entries, good) = read_entries(&bytes[..cut]);
            assert_eq!(entries.len(), usize::from(cut >= end_of_first), "cut at {cut}");
            assert!(good <= cut);
        }
        for at in end_of_first..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(read_entries(&changed).0.len() < 2, "changed at {at}");
        }
    }
}
