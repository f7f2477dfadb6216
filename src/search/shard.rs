//! Shards: for a book too large to be loaded whole, small files of which a query needs a few.
//!
//! Sections in, files out: posting lists by term, and the sections' texts a few at a time. A posting is a section and the
//! weight of the term in it ([`Ranking::weight`](super::ranking::Ranking::weight)), so that the page needs neither
//! lengths nor counts. `theme/search/shards.js` is the reader.
//!
//! Chunks of sections are cut in parallel, each into posting lists that are encoded at once; what is held is no more than
//! what the files will say.

use std::hash::Hash;
use std::sync::Arc;

use foldhash::HashMap;
use rayon::prelude::*;

use super::Section;
use super::codec;
use super::fold::Simplified;
use super::memo::Memo;
use super::ranking::RANKING;
use super::terms::{Counts, Terms};
use super::token::{Family, Gram, family_of, gram_text};
use crate::source::Digest;

/// Bytes of a shard of posting lists, about: half of it after compression.
const SHARD: usize = 8_000;
/// Bytes of the text in one file, about: a few sections, most often of one page.
const TEXT: usize = 4_500;
/// Words that the page knows for endings, beginnings and slips; rarer ones of a very large book are found exactly only.
const VOCABULARY: usize = 30_000;
/// Steps between nothing and the most a term can weigh in a section; one character each.
const STEPS: f64 = 30.0;
/// Sections that are cut at a time, at most and at least.
const CHUNK: (usize, usize) = (2_048, 64);
/// Chunks that are cut before they are joined: two for each of many cores.
const ROUND: usize = 16;

/// Everything that a sharded index is cut into.
#[derive(Debug)]
pub(super) struct Shards {
    lists: Lists,
    /// How many shards each family has, in the order of [`Family::ALL`].
    pub(super) counts: [usize; 4],
    /// The words, sorted, each as a capital letter for how much it shares with the one before and what follows.
    pub(super) words: String,
    /// For each file of texts, how many sections it holds.
    pub(super) texts: Vec<usize>,
}

/// The posting lists of some sections.
#[derive(Debug, Default)]
pub(super) struct Lists {
    words: HashMap<Box<str>, List>,
    grams: HashMap<Gram, List>,
}

/// A term in a section, the term by its number.
#[derive(Debug, Clone, Copy)]
struct Posting {
    term: usize,
    section: usize,
    weight: usize,
}

/// A posting list, encoded as far as it goes.
#[derive(Debug, Default, Clone)]
struct List {
    /// Its first section and the one after its last; the distance to the first is not encoded.
    range: (usize, usize),
    /// How many postings it has.
    count: usize,
    /// The distances between its sections.
    sections: String,
    /// The weights.
    weights: String,
}

impl List {
    /// The list of a term's postings, in the order of their sections.
    fn of(postings: &[Posting]) -> Self {
        let mut list = Self { count: postings.len(), ..Self::default() };
        (list.sections, list.weights) = (String::with_capacity(postings.len()), String::with_capacity(postings.len()));
        for (at, posting) in postings.iter().enumerate() {
            if at == 0 {
                list.range.0 = posting.section;
            } else {
                codec::push(posting.section - list.range.1, &mut list.sections);
            }
            list.range.1 = posting.section + 1;
            codec::push(posting.weight, &mut list.weights);
        }
        list
    }

    /// Adds a list of later sections.
    fn join(&mut self, later: Self) {
        if self.count == 0 {
            *self = later;
            return;
        }
        codec::push(later.range.0 - self.range.1, &mut self.sections);
        self.sections.push_str(&later.sections);
        self.weights.push_str(&later.weights);
        self.range.1 = later.range.1;
        self.count += later.count;
    }

    /// `term sections weights`
    fn written(&self, term: &str) -> String {
        let mut text = String::with_capacity(term.len() + self.sections.len() + self.weights.len() + 5);
        text.extend([term, " "]);
        codec::push(self.range.0, &mut text);
        text.extend([&self.sections, " ", &self.weights]);
        text
    }
}

