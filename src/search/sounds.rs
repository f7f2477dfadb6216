//! What pinyin may mean: the strings of Han glyphs that a book uses often, and all that its headings say.
//!
//! Read by `theme/search/sound.js` when a reader types letters that are no words of the book.

use rayon::prelude::*;

use super::fold::{Simplified, fold};

/// A run of the text is cut into strings of up to this many glyphs; longer ones are only found in headings.
const LONGEST: usize = 4;
/// Strings kept, the most frequent first: about 25 kB compressed, loaded only for pinyin.
const KEPT: usize = 6_000;
/// Strings that stand in the text fewer times are chance.
const SEEN: usize = 2;
/// Bytes of text that are read, about; more would tell the same.
const READ: usize = 1_500_000;
/// Up to [`LONGEST`] glyphs as one number, which is quick to sort: the first in the highest bits, none as 0.
type Packed = u128;

/// The frequent strings of Han glyphs in these texts with their numbers, as `string count string count …`.
///
/// Of a very large book every n-th text is read: what is frequent is frequent everywhere.
pub(super) fn frequent<'a>(texts: impl Iterator<Item = &'a str>, simplified: &Simplified) -> String {
    let texts: Vec<&str> = texts.collect();
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    let texts: Vec<&str> = texts.into_iter().step_by(bytes / READ + 1).collect();
    let mut strings: Vec<Packed> = texts.par_iter().flat_map_iter(|text| strings(&fold(text, simplified))).collect();
    strings.par_sort_unstable();
    let counts = strings.chunk_by(|a, b| a == b).map(|group| (group[0], group.len()));
    let mut counts: Vec<(Packed, usize)> = counts.filter(|(_, count)| *count >= SEEN).collect();
    counts.sort_by(|(a, more), (b, less)| less.cmp(more).then(a.cmp(b)));
    counts.truncate(KEPT);
    let written = counts.into_iter().map(|(string, count)| format!("{} {count}", unpacked(string)));
    written.collect::<Vec<_>>().join(" ")
}

fn unpacked(string: Packed) -> String {
    let glyph = |at: usize| u32::try_from(string >> (32 * (LONGEST - 1 - at)) & 0xffff_ffff).unwrap_or_default();
    (0..LONGEST).map(glyph).filter(|code| *code != 0).filter_map(char::from_u32).collect()
}

/// Every string of 2 to [`LONGEST`] glyphs.
fn strings(text: &str) -> Vec<Packed> {
    let mut strings = Vec::new();
    for run in text.split(|glyph| !is_han(glyph) || is_grammar(glyph)) {
        let glyphs: Vec<char> = run.chars().collect();
        for from in 0..glyphs.len() {
            let mut string = 0;
            for (at, glyph) in glyphs.iter().skip(from).take(LONGEST).enumerate() {
                string |= Packed::from(u32::from(*glyph)) << (32 * (LONGEST - 1 - at));
                strings.extend((at > 0).then_some(string));
            }
        }
    }
    strings
}

fn is_han(glyph: char) -> bool {
    matches!(glyph, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// Glyphs of grammar: no word that a reader spells begins, ends or goes through one.
fn is_grammar(glyph: char) -> bool {
    "的了是在和与我你他她它们就也都很把被吗呢吧啊么".contains(glyph)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_that_come_back() {
        let texts = ["逾期的后果。逾期后还款", "逾期 rust 还款", "还款"];
        assert_eq!(frequent(texts.into_iter(), &Simplified::default()), "还款 3 逾期 3");
    }
}
