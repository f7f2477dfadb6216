//! Scans a text for `{{#include …}}` and the other directives of mdBook, before the text is parsed and also in code.

use std::ops::Range;

/// A token of the scanner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// `\{{#…}}`: the backslash is dropped, and everything up to the last `}}` of the line is text.
    Escape {
        /// The offset of the backslash.
        backslash: usize,
        /// The end of the escaped text.
        end: usize,
    },
    /// A directive.
    Include(Directive),
}

/// `{{#include ARGUMENT}}`, as byte ranges of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive {
    /// The whole directive with its braces.
    pub(super) whole: Range<usize>,
    /// The argument after the name, without white space around it.
    pub(super) argument: Range<usize>,
    /// What the directive does.
    pub(super) kind: Kind,
}

/// What a directive does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// `include`: inserts the selected part of a file.
    Include,
    /// `rustdoc_include`: inserts a whole Rust file; lines that are not selected are hidden.
    IncludeWhole,
    /// `playground`: inserts a Rust file as a code block, with these words in its info string.
    Playground(Range<usize>),
    /// `title`: inserts nothing; the argument is the title of the page.
    Title,
}

/// The first token in a range of the text.
pub(super) fn next(text: &str, range: Range<usize>) -> Option<Token> {
    let mut at = range.start;
    let mut line_end = range.start;
    // The line whose end was searched for `}}` without success.
    let mut unclosed = None;
    while let Some(open) = text[at..range.end].find("{{").map(|found| at + found) {
        if line_end <= open {
            line_end = text[open..range.end].find('\n').map_or(range.end, |found| open + found);
        }
        let line = &text[open..line_end];
        let escaped = open > range.start && text[..open].ends_with('\\') && line.starts_with("{{#");
        let token = match escaped {
            true if unclosed == Some(line_end) => None,
            true => escape(line, open),
            false => include(line, open),
        };
        if escaped && token.is_none() {
            unclosed = Some(line_end);
        }
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

/// The longest directive, in bytes. The limit keeps a line with thousands of `{{` from being scanned in quadratic time.
const LONGEST: usize = 4096;

fn include(line: &str, open: usize) -> Option<Token> {
    let close =
        line.bytes().take(LONGEST).position(|byte| byte == b'}').filter(|close| line[*close..].starts_with("}}"))?;
    let inside = &line[2..close];
    let (name, argument) = inside.trim_start().strip_prefix('#')?.split_once([' ', '\t'])?;
    let all = argument.trim();
    let start = open + 2 + (inside.len() - argument.len()) + (argument.len() - argument.trim_start().len());
    let path = all.split_whitespace().next()?;
    let (kind, length) = match name {
        "include" => (Kind::Include, all.len()),
        "rustdoc_include" => (Kind::IncludeWhole, all.len()),
        // After its path, a playground has words for the info string; they are not part of the path.
        "playground" | "playpen" => (Kind::Playground(start + path.len()..start + all.len()), path.len()),
        "title" => (Kind::Title, all.len()),
        _ => return None,
    };
    Some(Token::Include(Directive { whole: open..open + close + 2, argument: start..start + length, kind }))
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
        for text in ["{{#include b", "{{#include b\n}}", "{{ book.x }}", "{{#include}}", "{{#include b}c}}"] {
            assert_eq!(next(text, 0..text.len()), None, "{text:?}");
        }
    }

    #[test]
    fn escapes_end_at_the_last_braces_of_the_line() {
        let text = r"x \{{#include a}} {{#include b}} y";
        assert_eq!(next(text, 0..text.len()), Some(Token::Escape { backslash: 2, end: text.len() - 2 }));
    }
}
