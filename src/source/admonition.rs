//! Rewrites the admonitions of `MkDocs`, `!!! note "Title"` with an indented body, as directives: `:::note Title`, and
//! its content tabs, `=== "Title"`, as tabs.
//!
//! This is done while sources are loaded, after includes are expanded: an admonition may be in an included file, or around
//! an include. The rewritten text has a new [`Origin`], because bodies lose their indentation. Each generated fence has the
//! place of the line that it replaces.

use std::sync::Arc;

use super::origin::{Origin, Piece, PieceKind};
use crate::diagnostic::Span;

/// The directives, each with the kinds of `MkDocs` and Material that become it.
const KINDS: &[(&str, &[&str])] = &[
    (
        "note",
        &[
            "note", "abstract", "summary", "tldr", "info", "todo", "question", "help", "faq", "example", "quote",
            "cite", "seealso",
        ],
    ),
    ("tip", &["tip", "hint", "success", "check", "done"]),
    ("important", &["important"]),
    ("warning", &["warning", "caution", "attention"]),
    ("danger", &["danger", "error", "failure", "fail", "missing", "bug"]),
];

/// The indentation of the body of an admonition, in spaces.
const INDENT: usize = 4;

/// Rewrites the admonitions and tabs of a text; `None` if there are none.
pub(super) fn rewrite(text: &str, origin: &Origin) -> Option<(Arc<str>, Origin)> {
    let begins_one = |line: &str| opening(line).is_some() || Tab::read(line).is_some();
    if !text.lines().any(|line| begins_one(line.trim_start())) {
        return None;
    }
    let mut writer =
        Writer { origin, out: String::with_capacity(text.len()), pieces: Vec::new(), open: Vec::new(), fence: None };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        writer.line(line, at);
        at += line.len();
    }
    writer.close_to(0, at, 0);
    Some((writer.out.into(), Origin::new(writer.pieces)))
}

struct Writer<'a> {
    origin: &'a Origin,
    out: String,
    pieces: Vec<Piece>,
    /// The open admonitions and tabs.
    open: Vec<Open>,
    /// The characters of the open code fence.
    fence: Option<String>,
}

/// An admonition or a tab that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Open {
    /// The indentation of the line that opened it.
    mark: usize,
    /// The number of directives that it became: a tab is inside the directive of its row.
    directives: usize,
}

/// The line that opens a tab.
struct Tab<'a> {
    /// Its title.
    title: &'a str,
    /// Whether it begins a new row of tabs even right after another tab (`===!`).
    begins_row: bool,
}

impl<'a> Tab<'a> {
    /// Reads `=== "Title"`.
    fn read(line: &'a str) -> Option<Self> {
        let rest = line.trim_end().strip_prefix("===")?;
        let quoted = rest.trim_start_matches(['!', '+']).trim_start_matches(' ');
        let title = quoted.strip_prefix('"')?.strip_suffix('"')?;
        let begins_row = rest[..rest.len() - quoted.len()].contains('!');
        (!title.trim().is_empty()).then_some(Self { title, begins_row })
    }
}

impl Writer<'_> {
    fn line(&mut self, line: &str, at: usize) {
        let rest = line.trim_start_matches(' ');
        let indent = line.len() - rest.len();
        if rest.trim().is_empty() {
            return self.copy(line, at);
        }
        if let Some(tab) = Tab::read(rest).filter(|_| !self.is_in_fence(indent)) {
            return self.tab(&tab, indent, at);
        }
        self.close_to(indent, at, 0);
        let depth = INDENT * self.open.len();
        let inside = &line[depth.min(indent)..];
        self.track_fence(inside.trim());
        match opening(rest).filter(|_| self.fence.is_none()) {
            Some(fence) => {
                self.generate(&format!("{}{fence}\n", " ".repeat(indent - depth.min(indent))), at);
                self.open.push(Open { mark: indent, directives: 1 });
            }
            None => self.copy(inside, at + depth.min(indent)),
        }
    }

    /// Whether a line with this indentation is in a code block.
    fn is_in_fence(&self, indent: usize) -> bool {
        self.fence.is_some() && self.open.last().is_none_or(|open| open.mark + INDENT <= indent)
    }

    /// Opens a tab: in the row of the tab before it, or in a new row.
    fn tab(&mut self, tab: &Tab<'_>, indent: usize, at: usize) {
        self.close_to(indent + INDENT, at, indent + 1);
        let is_next = self.open.last() == Some(&Open { mark: indent, directives: 2 }) && !tab.begins_row;
        if !is_next {
            self.close_to(indent, at, 0);
        }
        let depth = self.open.len() - usize::from(is_next);
        let space = " ".repeat(indent - (INDENT * depth).min(indent));
        let title = tab.title.replace("\\\"", "\"");
        self.start_line(at);
        if is_next {
            self.generate(&format!("{space}:::\n{space}:::tab {title}\n"), at);
            self.fence = None;
            return;
        }
        self.generate(&format!("{space}:::tabs\n{space}:::tab {title}\n"), at);
        self.open.push(Open { mark: indent, directives: 2 });
    }

    /// Tracks code fences: an admonition in code is not rewritten.
    fn track_fence(&mut self, line: &str) {
        let mark: String = line.chars().take_while(|c| matches!(c, '`' | '~')).collect();
        match &self.fence {
            Some(open) if mark.len() >= open.len() && mark == line && mark.starts_with(open.as_str()) => {
                self.fence = None;
            }
            None if mark.len() >= 3 => self.fence = Some(mark),
            _ => {}
        }
    }

    /// Closes those whose body ends before a line with this indentation, and that were opened at `from` or deeper.
    fn close_to(&mut self, indent: usize, at: usize, from: usize) {
        while let Some(open) = self.open.pop_if(|open| from <= open.mark && indent < open.mark + INDENT) {
            let space = " ".repeat(open.mark - (INDENT * self.open.len()).min(open.mark));
            self.start_line(at);
            self.generate(&format!("{space}:::\n").repeat(open.directives), at);
            self.fence = None;
        }
    }

    fn start_line(&mut self, at: usize) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.generate("\n", at);
        }
    }

    fn copy(&mut self, text: &str, at: usize) {
        self.add_piece(at, PieceKind::Copied);
        self.out.push_str(text);
    }

    fn generate(&mut self, text: &str, at: usize) {
        self.add_piece(at, PieceKind::Generated);
        self.out.push_str(text);
    }

    fn add_piece(&mut self, at: usize, kind: PieceKind) {
        let place = self.origin.place(Span::new(at, at));
        let start = u32::try_from(self.out.len()).unwrap_or(u32::MAX);
        self.pieces.push(Piece { start, file: place.file, at: place.span.start, kind });
    }
}

