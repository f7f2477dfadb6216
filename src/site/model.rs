//! [`Site`]: a map from path to bytes, and the [`Changes`] between two sites.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file_stat::FileStat;
use super::spill_file::SpilledRange;
use crate::digest::Digest;
use crate::error::Error;
use crate::path::SitePath;

/// All files of a site, by path.
///
/// ```
/// use chapbook::path::SitePath;
/// use chapbook::site::{Role, Site};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let path = |text: &str| SitePath::new(text).ok_or("not a path of a site");
/// let (mut old, mut new) = (Site::default(), Site::default());
/// old.insert(path("a.html")?, Role::Page, *b"one").map_err(|taken| taken.to_string())?;
/// new.insert(path("b.html")?, Role::Page, *b"two").map_err(|taken| taken.to_string())?;
///
/// assert_eq!(new.get(&path("b.html")?).map(|file| file.len()), Some(3));
/// let changes = new.changes_since(&old);
/// assert_eq!((changes.written, changes.removed), (vec![path("b.html")?], vec![path("a.html")?]));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Site {
    files: BTreeMap<SitePath, SiteFile>,
}

/// One file of a site: its role, and its bytes or where they are on disk.
#[derive(Debug, Clone)]
pub struct SiteFile {
    content: Content,
    len: usize,
    /// The digest of everything that it was made from, if that is known.
    pub(super) key: Option<Digest>,
    /// The digest of its bytes.
    pub digest: Digest,
    /// When it is written when the site is published, and whether the preview server trusts it.
    pub role: Role,
}

/// Where the bytes of a file are.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// In memory.
    InMemory(Arc<[u8]>),
    /// In a temporary file.
    Spilled(SpilledRange),
    /// In the output folder, written by an earlier build: its path and its metadata.
    Published(PathBuf, FileStat),
}

impl SiteFile {
    pub(super) fn new(content: Content, len: usize, digest: Digest, role: Role) -> Self {
        Self { content, len, digest, role, key: None }
    }

    /// A file with these bytes, in memory.
    #[must_use]
    pub fn in_memory(role: Role, bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        let (len, digest) = (bytes.len(), Digest::of(&bytes));
        Self::new(Content::InMemory(bytes), len, digest, role)
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// [`Error::Disk`] if they are on disk and cannot be read; [`Error::Refused`] if the file on disk was changed since.
    pub fn bytes(&self) -> Result<Cow<'_, [u8]>, Error> {
        match &self.content {
            Content::InMemory(bytes) => Ok(Cow::Borrowed(bytes)),
            Content::Spilled(range) => range.read().map(Cow::Owned),
            Content::Published(place, _) => {
                let bytes = fs::read(place).map_err(Error::disk("read", place))?;
                if Digest::of(&bytes) == self.digest { Ok(bytes.into()) } else { Err(changed_meanwhile(place)) }
            }
        }
    }

    /// The bytes of the file, shared with the site if they are in memory, so that no request copies them.
    ///
    /// # Errors
    /// As [`Self::bytes`].
    pub fn shared_bytes(&self) -> Result<Arc<[u8]>, Error> {
        match &self.content {
            Content::InMemory(bytes) => Ok(bytes.clone()),
            Content::Spilled(_) | Content::Published(..) => Ok(self.bytes()?.into()),
        }
    }

    /// Calls `take` with the bytes in chunks, so that a large file is not read into memory at once. `buffer` holds a chunk
    /// that is read from disk, and may be reused for other files.
    pub(super) fn for_each_chunk(
        &self,
        buffer: &mut Vec<u8>,
        mut take: impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match &self.content {
            Content::Spilled(range) => range.for_each_chunk(buffer, take),
            Content::InMemory(_) | Content::Published(..) => take(&self.bytes()?),
        }
    }

    /// A file that is in the output folder already, with its path and metadata there.
    pub(super) fn published((place, stat): (PathBuf, FileStat), len: usize, digest: Digest, role: Role) -> Self {
        Self::new(Content::Published(place, stat), len, digest, role)
    }

    /// Whether its bytes are those that an earlier build wrote into the output folder.
    #[must_use]
    pub fn is_published(&self) -> bool {
        matches!(self.content, Content::Published(..))
    }

    /// Its metadata, if it is at this place of the output folder already.
    pub(super) fn stat_at(&self, place: &Path) -> Option<FileStat> {
        match &self.content {
            Content::Published(at, stat) if at == place => Some(*stat),
            _ => None,
        }
    }

    /// The same file with the digest of everything that it was made from.
    #[must_use]
    pub fn with_key(self, key: Digest) -> Self {
        Self { key: Some(key), ..self }
    }

    /// The digest of everything that it was made from, if that is known.
    #[must_use]
    pub fn key(&self) -> Option<Digest> {
        self.key
    }

    /// Its length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// The kind of a file of a site, which decides when it is written. See [`crate::site::publish`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Used by pages, such as styles and images; written before them.
    Asset,
    /// An HTML page.
    Page,
    /// Read by other programs or the host, such as sitemap and feed; written after the pages.
    Meta,
}

/// The differences between two sites.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that are new or have different bytes.
    pub written: Vec<SitePath>,
    /// Files that only the old site has.
    pub removed: Vec<SitePath>,
}

fn changed_meanwhile(place: &Path) -> Error {
    Error::refused(format!("`{}` was changed while the book was built", place.display()), "run the command again")
}

impl Site {
    /// Adds a file with these bytes.
    ///
    /// # Errors
    /// The path, if the site has a file there. The site is not changed then.
    pub fn insert(&mut self, path: SitePath, role: Role, bytes: impl Into<Arc<[u8]>>) -> Result<(), SitePath> {
        self.put(path, SiteFile::in_memory(role, bytes))
    }

    /// Adds a file.
    ///
    /// # Errors
    /// The path, if the site has a file there. The site is not changed then.
    pub fn put(&mut self, path: SitePath, file: SiteFile) -> Result<(), SitePath> {
        if self.files.contains_key(&path) {
            return Err(path);
        }
        self.files.insert(path, file);
        Ok(())
    }

    /// Adds a file and replaces one at the same path; returns whether there was one.
    pub fn replace(&mut self, path: SitePath, file: SiteFile) -> bool {
        self.files.insert(path, file).is_some()
    }

    /// Removes a file.
    pub fn remove(&mut self, path: &SitePath) {
        self.files.remove(path);
    }

    /// The file at a path.
    #[must_use]
    pub fn get(&self, path: &SitePath) -> Option<&SiteFile> {
        self.files.get(path)
    }

    /// All files, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&SitePath, &SiteFile)> {
        self.files.iter()
    }

    /// The number of files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether the site has no files.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The differences from `old` to this site.
    #[must_use]
    pub fn changes_since(&self, old: &Self) -> Changes {
        let differs =
            |(path, file): &(&SitePath, &SiteFile)| old.get(path).is_none_or(|before| before.digest != file.digest);
        Changes {
            written: self.iter().filter(differs).map(|(path, _)| path.clone()).collect(),
            removed: old.files.keys().filter(|path| !self.files.contains_key(*path)).cloned().collect(),
        }
    }
}
