//! Finds the fences of boxes as other tools write them: `:::tip[Title]` (Docusaurus), `::: details Title {open}` (VitePress),
//! `:::{note} Title` (MyST), `::: {.note title="Title"} :::` (Pandoc).
//!
//! A closing line may be indented behind a list, as formatters do, and may have more colons than its opening line. So this
//! file pairs the lines: a closing fence is returned with the colons of the line that opened its box, and it begins in
//! that line's column.

use std::collections::BTreeMap;
use std::ops::Range;

use super::fence::{Fence, FenceKind, read_attributes, skip_containers, skip_spaces};

/// Finds the lines in a range that look like fences.
pub(super) fn find(text: &str, range: &Range<usize>) -> Vec<Fence> {
    let mut finder = Finder { text, ..Finder::default() };
    let mut start = range.start;
    for line in text[range.clone()].split_inclusive('\n') {
        finder.line(line.trim_end(), start);
        start += line.len();
    }
    finder.found
}

/// A box that is open.
struct Open {
    colons: usize,
    /// What is before its colons in the line.
    prefix: Range<usize>,
    /// Whether any number of colons closes it, as in Pandoc.
    loose: bool,
}

#[derive(Default)]
struct Finder<'a> {
    text: &'a str,
    open: Vec<Open>,
    /// By number of colons: the indices in `open` of the boxes with that number, ascending.
    by_colons: BTreeMap<usize, Vec<usize>>,
    /// The mark and the length of the code fence that is open.
    code: Option<(char, usize)>,
    after_blank: bool,
    found: Vec<Fence>,
}

impl Finder<'_> {
    fn line(&mut self, line: &str, start: usize) {
        let inside = skip_containers(line);
        let rest = &line[inside..];
        if let Some(fence) = rest.starts_with(":::").then(|| self.fence(start..start + inside, rest)) {
            // In code it is no fence, which the parser knows for certain.
            self.found.push(fence);
        } else {
            self.track_code(rest);
        }
        self.after_blank = rest.is_empty();
    }

    fn track_code(&mut self, line: &str) {
        let Some(mark) = line.chars().next().filter(|mark| matches!(mark, '`' | '~')) else { return };
        let length = line.chars().take_while(|c| *c == mark).count();
        let info = &line[length..];
        match self.code {
            Some((open, least)) if open == mark && length >= least && info.trim().is_empty() => self.code = None,
            None if length >= 3 && !(mark == '`' && info.contains('`')) => self.code = Some((mark, length)),
            _ => {}
        }
    }

    fn fence(&mut self, prefix: Range<usize>, rest: &str) -> Fence {
        let colons = rest.bytes().take_while(|byte| *byte == b':').count();
        let range = prefix.end..prefix.end + rest.len();
        if colons == rest.len() {
            return self.close(prefix, range);
        }
        let (kind, loose) = read_opening(self.text, range.start + colons..range.end);
        if self.code.is_none() {
            self.by_colons.entry(colons).or_default().push(self.open.len());
            self.open.push(Open { colons, prefix, loose });
        }
        Fence { range, colons, kind }
    }

    fn close(&mut self, prefix: Range<usize>, range: Range<usize>) -> Fence {
        let written = range.len();
        let index = if self.code.is_some() { None } else { self.closes(written) };
        let Some(index) = index else { return Fence { range, colons: written, kind: FenceKind::Close } };
        let colons = self.open[index].colons;
        let start = self.column(&self.open[index].prefix, &prefix).unwrap_or(range.start);
        while self.open.len() > index {
            let last = self.open.pop().map_or(0, |open| open.colons);
            self.by_colons.entry(last).or_default().pop();
        }
        Fence { range: start..range.end, colons, kind: FenceKind::Close }
    }

    /// The index of the box that a line of this many colons closes.
    fn closes(&self, colons: usize) -> Option<usize> {
        let last = self.open.last()?;
        let index = self.open.len() - 1;
        if last.loose || last.colons == colons {
            return Some(index);
        }
        let equal = self.by_colons.get(&colons).and_then(|indices| indices.last().copied());
        equal.or_else(|| (last.colons < colons).then_some(index))
    }

    /// Where a closing line begins: in the column of its opening line, if there is nothing but white space after it.
    fn column(&self, opening: &Range<usize>, closing: &Range<usize>) -> Option<usize> {
        let (opened, closed) = (&self.text[opening.clone()], &self.text[closing.clone()]);
        let marks = |text: &str| text.bytes().filter(|byte| *byte == b'>').count();
        let space =
            closed.get(opened.len()..).filter(|space| space.bytes().all(|byte| matches!(byte, b' ' | b'\t')))?;
        let only_quotes = closed.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'>'));
        // After an empty line, four more spaces would make it code.
        let near = !self.after_blank || (space.len() < 4 && !space.contains('\t'));
        (only_quotes && near && marks(opened) == marks(closed)).then_some(closing.start + opened.len())
    }
}

