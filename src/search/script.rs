//! The scripts of an index: the engine with the whole index, or the engine with the core of a sharded one and its shards.
//!
//! They are classic scripts that call one function each, because browsers refuse modules and `fetch` for pages opened from
//! disk. The entry script calls `chapbook.search.start(engine, index)`; each further script calls
//! `chapbook.search.part(name, build, json)`. `build` identifies the index, so that an open page never mixes two of them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use serde::Serialize;

use super::codec;
use super::fold::Simplified;
use super::index::Index;
use super::index_snapshot::{IndexSnapshot, PINYIN_FILE, PostingInputs, PreviousIndex, TextFile, file_name};
use super::part::part_script;
use super::patch::{Patched, patch};
use super::pinyin;
use super::ranking::{RANKING, Ranking};
use super::section::Section;
use super::shard::{PostingLists, build_shards, mean_length};
use super::tables::{self, EastAsianChars, Pinyin};
use crate::escape::json_in_script;

/// The largest index, in bytes of text, that a page loads as a whole: about 85 kB compressed. Larger ones are split into
/// shards, of which a query loads about as much.
const MAX_WHOLE: usize = 300_000;
/// The script that the page loads first.
const ENTRY_SCRIPT: &str = "index.js";

/// A script of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Script {
    /// A script with this text.
    New(String),
    /// The file of the previous index, unchanged.
    Unchanged,
}

impl Index {
    /// The index for a page that contains it: pairs of name and JSON, which is safe inside a `script` element.
    ///
    /// The first is named `index`; the others are the shards of a large index.
    #[must_use]
    pub fn blocks(&self) -> Vec<(String, String)> {
        let blocks = Mutex::new(BTreeMap::new());
        pieces(self, None, &|piece| {
            let (order, name, json) = match piece {
                Piece::Entry(json) => (0, "index", json),
                Piece::Part(name, _, json) => (1, name, json),
                Piece::Unchanged(_) => return,
            };
            let mut blocks = blocks.lock().unwrap_or_else(PoisonError::into_inner);
            blocks.insert((order, name.to_owned()), json.to_owned());
        });
        let blocks = blocks.into_inner().unwrap_or_else(PoisonError::into_inner);
        blocks.into_iter().map(|((_, name), json)| (name, json)).collect()
    }

    /// Writes the scripts that the page loads from the folder `search/`.
    ///
    /// `write` receives the name and the content of each script, in any order and from several threads: `index.js`, which
    /// contains `engine`, and for a large book its shards. Files of `previous` that are still correct are not built again.
    /// Returns the snapshot that the next build passes as `previous`, or `None` for an index without shards.
    ///
    /// ```
    /// use std::sync::Mutex;
    ///
    /// use chapbook::search::{Index, Script};
    ///
    /// let scripts = Mutex::new(Vec::new());
    /// let snapshot = Index::default().write_scripts("/* engine */", None, &|name, script| {
    ///     let Script::New(text) = script else { unreachable!("there is no previous index") };
    ///     scripts.lock().unwrap().push((name.to_owned(), text));
    /// });
    /// let scripts = scripts.into_inner().unwrap();
    /// assert_eq!(scripts[0].0, "index.js");
    /// assert!(scripts[0].1.starts_with("chapbook.search.start(function(){"));
    /// assert!(snapshot.is_none(), "a small index has no shards");
    /// ```
    pub fn write_scripts(
        &self,
        engine: &str,
        previous: Option<&PreviousIndex<'_>>,
        write: &(dyn Fn(&str, Script) + Sync),
    ) -> Option<IndexSnapshot> {
        pieces(self, previous, &|piece| match piece {
            Piece::Entry(json) => write(ENTRY_SCRIPT, Script::New(entry_script(engine, json))),
            Piece::Part(name, build, json) => write(&file_name(name), Script::New(part_script(name, build, json))),
            Piece::Unchanged(name) => write(&file_name(name), Script::Unchanged),
        })
    }
}

/// The fields that a whole index and the core of a sharded one have in common.
#[derive(Serialize)]
struct Common<'a> {
    ranking: Ranking,
    /// The parts of the book: title and number of the first section.
    parts: Vec<(&'a str, usize)>,
    /// The numbers of the sections with checklists, as [`codec::encode_rising`] writes them.
    checklists: String,
    /// Words of the glossary, which complete a query.
    terms: &'a [String],
    /// Traditional characters, each followed by its simplified form.
    simplified: String,
}

/// An index that the page loads as a whole.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    sections: &'a [Section],
    pinyin: Pinyin,
}

