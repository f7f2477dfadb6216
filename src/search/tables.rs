//! What the page needs to read Chinese as it is typed: simplified characters and readings, for one book.

use std::collections::{BTreeMap, BTreeSet};

use pinyin::{Pinyin, ToPinyinMulti};
use serde::Serialize;

use super::fold::{Simplified, fold};

/// Readings of one character that search knows; further ones are rare.
const READINGS: usize = 3;

/// Tables for the page, restricted to the characters that matter to a book, so that they stay small.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tables {
    /// Traditional characters, each followed by its simplified one.
    simplified: String,
    /// For each syllable without tones, `ü` as `v`, the characters read so.
    pinyin: BTreeMap<String, String>,
}

impl Tables {
    /// Tables for the characters of these texts.
    #[must_use]
    pub fn for_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let none = Simplified::new();
        let glyphs: BTreeSet<char> = texts
            .into_iter()
            .flat_map(|text| fold(text, &none).chars().collect::<Vec<_>>())
            .filter(|glyph| *glyph >= '\u{2e80}')
            .collect();
        let pairs = pairs().filter(|(from, to)| glyphs.contains(from) || glyphs.contains(to));
        let simplified: Simplified = pairs.collect();
        let folded: BTreeSet<char> =
            glyphs.iter().map(|glyph| simplified.get(glyph).copied().unwrap_or(*glyph)).collect();
        Self { simplified: simplified.iter().flat_map(|(from, to)| [*from, *to]).collect(), pinyin: readings(&folded) }
    }
}

/// All pairs of traditional and simplified characters.
fn pairs() -> impl Iterator<Item = (char, char)> {
    let lines = include_str!("simplified.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).filter_map(|pair| {
        let mut glyphs = pair.chars();
        Some((glyphs.next()?, glyphs.next()?))
    })
}

fn readings(glyphs: &BTreeSet<char>) -> BTreeMap<String, String> {
    let mut table = BTreeMap::<String, String>::new();
    for glyph in glyphs {
        let all = glyph.to_pinyin_multi().into_iter().flatten().map(Pinyin::plain).take(READINGS);
        for reading in all.collect::<BTreeSet<_>>() {
            table.entry(reading.replace('ü', "v").replace('ê', "e")).or_default().push(*glyph);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_occurs() {
        let tables = Tables::for_texts(["逾期后，重新绿化。", "Rust & C++"]);
        for (syllable, glyph) in [("yu", '逾'), ("qi", '期'), ("zhong", '重'), ("chong", '重'), ("lv", '绿')] {
            assert!(tables.pinyin[syllable].contains(glyph), "{syllable} {tables:?}");
        }
        assert!(tables.simplified.contains("綠绿") && !tables.simplified.contains('錯'), "{tables:?}");
        assert_eq!(Tables::for_texts(["Rust", "héllo"]), Tables::default());
    }
}
