//! Finds emoji shortcodes in running text: `:rocket:`, by GitHub's table.
//!
//! A code that is not in the table is text, and so is one next to a letter or digit, as in `std::b::c` or `a:b:c`.

use std::ops::Range;

use super::blank::is_escaped;

/// Longer than any name of the table.
const LONGEST: usize = 64;

/// A shortcode in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shortcode {
    /// Its range with the colons.
    pub(super) range: Range<usize>,
    /// The emoji.
    pub(super) sign: &'static str,
}

/// Finds the shortcodes in a range of the text.
pub(super) fn find(text: &str, range: &Range<usize>) -> Vec<Shortcode> {
    let mut found: Vec<Shortcode> = Vec::new();
    let mut at = range.start;
    while let Some(offset) = text[at..range.end].find(':') {
        let open = at + offset;
        let follows = found.last().is_some_and(|before| before.range.end == open);
        let code = if follows || may_begin(text, open) { read(text, open..range.end) } else { None };
        at = code.as_ref().map_or(open + 1, |code| code.range.end);
        found.extend(code);
    }
    found
}

/// The text with its shortcodes replaced.
pub(super) fn replaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for code in find(text, &(0..text.len())) {
        out.push_str(&text[done..code.range.start]);
        out.push_str(code.sign);
        done = code.range.end;
    }
    out + &text[done..]
}

fn may_begin(text: &str, open: usize) -> bool {
    let joined = |c: char| is_word(c) || c == ':';
    !text[..open].ends_with(joined) && !is_escaped(text, open)
}

fn read(text: &str, range: Range<usize>) -> Option<Shortcode> {
    let inside = &text[range.start + 1..range.end];
    let length = inside.bytes().take(LONGEST).position(|byte| !is_name(byte))?;
    let after = inside[length..].strip_prefix(':')?;
    let sign = emojis::get_by_shortcode(&inside[..length])?.as_str();
    (!after.starts_with(is_word)).then(|| Shortcode { range: range.start..range.start + length + 2, sign })
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'+' | b'-')
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chapter::parse::parse;
    use crate::chapter::test_dump::{dump_chapter, options, source, with};

    #[test]
    fn shortcodes_of_the_table() {
        for (text, expected) in [
            ("Mind the :warning: step", "Mind the ⚠️ step"),
            (":+1: :-1: :100: :e-mail:", "👍 👎 💯 📧"),
            (":tada::rocket:!", "🎉🚀!"),
            ("请:warning:注意", "请⚠️注意"),
            ("(:heart:)", "(❤️)"),
            (
                "12:30:45 a:b:c std::b::c :nothing: :octocat: : : ::",
                "12:30:45 a:b:c std::b::c :nothing: :octocat: : : ::",
            ),
            (r"\:tada:", r"\:tada:"),
            (":Tada: :ta da:", ":Tada: :ta da:"),
            ("8:tada:9", "8:tada:9"),
        ] {
            assert_eq!(replaced(text), expected, "{text:?}");
        }
    }

    #[test]
    fn emoji_are_in_text_and_titles_and_ids_are_githubs() {
        let foreign = with(|markdown| markdown.foreign_syntax = true);
        let text = "---\ntitle: \"A :tada:\"\n---\n# Rocket :rocket: list\n\n:warning: `:tada:` [:x:](a:tada:b) <b title=\":tada:\">x</b>\n\n:::note :+1: x\n:tada:\n:::\n";
        let (chapter, report) = parse(&source(text), &foreign);
        let shown = dump_chapter(&chapter);
        assert_eq!(
            shown,
            "h1 #rocket-rocket-list Rocket 🚀 list\np ⚠️ `:tada:` a(<a:tada:b>@75 ❌) <b title=:tada:>x</b>\nnote 👍 x\n  p 🎉\n"
        );
        assert!(report.is_empty(), "{report:?}");
        assert_eq!((chapter.front.title.as_deref(), &*chapter.headings[0].title), (Some("A 🎉"), "Rocket 🚀 list"));
        let html = "<p>:tada: <code>:tada:</code></p>\n\na</br>b <kbd>:tada:</kbd> <code>:tada:</code>\n";
        let shown = dump_chapter(&parse(&source(html), &foreign).0);
        assert!(shown.contains("🎉 <code>:tada:</code>"), "{shown}");
        assert!(shown.contains("a<br>b <kbd>🎉</kbd> <code>:tada:</code>"), "{shown}");
        let (own, _) = parse(&source(text), &options());
        assert!(dump_chapter(&own).contains("Rocket :rocket: list"));
    }
}
