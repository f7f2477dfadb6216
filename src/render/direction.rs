//! The direction of text: that of a book's language, and that of a block in another script.
//!
//! A block gets a `dir` attribute if most of its letters are of the other direction than the text around it. The first
//! letter alone (`dir="auto"`) would turn an Arabic paragraph that begins with a Latin name.

use std::cmp::Ordering;
use std::ops::Range;

use serde::Serialize;

use crate::chapter::{Block, BlockKind, Inline, RawToken};

/// The direction of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Direction {
    /// As Latin and Chinese.
    LeftToRight,
    /// As Arabic and Hebrew.
    RightToLeft,
}

impl Direction {
    /// The direction of a language's script, by its primary subtag; a script subtag for a left-to-right one wins.
    #[must_use]
    pub fn of_language(language: &str) -> Self {
        let mut parts = language.split('-');
        let primary = parts.next().unwrap_or_default().to_lowercase();
        let latin = parts.any(|part| part.eq_ignore_ascii_case("Latn") || part.eq_ignore_ascii_case("Cyrl"));
        let right_to_left = ["ar", "fa", "he", "ur", "ps", "yi", "dv", "sd", "ug", "ckb", "syr", "arc"];
        if right_to_left.contains(&primary.as_str()) && !latin { Self::RightToLeft } else { Self::LeftToRight }
    }

    /// The value of a `dir` attribute.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

/// The letters of each direction in a text.
#[derive(Debug, Clone, Copy, Default)]
struct Letters {
    left_to_right: usize,
    right_to_left: usize,
    /// Those of options, paths and addresses. They decide only where there are no others.
    technical: usize,
}

impl Letters {
    fn count(&mut self, text: &str) {
        for word in text.split_whitespace() {
            // Most words are ASCII, whose letters all have one direction.
            if word.is_ascii() {
                let technical = is_technical(word.trim_end_matches(|c: char| c.is_ascii_punctuation()));
                let counter = if technical { &mut self.technical } else { &mut self.left_to_right };
                *counter += word.bytes().filter(u8::is_ascii_alphabetic).count();
                continue;
            }
            for letter in word.chars().filter(|c| c.is_alphabetic()) {
                let counter = if is_right_to_left(letter) { &mut self.right_to_left } else { &mut self.left_to_right };
                *counter += 1;
            }
        }
    }

    /// Counts running text; code and formulas have a direction of their own.
    fn count_inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            match inline {
                Inline::Text(text) | Inline::Html(RawToken::Text(text)) => self.count(text),
                inline => self.count_inlines(inline.inner().unwrap_or_default()),
            }
        }
    }

    /// The direction of most letters; `None` without letters or with equally many.
    fn direction(self) -> Option<Direction> {
        match self.right_to_left.cmp(&self.left_to_right) {
            Ordering::Greater => Some(Direction::RightToLeft),
            Ordering::Less => Some(Direction::LeftToRight),
            Ordering::Equal if self.right_to_left == 0 && self.technical > 0 => Some(Direction::LeftToRight),
            Ordering::Equal => None,
        }
    }
}

/// The direction of running text; `None` if it is not clear.
pub(super) fn of_inlines(inlines: &[Inline]) -> Option<Direction> {
    let mut letters = Letters::default();
    letters.count_inlines(inlines);
    letters.direction()
}

/// The direction that all texts of a list, a table or a quotation have; `None` if they differ.
pub(super) fn of_all<'a>(texts: impl IntoIterator<Item = &'a [Inline]>) -> Option<Direction> {
    let mut directions = texts.into_iter().filter_map(of_inlines);
    let first = directions.next()?;
    directions.all(|direction| direction == first).then_some(first)
}

/// The paragraphs directly among blocks. Those of inner lists and quotations are left to these, so that each is read once.
pub(super) fn paragraphs(blocks: &[Block]) -> impl Iterator<Item = &[Inline]> {
    blocks.iter().filter_map(|block| match &block.kind {
        BlockKind::Paragraph(inlines) => Some(inlines.as_slice()),
        _ => None,
    })
}

