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
    /// Whether it is an expression in braces, as in JSX.
    pub(super) braced: bool,
}

/// Reads the arguments of a tag.
pub(super) fn read(text: &str) -> Vec<Argument<'_>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let word = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\'' | '`')).unwrap_or(rest.len());
        let key = rest[word..].starts_with('=').then(|| &rest[..word]);
        let start = if key.is_some() { word + 1 } else { 0 };
        let written = rest[start..].trim_start();
        let braced = key.is_some() && written.starts_with('{');
        let (value, quoted, after) = if braced { in_braces(written) } else { value(written) };
        found.push(Argument { key, value, quoted, braced });
        rest = after.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    }
    found
}

/// The expression in braces, or all that is left if they do not end.
fn in_braces(text: &str) -> (&str, bool, &str) {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        depth = match byte {
            b'{' => depth + 1,
            b'}' => depth.saturating_sub(1),
            _ => depth,
        };
        if depth == 0 {
            return (&text[1..at], false, &text[at + 1..]);
        }
    }
    (&text[1..], false, "")
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

/// The value of the first of these keys. Of an expression in braces, the string that it is.
pub(super) fn named<'a>(arguments: &[Argument<'a>], keys: &[&str]) -> Option<&'a str> {
    let value = |it: &Argument<'a>| if it.braced { literal(it.value) } else { Some(it.value) };
    keys.iter().find_map(|key| arguments.iter().find(|it| it.key == Some(key)).and_then(value))
}

/// The string that an expression is: `'a'`, `require('a').default`, `useBaseUrl('a')`, `withBase('a')`.
pub(super) fn literal(expression: &str) -> Option<&str> {
    let expression = expression.trim();
    let calls = ["require(", "useBaseUrl(", "withBase(", "$withBase("];
    let inside = calls.iter().find_map(|call| expression.strip_prefix(call)).unwrap_or(expression).trim_start();
    let quote = inside.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    inside[1..].split_once(quote).map(|(value, _)| value)
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
