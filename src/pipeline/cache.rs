//! What is remembered between builds, by the digest of what it was made from.
//!
//! The key is the digest of a function's whole argument, so there is no rule of invalidation to get wrong: a warm build
//! gives the bytes of a cold one. Chapters' trees are remembered in memory, their HTML on disk too.
//!
//! What lies in a book's folder may have come with the book. So every entry is sealed with a secret that only this user's
//! builds know, and nothing is read or written through a link: a planted cache is no more than a cold one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::chapter::Chapter;
use crate::path::ContentPath;
use crate::source::{Days, Digest};

/// What the file begins with. Another version of chapbook has another folder.
const MAGIC: &[u8] = b"chapbook cache 2\n";
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
    secret: Secret,
}

/// What entries are sealed with.
#[derive(Debug, Clone, Copy)]
struct Secret([u8; 32]);

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
        Secret::of_user().map_or_else(Self::default, |secret| Self::sealed(folder, secret))
    }

    fn sealed(folder: &Path, secret: Secret) -> Self {
        let mut cache = Self::default();
        if let Some((disk, bodies)) = Disk::open(&folder.join(env!("CARGO_PKG_VERSION")), secret) {
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
    fn open(folder: &Path, secret: Secret) -> Option<(Self, BTreeMap<Digest, Arc<str>>)> {
        let path = folder.join("bodies");
        if leads_elsewhere(&path) {
            return None;
        }
        fs::create_dir_all(folder).ok()?;
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(&path).ok()?;
        file.try_lock().ok()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        let (bodies, good) = read_entries(&bytes, secret);
        let mut disk = Self { file, path, length: bytes.len(), secret };
        if good < bytes.len() || bytes.is_empty() {
            // A build was killed while it wrote, or the file is new: begin with what can be trusted.
            disk.rewrite(&bodies).ok()?;
        }
        Some((disk, bodies))
    }

    fn append(&mut self, entries: &[(Digest, Arc<str>)]) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        for (key, body) in entries {
            push_entry(*key, body, self.secret, &mut bytes);
        }
        self.length += bytes.len();
        self.file.write_all(&bytes)
    }

    /// In place, not by rename: the lock is on the file.
    fn rewrite(&mut self, bodies: &BTreeMap<Digest, Arc<str>>) -> std::io::Result<()> {
        let mut bytes = MAGIC.to_vec();
        for (key, body) in bodies {
            push_entry(*key, body, self.secret, &mut bytes);
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

impl Secret {
    /// This user's secret, made when it is first asked for; none where there is no place to keep one.
    fn of_user() -> Option<Self> {
        let folder = user_folder()?.join("chapbook");
        Self::kept_in(&folder)
    }

    fn kept_in(folder: &Path) -> Option<Self> {
        let path = folder.join("secret");
        if let Some(secret) = Self::read(&path) {
            return Some(secret);
        }
        fs::create_dir_all(folder).ok()?;
        let staged = folder.join(format!("secret-{}", std::process::id()));
        create_private(&staged)?.write_all(&Self::random().0).ok()?;
        fs::rename(&staged, &path).ok()?;
        // Of two builds that made one at once, the later has the word.
        Self::read(&path)
    }

    fn read(path: &Path) -> Option<Self> {
        fs::read(path).ok()?.try_into().ok().map(Self)
    }

    /// The standard library's tables are keyed by the system's random numbers.
    fn random() -> Self {
        let state = RandomState::new();
        let mut bytes = [0; 32];
        for (part, number) in bytes.chunks_exact_mut(8).zip(0u64..) {
            part.copy_from_slice(&state.hash_one(number).to_le_bytes());
        }
        Self(bytes)
    }

    fn seal(self, key: Digest, body: &[u8]) -> Digest {
        Digest::of_parts([self.0.as_slice(), key.0.as_slice(), body])
    }
}

/// Where the system keeps what programs can make again for this user.
fn user_folder() -> Option<PathBuf> {
    let named = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    named("XDG_CACHE_HOME").or_else(|| named("LOCALAPPDATA")).or_else(|| {
        let caches = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
        named("HOME").map(|home| home.join(caches))
    })
}

#[cfg(unix)]
fn create_private(path: &Path) -> Option<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).ok()
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> Option<File> {
    OpenOptions::new().write(true).create_new(true).open(path).ok()
}

/// Whether the file, or one of the three folders above it that are ours, is a link or no plain file.
fn leads_elsewhere(file: &Path) -> bool {
    let found = |path: &Path| fs::symlink_metadata(path).ok();
    let odd_file = found(file).is_some_and(|found| !found.is_file());
    odd_file || file.ancestors().skip(1).take(3).any(|folder| found(folder).is_some_and(|found| !found.is_dir()))
}

/// Length, key, seal of key and body, body.
fn push_entry(key: Digest, body: &str, secret: Secret, bytes: &mut Vec<u8>) {
    let Ok(length) = u32::try_from(body.len()) else { return };
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&key.0);
    bytes.extend_from_slice(&secret.seal(key, body.as_bytes()).0);
    bytes.extend_from_slice(body.as_bytes());
}

/// All entries up to the first that cannot be trusted, and how many bytes they take.
fn read_entries(bytes: &[u8], secret: Secret) -> (BTreeMap<Digest, Arc<str>>, usize) {
    let mut entries = BTreeMap::new();
    if !bytes.starts_with(MAGIC) {
        return (entries, 0);
    }
    let mut at = MAGIC.len();
    while let Some((key, body, next)) = read_entry(bytes, at, secret) {
        entries.insert(key, body.into());
        at = next;
    }
    (entries, at)
}

fn read_entry(bytes: &[u8], at: usize, secret: Secret) -> Option<(Digest, &str, usize)> {
    let length = u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
    let key = Digest(bytes.get(at + 4..at + 36)?.try_into().ok()?);
    let sum = Digest(bytes.get(at + 36..at + 68)?.try_into().ok()?);
    let body = bytes.get(at + 68..at + 68 + length)?;
    (secret.seal(key, body) == sum).then_some((key, std::str::from_utf8(body).ok()?, at + 68 + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: Secret = Secret([7; 32]);

    fn entry(text: &str) -> (Digest, Arc<str>) {
        (Digest::of(text.as_bytes()), text.into())
    }

    #[test]
    fn bodies_survive_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        let (key, body) = entry("<p>逾期</p>");
        Cache::sealed(folder.path(), SECRET).keep_bodies(vec![(key, body.clone())], &BTreeSet::from([key]));
        assert_eq!(Cache::sealed(folder.path(), SECRET).body(key), Some(body));
    }

    #[test]
    fn what_another_has_sealed_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let (key, body) = entry("<script>alert(1)</script>");
        Cache::sealed(folder.path(), Secret([8; 32])).keep_bodies(vec![(key, body)], &BTreeSet::from([key]));
        assert_eq!(Cache::sealed(folder.path(), SECRET).body(key), None);
    }

    #[test]
    fn a_secret_is_made_once_and_is_no_other_s() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let secret = |folder: &tempfile::TempDir| Secret::kept_in(&folder.path().join("new")).unwrap().0;
        assert_eq!(secret(&one), secret(&one));
        assert_ne!(secret(&one), secret(&other));
    }

    #[cfg(unix)]
    #[test]
    #[expect(clippy::disallowed_methods, reason = "somebody's file")]
    fn nothing_is_written_through_a_planted_link() {
        let outside = tempfile::tempdir().unwrap();
        let mine = outside.path().join("mine");
        for link in ["", "0.1.0", "0.1.0/bodies"] {
            fs::write(&mine, "mine").unwrap();
            let book = tempfile::tempdir().unwrap();
            let cache = book.path().join("cache");
            let version = link.replace("0.1.0", env!("CARGO_PKG_VERSION"));
            let at = if link.is_empty() { cache } else { cache.join(version) };
            fs::create_dir_all(at.parent().unwrap()).unwrap();
            let to = if link.ends_with("bodies") { &mine } else { outside.path() };
            std::os::unix::fs::symlink(to, &at).unwrap();
            let (key, body) = entry("a");
            Cache::sealed(&book.path().join("cache"), SECRET).keep_bodies(vec![(key, body)], &BTreeSet::from([key]));
            assert_eq!(fs::read(&mine).unwrap(), b"mine", "{link}");
            assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1, "{link}");
        }
    }

    #[test]
    fn two_builds_do_not_share_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let (key, body) = entry("a");
        let mut first = Cache::sealed(folder.path(), SECRET);
        first.keep_bodies(vec![(key, body)], &BTreeSet::from([key]));
        assert_eq!(Cache::sealed(folder.path(), SECRET).body(key), None);
    }

    #[test]
    fn any_cut_or_changed_byte_loses_only_what_follows() {
        let mut bytes = MAGIC.to_vec();
        let (first, second) = (entry("first"), entry("second"));
        push_entry(first.0, &first.1, SECRET, &mut bytes);
        let end_of_first = bytes.len();
        push_entry(second.0, &second.1, SECRET, &mut bytes);
        assert_eq!(read_entries(&bytes, SECRET).0.len(), 2);
        for cut in 0..bytes.len() {
            let (entries, good) = read_entries(&bytes[..cut], SECRET);
            assert_eq!(entries.len(), usize::from(cut >= end_of_first), "cut at {cut}");
            assert!(good <= cut);
        }
        for at in end_of_first..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(read_entries(&changed, SECRET).0.len() < 2, "changed at {at}");
        }
    }
}
