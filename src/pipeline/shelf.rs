//! A file of entries, each under the digest of what it was made from. Grows at its end; what is no longer used goes when it
//! is most of it.
//!
//! Heads are read when the file is opened, a body when somebody asks for it. Each head bears the seal of this user, and
//! names the digest of its body: nothing is believed that another has written, and a build that was killed while it
//! wrote has cost what it wrote last. An entry is what it is wherever it stands, so that entries may be moved in place.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::seal::Secret;
use crate::source::Digest;

/// Length of the body, key, digest of the body, seal of these.
const HEAD: usize = 4 + 32 + 32 + 32;
/// A head may begin anywhere, so that little is read to find it.
const GLIMPSE: usize = 4 << 10;
/// Bytes that are written in one go.
const BASKET: usize = 1 << 20;
/// A file larger than this is cleared when most of it is no longer used.
const WORTH_CLEARING: u64 = 1 << 20;

/// A file of entries.
#[derive(Debug)]
pub(super) struct Shelf {
    /// Held and locked for as long as the shelf lives; another build then does without.
    file: File,
    path: PathBuf,
    /// What the file begins with. Entries of one kind of file are none of another.
    kind: &'static str,
    secret: Secret,
    rows: Mutex<Rows>,
}

/// What stands where.
#[derive(Debug)]
struct Rows {
    places: BTreeMap<Digest, Place>,
    /// Where the next entry begins.
    end: u64,
    /// The last entries, not yet on disk.
    basket: Vec<u8>,
    /// Whether the disk would not take something: nothing more is written.
    full: bool,
}

/// Where an entry stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    at: u64,
    length: u32,
    sum: Digest,
}

impl Place {
    /// Bytes of the whole entry.
    fn size(&self) -> u64 {
        HEAD as u64 + u64::from(self.length)
    }
}

impl Shelf {
    /// Opens a file; none if it cannot be used, or is used by another build.
    pub(super) fn open(path: PathBuf, kind: &'static str, secret: Secret) -> Option<Self> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).ok()?;
        file.try_lock().ok()?;
        let (places, end) = read_heads(&file, kind, secret).unwrap_or_default();
        let rows = Rows { places, end, basket: Vec::new(), full: false };
        // What a build left that was killed while it wrote is cut off; a file that is none of ours is begun anew.
        file.set_len(end).ok()?;
        let shelf = Self { file, path, kind, secret, rows: Mutex::new(rows) };
        if end == 0 {
            shelf.write(&mut shelf.rows(), kind.as_bytes());
        }
        Some(shelf)
    }

    /// The body of an entry.
    pub(super) fn get(&self, key: Digest) -> Option<Vec<u8>> {
        let rows = self.rows();
        let place = *rows.places.get(&key)?;
        // Many threads read at once where reading does not move the place that writes begin at.
        #[cfg(unix)]
        drop(rows);
        let mut body = vec![0; usize::try_from(place.length).ok()?];
        self.fill(&mut body, place.at + HEAD as u64).ok()?;
        (Digest::of(&body) == place.sum).then_some(body)
    }

    /// All entries that are whole, read at once.
    pub(super) fn all(&self) -> Vec<(Digest, Arc<[u8]>)> {
        let mut rows = self.rows();
        self.empty(&mut rows);
        let mut bytes = vec![0; usize::try_from(rows.end).unwrap_or_default()];
        if self.fill(&mut bytes, 0).is_err() {
            return Vec::new();
        }
        let body = |place: &Place| {
            let start = usize::try_from(place.at).ok()? + HEAD;
            bytes.get(start..start + place.length as usize).filter(|body| Digest::of(body) == place.sum)
        };
        rows.places.iter().filter_map(|(key, place)| Some((*key, body(place)?.into()))).collect()
    }

    /// Puts an entry behind the others. It is on disk after [`Self::settle`], if the disk will have it.
    pub(super) fn put(&self, key: Digest, body: &[u8]) {
        let Ok(length) = u32::try_from(body.len()) else { return };
        let sum = Digest::of(body);
        let head = head(self.kind, self.secret, key, length, sum);
        let mut rows = self.rows();
        let place = Place { at: rows.end, length, sum };
        rows.places.insert(key, place);
        self.write(&mut rows, &head);
        self.write(&mut rows, body);
    }

    /// Writes what was put.
    pub(super) fn settle(&self) {
        self.empty(&mut self.rows());
    }

    /// Lets go of all other entries if they are most of a large file.
    pub(super) fn clear(&self, wanted: &BTreeSet<Digest>) {
        let mut rows = self.rows();
        self.empty(&mut rows);
        let kept = rows.places.iter().filter(|(key, _)| wanted.contains(key)).map(|(_, place)| place.size());
        let kept = kept.sum::<u64>();
        if rows.end > WORTH_CLEARING && kept < rows.end / 2 && self.close_ranks(&mut rows, wanted).is_err() {
            rows.full = true;
        }
    }

