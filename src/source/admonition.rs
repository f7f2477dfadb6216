//! Rewrites the admonitions of `MkDocs`, `!!! note "Title"` with an indented body, as directives: `:::note Title`.
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

/// Rewrites the admonitions of a text; `None` if there are none.
pub(super) fn rewrite(text: &str, origin: &Origin) -> Option<(Arc<str>, Origin)> {
    let has_admonition = text.lines().any(|line| opening(line.trim_start()).is_some());
    if !has_admonition {
        return None;
    }
    let mut writer =
        Writer { origin, out: String::with_capacity(text.len()), pieces: Vec::new(), open: Vec::new(), fence: None };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        writer.line(line, at);
        at += line.len();
    }
    writer.close_to(0, at);
    Some((writer.out.into(), Origin::new(writer.pieces)))
}

struct Writer<'a> {
    origin: &'a Origin,
    out: String,
    pieces: Vec<Piece>,
    /// The indentation of each open admonition.
    open: Vec<usize>,
    /// The characters of the open code fence.
    fence: Option<String>,
}

impl Writer<'_> {
    fn line(&mut self, line: &str, at: usize) {
        let rest = line.trim_start_matches(' ');
        let indent = line.len() - rest.len();
        if rest.trim().is_empty() {
            return self.copy(line, at);
        }
        self.close_to(indent, at);
        let depth = INDENT * self.open.len();
        let inside = &line[depth.min(indent)..];
        self.track_fence(inside.trim());
        match opening(rest).filter(|_| self.fence.is_none()) {
            Some(fence) => {
                self.generate(&format!("{}{fence}\n", " ".repeat(indent - depth.min(indent))), at);
                self.open.push(indent);
            }
            None => self.copy(inside, at + depth.min(indent)),
        }
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

    /// Closes the admonitions whose body ends before a line with this indentation.
    fn close_to(&mut self, indent: usize, at: usize) {
        while let Some(mark) = self.open.pop_if(|mark| indent < *mark + INDENT) {
            let space = " ".repeat(mark - (INDENT * self.open.len()).min(mark));
            if !self.out.ends_with('\n') {
                self.generate("\n", at);
            }
            self.generate(&format!("{space}:::\n"), at);
            self.fence = None;
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
        for text in ["a\n", "wow!!! x\n", "!!!x\n", "!!! a \"b\n"] {
            assert!(rewrite(text, &Origin::whole("a.md")).is_none(), "{text}");
        }
    }
}
