//! How long the wording of an item is, and how many sentences it has. Quoted speech is taken as one thing said.

use super::han::{is_han, is_hangul};

/// How long a text is to read, in tenths of a Han character; a Latin word weighs as much as 1.6 of them.
#[must_use]
pub fn tenths(text: &str) -> u32 {
    let (mut tenths, mut inside) = (0, false);
    for c in text.chars() {
        let single = is_han(c) || is_hangul(c);
        let part = !single && (c.is_alphanumeric() || (inside && matches!(c, '\'' | '’' | '-' | '.' | '/' | '@')));
        tenths += if single { 10 } else { 16 * u32::from(part && !inside) };
        inside = part;
    }
    tenths
}

const OPENING: &[char] = &['「', '『', '“', '（', '《', '(', '[', '"'];
const CLOSING: &[char] = &['」', '』', '”', '）', '》', ')', ']', '"'];

/// Where a second sentence begins, in bytes: behind `。` or `！`, or behind `.` or `!` before a capital.
///
/// A question before the action is its condition ("Deployed within the hour? Take it back"), and does not count.
/// What stands in quotes or brackets is part of the sentence around it. A full stop behind a short word may belong to
/// an abbreviation, and ends nothing.
#[must_use]
pub fn second_sentence(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let closes = CLOSING.contains(&c) && depth > 0;
        if closes {
            depth -= 1;
        } else if OPENING.contains(&c) {
            depth += 1;
        } else if depth == 0 && ends_sentence(&text[..at], c, rest) {
            return Some(text.len() - rest.trim_start().len());
        }
    }
    None
}

fn ends_sentence(before: &str, mark: char, behind: &str) -> bool {
    let next = behind.trim_start().chars().next();
    match mark {
        '。' | '！' => next.is_some_and(char::is_alphanumeric),
        '!' => behind.starts_with(' ') && next.is_some_and(starts_sentence),
        '.' => behind.starts_with(' ') && next.is_some_and(starts_sentence) && ends_word(before),
        _ => false,
    }
}

fn starts_sentence(c: char) -> bool {
    c.is_uppercase() || is_han(c)
}

fn ends_word(before: &str) -> bool {
    before.chars().rev().take_while(|c| c.is_alphabetic()).count() >= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        for (text, expected) in [
            ("", 0),
            ("记下工号", 40),
            ("Call the bank's branch", 64),
            ("打 12348 问", 36),
            ("www.example.org/a", 16),
            ("____ 元", 10),
        ] {
            assert_eq!(tenths(text), expected, "{text:?}");
        }
    }

    #[test]
    fn second_sentences() {
        for (text, second) in [
            ("记下工号。", None),
            ("记下工号。再挂断", Some("再挂断")),
            ("问「您的工号是？请再说一遍。」记下", None),
            ("问清时限！ 写下来", Some("写下来")),
            ("Note the name. Then hang up.", Some("Then hang up.")),
            ("Note the name (e.g. Ann. Smith) and hang up.", None),
            ("Use HTTPS, cf. RFC 9110", None),
            ("Use v1.2 of it. Now", None),
            ("Deployed? Take it back", None),
            ("超时了吗？挂断重拨。记下", Some("记下")),
            ("Keep node.js up to date", None),
            ("Ask \"Who? Where?\" and wait", None),
            (") Close. Then open", Some("Then open")),
        ] {
            assert_eq!(second_sentence(text).map(|at| &text[at..]), second, "{text:?}");
        }
    }
}
