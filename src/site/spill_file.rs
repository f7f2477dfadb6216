//! [`SpillFile`]: an unnamed temporary file for the bytes of a large site, which do not fit into memory.
//!
//! The operating system deletes the file when the last [`SpilledRange`] is dropped or the process ends.

use std::fs::{self, File};
#[cfg(not(unix))]
use std::io::Read;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Error;

/// Bytes that are read back at once; small enough for the processor's cache.
const CHUNK_LEN: usize = 256 << 10;

/// The temporary file. Bytes are appended to it and never changed.
#[derive(Debug)]
pub(super) struct SpillFile {
    file: File,
    /// The offset at which the next bytes are written.
    end: Mutex<u64>,
}

/// A range of bytes in the temporary file, which keeps the file open.
#[derive(Debug, Clone)]
pub(super) struct SpilledRange {
    file: Arc<SpillFile>,
    offset: u64,
    len: usize,
}

impl SpillFile {
    /// Creates the file in `folder`, or in the system's temporary folder if that is not possible.
    pub(super) fn create(folder: Option<&Path>) -> io::Result<Arc<Self>> {
        let folder = folder.filter(|folder| fs::create_dir_all(folder).is_ok());
        let file = folder.map_or_else(tempfile::tempfile, |folder| {
            tempfile::tempfile_in(folder).or_else(|_| tempfile::tempfile())
        })?;
        Ok(Arc::new(Self { file, end: Mutex::new(0) }))
    }

    /// Appends bytes and returns where they are.
    pub(super) fn append(self: &Arc<Self>, bytes: &[u8]) -> io::Result<SpilledRange> {
        let mut end = self.end();
        let offset = *end;
        (&self.file).seek(SeekFrom::Start(offset))?;
        (&self.file).write_all(bytes)?;
        *end += bytes.len() as u64;
        Ok(SpilledRange { file: self.clone(), offset, len: bytes.len() })
    }

    fn end(&self) -> MutexGuard<'_, u64> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fills a buffer from an offset on; several threads may read at once.
    #[cfg(unix)]
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, buffer, offset)
    }

    #[cfg(not(unix))]
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        // Reading moves the file's only cursor, which `append` moves too.
        let _end = self.end();
        (&self.file).seek(SeekFrom::Start(offset))?;
        (&self.file).read_exact(buffer)
    }
}

impl SpilledRange {
    /// All bytes of the range.
    pub(super) fn read(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = vec![0; self.len];
        self.read_at(&mut bytes, 0)?;
        Ok(bytes)
    }

    /// Calls `take` with chunks of at most [`CHUNK_LEN`] bytes. `buffer` holds a chunk and may be reused for other ranges.
    pub(super) fn for_each_chunk(
        &self,
        buffer: &mut Vec<u8>,
        mut take: impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        buffer.resize(CHUNK_LEN, 0);
        for from in (0..self.len).step_by(CHUNK_LEN) {
            let chunk = &mut buffer[..CHUNK_LEN.min(self.len - from)];
            self.read_at(chunk, from)?;
            take(chunk)?;
        }
        Ok(())
    }

    fn read_at(&self, buffer: &mut [u8], from: usize) -> Result<(), Error> {
        self.file.read_at(buffer, self.offset + from as u64).map_err(Error::disk("read", "a temporary file"))
    }
}
