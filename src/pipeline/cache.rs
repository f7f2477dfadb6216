//! What is remembered between builds, by the digest of what it was made from.
//!
//! The key is the digest of a function's whole argument, so there is no rule of invalidation to get wrong: a warm build
//! gives the bytes of a cold one. Chapters' trees are remembered in memory, highlighted code on disk too.
//!
//! What lies in a book's folder may have come with the book. So every entry is sealed with a secret that only this user's
//! builds know, and nothing is read or written through a link: a planted cache is no more than a cold one.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::desk::Desk;
use super::inputs::Inputs;
use crate::chapter::Chapter;
use crate::path::{ContentPath, SitePath};
use crate::render::Highlights;
use crate::search::Memory;
use crate::site::{Record, Role, Seen, Site, SiteFile};
use crate::source::{Days, Digest};

/// What the file begins with. Another version of chapbook has another folder.
const MAGIC: &[u8] = b"chapbook code 1\n";
/// The file of the record.
const RECORD: &str = "published";
/// The file that says what the site was made from.
const INPUTS: &str = "inputs";
/// The file that says what the search index was made from.
const INDEX: &str = "index";
/// The file that tells the disk's time.
const OPENED: &str = "opened";
/// A file larger than this is rewritten when most of it is no longer used.
const WORTH_REWRITING: usize = 1 << 20;

/// What is remembered between builds.
#[derive(Debug, Default)]
pub struct Cache {
    trees: BTreeMap<ContentPath, (Digest, Arc<Chapter>)>,
    highlights: Arc<Highlights>,
    days: Option<(Digest, Arc<Days>)>,
    /// What is remembered of the search index that was last built.
    index: Option<Memory>,
    disk: Option<Disk>,
    folder: Option<PathBuf>,
    /// What the disk holds of the site that was last published.
    record: Record,
    /// The site that was last built, in memory.
    site: Site,
    /// What the last build of a preview has laid out.
    desk: Option<Box<Desk>>,
    /// When the cache was opened, by the disk's clock.
    opened: u64,
}

/// An entry as the disk keeps it.
type Entry = (Digest, Arc<[u8]>);

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
        let folder = folder.join(env!("CARGO_PKG_VERSION"));
        if let Some((disk, entries)) = Disk::open(&folder, secret) {
            cache.disk = Some(disk);
            cache.highlights = Arc::new(Highlights::of(entries));
            cache.opened = moment(&folder).unwrap_or_default();
            cache.record = read_record(&folder.join(RECORD), secret, cache.opened);
            cache.folder = Some(folder);
        }
        cache
    }

    /// Remembers what a build has laid out.
    pub(super) fn keep_desk(&mut self, desk: Desk) {
        self.desk = Some(Box::new(desk));
    }

    /// What the last build of a preview has laid out.
    pub(super) fn desk(&mut self) -> Option<&mut Desk> {
        self.desk.as_deref_mut()
    }

    /// What is remembered of the folder that was published into.
    pub fn record(&mut self) -> &mut Record {
        &mut self.record
    }

    /// The file at a path, if it was made from this argument.
    #[must_use]
    pub(super) fn file(&self, path: &SitePath, key: Digest, role: Role) -> Option<SiteFile> {
        let in_memory = || self.site.get(path).filter(|file| file.key() == Some(key)).cloned();
        self.record.made_from(path, key, role).or_else(in_memory)
    }

    /// Remembers a site in memory, for the next build of this process.
    pub(super) fn keep_site(&mut self, site: &Site) {
        if self.folder.is_none() {
            self.site = site.clone();
        }
    }

    /// Writes what is remembered of the folder that was published into. `inputs` are what the site was made from, if it
    /// is known how the disk showed all of them before they were read.
    pub fn keep_record(&mut self, inputs: Option<&Inputs>) {
        let (Some(folder), Some(disk)) = (&self.folder, &self.disk) else { return };
        let seal = |bytes: Vec<u8>| disk.secret.sealed(bytes);
        // The inputs first and the record last: without its record a folder is read.
        let written = match inputs {
            Some(inputs) => write_whole(&folder.join(INPUTS), &seal(serde_json::to_vec(inputs).unwrap_or_default())),
            None => fs::remove_file(folder.join(INPUTS)),
        };
        let index = match &self.index {
            Some(index) => write_whole(&folder.join(INDEX), &seal(serde_json::to_vec(index).unwrap_or_default())),
            None => fs::remove_file(folder.join(INDEX)),
        };
        // A cache that cannot be written only costs time.
        let _ = (written, index);
        let _ = write_whole(&folder.join(RECORD), &seal(self.record.to_bytes()));
    }

    /// What the site was made from that was last published.
    #[must_use]
    pub(super) fn inputs(&self) -> Option<Inputs> {
        let path = self.folder.as_ref()?.join(INPUTS);
        serde_json::from_slice(&self.disk.as_ref()?.secret.unsealed(&path)?).ok()
    }

    /// When the cache was opened, by the disk's clock.
    #[must_use]
    pub(super) fn opened(&self) -> u64 {
        self.opened
    }

    /// The folder it is kept in.
    #[must_use]
    pub fn folder(&self) -> Option<PathBuf> {
        self.folder.clone()
    }

    /// The tree made from this argument, if it is the latest of its chapter.
    #[must_use]
    pub fn tree(&self, path: &ContentPath, key: Digest) -> Option<Arc<Chapter>> {
        self.trees.get(path).filter(|(known, _)| *known == key).map(|(_, chapter)| chapter.clone())
    }

    /// Remembers a chapter's tree in the place of the one before. What is kept in a folder serves one build only.
    pub fn keep_tree(&mut self, path: ContentPath, key: Digest, chapter: Arc<Chapter>) {
        if self.disk.is_none() {
            self.trees.insert(path, (key, chapter));
        }
    }

    /// What is remembered of the search index that was last built.
    #[must_use]
    pub(super) fn index(&self) -> Option<Memory> {
        let Some(folder) = &self.folder else { return self.index.clone() };
        serde_json::from_slice(&self.disk.as_ref()?.secret.unsealed(&folder.join(INDEX))?).ok()
    }

    /// Remembers a search index in the place of the one before, on disk with the next record.
    pub(super) fn keep_index(&mut self, memory: Option<Memory>) {
        self.index = memory;
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

    /// Code that was highlighted before.
    #[must_use]
    pub fn highlights(&self) -> Arc<Highlights> {
        self.highlights.clone()
    }

    /// Writes to disk what was highlighted since.
    pub fn learn(&mut self) {
        let Some(disk) = &mut self.disk else { return };
        let learnt = self.highlights.learnt();
        let rewrite = learnt.unused > disk.length / 2 && disk.length > WORTH_REWRITING;
        let kept = if rewrite { disk.rewrite(&self.highlights.used()) } else { disk.append(&learnt.new) };
        if kept.is_err() {
            self.disk = None;
        }
    }
}

