//! Reads the comments that have a meaning: `<!-- checklist: … -->`, `log:`, `form:`, `pause:` and `<!-- #item-id -->`.
//!
//! All other comments are remarks, and are published only in dialects that publish comments.

use std::ops::Range;

use super::attributes::{self, Attribute};
use super::comment_name::{NAMES, near_miss};
use super::diagnostics::Diagnostics;
use super::model::ListKind;
use super::nodes::Log;
use crate::diagnostic::{Diagnostic, codes, nearest};

/// A comment that has a meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Comment {
    /// Describes the list after it.
    Checklist(ChecklistComment),
    /// Makes the table after it a log.
    Log(Log),
    /// Makes the table after it a form with this id; "" if it has none.
    Form(String),
    /// A pause between two items, with its text.
    Pause(String),
    /// The id of the item that contains it.
    Item(String),
}

/// The attributes of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct ChecklistComment {
    /// `id=`
    pub(super) id: Option<String>,
    /// `do=`
    pub(super) kind: Option<ListKind>,
    /// `when=`
    pub(super) when: Option<String>,
    /// `who=`
    pub(super) who: Option<String>,
}

/// The number of rows of a log without `rows=`.
const LOG_ROWS: u32 = 12;
const MAX_LOG_ROWS: u32 = 500;

impl Comment {
    /// The name of the comment and the block that must follow it; `None` if it needs none.
    pub(super) fn required_block(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Checklist(_) => Some(("checklist", "a list with checkboxes (`- [ ] …`)")),
            Self::Log(_) => Some(("log", "a table")),
            Self::Form(_) => Some(("form", "a table")),
            Self::Pause(_) => Some(("pause", "an item, between two items of one list")),
            Self::Item(_) => None,
        }
    }
}

/// Reads a comment, from `<!--` to `-->`; `None` if it has no meaning.
pub(super) fn read(text: &str, range: Range<usize>, diagnostics: &mut Diagnostics<'_>) -> Option<Comment> {
    let inside = inside(text, range.clone())?;
    let words = &text[inside.clone()];
    if let Some(id) = words.strip_prefix('#').filter(|id| !id.is_empty() && !id.contains(char::is_whitespace)) {
        return Some(Comment::Item(id.to_owned()));
    }
    let Some((name, rest)) = words.split_once([':', '：']).filter(|(name, _)| NAMES.contains(&name.trim())) else {
        if let Some(diagnostic) = near_miss(words) {
            diagnostics.add(range, diagnostic);
        }
        return None;
    };
    let attributes = inside.end - rest.len()..inside.end;
    match name.trim() {
        "checklist" => Some(Comment::Checklist(checklist(text, &attributes, diagnostics))),
        "log" => Some(Comment::Log(log(text, &attributes, diagnostics))),
        "form" => Some(Comment::Form(form(text, &attributes, diagnostics))),
        "pause" => Some(Comment::Pause(rest.trim().to_owned())),
        _ => None,
    }
}

fn inside(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let words = text.get(range.clone())?.strip_prefix("<!--")?.strip_suffix("-->")?;
    let start = range.start + "<!--".len() + (words.len() - words.trim_start().len());
    Some(start..start + words.trim().len())
}

fn checklist(text: &str, range: &Range<usize>, diagnostics: &mut Diagnostics<'_>) -> ChecklistComment {
    let mut comment = ChecklistComment::default();
    for attribute in attributes::read(text, range) {
        match (attribute.key, attribute.value) {
            ("id", Some(id)) => comment.id = checked_id(&attribute, id, diagnostics),
            ("do", Some("read")) => comment.kind = Some(ListKind::ReadDo),
            ("do", Some("confirm")) => comment.kind = Some(ListKind::DoConfirm),
            ("do", _) => report_value(&attribute, "write `do=read` or `do=confirm`", diagnostics),
            ("when", Some(when)) => comment.when = Some(when.to_owned()),
            ("who", Some(who)) => comment.who = Some(who.to_owned()),
            _ => report_unknown(&attribute, &["id", "do", "when", "who"], diagnostics),
        }
    }
    comment
}

fn log(text: &str, range: &Range<usize>, diagnostics: &mut Diagnostics<'_>) -> Log {
    let mut log = Log { id: None, rows: LOG_ROWS, landscape: false };
    for attribute in attributes::read(text, range) {
        match (attribute.key, attribute.value) {
            ("id", Some(id)) => log.id = checked_id(&attribute, id, diagnostics),
            ("landscape", None) => log.landscape = true,
            ("rows", Some(rows)) => match rows.parse() {
                Ok(rows @ 1..=MAX_LOG_ROWS) => log.rows = rows,
                _ => report_value(&attribute, "write a number from 1 to 500, as in `rows=12`", diagnostics),
            },
            _ => report_unknown(&attribute, &["id", "rows", "landscape"], diagnostics),
        }
    }
    log
}

