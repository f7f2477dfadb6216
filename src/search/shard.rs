//! Shards: for a book too large to be loaded whole, small files of which a query needs a few.
//!
//! Sections in, files out: posting lists by term, and the sections' texts a few at a time. A posting is a section and the
//! weight of the term in it ([`Ranking::weight`](super::ranking::Ranking::weight)), so that the page needs neither
//! lengths nor counts. `theme/search/shards.js` is the reader.
//!
//! Chunks of sections are cut in parallel, each into posting lists that are encoded at once; what is held is no more than
//! what the files will say.

use std::hash::Hash;

use foldhash::HashMap;
use rayon::prelude::*;

use super::Section;
use super::codec;
use super::fold::Simplified;
use super::index_snapshot::{Ground, IndexSnapshot, Words, list_file, marks};
use super::ranking::RANKING;
use super::terms::{Counts, Terms};
use super::token::{Family, Gram, family_of, gram_text};

/// Bytes of a shard of posting lists, about: half of it after compression.
const SHARD: usize = 8_000;
/// Bytes of the text in one file, about: a few sections, most often of one page.
const TEXT: usize = 4_500;
/// Pages whose texts are put into files together; `theme/search/shards.js` knows the number too.
const PAGES: usize = 8;
/// Words that the page knows for endings, beginnings and slips; rarer ones of a very large book are found exactly only.
pub(super) const VOCABULARY: usize = 30_000;
/// Steps between nothing and the most a term can weigh in a section; one character each.
const STEPS: f64 = 30.0;
/// Sections that are cut at a time, at most and at least.
const CHUNK: (usize, usize) = (2_048, 64);
/// Chunks for each core that are cut before they are joined: so many that none waits long for another.
const ROUND: usize = 2;

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
    /// Joins the lists of chunks, one after another.
    fn join(&mut self, chunks: Vec<Self>) {
        let (words, grams) = chunks.into_iter().map(|chunk| (chunk.words, chunk.grams)).unzip();
        rayon::join(|| join(&mut self.words, words), || join(&mut self.grams, grams));
    }
}

fn join<T: Eq + Hash>(all: &mut HashMap<T, List>, chunks: Vec<HashMap<T, List>>) {
    for (term, list) in chunks.into_iter().flatten() {
        all.entry(term).or_default().join(list);
    }
}

/// Cuts the index of these sections: the posting lists, and what is remembered of them.
pub(super) fn cut(sections: &[Section], ground: Ground, simplified: &Simplified) -> (Lists, IndexSnapshot) {
    // However it is chunked, the lists are the same.
    let at_once = ROUND * rayon::current_num_threads();
    let size = (sections.len() / at_once).clamp(CHUNK.1, CHUNK.0);
    let chunks: Vec<(usize, &[Section])> =
        sections.chunks(size).enumerate().map(|(at, chunk)| (at * size, chunk)).collect();
    let cut = |(from, chunk): &(usize, &[Section])| cut_chunk(*from, chunk, ground.mean, simplified);
    let mut lists = Lists::default();
    for round in chunks.chunks(at_once) {
        let cut: Vec<Lists> = round.par_iter().map(cut).collect();
        lists.join(cut);
    }
    let (words, sizes) = (vocabulary(&lists.words), lists.sizes());
    let (marks, texts, counts) = (marks(sections), texts(sections), sizes.map(shard_count));
    (lists, IndexSnapshot { ground, marks, texts, counts, sizes, words, has_sounds: false })
}

/// How many shards posting lists of so many bytes are spread over.
pub(super) fn shard_count(size: usize) -> usize {
    (size / SHARD).next_power_of_two()
}

impl Lists {
    /// Bytes of the posting lists of each family.
    fn sizes(&self) -> [usize; 4] {
        let size = |term: usize, list: &List| {
            let mut first = String::new();
            codec::push(list.range.0, &mut first);
            term + first.len() + list.sections.len() + list.weights.len() + 2
        };
        let mut sizes = Family::ALL.map(|_| 0);
        sizes[Family::Word as usize] = self.words.iter().map(|(word, list)| size(word.len(), list)).sum();
        let grams = self.grams.iter();
        grams.for_each(|(gram, list)| sizes[family_of(*gram) as usize] += size(gram_text(*gram).len(), list));
        sizes
    }

    /// The files of posting lists: their names and `term sections weights term …`. What was written is no longer held.
    pub(super) fn write(self, counts: [usize; 4], write: &(dyn Fn(&str, &str) + Sync)) {
        let families = self.by_family().into_par_iter().zip(Family::ALL).zip(counts);
        families.for_each(|((mut lists, family), count)| {
            lists.par_sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
            let files = family_files(lists, family, count);
            files.into_par_iter().enumerate().for_each(|(at, file)| write(&list_file(family, at), &file));
        });
    }

    /// The posting lists of each family.
    fn by_family(self) -> [Vec<(Box<str>, List)>; 4] {
        let mut all = Family::ALL.map(|_| Vec::new());
        all[Family::Word as usize] = self.words.into_iter().collect();
        self.grams
            .into_iter()
            .for_each(|(gram, list)| all[family_of(gram) as usize].push((gram_text(gram).into_boxed_str(), list)));
        all
    }
}

/// How long a section's text is, in UTF-16; rounded, so that one edit does not change every weight.
pub(super) fn mean_length(sections: &[Section]) -> f64 {
    let all: usize = sections.par_iter().map(|section| length(&section.text)).sum();
    #[expect(clippy::cast_precision_loss, reason = "lengths of texts are far below 2^52")]
    let mean = (all as f64 / sections.len().max(1) as f64).max(1.0);
    let step = mean.log2().floor().exp2() / 8.0;
    (mean / step).round() * step
}

pub(super) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char::len_utf16).sum() }
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
pub(super) fn weight(counts: Counts, length: usize, mean: f64) -> usize {
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
pub(super) fn key(family: Family, term: &str) -> &str {
    let end = term.char_indices().nth(3).map_or(term.len(), |(at, _)| at);
    if family == Family::Word { &term[..end] } else { term }
}

/// The most frequent words.
fn vocabulary(lists: &HashMap<Box<str>, List>) -> Words {
    let mut words: Vec<(usize, &str)> = lists.iter().map(|(word, list)| (list.count, &**word)).collect();
    words.sort_unstable_by(|(few, a), (many, b)| many.cmp(few).then(a.cmp(b)));
    let is_cut = words.len() > VOCABULARY;
    words.truncate(VOCABULARY);
    let rarest = words.last().filter(|_| is_cut).map(|(count, word)| (*count, (*word).into()));
    let mut known: Vec<Box<str>> = words.into_iter().map(|(_, word)| word.into()).collect();
    known.sort_unstable();
    Words { known, rarest }
}

/// For each group of pages how many sections each of its files of texts holds: as few as fill it. In groups, so that an edit
/// moves nothing from file to file but nearby.
pub(super) fn texts(sections: &[Section]) -> Vec<Vec<usize>> {
    let pages: Vec<&[Section]> = sections.chunk_by(|one, other| one.path() == other.path()).collect();
    pages.chunks(PAGES).map(|pages| files_of(pages.iter().copied().flatten())).collect()
}

fn files_of<'a>(sections: impl Iterator<Item = &'a Section>) -> Vec<usize> {
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