impl Disk {
    fn open(folder: &Path, secret: Secret) -> Option<(Self, Vec<Entry>)> {
        let path = folder.join("code");
        let ours = [&path, &folder.join(RECORD), &folder.join(INPUTS), &folder.join(INDEX), &folder.join(OPENED)];
        if ours.into_iter().any(|path| leads_elsewhere(path)) {
            return None;
        }
        fs::create_dir_all(folder).ok()?;
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(&path).ok()?;
        file.try_lock().ok()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        let (entries, good) = read_entries(&bytes, secret);
        let mut disk = Self { file, path, length: bytes.len(), secret };
        if good < bytes.len() || bytes.is_empty() {
            // A build was killed while it wrote, or the file is new: begin with what can be trusted.
            disk.rewrite(&entries).ok()?;
        }
        Some((disk, entries))
    }

    fn append(&mut self, entries: &[Entry]) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        for (key, tokens) in entries {
            push_entry(*key, tokens, self.secret, &mut bytes);
        }
        self.length += bytes.len();
        self.file.write_all(&bytes)
    }

    /// In place, not by rename: the lock is on the file.
    fn rewrite(&mut self, entries: &[Entry]) -> std::io::Result<()> {
        let mut bytes = MAGIC.to_vec();
        for (key, tokens) in entries {
            push_entry(*key, tokens, self.secret, &mut bytes);
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

/// The disk's own clock, which need not be the system's.
fn moment(folder: &Path) -> Option<u64> {
    let path = folder.join(OPENED);
    write_whole(&path, b"").ok()?;
    Some(Seen::at(&path)?.modified())
}

/// Writes a file in place of the one before: a reader finds the old bytes or the new ones.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension("new");
    // Whatever lies there is replaced, never written through.
    let _ = fs::remove_file(&beside);
    OpenOptions::new().write(true).create_new(true).open(&beside)?.write_all(bytes)?;
    fs::rename(&beside, path)
}

/// The record of a file, or an empty one; what it says is held against the disk later than `opened`.
fn read_record(path: &Path, secret: Secret, opened: u64) -> Record {
    let bytes = secret.unsealed(path);
    bytes.and_then(|bytes| Record::from_bytes(&bytes, opened)).unwrap_or_else(|| Record::opened_at(opened))
}

impl Secret {
    /// Bytes with their seal behind them.
    fn sealed(self, mut bytes: Vec<u8>) -> Vec<u8> {
        let seal = self.seal(Digest::of(b"file"), &bytes);
        bytes.extend_from_slice(&seal.0);
        bytes
    }

    /// The bytes of a file, if it bears this secret's seal.
    fn unsealed(self, path: &Path) -> Option<Vec<u8>> {
        let mut bytes = fs::read(path).ok()?;
        let seal = bytes.split_off(bytes.len().checked_sub(32)?);
        (self.seal(Digest::of(b"file"), &bytes).0 == *seal).then_some(bytes)
    }
}

/// Length, key, seal of both, tokens.
fn push_entry(key: Digest, tokens: &[u8], secret: Secret, bytes: &mut Vec<u8>) {
    let Ok(length) = u32::try_from(tokens.len()) else { return };
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&key.0);
    bytes.extend_from_slice(&secret.seal(key, tokens).0);
    bytes.extend_from_slice(tokens);
}