/// Reads what follows the colons of an opening line; whether any number of colons closes the box.
fn read_opening(text: &str, range: Range<usize>) -> (FenceKind, bool) {
    let written = text[range.clone()].trim_end_matches(':').trim_end();
    let loose = written.len() < range.len();
    let range = range.start..range.start + written.len();
    let start = skip_spaces(text, range.clone());
    match read_attributes(text, start..range.end) {
        Some(inside) => read_braces(text, inside, range.end),
        None => (read_named(text, start..range.end), loose),
    }
}

/// `{note} Title` or `{.note title="Title"}`.
fn read_braces(text: &str, inside: Range<usize>, end: usize) -> (FenceKind, bool) {
    let title = skip_spaces(text, inside.end + 1..end)..end;
    let words = &text[inside.clone()];
    if !words.is_empty() && words.chars().all(is_name) {
        return (FenceKind::Open { name: inside, attributes: None, title }, false);
    }
    let class = words.find('.').map_or(inside.end, |dot| inside.start + dot + 1);
    let class = class + text[class..inside.end].strip_prefix("callout-").map_or(0, |_| "callout-".len());
    let length = text[class..inside.end].find(|c: char| !is_name(c)).unwrap_or(inside.end - class);
    (FenceKind::Open { name: class..class + length, attributes: Some(inside), title }, true)
}

/// `name`, `name[Title]{attributes}`, `name {attributes} Title` or `name Title {attributes}`.
fn read_named(text: &str, range: Range<usize>) -> FenceKind {
    let ends = |c: char| c.is_whitespace() || matches!(c, '{' | '[');
    let end = text[range.clone()].find(ends).map_or(range.end, |length| range.start + length);
    let name = range.start..end;
    if let Some(label) = label(text, end..range.end) {
        let after = skip_spaces(text, label.end + 1..range.end);
        return FenceKind::Open { name, attributes: read_attributes(text, after..range.end), title: label };
    }
    let at = skip_spaces(text, end..range.end);
    if let Some(attributes) = read_attributes(text, at..range.end) {
        let title = skip_spaces(text, attributes.end + 1..range.end)..range.end;
        return FenceKind::Open { name, attributes: Some(attributes), title };
    }
    let (attributes, title) = trailing_attributes(text, at..range.end);
    FenceKind::Open { name, attributes, title }
}

/// The range inside `[…]` at the start of a range, with brackets in it.
fn label(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let inside = text[range.clone()].strip_prefix('[')?;
    let mut depth = 1_usize;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(range.start + 1..range.start + 1 + at);
        }
    }
    None
}

