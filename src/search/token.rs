//! Terms: what a section can be found by without reading its text.
//!
//! Words of spaced scripts, whole and in their parts; glyphs and pairs of glyphs of unspaced ones; pairs of characters of
//! code. `theme/search/text.js` cuts queries the same way; `tests/vectors/words.json` holds both to it.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use regex_syntax::hir::{Class, HirKind};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::fold::{Simplified, fold};

/// The kinds of terms; each has shards of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Family {
    /// A word of a spaced script, or a part of one.
    Word,
    /// Two glyphs of an unspaced script that stand together.
    Pair,
    /// One glyph of an unspaced script.
    Glyph,
    /// Two ASCII characters that stand together, at least one of which is neither letter nor digit.
    Symbol,
}

impl Family {
    /// All of them.
    pub(super) const ALL: [Self; 4] = [Self::Word, Self::Pair, Self::Glyph, Self::Symbol];

    /// Its name in the names of files.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Pair => "pair",
            Self::Glyph => "glyph",
            Self::Symbol => "symbol",
        }
    }
}

/// Scripts that write words without spaces between them, or, as Hangul, with endings that a search must see past.
const UNSPACED: &str = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー々〆";

static RUN: LazyLock<Glyphs> = LazyLock::new(|| Glyphs::of(&format!("[{UNSPACED}]")));
/// What words are made of.
static LETTER: LazyLock<Glyphs> = LazyLock::new(|| Glyphs::of(&format!(r"[[\p{{L}}\p{{N}}\p{{M}}_]--[{UNSPACED}]]")));
/// Numbers of chapters and sections are not part of what a heading says.
static NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:第\s*[\d一二三四五六七八九十百]+\s*[章节篇部]|\d{1,3}(?:\.\d+)*[.、]?)\s+").ok());

/// A class of characters, as patterns name it.
struct Glyphs {
    /// Each bit a character below [`FAR`].
    near: Vec<u64>,
    /// All of them.
    ranges: Vec<(char, char)>,
}

/// Characters beyond are rare enough to be looked for.
const FAR: u32 = 0x2_0000;

impl Glyphs {
    fn of(pattern: &str) -> Self {
        let class = regex_syntax::parse(pattern).map(regex_syntax::hir::Hir::into_kind);
        let ranges = match class {
            Ok(HirKind::Class(Class::Unicode(class))) => {
                class.iter().map(|range| (range.start(), range.end())).collect()
            }
            _ => Vec::new(),
        };
        let mut near = vec![0; FAR as usize / 64];
        for glyph in ranges.iter().flat_map(|(from, to)| u32::from(*from)..=u32::from(*to)).take_while(|at| *at < FAR) {
            near[glyph as usize / 64] |= 1 << (glyph % 64);
        }
        Self { near, ranges }
    }

    fn holds(&self, glyph: char) -> bool {
        let code = u32::from(glyph);
        if code < FAR {
            return self.near[code as usize / 64] & (1 << (code % 64)) != 0;
        }
        let after = self.ranges.partition_point(|(from, _)| *from <= glyph);
        after.checked_sub(1).and_then(|at| self.ranges.get(at)).is_some_and(|(_, to)| glyph <= *to)
    }
}

/// A heading without its number.
pub(super) fn without_number(title: &str) -> &str {
    let number = NUMBER.as_ref().and_then(|pattern| pattern.find(title)).map_or(0, |found| found.end());
    title[number..].trim()
}

/// Two characters that stand together, or one and [`ALONE`]: the terms of all families but words.
pub(super) type Gram = [char; 2];

/// The second place of a [`Gram`] of one glyph.
pub(super) const ALONE: char = '\0';

/// A gram as text.
pub(super) fn gram_text(gram: Gram) -> String {
    gram.into_iter().filter(|glyph| *glyph != ALONE).collect()
}

/// The family of a gram.
pub(super) fn family_of([first, second]: Gram) -> Family {
    match second {
        ALONE => Family::Glyph,
        _ if first.is_ascii() => Family::Symbol,
        _ => Family::Pair,
    }
}

/// Every gram of a folded text, or of one in ASCII, as often as it stands there.
pub(super) fn grams(text: &str, mut found: impl FnMut(Gram)) {
    if !text.is_ascii() {
        let mut before = None;
        for glyph in text.chars() {
            let glyph = RUN.holds(glyph).then_some(glyph);
            if let Some(glyph) = glyph {
                found([glyph, ALONE]);
                if let Some(before) = before {
                    found([before, glyph]);
                }
            }
            before = glyph;
        }
    }
    for pair in text.as_bytes().windows(2) {
        if pair.iter().all(u8::is_ascii_graphic) && pair.iter().any(|byte| is_symbol(*byte)) {
            found([pair[0], pair[1]].map(|byte| char::from(byte.to_ascii_lowercase())));
        }
    }
}

/// The words of spaced scripts as they stand, in a text whose forms are compatible ([`compatible`]), with their joints:
/// `read_line`, `env::args`, `show-output`, `don't`.
pub(super) fn written_words(compatible: &str) -> impl Iterator<Item = &str> {
    let mut rest = compatible;
    std::iter::from_fn(move || {
        let word = rest.trim_start_matches(|glyph| !is_letter(glyph));
        let end = word_end(word);
        let (word, after) = word.split_at(end);
        rest = after;
        (end > 0).then_some(word)
    })
}

