//! Where the bytes of a large site wait: a temporary file instead of memory.
//!
//! A site is a value, but ten thousand pages are hundreds of megabytes. Beyond [`HELD`] bytes they go to a file without a
//! name, which the system removes when the last page of the site is dropped, and are read back when somebody asks.

use std::fs::{self, File};
#[cfg(not(unix))]
use std::io::Read;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::error::Error;

/// Bytes of a site that are held in memory; what comes later waits on disk.
const HELD: usize = 16 << 20;

/// Bytes that are read back at once: as many as lie near the processor.
const PIECE: usize = 256 << 10;

/// Takes the bytes of a site in, from many threads.
#[derive(Debug)]
pub struct Store {
    held: AtomicUsize,
    limit: usize,
    folder: Option<PathBuf>,
    vault: OnceLock<Option<Arc<SpillFile>>>,
}

/// The temporary file.
#[derive(Debug)]
pub(super) struct SpillFile {
    file: File,
    /// Where the next bytes go.
    end: Mutex<u64>,
}

/// A stretch of the temporary file.
#[derive(Debug, Clone)]
pub(super) struct SpilledRange {
    vault: Arc<SpillFile>,
    at: u64,
    len: usize,
}

impl Store {
    /// A store whose file, should it need one, lies in `folder`, or among the system's temporary files.
    #[must_use]
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { held: AtomicUsize::new(0), limit: HELD, folder, vault: OnceLock::new() }
    }

    /// Writes bytes to the file if memory holds enough of the site already. `None`: they stay in memory, also where the disk
    /// refuses them.
    pub(super) fn spill(&self, bytes: &[u8]) -> Option<SpilledRange> {
        if self.held.load(Ordering::Relaxed) + bytes.len() <= self.limit {
            self.held.fetch_add(bytes.len(), Ordering::Relaxed);
            return None;
        }
        let vault = self.vault.get_or_init(|| self.open().ok()).as_ref()?;
        let at = vault.append(bytes).ok()?;
        Some(SpilledRange { vault: vault.clone(), at, len: bytes.len() })
    }

    fn open(&self) -> io::Result<Arc<SpillFile>> {
        let beside = self.folder.as_ref().filter(|folder| fs::create_dir_all(folder).is_ok());
        let file = beside.map_or_else(tempfile::tempfile, |folder| {
            tempfile::tempfile_in(folder).or_else(|_| tempfile::tempfile())
        })?;
        Ok(Arc::new(SpillFile { file, end: Mutex::new(0) }))
    }
}

impl SpillFile {
    fn append(&self, bytes: &[u8]) -> io::Result<u64> {
        let mut end = self.end();
        let at = *end;
        (&self.file).seek(SeekFrom::Start(at))?;
        (&self.file).write_all(bytes)?;
        *end += bytes.len() as u64;
        Ok(at)
    }

    fn end(&self) -> MutexGuard<'_, u64> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Many threads read at once.
    #[cfg(unix)]
    fn fill(&self, bytes: &mut [u8], at: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, bytes, at)
    }

    #[cfg(not(unix))]
    fn fill(&self, bytes: &mut [u8], at: u64) -> io::Result<()> {
        // The file has one place at a time, which whoever appends moves too.
        let _end = self.end();
        (&self.file).seek(SeekFrom::Start(at))?;
        (&self.file).read_exact(bytes)
    }
}

impl SpilledRange {
    pub(super) fn read(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = vec![0; self.len];
        self.fill(&mut bytes, 0)?;
        Ok(bytes)
    }

    /// `room` is where a piece lies while it is taken; it serves one file after the other.
    pub(super) fn for_each_piece(
        &self,
        room: &mut Vec<u8>,
        mut take: impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        room.resize(PIECE, 0);
        for from in (0..self.len).step_by(PIECE) {
            let piece = &mut room[..PIECE.min(self.len - from)];
            self.fill(piece, from)?;
            take(piece)?;
        }
        Ok(())
    }

    fn fill(&self, bytes: &mut [u8], from: usize) -> Result<(), Error> {
        self.vault.fill(bytes, self.at + from as u64).map_err(Error::disk("read", "a temporary file"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::{Role, SiteFile};
    use super::*;
    use crate::source::Digest;

    #[test]
    fn what_does_not_fit_is_read_back() {
        let store = Store { limit: 10, ..Store::new(None) };
        let texts = ["12345678", "abcdef", "", "xyz", "9"];
        let files: Vec<SiteFile> = texts.iter().map(|text| store.file(Role::Page, text.as_bytes().to_vec())).collect();
        drop(store);
        for (file, text) in files.iter().zip(texts) {
            assert_eq!(&*file.bytes().unwrap(), text.as_bytes());
            let mut pieces = Vec::new();
            let collect = |piece: &[u8]| {
                pieces.extend_from_slice(piece);
                Ok(())
            };
            file.for_each_piece(&mut Vec::new(), collect).unwrap();
            assert_eq!(pieces, text.as_bytes());
            assert_eq!((file.len(), file.digest), (text.len(), Digest::of(text.as_bytes())));
        }
    }
}