/// `{open}` or `{#id}` after a title.
fn trailing_attributes(text: &str, range: Range<usize>) -> (Option<Range<usize>>, Range<usize>) {
    let written = &text[range.clone()];
    let open = written.rfind('{').filter(|_| written.ends_with('}'));
    let open = open.filter(|open| written[open + 1..].starts_with(['#', '.']) || &written[*open..] == "{open}");
    match open {
        Some(open) => {
            let title = range.start..range.start + written[..open].trim_end().len();
            (Some(range.start + open + 1..range.end - 1), title)
        }
        None => (None, range),
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

#[cfg(test)]
mod tests {
    use crate::chapter::parse::parse;
    use crate::chapter::test_dump::{dump_chapter, source, with};

    fn foreign(text: &str) -> (String, Vec<String>) {
        let (chapter, report) = parse(&source(text), &with(|markdown| markdown.foreign_syntax = true));
        (dump_chapter(&chapter).trim_end().to_owned(), report.iter().map(|it| it.message.clone()).collect())
    }

    #[test]
    fn boxes_of_other_tools() {
        for (text, expected) in [
            (":::info\n\nKnow.\n\n:::\n\nb\n", "note\n  p Know.\np b"),
            (":::caution Take care\nHot.\n:::\n", "warning Take care\n  p Hot."),
            (":::tip[My *own* [title](b)]{.x #y}\nNeat.\n:::\n", "tip #y My em(own) a(<b>@24 title)\n  p Neat."),
            ("::: details Click me {open}\na\n:::\n", "details open Click me\n  p a"),
            (":::spoiler Why\na\n:::\n", "details Why\n  p a"),
            (":::{warning} Title\na\n:::\n", "warning Title\n  p a"),
            ("::: {.callout-note title=\"T\" collapse=\"true\"}\na\n:::\n", "note T\n  p a"),
            ("::: Warning ::::::\na\n\n::: Danger\nb\n:::\n:::::::::\nc\n", "warning\n  p a\n  danger\n    p b\np c"),
            (":::: {.warning}\na\n::: {.tip}\nb\n::::\n:::\nc\n", "warning\n  p a\n  tip\n    p b\np c"),
            ("::::note\n:::tip\na\n:::\nb\n::::\nc\n", "note\n  tip\n    p a\n  p b\np c"),
            (":::note\na\n:::::\nb\n", "note\n  p a\np b"),
            (
                "::: code-group\n```sh [npm]\na\n```\n:::\n",
                "tabs\n  tab npm\n    code CodeBlock { language: \"sh\", title: None, marked: [], numbered_from: None, classes: [], hidden: [], text: \"a\\n\" }",
            ),
        ] {
            assert_eq!(foreign(text), (expected.to_owned(), Vec::new()), "{text:?}");
        }
    }

    #[test]
    fn a_closing_line_may_be_indented_behind_a_list() {
        for (text, expected) in [
            (
                ":::tip Before\n\n- a\n- b\n  :::\n\nNow.\n",
                "tip Before\n  list None tight\n  -\n    p a\n  -\n    p b\np Now.",
            ),
            (
                "::: info\n1. a\n   - b\n     :::\nc\n",
                "note\n  list Some(1) tight\n  -\n    p a\n    list None tight\n    -\n      p b\np c",
            ),
            ("> :::tip\n> - a\n>   :::\n> b\n", "quote\n  tip\n    list None tight\n    -\n      p a\n  p b"),
            (
                "1. x\n   :::tip\n   - a\n     :::\n   y\n",
                "list Some(1) tight\n-\n  p x\n  tip\n    list None tight\n    -\n      p a\n  p y",
            ),
            (
                ":::tip\n- :::note\n  a\n  :::\n- b\n:::\nc\n",
                "tip\n  list None tight\n  -\n    note\n      p a\n  -\n    p b\np c",
            ),
        ] {
            assert_eq!(foreign(text), (expected.to_owned(), Vec::new()), "{text:?}");
        }
    }

    #[test]
    fn code_is_no_fence() {
        let text = ":::tip\n```md\n:::info\nx\n:::\n```\n\n    :::\n\nb\n:::\nc\n";
        let (shown, report) = foreign(text);
        assert!(shown.starts_with("tip\n  code") && shown.ends_with("\n  p b\np c"), "{shown}");
        assert!(report.is_empty(), "{report:?}");
    }

    #[test]
    fn unknown_boxes_keep_their_words() {
        for (text, expected, messages) in [
            (
                ":::theorem\na\n:::\n:::theorem\nb\n:::\n",
                "note Theorem\n  p a\nnote Theorem\n  p b",
                &["there is no box `theorem`; its text is shown in a note"][..],
            ),
            ("::: columns\na\n:::\n", "p a", &["there is no box `columns`; its text is shown without a box"]),
            ("::: {#refs}\na\n:::\n", "p a", &["this box has no name; its text is shown without a box"]),
            (":::tip\na\n", "tip\n  p a", &["this directive is never closed"]),
        ] {
            let messages: Vec<String> = messages.iter().map(|message| (*message).to_owned()).collect();
            assert_eq!(foreign(text), (expected.to_owned(), messages), "{text:?}");
        }
    }

    #[test]
    fn callouts_of_obsidian() {
        for (text, expected) in [
            ("> [!info] Know *this*\n> a\n", "note Know em(this)\n  p a"),
            ("> [!faq]- Why?\n> a\n", "details Why?\n  p a"),
            ("> [!question]\n> a\n> > [!todo]+\n> > b\n", "note\n  p a\n  details open\n    p b"),
            ("> [!warning]-\n> a\n", "details Warning\n  p a"),
            ("> [!CAUTION]\n> a\n", "danger\n  p a"),
        ] {
            assert_eq!(foreign(text), (expected.to_owned(), Vec::new()), "{text:?}");
        }
        let (shown, report) = foreign("> [!recipe] Soup\n> a\n\n> [!recipe]\n> b\n");
        assert_eq!(shown, "note Soup\n  p a\nnote Recipe\n  p b");
        assert_eq!(report, ["there is no box `recipe`; its text is shown in a note"]);
    }
}
