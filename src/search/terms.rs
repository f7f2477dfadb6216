//! Counts the terms of sections, one section after another.
//!
//! A term gets a number when it first occurs; counting a section then needs no allocation for terms that are known.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt};

use super::fold::{Simplified, fold};
use super::section::Section;
use super::token::{self, Gram, without_number};

/// The number of occurrences of a term in heading, trail, aliases and text.
pub(super) type Counts = [u32; 4];

/// The terms of the sections counted so far.
#[derive(Debug)]
pub(super) struct Terms<'a> {
    simplified: &'a Simplified,
    /// For each word as written, the numbers of the terms that it is found by.
    written: HashMap<Box<str>, Box<[usize]>>,
    words: HashMap<Box<str>, usize>,
    grams: HashMap<Gram, usize>,
    /// The counts of the current section, by the number of the term.
    counts: Vec<Counts>,
    /// The numbers of the terms of the current section.
    current: Vec<usize>,
}

/// The numbers of terms.
pub(super) type Numbered<T> = HashMap<T, usize>;

impl<'a> Terms<'a> {
    /// No terms. `simplified` is the table for folding.
    pub(super) fn new(simplified: &'a Simplified) -> Self {
        let (written, words, grams) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { simplified, written, words, grams, counts: Vec::new(), current: Vec::new() }
    }

    /// Counts the terms of a section. Calls `found` once for each term, with its number and counts.
    pub(super) fn count(&mut self, section: &Section, mut found: impl FnMut(usize, Counts)) {
        for (field, text) in texts(section).iter().enumerate() {
            self.count_grams(text, field);
            for word in token::written_words(&token::compatible(text)) {
                self.count_word(word, field);
            }
        }
        for number in self.current.drain(..) {
            found(number, std::mem::take(&mut self.counts[number]));
        }
    }

    /// The numbers of all words and of all grams.
    pub(super) fn into_numbers(self) -> (Numbered<Box<str>>, Numbered<Gram>) {
        (self.words, self.grams)
    }

    fn count_grams(&mut self, text: &str, field: usize) {
        // In ASCII, folding changes only the case, which `token::grams` does itself.
        let folded = if text.is_ascii() { text.into() } else { Cow::Owned(fold(text, self.simplified)) };
        let Self { grams, counts, current, .. } = self;
        token::grams(&folded, |gram| {
            let number = *grams.entry(gram).or_insert_with(|| next(counts));
            add(number, field, counts, current);
        });
    }

    fn count_word(&mut self, word: &str, field: usize) {
        if let Some(numbers) = self.written.get(word) {
            numbers.iter().for_each(|number| add(*number, field, &mut self.counts, &mut self.current));
            return;
        }
        let numbers: Box<[usize]> =
            token::forms(word, self.simplified).into_iter().map(|form| self.number(form)).collect();
        numbers.iter().for_each(|number| add(*number, field, &mut self.counts, &mut self.current));
        self.written.insert(word.into(), numbers);
    }

    fn number(&mut self, form: String) -> usize {
        let counts = &mut self.counts;
        *self.words.entry(form.into_boxed_str()).or_insert_with(|| next(counts))
    }
}

/// Adds a term with no occurrences and returns its number.
fn next(counts: &mut Vec<Counts>) -> usize {
    counts.push(Counts::default());
    counts.len() - 1
}

fn add(number: usize, field: usize, counts: &mut [Counts], current: &mut Vec<usize>) {
    let count = &mut counts[number];
    if *count == Counts::default() {
        current.push(number);
    }
    count[field] += 1;
}

/// The searchable fields of a section: heading without its number, trail and tags, aliases, text.
fn texts(section: &Section) -> [Cow<'_, str>; 4] {
    let trail = section.trail.iter().chain(&section.tags).map(String::as_str).collect::<Vec<_>>().join("\n");
    let aliases = section.aliases.join("\n");
    [without_number(&section.title).into(), trail.into(), aliases.into(), (&*section.text).into()]
}
