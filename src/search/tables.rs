//! Tables for queries in Chinese, limited to the characters of one book: simplified forms and pinyin.

use std::collections::{BTreeMap, BTreeSet};

use pinyin::ToPinyinMulti;
use rayon::prelude::*;

use super::fold::{Simplified, fold};
use super::section::Section;

/// How many readings of one character are kept. Further ones are rare.
const READINGS: usize = 3;

/// The characters of each syllable. Syllables have no tones; `ü` is written as `v`.
pub(super) type Pinyin = BTreeMap<String, String>;

/// The set of East Asian characters in a book, as a bit set over all code points.
#[derive(Debug, Clone)]
pub(super) struct EastAsianChars(Vec<u64>);

/// The first code point of East Asian scripts.
const FIRST: u32 = 0x2e80;

impl EastAsianChars {
    /// The characters of all searchable texts of these sections.
    pub(super) fn of(sections: &[Section]) -> Self {
        let of_section = |mut set: Self, section: &Section| {
            texts(section).for_each(|text| set.add(text));
            set
        };
        sections.par_iter().fold(Self::new, of_section).reduce(Self::new, Self::union)
    }

    fn new() -> Self {
        Self(vec![0; (u32::from(char::MAX) / 64 + 1) as usize])
    }

    fn add(&mut self, text: &str) {
        if text.is_ascii() {
            return;
        }
        for character in text.chars().map(u32::from).filter(|character| *character >= FIRST) {
            self.0[(character / 64) as usize] |= 1 << (character % 64);
        }
    }

    fn union(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(own, others)| *own |= others);
        self
    }

    /// The characters after folding.
    fn folded(&self, simplified: &Simplified) -> BTreeSet<char> {
        let of_word = |(at, word): (usize, &u64)| {
            let (from, word) = (u32::try_from(at).unwrap_or(u32::MAX).saturating_mul(64), *word);
            (0..64).filter(move |bit| word & (1 << bit) != 0).filter_map(move |bit| char::from_u32(from + bit))
        };
        let characters: String = self.0.iter().enumerate().filter(|(_, word)| **word != 0).flat_map(of_word).collect();
        fold(&characters, simplified).chars().filter(|character| u32::from(*character) >= FIRST).collect()
    }
}

/// All searchable texts of a section.
fn texts(section: &Section) -> impl Iterator<Item = &str> {
    let names = [&section.title, &section.page].into_iter();
    let names = names.chain(&section.trail).chain(&section.tags).chain(&section.aliases).map(String::as_str);
    names.chain([&*section.text])
}

/// The traditional and simplified pairs of which at least one character occurs.
pub(super) fn simplified(characters: &EastAsianChars) -> Simplified {
    let characters = characters.folded(&Simplified::default());
    if characters.is_empty() {
        return Simplified::default();
    }
    pairs().filter(|(from, to)| characters.contains(from) || characters.contains(to)).collect()
}

/// The characters that occur, by their readings.
pub(super) fn pinyin(characters: &EastAsianChars, simplified: &Simplified) -> Pinyin {
    let mut table = Pinyin::new();
    for character in characters.folded(simplified) {
        let all = character.to_pinyin_multi().into_iter().flatten().map(pinyin::Pinyin::plain).take(READINGS);
        for reading in all.collect::<BTreeSet<_>>() {
            table.entry(reading.replace('ü', "v").replace('ê', "e")).or_default().push(character);
        }
    }
    table
}

/// All pairs of traditional and simplified characters, from the data of `OpenCC`.
fn pairs() -> impl Iterator<Item = (char, char)> {
    let lines = include_str!("simplified.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).filter_map(|pair| {
        let mut characters = pair.chars();
        Some((characters.next()?, characters.next()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_contain_only_characters_that_occur() {
        let set = |texts: &[&str]| {
            let mut set = EastAsianChars::new();
            for text in texts {
                set.add(text);
            }
            set
        };
        let texts = set(&["逾期后，重新绿化。", "Rust & C++"]);
        let simplified = simplified(&texts);
        assert_eq!((simplified.pairs().get(&'綠'), simplified.pairs().get(&'錯')), (Some(&'绿'), None));
        let pinyin = pinyin(&texts, &simplified);
        for (syllable, character) in [("yu", '逾'), ("qi", '期'), ("zhong", '重'), ("chong", '重'), ("lv", '绿')] {
            assert!(pinyin[syllable].contains(character), "{syllable} {pinyin:?}");
        }
        assert!(super::simplified(&set(&["Rust", "héllo"])).pairs().is_empty());
    }
}
