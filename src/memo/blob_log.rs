//! A file of entries, each a key and some bytes. New entries are appended; [`BlobLog::compact`] removes old ones.
//!
//! The file is a header that names its kind, then entries: a head of [`HEAD`] bytes and a body. A head holds the length of
//! the body, the key, the digest of the body, and the MAC of these. So the heads alone are read and checked when the file
//! is opened, and a body when it is asked for. New entries are collected in memory and written together. A build that was
//! killed while it wrote has lost the entries it wrote last. An entry is valid at any place, so it can be moved in place.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::mac::MacKey;
use crate::digest::Digest;

/// Bytes of a head: length of the body, key, digest of the body, MAC of these.
pub(super) const HEAD: usize = 4 + 32 + 32 + 32;
/// Bytes of a head that its MAC covers.
const COVERED: usize = HEAD - 32;
/// Bytes that are read to find a head: few, because a body follows that is not read.
const READ_AHEAD: usize = 4 << 10;
/// Bytes of new entries that are written together.
const BUFFER: usize = 1 << 20;
/// A file up to this size is never compacted.
const WORTH_COMPACTING: u64 = 1 << 20;

/// A file of entries. Other processes must not have it open: the caller locks its folder.
#[derive(Debug)]
pub(super) struct BlobLog {
    file: File,
    path: PathBuf,
    /// What the file begins with. MACs cover it, so that an entry of one kind of file is invalid in another.
    header: String,
    key: MacKey,
    state: Mutex<State>,
}

/// The entries of a file.
#[derive(Debug, Default)]
pub(super) struct State {
    places: BTreeMap<Digest, Place>,
    /// Where the next entry begins.
    end: u64,
    /// The last bytes before `end`, which are not yet in the file.
    buffer: Vec<u8>,
}

/// Where an entry is.
#[derive(Debug, Clone, Copy)]
struct Place {
    at: u64,
    length: u32,
    body: Digest,
}

impl Place {
    /// Bytes of the whole entry.
    fn size(&self) -> u64 {
        HEAD as u64 + u64::from(self.length)
    }
}

impl State {
    /// How much of `end` is in the file.
    fn written(&self) -> u64 {
        self.end - self.buffer.len() as u64
    }

    /// The body of an entry that is not yet in the file.
    fn buffered(&self, place: Place) -> Option<&[u8]> {
        let from = usize::try_from(place.at.checked_sub(self.written())?).ok()?;
        self.buffer.get(from..)?.get(HEAD..)?.get(..usize::try_from(place.length).ok()?)
    }

    /// Removes all entries but those with the keys in `wanted`, and moves these, one at a time and lowest first, to follow
    /// the `start` bytes of the header without gaps. `disk` is the file; nothing may be in the buffer.
    pub(super) fn close_gaps(
        &mut self,
        disk: &mut (impl Read + Write + Seek),
        wanted: &BTreeSet<Digest>,
        start: u64,
    ) -> io::Result<()> {
        self.places.retain(|key, _| wanted.contains(key));
        let mut places: Vec<&mut Place> = self.places.values_mut().collect();
        places.sort_by_key(|place| place.at);
        self.end = start;
        let mut entry = Vec::new();
        for place in places {
            if place.at != self.end {
                entry.resize(usize::try_from(place.size()).map_err(io::Error::other)?, 0);
                disk.seek(SeekFrom::Start(place.at))?;
                disk.read_exact(&mut entry)?;
                disk.seek(SeekFrom::Start(self.end))?;
                disk.write_all(&entry)?;
                place.at = self.end;
            }
            self.end += place.size();
        }
        Ok(())
    }
}

