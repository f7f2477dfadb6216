//! The scripts that the page searches with: the engine, and after it either the whole index or the core of a sharded one.
//!
//! Classic scripts that call one function each, since browsers refuse modules and `fetch` from disk.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use serde::Serialize;

use super::codec;
use super::fold::Simplified;
use super::memo::Memo;
use super::ranking::{RANKING, Ranking};
use super::shard::{self, Shards};
use super::sounds;
use super::tables::{self, Met, Pinyin};
use super::{Index, Section, script_json};
use crate::source::Digest;

/// The largest index, in bytes, that a page loads whole: about 85 kB compressed. Larger ones are cut into shards, of
/// which a query needs about as much.
const WHOLE: usize = 300_000;
/// The page's door to search.
const DOOR: &str = "index.js";
/// Digits of the digest that tells one build of an index from the next.
const DIGITS: usize = 12;

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
    words: &'a str,
}

#[derive(Serialize)]
struct Sounds<'a> {
    pinyin: &'a Pinyin,
    headings: Vec<&'a str>,
    strings: String,
}

/// A piece of an index as JSON.
pub(super) enum Piece<'a> {
    /// What the page needs first.
    Door(&'a str),
    /// A further part: its name, the build that it is asked for by, so that no old one is taken for a new one, and itself.
    Part(&'a str, &'a str, &'a str),
}

/// Takes pieces as they are made, in any order.
type Sink<'a> = &'a (dyn Fn(Piece<'_>) + Sync);

/// Writes the scripts of an index: their names in the folder of the search and their texts.
pub(super) fn write(index: &Index, engine: &str, memo: Option<&Memo>, write: &(dyn Fn(&str, String) + Sync)) {
    pieces(index, memo, &|piece| match piece {
        Piece::Door(json) => write(DOOR, door(engine, json)),
        Piece::Part(name, build, json) => {
            write(&format!("{name}.js"), format!("chapbook.search.part(\"{name}\",\"{build}\",{json});\n"));
        }
    });
}

/// The same as JSON for a page that holds its index itself: `index` first, then further parts by name.
pub(super) fn blocks(index: &Index) -> Vec<(String, String)> {
    let found = Mutex::new(BTreeMap::new());
    pieces(index, None, &|piece| {
        let (order, name, json) = match piece {
            Piece::Door(json) => (0, "index", json),
            Piece::Part(name, _, json) => (1, name, json),
        };
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        found.insert((order, name.to_owned()), json.to_owned());
    });
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.into_iter().map(|((_, name), json)| (name, json)).collect()
}

fn pieces(index: &Index, memo: Option<&Memo>, sink: Sink<'_>) {
    let met = Met::of(index);
    let simplified = tables::simplified(&met);
    let whole: usize = index.sections.iter().map(|section| section.text.len() + section.title.len() * 3).sum();
    if whole <= WHOLE {
        let pinyin = tables::pinyin(&met, &simplified);
        let whole = Whole { common: common(index, &simplified), sections: &index.sections, pinyin };
        sink(Piece::Door(&script_json(&whole)));
    } else {
        sharded_pieces(index, (&met, &simplified), memo, sink);
    }
}

fn sharded_pieces(index: &Index, (met, simplified): (&Met, &Simplified), memo: Option<&Memo>, sink: Sink<'_>) {
    let sounds = || {
        let pinyin = tables::pinyin(met, simplified);
        (!pinyin.is_empty()).then(|| script_json(&sounds(index, &pinyin, simplified)))
    };
    let (mut shards, sounds) = rayon::join(|| shard::cut(&index.sections, simplified, memo), sounds);
    let build = build(index, &shards);
    let part = |name: &str, json: &str| sink(Piece::Part(name, &build, json));
    shards.write(&|name, lists| part(name, &script_json(&lists)));
    chunks(&index.sections, &shards.texts).into_par_iter().enumerate().for_each(|(at, sections)| {
        part(&format!("text-{at:x}"), &script_json(&sections));
    });
    if let Some(sounds) = sounds {
        part("sounds", &sounds);
    }
    let core = Core {
        common: common(index, simplified),
        build: build.clone(),
        size: index.sections.len(),
        pages: codec::encode(index.sections.chunk_by(|a, b| a.path() == b.path()).map(<[Section]>::len)),
        texts: codec::encode(shards.texts.iter().copied()),
        shards: shards.counts,
        words: &shards.words,
    };
    sink(Piece::Door(&script_json(&core)));
}

/// Names what the files of an index must agree in: which section has which number, and where lists and texts lie. A page
/// that was opened before an edit may go on with files from after it as long as that is the same.
fn build(index: &Index, shards: &Shards) -> String {
    let places = Digest::of_parts(index.sections.iter().map(|section| section.url.as_bytes()));
    let layout = format!("{:?} {:?}", shards.counts, shards.texts);
    Digest::of_parts([&places.0[..], layout.as_bytes()]).hex(DIGITS)
}

/// The sections in chunks of these lengths.
fn chunks<'a>(sections: &'a [Section], lengths: &[usize]) -> Vec<&'a [Section]> {
    let mut rest = sections;
    let mut next = |length: &usize| {
        let (chunk, after) = rest.split_at((*length).min(rest.len()));
        rest = after;
        chunk
    };
    lengths.iter().map(&mut next).collect()
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
        strings: sounds::frequent(index.sections.iter().map(|section| &*section.text), simplified),
    }
}
