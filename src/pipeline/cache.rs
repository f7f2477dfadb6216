//! What is remembered between builds, by the digest of what it was made from.
//!
//! The key is the digest of a function's whole argument, so there is no rule of invalidation to get wrong: a warm build
//! gives the bytes of a cold one. Chapters' trees are remembered in memory, highlighted code and the chapters of large books
//! on disk.
//!
//! What lies in a book's folder may have come with the book. So every entry is sealed with a secret that only this user's
//! builds know, and nothing is read or written through a link: a planted cache is no more than a cold one.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::inputs::Inputs;
use super::seal::Secret;
use super::shelf::Shelf;
use crate::chapter::Chapter;
use crate::path::{ContentPath, SitePath};
use crate::render::Highlights;
use crate::search::IndexSnapshot;
use crate::site::{Role, Seen, Site, SiteFile, StatCache};
use crate::source::{Days, Digest};

/// The file of highlighted code, and what it begins with. Another version of chapbook has another folder.
const CODE: (&str, &str) = ("code", "chapbook code 2\n");
/// The file of parsed chapters, and what it begins with.
const CHAPTERS: (&str, &str) = ("chapters", "chapbook chapters 1\n");
/// The file of the record.
const RECORD: &str = "published";
/// The file that says what the site was made from.
const INPUTS: &str = "inputs";
/// The file that says what the search index was made from.
const INDEX: &str = "index";
/// The file that tells the disk's time.
const OPENED: &str = "opened";

/// What is remembered between builds.
#[derive(Debug, Default)]
pub struct Cache {
    trees: BTreeMap<ContentPath, (Digest, Arc<Chapter>)>,
    highlights: Arc<Highlights>,
    days: Option<(Digest, Arc<Days>)>,
    /// What is remembered of the search index that was last built.
    index: Option<IndexSnapshot>,
    disk: Option<Disk>,
    folder: Option<PathBuf>,
    /// What the disk holds of the site that was last published.
    record: StatCache,
    /// The site that was last built, in memory.
    site: Site,
    /// When the cache was opened, by the disk's clock.
    opened: u64,
    /// Whether every book is taken for a large one.
    frugal: bool,
}

/// The files of a folder.
#[derive(Debug)]
struct Disk {
    secret: Secret,
    /// Its lock stands for the whole folder.
    code: Shelf,
    chapters: Option<Shelf>,
}

