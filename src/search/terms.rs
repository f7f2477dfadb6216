//! The terms of sections, counted one section after another.
//!
//! Every term has a number, given when it is first met, so that a section costs its words and no more.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt};

use super::Section;
use super::fold::{Simplified, fold};
use super::token::{self, Gram, without_number};

/// How often a term stands in heading, trail, aliases and text.
pub(super) type Counts = [u32; 4];

/// The terms met so far.
#[derive(Debug)]
pub(super) struct Terms<'a> {
    simplified: &'a Simplified,
    /// For each word as written the numbers of what it is found by.
    written: HashMap<Box<str>, Box<[usize]>>,
    words: HashMap<Box<str>, usize>,
    grams: HashMap<Gram, usize>,
    /// By number, for the section at hand.
    counts: Vec<Counts>,
    /// The numbers of the terms of the section at hand.
    met: Vec<usize>,
}

/// Terms with their numbers.
pub(super) type Numbered<T> = HashMap<T, usize>;

impl<'a> Terms<'a> {
    /// None yet.
    pub(super) fn new(simplified: &'a Simplified) -> Self {
        let (written, words, grams) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { simplified, written, words, grams, counts: Vec::new(), met: Vec::new() }
    }

    /// Counts a section; `found` gets the number of each of its terms, once.
    pub(super) fn count(&mut self, section: &Section, mut found: impl FnMut(usize, Counts)) {
        for (field, text) in texts(section).iter().enumerate() {
            self.count_grams(text, field);
            for word in token::written_words(&token::compatible(text)) {
                self.count_word(word, field);
            }
        }
        for number in self.met.drain(..) {
            found(number, std::mem::take(&mut self.counts[number]));
        }
    }

    /// The words and the grams with their numbers.
    pub(super) fn into_numbers(self) -> (Numbered<Box<str>>, Numbered<Gram>) {
        (self.words, self.grams)
    }

    fn count_grams(&mut self, text: &str, field: usize) {
        // Case is all that folding changes in ASCII.
        let folded = if text.is_ascii() { text.into() } else { Cow::Owned(fold(text, self.simplified)) };
        let Self { grams, counts, met, .. } = self;
        token::grams(&folded, |gram| {
            let number = *grams.entry(gram).or_insert_with(|| next(counts));
            add(number, field, counts, met);
        });
    }

    fn count_word(&mut self, word: &str, field: usize) {
        if let Some(numbers) = self.written.get(word) {
            numbers.iter().for_each(|number| add(*number, field, &mut self.counts, &mut self.met));
            return;
        }
        let numbers: Box<[usize]> =
            token::forms(word, self.simplified).into_iter().map(|form| self.number(form)).collect();
        numbers.iter().for_each(|number| add(*number, field, &mut self.counts, &mut self.met));
        self.written.insert(word.into(), numbers);
    }

    fn number(&mut self, form: String) -> usize {
        let counts = &mut self.counts;
        *self.words.entry(form.into_boxed_str()).or_insert_with(|| next(counts))
    }
}

/// The number of a new term.
fn next(counts: &mut Vec<Counts>) -> usize {
    counts.push(Counts::default());
    counts.len() - 1
}

fn add(number: usize, field: usize, counts: &mut [Counts], met: &mut Vec<usize>) {
    let count = &mut counts[number];
    if *count == Counts::default() {
        met.push(number);
    }
    count[field] += 1;
}

/// What a section can be found by: heading, trail and tags, aliases, text.
fn texts(section: &Section) -> [Cow<'_, str>; 4] {
    let trail = section.trail.iter().chain(&section.tags).map(String::as_str).collect::<Vec<_>>().join("\n");
    let aliases = section.aliases.join("\n");
    [without_number(&section.title).into(), trail.into(), aliases.into(), (&*section.text).into()]
}
