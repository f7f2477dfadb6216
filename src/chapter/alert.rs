//! Recognises quotations that are alerts: GitHub's `> [!NOTE]`, and callouts of Obsidian (`> [!faq]- Title`).

use super::dialect::Alerts;
use crate::diagnostic::nearest;
use crate::theme::{BoxKind, box_kind, directive};

/// GitHub's five kinds of alert and the directives that they become.
const ALERTS: [(&str, &str); 5] =
    [("NOTE", "note"), ("TIP", "tip"), ("IMPORTANT", "important"), ("WARNING", "warning"), ("CAUTION", "danger")];

/// The start of a quotation that is an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opening<'a> {
    /// The directive that it becomes.
    pub(super) directive: &'static str,
    /// The kind of box, if it is not one of GitHub's.
    pub(super) kind: Option<&'static BoxKind>,
    /// Its name as written.
    pub(super) written: &'a str,
    /// Whether the name is known.
    pub(super) known: bool,
    /// Whether it folds, and if so, whether it is open at first.
    pub(super) fold: Option<Fold>,
    /// The length of the mark: `[!faq]-`.
    pub(super) length: usize,
}

/// How an alert that folds begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fold {
    Open,
    Closed,
}

/// Reads the text of a quotation; `None` if it is not an alert.
pub(super) fn read(text: &str, alerts: Alerts) -> Option<Opening<'_>> {
    let (written, after) = text.strip_prefix("[!")?.split_once(']')?;
    let is_bare = after.lines().next().is_none_or(|line| line.trim().is_empty());
    if alerts == Alerts::None || (alerts == Alerts::Bare && !is_bare) {
        return None;
    }
    let length = written.len() + "[!]".len();
    let github = ALERTS.iter().find(|(name, _)| name.eq_ignore_ascii_case(written)).map(|(_, directive)| *directive);
    if alerts != Alerts::Callouts {
        return github.map(|directive| Opening { directive, kind: None, written, known: true, fold: None, length });
    }
    callout(written, after, github, length)
}

/// Whether a word is a kind of GitHub's alerts.
pub(super) fn is_github_kind(word: &str) -> bool {
    ALERTS.iter().any(|(kind, _)| kind.eq_ignore_ascii_case(word))
}

/// The kind of GitHub's alerts that was probably meant by another word.
pub(super) fn kind_meant(word: &str) -> Option<&'static str> {
    let of_directive = |name: &str| ALERTS.iter().find(|(_, directive)| *directive == name).map(|(kind, _)| *kind);
    let near = nearest(word, ALERTS.iter().map(|(kind, _)| *kind));
    near.or_else(|| of_directive(box_kind(word)?.directive))
}

/// A callout of Obsidian. What follows `|` in its mark is for style sheets.
fn callout<'a>(written: &'a str, after: &str, github: Option<&'static str>, length: usize) -> Option<Opening<'a>> {
    let name = written.split('|').next().unwrap_or_default().trim();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    let kind = box_kind(name);
    let own = directive(name).map(|found| found.name).filter(|name| !matches!(*name, "tab" | "tabs" | "steps"));
    let known = github.or(own).or(kind.map(|kind| kind.directive));
    let fold = match after.chars().next() {
        Some('-') => Some(Fold::Closed),
        Some('+') => Some(Fold::Open),
        _ => None,
    };
    Some(Opening {
        directive: known.unwrap_or("note"),
        kind: kind.filter(|_| github.or(own).is_none()),
        written: name,
        known: known.is_some(),
        fold,
        length: length + usize::from(fold.is_some()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_of_github() {
        for (text, expected) in [
            ("[!NOTE]", Some(("note", 7))),
            ("[!caution] Title", Some(("danger", 10))),
            ("[!IMPORTANT]\ntext", Some(("important", 12))),
            ("[!CHECKLIST]", None),
            ("![NOTE]", None),
        ] {
            let found = read(text, Alerts::Titled).map(|found| (found.directive, found.length));
            assert_eq!(found, expected, "{text:?}");
        }
        assert!(ALERTS.iter().all(|(_, name)| directive(name).is_some()));
    }

    #[test]
    fn callouts() {
        for (text, expected) in [
            ("[!info] Know", Some(("note", None, 7, true))),
            ("[!FAQ]- Why", Some(("note", Some(Fold::Closed), 7, true))),
            ("[!bug]+", Some(("danger", Some(Fold::Open), 7, true))),
            ("[!caution]", Some(("danger", None, 10, true))),
            ("[!tip|right] x", Some(("tip", None, 12, true))),
            ("[!recipe]", Some(("note", None, 9, false))),
            ("[!x*y]", None),
            ("[!]", None),
        ] {
            let found = read(text, Alerts::Callouts);
            assert_eq!(found.map(|it| (it.directive, it.fold, it.length, it.known)), expected, "{text:?}");
        }
    }
}
