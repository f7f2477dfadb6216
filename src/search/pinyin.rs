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
type Packed = u64;
/// Bits of a glyph in it.
const BITS: usize = 16;

/// The frequent strings of Han glyphs in these texts with their numbers, as `string count string count …`.
///
/// Of a very large book every n-th text is read: what is frequent is frequent everywhere.
pub(super) fn frequent<'a>(texts: impl Iterator<Item = &'a str>, simplified: &Simplified) -> String {
    let texts: Vec<&str> = texts.collect();
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    let texts: Vec<&str> = texts.into_iter().step_by(bytes / READ + 1).collect();
    let folded: Vec<String> = texts.par_iter().map(|text| fold(text, simplified)).collect();
    let glyphs = Glyphs::of(&folded);
    let mut strings: Vec<Packed> = folded.par_iter().flat_map_iter(|text| strings(text, &glyphs)).collect();
    strings.par_sort_unstable();
    let counts = strings.chunk_by(|a, b| a == b).map(|group| (group[0], group.len()));
    let mut counts: Vec<(Packed, usize)> = counts.filter(|(_, count)| *count >= SEEN).collect();
    counts.sort_by(|(a, more), (b, less)| less.cmp(more).then(a.cmp(b)));
    counts.truncate(KEPT);
    let written = counts.into_iter().map(|(string, count)| format!("{} {count}", glyphs.unpacked(string)));
    written.collect::<Vec<_>>().join(" ")
}

/// The Han glyphs of some texts, each with a number from 1 that is in order and fits into [`BITS`].
struct Glyphs {
    all: Vec<char>,
    /// By code point; 0 for all others.
    numbers: Vec<u16>,
}

impl Glyphs {
    fn of(texts: &[String]) -> Self {
        let mut all: Vec<char> = Vec::new();
        let mut numbers = vec![0; 0x4_0000];
        for glyph in texts.iter().flat_map(|text| text.chars()).filter(|glyph| is_han(*glyph) && !is_grammar(*glyph)) {
            if std::mem::replace(&mut numbers[glyph as usize], 1) == 0 {
                all.push(glyph);
            }
        }
        all.sort_unstable();
        for (number, glyph) in (1..).zip(&all) {
            // Of a text with more glyphs than there are numbers the last are in no string.
            numbers[*glyph as usize] = u16::try_from(number).unwrap_or_default();
        }
        Self { all, numbers }
    }

    fn number(&self, glyph: char) -> Packed {
        self.numbers.get(glyph as usize).copied().unwrap_or_default().into()
    }

    fn unpacked(&self, string: Packed) -> String {
        let number = |at: usize| (string >> (BITS * (LONGEST - 1 - at)) & 0xffff) as usize;
        (0..LONGEST).filter_map(|at| self.all.get(number(at).checked_sub(1)?)).collect()
    }
}

/// Every string of 2 to [`LONGEST`] glyphs.
fn strings(text: &str, glyphs: &Glyphs) -> Vec<Packed> {
    let mut strings = Vec::with_capacity(text.len());
    let numbers: Vec<Packed> = text.chars().map(|glyph| glyphs.number(glyph)).collect();
    for run in numbers.split(|number| *number == 0) {
        for from in 0..run.len() {
            let mut string = 0;
            for (at, number) in run[from..].iter().take(LONGEST).enumerate() {
                string |= number << (BITS * (LONGEST - 1 - at));
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
