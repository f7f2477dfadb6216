//! Shards: for a book too large to be loaded whole, small files of which a query needs a few.
//!
//! Sections in, files out: posting lists by term, and the sections' texts a few at a time. A posting is a section and the
//! weight of the term in it ([`Ranking::weight`](super::ranking::Ranking::weight)), so that the page needs neither
//! lengths nor counts. `theme/search/shards.js` is the reader.

use rayon::prelude::*;

use super::Section;
use super::codec;
use super::fold::{Simplified, fold};
use super::ranking::RANKING;
use super::token::{Family, terms, without_number};

/// Bytes of a shard of posting lists, about: half of it after compression.
const SHARD: usize = 8_000;
/// Bytes of the text in one file, about: a few sections, most often of one page.
const TEXT: usize = 4_500;
/// Words that the page knows for endings, beginnings and slips; rarer ones of a very large book are found exactly only.
const VOCABULARY: usize = 30_000;
/// Steps between nothing and the most a term can weigh in a section; one character each.
const STEPS: f64 = 30.0;

/// A term in a section.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Posting {
    family: Family,
    term: String,
    section: usize,
    weight: usize,
}

/// Everything that a sharded index is cut into.
#[derive(Debug)]
pub(super) struct Shards {
    /// Posting lists: the name of each file and `term sections weights term sections weights …`.
    pub(super) postings: Vec<(String, String)>,
    /// How many shards each family has, in the order of [`Family::ALL`].
    pub(super) counts: [usize; 4],
    /// The words, sorted, each as a capital letter for how much it shares with the one before and what follows.
    pub(super) words: String,
    /// For each file of texts, how many sections it holds.
    pub(super) texts: Vec<usize>,
}

/// Cuts the index of these sections.
pub(super) fn cut(sections: &[Section], simplified: &Simplified) -> Shards {
    let folded: Vec<[String; 4]> =
        sections.par_iter().map(|section| fields(section).map(|field| fold(&field, simplified))).collect();
    let lengths: Vec<usize> = folded.iter().map(|[.., text]| text.encode_utf16().count()).collect();
    #[expect(clippy::cast_precision_loss, reason = "lengths of texts are far below 2^52")]
    let mean = lengths.iter().sum::<usize>() as f64 / lengths.len().max(1) as f64;
    let mut postings: Vec<Posting> = (0..sections.len())
        .into_par_iter()
        .flat_map_iter(|at| section_postings(at, &sections[at], &folded[at], simplified, lengths[at], mean))
        .collect();
    postings.par_sort_unstable();
    let mut shards =
        Shards { postings: Vec::new(), counts: [1; 4], words: vocabulary(&postings), texts: texts(sections) };
    for (family, count) in Family::ALL.into_iter().zip(&mut shards.counts) {
        let files = family_shards(family, &postings);
        *count = files.len();
        shards.postings.extend(files);
    }
    shards
}

/// The fields that terms are counted in: heading, trail, aliases, text.
fn fields(section: &Section) -> [String; 4] {
    let trail = section.trail.iter().chain(&section.tags).map(String::as_str).collect::<Vec<_>>().join("\n");
    [without_number(&section.title).to_owned(), trail, section.aliases.join("\n"), section.text.clone()]
}

fn section_postings(
    at: usize,
    section: &Section,
    folded: &[String; 4],
    simplified: &Simplified,
    length: usize,
    mean: f64,
) -> Vec<Posting> {
    let mut all: Vec<(Family, String, usize)> = Vec::new();
    for (field, (text, folded)) in fields(section).iter().zip(folded).enumerate() {
        terms(text, folded, simplified, &mut |family, term| all.push((family, term, field)));
    }
    all.sort_unstable();
    let of_one_term = all.chunk_by(|(a, one, _), (b, other, _)| a == b && one == other);
    of_one_term
        .map(|group| {
            let mut counts = [0; 4];
            for (_, _, field) in group {
                counts[*field] += 1;
            }
            let weight = RANKING.weight(counts, length, mean) / (RANKING.k1 + 1.0) * STEPS;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and STEPS")]
            let weight = (weight.round() as usize).max(1);
            Posting { family: group[0].0, term: group[0].1.clone(), section: at, weight }
        })
        .collect()
}

/// The posting lists of a family, spread over as many files as keep each small.
fn family_shards(family: Family, postings: &[Posting]) -> Vec<(String, String)> {
    let lists: Vec<(&str, String)> = postings
        .chunk_by(|a, b| a.family == b.family && a.term == b.term)
        .filter(|list| list[0].family == family)
        .map(|list| (list[0].term.as_str(), written(list)))
        .collect();
    let size: usize = lists.iter().map(|(_, list)| list.len()).sum();
    let count = (size / SHARD).next_power_of_two();
    let mut files = vec![String::new(); count];
    for (term, list) in lists {
        let file = &mut files[codec::shard_of(key(family, term), count)];
        if !file.is_empty() {
            file.push(' ');
        }
        file.push_str(&list);
    }
    files.into_iter().enumerate().map(|(at, file)| (format!("{}-{at:x}", family.name()), file)).collect()
}

/// What of a term chooses its shard: the beginning of a word, so that its endings and longer words lie beside it.
pub(super) fn key(family: Family, term: &str) -> &str {
    let end = term.char_indices().nth(3).map_or(term.len(), |(at, _)| at);
    if family == Family::Word { &term[..end] } else { term }
}

fn written(list: &[Posting]) -> String {
    let sections = codec::encode_rising(list.iter().map(|posting| posting.section));
    let weights = codec::encode(list.iter().map(|posting| posting.weight));
    format!("{} {sections} {weights}", list[0].term)
}

/// The most frequent words, sorted and each without what it shares with the one before.
fn vocabulary(postings: &[Posting]) -> String {
    let mut words: Vec<(usize, &str)> = postings
        .chunk_by(|a, b| a.family == b.family && a.term == b.term)
        .filter(|list| list[0].family == Family::Word)
        .map(|list| (list.len(), list[0].term.as_str()))
        .collect();
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
