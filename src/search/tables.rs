//! What the page needs to read Chinese as it is typed: simplified characters and readings, for one book.

use std::collections::{BTreeMap, BTreeSet};

use pinyin::ToPinyinMulti;
use rayon::prelude::*;

use super::Section;
use super::fold::{Simplified, fold};

/// Readings of one character that search knows; further ones are rare.
const READINGS: usize = 3;

/// For each syllable without tones, `ü` as `v`, the characters read so.
pub(super) type Pinyin = BTreeMap<String, String>;

/// The characters of the East that a book's texts hold.
#[derive(Debug, Clone)]
pub(super) struct Met(Vec<u64>);

/// Where they begin.
const EAST: u32 = 0x2e80;

impl Met {
    /// Those of all that a reader can look for.
    pub(super) fn of(sections: &[Section]) -> Self {
        let of_section = |mut met: Self, section: &Section| {
            texts(section).for_each(|text| met.read(text));
            met
        };
        sections.par_iter().fold(Self::none, of_section).reduce(Self::none, Self::and)
    }

    fn none() -> Self {
        Self(vec![0; (u32::from(char::MAX) / 64 + 1) as usize])
    }

    fn read(&mut self, text: &str) {
        if text.is_ascii() {
            return;
        }
        for glyph in text.chars().map(u32::from).filter(|glyph| *glyph >= EAST) {
            self.0[(glyph / 64) as usize] |= 1 << (glyph % 64);
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(own, others)| *own |= others);
        self
    }

    /// The characters, folded.
    fn folded(&self, simplified: &Simplified) -> BTreeSet<char> {
        let of_word = |(at, word): (usize, &u64)| {
            let (from, word) = (u32::try_from(at).unwrap_or(u32::MAX).saturating_mul(64), *word);
            (0..64).filter(move |bit| word & (1 << bit) != 0).filter_map(move |bit| char::from_u32(from + bit))
        };
        let met: String = self.0.iter().enumerate().filter(|(_, word)| **word != 0).flat_map(of_word).collect();
        fold(&met, simplified).chars().filter(|glyph| u32::from(*glyph) >= EAST).collect()
    }
}

/// Everything that a reader can look for in a section.
fn texts(section: &Section) -> impl Iterator<Item = &str> {
    let names = [&section.title, &section.page].into_iter();
    let names = names.chain(&section.trail).chain(&section.tags).chain(&section.aliases).map(String::as_str);
    names.chain([&*section.text])
}

/// Traditional characters with their simplified ones, as far as one of the two is in the texts.
pub(super) fn simplified(met: &Met) -> Simplified {
    let glyphs = met.folded(&Simplified::default());
    if glyphs.is_empty() {
        return Simplified::default();
    }
    pairs().filter(|(from, to)| glyphs.contains(from) || glyphs.contains(to)).collect()
}

/// The readings of the characters of the texts.
pub(super) fn pinyin(met: &Met, simplified: &Simplified) -> Pinyin {
    let mut table = Pinyin::new();
    for glyph in met.folded(simplified) {
        let all = glyph.to_pinyin_multi().into_iter().flatten().map(pinyin::Pinyin::plain).take(READINGS);
        for reading in all.collect::<BTreeSet<_>>() {
            table.entry(reading.replace('ü', "v").replace('ê', "e")).or_default().push(glyph);
        }
    }
    table
}

/// All pairs of traditional and simplified characters.
fn pairs() -> impl Iterator<Item = (char, char)> {
    let lines = include_str!("simplified.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).filter_map(|pair| {
        let mut glyphs = pair.chars();
        Some((glyphs.next()?, glyphs.next()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_occurs() {
        let met = |texts: &[&str]| {
            let mut met = Met::none();
            for text in texts {
                met.read(text);
            }
            met
        };
        let texts = met(&["逾期后，重新绿化。", "Rust & C++"]);
        let simplified = simplified(&texts);
        assert_eq!((simplified.pairs().get(&'綠'), simplified.pairs().get(&'錯')), (Some(&'绿'), None));
        let pinyin = pinyin(&texts, &simplified);
        for (syllable, glyph) in [("yu", '逾'), ("qi", '期'), ("zhong", '重'), ("chong", '重'), ("lv", '绿')] {
            assert!(pinyin[syllable].contains(glyph), "{syllable} {pinyin:?}");
        }
        assert!(super::simplified(&met(&["Rust", "héllo"])).pairs().is_empty());
    }
}