impl BlobLog {
    /// Opens or creates a file; `None` if it cannot be written. A file with another header is emptied, and what follows the
    /// last valid entry is cut off.
    pub(super) fn open(path: PathBuf, header: String, key: MacKey) -> Option<Self> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).ok()?;
        let state = read_heads(&file, &header, &key);
        let log = Self { file, path, header, key, state: Mutex::default() };
        match state {
            Some(state) => {
                log.file.set_len(state.end).ok()?;
                *log.state() = state;
            }
            None => log.reset(&mut log.state()).ok()?,
        }
        Some(log)
    }

    /// The bytes of an entry; `None` if there is none with this key, or if its bytes were changed.
    pub(super) fn get(&self, key: Digest) -> Option<Vec<u8>> {
        let state = self.state();
        let place = *state.places.get(&key)?;
        if let Some(body) = state.buffered(place) {
            return Some(body.to_vec());
        }
        let body = self.read_at(place.at + HEAD as u64, usize::try_from(place.length).ok()?, state).ok()?;
        (Digest::of(&body) == place.body).then_some(body)
    }

    /// Appends an entry; it takes the place of an earlier one with the same key. It is in the file after [`Self::flush`], or
    /// when the file is closed. On a full disk nothing is stored.
    pub(super) fn insert(&self, key: Digest, body: &[u8]) {
        let Ok(length) = u32::try_from(body.len()) else { return };
        let digest = Digest::of(body);
        let head = head(&self.header, &self.key, key, length, digest);
        let mut state = self.state();
        let place = Place { at: state.end, length, body: digest };
        state.buffer.extend_from_slice(&head);
        state.buffer.extend_from_slice(body);
        state.end += place.size();
        state.places.insert(key, place);
        if state.buffer.len() >= BUFFER {
            self.write_buffer(&mut state);
        }
    }

    /// Writes all new entries to the file.
    pub(super) fn flush(&self) {
        self.write_buffer(&mut self.state());
    }

    /// Removes all entries.
    pub(super) fn clear(&self) {
        // If the disk fails, nothing is found until the file is opened again.
        let _ = self.reset(&mut self.state());
    }

    /// Removes all entries but those with the keys in `wanted`, if the others are most of a large file. If the process is
    /// killed meanwhile, only entries that were not yet moved are lost.
    pub(super) fn compact(&self, wanted: &BTreeSet<Digest>) {
        let mut state = self.state();
        let places = wanted.iter().filter_map(|key| state.places.get(key));
        let size: u64 = places.map(Place::size).sum();
        if state.end > WORTH_COMPACTING && size < state.end / 2 && self.compact_file(&mut state, wanted).is_err() {
            // Of an entry that was half moved nothing is known.
            let _ = self.reset(&mut state);
        }
    }

    fn compact_file(&self, state: &mut State, wanted: &BTreeSet<Digest>) -> io::Result<()> {
        self.write_buffer(state);
        state.close_gaps(&mut &self.file, wanted, self.header.len() as u64)?;
        self.file.set_len(state.end)
    }

    /// Makes the file a header without entries.
    fn reset(&self, state: &mut State) -> io::Result<()> {
        *state = State { end: self.header.len() as u64, ..State::default() };
        self.file.set_len(0)?;
        self.write_at(self.header.as_bytes(), 0)
    }

    /// Writes the buffer to the file. If the disk does not take it, its entries are removed.
    fn write_buffer(&self, state: &mut State) {
        let written = state.written();
        if !state.buffer.is_empty() && self.write_at(&state.buffer, written).is_err() {
            state.places.retain(|_, place| place.at < written);
            state.end = written;
        }
        state.buffer.clear();
    }

    /// The caller holds the state, since writing moves the position of the file.
    fn write_at(&self, bytes: &[u8], at: u64) -> io::Result<()> {
        (&self.file).seek(SeekFrom::Start(at))?;
        (&self.file).write_all(bytes)
    }

    /// Reads bytes of the file. Several threads read at once: the state is not locked meanwhile.
    #[cfg(unix)]
    fn read_at(&self, at: u64, length: usize, state: MutexGuard<'_, State>) -> io::Result<Vec<u8>> {
        drop(state);
        let mut bytes = vec![0; length];
        std::os::unix::fs::FileExt::read_exact_at(&self.file, &mut bytes, at)?;
        Ok(bytes)
    }

    /// Reads bytes of the file. The state is locked meanwhile, since reading moves the position of the file.
    #[cfg(not(unix))]
    fn read_at(&self, at: u64, length: usize, state: MutexGuard<'_, State>) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        (&self.file).seek(SeekFrom::Start(at))?;
        (&self.file).read_exact(&mut bytes)?;
        drop(state);
        Ok(bytes)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The keys of all entries.
    #[cfg(test)]
    pub(super) fn keys(&self) -> Vec<Digest> {
        self.state().places.keys().copied().collect()
    }
}

impl Drop for BlobLog {
    fn drop(&mut self) {
        self.flush();
        // Nothing was stored: leave no file in the author's folder.
        if self.state().end <= self.header.len() as u64 {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn head(header: &str, mac_key: &MacKey, key: Digest, length: u32, body: Digest) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    head[..4].copy_from_slice(&length.to_le_bytes());
    head[4..36].copy_from_slice(&key.0);
    head[36..COVERED].copy_from_slice(&body.0);
    let mac = mac_key.mac(header, &head[..COVERED]);
    head[COVERED..].copy_from_slice(mac.as_bytes());
    head
}

/// The places of all entries up to the first invalid head; `None` if the file has another header.
pub(super) fn read_heads(file: &File, header: &str, key: &MacKey) -> Option<State> {
    let whole = file.metadata().ok()?.len();
    let mut reader = BufReader::with_capacity(READ_AHEAD, file);
    let mut start = vec![0; header.len()];
    reader.read_exact(&mut start).ok()?;
    if start != header.as_bytes() {
        return None;
    }
    let mut state = State { end: header.len() as u64, ..State::default() };
    while let Some((entry, place)) = read_head(&mut reader, header, key, state.end) {
        let end = place.at + place.size();
        if end > whole || reader.seek_relative(i64::from(place.length)).is_err() {
            break;
        }
        state.end = end;
        state.places.insert(entry, place);
    }
    Some(state)
}

fn read_head(reader: &mut impl Read, header: &str, mac_key: &MacKey, at: u64) -> Option<(Digest, Place)> {
    let mut bytes = [0; HEAD];
    reader.read_exact(&mut bytes).ok()?;
    let (covered, mac) = bytes.split_at(COVERED);
    if mac_key.mac(header, covered) != *mac {
        return None;
    }
    let digest = |from: usize| Some(Digest(*bytes.get(from..)?.first_chunk()?));
    Some((digest(4)?, Place { at, length: u32::from_le_bytes(*bytes.first_chunk()?), body: digest(36)? }))
}
