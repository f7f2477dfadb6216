//! The scripts that the page searches with: the engine, and after it either the whole index or the core of a sharded one.
//!
//! Classic scripts that call one function each, since browsers refuse modules and `fetch` from disk.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::codec;
use super::fold::Simplified;
use super::index_snapshot::{Ground, IndexSnapshot, SOUNDS, TextFile, file_name};
use super::patch::{Patched, patch};
use super::pinyin;
use super::ranking::{RANKING, Ranking};
use super::shard::{Lists, cut, mean_length};
use super::tables::{self, Met, Pinyin};
use super::{Before, Index, Script, Section, script_json};

/// The largest index, in bytes, that a page loads whole: about 85 kB compressed. Larger ones are cut into shards, of
/// which a query needs about as much.
const WHOLE: usize = 300_000;
/// The page's door to search.
const DOOR: &str = "index.js";

/// What both kinds of index tell the page.
#[derive(Serialize)]
struct Common<'a> {
    ranking: Ranking,
    /// The book's parts: title and first section.
    parts: Vec<(&'a str, usize)>,
    /// Sections with checklists, rising.
    checklists: String,
    /// Words to complete a query with.
    terms: &'a [String],
    /// Traditional characters, each followed by its simplified one.
    simplified: String,
}

#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    sections: &'a [Section],
    pinyin: Pinyin,
}

#[derive(Serialize)]
struct Core<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    build: String,
    size: usize,
    /// Sections of each page.
    pages: String,
    /// Sections of each file of texts.
    texts: String,
    /// Shards of words, pairs, glyphs and symbols.
    shards: [usize; 4],
    words: String,
}

#[derive(Serialize)]
struct Sounds<'a> {
    pinyin: &'a Pinyin,
    headings: Vec<&'a str>,
    strings: String,
}

