//! A file of entries, each a key and some bytes. New entries are appended; [`BlobLog::compact`] removes old ones.
//!
//! The file is a header that names its kind, then entries: a head of [`HEAD`] bytes and a body. A head holds the length of
//! the body, the key, the digest of the body, and the MAC of these. So the heads alone are read and checked when the file
//! is opened, and a body when it is asked for. A build that was killed while it wrote has lost the entries it wrote last.

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

#[derive(Debug, Default)]
struct State {
    places: BTreeMap<Digest, Place>,
    /// Where the next entry begins.
    end: u64,
}

/// Where an entry is.
#[derive(Debug, Clone, Copy)]
struct Place {
    at: u64,
    length: u32,
    body: Digest,
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
        let mut body = vec![0; usize::try_from(place.length).ok()?];
        (&self.file).seek(SeekFrom::Start(place.at + HEAD as u64)).ok()?;
        (&self.file).read_exact(&mut body).ok()?;
        drop(state);
        (Digest::of(&body) == place.body).then_some(body)
    }

    /// Appends an entry; it takes the place of an earlier one with the same key. On a full disk nothing is stored.
    pub(super) fn insert(&self, key: Digest, body: &[u8]) {
        let Ok(length) = u32::try_from(body.len()) else { return };
        let digest = Digest::of(body);
        let mut entry = Vec::with_capacity(HEAD + body.len());
        entry.extend_from_slice(&head(&self.header, &self.key, key, length, digest));
        entry.extend_from_slice(body);
        let mut state = self.state();
        let place = Place { at: state.end, length, body: digest };
        if self.write_at(&entry, state.end).is_ok() {
            state.end += entry.len() as u64;
            state.places.insert(key, place);
        }
    }

    /// Removes all entries.
    pub(super) fn clear(&self) {
        // If the disk fails, nothing is found until the file is opened again.
        let _ = self.reset(&mut self.state());
    }

    /// Removes all entries but those with the keys in `wanted`, if the others are most of a large file. In place, since the
    /// file is open; if the process is killed meanwhile, entries are lost. What is wanted is in memory for a moment.
    pub(super) fn compact(&self, wanted: &BTreeSet<Digest>) {
        let state = self.state();
        let places = wanted.iter().filter_map(|key| state.places.get(key));
        let size: u64 = places.map(|place| HEAD as u64 + u64::from(place.length)).sum();
        let is_worth_it = state.end > WORTH_COMPACTING && size < state.end / 2;
        drop(state);
        if is_worth_it {
            let entries: Vec<_> = wanted.iter().filter_map(|key| Some((*key, self.get(*key)?))).collect();
            self.clear();
            for (key, body) in &entries {
                self.insert(*key, body);
            }
        }
    }

    /// Makes the file a header without entries.
    fn reset(&self, state: &mut State) -> io::Result<()> {
        *state = State { end: self.header.len() as u64, ..State::default() };
        self.file.set_len(0)?;
        self.write_at(self.header.as_bytes(), 0)
    }

    /// The caller holds the state, since reading and writing move the position of the file.
    fn write_at(&self, bytes: &[u8], at: u64) -> io::Result<()> {
        (&self.file).seek(SeekFrom::Start(at))?;
        (&self.file).write_all(bytes)
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
fn read_heads(file: &File, header: &str, key: &MacKey) -> Option<State> {
    let whole = file.metadata().ok()?.len();
    let mut reader = BufReader::with_capacity(READ_AHEAD, file);
    let mut start = vec![0; header.len()];
    reader.read_exact(&mut start).ok()?;
    if start != header.as_bytes() {
        return None;
    }
    let mut state = State { end: header.len() as u64, ..State::default() };
    while let Some((entry, place)) = read_head(&mut reader, header, key, state.end) {
        let end = place.at + HEAD as u64 + u64::from(place.length);
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
