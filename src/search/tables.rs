//! What the page needs to read Chinese as it is typed: simplified characters and readings, for one book.

use std::collections::{BTreeMap, BTreeSet};

use pinyin::ToPinyinMulti;

use super::fold::{Simplified, fold};

/// Readings of one character that search knows; further ones are rare.
const READINGS: usize = 3;

/// For each syllable without tones, `ü` as `v`, the characters read so.
pub(super) type Pinyin = BTreeMap<String, String>;

/// Traditional characters with their simplified ones, as far as one of the two is in the texts.
pub(super) fn simplified<'a>(texts: impl Iterator<Item = &'a str>) -> Simplified {
    let glyphs = glyphs(texts, &Simplified::new());
    pairs().filter(|(from, to)| glyphs.contains(from) || glyphs.contains(to)).collect()
}

/// The readings of the characters of the texts.
pub(super) fn pinyin<'a>(texts: impl Iterator<Item = &'a str>, simplified: &Simplified) -> Pinyin {
    let mut table = Pinyin::new();
    for glyph in glyphs(texts, simplified) {
        let all = glyph.to_pinyin_multi().into_iter().flatten().map(pinyin::Pinyin::plain).take(READINGS);
        for reading in all.collect::<BTreeSet<_>>() {
            table.entry(reading.replace('ü', "v").replace('ê', "e")).or_default().push(glyph);
        }
    }
    table
}

/// The folded characters of the East.
fn glyphs<'a>(texts: impl Iterator<Item = &'a str>, simplified: &Simplified) -> BTreeSet<char> {
    let met: BTreeSet<char> = texts.flat_map(str::chars).filter(|glyph| *glyph >= '\u{2e80}').collect();
    let met: String = met.into_iter().collect();
    fold(&met, simplified).chars().filter(|glyph| *glyph >= '\u{2e80}').collect()
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
        let texts = ["逾期后，重新绿化。", "Rust & C++"];
        let simplified = simplified(texts.into_iter());
        assert_eq!((simplified.get(&'綠'), simplified.get(&'錯')), (Some(&'绿'), None));
        let pinyin = pinyin(texts.into_iter(), &simplified);
        for (syllable, glyph) in [("yu", '逾'), ("qi", '期'), ("zhong", '重'), ("chong", '重'), ("lv", '绿')] {
            assert!(pinyin[syllable].contains(glyph), "{syllable} {pinyin:?}");
        }
        assert!(super::simplified(["Rust", "héllo"].into_iter()).is_empty());
    }
}
