//! What a sharded index leaves behind, so that after an edit the next one is patched and not cut anew.

use std::cmp::Reverse;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::Section;
use super::ranking::RANKING;
use super::token::Family;
use crate::source::Digest;

/// Digits of a section's mark.
const DIGITS: usize = 32;
/// The file for pinyin.
pub(super) const SOUNDS: &str = "sounds";

/// What is remembered of a sharded index beside its files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IndexSnapshot {
    pub(super) ground: Ground,
    /// A digest for each section, of all that it is, one after another.
    pub(super) marks: String,
    /// For each group of pages how many sections each of its files of texts holds.
    pub(super) texts: Vec<Vec<usize>>,
    /// How many shards each family has, in the order of [`Family::ALL`].
    pub(super) counts: [usize; 4],
    /// Bytes of the posting lists of each family.
    pub(super) sizes: [usize; 4],
    pub(super) words: Words,
    /// Whether there is a file for pinyin.
    pub(super) has_sounds: bool,
}

/// All that decides about a posting beside its section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Ground {
    /// The digest of the sections' addresses, in their order: which section has which number.
    places: Digest,
    /// The digest of the order's constants.
    rules: Digest,
    /// How long a section is.
    pub(super) mean: f64,
}

/// The words that the page knows, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Words {
    pub(super) known: Vec<Box<str>>,
    /// Of a book with more words than the page knows: the rarest that it knows, and in how many sections it stands.
    pub(super) rarest: Option<(usize, Box<str>)>,
}

/// A file of texts.
pub(super) struct TextFile {
    /// Its name, and which sections it holds: a page that was opened before an edit must not take them for others.
    pub(super) name: String,
    pub(super) from: usize,
    pub(super) count: usize,
}

impl Ground {
    pub(super) fn of(sections: &[Section], mean: f64) -> Self {
        let places = Digest::of_parts(sections.iter().map(|section| section.url.as_bytes()));
        let rules = Digest::of(format!("{RANKING:?}").as_bytes());
        Self { places, rules, mean }
    }
}

impl IndexSnapshot {
    /// The names of the files that the next index may keep.
    pub fn files(&self) -> impl Iterator<Item = String> {
        let texts = self.text_files().into_iter().map(|file| file.name);
        let sounds = self.has_sounds.then(|| SOUNDS.to_owned());
        self.lists().chain(texts).chain(sounds).map(|part| file_name(&part))
    }

    /// The digest of all of it: what bears it belongs to this index and no other.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of_json(self)
    }

    /// The names of the files of posting lists.
    pub(super) fn lists(&self) -> impl Iterator<Item = String> {
        let names = |(family, count): (Family, usize)| (0..count).map(move |at| list_file(family, at));
        Family::ALL.into_iter().zip(self.counts).flat_map(names)
    }

    /// The files of texts.
    pub(super) fn text_files(&self) -> Vec<TextFile> {
        let counts = self.texts.iter().enumerate();
        let files =
            counts.flat_map(|(group, files)| files.iter().enumerate().map(move |(at, count)| (group, at, *count)));
        let mut from = 0;
        let mut next = |(group, at, count): (usize, usize, usize)| {
            let file = TextFile { name: format!("text-{group:x}-{at:x}:{from:x}-{count:x}"), from, count };
            from += count;
            file
        };
        files.map(&mut next).collect()
    }

    /// Names what the files of an index must agree in: which section has which number, and where lists lie. A page that
    /// was opened before an edit may go on with files from after it as long as that is the same.
    pub(super) fn build(&self) -> String {
        Digest::of_parts([&self.ground.places.0[..], format!("{:?}", self.counts).as_bytes()]).hex(12)
    }

    /// The marks of some sections.
    pub(super) fn marks(&self, from: usize, count: usize) -> Option<&str> {
        self.marks.get(from * DIGITS..(from + count) * DIGITS)
    }

    /// The sections whose marks are others; both indices have the same number of sections.
    pub(super) fn changed(&self, marks: &str) -> Vec<usize> {
        let (old, new) = (self.marks.as_bytes().chunks(DIGITS), marks.as_bytes().chunks(DIGITS));
        old.zip(new).enumerate().filter(|(_, (old, new))| old != new).map(|(at, _)| at).collect()
    }
}

/// The marks of sections.
pub(super) fn marks(sections: &[Section]) -> String {
    let marks: Vec<String> = sections.par_iter().map(|section| Digest::of_json(section).hex(DIGITS)).collect();
    marks.concat()
}

/// The name of a file of posting lists.
pub(super) fn list_file(family: Family, at: usize) -> String {
    format!("{}-{at:x}", family.name())
}

/// The file that a part of an index lies in, by the part's name.
pub(super) fn file_name(part: &str) -> String {
    format!("{}.js", part.split(':').next().unwrap_or(part))
}

impl Words {
    /// Whether the page knows a word that stands in so many sections.
    pub(super) fn knows(&self, word: &str, count: usize) -> bool {
        let is_frequent = |(least, rarest): &(usize, Box<str>)| (Reverse(count), word) <= (Reverse(*least), &**rarest);
        count > 0 && self.rarest.as_ref().is_none_or(is_frequent)
    }

    /// Each as a capital letter for how much it shares with the one before and what follows.
    pub(super) fn written(&self) -> String {
        let mut text = String::new();
        let mut before = "";
        for word in &self.known {
            let shared = before.chars().zip(word.chars()).take_while(|(a, b)| a == b).count().min(25);
            text.push(char::from(b'A' + u8::try_from(shared).unwrap_or(0)));
            text.extend(word.chars().skip(shared));
            before = word;
        }
        text
    }
}
