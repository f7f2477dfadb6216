//! The boxes of mdbook-admonish: a code fence called `admonish`, whose inside is Markdown.
//!
//! The kinds and their other names are those of its reference; here each is one of our own boxes with the kind as title.

use std::ops::Range;

use super::attributes;
use super::fence::{self, Fence, FenceKind};
use super::model::{Directive, Inline};
use super::tree::{Builder, Written};
use crate::path::Anchor;

/// What the fences of admonish boxes are told from `:::` by.
const TICKS: usize = 1000;

/// Each kind with its other names, the box it becomes and its title.
const KINDS: &[(&[&str], &str, &str)] = &[
    (&["note"], "note", "Note"),
    (&["abstract", "summary", "tldr"], "note", "Abstract"),
    (&["info", "todo"], "note", "Info"),
    (&["tip", "hint", "important"], "tip", "Tip"),
    (&["success", "check", "done"], "tip", "Success"),
    (&["question", "help", "faq"], "note", "Question"),
    (&["warning", "caution", "attention"], "warning", "Warning"),
    (&["failure", "fail", "missing"], "danger", "Failure"),
    (&["danger", "error"], "danger", "Danger"),
    (&["bug"], "danger", "Bug"),
    (&["example"], "note", "Example"),
    (&["quote", "cite"], "note", "Quote"),
];

/// The box of a kind and its title; of a kind nobody knows, a note with that title.
pub(super) fn kind(name: &str) -> (&'static str, String) {
    let lower = name.to_lowercase();
    match KINDS.iter().find(|(names, ..)| names.contains(&lower.as_str())) {
        Some((_, directive, title)) => {
            (directive, if lower.eq_ignore_ascii_case(title) { (*title).to_owned() } else { capital(name) })
        }
        None => ("note", if name.is_empty() { "Note".to_owned() } else { capital(name) }),
    }
}

/// Finds the fences of admonish boxes in a stretch, those inside of others too.
pub(super) fn find(text: &str, stretch: &Range<usize>) -> Vec<Fence> {
    let mut finder = Finder { text, open: Vec::new(), found: Vec::new() };
    let mut start = stretch.start;
    for line in text[stretch.clone()].split_inclusive('\n') {
        let written = line.trim_end();
        let inside = fence::skip_containers(written);
        finder.line(start + inside..start + written.len());
        start += line.len();
    }
    // A box that is never closed stays the code it looks like.
    let open: Vec<usize> = finder.open.iter().filter_map(|open| open.index).collect();
    let mut index = 0;
    finder.found.retain(|_| {
        index += 1;
        !open.contains(&(index - 1))
    });
    finder.found
}

/// An open code fence.
struct Open {
    mark: char,
    length: usize,
    /// Its place among the fences found, if it is a box.
    index: Option<usize>,
}

struct Finder<'a> {
    text: &'a str,
    open: Vec<Open>,
    found: Vec<Fence>,
}

impl Finder<'_> {
    fn line(&mut self, range: Range<usize>) {
        let line = &self.text[range.clone()];
        let Some(mark) = line.chars().next().filter(|mark| matches!(mark, '`' | '~')) else { return };
        let length = line.chars().take_while(|c| *c == mark).count();
        let info = line[length..].trim();
        if length < 3 || (mark == '`' && info.contains('`')) {
            return;
        }
        let closes = self.open.iter().rposition(|open| open.mark == mark && open.length <= length && info.is_empty());
        let in_code = self.open.last().is_some_and(|open| open.index.is_none());
        match closes {
            // Code hides the fences around it, but the end of a box ends what is open in it.
            Some(at) if !in_code || at + 1 == self.open.len() => self.close(at, range),
            _ if in_code => {}
            _ => self.begin(mark, length, info, range),
        }
    }

    fn begin(&mut self, mark: char, length: usize, info: &str, range: Range<usize>) {
        let rest = info.strip_prefix("admonish").filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
        let index = rest.map(|rest| {
            let end = range.start + self.text[range.clone()].trim_end().len();
            self.found.push(Fence {
                colons: TICKS + self.open.len(),
                kind: FenceKind::Admonish(end - rest.len()..end),
                range,
            });
            self.found.len() - 1
        });
        self.open.push(Open { mark, length, index });
    }

    fn close(&mut self, at: usize, range: Range<usize>) {
        self.open.truncate(at + 1);
        if self.open.pop().is_some_and(|open| open.index.is_some()) {
            self.found.push(Fence { colons: TICKS + self.open.len(), kind: FenceKind::Close, range });
        }
    }
}

/// The box that stands behind `admonish`: `KIND.class "Title" id="x" collapsible=true`.
pub(super) fn read(builder: &mut Builder<'_, '_>, info: Range<usize>) -> Directive {
    let source = builder.source;
    let words = source[info.clone()].trim_start();
    let start = info.end - words.len();
    let length = words.find(|c: char| c.is_whitespace() || matches!(c, '.' | '"' | '=')).unwrap_or(words.len());
    let is_kind = !words[length..].starts_with('=');
    let (name, rest) = if is_kind { (&words[..length], start + length..info.end) } else { ("", start..info.end) };
    let (directive, title) = kind(name);
    let mut found =
        Directive { name: directive, title: vec![Inline::Text(title)], id: None, open: false, body: Vec::new() };
    if let Some(title) = quoted_title(source, &rest) {
        found.title = builder.line(title);
    }
    for attribute in attributes::read(source, &rest) {
        match (attribute.key, attribute.value) {
            ("id", Some(id)) => {
                found.id = Anchor::written(id);
                let written = found.id.clone().map(|what| Written { what, range: attribute.range.clone() });
                builder.gathered.ids.extend(written);
            }
            ("collapsible", Some("true")) => found.name = "details",
            _ => {}
        }
    }
    found
}

/// The stretch of a title in quotes, alone or behind `title=`.
fn quoted_title(text: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let rest = &text[range.clone()];
    let open = match rest.find("title=\"") {
        Some(at) => at + "title=\"".len(),
        None => {
            rest.match_indices('"')
                .map(|(at, _)| at)
                .find(|at| !rest[..*at].ends_with('='))
                .filter(|at| rest[..*at].matches('"').count().is_multiple_of(2))?
                + 1
        }
    };
    let length = rest[open..].find('"')?;
    Some(range.start + open..range.start + open + length)
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