/// The part of a sharded index that the page needs before the first query.
#[derive(Serialize)]
struct Core<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    /// The identifier of the index, see [`IndexSnapshot::build`].
    build: String,
    /// The number of sections.
    size: usize,
    /// The number of sections of each page, as [`codec::encode`] writes them.
    pages: String,
    /// The number of sections in each text file, likewise.
    texts: String,
    /// The number of shards of words, pairs, glyphs and symbols.
    shards: [usize; 4],
    /// The vocabulary, see [`Vocabulary::encoded`](super::index_snapshot::Vocabulary::encoded).
    words: String,
}

/// What a sharded index needs for pinyin queries. It is a file of its own, because few queries load it.
#[derive(Serialize)]
struct PinyinData<'a> {
    pinyin: &'a Pinyin,
    /// All headings, sorted.
    headings: Vec<&'a str>,
    /// Frequent strings of the texts, see [`pinyin::frequent`].
    strings: String,
}

/// A piece of an index.
enum Piece<'a> {
    /// The index or its core, as JSON.
    Entry(&'a str),
    /// A further part: its name, the build that it belongs to, and its JSON.
    Part(&'a str, &'a str, &'a str),
    /// The name of a part that is the same as in the previous index.
    Unchanged(&'a str),
}

/// Receives pieces as they are built, in any order and from several threads.
type Sink<'a> = &'a (dyn Fn(Piece<'_>) + Sync);

fn pieces(index: &Index, previous: Option<&PreviousIndex<'_>>, sink: Sink<'_>) -> Option<IndexSnapshot> {
    let characters = EastAsianChars::of(&index.sections);
    let simplified = tables::simplified(&characters);
    let size: usize = index.sections.iter().map(|section| section.text.len() + section.title.len() * 3).sum();
    if size <= MAX_WHOLE {
        let pinyin = tables::pinyin(&characters, &simplified);
        let whole = Whole { common: common(index, &simplified), sections: &index.sections, pinyin };
        sink(Piece::Entry(&json_in_script(&whole, 0)));
        return None;
    }
    Some(sharded_pieces(index, (&characters, &simplified), previous, sink))
}

/// The posting lists to write.
enum Postings {
    /// All of them.
    All(PostingLists),
    /// The files that differ from those of the previous index, by name.
    Changed(BTreeMap<String, String>),
}

fn sharded_pieces(
    index: &Index,
    (characters, simplified): (&EastAsianChars, &Simplified),
    previous: Option<&PreviousIndex<'_>>,
    sink: Sink<'_>,
) -> IndexSnapshot {
    let sections = &index.sections;
    let pinyin = || {
        let pinyin = tables::pinyin(characters, simplified);
        (!pinyin.is_empty()).then(|| json_in_script(&pinyin_data(index, &pinyin, simplified), 0))
    };
    let ((snapshot, postings), pinyin) = rayon::join(|| postings(sections, simplified, previous), pinyin);
    let snapshot = IndexSnapshot { has_pinyin: pinyin.is_some(), ..snapshot };
    let build = snapshot.build();
    let part = |name: &str, json: &str| sink(Piece::Part(name, &build, json));
    // After a rebuild from scratch no file can be reused, because all belong to another build.
    let previous = previous.filter(|_| matches!(postings, Postings::Changed(_)));
    match postings {
        Postings::All(lists) => lists.write(snapshot.counts, &|name, lists| part(name, &json_in_script(&lists, 0))),
        Postings::Changed(changed) => snapshot.posting_files().for_each(|name| match changed.get(&name) {
            Some(lists) => part(&name, &json_in_script(lists, 0)),
            None => sink(Piece::Unchanged(&name)),
        }),
    }
    let known = known_texts(previous.map(|previous| previous.snapshot));
    snapshot.text_files().into_par_iter().for_each(|TextFile { name, from, count }| {
        match known.get(&name).filter(|digests| snapshot.digests(from, count) == Some(digests)) {
            Some(_) => sink(Piece::Unchanged(&name)),
            None => part(&name, &json_in_script(&sections.get(from..from + count).unwrap_or_default(), 0)),
        }
    });
    if let Some(pinyin) = pinyin {
        part(PINYIN_FILE, &pinyin);
    }
    sink(Piece::Entry(&json_in_script(&core(index, simplified, &snapshot), 0)));
    snapshot
}

/// Patches the posting lists of the previous index, or builds all if that is not possible.
fn postings(
    sections: &[Section],
    simplified: &Simplified,
    previous: Option<&PreviousIndex<'_>>,
) -> (IndexSnapshot, Postings) {
    let inputs = PostingInputs::of(sections, mean_length(sections));
    let patched = previous.and_then(|previous| patch(sections, inputs.clone(), simplified, previous));
    if let Some(Patched { snapshot, lists }) = patched {
        return (snapshot, Postings::Changed(lists));
    }
    let (lists, snapshot) = build_shards(sections, inputs, simplified);
    (snapshot, Postings::All(lists))
}

/// The text files of the previous index by name, with the digests of their sections.
fn known_texts(previous: Option<&IndexSnapshot>) -> BTreeMap<String, &str> {
    let Some(snapshot) = previous else { return BTreeMap::new() };
    let files = snapshot.text_files().into_iter();
    files.filter_map(|file| Some((file.name, snapshot.digests(file.from, file.count)?))).collect()
}

fn core<'a>(index: &'a Index, simplified: &Simplified, snapshot: &IndexSnapshot) -> Core<'a> {
    Core {
        common: common(index, simplified),
        build: snapshot.build(),
        size: index.sections.len(),
        pages: codec::encode(index.sections.chunk_by(|a, b| a.url.page == b.url.page).map(<[Section]>::len)),
        texts: codec::encode(snapshot.texts.iter().flatten().copied()),
        shards: snapshot.counts,
        words: snapshot.vocabulary.encoded(),
    }
}

/// The entry script: the engine as one function, which can also run in a worker, and the index or its core.
fn entry_script(engine: &str, core: &str) -> String {
    format!("chapbook.search.start(function(){{\n{engine}}},{core});\n")
}

fn common<'a>(index: &'a Index, simplified: &Simplified) -> Common<'a> {
    let mut parts: Vec<(&str, usize)> = Vec::new();
    for (at, section) in index.sections.iter().enumerate() {
        let part = section.part.as_deref().unwrap_or_default();
        if parts.last().map_or("", |(previous, _)| previous) != part {
            parts.push((part, at));
        }
    }
    let checklists = index.sections.iter().enumerate().filter(|(_, section)| section.checklists).map(|(at, _)| at);
    Common {
        ranking: Ranking { main: index.main, ..RANKING },
        parts,
        checklists: codec::encode_rising(checklists),
        terms: &index.terms,
        simplified: simplified.pairs().iter().flat_map(|(from, to)| [*from, *to]).collect(),
    }
}

