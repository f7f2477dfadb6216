//! Folding: text as search compares it, so that spellings of one word are one.
//!
//! `theme/search/text.js` folds the same way; `tests/vectors/fold.json` holds both to it.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

/// Traditional characters and their simplified ones.
#[derive(Debug, Clone, Default)]
pub(super) struct Simplified {
    pairs: BTreeMap<char, char>,
    /// What each character of [`HAN`] becomes, most often itself: every character of a book is asked for.
    common: Vec<char>,
}

/// The characters that Chinese is written with, but for rare ones.
const HAN: std::ops::RangeInclusive<char> = '一'..='\u{9fff}';

impl Simplified {
    /// The pairs, by their traditional character.
    pub(super) fn pairs(&self) -> &BTreeMap<char, char> {
        &self.pairs
    }

    /// The simplified character of one; itself if it has none.
    fn of(&self, glyph: char) -> char {
        let place = u32::from(glyph).checked_sub(u32::from(*HAN.start())).map(|place| place as usize);
        let common = place.and_then(|place| self.common.get(place));
        common.or_else(|| self.pairs.get(&glyph)).copied().unwrap_or(glyph)
    }
}

impl FromIterator<(char, char)> for Simplified {
    fn from_iter<T: IntoIterator<Item = (char, char)>>(pairs: T) -> Self {
        let pairs: BTreeMap<char, char> = pairs.into_iter().collect();
        let of = |glyph| pairs.get(&glyph).copied().unwrap_or(glyph);
        let common = if pairs.is_empty() { Vec::new() } else { HAN.map(of).collect() };
        Self { pairs, common }
    }
}

/// Folds compatible forms, case, quotes, traditional characters and kana, and drops what cannot be seen.
pub(super) fn fold(text: &str, simplified: &Simplified) -> String {
    if let Some(folded) = text.chars().map(|glyph| fold_common(glyph, simplified)).collect() {
        return folded;
    }
    let forms = text.nfkc().collect::<String>().to_lowercase();
    forms.chars().filter(|glyph| !is_unseen(*glyph)).map(|glyph| fold_glyph(glyph, simplified)).collect()
}

/// The same for a character that is compatible with itself or with one other and joins none: nearly all there are.
fn fold_common(glyph: char, simplified: &Simplified) -> Option<char> {
    match glyph {
        '\u{21}'..='\u{7e}' | ' ' | '\n' => Some(glyph.to_ascii_lowercase()),
        '一'..='\u{9fff}' => Some(simplified.of(glyph)),
        '、'..='】' | 'ぁ'..='ゖ' | 'ー' | '—' | '·' | '“' | '”' | '‘' | '’' | 'ァ'..='ヺ' => {
            Some(fold_glyph(glyph, simplified))
        }
        // Full width forms are 0xfee0 above those of ASCII.
        '！'..='～' => char::from_u32(u32::from(glyph) - 0xfee0).map(|narrow| narrow.to_ascii_lowercase()),
        _ => None,
    }
}

fn fold_glyph(glyph: char, simplified: &Simplified) -> char {
    match glyph {
        'ς' => 'σ',
        '‘' | '’' | '‛' => '\'',
        '“' | '”' | '‟' => '"',
        // The two syllabaries have the same order, 0x60 apart.
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => char::from_u32(u32::from(glyph) - 0x60).unwrap_or(glyph),
        _ => simplified.of(glyph),
    }
}

/// Soft hyphen, zero-width characters, marks of direction, variation selectors: nobody types them.
fn is_unseen(glyph: char) -> bool {
    matches!(
        glyph,
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
        fn the_short_way_leads_to_the_same(text in "[ -~一-龥、-】ぁ-ゖー—·“”‘’ァ-ヺ！-～\n]{0,20}") {
            let simplified = Simplified::from_iter([('錯', '错')]);
            let forms = text.nfkc().collect::<String>().to_lowercase();
            let long: String =
                forms.chars().filter(|glyph| !is_unseen(*glyph)).map(|glyph| fold_glyph(glyph, &simplified)).collect();
            proptest::prop_assert_eq!(fold(&text, &simplified), long);
        }
    }

    #[test]
    fn vectors_shared_with_the_page() {
        let vectors: Vectors = serde_json::from_str(include_str!("../../tests/vectors/fold.json")).unwrap();
        let glyphs: Vec<char> = vectors.simplified.chars().collect();
        let simplified: Simplified = glyphs.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
        for (text, folded) in vectors.fold {
            assert_eq!(fold(&text, &simplified), folded, "{text:?}");
        }
    }
}
