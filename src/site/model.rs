//! [`Site`]: path to bytes, and the [`Changes`] between two of them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::spill_file::{SpilledRange, Store};
use super::stat_cache::Look;
use crate::error::Error;
use crate::path::SitePath;
use crate::source::Digest;

/// All files of a site.
#[derive(Debug, Clone, Default)]
pub struct Site {
    files: BTreeMap<SitePath, SiteFile>,
}

/// One file of a site.
#[derive(Debug, Clone)]
pub struct SiteFile {
    content: Content,
    len: usize,
    /// The digest of all that it was made from, if that is known.
    pub(super) key: Option<Digest>,
    /// The digest of its bytes.
    pub digest: Digest,
    /// What it is, for the order of writing and for reload.
    pub role: Role,
}

/// Where the bytes of a file are.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// In memory.
    Held(Arc<[u8]>),
    /// In a temporary file.
    SpilledRange(SpilledRange),
    /// In the folder that the site is published into, as the disk showed it there.
    Published(PathBuf, Look),
}

impl SiteFile {
    pub(super) fn new(content: Content, len: usize, digest: Digest, role: Role) -> Self {
        Self { content, len, digest, role, key: None }
    }

    /// A file whose bytes are in memory.
    #[must_use]
    pub fn held(role: Role, bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        let (len, digest) = (bytes.len(), Digest::of(&bytes));
        Self::new(Content::Held(bytes), len, digest, role)
    }

    /// Its bytes.
    ///
    /// # Errors
    /// If they wait on disk and cannot be read.
    pub fn bytes(&self) -> Result<Cow<'_, [u8]>, Error> {
        match &self.content {
            Content::Held(bytes) => Ok(Cow::Borrowed(bytes)),
            Content::SpilledRange(laid) => laid.read().map(Cow::Owned),
            Content::Published(place, _) => {
                let bytes = fs::read(place).map_err(Error::disk("read", place))?;
                if Digest::of(&bytes) == self.digest { Ok(bytes.into()) } else { Err(changed_meanwhile(place)) }
            }
        }
    }

    /// Hands its bytes over piece by piece: those of a large file are never whole in memory. `room` is where pieces lie that
    /// are read from disk.
    pub(super) fn for_each_piece(
        &self,
        room: &mut Vec<u8>,
        mut take: impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match &self.content {
            Content::SpilledRange(laid) => laid.for_each_piece(room, take),
            Content::Held(_) | Content::Published(..) => take(&self.bytes()?),
        }
    }

    /// A file that lies where it is to be published, as the disk shows it there.
    pub(super) fn published((place, look): (PathBuf, Look), len: usize, digest: Digest, role: Role) -> Self {
        Self::new(Content::Published(place, look), len, digest, role)
    }

    /// Whether it lies in a folder since an earlier build.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        matches!(self.content, Content::Published(..))
    }

    /// How the disk showed it at a place of the folder that it is to be published into.
    pub(super) fn look_at(&self, place: &Path) -> Option<Look> {
        match &self.content {
            Content::Published(at, look) if at == place => Some(*look),
            _ => None,
        }
    }

    /// The same file, made from an argument with this digest.
    #[must_use]
    pub fn with_key(self, key: Digest) -> Self {
        Self { key: Some(key), ..self }
    }

    /// The digest of all that it was made from, if that is known.
    #[must_use]
    pub fn key(&self) -> Option<Digest> {
        self.key
    }

    /// How many bytes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl Store {
    /// A file of a site: its bytes in memory or in the temporary file.
    pub fn file(&self, role: Role, bytes: impl Into<Arc<[u8]>> + AsRef<[u8]>) -> SiteFile {
        let digest = Digest::of(bytes.as_ref());
        let len = bytes.as_ref().len();
        let content = match self.spill(bytes.as_ref()) {
            Some(range) => Content::SpilledRange(range),
            None => Content::Held(bytes.into()),
        };
        SiteFile::new(content, len, digest, role)
    }
}

/// What a file is to its site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Needed by pages: written before them.
    Asset,
    /// An HTML page.
    Page,
    /// Read by machines or hosts: written after the pages.
    Meta,
}

/// What has changed between two sites.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// New or with other bytes.
    pub written: Vec<SitePath>,
    /// In the old site only.
    pub gone: Vec<SitePath>,
}

fn changed_meanwhile(place: &Path) -> Error {
    Error::refused(format!("`{}` was changed while the book was built", place.display()), "build again")
}

impl Site {
    /// Adds a file. A path that is taken already is given back, and the site stays as it was.
    ///
    /// # Errors
    /// The path, if another file owns it.
    pub fn insert(&mut self, path: SitePath, role: Role, bytes: impl Into<Arc<[u8]>>) -> Result<(), SitePath> {
        self.put(path, SiteFile::held(role, bytes))
    }

    /// Adds a file as [`Site::insert`] does.
    ///
    /// # Errors
    /// The path, if another file owns it.
    pub fn put(&mut self, path: SitePath, file: SiteFile) -> Result<(), SitePath> {
        if self.files.contains_key(&path) {
            return Err(path);
        }
        self.files.insert(path, file);
        Ok(())
    }

    /// Adds a file in the place of one that may be there; whether one was.
    pub fn replace(&mut self, path: SitePath, file: SiteFile) -> bool {
        self.files.insert(path, file).is_some()
    }

    /// Takes a file out.
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

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// What has changed since `old`.
    #[must_use]
    pub fn changes_since(&self, old: &Self) -> Changes {
        let differs =
            |(path, file): &(&SitePath, &SiteFile)| old.get(path).is_none_or(|before| before.digest != file.digest);
        Changes {
            written: self.iter().filter(differs).map(|(path, _)| path.clone()).collect(),
            gone: old.files.keys().filter(|path| !self.files.contains_key(*path)).cloned().collect(),
        }
    }
}