/// The direction of a text; `None` if it is not clear.
pub(super) fn of_text(text: &str) -> Option<Direction> {
    let mut letters = Letters::default();
    letters.count(text);
    letters.direction()
}

/// Whether a letter is of a script that is written from right to left (the blocks of Unicode that are reserved for them).
fn is_right_to_left(letter: char) -> bool {
    matches!(
        letter,
        '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

/// The parts of a right-to-left text that would be torn apart or turned around: options, paths, versions, dates, numbers
/// with signs. Each is a run of words in ASCII with punctuation inside or before it.
pub(super) fn technical_runs(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for word in text.split_inclusive([' ', '\n']) {
        let bare = word.trim_end_matches([' ', '\n', '،', '؛', '؟']);
        let range = at..at + bare.len();
        at += word.len();
        if !bare.is_ascii() || !bare.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            continue;
        }
        match runs.last_mut() {
            Some(run) if run.end + 1 == range.start && goes_on(&text[run.clone()], bare) => run.end = range.end,
            _ => runs.push(range),
        }
    }
    runs.into_iter().map(|run| trimmed(text, run)).filter(|run| is_technical(&text[run.clone()])).collect()
}

/// Whether a word belongs to the run before it: no sentence and no bracket ends or begins between them.
fn goes_on(run: &str, word: &str) -> bool {
    let closed = run.starts_with(['(', '[']) && run.ends_with([')', ']']);
    !closed && !run.ends_with(['.', ',', ';', ':', '!', '?']) && !word.starts_with(['(', '['])
}

/// A run without the punctuation of the sentence around it.
fn trimmed(text: &str, run: Range<usize>) -> Range<usize> {
    let whole = &text[run.clone()];
    let left = whole.trim_start_matches(['(', '[', '"', '\'']);
    let start = run.start + whole.len() - left.len();
    let may_close = !left.contains('(');
    let closes = |c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '"' | '\'') || (c == ')' && may_close);
    start..start + left.trim_end_matches(closes).len()
}

fn is_technical(run: &str) -> bool {
    run.bytes().any(|byte| byte.is_ascii_punctuation())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_of_languages() {
        for (language, expected) in
            [("zh-Hans", "ltr"), ("fa", "rtl"), ("ar-EG", "rtl"), ("uz-Latn", "ltr"), ("ug-Latn", "ltr")]
        {
            assert_eq!(Direction::of_language(language).name(), expected, "{language}");
        }
    }

    #[test]
    fn most_letters_decide() {
        for (text, expected) in [
            ("GitHub هو موقع لاستضافة المشاريع", Some("rtl")),
            ("The word كتاب means book", Some("ltr")),
            ("שלום", Some("rtl")),
            ("逾期", Some("ltr")),
            ("1 + 2", None),
            ("شغّل --no-cache في /etc/hosts.", Some("rtl")),
            ("docs/a.md", Some("ltr")),
        ] {
            assert_eq!(of_text(text).map(Direction::name), expected, "{text}");
        }
    }

    #[test]
    fn technical_parts_of_right_to_left_text() {
        for (text, expected) in [
            ("شغّل --no-cache الآن", &["--no-cache"][..]),
            ("اكتب git commit -m ثم احفظ.", &["git commit -m"]),
            ("في /etc/hosts، أو docs/a.md.", &["/etc/hosts", "docs/a.md"]),
            ("من 10-20 إلى +49 123-456", &["10-20", "+49 123-456"]),
            ("الإصدار (1.2.3-rc1) GitHub", &["1.2.3-rc1"]),
            ("استخدم GitHub.", &[]),
            ("نادِ f(x).", &["f(x)"]),
            ("نادِ f-x)).", &["f-x"]),
            ("- / -", &[]),
        ] {
            let found: Vec<&str> = technical_runs(text).into_iter().map(|run| &text[run]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
