//! The scripts that the page searches with: the engine, and after it either the whole index or the core of a sharded one.
//!
//! Classic scripts that call one function each, since browsers refuse modules and `fetch` from disk.

use rayon::prelude::*;
use serde::Serialize;

use super::codec;
use super::fold::{Simplified, fold};
use super::ranking::{RANKING, Ranking};
use super::shard::{self, Shards};
use super::sounds;
use super::tables::{self, Pinyin};
use super::{Index, Section, script_json};
use crate::source::Digest;

/// The largest index, in bytes, that a page loads whole: about 85 kB compressed. Larger ones are cut into shards, of
/// which a query needs about as much.
const WHOLE: usize = 300_000;
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

/// An index as JSON: what the page needs first, which build of the book it is of, and further parts by name.
struct Parts {
    door: String,
    /// Parts are asked for by it, so that no old one is taken for a new one.
    build: String,
    further: Vec<(String, String)>,
}

/// The scripts of an index: their names in the folder of the search and their texts; the first is the page's door.
pub(super) fn scripts(index: &Index, engine: &str) -> Vec<(String, String)> {
    let Parts { door: core, build, further } = parts(index);
    let further = further.into_iter().map(|(name, file)| {
        let text = format!("chapbook.search.part(\"{name}\",\"{build}\",{file});\n");
        (format!("{name}.js"), text)
    });
    std::iter::once(door(engine, &core)).chain(further).collect()
}

/// The same as JSON for a page that holds its index itself: `index` first, then further parts by name.
pub(super) fn blocks(index: &Index) -> Vec<(String, String)> {
    let Parts { door, further, .. } = parts(index);
    std::iter::once(("index".to_owned(), door)).chain(further).collect()
}

fn parts(index: &Index) -> Parts {
    let simplified = tables::simplified(index.texts());
    let whole: usize = index.sections.iter().map(|section| section.text.len() + section.title.len() * 3).sum();
    if whole <= WHOLE { whole_parts(index, &simplified) } else { sharded_parts(index, &simplified) }
}

fn whole_parts(index: &Index, simplified: &Simplified) -> Parts {
    let pinyin = tables::pinyin(index.texts(), simplified);
    let whole = Whole { common: common(index, simplified), sections: &index.sections, pinyin };
    Parts { door: script_json(&whole), build: String::new(), further: Vec::new() }
}

fn sharded_parts(index: &Index, simplified: &Simplified) -> Parts {
    let folded: Vec<String> = index.sections.par_iter().map(|section| fold(&section.text, simplified)).collect();
    let Shards { postings, counts, words, texts } = shard::cut(&index.sections, &folded, simplified);
    let mut files: Vec<(String, String)> =
        postings.into_par_iter().map(|(name, lists)| (name, script_json(&lists))).collect();
    files.par_extend(chunks(&index.sections, &texts).into_par_iter().enumerate().map(|(at, sections)| {
        let name = format!("text-{at:x}");
        (name, script_json(&sections))
    }));
    let pinyin = tables::pinyin(index.texts(), simplified);
    if !pinyin.is_empty() {
        files.push(("sounds".to_owned(), script_json(&sounds(index, &pinyin, &folded))));
    }
    let build = Digest::of_parts(files.iter().map(|(_, file)| file.as_bytes())).hex(DIGITS);
    let core = Core {
        common: common(index, simplified),
        build: build.clone(),
        size: index.sections.len(),
        pages: codec::encode(index.sections.chunk_by(|a, b| a.path() == b.path()).map(<[Section]>::len)),
        texts: codec::encode(texts),
        shards: counts,
        words: &words,
    };
    Parts { door: script_json(&core), build, further: files }
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
fn door(engine: &str, core: &str) -> (String, String) {
    ("index.js".to_owned(), format!("chapbook.search.start(function(){{\n{engine}}},{core});\n"))
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
        simplified: simplified.iter().flat_map(|(from, to)| [*from, *to]).collect(),
    }
}

fn sounds<'a>(index: &'a Index, pinyin: &'a Pinyin, folded: &[String]) -> Sounds<'a> {
    let mut headings: Vec<&str> = index.sections.iter().map(|section| section.title.as_str()).collect();
    headings.sort_unstable();
    headings.dedup();
    Sounds { pinyin, headings, strings: sounds::frequent(folded) }
}
