//! Tokenization: splits text into the terms of the index.
//!
//! Scripts with spaces give words, whole and in their parts (`readLine`: `readline`, `read`, `line`). Scripts without spaces
//! give single characters and pairs of adjacent ones (bigrams), because their words cannot be found without a dictionary. Code
//! gives pairs of ASCII characters with punctuation (`{:?}`: `{:`, `:?`, `?}`). `theme/search/text.js` splits queries the same
//! way; both are tested with `tests/vectors/words.json`.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use regex_syntax::hir::{Class, HirKind};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::fold::{Simplified, fold};

/// The kinds of terms. Each has its own shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Family {
    /// A word of a spaced script, or a part of one.
    Word,
    /// Two adjacent characters of a script without spaces.
    Pair,
    /// One character of a script without spaces.
    Glyph,
    /// Two adjacent ASCII characters, at least one of which is punctuation.
    Symbol,
}

impl Family {
    /// All families, in the order of the core's `shards`.
    pub(super) const ALL: [Self; 4] = [Self::Word, Self::Pair, Self::Glyph, Self::Symbol];

    /// The name in file names.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Pair => "pair",
            Self::Glyph => "glyph",
            Self::Symbol => "symbol",
        }
    }
}

/// Scripts without spaces between words. Hangul has spaces, but words carry endings that a search must ignore.
const UNSPACED: &str = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー々〆";

/// Characters of scripts without spaces.
static UNSPACED_CHARS: LazyLock<CharClass> = LazyLock::new(|| CharClass::of(&format!("[{UNSPACED}]")));
/// Characters of words in scripts with spaces.
static LETTER: LazyLock<CharClass> =
    LazyLock::new(|| CharClass::of(&format!(r"[[\p{{L}}\p{{N}}\p{{M}}_]--[{UNSPACED}]]")));
/// The number of a chapter or section at the start of a heading.
static NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:第\s*[\d一二三四五六七八九十百]+\s*[章节篇部]|\d{1,3}(?:\.\d+)*[.、]?)\s+").ok());

/// A character class of a regular expression, as a bit set that is faster than the expression.
struct CharClass {
    /// One bit for each character below [`FAR`].
    near: Vec<u64>,
    /// The ranges of the class, for the characters above.
    ranges: Vec<(char, char)>,
}

/// The end of the bit set. Characters above are rare and found by binary search in the ranges.
const FAR: u32 = 0x2_0000;

impl CharClass {
    fn of(pattern: &str) -> Self {
        let class = regex_syntax::parse(pattern).map(regex_syntax::hir::Hir::into_kind);
        let ranges = match class {
            Ok(HirKind::Class(Class::Unicode(class))) => {
                class.iter().map(|range| (range.start(), range.end())).collect()
            }
            _ => Vec::new(),
        };
        let mut near = vec![0; FAR as usize / 64];
        for character in
            ranges.iter().flat_map(|(from, to)| u32::from(*from)..=u32::from(*to)).take_while(|at| *at < FAR)
        {
            near[character as usize / 64] |= 1 << (character % 64);
        }
        Self { near, ranges }
    }

    fn contains(&self, character: char) -> bool {
        let code = u32::from(character);
        if code < FAR {
            return self.near[code as usize / 64] & (1 << (code % 64)) != 0;
        }
        let after = self.ranges.partition_point(|(from, _)| *from <= character);
        after.checked_sub(1).and_then(|at| self.ranges.get(at)).is_some_and(|(_, to)| character <= *to)
    }
}

/// The heading without its number, which is not searchable.
pub(super) fn without_number(title: &str) -> &str {
    let number = NUMBER.as_ref().and_then(|pattern| pattern.find(title)).map_or(0, |found| found.end());
    title[number..].trim()
}

/// A term of any family but words: two adjacent characters, or one and [`NO_SECOND`].
pub(super) type Gram = [char; 2];

/// The second character of a [`Gram`] that has only one.
pub(super) const NO_SECOND: char = '\0';

/// The text of a gram.
pub(super) fn gram_text(gram: Gram) -> String {
    gram.into_iter().filter(|character| *character != NO_SECOND).collect()
}

/// The family of a gram.
pub(super) fn family_of([first, second]: Gram) -> Family {
    match second {
        NO_SECOND => Family::Glyph,
        _ if first.is_ascii() => Family::Symbol,
        _ => Family::Pair,
    }
}

