//! Finds comments that are nearly one with a meaning: `<!-- checklsit: … -->`, `<!-- Checklist: … -->`, `<!-- log -->`.
//!
//! Most comments are remarks. A short name such as `log` is also a word, so a comment with such a name is a near miss only
//! if what follows it looks like attributes.

use crate::diagnostic::{Diagnostic, codes, nearest};

/// The names of comments with a meaning.
pub(super) const NAMES: [&str; 4] = ["checklist", "log", "form", "pause"];

/// Words that are near a name and have a meaning of their own.
const WORDS: [&str; 6] = ["from", "cause", "parse", "paused", "blog", "logo"];

/// The diagnostic on the text of a comment that has no meaning, if it nearly has one.
pub(super) fn near_miss(words: &str) -> Option<Diagnostic> {
    let words = words.trim_start_matches(['-', '!']).trim();
    let (written, rest, has_colon) = split(words);
    let meant = meant(written)?;
    let is_exact = written == meant;
    let is_attributes = rest.is_empty() || rest.split_whitespace().next().is_some_and(is_attribute);
    let is_clear = match meant {
        "checklist" => has_colon || is_attributes,
        "pause" => has_colon || rest.is_empty() || is_exact,
        _ => is_attributes && (has_colon || !rest.is_empty() || is_exact),
    };
    let has_attributes = is_attributes && !rest.is_empty();
    if !is_clear || (WORDS.contains(&written) && !has_attributes) {
        return None;
    }
    let message = match (is_exact, has_colon) {
        (true, false) => format!("this comment has no `:` after `{written}`, so it is a remark"),
        _ => format!("`{written}` is not the name of a comment, so this one is a remark"),
    };
    let right = format!("<!-- {meant}: {rest}").trim_end().to_owned() + " -->";
    Some(Diagnostic::new(&codes::NEAR_MISS, message).help(format!("write `{right}`")))
}

/// The name of a comment, what follows it, and whether a colon ends the name.
fn split(words: &str) -> (&str, &str, bool) {
    let end = words.find(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '=' | ';')).unwrap_or(words.len());
    let (name, rest) = words.split_at(end);
    let after = rest.trim_start();
    match after.strip_prefix([':', '：']) {
        Some(rest) => (name, rest.trim(), true),
        None => (name, after.trim_start_matches(['=', ';']).trim(), false),
    }
}

/// The name that a word nearly is.
fn meant(written: &str) -> Option<&'static str> {
    let word = written.to_lowercase().replace(['-', '_'], "");
    // The Chinese words for them, which a reader of the manual may write.
    let other = match word.as_str() {
        "清单" | "檢查表" | "todo-list" | "tasklist" => Some("checklist"),
        "表单" => Some("form"),
        _ => None,
    };
    let near = nearest(&word, NAMES).filter(|_| word.chars().count() > 2);
    near.or(other)
}

fn is_attribute(word: &str) -> bool {
    let key = word.split('=').next().unwrap_or_default();
    word.contains('=') && !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric()) || word == "landscape"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_that_nearly_have_a_meaning() {
        for (words, right) in [
            ("checklsit: id=A", "<!-- checklist: id=A -->"),
            ("Checklist: id=A", "<!-- checklist: id=A -->"),
            ("check-list:", "<!-- checklist: -->"),
            ("checklist id=A do=read", "<!-- checklist: id=A do=read -->"),
            ("checklist", "<!-- checklist: -->"),
            ("checklist; id=A", "<!-- checklist: id=A -->"),
            ("- checklist: id=A", "<!-- checklist: id=A -->"),
            ("Log: rows=3", "<!-- log: rows=3 -->"),
            ("log rows=3", "<!-- log: rows=3 -->"),
            ("from: id=W1", "<!-- form: id=W1 -->"),
            ("Pause: breathe", "<!-- pause: breathe -->"),
            ("puase: breathe", "<!-- pause: breathe -->"),
            ("pause breathe", "<!-- pause: breathe -->"),
        ] {
            let help = near_miss(words).and_then(|it| it.help);
            assert_eq!(help.as_deref(), Some(format!("write `{right}`").as_str()), "{words:?}");
        }
    }

    #[test]
    fn remarks_are_not_reported() {
        for words in [
            "todo: x",
            "from: the old manual",
            "log this call",
            "Log: I changed the numbers",
            "form follows function",
            "cause: unknown",
            "checklists of last year are in the archive",
            "a remark",
            "note: x",
            "",
            "-",
            "more",
            "prettier-ignore",
            "# heading",
        ] {
            assert!(near_miss(words).is_none(), "{words:?}");
        }
    }
}
