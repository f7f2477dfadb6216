//! Patches a sharded index after an edit: of the files of posting lists only those change that hold a term which the
//! changed sections have gained, lost or weigh otherwise.
//!
//! What cannot be patched is cut anew, with the same result; `mod.rs` holds the two against each other.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::fold::Simplified;
use super::index_snapshot::{Ground, IndexSnapshot, Words, file_name, list_file, marks};
use super::script::read_part;
use super::shard::{VOCABULARY, key, length, shard_count, texts, weight};
use super::tables::{self, Met};
use super::terms::Terms;
use super::token::{Family, family_of, gram_text};
use super::{Before, Section, codec};

/// Of how many sections one may have changed: more are cut anew as fast.
const FEW: usize = 8;

/// An index patched.
pub(super) struct Patched {
    pub(super) memory: IndexSnapshot,
    /// The files of posting lists that have changed, by name.
    pub(super) lists: BTreeMap<String, String>,
}

/// The weights of a section's terms.
type Weights = BTreeMap<(Family, Box<str>), usize>;

/// The weight of a term in a section, if it stands there now.
struct Edit {
    section: usize,
    weight: Option<usize>,
}

/// For each file the edits of its terms.
type Edits = BTreeMap<String, BTreeMap<(Family, Box<str>), Vec<Edit>>>;

/// How a posting list has changed: how many postings and bytes it had, and has.
struct Change {
    family: Family,
    term: Box<str>,
    counts: (usize, usize),
    sizes: (usize, usize),
}

/// Patches the index of the build before into one of these sections; `None` if it has to be cut anew.
pub(super) fn patch(
    sections: &[Section],
    ground: Ground,
    simplified: &Simplified,
    before: &Before<'_>,
) -> Option<Patched> {
    let old = before.memory;
    let marks = marks(sections);
    let changed = (old.ground == ground).then(|| old.changed(&marks))?;
    if changed.len() > sections.len() / FEW {
        return None;
    }
    let edits = edits(sections, &changed, simplified, before)?;
    let patched: Option<Vec<(String, String, Vec<Change>)>> = edits
        .into_par_iter()
        .map(|(name, terms)| patch_file(before, &name, terms).map(|(text, changes)| (name, text, changes)))
        .collect();
    let (mut sizes, mut words, mut lists) = (old.sizes, old.words.clone(), BTreeMap::new());
    for (name, text, changes) in patched? {
        for change in changes {
            change.resize(&mut sizes);
            change.spell(&mut words)?;
        }
        lists.insert(name, text);
    }
    let memory = IndexSnapshot { ground, marks, texts: texts(sections), sizes, words, ..old.clone() };
    (sizes.map(shard_count) == old.counts).then_some(Patched { memory, lists })
}

/// What has changed in which file.
fn edits(sections: &[Section], changed: &[usize], simplified: &Simplified, before: &Before<'_>) -> Option<Edits> {
    let memory = before.memory;
    let mean = memory.ground.mean;
    let mut edits = Edits::new();
    let old_sections = old_sections(changed, before)?;
    // Characters that the book no longer has were folded when it had them.
    let old_simplified = tables::simplified(&Met::of(&old_sections));
    for (at, old) in changed.iter().zip(&old_sections) {
        let (old, new) = (weights(old, mean, &old_simplified), weights(sections.get(*at)?, mean, simplified));
        let gone = old.keys().filter(|term| !new.contains_key(*term)).map(|term| (term, None));
        let come = new.iter().filter(|(term, weight)| old.get(*term) != Some(weight));
        for (term, weight) in gone.chain(come.map(|(term, weight)| (term, Some(*weight)))) {
            let (family, name) = term;
            let file = list_file(*family, codec::shard_of(key(*family, name), memory.counts[*family as usize]));
            edits.entry(file).or_default().entry(term.clone()).or_default().push(Edit { section: *at, weight });
        }
    }
    Some(edits)
}

/// The sections with these numbers as they were.
fn old_sections(changed: &[usize], before: &Before<'_>) -> Option<Vec<Section>> {
    let mut found = Vec::new();
    let mut wanted = changed.iter().copied().peekable();
    for file in before.memory.text_files() {
        let end = file.from + file.count;
        let numbers: Vec<usize> = std::iter::from_fn(|| wanted.next_if(|at| *at < end)).collect();
        if numbers.is_empty() {
            continue;
        }
        let mut old: Vec<Option<Section>> = read_part(&file.name, &(before.read)(&file_name(&file.name))?)?;
        for at in numbers {
            let section = old.get_mut(at - file.from)?.take()?;
            let is_known = before.memory.marks(at, 1) == Some(&marks(std::slice::from_ref(&section)));
            found.push(is_known.then_some(section)?);
        }
    }
    Some(found)
}