    /// In place, not by rename: the lock is on the file. A kill on the way costs the entries that were not yet moved.
    fn close_ranks(&self, rows: &mut Rows, wanted: &BTreeSet<Digest>) -> io::Result<()> {
        rows.places.retain(|key, _| wanted.contains(key));
        let mut places: Vec<&mut Place> = rows.places.values_mut().collect();
        places.sort_by_key(|place| place.at);
        rows.end = self.kind.len() as u64;
        let mut entry = Vec::new();
        for place in places {
            entry.resize(usize::try_from(place.size()).unwrap_or(HEAD), 0);
            self.fill(&mut entry, place.at)?;
            self.write_at(&entry, rows.end)?;
            place.at = rows.end;
            rows.end += place.size();
        }
        self.file.set_len(rows.end)
    }

    fn write(&self, rows: &mut Rows, bytes: &[u8]) {
        rows.end += bytes.len() as u64;
        rows.basket.extend_from_slice(bytes);
        if rows.basket.len() >= BASKET {
            self.empty(rows);
        }
    }

    /// Writes the basket out.
    fn empty(&self, rows: &mut Rows) {
        let at = rows.end - rows.basket.len() as u64;
        if !rows.full && self.write_at(&rows.basket, at).is_err() {
            rows.full = true;
        }
        rows.basket.clear();
    }

    fn write_at(&self, bytes: &[u8], at: u64) -> io::Result<()> {
        (&self.file).seek(SeekFrom::Start(at))?;
        (&self.file).write_all(bytes)
    }

