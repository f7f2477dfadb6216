//! The arguments of a template tag: `style="info" open 'two words'`.

/// An argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Argument<'a> {
    /// The text before `=`.
    pub(super) key: Option<&'a str>,
    /// The value without quotes.
    pub(super) value: &'a str,
    /// Whether it is in quotes.
    pub(super) quoted: bool,
}

/// Reads the arguments of a tag.
pub(super) fn read(text: &str) -> Vec<Argument<'_>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let word = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\'' | '`')).unwrap_or(rest.len());
        let key = rest[word..].starts_with('=').then(|| &rest[..word]);
        let start = if key.is_some() { word + 1 } else { 0 };
        let (value, quoted, after) = value(rest[start..].trim_start());
        found.push(Argument { key, value, quoted });
        rest = after.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    }
    found
}

fn value(text: &str) -> (&str, bool, &str) {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))
        && let Some((value, after)) = text[1..].split_once(quote)
    {
        return (value, true, after);
    }
    let end = text.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(text.len());
    // A quote that does not end is part of a word, so that something is read in any case.
    let end = if end == 0 { text.chars().next().map_or(0, char::len_utf8) } else { end };
    (&text[..end], false, &text[end..])
}

/// The value of the first of these keys.
pub(super) fn named<'a>(arguments: &[Argument<'a>], keys: &[&str]) -> Option<&'a str> {
    keys.iter().find_map(|key| arguments.iter().find(|it| it.key == Some(key)).map(|it| it.value))
}

/// The values without a key.
pub(super) fn positional<'a>(arguments: &[Argument<'a>]) -> impl Iterator<Item = Argument<'a>> {
    arguments.iter().filter(|argument| argument.key.is_none()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments() {
        let shown = |text: &str| {
            let all = read(text).into_iter();
            all.map(|it| format!("{}={}", it.key.unwrap_or_default(), it.value)).collect::<Vec<_>>().join("|")
        };
        for (text, expected) in [
            ("style=\"info\" open 'two words'", "style=info|=open|=two words"),
            ("a = b", "=a|=b"),
            ("title=\"a b\", x=1", "title=a b|x=1"),
            ("\"open", "=\"open"),
            ("中文 '", "=中文|='"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }
}
