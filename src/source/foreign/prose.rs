//! Finds the parts of a Markdown text that are neither code, nor comments, nor front matter.
//!
//! This is done before the text is parsed, by lines: code fences, code spans and indented code outside of lists are
//! recognised as in Markdown, in all usual texts.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

/// What indented lines are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Indented {
    /// Code, as in Markdown.
    IsCode,
    /// Text, as in MDX.
    IsText,
}

/// The ranges of prose, ascending. A paragraph is one range unless it contains code or a comment.
pub(super) fn prose(text: &str, indented: Indented) -> Vec<Range<usize>> {
    let mut scanner =
        Scanner { text, indented, state: State::Text, block: None, blank: true, list: false, found: Vec::new() };
    let mut at = front_matter(text);
    for line in text[at..].split_inclusive('\n') {
        scanner.line(line, at);
        at += line.len();
    }
    scanner.end_block();
    scanner.found
}

/// The end of the front matter.
pub(super) fn front_matter(text: &str) -> usize {
    let mark = match text.lines().next() {
        Some("---") => "---",
        Some("+++") => "+++",
        _ => return 0,
    };
    let mut at = mark.len() + 1;
    for line in text.get(at..).unwrap_or_default().split_inclusive('\n') {
        at += line.len();
        if line.trim_end() == mark {
            return at;
        }
    }
    0
}

/// The text of a line after the marks of quotations and lists.
pub(super) fn inside_containers(line: &str) -> &str {
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        match rest.strip_prefix('>').or_else(|| after_list_mark(rest)) {
            Some(inner) => rest = inner,
            None => return rest,
        }
    }
}

/// What follows the mark of a list item.
pub(super) fn after_list_mark(line: &str) -> Option<&str> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let marks: &[char] = if digits == 0 { &['-', '*', '+'] } else { &['.', ')'] };
    let rest = line[digits..].strip_prefix(marks)?;
    (digits <= 9 && rest.starts_with([' ', '\t'])).then_some(rest)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    /// In a code fence of this mark and length.
    Fence(char, usize),
    Indented,
    Comment,
}

struct Scanner<'a> {
    text: &'a str,
    indented: Indented,
    state: State,
    /// The paragraph that is open.
    block: Option<Range<usize>>,
    /// Whether the line before is empty.
    blank: bool,
    /// Whether the text may be in a list.
    list: bool,
    found: Vec<Range<usize>>,
}

impl Scanner<'_> {
    fn line(&mut self, line: &str, at: usize) {
        let inner = inside_containers(line);
        let is_blank = inner.trim().is_empty();
        match self.state {
            State::Fence(mark, length) => {
                if closes(inner, mark, length) {
                    self.state = State::Text;
                }
            }
            State::Comment => {
                if line.contains("-->") {
                    self.state = State::Text;
                }
            }
            State::Indented if is_blank || is_indented(line) => {}
            State::Indented | State::Text => {
                self.state = State::Text;
                self.text_line(line, inner, at, is_blank);
            }
        }
        self.blank = is_blank;
    }

    fn text_line(&mut self, line: &str, inner: &str, at: usize, is_blank: bool) {
        if let Some((mark, length)) = fence(inner) {
            self.end_block();
            self.state = State::Fence(mark, length);
            return;
        }
        if self.indented == Indented::IsCode && self.blank && !self.list && !is_blank && is_indented(line) {
            self.state = State::Indented;
            return;
        }
        let flush = !line.starts_with([' ', '\t']);
        self.list = after_list_mark(line.trim_start()).is_some() || (self.list && (is_blank || !self.blank || !flush));
        if is_blank {
            return self.end_block();
        }
        let end = at + line.len();
        self.block.get_or_insert(at..end).end = end;
        if opens_comment(line) {
            self.end_block();
            self.state = State::Comment;
        }
    }

    fn end_block(&mut self) {
        let Some(block) = self.block.take() else { return };
        let open = open(&self.text[block.clone()]).into_iter();
        self.found.extend(open.map(|range| block.start + range.start..block.start + range.end));
    }
}

fn is_indented(line: &str) -> bool {
    line.starts_with("    ") || line.starts_with('\t')
}

fn fence(line: &str) -> Option<(char, usize)> {
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = line.chars().take_while(|c| *c == mark).count();
    (length >= 3 && !(mark == '`' && line[length..].contains('`'))).then_some((mark, length))
}

fn closes(line: &str, mark: char, length: usize) -> bool {
    let count = line.chars().take_while(|c| *c == mark).count();
    count >= length && line[count..].trim().is_empty()
}

/// Whether a comment begins in a line and does not end in it; `<!--` in a code span begins none.
fn opens_comment(line: &str) -> bool {
    line.contains("<!--") && open(line).into_iter().any(|range| line[range].contains("<!--"))
}

/// The parts of a text that are in no code span and no comment, ascending.
fn open(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for closed in closed(text) {
        if closed.start >= at {
            found.push(at..closed.start);
            at = closed.end;
        }
    }
    found.push(at..text.len());
    found
}

/// The code spans and comments of a paragraph, ascending.
fn closed(text: &str) -> Vec<Range<usize>> {
    let runs = backticks(text);
    let mut by_length: BTreeMap<usize, VecDeque<usize>> = BTreeMap::new();
    for run in &runs {
        by_length.entry(run.len()).or_default().push_back(run.start);
    }
    let mut found = Vec::new();
    let mut at = 0;
    for run in runs.iter().filter(|run| !is_escaped(text, run.start)) {
        let Some(same) = by_length.get_mut(&run.len()).filter(|_| run.start >= at) else { continue };
        while same.pop_front_if(|start| *start <= run.start).is_some() {}
        if let Some(start) = same.front() {
            at = start + run.len();
            found.push(run.start..at);
        }
    }
    found.extend(comments(text));
    found.sort_by_key(|range| range.start);
    found
}

fn backticks(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.match_indices('`') {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end += 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

fn comments(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find("<!--").map(|offset| at + offset) {
        let Some(length) = text[open..].find("-->") else { break };
        at = open + length + "-->".len();
        found.push(open..at);
    }
    found
}

/// Whether a back-slash is before an offset that is not itself escaped.
pub(super) fn is_escaped(text: &str, at: usize) -> bool {
    text.as_bytes()[..at].iter().rev().take(64).take_while(|byte| **byte == b'\\').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_has_no_code() {
        for (text, expected) in [
            ("---\na: b\n---\nx\n", &["x\n"][..]),
            ("a `b` c ``d ` e`` f\n", &["a ", " c ", " f\n"]),
            ("a\n```\nb\n```\nc\n", &["a\n", "c\n"]),
            ("- ```x\n  b\n  ```\nc\n", &["c\n"]),
            ("a\n\n    b\n\n    c\nd\n", &["a\n", "d\n"]),
            ("- a\n\n    b\n\nc\n\n    d\n", &["- a\n", "    b\n", "c\n"]),
            ("a <!-- b --> c\n<!-- d\ne -->\nf\n", &["a ", " c\n<!-- d\n", "f\n"]),
            ("a `<!--` b\nc\n\nd <!-- `e`\n\nf\n", &["a ", " b\nc\n", "d <!-- ", "\n"]),
            ("a `b\nc` d `e\n", &["a ", " d `e\n"]),
            (r"a \`b\` c", &[r"a \`b\` c"]),
        ] {
            let found: Vec<&str> = prose(text, Indented::IsCode)
                .into_iter()
                .map(|range| &text[range])
                .filter(|it| !it.is_empty())
                .collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
