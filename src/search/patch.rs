//! Patches a sharded index after an edit: of the files of posting lists only those change that hold a term which the
//! changed sections have gained, lost or weigh otherwise.
//!
//! What cannot be patched is built from scratch, with the same result; the tests of `script.rs` compare the two.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::codec;
use super::fold::Simplified;
use super::index_snapshot::{
    IndexSnapshot, PostingInputs, PreviousIndex, Vocabulary, digests_of, file_name, posting_file,
};
use super::part::read_part;
use super::section::Section;
use super::shard::{MAX_VOCABULARY, key, length, shard_count, texts, weight};
use super::tables::{self, EastAsianChars};
use super::terms::Terms;
use super::token::{Family, family_of, gram_text};

/// At most one section of this many may have changed: with more, a rebuild is as fast.
const FEW: usize = 8;

/// An index patched.
pub(super) struct Patched {
    pub(super) snapshot: IndexSnapshot,
    /// The files of posting lists that have changed, by name.
    pub(super) lists: BTreeMap<String, String>,
}

/// The weights of a section's terms.
type Weights = BTreeMap<(Family, Box<str>), usize>;

/// The new weight of a term in a section, or `None` if it no longer occurs there.
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

/// Patches the index of the previous build into one of these sections; `None` if it has to be built from scratch.
pub(super) fn patch(
    sections: &[Section],
    inputs: PostingInputs,
    simplified: &Simplified,
    previous: &PreviousIndex<'_>,
) -> Option<Patched> {
    let old = previous.snapshot;
    let digests = digests_of(sections);
    let changed = (old.inputs == inputs).then(|| old.changed(&digests))?;
    if changed.len() > sections.len() / FEW {
        return None;
    }
    let edits = edits(sections, &changed, simplified, previous)?;
    let patched: Option<Vec<(String, String, Vec<Change>)>> = edits
        .into_par_iter()
        .map(|(name, terms)| patch_file(previous, &name, terms).map(|(text, changes)| (name, text, changes)))
        .collect();
    let (mut sizes, mut vocabulary, mut lists) = (old.sizes, old.vocabulary.clone(), BTreeMap::new());
    for (name, text, changes) in patched? {
        for change in changes {
            change.resize(&mut sizes);
            change.update(&mut vocabulary)?;
        }
        lists.insert(name, text);
    }
    let snapshot = IndexSnapshot { inputs, digests, texts: texts(sections), sizes, vocabulary, ..old.clone() };
    (sizes.map(shard_count) == old.counts).then_some(Patched { snapshot, lists })
}

/// What has changed in which file.
fn edits(
    sections: &[Section],
    changed: &[usize],
    simplified: &Simplified,
    previous: &PreviousIndex<'_>,
) -> Option<Edits> {
    let snapshot = previous.snapshot;
    let mean = snapshot.inputs.mean_length;
    let mut edits = Edits::new();
    let old_sections = old_sections(changed, previous)?;
    // Characters that the book no longer has were folded when it had them.
    let old_simplified = tables::simplified(&EastAsianChars::of(&old_sections));
    for (at, old) in changed.iter().zip(&old_sections) {
        let (old, new) = (weights(old, mean, &old_simplified), weights(sections.get(*at)?, mean, simplified));
        let removed = old.keys().filter(|term| !new.contains_key(*term)).map(|term| (term, None));
        let changed_weights = new.iter().filter(|(term, weight)| old.get(*term) != Some(weight));
        for (term, weight) in removed.chain(changed_weights.map(|(term, weight)| (term, Some(*weight)))) {
            let (family, name) = term;
            let file = posting_file(*family, codec::shard_of(key(*family, name), snapshot.counts[*family as usize]));
            edits.entry(file).or_default().entry(term.clone()).or_default().push(Edit { section: *at, weight });
        }
    }
    Some(edits)
}

/// The sections with these numbers as they were.
fn old_sections(changed: &[usize], previous: &PreviousIndex<'_>) -> Option<Vec<Section>> {
    let mut found = Vec::new();
    let mut wanted = changed.iter().copied().peekable();
    for file in previous.snapshot.text_files() {
        let end = file.from + file.count;
        let numbers: Vec<usize> = std::iter::from_fn(|| wanted.next_if(|at| *at < end)).collect();
        if numbers.is_empty() {
            continue;
        }
        let mut old: Vec<Option<Section>> = read_part(&file.name, &(previous.read)(&file_name(&file.name))?)?;
        for at in numbers {
            let section = old.get_mut(at - file.from)?.take()?;
            let is_known = previous.snapshot.digests(at, 1) == Some(&digests_of(std::slice::from_ref(&section)));
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
    previous: &PreviousIndex<'_>,
    name: &str,
    terms: BTreeMap<(Family, Box<str>), Vec<Edit>>,
) -> Option<(String, Vec<Change>)> {
    let text: String = read_part(name, &(previous.read)(&file_name(name))?)?;
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
    let old_count = postings.len();
    for edit in edits {
        match edit.weight {
            Some(weight) => drop(postings.insert(edit.section, weight)),
            None => drop(postings.remove(&edit.section)),
        }
    }
    if postings.is_empty() {
        return Some((String::new(), (old_count, 0)));
    }
    let sections = codec::encode_rising(postings.keys().copied());
    Some((format!("{sections} {}", codec::encode(postings.values().copied())), (old_count, postings.len())))
}

impl Change {
    fn resize(&self, sizes: &mut [usize; 4]) {
        let size = &mut sizes[self.family as usize];
        *size = (*size + self.sizes.1).saturating_sub(self.sizes.0);
    }

    /// Adds or removes the word; `None` if another word would have to leave or enter a full vocabulary.
    fn update(&self, vocabulary: &mut Vocabulary) -> Option<()> {
        if self.family != Family::Word {
            return Some(());
        }
        let (knew, knows) =
            (vocabulary.contains(&self.term, self.counts.0), vocabulary.contains(&self.term, self.counts.1));
        if let Some((_, rarest)) = &vocabulary.rarest {
            return (knew == knows && *rarest != self.term).then_some(());
        }
        match vocabulary.words.binary_search(&self.term) {
            Ok(at) if !knows => drop(vocabulary.words.remove(at)),
            Err(at) if knows => vocabulary.words.insert(at, self.term.clone()),
            _ => (),
        }
        (vocabulary.words.len() <= MAX_VOCABULARY).then_some(())
    }
}
