//! The directives of mdbook-admonish: code fences with the language `admonish`, whose content is Markdown.
//!
//! The kinds and their aliases are those of its reference. Each becomes one of our directives, titled with its kind.

use std::ops::Range;

use super::attributes;
use super::gathered::Written;
use super::nodes::{Directive, Inline};
use super::tree::Builder;
use crate::path::Anchor;

/// The kinds: their names, the directive that each becomes, and its title.
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

/// The directive of a kind, and its title. An unknown kind becomes a note with that title.
pub(super) fn kind(name: &str) -> (&'static str, String) {
    let lower = name.to_lowercase();
    match KINDS.iter().find(|(names, ..)| names.contains(&lower.as_str())) {
        Some((_, directive, title)) => {
            (directive, if lower.eq_ignore_ascii_case(title) { (*title).to_owned() } else { capitalized(name) })
        }
        None => ("note", if name.is_empty() { "Note".to_owned() } else { capitalized(name) }),
    }
}

/// Reads the text after `admonish`: `KIND.class "Title" id="x" collapsible=true`.
pub(super) fn read(builder: &mut Builder<'_, '_>, info: Range<usize>) -> Directive {
    let source = builder.source;
    let words = source[info.clone()].trim_start();
    let start = info.end - words.len();
    let length = words.find(|c: char| c.is_whitespace() || matches!(c, '.' | '"' | '=')).unwrap_or(words.len());
    let is_kind = !words[length..].starts_with('=');
    let (name, rest) = if is_kind { (&words[..length], start + length..info.end) } else { ("", start..info.end) };
    let (directive, title) = kind(name);
    let mut found = Directive {
        name: directive,
        title: vec![Inline::Text(title)],
        kind: None,
        id: None,
        open: false,
        body: Vec::new(),
    };
    if let Some(title) = quoted_title(source, &rest) {
        found.title = builder.line(title);
    }
    for attribute in attributes::read(source, &rest) {
        match (attribute.key, attribute.value) {
            ("id", Some(id)) => {
                found.id = Anchor::written(id);
                let written = found.id.clone().map(|value| Written { value, range: attribute.range.clone() });
                builder.gathered.ids.extend(written);
            }
            ("collapsible", Some("true")) => found.name = "details",
            _ => {}
        }
    }
    found
}

/// The range of a title in quotes, alone or after `title=`.
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

/// The word with a capital letter.
pub(super) fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
