//! Shards: the files of a large index, of which a query loads a few.
//!
//! There are two kinds of files. Files of posting lists contain `term sections weights term …`, where `sections` and `weights`
//! are numbers in the format of [`codec`]: the sections that contain the term, as gaps, and the term's weight in each
//! ([`Ranking::weight`](super::ranking::Ranking::weight), quantized), so that the engine needs neither lengths nor counts. Text
//! files contain the sections themselves, a few each. `theme/search/shards.js` is the reader.
//!
//! Chunks of sections are indexed in parallel. Each gives encoded posting lists, which are then concatenated, so that no more
//! is in memory than the files will contain.

use std::hash::Hash;

use foldhash::HashMap;
use rayon::prelude::*;

use super::codec;
use super::fold::Simplified;
use super::index_snapshot::{IndexSnapshot, PostingInputs, Vocabulary, digests_of, posting_file};
use super::ranking::RANKING;
use super::section::Section;
use super::terms::{Counts, Terms};
use super::token::{Family, Gram, family_of, gram_text};

/// The approximate size of a file of posting lists, in bytes; about half of it after compression.
const SHARD_SIZE: usize = 8_000;
/// The approximate size of a text file, in bytes: a few sections, most often of one page.
const TEXT_SIZE: usize = 4_500;
/// How many pages form a group, whose texts are divided into files. `theme/search/shards.js` has the same number.
const PAGES_PER_GROUP: usize = 8;
/// The size of the vocabulary, in which the engine finds other endings, prefixes and typos. Rarer words of a very large book
/// are only found exactly.
pub(super) const MAX_VOCABULARY: usize = 30_000;
/// The number of steps to which a weight is quantized, so that it is one character.
const WEIGHT_STEPS: f64 = 30.0;
/// The size of a chunk in sections: the minimum and the maximum.
const CHUNK_SIZE: (usize, usize) = (64, 2_048);
/// How many chunks per thread are indexed before they are joined. More than one, so that threads wait less for each other.
const CHUNKS_PER_THREAD: usize = 2;

/// The posting lists of some sections.
#[derive(Debug, Default)]
pub(super) struct PostingLists {
    words: HashMap<Box<str>, PostingList>,
    grams: HashMap<Gram, PostingList>,
}

/// An occurrence of a term, which is given by its number, in a section.
#[derive(Debug, Clone, Copy)]
struct Posting {
    term: usize,
    section: usize,
    weight: usize,
}

/// An encoded posting list, to which later sections can be appended.
#[derive(Debug, Default, Clone)]
struct PostingList {
    /// Its first section and the one after its last. The first is encoded when the list is complete.
    range: (usize, usize),
    /// The number of postings.
    count: usize,
    /// The gaps between its sections, encoded.
    sections: String,
    /// The weights, encoded.
    weights: String,
}

impl PostingList {
    /// Encodes the postings of one term, which are in the order of sections.
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

    /// Appends a list of later sections.
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

    /// The list as `term sections weights`.
    fn encoded(&self, term: &str) -> String {
        let mut text = String::with_capacity(term.len() + self.sections.len() + self.weights.len() + 5);
        text.extend([term, " "]);
        codec::push(self.range.0, &mut text);
        text.extend([&self.sections, " ", &self.weights]);
        text
    }
}

impl PostingLists {
    /// Appends the lists of chunks, in the order of their sections.
    fn join(&mut self, chunks: Vec<Self>) {
        let (words, grams) = chunks.into_iter().map(|chunk| (chunk.words, chunk.grams)).unzip();
        rayon::join(|| join(&mut self.words, words), || join(&mut self.grams, grams));
    }
}

fn join<T: Eq + Hash>(all: &mut HashMap<T, PostingList>, chunks: Vec<HashMap<T, PostingList>>) {
    for (term, list) in chunks.into_iter().flatten() {
        all.entry(term).or_default().join(list);
    }
}

/// Builds the posting lists of these sections, and the snapshot of the index. Whether it has pinyin is left to the caller.
pub(super) fn build_shards(
    sections: &[Section],
    inputs: PostingInputs,
    simplified: &Simplified,
) -> (PostingLists, IndexSnapshot) {
    // The lists do not depend on the size of the chunks.
    let at_once = CHUNKS_PER_THREAD * rayon::current_num_threads();
    let size = (sections.len() / at_once).clamp(CHUNK_SIZE.0, CHUNK_SIZE.1);
    let chunks: Vec<(usize, &[Section])> =
        sections.chunks(size).enumerate().map(|(at, chunk)| (at * size, chunk)).collect();
    let index = |(from, chunk): &(usize, &[Section])| index_chunk(*from, chunk, inputs.mean_length, simplified);
    let mut lists = PostingLists::default();
    for some in chunks.chunks(at_once) {
        lists.join(some.par_iter().map(index).collect());
    }
    let (vocabulary, sizes) = (vocabulary(&lists.words), lists.sizes());
    let (digests, texts, counts) = (digests_of(sections), texts(sections), sizes.map(shard_count));
    (lists, IndexSnapshot { inputs, digests, texts, counts, sizes, vocabulary, has_pinyin: false })
}

/// The number of files for posting lists of this total size in bytes. It is a power of two, so that it changes rarely.
pub(super) fn shard_count(size: usize) -> usize {
    (size / SHARD_SIZE).next_power_of_two()
}

