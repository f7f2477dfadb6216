//! Finds `{{#include …}}` and its kin in a text, everywhere and before it is parsed, as mdBook does.

use std::ops::Range;

/// What the scanner stops at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// `\{{#…}}`: the back-slash is dropped, and all up to the last `}}` of the line is text.
    Escape {
        /// Where the back-slash stands.
        backslash: usize,
        /// The end of what is text.
        end: usize,
    },
    /// An include.
    Include(Directive),
}

/// `{{#include ARGUMENT}}`, as byte ranges of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive {
    /// The whole, braces included.
    pub(super) whole: Range<usize>,
    /// What stands behind the name, trimmed.
    pub(super) argument: Range<usize>,
}

/// The first token within a range of the text.
pub(super) fn next(text: &str, range: Range<usize>) -> Option<Token> {
    let mut at = range.start;
    while let Some(open) = text[at..range.end].find("{{").map(|found| at + found) {
        let line_end = text[open..range.end].find('\n').map_or(range.end, |found| open + found);
        let line = &text[open..line_end];
        let escaped = open > range.start && text[..open].ends_with('\\') && line.starts_with("{{#");
        let token = if escaped { escape(line, open) } else { include(line, open) };
        if token.is_some() {
            return token;
        }
        at = open + 1;
    }
    None
}

fn escape(line: &str, open: usize) -> Option<Token> {
    line.rfind("}}").map(|close| Token::Escape { backslash: open - 1, end: open + close + 2 })
}

fn include(line: &str, open: usize) -> Option<Token> {
    let close = line.find('}').filter(|close| line[*close..].starts_with("}}"))?;
    let inside = &line[2..close];
    let (name, argument) = inside.trim_start().strip_prefix('#')?.split_once([' ', '\t'])?;
    let argument = match name {
        "include" | "rustdoc_include" => argument.trim(),
        // Behind its path a playground has words for the fence it makes; they are not part of the path.
        "playground" | "playpen" => argument.split_whitespace().next()?,
        _ => return None,
    };
    let start = open + inside.find(argument).map_or(close, |found| found + 2);
    Some(Token::Include(Directive { whole: open..open + close + 2, argument: start..start + argument.len() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn includes() {
        for (text, whole, argument) in [
            ("a {{#include b.md}} c", "{{#include b.md}}", "b.md"),
            ("{{ #include  my file.rs:3:7 }}", "{{ #include  my file.rs:3:7 }}", "my file.rs:3:7"),
            ("{{{#include b}}}", "{{#include b}}", "b"),
            ("{{x}} {{#rustdoc_include b:a}}", "{{#rustdoc_include b:a}}", "b:a"),
            ("{{#playground b.rs editable}}", "{{#playground b.rs editable}}", "b.rs"),
            ("{{#title}}\n{{#include include}}", "{{#include include}}", "include"),
        ] {
            let Some(Token::Include(found)) = next(text, 0..text.len()) else { panic!("{text:?}") };
            assert_eq!((&text[found.whole], &text[found.argument]), (whole, argument), "{text:?}");
        }
    }

    #[test]
    fn not_includes() {
        for text in
            ["{{#title x}}", "{{#include b", "{{#include b\n}}", "{{ book.x }}", "{{#include}}", "{{#include b}c}}"]
        {
            assert_eq!(next(text, 0..text.len()), None, "{text:?}");
        }
    }

    #[test]
    fn escapes_reach_to_the_last_braces_of_the_line() {
        let text = r"x \{{#include a}} {{#include b}} y";
        assert_eq!(next(text, 0..text.len()), Some(Token::Escape { backslash: 2, end: text.len() - 2 }));
    }
}
