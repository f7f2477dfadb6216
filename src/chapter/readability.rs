//! Measures of texts: the reading length of an item, whether it has a second sentence, and the first sentence of a
//! definition.

use super::han::{is_han, is_hangul};

/// The reading length of a text in tenths of a Han character. A Latin word counts as 1.6 Han characters.
///
/// ```
/// use chapbook::chapter::tenths;
///
/// assert_eq!(tenths("记下工号"), 40);
/// assert_eq!(tenths("Note the name"), 48);
/// ```
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

/// The byte offset of the second sentence of a text, if it has one: after `。` or `！`, or after `.` or `!` before a capital
/// letter.
///
/// A question does not count, since it is the condition of the action that follows ("Deployed within the hour? Roll it
/// back"). Text in quotes or brackets is part of the sentence around it. A full stop after a short word does not count,
/// since it may belong to an abbreviation.
///
/// ```
/// use chapbook::chapter::second_sentence;
///
/// assert_eq!(second_sentence("Note the name. Then hang up."), Some(15));
/// assert_eq!(second_sentence("Deployed within the hour? Roll it back."), None);
/// ```
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

fn ends_sentence(before: &str, mark: char, after: &str) -> bool {
    let next = after.trim_start().chars().next();
    match mark {
        '。' | '！' => next.is_some_and(char::is_alphanumeric),
        '!' => after.starts_with(' ') && next.is_some_and(starts_sentence),
        '.' => after.starts_with(' ') && next.is_some_and(starts_sentence) && ends_word(before),
        _ => false,
    }
}

fn starts_sentence(c: char) -> bool {
    c.is_uppercase() || is_han(c)
}

fn ends_word(before: &str) -> bool {
    before.chars().rev().take_while(|c| c.is_alphabetic()).count() >= 4
}

/// Abbreviations after which a capital letter may follow in the same sentence: in lower case, without full stop.
const ABBREVIATIONS: &[&str] = &[
    "al", "approx", "bzw", "ca", "cf", "co", "corp", "dept", "dr", "ed", "eds", "inc", "jr", "ltd", "mr", "mrs", "ms",
    "mt", "prof", "resp", "sr", "st", "usw", "vgl", "viz", "vs",
];
/// Abbreviations only before a number; elsewhere some of them are words.
const BEFORE_NUMBERS: &[&str] =
    &["art", "ch", "chap", "eq", "fig", "figs", "no", "nos", "nr", "op", "p", "par", "pp", "ref", "sec", "vol", "vols"];

/// The first sentence of a text including its end mark; the whole text if it has only one.
///
/// A full stop after an abbreviation (`e.g.`, `Dr.`), an initial or a number of one or two digits does not end a sentence,
/// nor does one before a lower-case letter.
#[must_use]
pub(super) fn first_sentence(text: &str) -> &str {
    let end = text.char_indices().find_map(|(at, c)| {
        let after = at + c.len_utf8();
        // A closing quote or bracket belongs to the sentence that it closes.
        let rest = text[after..].trim_start_matches(CLOSING);
        let ends = match c {
            '。' | '！' | '？' => true,
            '.' | '!' | '?' => {
                rest.starts_with(char::is_whitespace)
                    && may_begin(rest)
                    && !(c == '.' && is_abbreviation(&text[..at], rest))
            }
            _ => false,
        };
        ends.then(|| text.len() - rest.len())
    });
    &text[..end.unwrap_or(text.len())]
}

/// Whether the next word may begin a sentence.
fn may_begin(rest: &str) -> bool {
    rest.trim_start().chars().next().is_none_or(|c| !c.is_lowercase())
}

/// Whether a full stop between two texts belongs to the last word of the first: an abbreviation, initial or number.
fn is_abbreviation(before: &str, after: &str) -> bool {
    let word = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '.')).next().unwrap_or_default();
    let last = word.rsplit('.').next().unwrap_or_default();
    let is_initial = last.chars().count() == 1 && last.chars().all(|c| c.is_alphabetic() && !is_han(c));
    let is_number = last.len() <= 2 && !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    let last = last.to_lowercase();
    let counts = after.trim_start().starts_with(|c: char| c.is_ascii_digit());
    is_initial
        || is_number
        || ABBREVIATIONS.contains(&last.as_str())
        || counts && BEFORE_NUMBERS.contains(&last.as_str())
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
    fn first_sentences() {
        for (text, sentence) in [
            ("约定的最后一天。别名：还款日。", "约定的最后一天。"),
            ("约定的「最后一天。」别名：还款日。", "约定的「最后一天。」"),
            ("A day, e.g. today", "A day, e.g. today"),
            ("A form, i.e. Form 5 of the U.S. Treasury. Ask for it.", "A form, i.e. Form 5 of the U.S. Treasury."),
            ("The rule of Dr. Smith, cf. Vol. 2. It is old.", "The rule of Dr. Smith, cf. Vol. 2. It is old."),
            ("Written by J. R. Roe in 1990. Read it.", "Written by J. R. Roe in 1990."),
            ("Version 1.2 of node.js. Then 3.", "Version 1.2 of node.js."),
            ("Done? Yes. ", "Done?"),
            ("He said \"no.\" Then he left.", "He said \"no.\""),
            ("Вид права. Другой вид.", "Вид права."),
            ("no end", "no end"),
            ("", ""),
        ] {
            assert_eq!(first_sentence(text), sentence, "{text:?}");
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
