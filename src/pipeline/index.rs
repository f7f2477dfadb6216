//! What search reads, written as it is made; of the index of the build before all that is the same is kept.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::cache::Cache;
use super::fill::Made;
use super::inputs::program;
use crate::diagnostic::Report;
use crate::output::SEARCH_JSON;
use crate::path::SitePath;
use crate::render::SEARCH_FOLDER;
use crate::search::{Before, Index, IndexSnapshot, Script};
use crate::site::{Role, SiteFile, Store};
use crate::source::Digest;

/// The index of the build before with its files.
struct Last {
    memory: IndexSnapshot,
    files: BTreeMap<String, SiteFile>,
}

/// What search reads, and what is remembered of it.
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
    let before = last.as_ref().map(|last| Before { memory: &last.memory, read: &read });
    let memory = index.write_scripts(&engine, before.as_ref(), &|name, script| {
        let kept = || last.as_ref().and_then(|last| last.files.get(name)).cloned();
        let file = match script {
            Script::New(text) => Some(store.file(Role::Meta, text.into_bytes())),
            Script::Kept => kept(),
        };
        if let Some(file) = file {
            put(&place(name), file);
        }
    });
    let mut files = files.into_inner().unwrap_or_else(PoisonError::into_inner);
    files.sort_by(|one, other| one.path.cmp(&other.path));
    (signed(files, memory.as_ref()), memory)
}

/// The index of the build before, if all its files are known to lie there.
fn last(cache: &Cache) -> Option<Last> {
    let memory = cache.index()?;
    let key = key(&memory);
    let names: Vec<String> = memory.files().collect();
    let known = |name: String| {
        let file = cache.file(&SitePath::new(&place(&name))?, key, Role::Meta)?;
        Some((name, file))
    };
    let files = names.into_par_iter().map(known).collect::<Option<_>>()?;
    Some(Last { memory, files })
}

/// Each file with the mark of the index that it belongs to.
fn signed(files: Vec<Made>, memory: Option<&IndexSnapshot>) -> Vec<Made> {
    let Some(key) = memory.map(key) else { return files };
    files.into_iter().map(|made| Made { file: made.file.with_key(key), ..made }).collect()
}

/// What the files of an index are known by: another program may write them otherwise.
fn key(memory: &IndexSnapshot) -> Digest {
    Digest::of_parts([&memory.digest().0[..], format!("{:?}", program()).as_bytes()])
}

fn place(name: &str) -> String {
    format!("{SEARCH_FOLDER}/{name}")
}
