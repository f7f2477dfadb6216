//! What pinyin may mean: the strings of Han glyphs that a book uses often, and all that its headings say.
//!
//! Read by `theme/search/sound.js` when a reader types letters that are no words of the book.

use std::collections::BTreeMap;

use rayon::prelude::*;

/// A run of the text is cut into strings of up to this many glyphs; longer ones are only found in headings.
const LONGEST: usize = 4;
/// Strings kept, the most frequent first: about 25 kB compressed, loaded only for pinyin.
const KEPT: usize = 6_000;
/// Strings that stand in the text fewer times are chance.
const SEEN: u32 = 2;

/// The frequent strings of Han glyphs in these folded texts with their numbers, as `string count string count …`.
pub(super) fn frequent(texts: &[String]) -> String {
    let counts = texts.par_iter().fold(BTreeMap::new, |counts, text| counted(counts, text));
    let counts: BTreeMap<&str, u32> = counts.reduce(BTreeMap::new, |all, some| {
        some.into_iter().fold(all, |mut all, (string, count)| {
            *all.entry(string).or_default() += count;
            all
        })
    });
    let mut strings: Vec<(&str, u32)> = counts.into_iter().filter(|(_, count)| *count >= SEEN).collect();
    strings.sort_by(|(a, more), (b, less)| less.cmp(more).then(a.cmp(b)));
    strings.truncate(KEPT);
    let strings: Vec<String> = strings.into_iter().map(|(string, count)| format!("{string} {count}")).collect();
    strings.join(" ")
}

fn counted<'t>(mut counts: BTreeMap<&'t str, u32>, text: &'t str) -> BTreeMap<&'t str, u32> {
    for run in text.split(|glyph| !is_han(glyph) || is_grammar(glyph)).filter(|run| !run.is_empty()) {
        let ends: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
        for length in 2..=LONGEST {
            for window in ends.windows(length + 1) {
                *counts.entry(&run[window[0]..window[length]]).or_default() += 1;
            }
        }
    }
    counts
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
        let texts = vec!["逾期的后果。逾期后还款".to_owned(), "逾期 rust 还款".to_owned(), "还款".to_owned()];
        assert_eq!(frequent(&texts), "还款 3 逾期 3");
    }
}
