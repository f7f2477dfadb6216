//! Tests of [`BlobLog`]: entries that were cut, changed, planted or half moved are not found.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::blob_log::{BlobLog, HEAD, read_heads};
use super::mac::MacKey;
use crate::digest::Digest;

const HEADER: &str = "test 1\n";
const KEY: MacKey = MacKey([7; 32]);

fn opened(path: &Path) -> BlobLog {
    BlobLog::open(path.to_owned(), HEADER.to_owned(), KEY).unwrap()
}

fn key(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

fn insert(log: &BlobLog, text: &str) {
    log.insert(key(text), text.as_bytes());
}

/// Which of the texts a file holds; it must hold no other.
fn held(path: &Path, texts: &[&str]) -> Vec<String> {
    let log = opened(path);
    let held: Vec<String> = texts.iter().filter_map(|text| String::from_utf8(log.get(key(text))?).ok()).collect();
    let whole: BTreeSet<Digest> = log.keys().into_iter().filter(|key| log.get(*key).is_some()).collect();
    assert_eq!(whole, held.iter().map(|text| key(text)).collect());
    held
}

#[test]
fn entries_are_found_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    for text in ["", "one", "two"] {
        insert(&opened(&path), text);
    }
    assert_eq!(held(&path, &["one", "two", "", "three"]), ["one", "two", ""]);
}

#[test]
fn an_empty_log_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    drop(opened(&folder.path().join("log")));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn an_entry_of_another_key_or_header_is_not_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    for (header, key) in [(HEADER, MacKey([8; 32])), ("test 2\n", KEY)] {
        insert(&BlobLog::open(path.clone(), header.to_owned(), key).unwrap(), "one");
        // As if the header had been changed by hand.
        let bytes = std::fs::read(&path).unwrap();
        write(&path, &[HEADER.as_bytes(), &bytes[HEADER.len()..]].concat());
        assert_eq!(held(&path, &["one"]), [""; 0]);
    }
}

#[expect(clippy::disallowed_methods, reason = "a file that was changed by hand")]
fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn any_cut_or_changed_byte_loses_only_what_it_touches_or_follows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let texts = ["first", "second", "third"];
    for text in texts {
        insert(&opened(&path), text);
    }
    let bytes = std::fs::read(&path).unwrap();
    let ends: Vec<usize> = texts
        .iter()
        .scan(HEADER.len(), |end, text| {
            *end += HEAD + text.len();
            Some(*end)
        })
        .collect();
    for cut in 0..bytes.len() {
        write(&path, &bytes[..cut]);
        let whole = ends.iter().filter(|end| **end <= cut).count();
        assert_eq!(held(&path, &texts), texts[..whole], "cut at {cut}");
        // What is inserted next is found after the valid entries.
        write(&path, &bytes[..cut]);
        insert(&opened(&path), "next");
        let all = [&texts[..whole], &["next"]].concat();
        assert_eq!(held(&path, &all), all, "cut at {cut}");
    }
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        write(&path, &changed);
        let hit = ends.iter().position(|end| at < *end).unwrap();
        let in_head = at < HEADER.len() || at < ends[hit] - texts[hit].len();
        let left: Vec<&str> = match (at < HEADER.len(), in_head) {
            (true, _) => Vec::new(),
            (_, true) => texts[..hit].to_vec(),
            _ => texts.iter().copied().filter(|text| *text != texts[hit]).collect(),
        };
        assert_eq!(held(&path, &texts), left, "changed at {at}");
    }
}

#[test]
fn unused_entries_are_removed_when_they_are_most_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let texts: Vec<String> = (0..8).map(|at| at.to_string().repeat(400_000)).collect();
    let all: Vec<&str> = texts.iter().map(String::as_str).collect();
    let log = opened(&path);
    for text in &all {
        insert(&log, text);
    }
    let few = |texts: &[usize]| texts.iter().map(|at| key(all[*at])).collect::<BTreeSet<_>>();
    log.compact(&few(&[0, 2, 4, 6, 7]));
    assert_eq!(log.keys().len(), 8);
    log.compact(&few(&[1, 4, 7]));
    insert(&log, "next");
    drop(log);
    let length = std::fs::read(&path).unwrap().len();
    assert_eq!(length, HEADER.len() + 3 * (HEAD + 400_000) + HEAD + 4);
    assert_eq!(held(&path, &[&all[..], &["next"]].concat()), [all[1], all[4], all[7], "next"]);
}

/// A file that takes some bytes and then no more, as if the process had been killed.
struct KilledAfter {
    file: File,
    left: usize,
}

impl Write for KilledAfter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.file.write(&bytes[..bytes.len().min(self.left)])?;
        self.left -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Read for KilledAfter {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

impl Seek for KilledAfter {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

#[test]
fn a_kill_while_entries_are_moved_loses_only_entries_that_were_not_yet_moved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let texts = ["first", "second and longer", "third", "4", "fifth"];
    for text in texts {
        insert(&opened(&path), text);
    }
    let bytes = std::fs::read(&path).unwrap();
    // The first stays where it is; the third and the fifth are moved.
    let wanted = [0, 2, 4].map(|at| texts[at]);
    let keys: BTreeSet<Digest> = wanted.map(key).into();
    let moved = 2 * (HEAD + 5);
    for left in 0..=moved {
        write(&path, &bytes);
        let file = OpenOptions::new().read(true).write(true).open(&path).unwrap();
        let mut state = read_heads(&file, HEADER, &KEY).unwrap();
        let done = state.close_gaps(&mut KilledAfter { file, left }, &keys, HEADER.len() as u64);
        assert_eq!(done.is_ok(), left == moved);
        let found = held(&path, &texts);
        let whole = 1 + left / (HEAD + 5);
        assert_eq!(found[..whole], wanted[..whole], "killed after {left} bytes");
    }
}

#[test]
fn new_entries_are_found_before_they_are_written_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let log = opened(&path);
    let length = || std::fs::metadata(&path).unwrap().len();
    let texts: Vec<String> = (0..100).map(|at| format!("text {at:03}")).collect();
    let all: Vec<&str> = texts.iter().map(String::as_str).collect();
    let whole = (HEADER.len() + 100 * (HEAD + 8)) as u64;
    for text in &all {
        insert(&log, text);
    }
    assert_eq!(length(), HEADER.len() as u64);
    assert!(all.iter().all(|text| log.get(key(text)).unwrap() == text.as_bytes()));
    log.flush();
    assert_eq!(length(), whole);
    assert!(all.iter().all(|text| log.get(key(text)).unwrap() == text.as_bytes()));
    // Many bytes are not kept in memory.
    let large = "long".repeat(1 << 18);
    insert(&log, &large);
    assert_eq!(length(), whole + (HEAD + large.len()) as u64);
    insert(&log, "last");
    drop(log);
    let all = [&all[..], &[&large, "last"]].concat();
    assert_eq!(held(&path, &all), all);
}

#[test]
fn a_cleared_log_is_empty_and_can_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let log = opened(&path);
    insert(&log, "first");
    log.clear();
    insert(&log, "second");
    drop(log);
    assert_eq!(held(&path, &["first", "second"]), ["second"]);
}
