//! Finds bare addresses in running text: `https://…`, `http://…` and `www.…`.
//!
//! The rules are those of GFM's extended autolinks (section 6.9), with two changes for Han text, which has no spaces: an
//! address may follow a Han character, and a Han character or full-width punctuation ends it.

use std::ops::Range;

use super::han::{is_hangul, is_wide};

const SCHEMES: [&str; 3] = ["https://", "http://", "www."];

/// Finds the bare addresses in a range of the text.
pub(super) fn find(text: &str, range: &Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = range.start;
    if !may_contain_address(&text[range.clone()]) {
        return found;
    }
    while let Some(start) = next_scheme(text, at..range.end) {
        match address(text, range.start, start..range.end) {
            Some(range) => {
                at = range.end;
                found.push(range);
            }
            None => at = start + 4,
        }
    }
    found
}

/// Whether a text may contain an address: a quick test that excludes most texts.
fn may_contain_address(text: &str) -> bool {
    let is_w = |byte: &u8| byte.eq_ignore_ascii_case(&b'w');
    text.contains("://") || text.as_bytes().windows(2).any(|pair| pair.iter().all(is_w))
}

/// The destination of a bare address.
pub(super) fn href(address: &str) -> String {
    if address.as_bytes().first().is_some_and(|byte| byte.eq_ignore_ascii_case(&b'w')) {
        format!("http://{address}")
    } else {
        address.to_owned()
    }
}

fn next_scheme(text: &str, mut range: Range<usize>) -> Option<usize> {
    let bytes = text.as_bytes();
    range.find(|at| {
        matches!(bytes[*at], b'h' | b'w' | b'H' | b'W')
            && SCHEMES.iter().any(|scheme| starts_with_scheme(bytes, *at, scheme))
    })
}

fn starts_with_scheme(bytes: &[u8], at: usize, scheme: &str) -> bool {
    bytes.get(at..at + scheme.len()).is_some_and(|part| part.eq_ignore_ascii_case(scheme.as_bytes()))
}

fn address(text: &str, from: usize, range: Range<usize>) -> Option<Range<usize>> {
    let before = text.get(from..range.start)?.chars().next_back();
    let rest = text.get(range.clone())?;
    let written = SCHEMES.iter().find(|scheme| starts_with_scheme(rest.as_bytes(), 0, scheme))?;
    if !may_follow(before, written) || !starts_with_host(&rest[written.len()..]) {
        return None;
    }
    let length = trimmed_length(&rest[..rest.find(ends_address).unwrap_or(rest.len())]);
    (length > written.len()).then(|| range.start..range.start + length)
}

fn may_follow(before: Option<char>, scheme: &str) -> bool {
    let Some(before) = before else { return true };
    if scheme == "www." {
        before.is_whitespace() || matches!(before, '*' | '_' | '~' | '(' | '"' | '\'' | '|') || is_wide(before)
    } else {
        !before.is_ascii_alphanumeric() && before != '\\'
    }
}

fn ends_address(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || is_wide(c)
        || is_hangul(c)
        || matches!(c, '<' | '>' | '`' | '|' | '“' | '”' | '‘' | '’' | '…' | '—' | '\u{3000}')
}

/// The length of an address without what belongs to the sentence around it: punctuation, closing brackets that were not
/// opened, a reference like `&amp;`.
fn trimmed_length(address: &str) -> usize {
    let mut rest = address;
    let mut unpaired = [('(', ')'), ('[', ']'), ('{', '}')]
        .map(|(open, close)| (close, address.matches(close).count().saturating_sub(address.matches(open).count())));
    while let Some(last) = rest.chars().next_back() {
        let shorter = &rest[..rest.len() - last.len_utf8()];
        rest = match last {
            '?' | '!' | '.' | ',' | ':' | '*' | '_' | '~' | '\'' | '"' | '\\' => shorter,
            ';' => before_reference(shorter).unwrap_or(shorter),
            bracket => match unpaired.iter_mut().find(|(close, count)| *close == bracket && *count > 0) {
                Some((_, count)) => {
                    *count -= 1;
                    shorter
                }
                None => break,
            },
        };
    }
    rest.len()
}

fn before_reference(text: &str) -> Option<&str> {
    let before = text.trim_end_matches(|c: char| c.is_ascii_alphanumeric());
    before.strip_suffix('&').filter(|_| before.len() < text.len())
}

/// Whether a text begins with a host name: letters, digits, `-` and `_` between dots, without `_` in the last two parts.
fn starts_with_host(text: &str) -> bool {
    let end = text
        .find(|c: char| ends_address(c) || !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')))
        .unwrap_or(text.len());
    let host = text[..end].trim_end_matches('.');
    host.split('.').all(|part| !part.is_empty()) && host.rsplit('.').take(2).all(|part| !part.contains('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_addresses() {
        for (text, expected) in [
            ("see https://a.example/b, or", &["https://a.example/b"][..]),
            ("见https://a.example/b。后", &["https://a.example/b"]),
            ("（https://a.example/b）", &["https://a.example/b"]),
            ("www.a.example/x?y=1&z=2.", &["www.a.example/x?y=1&z=2"]),
            ("(see http://a.example/b_(c))", &["http://a.example/b_(c)"]),
            ("**https://a.example/**", &["https://a.example/"]),
            ("https://a.example/x&amp;", &["https://a.example/x"]),
            ("a.www.b.example xhttps://a.example", &[]),
            ("https:// www. http://.", &[]),
            ("http://localhost:3000/x HTTPS://A.example", &["http://localhost:3000/x", "HTTPS://A.example"]),
            ("\"https://a.example/x\"", &["https://a.example/x"]),
            ("https://a.example/[x] [https://b.example]", &["https://a.example/[x]", "https://b.example"]),
            ("https://a_b.example http://_.c", &[]),
        ] {
            let found: Vec<&str> = find(text, &(0..text.len())).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn www_gets_a_scheme() {
        assert_eq!(href("www.a.example"), "http://www.a.example");
        assert_eq!(href("https://a.example"), "https://a.example");
    }
}