/// All entries up to the first that cannot be trusted, and how many bytes they take.
fn read_entries(bytes: &[u8], secret: Secret) -> (Vec<Entry>, usize) {
    let mut entries = Vec::new();
    if !bytes.starts_with(MAGIC) {
        return (entries, 0);
    }
    let mut at = MAGIC.len();
    while let Some((key, tokens, next)) = read_entry(bytes, at, secret) {
        entries.push((key, tokens.into()));
        at = next;
    }
    (entries, at)
}

fn read_entry(bytes: &[u8], at: usize, secret: Secret) -> Option<(Digest, &[u8], usize)> {
    let length = u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
    let key = Digest(bytes.get(at + 4..at + 36)?.try_into().ok()?);
    let sum = Digest(bytes.get(at + 36..at + 68)?.try_into().ok()?);
    let tokens = bytes.get(at + 68..at + 68 + length)?;
    (secret.seal(key, tokens) == sum).then_some((key, tokens, at + 68 + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> Entry {
        (Digest::of(text.as_bytes()), text.as_bytes().into())
    }

    const SECRET: Secret = Secret([7; 32]);

    fn remembered(folder: &Path) -> Vec<Entry> {
        Cache::sealed(folder, SECRET).highlights().used_or_not()
    }

    #[test]
    fn code_survives_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        let mut cache = Cache::sealed(folder.path(), SECRET);
        cache.highlights().put(entry("k"));
        cache.learn();
        drop(cache);
        assert_eq!(remembered(folder.path()), [entry("k")]);
    }

    #[test]
    fn what_another_has_sealed_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let mut cache = Cache::sealed(folder.path(), Secret([8; 32]));
        cache.highlights().put(entry("k"));
        cache.learn();
        cache.keep_record(None);
        drop(cache);
        assert_eq!(remembered(folder.path()), []);
        let record = folder.path().join(env!("CARGO_PKG_VERSION")).join(RECORD);
        assert!(Secret([8; 32]).unsealed(&record).is_some());
        assert!(SECRET.unsealed(&record).is_none());
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
        for link in ["", "0.1.0", "0.1.0/code", "0.1.0/published", "0.1.0/inputs", "0.1.0/index", "0.1.0/opened"] {
            fs::write(&mine, "mine").unwrap();
            let book = tempfile::tempdir().unwrap();
            let cache = book.path().join("cache");
            let version = link.replace("0.1.0", env!("CARGO_PKG_VERSION"));
            let at = if link.is_empty() { cache } else { cache.join(version) };
            fs::create_dir_all(at.parent().unwrap()).unwrap();
            let to = if link.contains('/') { &mine } else { outside.path() };
            std::os::unix::fs::symlink(to, &at).unwrap();
            let mut cache = Cache::sealed(&book.path().join("cache"), SECRET);
            cache.highlights().put(entry("a"));
            cache.learn();
            cache.keep_record(None);
            assert_eq!(fs::read(&mine).unwrap(), b"mine", "{link}");
            assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1, "{link}");
        }
    }

    #[test]
    fn two_builds_do_not_share_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = Cache::sealed(folder.path(), SECRET);
        first.highlights().put(entry("k"));
        first.learn();
        assert_eq!(remembered(folder.path()), []);
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
