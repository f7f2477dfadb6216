//! What a build reuses of earlier builds: on disk through [`Memo`], or in memory for the next build of a preview.
//!
//! Every key is the digest of all that a value is computed from, so a warm build writes the bytes of a cold one. On disk are
//! highlighted code, the chapters of large books, and what is known of the published folder; in memory are chapters, days
//! of change, the site and the state of a preview.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::chapter::Chapter;
use crate::digest::Digest;
use crate::memo::{Function, Memo};
use crate::path::{ContentPath, SitePath};
use crate::render::{HIGHLIGHT, Highlights};
use crate::search::IndexSnapshot;
use crate::site::{Role, Seen, Site, SiteFile, StatCache};
use crate::source::Days;

/// A chapter without its blocks, and its diagnostics.
pub(super) const CHAPTER: Function = Function::new("chapters", 7);
/// What the published site was made from.
pub(super) const FINGERPRINT: Function = Function::new("fingerprint", 1);
/// The search index in the published folder.
const INDEX: Function = Function::new("index", 2);
/// The files in the published folder.
const PUBLISHED: Function = Function::new("published", 2);

/// The key of values of which there is one: what they are compared with is in the value.
const ONLY: Digest = Digest([0; 32]);

/// What a build reuses of earlier builds.
///
/// ```
/// use chapbook::pipeline::Cache;
///
/// let folder = tempfile::tempdir()?;
/// let in_memory = Cache::in_memory();
/// let on_disk = Cache::in_folder(folder.path());
/// assert_eq!(in_memory.folder(), None);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Cache {
    memo: Arc<Memo>,
    /// Highlighted code.
    pub(super) highlights: Arc<Highlights>,
    /// What is known of the published folder.
    published: StatCache,
    /// The search index of this build; stored on disk when the site is published.
    pub(super) index: Option<IndexSnapshot>,
    /// The latest tree of each chapter.
    chapters: BTreeMap<ContentPath, (Digest, Arc<Chapter>)>,
    /// The days on which chapters last changed, by the digest of the history they were read from.
    pub(super) days: Option<(Digest, Arc<Days>)>,
    /// The site that was built last.
    site: Site,
    /// Whether every book is built as a large one.
    pub(super) frugal: bool,
}

/// Which pages of a site a build has made; the others were known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pages {
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

    /// A cache in a folder. A folder that cannot be used, or that another build has open, is replaced by memory: a cache
    /// only saves time.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self::new(Memo::open(folder, &[HIGHLIGHT, CHAPTER, FINGERPRINT, INDEX, PUBLISHED]))
    }

    fn new(memo: Memo) -> Self {
        let memo = Arc::new(memo);
        let published = memo.get::<StatCache>(PUBLISHED, ONLY).unwrap_or_default().opened_at(memo.opened());
        Self { highlights: Arc::new(Highlights::new(memo.clone())), published, memo, ..Self::default() }
    }

    /// The same cache for a machine with little memory: every book is built as a large one is.
    #[must_use]
    pub fn frugal(self) -> Self {
        Self { frugal: true, ..self }
    }

    /// The values that are kept on disk.
    pub(super) fn memo(&self) -> &Memo {
        &self.memo
    }

    /// The folder it is kept in.
    #[must_use]
    pub fn folder(&self) -> Option<PathBuf> {
        self.memo.folder().map(Path::to_owned)
    }

    /// What is known of the published folder.
    pub fn stat_cache(&mut self) -> &mut StatCache {
        &mut self.published
    }

    /// Stores what is known of the published folder, once the site of this build is in it. What the site was made from is
    /// unknown until [`super::fingerprint`] stores it.
    pub(super) fn store_published(&self) {
        self.memo.clear(FINGERPRINT);
        match &self.index {
            Some(index) => self.memo.replace(INDEX, ONLY, index),
            None => self.memo.clear(INDEX),
        }
        self.memo.replace(PUBLISHED, ONLY, &self.published);
    }

    /// The file at a path, if it was made from this argument.
    #[must_use]
    pub(super) fn file(&self, path: &SitePath, key: Digest, role: Role) -> Option<SiteFile> {
        let in_memory = || self.site.get(path).filter(|file| file.key() == Some(key)).cloned();
        self.published.made_from(path, key, role).or_else(in_memory)
    }

    /// Stores a site for the next build of this process.
    pub(super) fn store_site(&mut self, site: &Site) {
        if self.memo.folder().is_none() {
            self.site = site.clone();
        }
    }

    /// The search index of the build before.
    #[must_use]
    pub(super) fn last_index(&self) -> Option<IndexSnapshot> {
        self.memo.folder().map_or_else(|| self.index.clone(), |_| self.memo.get(INDEX, ONLY))
    }

    /// The tree made from this argument, if it is the latest of its chapter.
    #[must_use]
    pub(super) fn chapter(&self, path: &ContentPath, key: Digest) -> Option<Arc<Chapter>> {
        self.chapters.get(path).filter(|(known, _)| *known == key).map(|(_, chapter)| chapter.clone())
    }

    /// Stores a chapter's tree in the place of the one before. A cache in a folder serves one build only, which asks once.
    pub(super) fn store_chapter(&mut self, path: ContentPath, key: Digest, chapter: Arc<Chapter>) {
        if self.memo.folder().is_none() {
            self.chapters.insert(path, (key, chapter));
        }
    }

    /// Removes the code that a site no longer shows; unknown where some pages were not made.
    pub(super) fn compact_highlights(&self, pages: Pages) {
        if pages == Pages::All {
            self.memo.compact(HIGHLIGHT, &self.highlights.used_keys());
        }
    }
}