/// Where the word ends that a text begins with.
fn word_end(text: &str) -> usize {
    let mut end = letters(text);
    while end > 0 {
        let joint = match text.as_bytes()[end..] {
            [b':', b':', ..] => 2,
            [b'-' | b'.' | b'\'', ..] => 1,
            _ => break,
        };
        match letters(&text[end + joint..]) {
            0 => break,
            more => end += joint + more,
        }
    }
    end
}

/// Bytes of the letters that a text begins with.
fn letters(text: &str) -> usize {
    text.find(|glyph| !is_letter(glyph)).unwrap_or(text.len())
}

fn is_letter(glyph: char) -> bool {
    if glyph.is_ascii() { glyph.is_ascii_alphanumeric() || glyph == '_' } else { LETTER.holds(glyph) }
}

/// A text in compatible forms (NFKC), its case kept: camel case tells where the parts of a word begin.
pub(super) fn compatible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        return text.into();
    }
    let short = text.chars().map(compatible_common).collect::<Option<String>>();
    short.unwrap_or_else(|| text.nfkc().collect()).into()
}

/// The same for a character that joins none: nearly all there are in texts of the East.
fn compatible_common(glyph: char) -> Option<char> {
    match glyph {
        ' '..='~'
        | '\n'
        | '一'..='\u{9fff}'
        | '、'..='】'
        | 'ぁ'..='ゖ'
        | 'ァ'..='ヺ'
        | 'ー'
        | '—'
        | '·'
        | '‘'..='”' => Some(glyph),
        // Full width forms are 0xfee0 above those of ASCII.
        '！'..='～' => char::from_u32(u32::from(glyph) - 0xfee0),
        _ => None,
    }
}

/// What a word is found by: folded, whole and in its parts (`readLine`, `read_line`: also `read`, `line`).
pub(super) fn forms(word: &str, simplified: &Simplified) -> Vec<String> {
    let mut forms = parts_of(word, simplified);
    forms.push(fold(word, simplified));
    forms.sort_unstable();
    forms.dedup();
    forms
}

fn is_symbol(byte: u8) -> bool {
    !byte.is_ascii_alphanumeric() && byte != b'_'
}

/// The parts of an identifier, folded; camel case tells where they begin.
fn parts_of(word: &str, simplified: &Simplified) -> Vec<String> {
    let mut spaced = String::with_capacity(word.len());
    let mut before = ' ';
    for letter in word.chars() {
        if letter.is_uppercase() && (before.is_lowercase() || before.is_numeric()) {
            spaced.push('_');
        }
        spaced.push(letter);
        before = letter;
    }
    let parts = spaced.split(['_', ':', '.', '\'', '-']).filter(|part| !part.is_empty());
    parts.map(|part| fold(part, simplified)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Vectors {
        words: Vec<(String, Vec<String>)>,
    }

    #[test]
    fn vectors_shared_with_the_page() {
        let vectors: Vectors = serde_json::from_str(include_str!("../../tests/vectors/words.json")).unwrap();
        for (text, mut expected) in vectors.words {
            let words = compatible(&text);
            let mut all: Vec<String> =
                written_words(&words).flat_map(|word| forms(word, &Simplified::default())).collect();
            all.sort();
            expected.sort();
            assert_eq!(all, expected, "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn words_are_those_that_a_pattern_finds(text in r"([ -~éßД٣一ー々️：’\n𝒳-𝓏𠀀]|::|\PC){0,24}") {
            let letter = format!(r"[[\p{{L}}\p{{N}}\p{{M}}_]--[{UNSPACED}]]");
            let pattern = Regex::new(&format!("{letter}+(?:(?:::|[-.']){letter}+)*")).unwrap();
            let expected: Vec<&str> = pattern.find_iter(&text).map(|found| found.as_str()).collect();
            proptest::prop_assert_eq!(written_words(&text).collect::<Vec<_>>(), expected);
        }

        #[test]
        fn the_short_way_to_compatible_forms_leads_to_the_same(text in "[ -~一-龥、-】ぁ-ゖァ-ヺー—·‘-”！-～\n]{0,20}") {
            proptest::prop_assert_eq!(compatible(&text), text.nfkc().collect::<String>());
        }
    }

    #[test]
    fn grams_of_each_family() {
        let mut all = Vec::new();
        grams("逾期 {:?} A-b", |gram| all.push(format!("{} {}", family_of(gram).name(), gram_text(gram))));
        assert_eq!(all.join("|"), "glyph 逾|glyph 期|pair 逾期|symbol {:|symbol :?|symbol ?}|symbol a-|symbol -b");
    }

    #[test]
    fn headings_lose_their_number() {
        for (title, bare) in
            [("5.2 协商分期", "协商分期"), ("第 3 章 沟通", "沟通"), ("2024 年", "2024 年"), ("3D", "3D"), ("", "")]
        {
            assert_eq!(without_number(title), bare, "{title}");
        }
    }
}