/// Which pages of a site a build has made; the others were known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pages {
    /// All of them.
    All,
    /// Those that have changed, and asked for the code on them.
    Some,
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
        Secret::of_user().map_or_else(Self::default, |secret| Self::sealed(folder, secret))
    }

    fn sealed(folder: &Path, secret: Secret) -> Self {
        let mut cache = Self::default();
        let folder = folder.join(env!("CARGO_PKG_VERSION"));
        if let Some(disk) = Disk::open(&folder, secret) {
            cache.highlights = Arc::new(Highlights::of(disk.code.all()));
            cache.disk = Some(disk);
            cache.opened = moment(&folder).unwrap_or_default();
            cache.record = read_record(&folder.join(RECORD), secret, cache.opened);
            cache.folder = Some(folder);
        }
        cache
    }

    /// The same cache for a machine with little memory: every book is built as a large one is.
    #[must_use]
    pub fn frugal(self) -> Self {
        Self { frugal: true, ..self }
    }

    /// Whether every book is taken for a large one.
    pub(super) fn is_frugal(&self) -> bool {
        self.frugal
    }

    /// What is remembered of the folder that was published into.
    pub fn record(&mut self) -> &mut StatCache {
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
    pub(super) fn index(&self) -> Option<IndexSnapshot> {
        let Some(folder) = &self.folder else { return self.index.clone() };
        serde_json::from_slice(&self.disk.as_ref()?.secret.unsealed(&folder.join(INDEX))?).ok()
    }

    /// Remembers a search index in the place of the one before, on disk with the next record.
    pub(super) fn keep_index(&mut self, memory: Option<IndexSnapshot>) {
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

    /// Writes to disk what was highlighted since, and lets go of what this site no longer shows.
    pub fn learn(&mut self, pages: Pages) {
        let Some(disk) = &self.disk else { return };
        for (key, tokens) in self.highlights.learnt() {
            disk.code.put(key, &tokens);
        }
        match pages {
            Pages::All => disk.code.clear(&self.highlights.used()),
            Pages::Some => disk.code.settle(),
        }
    }

    /// Where parsed chapters are kept for later builds.
    pub(super) fn chapters(&self) -> Option<&Shelf> {
        self.disk.as_ref()?.chapters.as_ref()
    }
}

impl Disk {
    fn open(folder: &Path, secret: Secret) -> Option<Self> {
        let ours = [CODE.0, CHAPTERS.0, RECORD, INPUTS, INDEX, OPENED].map(|name| folder.join(name));
        if ours.iter().any(|path| leads_elsewhere(path)) {
            return None;
        }
        fs::create_dir_all(folder).ok()?;
        let shelf = |(name, kind)| Shelf::open(folder.join(name), kind, secret);
        Some(Self { secret, code: shelf(CODE)?, chapters: shelf(CHAPTERS) })
    }
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
fn read_record(path: &Path, secret: Secret, opened: u64) -> StatCache {
    let bytes = secret.unsealed(path);
    bytes.and_then(|bytes| StatCache::from_bytes(&bytes, opened)).unwrap_or_else(|| StatCache::opened_at(opened))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An entry of highlighted code.
    fn entry(text: &str) -> (Digest, Arc<[u8]>) {
        (Digest::of(text.as_bytes()), text.as_bytes().into())
    }

    const SECRET: Secret = Secret([7; 32]);

    /// Remembers code and a chapter.
    fn remember(cache: &mut Cache, text: &str) {
        cache.highlights().put(entry(text));
        cache.learn(Pages::All);
        if let Some(chapters) = cache.chapters() {
            chapters.put(Digest::of(text.as_bytes()), text.as_bytes());
        }
        cache.keep_record(None);
    }

    /// The code and the chapters of a folder.
    fn remembered(folder: &Path) -> [Vec<(Digest, Arc<[u8]>)>; 2] {
        let cache = Cache::sealed(folder, SECRET);
        [cache.highlights().used_or_not(), cache.chapters().map(Shelf::all).unwrap_or_default()]
    }

    #[test]
    fn code_and_chapters_survive_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        remember(&mut Cache::sealed(folder.path(), SECRET), "k");
        assert_eq!(remembered(folder.path()), [[entry("k")], [entry("k")]]);
    }

    #[test]
    fn what_another_has_sealed_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        remember(&mut Cache::sealed(folder.path(), Secret([8; 32])), "k");
        let record = folder.path().join(env!("CARGO_PKG_VERSION")).join(RECORD);
        assert!(Secret([8; 32]).unsealed(&record).is_some());
        assert!(SECRET.unsealed(&record).is_none());
        assert_eq!(remembered(folder.path()), [[], []]);
    }

    #[cfg(unix)]
    #[test]
    #[expect(clippy::disallowed_methods, reason = "somebody's file")]
    fn nothing_is_written_through_a_planted_link() {
        let outside = tempfile::tempdir().unwrap();
        let mine = outside.path().join("mine");
        for link in [
            "",
            "0.1.0",
            "0.1.0/code",
            "0.1.0/chapters",
            "0.1.0/published",
            "0.1.0/inputs",
            "0.1.0/index",
            "0.1.0/opened",
        ] {
            fs::write(&mine, "mine").unwrap();
            let book = tempfile::tempdir().unwrap();
            let cache = book.path().join("cache");
            let version = link.replace("0.1.0", env!("CARGO_PKG_VERSION"));
            let at = if link.is_empty() { cache } else { cache.join(version) };
            fs::create_dir_all(at.parent().unwrap()).unwrap();
            let to = if link.contains('/') { &mine } else { outside.path() };
            std::os::unix::fs::symlink(to, &at).unwrap();
            remember(&mut Cache::sealed(&book.path().join("cache"), SECRET), "a");
            assert_eq!(fs::read(&mine).unwrap(), b"mine", "{link}");
            assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1, "{link}");
        }
    }

    #[test]
    fn code_is_let_go_only_when_all_pages_were_made() {
        let folder = tempfile::tempdir().unwrap();
        let code = |text: &str| (Digest::of(text.as_bytes()), vec![7; 600_000].into());
        let mut first = Cache::sealed(folder.path(), SECRET);
        for text in ["a", "b", "c"] {
            first.highlights().put(code(text));
        }
        first.learn(Pages::All);
        drop(first);
        for (pages, left) in [(Pages::Some, 3), (Pages::All, 0)] {
            Cache::sealed(folder.path(), SECRET).learn(pages);
            assert_eq!(remembered(folder.path())[0].len(), left, "{pages:?}");
        }
    }

    #[test]
    fn two_builds_do_not_share_the_files() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = Cache::sealed(folder.path(), SECRET);
        remember(&mut first, "k");
        assert_eq!(remembered(folder.path()), [[], []]);
    }
}