impl Lists {
    /// Joins the lists of chunks, one after another; somebody else may keep them too.
    fn join(&mut self, chunks: Vec<Arc<Self>>) {
        let (mut words, mut grams) = (Vec::new(), Vec::new());
        for chunk in chunks {
            let chunk = Arc::try_unwrap(chunk);
            let own = chunk.unwrap_or_else(|kept| Self { words: kept.words.clone(), grams: kept.grams.clone() });
            words.push(own.words);
            grams.push(own.grams);
        }
        rayon::join(|| join(&mut self.words, words), || join(&mut self.grams, grams));
    }
}

fn join<T: Eq + Hash>(all: &mut HashMap<T, List>, chunks: Vec<HashMap<T, List>>) {
    for (term, list) in chunks.into_iter().flatten() {
        all.entry(term).or_default().join(list);
    }
}

/// Cuts the index of these sections.
pub(super) fn cut(sections: &[Section], simplified: &Simplified, memo: Option<&Memo>) -> Shards {
    let mean = mean_length(sections);
    let size = (sections.len() / ROUND).clamp(CHUNK.1, CHUNK.0);
    let chunks: Vec<(usize, &[Section])> =
        sections.chunks(size).enumerate().map(|(at, chunk)| (at * size, chunk)).collect();
    let around = format!("{mean} {:?}", simplified.pairs());
    let cut = |(from, chunk): &(usize, &[Section])| {
        let make = || cut_chunk(*from, chunk, mean, simplified);
        memo.map_or_else(|| Arc::new(make()), |memo| memo.lists(chunk_key(*from, chunk, &around), make))
    };
    let mut lists = Lists::default();
    for round in chunks.chunks(ROUND) {
        let cut: Vec<Arc<Lists>> = round.par_iter().map(cut).collect();
        lists.join(cut);
    }
    memo.into_iter().for_each(Memo::forget_unused);
    let words = vocabulary(&lists.words);
    let mut shards = Shards { lists, counts: [1; 4], words, texts: texts(sections) };
    shards.counts = shards.sizes().map(|size| (size / SHARD).next_power_of_two());
    shards
}

impl Shards {
    /// Bytes of the posting lists of each family.
    fn sizes(&self) -> [usize; 4] {
        let size = |term: usize, list: &List| {
            let mut first = String::new();
            codec::push(list.range.0, &mut first);
            term + first.len() + list.sections.len() + list.weights.len() + 2
        };
        let mut sizes = Family::ALL.map(|_| 0);
        sizes[Family::Word as usize] = self.lists.words.iter().map(|(word, list)| size(word.len(), list)).sum();
        let grams = self.lists.grams.iter();
        grams.for_each(|(gram, list)| sizes[family_of(*gram) as usize] += size(gram_text(*gram).len(), list));
        sizes
    }

    /// The files of posting lists: their names and `term sections weights term …`. What was written is no longer held.
    pub(super) fn write(&mut self, write: &(dyn Fn(&str, &str) + Sync)) {
        let families = self.take().into_par_iter().zip(Family::ALL).zip(self.counts);
        families.for_each(|((mut lists, family), count)| {
            lists.par_sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
            let files = family_files(lists, family, count);
            files.into_par_iter().enumerate().for_each(|(at, file)| write(&format!("{}-{at:x}", family.name()), &file));
        });
    }

    /// The posting lists of each family.
    fn take(&mut self) -> [Vec<(Box<str>, List)>; 4] {
        let mut all = Family::ALL.map(|_| Vec::new());
        all[Family::Word as usize] = std::mem::take(&mut self.lists.words).into_iter().collect();
        let grams = std::mem::take(&mut self.lists.grams).into_iter();
        grams.for_each(|(gram, list)| all[family_of(gram) as usize].push((gram_text(gram).into_boxed_str(), list)));
        all
    }
}

