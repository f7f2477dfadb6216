//! The strings of Chinese characters that a book uses often, as candidates for pinyin queries.
//!
//! `theme/search/sound.js` matches them, and all headings, when a query consists of letters that are no words of the book.

use rayon::prelude::*;

use super::fold::{Simplified, fold};

/// The length of the longest string, in characters. Longer ones are only found in headings.
const MAX_LENGTH: usize = 4;
/// How many strings are kept, the most frequent first: about 25 kB compressed, loaded for pinyin queries only.
const MAX_STRINGS: usize = 6_000;
/// Strings that occur fewer times are not kept: most are no words.
const MIN_COUNT: usize = 2;
/// The size of the sample of a large book, in bytes. A larger one gives nearly the same strings.
const SAMPLE: usize = 1_500_000;
/// Up to [`MAX_LENGTH`] characters as one number, which is fast to sort: the first in the highest bits, 0 for none.
type Packed = u64;
/// The bits of a character in it.
const BITS: usize = 16;

/// The frequent strings of Chinese characters in these texts, as `string count string count …`, the most frequent first.
///
/// Of a book larger than [`SAMPLE`] only every n-th text is read.
pub(super) fn frequent<'a>(texts: impl Iterator<Item = &'a str>, simplified: &Simplified) -> String {
    let texts: Vec<&str> = texts.collect();
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    let texts: Vec<&str> = texts.into_iter().step_by(bytes / SAMPLE + 1).collect();
    let folded: Vec<String> = texts.par_iter().map(|text| fold(text, simplified)).collect();
    let characters = Characters::of(&folded);
    let mut strings: Vec<Packed> = folded.par_iter().flat_map_iter(|text| strings(text, &characters)).collect();
    strings.par_sort_unstable();
    let counts = strings.chunk_by(|a, b| a == b).map(|group| (group[0], group.len()));
    let mut counts: Vec<(Packed, usize)> = counts.filter(|(_, count)| *count >= MIN_COUNT).collect();
    counts.sort_by(|(a, more), (b, less)| less.cmp(more).then(a.cmp(b)));
    counts.truncate(MAX_STRINGS);
    let entries = counts.into_iter().map(|(string, count)| format!("{} {count}", characters.unpack(string)));
    entries.collect::<Vec<_>>().join(" ")
}

/// The Chinese characters of some texts, numbered from 1 in code point order, so that a number fits into [`BITS`].
struct Characters {
    all: Vec<char>,
    /// The numbers by code point; 0 for other characters.
    numbers: Vec<u16>,
}

impl Characters {
    fn of(texts: &[String]) -> Self {
        let mut all: Vec<char> = Vec::new();
        let mut numbers = vec![0; 0x4_0000];
        for character in texts
            .iter()
            .flat_map(|text| text.chars())
            .filter(|character| is_han(*character) && !is_function_word(*character))
        {
            if std::mem::replace(&mut numbers[character as usize], 1) == 0 {
                all.push(character);
            }
        }
        all.sort_unstable();
        for (number, character) in (1..).zip(&all) {
            // Characters beyond the largest number are ignored.
            numbers[*character as usize] = u16::try_from(number).unwrap_or_default();
        }
        Self { all, numbers }
    }

    fn number(&self, character: char) -> Packed {
        self.numbers.get(character as usize).copied().unwrap_or_default().into()
    }

    fn unpack(&self, string: Packed) -> String {
        let number = |at: usize| (string >> (BITS * (MAX_LENGTH - 1 - at)) & 0xffff) as usize;
        (0..MAX_LENGTH).filter_map(|at| self.all.get(number(at).checked_sub(1)?)).collect()
    }
}

/// All substrings of 2 to [`MAX_LENGTH`] characters within runs of Chinese characters.
fn strings(text: &str, characters: &Characters) -> Vec<Packed> {
    let mut strings = Vec::with_capacity(text.len());
    let numbers: Vec<Packed> = text.chars().map(|character| characters.number(character)).collect();
    for run in numbers.split(|number| *number == 0) {
        for from in 0..run.len() {
            let mut string = 0;
            for (at, number) in run[from..].iter().take(MAX_LENGTH).enumerate() {
                string |= number << (BITS * (MAX_LENGTH - 1 - at));
                strings.extend((at > 0).then_some(string));
            }
        }
    }
    strings
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether a character is a function word. These separate runs, because no search term contains one.
fn is_function_word(character: char) -> bool {
    "的了是在和与我你他她它们就也都很把被吗呢吧啊么".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_that_occur_twice_are_listed() {
        let texts = ["逾期的后果。逾期后还款", "逾期 rust 还款", "还款"];
        assert_eq!(frequent(texts.into_iter(), &Simplified::default()), "还款 3 逾期 3");
    }
}