/// The fence for a line that opens an admonition: `!!! kind "Title"`, `??? kind` (folded) or `???+ kind` (unfolded).
fn opening(line: &str) -> Option<String> {
    let (name, attributes, rest) = match line.strip_prefix("!!!") {
        Some(rest) => (None, "", rest),
        None => match line.strip_prefix("???+") {
            Some(rest) => (Some("details"), "{open} ", rest),
            None => (Some("details"), "", line.strip_prefix("???")?),
        },
    };
    let words = rest.strip_prefix(' ')?.trim();
    let (kinds, title) = match words.split_once('"') {
        Some((kinds, title)) => (kinds, Some(title.strip_suffix('"')?)),
        None => (words, None),
    };
    let kind = kinds.split_whitespace().next()?;
    let is_word = |word: &str| word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if !kinds.split_whitespace().all(is_word) {
        return None;
    }
    let lower = kind.to_lowercase();
    let directive =
        KINDS.iter().find(|(_, kinds)| kinds.contains(&lower.as_str())).map_or("note", |(directive, _)| directive);
    let title = match title {
        Some(title) => title.to_owned(),
        None if lower == directive && name.is_none() => String::new(),
        None => capitalised(kind),
    };
    Some(format!(":::{} {attributes}{title}", name.unwrap_or(directive)).trim_end().to_owned())
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admonitions_become_directives() {
        for (text, expected) in [
            ("!!! note\n    a\n\n    b\nc\n", ":::note\na\n\nb\n:::\nc\n"),
            ("!!! warning \"Mind\"\n    a", ":::warning Mind\na\n:::\n"),
            ("???+ info inline\n    a\n", ":::details {open} Info\na\n:::\n"),
            ("!!! tip\n    !!! bug\n        x\n    y\n", ":::tip\n:::danger Bug\nx\n:::\ny\n:::\n"),
            (
                "=== \"A\"\n\n    a\n\n=== \"B *c*\"\n    b\n\nc\n",
                ":::tabs\n:::tab A\n\na\n\n:::\n:::tab B *c*\nb\n\n:::\n:::\nc\n",
            ),
            (
                "=== \"A\"\n    === \"B\"\n        a\n    === \"C\"\n        b\n===! \"A\"\n    c\n",
                ":::tabs\n:::tab A\n:::tabs\n:::tab B\na\n:::\n:::tab C\nb\n:::\n:::\n:::\n:::\n:::tabs\n:::tab A\nc\n:::\n:::\n",
            ),
            ("- x\n\n    === \"A\"\n\n        a\n", "- x\n\n    :::tabs\n    :::tab A\n\n    a\n    :::\n    :::\n"),
            (
                "!!! tip\n    === \"A\"\n        ```\n        === \"b\"\n        ```\n    b\n",
                ":::tip\n:::tabs\n:::tab A\n```\n=== \"b\"\n```\n:::\n:::\nb\n:::\n",
            ),
            ("- x\n\n    !!! note\n        a\n", "- x\n\n    :::note\n    a\n    :::\n"),
        ] {
            let (rewritten, origin) = rewrite(text, &Origin::whole("a.md")).unwrap();
            assert_eq!(&*rewritten, expected, "{text:?}");
            for (offset, line) in rewritten.match_indices(|c: char| c.is_ascii_lowercase() && c < 'd') {
                let place = origin.place(Span::new(offset, offset + 1));
                let original = text.get(place.span.range()).unwrap_or_default();
                assert!(original == line || original.is_empty(), "{original} at {offset} in {rewritten}");
            }
        }
        for text in ["a\n", "wow!!! x\n", "!!!x\n", "!!! a \"b\n", "a\n===\n", "=== a\n", "```\n=== \"a\n```\n"] {
            assert!(rewrite(text, &Origin::whole("a.md")).is_none(), "{text}");
        }
    }
}