fn form(text: &str, range: &Range<usize>, diagnostics: &mut Diagnostics<'_>) -> String {
    let mut form = String::new();
    for attribute in attributes::read(text, range) {
        match (attribute.key, attribute.value) {
            ("id", Some(id)) => form = checked_id(&attribute, id, diagnostics).unwrap_or_default(),
            _ => report_unknown(&attribute, &["id"], diagnostics),
        }
    }
    form
}

fn checked_id(attribute: &Attribute<'_>, id: &str, diagnostics: &mut Diagnostics<'_>) -> Option<String> {
    if id.is_empty() || id.contains(char::is_whitespace) {
        report_value(attribute, "write an id without spaces, as in `id=C1`", diagnostics);
        return None;
    }
    Some(id.to_owned())
}

fn report_value(attribute: &Attribute<'_>, help: &str, diagnostics: &mut Diagnostics<'_>) {
    let message = format!("the value of `{}` is not understood", attribute.key);
    diagnostics.add(attribute.range.clone(), Diagnostic::new(&codes::BAD_ATTRIBUTE, message).help(help));
}

fn report_unknown(attribute: &Attribute<'_>, known: &[&str], diagnostics: &mut Diagnostics<'_>) {
    let message = format!("unknown attribute `{}`", attribute.key);
    let help = if known.contains(&attribute.key) {
        format!("write `{}` as the other attributes: `key=value`, or alone if it has no value", attribute.key)
    } else if let Some(near) = nearest(attribute.key, known.iter().copied()) {
        format!("did you mean `{near}`?")
    } else {
        format!("this comment may have `{}`", known.join("`, `"))
    };
    diagnostics.add(attribute.range.clone(), Diagnostic::new(&codes::BAD_ATTRIBUTE, message).help(help));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Origin;

    fn check(text: &str) -> (Option<Comment>, Vec<String>) {
        let origin = Origin::whole("a.md");
        let mut diagnostics = Diagnostics::new(&origin);
        let comment = read(text, 0..text.len(), &mut diagnostics);
        let shown = |it: &Diagnostic| format!("{} @{}", it.message, &text[it.at.as_ref().unwrap().span.range()]);
        (comment, diagnostics.into_report().iter().map(shown).collect())
    }

    #[test]
    fn comments_with_a_meaning() {
        let text = "<!-- checklist: id=C3b do=read when=\"通话前 10 分钟\" who=本人 -->";
        let expected = ChecklistComment {
            id: Some("C3b".into()),
            kind: Some(ListKind::ReadDo),
            when: Some("通话前 10 分钟".into()),
            who: Some("本人".into()),
        };
        assert_eq!(check(text), (Some(Comment::Checklist(expected)), vec![]));
        let log = Log { id: Some("L1".into()), rows: 20, landscape: true };
        assert_eq!(check("<!--log: id=L1 rows=20 landscape-->"), (Some(Comment::Log(log)), vec![]));
        for (text, expected) in [
            ("<!-- form: id=W1 -->", Some(Comment::Form("W1".into()))),
            ("<!-- pause: 拨号前停一下 -->", Some(Comment::Pause("拨号前停一下".into()))),
            ("<!--pause:-->", Some(Comment::Pause(String::new()))),
            ("<!-- #card -->", Some(Comment::Item("card".into()))),
            ("<!-- # not an id -->", None),
            ("<!-- todo: x -->", None),
            ("<!---->", None),
        ] {
            assert_eq!(check(text), (expected, vec![]), "{text:?}");
        }
    }

    #[test]
    fn wrong_attributes_are_reported_at_their_place() {
        for (text, expected) in [
            ("<!-- checklist: di=C1 -->", "unknown attribute `di` @di=C1"),
            ("<!-- checklist: do=never -->", "the value of `do` is not understood @do=never"),
            ("<!-- log: rows=many -->", "the value of `rows` is not understood @rows=many"),
            ("<!-- log: landscape=yes -->", "unknown attribute `landscape` @landscape=yes"),
            ("<!-- form: id= -->", "the value of `id` is not understood @id="),
        ] {
            assert_eq!(check(text).1, [expected], "{text:?}");
        }
    }
}
