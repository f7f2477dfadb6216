//! Shards: for a book too large to be loaded whole, small files of which a query needs a few.
//!
//! Sections in, files out: posting lists by term, and the sections' texts a few at a time. A posting is a section and the
//! weight of the term in it ([`Ranking::weight`](super::ranking::Ranking::weight)), so that the page needs neither
//! lengths nor counts. `theme/search/shards.js` is the reader.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rayon::prelude::*;

use super::Section;
use super::codec;
use super::fold::{Simplified, fold};
use super::ranking::RANKING;
use super::token::{self, Family, Gram, gram_text, without_number};

/// Bytes of a shard of posting lists, about: half of it after compression.
const SHARD: usize = 8_000;
/// Bytes of the text in one file, about: a few sections, most often of one page.
const TEXT: usize = 4_500;
/// Words that the page knows for endings, beginnings and slips; rarer ones of a very large book are found exactly only.
const VOCABULARY: usize = 30_000;
/// Steps between nothing and the most a term can weigh in a section; one character each.
const STEPS: f64 = 30.0;

/// What a posting list is of. Words come last, so that grams are compared without following a pointer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Term {
    Gram(Family, Gram),
    Word(String),
}

/// A term in a section, with its weight there.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Posting {
    term: Term,
    section: usize,
    weight: usize,
}

impl Term {
    fn family(&self) -> Family {
        match self {
            Self::Gram(family, _) => *family,
            Self::Word(_) => Family::Word,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Gram(_, gram) => gram_text(*gram),
            Self::Word(word) => word.clone(),
        }
    }
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

/// Cuts the index of these sections; `folded` are their texts.
pub(super) fn cut(sections: &[Section], folded: &[String], simplified: &Simplified) -> Shards {
    let lengths: Vec<usize> = folded.par_iter().map(|text| text.chars().map(char::len_utf16).sum()).collect();
    #[expect(clippy::cast_precision_loss, reason = "lengths of texts are far below 2^52")]
    let mean = lengths.iter().sum::<usize>() as f64 / lengths.len().max(1) as f64;
    let mut postings: Vec<Posting> = (0..sections.len())
        .into_par_iter()
        .flat_map_iter(|at| {
            let terms = section_terms(&sections[at], &folded[at], simplified).into_iter();
            let length = lengths[at];
            terms.map(move |(term, counts)| Posting { term, section: at, weight: weight(counts, length, mean) })
        })
        .collect();
    postings.par_sort_unstable();
    let lists: Vec<&[Posting]> = postings.chunk_by(|a, b| a.term == b.term).collect();
    let mut shards = Shards { postings: Vec::new(), counts: [1; 4], words: vocabulary(&lists), texts: texts(sections) };
    for (family, count) in Family::ALL.into_iter().zip(&mut shards.counts) {
        let files = family_shards(family, &lists);
        *count = files.len();
        shards.postings.extend(files);
    }
    shards
}

/// The weight of a term in a section in steps, at least one.
fn weight(counts: Counts, length: usize, mean: f64) -> usize {
    let share = RANKING.weight(counts, length, mean) / (RANKING.k1 + 1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and STEPS")]
    let steps = (share * STEPS).round() as usize;
    steps.max(1)
}

/// How often a term stands in heading, trail, aliases and text.
type Counts = [u32; 4];

/// The terms of a section.
fn section_terms(section: &Section, folded: &str, simplified: &Simplified) -> Vec<(Term, Counts)> {
    let trail = section.trail.iter().chain(&section.tags).map(String::as_str).collect::<Vec<_>>().join("\n");
    let aliases = section.aliases.join("\n");
    let short = [without_number(&section.title), &trail, &aliases];
    let mut grams = Vec::new();
    let folded = short.map(|text| Cow::Owned(fold(text, simplified))).into_iter().chain([Cow::Borrowed(folded)]);
    for (field, text) in folded.enumerate() {
        token::grams(&text, |family, gram| grams.push(((family, gram), field)));
    }
    let texts = [short[0], short[1], short[2], &section.text].map(token::compatible);
    let words = texts.iter().enumerate();
    let words = words.flat_map(|(field, text)| token::written_words(text).map(move |word| (word, field))).collect();
    let grams = counted(grams).into_iter().map(|((family, gram), counts)| (Term::Gram(family, gram), counts));
    grams.chain(folded_words(words, simplified)).collect()
}

/// Words as written, each folded once however often it stands there.
fn folded_words(written: Vec<(&str, usize)>, simplified: &Simplified) -> impl Iterator<Item = (Term, Counts)> {
    let mut words = BTreeMap::<String, Counts>::new();
    for (word, counts) in counted(written) {
        for form in token::forms(word, simplified) {
            let sum = words.entry(form).or_default();
            sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
    }
    words.into_iter().map(|(word, counts)| (Term::Word(word), counts))
}

/// Counts equal terms by field.
fn counted<T: Ord + Copy>(mut terms: Vec<(T, usize)>) -> Vec<(T, Counts)> {
    terms.sort_unstable();
    let groups = terms.chunk_by(|(a, _), (b, _)| a == b);
    let count = |group: &[(T, usize)]| {
        group.iter().fold([0; 4], |mut counts, (_, field)| {
            counts[*field] += 1;
            counts
        })
    };
    groups.map(|group| (group[0].0, count(group))).collect()
}

/// The posting lists of a family, spread over as many files as keep each small.
fn family_shards(family: Family, lists: &[&[Posting]]) -> Vec<(String, String)> {
    let own: Vec<&[Posting]> = lists.iter().copied().filter(|list| list[0].term.family() == family).collect();
    let written: Vec<(String, String)> = own.par_iter().map(|list| written(list)).collect();
    let size: usize = written.iter().map(|(_, list)| list.len()).sum();
    let count = (size / SHARD).next_power_of_two();
    let mut files = vec![String::new(); count];
    for (term, list) in written {
        let file = &mut files[codec::shard_of(key(family, &term), count)];
        if !file.is_empty() {
            file.push(' ');
        }
        file.push_str(&list);
    }
    files.into_iter().enumerate().map(|(at, file)| (format!("{}-{at:x}", family.name()), file)).collect()
}

/// What of a term chooses its shard: the beginning of a word, so that its endings and longer words lie beside it.
fn key(family: Family, term: &str) -> &str {
    let end = term.char_indices().nth(3).map_or(term.len(), |(at, _)| at);
    if family == Family::Word { &term[..end] } else { term }
}

/// A posting list's term, and `term sections weights`.
fn written(list: &[Posting]) -> (String, String) {
    let term = list[0].term.text();
    let sections = codec::encode_rising(list.iter().map(|posting| posting.section));
    let weights = codec::encode(list.iter().map(|posting| posting.weight));
    let list = format!("{term} {sections} {weights}");
    (term, list)
}

/// The most frequent words, sorted and each without what it shares with the one before.
fn vocabulary(lists: &[&[Posting]]) -> String {
    let words = lists.iter().filter_map(|list| match &list[0].term {
        Term::Word(word) => Some((list.len(), word.as_str())),
        Term::Gram(..) => None,
    });
    let mut words: Vec<(usize, &str)> = words.collect();
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