/// The program itself as the disk shows it; another one, or one compiled anew, may compute other values.
pub(super) fn program() -> Option<Seen> {
    std::env::current_exe().ok().and_then(|path| Seen::at(&path))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Opens a folder as a user with this key.
    fn open(folder: &Path, key: u8) -> Cache {
        Cache::new(Memo::open_with_key(folder, &[HIGHLIGHT, CHAPTER, FINGERPRINT, INDEX, PUBLISHED], [key; 32]))
    }

    /// Stores code and a chapter.
    fn store(cache: &Cache, text: &str) {
        for function in [HIGHLIGHT, CHAPTER] {
            cache.memo.insert(function, key(text), text);
        }
        cache.compact_highlights(Pages::Some);
        cache.store_published();
    }

    fn key(text: &str) -> Digest {
        Digest::of(text.as_bytes())
    }

    /// The code and the chapters of a folder.
    fn stored(folder: &Path) -> [Vec<(Digest, String)>; 2] {
        let cache = open(folder, 7);
        [HIGHLIGHT, CHAPTER].map(|function| {
            let keys = cache.memo.keys(function);
            keys.into_iter().map(|key| (key, cache.memo.get(function, key).unwrap())).collect()
        })
    }

    fn entry(text: &str) -> (Digest, String) {
        (key(text), text.to_owned())
    }

    #[test]
    fn code_and_chapters_survive_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        store(&open(folder.path(), 7), "k");
        assert_eq!(stored(folder.path()), [[entry("k")], [entry("k")]]);
    }

    #[test]
    fn what_another_user_has_stored_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        store(&open(folder.path(), 8), "k");
        let files = |key| open(folder.path(), key).memo.keys(PUBLISHED).len();
        assert_eq!((files(8), files(7)), (1, 0));
        assert_eq!(stored(folder.path()), [[], []]);
    }

    #[cfg(unix)]
    #[test]
    #[expect(clippy::disallowed_methods, reason = "a file of somebody else")]
    fn nothing_is_written_through_a_planted_link() {
        let outside = tempfile::tempdir().unwrap();
        let mine = outside.path().join("mine");
        for link in [
            "",
            "0.1.0",
            "0.1.0/code",
            "0.1.0/chapters",
            "0.1.0/published",
            "0.1.0/fingerprint",
            "0.1.0/index",
            "0.1.0/lock",
            "0.1.0/clock",
        ] {
            fs::write(&mine, "mine").unwrap();
            let book = tempfile::tempdir().unwrap();
            let cache = book.path().join("cache");
            let version = link.replace("0.1.0", env!("CARGO_PKG_VERSION"));
            let at = if link.is_empty() { cache } else { cache.join(version) };
            fs::create_dir_all(at.parent().unwrap()).unwrap();
            let to = if link.contains('/') { &mine } else { outside.path() };
            std::os::unix::fs::symlink(to, &at).unwrap();
            store(&open(&book.path().join("cache"), 7), "a");
            assert_eq!(fs::read(&mine).unwrap(), b"mine", "{link}");
            assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1, "{link}");
        }
    }

    #[test]
    fn unused_code_is_removed_only_when_all_pages_were_made() {
        let folder = tempfile::tempdir().unwrap();
        let first = open(folder.path(), 7);
        for text in ["a", "b", "c"] {
            first.memo.insert(HIGHLIGHT, key(text), &text.repeat(600_000));
        }
        drop(first);
        for (pages, left) in [(Pages::Some, 3), (Pages::All, 0)] {
            open(folder.path(), 7).compact_highlights(pages);
            assert_eq!(stored(folder.path())[0].len(), left, "{pages:?}");
        }
    }

    #[test]
    fn two_builds_do_not_share_the_files() {
        let folder = tempfile::tempdir().unwrap();
        let first = open(folder.path(), 7);
        store(&first, "k");
        assert_eq!(stored(folder.path()), [[], []]);
    }
}