fn pinyin_data<'a>(index: &'a Index, pinyin: &'a Pinyin, simplified: &Simplified) -> PinyinData<'a> {
    let mut headings: Vec<&str> = index.sections.iter().map(|section| section.title.as_str()).collect();
    headings.sort_unstable();
    headings.dedup();
    PinyinData {
        pinyin,
        headings,
        strings: pinyin::frequent(index.sections.iter().map(|section| &*section.text), simplified),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::index::VERSION;
    use super::*;

    fn section(title: &str, text: &str) -> Section {
        Section {
            url: "a.html".into(),
            title: title.into(),
            page: "__proto__".into(),
            trail: vec!["constructor".into()],
            part: None,
            tags: Vec::new(),
            aliases: Vec::new(),
            checklists: false,
            text: text.into(),
        }
    }

    type Files = BTreeMap<String, String>;

    /// Writes the scripts of an index. Returns all scripts, the names of those that were written anew, and the snapshot.
    fn write(
        index: &Index,
        previous: Option<(&IndexSnapshot, &Files)>,
    ) -> (Files, BTreeSet<String>, Option<IndexSnapshot>) {
        let files = Mutex::new((Files::new(), BTreeSet::new()));
        let write = |name: &str, script: Script| {
            let mut files = files.lock().unwrap();
            let text = match script {
                Script::New(text) => {
                    files.1.insert(name.to_owned());
                    text
                }
                Script::Unchanged => previous.unwrap().1[name].clone(),
            };
            files.0.insert(name.to_owned(), text);
        };
        let snapshot = match previous {
            None => index.write_scripts("", None, &write),
            Some((snapshot, old)) => {
                let read = |name: &str| old.get(name).cloned();
                index.write_scripts("", Some(&PreviousIndex { snapshot, read: &read }), &write)
            }
        };
        let (files, written) = files.into_inner().unwrap();
        (files, written, snapshot)
    }

    fn scripts(index: &Index) -> Files {
        write(index, None).0
    }

    /// Edits of a book of 200 sections, applied one after another.
    type Edit = (&'static str, fn(&mut Vec<Section>));
    const EDITS: &[Edit] = &[
        ("nothing", |_| ()),
        ("a sentence more", |all| reword(all, 150, |text| format!("{text} One more sentence, 还款逾期。"))),
        ("its words gone", |all| reword(all, 150, |text| text.replace("sentence, 还款", ""))),
        ("a word new to the book", |all| reword(all, 0, |text| format!("{text} zymurgy q-q aa"))),
        ("and gone again", |all| reword(all, 0, |text| text.replace("zymurgy", ""))),
        ("another heading", |all| all[199].title = "Überschrift 逾期".into()),
        ("a longer text", |all| reword(all, 20, |text| text.repeat(9))),
        ("three texts", |all| [30, 60, 90].iter().for_each(|at| reword(all, *at, |text| text.replace("more", "less")))),
        ("many texts", |all| (0..90).for_each(|at| reword(all, at, str::to_uppercase))),
        ("a section more", |all| all.insert(3, Section { url: "new.html".into(), ..section("New", "a new page") })),
        ("an alias", |all| all[9].aliases.push("old name".into())),
        ("another part", |all| all[8].part = Some("Part".into())),
        ("a traditional character", |all| reword(all, 8, |text| format!("{text} 綠化"))),
        ("another address", |all| all[5].url = "moved.html".into()),
        ("fewer", |all| all.truncate(190)),
        ("an empty text", |all| reword(all, 77, |_| String::new())),
    ];

    fn reword(sections: &mut [Section], at: usize, text: impl Fn(&str) -> String) {
        sections[at].text = text(&sections[at].text).into();
    }

    #[test]
    fn patched_scripts_equal_scripts_built_from_scratch() {
        let words = |page: usize| "words and more ".repeat(120 + page);
        let text = |page: usize| format!("page {page} of read_line {} 逾期 w{page} {{:?}}", words(page));
        let page =
            |at: usize| Section { url: format!("{at}.html").as_str().into(), ..section(&format!("T{at}"), &text(at)) };
        let mut sections: Vec<Section> = (0..200).map(page).collect();
        let (mut files, _, snapshot) = write(&Index::new(sections.clone(), Vec::new()), None);
        let mut snapshot = snapshot.unwrap();
        let mut log = Vec::new();
        for (name, edit) in EDITS {
            edit(&mut sections);
            let index = Index::new(sections.clone(), Vec::new());
            let (patched, written, next) = write(&index, Some((&snapshot, &files)));
            let (cut, _, fresh) = write(&index, None);
            assert!(patched == cut, "{name}");
            assert_eq!(next, fresh, "{name}");
            assert!(next.as_ref().unwrap().files().all(|file| cut.contains_key(&file)), "{name}");
            (files, snapshot) = (patched, next.unwrap());
            log.push(format!("{name}: {} of {} written", written.len(), files.len()));
        }
        insta::assert_snapshot!(log.join("\n"));
    }

    #[test]
    fn files_changed_since_the_snapshot_are_rebuilt() {
        let text = "some words 逾期 ".repeat(100);
        let page = |at: usize| Section { url: format!("{at}.html").as_str().into(), ..section("T", &text) };
        let mut sections: Vec<Section> = (0..200).map(page).collect();
        let (files, _, snapshot) = write(&Index::new(sections.clone(), Vec::new()), None);
        let snapshot = snapshot.unwrap();
        sections[7].text = "other words".into();
        let index = Index::new(sections, Vec::new());
        let cut = scripts(&index);
        let changes: [fn(&str) -> String; 3] =
            [|_| String::new(), |text| text.replace('w', "v"), |text| text.replace(' ', "  ")];
        for change in changes {
            let read = |name: &str| files.get(name).map(|text| change(text));
            let written = Mutex::new(Files::new());
            let write = |name: &str, script: Script| match script {
                Script::New(text) => drop(written.lock().unwrap().insert(name.to_owned(), text)),
                Script::Unchanged => panic!("{name} was not rebuilt"),
            };
            index.write_scripts("", Some(&PreviousIndex { snapshot: &snapshot, read: &read }), &write);
            assert_eq!(written.into_inner().unwrap(), cut);
        }
    }

    #[test]
    fn scripts_escape_what_could_end_a_script_element() {
        let hostile = "</script><script>alert(1)//";
        let small = Index::new(vec![section(hostile, "a\u{2028}b")], vec![hostile.into()]);
        let large = Index::new(vec![section(hostile, &"a\u{2028}b<\"\\ ".repeat(60_000)); 3], Vec::new());
        assert!(scripts(&large).len() > scripts(&small).len(), "the large index is sharded");
        for (name, script) in scripts(&small).into_iter().chain(scripts(&large)) {
            assert!(!script.contains('<') && !script.contains('\u{2028}'), "{name}");
        }
        let json: serde_json::Value = serde_json::from_str(&small.to_json()).unwrap();
        assert_eq!(json["version"], VERSION);
        assert_eq!(json["sections"][0]["title"], hostile);
        assert_eq!(json["sections"][0]["text"], "a\u{2028}b");
    }
}