    #[cfg(unix)]
    fn fill(&self, bytes: &mut [u8], at: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, bytes, at)
    }

    #[cfg(not(unix))]
    fn fill(&self, bytes: &mut [u8], at: u64) -> io::Result<()> {
        (&self.file).seek(SeekFrom::Start(at))?;
        (&self.file).read_exact(bytes)
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        self.settle();
        // Nothing was ever remembered: leave no trace in the author's folder.
        if self.rows().end <= self.kind.len() as u64 {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn head(kind: &str, secret: Secret, key: Digest, length: u32, sum: Digest) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    head[..4].copy_from_slice(&length.to_le_bytes());
    head[4..36].copy_from_slice(&key.0);
    head[36..68].copy_from_slice(&sum.0);
    let seal = secret.seal(Digest::of(kind.as_bytes()), &head[..68]);
    head[68..].copy_from_slice(&seal.0);
    head
}

/// Where all entries stand up to the first whose head cannot be trusted, and where that one begins; none if the file is
/// none of ours.
fn read_heads(file: &File, kind: &str, secret: Secret) -> Option<(BTreeMap<Digest, Place>, u64)> {
    let whole = file.metadata().ok()?.len();
    let mut reader = BufReader::with_capacity(GLIMPSE, file);
    let mut start = vec![0; kind.len()];
    reader.read_exact(&mut start).ok()?;
    if start != kind.as_bytes() {
        return None;
    }
    let (mut places, mut at) = (BTreeMap::new(), kind.len() as u64);
    while let Some((key, place)) = read_head(&mut reader, kind, secret, at) {
        if place.at + place.size() > whole || reader.seek_relative(i64::from(place.length)).is_err() {
            break;
        }
        at += place.size();
        places.insert(key, place);
    }
    Some((places, at))
}

fn read_head(reader: &mut impl Read, kind: &str, secret: Secret, at: u64) -> Option<(Digest, Place)> {
    let mut bytes = [0; HEAD];
    reader.read_exact(&mut bytes).ok()?;
    let length = u32::from_le_bytes(*bytes.first_chunk()?);
    let digest = |at: usize| Some(Digest(*bytes.get(at..)?.first_chunk()?));
    let (key, sum) = (digest(4)?, digest(36)?);
    (bytes == head(kind, secret, key, length, sum)).then_some((key, Place { at, length, sum }))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const KIND: &str = "test 1\n";
    const SECRET: Secret = Secret([7; 32]);

    fn opened(path: &Path) -> Shelf {
        Shelf::open(path.to_owned(), KIND, SECRET).unwrap()
    }

    fn key(text: &str) -> Digest {
        Digest::of(text.as_bytes())
    }

    fn put(shelf: &Shelf, text: &str) {
        shelf.put(key(text), text.as_bytes());
    }

    /// Which of the texts a file holds, asked one by one and all at once.
    fn held(path: &Path, texts: &[&str]) -> Vec<String> {
        let shelf = opened(path);
        let one_by_one = texts.iter().filter_map(|text| String::from_utf8(shelf.get(key(text))?).ok());
        let held: Vec<String> = one_by_one.collect();
        let whole: BTreeSet<Digest> = shelf.all().into_iter().map(|(key, _)| key).collect();
        assert_eq!(whole, held.iter().map(|text| key(text)).collect());
        held
    }

    #[test]
    fn entries_are_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shelf");
        for text in ["", "one", "two"] {
            put(&opened(&path), text);
        }
        assert_eq!(held(&path, &["one", "two", "", "three"]), ["one", "two", ""]);
    }

    #[test]
    fn nothing_is_left_of_nothing() {
        let folder = tempfile::tempdir().unwrap();
        drop(opened(&folder.path().join("shelf")));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn an_entry_of_another_secret_or_kind_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shelf");
        for (kind, secret) in [(KIND, Secret([8; 32])), ("test 2\n", SECRET)] {
            put(&Shelf::open(path.clone(), kind, secret).unwrap(), "one");
            // As if somebody had changed what it begins with.
            let bytes = std::fs::read(&path).unwrap();
            put_bytes(&path, &[KIND.as_bytes(), &bytes[KIND.len()..]].concat());
            assert_eq!(held(&path, &["one"]), [""; 0]);
        }
    }

    #[expect(clippy::disallowed_methods, reason = "somebody's file")]
    fn put_bytes(path: &Path, bytes: &[u8]) {
        std::fs::write(path, bytes).unwrap();
    }

    #[test]
    fn any_cut_or_changed_byte_loses_only_what_it_touches_or_follows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shelf");
        let texts = ["first", "second", "third"];
        for text in texts {
            put(&opened(&path), text);
        }
        let bytes = std::fs::read(&path).unwrap();
        let ends: Vec<usize> = texts
            .iter()
            .scan(KIND.len(), |end, text| {
                *end += HEAD + text.len();
                Some(*end)
            })
            .collect();
        for cut in 0..bytes.len() {
            put_bytes(&path, &bytes[..cut]);
            let whole = ends.iter().filter(|end| **end <= cut).count();
            assert_eq!(held(&path, &texts), texts[..whole], "cut at {cut}");
            // What is put next is found behind what was whole.
            put_bytes(&path, &bytes[..cut]);
            put(&opened(&path), "next");
            let all = [&texts[..whole], &["next"]].concat();
            assert_eq!(held(&path, &all), all, "cut at {cut}");
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            put_bytes(&path, &changed);
            let hit = ends.iter().position(|end| at < *end).unwrap();
            let in_head = at < KIND.len() || at < ends[hit] - texts[hit].len();
            let left: Vec<&str> = match (at < KIND.len(), in_head) {
                (true, _) => Vec::new(),
                (_, true) => texts[..hit].to_vec(),
                _ => texts.iter().copied().filter(|text| *text != texts[hit]).collect(),
            };
            assert_eq!(held(&path, &texts), left, "changed at {at}");
        }
    }

    #[test]
    fn what_is_no_longer_used_goes_when_it_is_most() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shelf");
        let texts: Vec<String> = (0..8).map(|at| at.to_string().repeat(400_000)).collect();
        let all: Vec<&str> = texts.iter().map(String::as_str).collect();
        let shelf = opened(&path);
        for text in &all {
            put(&shelf, text);
        }
        let few = |texts: &[usize]| texts.iter().map(|at| key(all[*at])).collect::<BTreeSet<_>>();
        shelf.clear(&few(&[0, 2, 4, 6, 7]));
        assert_eq!(shelf.all().len(), 8);
        shelf.clear(&few(&[1, 4, 7]));
        put(&shelf, "next");
        drop(shelf);
        let length = std::fs::read(&path).unwrap().len();
        assert_eq!(length, KIND.len() + 3 * (HEAD + 400_000) + HEAD + 4);
        assert_eq!(held(&path, &[&all[..], &["next"]].concat()), [all[1], all[4], all[7], "next"]);
    }

    #[test]
    fn a_kill_while_entries_are_moved_costs_some_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shelf");
        let texts = ["first", "second and longer", "third"];
        for text in texts {
            put(&opened(&path), text);
        }
        let bytes = std::fs::read(&path).unwrap();
        // The third is on its way to the place of the first.
        let (start, third) = (KIND.len(), bytes.len() - HEAD - texts[2].len());
        for moved in 0..=bytes.len() - third {
            let mut killed = bytes.clone();
            killed.copy_within(third..third + moved, start);
            put_bytes(&path, &killed);
            let found = held(&path, &texts);
            assert!(found.iter().all(|text| texts.contains(&text.as_str())), "{found:?}");
        }
    }
}
