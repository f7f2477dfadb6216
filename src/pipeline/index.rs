//! The files that search reads. Those that are the same as in the previous build are not written again.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::cache::{Cache, program};
use super::fill::Made;
use crate::diagnostic::Report;
use crate::digest::Digest;
use crate::path::SitePath;
use crate::path::generated::{SEARCH_FOLDER, SEARCH_JSON};
use crate::search::{Index, IndexSnapshot, PreviousIndex, Script};
use crate::site::{Role, SiteFile, Store};

/// The index of the previous build, with its files.
struct Last {
    snapshot: IndexSnapshot,
    files: BTreeMap<String, SiteFile>,
}

/// The files of the search index, and a snapshot from which the next build sees what has changed.
pub(super) fn search_files(
    index: &Index,
    engine: &[u8],
    store: &Store,
    cache: &Cache,
) -> (Vec<Made>, Option<IndexSnapshot>) {
    let engine = String::from_utf8_lossy(engine);
    let files = Mutex::new(Vec::new());
    let put = |name: &str, file: SiteFile| {
        let Some(path) = SitePath::new(name) else { return };
        files.lock().unwrap_or_else(PoisonError::into_inner).push(Made { path, file, report: Report::default() });
    };
    put(SEARCH_JSON, store.file(Role::Meta, index.to_json().into_bytes()));
    let last = last(cache);
    let read = |name: &str| String::from_utf8(last.as_ref()?.files.get(name)?.bytes().ok()?.into_owned()).ok();
    let before = last.as_ref().map(|last| PreviousIndex { snapshot: &last.snapshot, read: &read });
    let snapshot = index.write_scripts(&engine, before.as_ref(), &|name, script| {
        let kept = || last.as_ref().and_then(|last| last.files.get(name)).cloned();
        let file = match script {
            Script::New(text) => Some(store.file(Role::Meta, text.into_bytes())),
            Script::Unchanged => kept(),
        };
        if let Some(file) = file {
            put(&place(name), file);
        }
    });
    let mut files = files.into_inner().unwrap_or_else(PoisonError::into_inner);
    files.sort_by(|one, other| one.path.cmp(&other.path));
    (signed(files, snapshot.as_ref()), snapshot)
}

/// The index of the previous build, if all its files are still in the output folder.
fn last(cache: &Cache) -> Option<Last> {
    let snapshot = cache.last_index()?;
    let key = key(&snapshot);
    let names: Vec<String> = snapshot.files().collect();
    let known = |name: String| {
        let file = cache.file(&SitePath::new(&place(&name))?, key, Role::Meta)?;
        Some((name, file))
    };
    let files = names.into_par_iter().map(known).collect::<Option<_>>()?;
    Some(Last { snapshot, files })
}

/// Each file with the key of the index that it belongs to.
fn signed(files: Vec<Made>, snapshot: Option<&IndexSnapshot>) -> Vec<Made> {
    let Some(key) = snapshot.map(key) else { return files };
    files.into_iter().map(|made| Made { file: made.file.with_key(key), ..made }).collect()
}

/// The key of the files of an index; another version of the program may write other files.
fn key(snapshot: &IndexSnapshot) -> Digest {
    Digest::of_parts([&snapshot.digest().0[..], format!("{:?}", program()).as_bytes()])
}

fn place(name: &str) -> String {
    format!("{SEARCH_FOLDER}/{name}")
}