/// A piece of an index.
enum Piece<'a> {
    /// What the page needs first, as JSON.
    Door(&'a str),
    /// A further part as JSON: its name, the build that it is asked for by, so that no old one is taken for a new one, and
    /// itself.
    Part(&'a str, &'a str, &'a str),
    /// A part of this name that is as it was.
    Kept(&'a str),
}

/// Takes pieces as they are made, in any order.
type Sink<'a> = &'a (dyn Fn(Piece<'_>) + Sync);

/// Writes the scripts of an index: their names in the folder of the search and their texts.
pub(super) fn write(
    index: &Index,
    engine: &str,
    before: Option<&Before<'_>>,
    write: &(dyn Fn(&str, Script) + Sync),
) -> Option<IndexSnapshot> {
    pieces(index, before, &|piece| match piece {
        Piece::Door(json) => write(DOOR, Script::New(door(engine, json))),
        Piece::Part(name, build, json) => write(&file_name(name), Script::New(part(name, build, json))),
        Piece::Kept(name) => write(&file_name(name), Script::Kept),
    })
}

/// The same as JSON for a page that holds its index itself: `index` first, then further parts by name.
pub(super) fn blocks(index: &Index) -> Vec<(String, String)> {
    let found = Mutex::new(BTreeMap::new());
    pieces(index, None, &|piece| {
        let (order, name, json) = match piece {
            Piece::Door(json) => (0, "index", json),
            Piece::Part(name, _, json) => (1, name, json),
            Piece::Kept(_) => return,
        };
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        found.insert((order, name.to_owned()), json.to_owned());
    });
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.into_iter().map(|((_, name), json)| (name, json)).collect()
}

fn pieces(index: &Index, before: Option<&Before<'_>>, sink: Sink<'_>) -> Option<IndexSnapshot> {
    let met = Met::of(&index.sections);
    let simplified = tables::simplified(&met);
    let whole: usize = index.sections.iter().map(|section| section.text.len() + section.title.len() * 3).sum();
    if whole <= WHOLE {
        let pinyin = tables::pinyin(&met, &simplified);
        let whole = Whole { common: common(index, &simplified), sections: &index.sections, pinyin };
        sink(Piece::Door(&script_json(&whole)));
        return None;
    }
    Some(sharded_pieces(index, (&met, &simplified), before, sink))
}

/// The posting lists of an index.
enum Found {
    /// All of them.
    All(Lists),
    /// The files that are not as they were, by name.
    Changed(BTreeMap<String, String>),
}

fn sharded_pieces(
    index: &Index,
    (met, simplified): (&Met, &Simplified),
    before: Option<&Before<'_>>,
    sink: Sink<'_>,
) -> IndexSnapshot {
    let sections = &index.sections;
    let sounds = || {
        let pinyin = tables::pinyin(met, simplified);
        (!pinyin.is_empty()).then(|| script_json(&sounds(index, &pinyin, simplified)))
    };
    let lists = || {
        let ground = Ground::of(sections, mean_length(sections));
        let patched = before.and_then(|before| patch(sections, ground.clone(), simplified, before));
        if let Some(Patched { memory, lists }) = patched {
            return (memory, Found::Changed(lists));
        }
        let (lists, memory) = cut(sections, ground, simplified);
        (memory, Found::All(lists))
    };
    let ((memory, found), sounds) = rayon::join(lists, sounds);
    let memory = IndexSnapshot { has_sounds: sounds.is_some(), ..memory };
    let build = memory.build();
    let part = |name: &str, json: &str| sink(Piece::Part(name, &build, json));
    // What was cut anew has files of another build.
    let before = before.filter(|_| matches!(found, Found::Changed(_)));
    match found {
        Found::All(lists) => lists.write(memory.counts, &|name, lists| part(name, &script_json(&lists))),
        Found::Changed(changed) => memory.lists().for_each(|name| match changed.get(&name) {
            Some(lists) => part(&name, &script_json(lists)),
            None => sink(Piece::Kept(&name)),
        }),
    }
    let kept = kept_texts(before.map(|before| before.memory));
    memory.text_files().into_par_iter().for_each(|TextFile { name, from, count }| {
        match kept.get(&name).filter(|marks| memory.marks(from, count) == Some(marks)) {
            Some(_) => sink(Piece::Kept(&name)),
            None => part(&name, &script_json(&sections.get(from..from + count).unwrap_or_default())),
        }
    });
    if let Some(sounds) = sounds {
        part(SOUNDS, &sounds);
    }
    sink(Piece::Door(&script_json(&core(index, simplified, &memory))));
    memory
}

/// The files of texts that there are, by name, and the marks of their sections.
fn kept_texts(before: Option<&IndexSnapshot>) -> BTreeMap<String, &str> {
    let Some(memory) = before else { return BTreeMap::new() };
    let files = memory.text_files().into_iter();
    files.filter_map(|file| Some((file.name, memory.marks(file.from, file.count)?))).collect()
}

fn core<'a>(index: &'a Index, simplified: &Simplified, memory: &IndexSnapshot) -> Core<'a> {
    Core {
        common: common(index, simplified),
        build: memory.build(),
        size: index.sections.len(),
        pages: codec::encode(index.sections.chunk_by(|a, b| a.path() == b.path()).map(<[Section]>::len)),
        texts: codec::encode(memory.texts.iter().flatten().copied()),
        shards: memory.counts,
        words: memory.words.written(),
    }
}

/// A further script of an index.
fn part(name: &str, build: &str, json: &str) -> String {
    format!("chapbook.search.part(\"{name}\",\"{build}\",{json});\n")
}

/// Reads what such a script brings.
pub(super) fn read_part<T: DeserializeOwned>(name: &str, script: &str) -> Option<T> {
    let call = script.strip_prefix("chapbook.search.part(\"")?.strip_prefix(name)?.strip_prefix("\",\"")?;
    let (_, json) = call.strip_suffix(");\n")?.split_once("\",")?;
    serde_json::from_str(json).ok()
}

/// The script that the page asks for: the engine as one function, which may also run in a worker, and its core.
fn door(engine: &str, core: &str) -> String {
    format!("chapbook.search.start(function(){{\n{engine}}},{core});\n")
}

fn common<'a>(index: &'a Index, simplified: &Simplified) -> Common<'a> {
    let mut parts: Vec<(&str, usize)> = Vec::new();
    for (at, section) in index.sections.iter().enumerate() {
        let part = section.part.as_deref().unwrap_or_default();
        if parts.last().map_or("", |(before, _)| before) != part {
            parts.push((part, at));
        }
    }
    let checklists = index.sections.iter().enumerate().filter(|(_, section)| section.checklists).map(|(at, _)| at);
    Common {
        ranking: RANKING,
        parts,
        checklists: codec::encode_rising(checklists),
        terms: &index.terms,
        simplified: simplified.pairs().iter().flat_map(|(from, to)| [*from, *to]).collect(),
    }
}

fn sounds<'a>(index: &'a Index, pinyin: &'a Pinyin, simplified: &Simplified) -> Sounds<'a> {
    let mut headings: Vec<&str> = index.sections.iter().map(|section| section.title.as_str()).collect();
    headings.sort_unstable();
    headings.dedup();
    Sounds {
        pinyin,
        headings,
        strings: pinyin::frequent(index.sections.iter().map(|section| &*section.text), simplified),
    }
}
