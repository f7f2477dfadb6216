//! Terms: what a section can be found by without reading its text.
//!
//! Words of spaced scripts, whole and in their parts; glyphs and pairs of glyphs of unspaced ones; pairs of characters of
//! code. `theme/search/text.js` cuts queries the same way; `tests/vectors/words.json` holds both to it.

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

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

static RUN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("[{UNSPACED}]+")).ok());
/// A word with its joints: `read_line`, `env::args`, `show-output`, `don't`.
static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let letter = format!(r"[[\p{{L}}\p{{N}}\p{{M}}_]--[{UNSPACED}]]");
    Regex::new(&format!("{letter}+(?:(?:::|[-.']){letter}+)*")).ok()
});
/// Numbers of chapters and sections are not part of what a heading says.
static NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:第\s*[\d一二三四五六七八九十百]+\s*[章节篇部]|\d{1,3}(?:\.\d+)*[.、]?)\s+").ok());

fn matches<'t>(pattern: &LazyLock<Option<Regex>>, text: &'t str) -> impl Iterator<Item = &'t str> {
    (**pattern).iter().flat_map(move |pattern| pattern.find_iter(text)).map(|found| found.as_str())
}

/// A heading without its number.
pub(super) fn without_number(title: &str) -> &str {
    let number = matches(&NUMBER, title).next().map_or(0, str::len);
    title[number..].trim()
}

/// Every term of a text, as often as it stands there; words not yet folded text, `folded` the same folded.
pub(super) fn terms(text: &str, folded: &str, simplified: &Simplified, found: &mut impl FnMut(Family, String)) {
    words(text, simplified, &mut |word| found(Family::Word, word));
    for run in matches(&RUN, folded) {
        run.chars().for_each(|glyph| found(Family::Glyph, glyph.into()));
        for_pairs(run.chars(), |pair| found(Family::Pair, pair.iter().collect()));
    }
    for_pairs(folded.chars(), |pair| {
        if pair.iter().all(char::is_ascii_graphic) && pair.iter().any(|glyph| is_symbol(*glyph)) {
            found(Family::Symbol, pair.iter().collect());
        }
    });
}

fn for_pairs(glyphs: impl Iterator<Item = char> + Clone, mut found: impl FnMut([char; 2])) {
    glyphs.clone().zip(glyphs.skip(1)).for_each(|(first, second)| found([first, second]));
}

fn is_symbol(glyph: char) -> bool {
    !glyph.is_ascii_alphanumeric() && glyph != '_'
}

/// The words of spaced scripts, folded, each whole and in its parts (`readLine`, `read_line`: also `read`, `line`).
fn words(text: &str, simplified: &Simplified, found: &mut impl FnMut(String)) {
    let compatible: String = if text.is_ascii() { text.to_owned() } else { text.nfkc().collect() };
    for word in matches(&WORD, &compatible) {
        let whole = fold(word, simplified);
        let parts = parts_of(word, simplified);
        for (at, part) in parts.iter().enumerate() {
            if *part != whole && !parts[..at].contains(part) {
                found(part.clone());
            }
        }
        found(whole);
    }
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
            let mut all = Vec::new();
            words(&text, &Simplified::new(), &mut |word| all.push(word));
            all.sort();
            expected.sort();
            assert_eq!(all, expected, "{text:?}");
        }
    }

    #[test]
    fn terms_of_each_family() {
        let mut all = Vec::new();
        let text = "逾期 {:?} a-b";
        terms(text, text, &Simplified::new(), &mut |family, term| all.push(format!("{} {term}", family.name())));
        let expected =
            "word a|word b|word a-b|glyph 逾|glyph 期|pair 逾期|symbol {:|symbol :?|symbol ?}|symbol a-|symbol -b";
        assert_eq!(all.join("|"), expected);
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
