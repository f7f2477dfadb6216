//! `key=value key="two words" flag` as boxes, comments and code blocks have it.

use std::ops::Range;

/// One attribute with its places in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute<'a> {
    /// What stands before `=`, or the whole word.
    pub(super) key: &'a str,
    /// What stands behind `=`, without quotes.
    pub(super) value: Option<&'a str>,
    /// The whole of it.
    pub(super) range: Range<usize>,
}

const QUOTES: [(char, char); 3] = [('"', '"'), ('\'', '\''), ('“', '”')];

/// Reads the attributes of a range: separated by white space or commas, values bare or in quotes.
pub(super) fn read<'a>(text: &'a str, range: &Range<usize>) -> Vec<Attribute<'a>> {
    let mut found = Vec::new();
    let mut rest = &text[range.clone()];
    loop {
        rest = rest.trim_start_matches(separates);
        if rest.is_empty() {
            return found;
        }
        let start = range.end - rest.len();
        let (key, behind) = rest.split_at(rest.find(|c| separates(c) || c == '=').unwrap_or(rest.len()));
        let (value, behind) = match behind.strip_prefix('=') {
            Some(behind) => read_value(behind),
            None => (None, behind),
        };
        rest = behind;
        found.push(Attribute { key, value, range: start..range.end - rest.len() });
    }
}

fn read_value(text: &str) -> (Option<&str>, &str) {
    for (open, close) in QUOTES {
        if let Some((value, behind)) = text.strip_prefix(open).and_then(|inside| inside.split_once(close)) {
            return (Some(value), behind);
        }
    }
    let (value, behind) = text.split_at(text.find(separates).unwrap_or(text.len()));
    (Some(value), behind)
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
