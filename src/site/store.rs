//! [`Store`]: makes the files of a site, and moves their bytes to a temporary file once memory holds enough of them.
//!
//! Ten thousand pages are hundreds of megabytes. The first [`MEMORY_LIMIT`] bytes of a site stay in memory; the rest goes
//! to a [`SpillFile`] and is read back when a file's bytes are asked for.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::model::{Content, Role, SiteFile};
use super::spill_file::{SpillFile, SpilledRange};
use crate::digest::Digest;

/// Bytes of a site that are kept in memory; later ones are written to the temporary file.
const MEMORY_LIMIT: usize = 16 << 20;

/// Makes [`SiteFile`]s from bytes; may be shared by many threads.
#[derive(Debug)]
pub struct Store {
    in_memory: AtomicUsize,
    limit: usize,
    folder: Option<PathBuf>,
    /// Created when the first file is spilled; `None` inside if it could not be.
    spill_file: OnceLock<Option<Arc<SpillFile>>>,
}

impl Store {
    /// An empty store. Its temporary file, if one is needed, is created in `folder`, or in the system's temporary folder.
    #[must_use]
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { in_memory: AtomicUsize::new(0), limit: MEMORY_LIMIT, folder, spill_file: OnceLock::new() }
    }

    /// A file of a site with these bytes, which are kept in memory or written to the temporary file.
    pub fn file(&self, role: Role, bytes: impl Into<Arc<[u8]>> + AsRef<[u8]>) -> SiteFile {
        let digest = Digest::of(bytes.as_ref());
        let len = bytes.as_ref().len();
        let content = match self.spill(bytes.as_ref()) {
            Some(range) => Content::Spilled(range),
            None => Content::InMemory(bytes.into()),
        };
        SiteFile::new(content, len, digest, role)
    }

    /// Writes bytes to the temporary file if they do not fit into memory. If that fails too, they stay in memory.
    fn spill(&self, bytes: &[u8]) -> Option<SpilledRange> {
        if self.in_memory.load(Ordering::Relaxed) + bytes.len() <= self.limit {
            self.in_memory.fetch_add(bytes.len(), Ordering::Relaxed);
            return None;
        }
        let spill_file = self.spill_file.get_or_init(|| SpillFile::create(self.folder.as_deref()).ok());
        spill_file.as_ref()?.append(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spilled_bytes_are_read_back() {
        let store = Store { limit: 10, ..Store::new(None) };
        let texts = ["12345678", "abcdef", "", "xyz", "9"];
        let files: Vec<SiteFile> = texts.iter().map(|text| store.file(Role::Page, text.as_bytes().to_vec())).collect();
        drop(store);
        for (file, text) in files.iter().zip(texts) {
            assert_eq!(&*file.bytes().unwrap(), text.as_bytes());
            let mut read = Vec::new();
            let collect = |chunk: &[u8]| {
                read.extend_from_slice(chunk);
                Ok(())
            };
            file.for_each_chunk(&mut Vec::new(), collect).unwrap();
            assert_eq!(read, text.as_bytes());
            assert_eq!((file.len(), file.digest), (text.len(), Digest::of(text.as_bytes())));
        }
    }
}
