//! What is stored of a sharded index, so that the next build can patch its files instead of building all again.

use std::cmp::Reverse;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::ranking::RANKING;
use super::section::Section;
use super::token::Family;
use crate::digest::Digest;

/// The length of a section's digest, in hexadecimal digits.
const DIGITS: usize = 32;
/// The name of the file for pinyin queries.
pub(super) const PINYIN_FILE: &str = "sounds";

/// The description of a sharded index. Together with the files of the index it allows to patch them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IndexSnapshot {
    pub(super) inputs: PostingInputs,
    /// The digests of all sections, in their order, [`DIGITS`] each.
    pub(super) digests: String,
    /// For each group of pages, the number of sections in each of its text files.
    pub(super) texts: Vec<Vec<usize>>,
    /// The number of shards of each family, in the order of [`Family::ALL`].
    pub(super) counts: [usize; 4],
    /// The size of the posting lists of each family, in bytes.
    pub(super) sizes: [usize; 4],
    pub(super) vocabulary: Vocabulary,
    /// Whether there is a file for pinyin queries.
    pub(super) has_pinyin: bool,
}

/// The index of the previous build, with access to its files.
pub struct PreviousIndex<'a> {
    /// Its snapshot.
    pub snapshot: &'a IndexSnapshot,
    /// Reads one of [`IndexSnapshot::files`] as it was written; `None` if that is not possible.
    pub read: &'a (dyn Fn(&str) -> Option<String> + Sync),
}

/// Everything that determines a posting, except for the content of its section. Posting lists of an index with other inputs
/// cannot be patched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct PostingInputs {
    /// The digest of the sections' addresses in their order, which determine the numbers of sections.
    urls: Digest,
    /// The digest of the constants of ranking.
    ranking: Digest,
    /// The mean length of a section.
    pub(super) mean_length: f64,
}

/// The words that the page loads with the core, to find other endings, prefixes and typos.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Vocabulary {
    /// The words, sorted.
    pub(super) words: Vec<Box<str>>,
    /// If the book has more words than the vocabulary: its rarest word, and the number of sections that contain it.
    pub(super) rarest: Option<(usize, Box<str>)>,
}

/// A text file and the sections that it contains.
pub(super) struct TextFile {
    /// The name of the part. It includes the numbers of the sections, because a page that was opened before an edit must not
    /// take them for others.
    pub(super) name: String,
    /// The number of the first section.
    pub(super) from: usize,
    /// The number of sections.
    pub(super) count: usize,
}

impl PostingInputs {
    /// The inputs of an index of these sections, with the mean length of their texts.
    pub(super) fn of(sections: &[Section], mean_length: f64) -> Self {
        let urls: Vec<String> = sections.iter().map(|section| section.url.to_string()).collect();
        let urls = Digest::of_parts(urls.iter().map(String::as_bytes));
        let ranking = Digest::of(format!("{RANKING:?}").as_bytes());
        Self { urls, ranking, mean_length }
    }
}

impl IndexSnapshot {
    /// The names of the files that the next index may reuse: all but the entry script.
    pub fn files(&self) -> impl Iterator<Item = String> {
        let texts = self.text_files().into_iter().map(|file| file.name);
        let pinyin = self.has_pinyin.then(|| PINYIN_FILE.to_owned());
        self.posting_files().chain(texts).chain(pinyin).map(|part| file_name(&part))
    }

    /// The digest of the snapshot. Files stored with this digest belong to this index.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of_json(self)
    }

    /// The names of the parts with posting lists.
    pub(super) fn posting_files(&self) -> impl Iterator<Item = String> {
        let names = |(family, count): (Family, usize)| (0..count).map(move |at| posting_file(family, at));
        Family::ALL.into_iter().zip(self.counts).flat_map(names)
    }

    /// The text files.
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

    /// An identifier of what all files of an index must agree in: the numbers of sections and the numbers of shards.
    ///
    /// A page that was opened before an edit continues with the files after it as long as the identifier is the same.
    pub(super) fn build(&self) -> String {
        Digest::of_parts([&self.inputs.urls.0[..], format!("{:?}", self.counts).as_bytes()]).hex(12)
    }

    /// The digests of `count` sections, the first of which has the number `from`; `None` if there are not as many.
    pub(super) fn digests(&self, from: usize, count: usize) -> Option<&str> {
        self.digests.get(from * DIGITS..(from + count) * DIGITS)
    }

    /// The numbers of the sections with other digests. Both indices have the same number of sections.
    pub(super) fn changed(&self, digests: &str) -> Vec<usize> {
        let (old, new) = (self.digests.as_bytes().chunks(DIGITS), digests.as_bytes().chunks(DIGITS));
        old.zip(new).enumerate().filter(|(_, (old, new))| old != new).map(|(at, _)| at).collect()
    }
}

/// The concatenated digests of sections.
pub(super) fn digests_of(sections: &[Section]) -> String {
    let digests: Vec<String> = sections.par_iter().map(|section| Digest::of_json(section).hex(DIGITS)).collect();
    digests.concat()
}

/// The name of a part with posting lists.
pub(super) fn posting_file(family: Family, at: usize) -> String {
    format!("{}-{at:x}", family.name())
}

/// The name of the file that contains a part.
pub(super) fn file_name(part: &str) -> String {
    format!("{}.js", part.split(':').next().unwrap_or(part))
}

impl Vocabulary {
    /// Whether a word that `count` sections contain belongs to the vocabulary.
    pub(super) fn contains(&self, word: &str, count: usize) -> bool {
        let is_frequent = |(least, rarest): &(usize, Box<str>)| (Reverse(count), word) <= (Reverse(*least), &**rarest);
        count > 0 && self.rarest.as_ref().is_none_or(is_frequent)
    }

    /// The words in front coding: for each a capital letter, `A` for 0, for the number of characters that it shares with the
    /// previous word, then its remaining characters.
    pub(super) fn encoded(&self) -> String {
        let mut text = String::new();
        let mut previous = "";
        for word in &self.words {
            let shared = previous.chars().zip(word.chars()).take_while(|(a, b)| a == b).count().min(25);
            text.push(char::from(b'A' + u8::try_from(shared).unwrap_or(0)));
            text.extend(word.chars().skip(shared));
            previous = word;
        }
        text
    }
}