impl PostingLists {
    /// The size of the posting lists of each family, in bytes.
    fn sizes(&self) -> [usize; 4] {
        let size = |term: usize, list: &PostingList| {
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

    /// Writes the files of posting lists: `write` receives their names and texts, from several threads. `counts` is the number of
    /// files of each family.
    pub(super) fn write(self, counts: [usize; 4], write: &(dyn Fn(&str, &str) + Sync)) {
        let families = self.by_family().into_par_iter().zip(Family::ALL).zip(counts);
        families.for_each(|((mut lists, family), count)| {
            lists.par_sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
            let files = family_files(lists, family, count);
            files.into_par_iter().enumerate().for_each(|(at, file)| write(&posting_file(family, at), &file));
        });
    }

    /// The posting lists of each family, with their terms.
    fn by_family(self) -> [Vec<(Box<str>, PostingList)>; 4] {
        let mut all = Family::ALL.map(|_| Vec::new());
        all[Family::Word as usize] = self.words.into_iter().collect();
        self.grams
            .into_iter()
            .for_each(|(gram, list)| all[family_of(gram) as usize].push((gram_text(gram).into_boxed_str(), list)));
        all
    }
}

/// The mean length of the sections' texts, see [`length`]. It is rounded to an eighth of its magnitude, so that an edit does
/// not change every weight.
pub(super) fn mean_length(sections: &[Section]) -> f64 {
    let all: usize = sections.par_iter().map(|section| length(&section.text)).sum();
    #[expect(clippy::cast_precision_loss, reason = "lengths of texts are far below 2^52")]
    let mean = (all as f64 / sections.len().max(1) as f64).max(1.0);
    let step = mean.log2().floor().exp2() / 8.0;
    (mean / step).round() * step
}

/// The length of a text in UTF-16 code units, as JavaScript measures it.
pub(super) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char::len_utf16).sum() }
}

/// Builds the posting lists of some sections, the first of which has the number `from`.
fn index_chunk(from: usize, sections: &[Section], mean_length: f64, simplified: &Simplified) -> PostingLists {
    let mut terms = Terms::new(simplified);
    let mut postings = Vec::new();
    for (section, of) in (from..).zip(sections) {
        let length = length(&of.text);
        terms.count(of, |term, counts| {
            postings.push(Posting { term, section, weight: weight(counts, length, mean_length) });
        });
    }
    postings.sort_unstable_by_key(|posting| (posting.term, posting.section));
    // Every term has postings, so the list at an index is that of the term with this number.
    let mut lists: Vec<PostingList> =
        postings.chunk_by(|one, other| one.term == other.term).map(PostingList::of).collect();
    let mut take = |number: usize| lists.get_mut(number).map(std::mem::take).unwrap_or_default();
    let (words, grams) = terms.into_numbers();
    let words = words.into_iter().map(|(word, number)| (word, take(number))).collect();
    PostingLists { words, grams: grams.into_iter().map(|(gram, number)| (gram, take(number))).collect() }
}

/// The quantized weight of a term in a section, at least 1.
pub(super) fn weight(counts: Counts, length: usize, mean_length: f64) -> usize {
    let share = RANKING.weight(counts, length, mean_length) / (RANKING.k1 + 1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and WEIGHT_STEPS")]
    let steps = (share * WEIGHT_STEPS).round() as usize;
    steps.max(1)
}

/// Distributes the posting lists of a family over its files.
fn family_files(lists: Vec<(Box<str>, PostingList)>, family: Family, count: usize) -> Vec<String> {
    let mut files = vec![String::new(); count];
    for (term, list) in lists {
        let file = &mut files[codec::shard_of(key(family, &term), count)];
        if !file.is_empty() {
            file.push(' ');
        }
        file.push_str(&list.encoded(&term));
    }
    files
}

/// The part of a term that selects its shard: of a word the first three characters, so that its inflections and longer words
/// are in the same file.
pub(super) fn key(family: Family, term: &str) -> &str {
    let end = term.char_indices().nth(3).map_or(term.len(), |(at, _)| at);
    if family == Family::Word { &term[..end] } else { term }
}

/// The vocabulary: the most frequent words.
fn vocabulary(lists: &HashMap<Box<str>, PostingList>) -> Vocabulary {
    let mut words: Vec<(usize, &str)> = lists.iter().map(|(word, list)| (list.count, &**word)).collect();
    words.sort_unstable_by(|(few, a), (many, b)| many.cmp(few).then(a.cmp(b)));
    let is_truncated = words.len() > MAX_VOCABULARY;
    words.truncate(MAX_VOCABULARY);
    let rarest = words.last().filter(|_| is_truncated).map(|(count, word)| (*count, (*word).into()));
    let mut words: Vec<Box<str>> = words.into_iter().map(|(_, word)| word.into()).collect();
    words.sort_unstable();
    Vocabulary { words, rarest }
}

/// The division of sections into text files: for each group of pages, the number of sections in each of its files.
///
/// Groups limit the effect of an edit: it moves sections between the files of its own group only.
pub(super) fn texts(sections: &[Section]) -> Vec<Vec<usize>> {
    let pages: Vec<&[Section]> = sections.chunk_by(|one, other| one.url.page == other.url.page).collect();
    pages.chunks(PAGES_PER_GROUP).map(|pages| files_of(pages.iter().copied().flatten())).collect()
}

/// The number of sections in each file of a group: as few as reach [`TEXT_SIZE`].
fn files_of<'a>(sections: impl Iterator<Item = &'a Section>) -> Vec<usize> {
    let mut files = Vec::new();
    let (mut count, mut bytes) = (0, 0);
    for section in sections {
        count += 1;
        bytes += section.text.len() + section.title.len();
        if bytes >= TEXT_SIZE {
            files.push(count);
            (count, bytes) = (0, 0);
        }
    }
    files.extend((count > 0).then_some(count));
    files
}
