//! Folding: the normal form in which search compares text, so that all spellings of a word are equal.
//!
//! The steps are NFKC, lower case, removal of invisible characters, two letters for ligatures (`ß`, `æ`, `œ`), one `i`,
//! straight quotes, Hiragana for Katakana, and simplified for traditional Chinese characters. `theme/search/text.js` folds queries the same way; both are tested with
//! `tests/vectors/fold.json`.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

/// The table of traditional Chinese characters and their simplified forms.
#[derive(Debug, Clone, Default)]
pub(super) struct Simplified {
    pairs: BTreeMap<char, char>,
    /// The result for each character of [`HAN`], because every character of a book is looked up. Empty without pairs.
    common: Vec<char>,
}

/// The block of common Chinese characters.
const HAN: std::ops::RangeInclusive<char> = '一'..='\u{9fff}';

impl Simplified {
    /// The pairs: simplified characters by traditional ones.
    pub(super) fn pairs(&self) -> &BTreeMap<char, char> {
        &self.pairs
    }

    /// The simplified form of a character, or the character itself.
    fn of(&self, character: char) -> char {
        let place = u32::from(character).checked_sub(u32::from(*HAN.start())).map(|place| place as usize);
        let common = place.and_then(|place| self.common.get(place));
        common.or_else(|| self.pairs.get(&character)).copied().unwrap_or(character)
    }
}

impl FromIterator<(char, char)> for Simplified {
    fn from_iter<T: IntoIterator<Item = (char, char)>>(pairs: T) -> Self {
        let pairs: BTreeMap<char, char> = pairs.into_iter().collect();
        let of = |character| pairs.get(&character).copied().unwrap_or(character);
        let common = if pairs.is_empty() { Vec::new() } else { HAN.map(of).collect() };
        Self { pairs, common }
    }
}

/// Folds a text, see the [module](self).
pub(super) fn fold(text: &str, simplified: &Simplified) -> String {
    if let Some(folded) = text.chars().map(|character| fold_common(character, simplified)).collect() {
        return folded;
    }
    // The capital of the Turkish `i` keeps its dot when it becomes a small letter.
    let forms = text.nfkc().collect::<String>().to_lowercase().replace("i\u{307}", "i");
    forms
        .chars()
        .filter(|character| !is_invisible(*character))
        .flat_map(letters)
        .map(|character| fold_character(character, simplified))
        .collect()
}

/// The letters of a ligature; any other character itself.
fn letters(character: char) -> impl Iterator<Item = char> {
    let (first, second) = match character {
        'ß' => ('s', Some('s')),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'ı' => ('i', None),
        _ => (character, None),
    };
    std::iter::once(first).chain(second)
}

/// The fast path for one character: `None` if it needs full normalization, because it decomposes into several characters or
/// can combine with its neighbours.
fn fold_common(character: char, simplified: &Simplified) -> Option<char> {
    match character {
        '\u{21}'..='\u{7e}' | ' ' | '\n' => Some(character.to_ascii_lowercase()),
        '一'..='\u{9fff}' => Some(simplified.of(character)),
        '、'..='】' | 'ぁ'..='ゖ' | 'ー' | '—' | '·' | '“' | '”' | '‘' | '’' | 'ァ'..='ヺ' => {
            Some(fold_character(character, simplified))
        }
        // Full-width forms are 0xfee0 above ASCII.
        '！'..='～' => char::from_u32(u32::from(character) - 0xfee0).map(|narrow| narrow.to_ascii_lowercase()),
        _ => None,
    }
}

/// Folds one character that is already in NFKC and lower case.
fn fold_character(character: char, simplified: &Simplified) -> char {
    match character {
        'ς' => 'σ',
        '‘' | '’' | '‛' => '\'',
        '“' | '”' | '‟' => '"',
        // Hiragana is in the same order as Katakana, 0x60 below.
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => char::from_u32(u32::from(character) - 0x60).unwrap_or(character),
        _ => simplified.of(character),
    }
}

/// Whether a character is invisible and not typed in queries: soft hyphen, zero-width characters, direction marks, variation
/// selectors.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Vectors {
        simplified: String,
        fold: Vec<(String, String)>,
    }

    proptest::proptest! {
        #[test]
        fn the_fast_path_equals_full_normalization(text in "[ -~一-龥、-】ぁ-ゖー—·“”‘’ァ-ヺ！-～\n]{0,20}") {
            let simplified = Simplified::from_iter([('錯', '错')]);
            let forms = text.nfkc().collect::<String>().to_lowercase();
            let expected: String =
                forms.chars().filter(|character| !is_invisible(*character)).map(|character| fold_character(character, &simplified)).collect();
            proptest::prop_assert_eq!(fold(&text, &simplified), expected);
        }
    }

    #[test]
    fn vectors_shared_with_the_engine() {
        let vectors: Vectors = serde_json::from_str(include_str!("../../tests/vectors/fold.json")).unwrap();
        let characters: Vec<char> = vectors.simplified.chars().collect();
        let simplified: Simplified = characters.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
        for (text, folded) in vectors.fold {
            assert_eq!(fold(&text, &simplified), folded, "{text:?}");
        }
    }
}
