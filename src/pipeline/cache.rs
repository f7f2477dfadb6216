//! What is remembered between builds, by the digest of what it was made from.
//!
//! The key is the digest of a function's whole argument, so there is no rule of invalidation to get wrong: a warm build
//! gives the bytes of a cold one. Chapters' trees are remembered in memory, highlighted code on disk too.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::desk::Desk;
use super::inputs::Inputs;
use crate::chapter::Chapter;
use crate::path::{ContentPath, SitePath};
use crate::render::Highlights;
use crate::site::{Record, Role, Seen, Site, SiteFile};
use crate::source::Digest;

/// What the file begins with. Another version of chapbook has another folder.
const MAGIC: &[u8] = b"chapbook code 1\n";
/// The file of the record.
const RECORD: &str = "published";
/// The file that says what the site was made from.
const INPUTS: &str = "inputs.json";
/// A file larger than this is rewritten when most of it is no longer used.
const WORTH_REWRITING: usize = 1 << 20;

/// What is remembered between builds.
#[derive(Debug, Default)]
pub struct Cache {
    trees: BTreeMap<ContentPath, (Digest, Arc<Chapter>)>,
    highlights: Arc<Highlights>,
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
        let folder = folder.join(env!("CARGO_PKG_VERSION"));
        if let Some((disk, entries)) = Disk::open(&folder) {
            cache.disk = Some(disk);
            cache.highlights = Arc::new(Highlights::of(entries));
            cache.opened = moment(&folder).unwrap_or_default();
            cache.record = read_record(&folder.join(RECORD)).unwrap_or_default();
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

    /// The page at a path, if it was made from this argument.
    #[must_use]
    pub(super) fn page(&self, path: &SitePath, key: Digest) -> Option<SiteFile> {
        let in_memory = || self.site.get(path).filter(|file| file.key() == Some(key)).cloned();
        self.record.made_from(path, key, Role::Page).or_else(in_memory)
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
        let Some(folder) = &self.folder else { return };
        // The inputs first and the record last: without its record a folder is read.
        let written = match inputs {
            Some(inputs) => write_whole(&folder.join(INPUTS), &serde_json::to_vec(inputs).unwrap_or_default()),
            None => fs::remove_file(folder.join(INPUTS)),
        };
        // A cache that cannot be written only costs time.
        let _ = written;
        let _ = write_whole(&folder.join(RECORD), &self.record.to_bytes());
    }

    /// What the site was made from that was last published.
    #[must_use]
    pub(super) fn inputs(&self) -> Option<Inputs> {
        serde_json::from_slice(&fs::read(self.folder.as_ref()?.join(INPUTS)).ok()?).ok()
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
    fn open(folder: &Path) -> Option<(Self, Vec<Entry>)> {
        fs::create_dir_all(folder).ok()?;
        let path = folder.join("code");
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(&path).ok()?;
        file.try_lock().ok()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        let (entries, good) = read_entries(&bytes);
        let mut disk = Self { file, path, length: bytes.len() };
        if good < bytes.len() || bytes.is_empty() {
            // A build was killed while it wrote, or the file is new: begin with what can be trusted.
            disk.rewrite(&entries).ok()?;
        }
        Some((disk, entries))
    }

    fn append(&mut self, entries: &[Entry]) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        entries.iter().for_each(|(key, tokens)| push_entry(*key, tokens, &mut bytes));
        self.length += bytes.len();
        self.file.write_all(&bytes)
    }

    /// In place, not by rename: the lock is on the file.
    fn rewrite(&mut self, entries: &[Entry]) -> std::io::Result<()> {
        let mut bytes = MAGIC.to_vec();
        entries.iter().for_each(|(key, tokens)| push_entry(*key, tokens, &mut bytes));
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

/// The disk's own clock, which need not be the system's.
fn moment(folder: &Path) -> Option<u64> {
    let path = folder.join("opened");
    write_whole(&path, b"").ok()?;
    Some(Seen::at(&path)?.modified())
}

fn read_record(path: &Path) -> Option<Record> {
    let written = Seen::at(path)?.modified();
    Record::from_bytes(&fs::read(path).ok()?, written)
}

/// Writes a file in place of the one before: a reader finds the old bytes or the new ones.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension("new");
    File::create(&beside)?.write_all(bytes)?;
    fs::rename(&beside, path)
}

/// Length, key, digest of both, tokens.
fn push_entry(key: Digest, tokens: &[u8], bytes: &mut Vec<u8>) {
    let Ok(length) = u32::try_from(tokens.len()) else { return };
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&key.0);
    bytes.extend_from_slice(&Digest::of_parts([key.0.as_slice(), tokens]).0);
    bytes.extend_from_slice(tokens);
}

/// All entries up to the first that cannot be trusted, and how many bytes they take.
fn read_entries(bytes: &[u8]) -> (Vec<Entry>, usize) {
    let mut entries = Vec::new();
    if !bytes.starts_with(MAGIC) {
        return (entries, 0);
    }
    let mut at = MAGIC.len();
    while let Some((key, tokens, next)) = read_entry(bytes, at) {
        entries.push((key, tokens.into()));
        at = next;
    }
    (entries, at)
}

fn read_entry(bytes: &[u8], at: usize) -> Option<(Digest, &[u8], usize)> {
    let length = u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
    let key = Digest(bytes.get(at + 4..at + 36)?.try_into().ok()?);
    let sum = Digest(bytes.get(at + 36..at + 68)?.try_into().ok()?);
    let tokens = bytes.get(at + 68..at + 68 + length)?;
    (Digest::of_parts([key.0.as_slice(), tokens]) == sum).then_some((key, tokens, at + 68 + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> Entry {
        (Digest::of(text.as_bytes()), text.as_bytes().into())
    }

    fn remembered(folder: &Path) -> Vec<Entry> {
        Cache::in_folder(folder).highlights().used_or_not()
    }

    #[test]
    fn code_survives_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        let mut cache = Cache::in_folder(folder.path());
        cache.highlights().put(entry("k"));
        cache.learn();
        drop(cache);
        assert_eq!(remembered(folder.path()), [entry("k")]);
    }

    #[test]
    fn two_builds_do_not_share_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = Cache::in_folder(folder.path());
        first.highlights().put(entry("k"));
        first.learn();
        assert_eq!(remembered(folder.path()), []);
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
