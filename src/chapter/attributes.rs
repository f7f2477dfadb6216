//! Attributes of directives, comments and code blocks: `key=value key="two words" flag`.

use std::ops::Range;

/// An attribute with its range in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute<'a> {
    /// The text before `=`, or the whole word if it has none.
    pub(super) key: &'a str,
    /// The text after `=`, without quotes.
    pub(super) value: Option<&'a str>,
    /// The range of the whole attribute.
    pub(super) range: Range<usize>,
}

const QUOTES: [(char, char); 3] = [('"', '"'), ('\'', '\''), ('“', '”')];

/// Reads the attributes in a range: separated by white space or commas, with values bare or in quotes.
pub(super) fn read<'a>(text: &'a str, range: &Range<usize>) -> Vec<Attribute<'a>> {
    let mut found = Vec::new();
    let mut rest = &text[range.clone()];
    loop {
        rest = rest.trim_start_matches(separates);
        if rest.is_empty() {
            return found;
        }
        let start = range.end - rest.len();
        let (key, after) = rest.split_at(rest.find(|c| separates(c) || c == '=').unwrap_or(rest.len()));
        let (value, after) = match after.strip_prefix('=') {
            Some(after) => read_value(after),
            None => (None, after),
        };
        rest = after;
        found.push(Attribute { key, value, range: start..range.end - rest.len() });
    }
}

fn read_value(text: &str) -> (Option<&str>, &str) {
    for (open, close) in QUOTES {
        if let Some((value, after)) = text.strip_prefix(open).and_then(|inside| inside.split_once(close)) {
            return (Some(value), after);
        }
    }
    let (value, after) = text.split_at(text.find(separates).unwrap_or(text.len()));
    (Some(value), after)
}

fn separates(c: char) -> bool {
    c.is_whitespace() || c == ','
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes() {
        let text = "x id=C3b when=\"通话前 10 分钟\" who=“本 人” open, a='b c' c=";
        let read: Vec<_> =
            read(text, &(2..text.len())).into_iter().map(|it| (it.key, it.value, &text[it.range])).collect();
        let expected = [
            ("id", Some("C3b"), "id=C3b"),
            ("when", Some("通话前 10 分钟"), "when=\"通话前 10 分钟\""),
            ("who", Some("本 人"), "who=“本 人”"),
            ("open", None, "open"),
            ("a", Some("b c"), "a='b c'"),
            ("c", Some(""), "c="),
        ];
        assert_eq!(read, expected);
    }
}