fn weights(section: &Section, mean: f64, simplified: &Simplified) -> Weights {
    let mut terms = Terms::new(simplified);
    let mut weights = BTreeMap::new();
    let length = length(&section.text);
    terms.count(section, |number, counts| {
        weights.insert(number, weight(counts, length, mean));
    });
    let (words, grams) = terms.into_numbers();
    let words = words.into_iter().map(|(word, number)| ((Family::Word, word), number));
    let grams = grams.into_iter().map(|(gram, number)| ((family_of(gram), gram_text(gram).into_boxed_str()), number));
    words.chain(grams).filter_map(|(term, number)| Some((term, *weights.get(&number)?))).collect()
}

/// A file of posting lists with its terms' edits, and how they have changed.
fn patch_file(
    before: &Before<'_>,
    name: &str,
    terms: BTreeMap<(Family, Box<str>), Vec<Edit>>,
) -> Option<(String, Vec<Change>)> {
    let text: String = read_part(name, &(before.read)(&file_name(name))?)?;
    let mut lists = read_lists(&text)?;
    let mut changes = Vec::new();
    for ((family, term), edits) in terms {
        let old = lists.get(&*term).map_or("", |list| &**list);
        let (new, counts) = patch_list(old, &edits)?;
        let size = |list: &str| if list.is_empty() { 0 } else { term.len() + 1 + list.len() };
        let sizes = (size(old), size(&new));
        if new.is_empty() {
            lists.remove(&*term);
        } else {
            lists.insert(term.clone(), new);
        }
        changes.push(Change { family, term, counts, sizes });
    }
    let written: Vec<String> = lists.iter().map(|(term, list)| format!("{term} {list}")).collect();
    Some((written.join(" "), changes))
}

/// `term sections weights …` as `sections weights` by term.
fn read_lists(text: &str) -> Option<BTreeMap<Box<str>, String>> {
    let mut lists = BTreeMap::new();
    let mut pieces = text.split(' ').filter(|piece| !text.is_empty() || !piece.is_empty());
    while let Some(term) = pieces.next() {
        lists.insert(term.into(), format!("{} {}", pieces.next()?, pieces.next()?));
    }
    Some(lists)
}

/// `sections weights` with some edits, and how many postings there were and are; "" for none.
fn patch_list(list: &str, edits: &[Edit]) -> Option<(String, (usize, usize))> {
    let (sections, weights) = list.split_once(' ').unwrap_or_default();
    let (sections, weights) = (codec::decode_rising(sections)?, codec::decode(weights)?);
    let mut postings: BTreeMap<usize, usize> = sections.into_iter().zip(weights).collect();
    let before = postings.len();
    for edit in edits {
        match edit.weight {
            Some(weight) => drop(postings.insert(edit.section, weight)),
            None => drop(postings.remove(&edit.section)),
        }
    }
    if postings.is_empty() {
        return Some((String::new(), (before, 0)));
    }
    let sections = codec::encode_rising(postings.keys().copied());
    Some((format!("{sections} {}", codec::encode(postings.values().copied())), (before, postings.len())))
}

impl Change {
    fn resize(&self, sizes: &mut [usize; 4]) {
        let size = &mut sizes[self.family as usize];
        *size = (*size + self.sizes.1).saturating_sub(self.sizes.0);
    }

    /// Takes a word in or out; `None` if others would have to make place or come up.
    fn spell(&self, words: &mut Words) -> Option<()> {
        if self.family != Family::Word {
            return Some(());
        }
        let (knew, knows) = (words.knows(&self.term, self.counts.0), words.knows(&self.term, self.counts.1));
        if let Some((_, rarest)) = &words.rarest {
            return (knew == knows && *rarest != self.term).then_some(());
        }
        match words.known.binary_search(&self.term) {
            Ok(at) if !knows => drop(words.known.remove(at)),
            Err(at) if knows => words.known.insert(at, self.term.clone()),
            _ => (),
        }
        (words.known.len() <= VOCABULARY).then_some(())
    }
}
