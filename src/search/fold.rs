//! Folding: text as search compares it, so that spellings of one word are one.
//!
//! `theme/search/text.js` folds the same way; `tests/vectors/fold.json` holds both to it.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

/// Traditional characters and their simplified ones.
pub(super) type Simplified = BTreeMap<char, char>;

/// Folds compatible forms, case, quotes, traditional characters and kana, and drops what cannot be seen.
pub(super) fn fold(text: &str, simplified: &Simplified) -> String {
    let forms = text.nfkc().collect::<String>().to_lowercase();
    forms.chars().filter(|glyph| !is_unseen(*glyph)).map(|glyph| fold_glyph(glyph, simplified)).collect()
}

fn fold_glyph(glyph: char, simplified: &Simplified) -> char {
    match glyph {
        'ς' => 'σ',
        '‘' | '’' | '‛' => '\'',
        '“' | '”' | '‟' => '"',
        // The two syllabaries have the same order, 0x60 apart.
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => char::from_u32(u32::from(glyph) - 0x60).unwrap_or(glyph),
        _ => simplified.get(&glyph).copied().unwrap_or(glyph),
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