/// How long a section's text is, in UTF-16; rounded, so that one edit does not change every weight.
fn mean_length(sections: &[Section]) -> f64 {
    let all: usize = sections.par_iter().map(|section| length(&section.text)).sum();
    #[expect(clippy::cast_precision_loss, reason = "lengths of texts are far below 2^52")]
    let mean = (all as f64 / sections.len().max(1) as f64).max(1.0);
    let step = mean.log2().floor().exp2() / 8.0;
    (mean / step).round() * step
}

fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char::len_utf16).sum() }
}

/// The digest of all that decides about the posting lists of a chunk.
fn chunk_key(from: usize, sections: &[Section], around: &str) -> Digest {
    Digest::of_parts([&Digest::of_json(&sections).0[..], &from.to_le_bytes(), around.as_bytes()])
}

/// The posting lists of some sections, the first of which is number `from`.
fn cut_chunk(from: usize, sections: &[Section], mean: f64, simplified: &Simplified) -> Lists {
    let mut terms = Terms::new(simplified);
    let mut postings = Vec::new();
    for (section, of) in (from..).zip(sections) {
        let length = length(&of.text);
        terms.count(of, |term, counts| postings.push(Posting { term, section, weight: weight(counts, length, mean) }));
    }
    postings.sort_unstable_by_key(|posting| (posting.term, posting.section));
    // Every number has postings, so the lists stand in the order of the numbers.
    let mut lists: Vec<List> = postings.chunk_by(|one, other| one.term == other.term).map(List::of).collect();
    let mut take = |number: usize| lists.get_mut(number).map(std::mem::take).unwrap_or_default();
    let (words, grams) = terms.into_numbers();
    let words = words.into_iter().map(|(word, number)| (word, take(number))).collect();
    Lists { words, grams: grams.into_iter().map(|(gram, number)| (gram, take(number))).collect() }
}

/// The weight of a term in a section in steps, at least one.
fn weight(counts: Counts, length: usize, mean: f64) -> usize {
    let share = RANKING.weight(counts, length, mean) / (RANKING.k1 + 1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and STEPS")]
    let steps = (share * STEPS).round() as usize;
    steps.max(1)
}

/// The posting lists of a family, spread over its files.
fn family_files(lists: Vec<(Box<str>, List)>, family: Family, count: usize) -> Vec<String> {
    let mut files = vec![String::new(); count];
    for (term, list) in lists {
        let file = &mut files[codec::shard_of(key(family, &term), count)];
        if !file.is_empty() {
            file.push(' ');
        }
        file.push_str(&list.written(&term));
    }
    files
}

/// What of a term chooses its shard: the beginning of a word, so that its endings and longer words lie beside it.
fn key(family: Family, term: &str) -> &str {
    let end = term.char_indices().nth(3).map_or(term.len(), |(at, _)| at);
    if family == Family::Word { &term[..end] } else { term }
}

/// The most frequent words, sorted and each without what it shares with the one before.
fn vocabulary(lists: &HashMap<Box<str>, List>) -> String {
    let mut words: Vec<(usize, &str)> = lists.iter().map(|(word, list)| (list.count, &**word)).collect();
    words.sort_unstable_by(|(few, a), (many, b)| many.cmp(few).then(a.cmp(b)));
    words.truncate(VOCABULARY);
    words.sort_unstable_by_key(|(_, word)| *word);
    let mut text = String::new();
    let mut before = "";
    for (_, word) in words {
        let shared = before.chars().zip(word.chars()).take_while(|(a, b)| a == b).count().min(25);
        text.push(char::from(b'A' + u8::try_from(shared).unwrap_or(0)));
        text.extend(word.chars().skip(shared));
        before = word;
    }
    text
}

/// How many sections each file of texts holds: as few as fill it.
fn texts(sections: &[Section]) -> Vec<usize> {
    let mut files = Vec::new();
    let (mut count, mut bytes) = (0, 0);
    for section in sections {
        count += 1;
        bytes += section.text.len() + section.title.len();
        if bytes >= TEXT {
            files.push(count);
            (count, bytes) = (0, 0);
        }
    }
    files.extend((count > 0).then_some(count));
    files
}