/// Calls `found` for every occurrence of a gram in a text, which is folded or ASCII.
pub(super) fn grams(text: &str, mut found: impl FnMut(Gram)) {
    if !text.is_ascii() {
        let mut before = None;
        for character in text.chars() {
            let character = UNSPACED_CHARS.contains(character).then_some(character);
            if let Some(character) = character {
                found([character, NO_SECOND]);
                if let Some(before) = before {
                    found([before, character]);
                }
            }
            before = character;
        }
    }
    for pair in text.as_bytes().windows(2) {
        if pair.iter().all(u8::is_ascii_graphic) && pair.iter().any(|byte| is_symbol(*byte)) {
            found([pair[0], pair[1]].map(|byte| char::from(byte.to_ascii_lowercase())));
        }
    }
}

/// The words of scripts with spaces in a text of [`compatible`], as written. A word may contain connectors: `read_line`,
/// `env::args`, `show-output`, `don't`.
pub(super) fn written_words(compatible: &str) -> impl Iterator<Item = &str> {
    let mut rest = compatible;
    std::iter::from_fn(move || {
        let word = rest.trim_start_matches(|character| !is_letter(character));
        let end = word_end(word);
        let (word, after) = word.split_at(end);
        rest = after;
        (end > 0).then_some(word)
    })
}

/// The length in bytes of the word that a text begins with; 0 if it begins with none.
fn word_end(text: &str) -> usize {
    let mut end = letters(text);
    while end > 0 {
        let connector = match text.as_bytes()[end..] {
            [b':', b':', ..] => 2,
            [b'-' | b'.' | b'\'', ..] => 1,
            _ => break,
        };
        match letters(&text[end + connector..]) {
            0 => break,
            more => end += connector + more,
        }
    }
    end
}

/// The length in bytes of the letters that a text begins with.
fn letters(text: &str) -> usize {
    text.find(|character| !is_letter(character)).unwrap_or(text.len())
}

fn is_letter(character: char) -> bool {
    if character.is_ascii() {
        character.is_ascii_alphanumeric() || character == '_'
    } else {
        LETTER.contains(character)
    }
}

/// The text in NFKC. The case is kept, because the parts of a camel case word begin at capital letters.
pub(super) fn compatible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        return text.into();
    }
    let fast = text.chars().map(compatible_common).collect::<Option<String>>();
    fast.unwrap_or_else(|| text.nfkc().collect()).into()
}

/// The fast path for one character: `None` if it needs full normalization.
fn compatible_common(character: char) -> Option<char> {
    match character {
        ' '..='~'
        | '\n'
        | '一'..='\u{9fff}'
        | '、'..='】'
        | 'ぁ'..='ゖ'
        | 'ァ'..='ヺ'
        | 'ー'
        | '—'
        | '·'
        | '‘'..='”' => Some(character),
        // Full-width forms are 0xfee0 above ASCII.
        '！'..='～' => char::from_u32(u32::from(character) - 0xfee0),
        _ => None,
    }
}

/// The terms of a word, folded, sorted and without duplicates: the whole word and its parts (`read_line`: also `read` and
/// `line`).
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

/// The parts of a word, folded: separated by connectors, or by camel case.
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
    fn vectors_shared_with_the_engine() {
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
        fn words_equal_the_matches_of_the_regular_expression(text in r"([ -~éßД٣一ー々️：’\n𝒳-𝓏𠀀]|::|\PC){0,24}") {
            let letter = format!(r"[[\p{{L}}\p{{N}}\p{{M}}_]--[{UNSPACED}]]");
            let pattern = Regex::new(&format!("{letter}+(?:(?:::|[-.']){letter}+)*")).unwrap();
            let expected: Vec<&str> = pattern.find_iter(&text).map(|found| found.as_str()).collect();
            proptest::prop_assert_eq!(written_words(&text).collect::<Vec<_>>(), expected);
        }

        #[test]
        fn the_fast_path_equals_full_normalization(text in "[ -~一-龥、-】ぁ-ゖァ-ヺー—·‘-”！-～\n]{0,20}") {
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
    fn headings_are_searched_without_their_number() {
        for (title, bare) in
            [("5.2 协商分期", "协商分期"), ("第 3 章 沟通", "沟通"), ("2024 年", "2024 年"), ("3D", "3D"), ("", "")]
        {
            assert_eq!(without_number(title), bare, "{title}");
        }
    }
}
