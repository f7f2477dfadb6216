//! Scans LaTeX: commands, groups, arguments and environments. Comments are removed beforehand.

/// A token of LaTeX.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A command, without its backslash: letters, or one other character.
    Command(&'a str),
    /// Any other character.
    Char(char),
}

/// The first token of a text, and its length in bytes. A backslash at the end of the text is a command without a name.
pub(super) fn token(text: &str) -> Option<(Token<'_>, usize)> {
    let first = text.chars().next()?;
    let Some(after) = text.strip_prefix('\\') else { return Some((Token::Char(first), first.len_utf8())) };
    let letters = after.len() - after.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
    let length = if letters > 0 { letters } else { after.chars().next().map_or(0, char::len_utf8) };
    Some((Token::Command(&after[..length]), length + 1))
}

/// The commands of a text, in order.
pub(super) fn commands(text: &str) -> impl Iterator<Item = &str> {
    tokens(text).filter_map(|(_, token)| match token {
        Token::Command(name) => Some(name),
        Token::Char(_) => None,
    })
}

/// The tokens of a text with their offsets.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = (usize, Token<'_>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (found, length) = token(&text[at..])?;
        at += length;
        Some((at - length, found))
    })
}

/// The text without comments. A percent sign that no line end follows begins none: authors mean the sign itself.
pub(super) fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = tokens(rest).find_map(|(at, token)| (token == Token::Char('%')).then_some(at)) {
        out.push_str(&rest[..at]);
        if let Some((_, after)) = rest[at..].split_once('\n') {
            rest = after.trim_start();
        } else {
            out.push_str("\\%");
            rest = &rest[at + 1..];
        }
    }
    out + rest
}

/// The content of the group that a text begins with, and the length of the group with its braces. `None` if the text
/// begins with no brace, or the group has no end.
pub(super) fn group(text: &str) -> Option<(&str, usize)> {
    delimited(text, '{', '}')
}

/// The content of the optional argument that a text begins with, and its length with brackets and the space before it.
pub(super) fn optional(text: &str) -> Option<(&str, usize)> {
    let inside = text.trim_start();
    let (content, length) = delimited(inside, '[', ']')?;
    Some((content, text.len() - inside.len() + length))
}

fn delimited(text: &str, open: char, close: char) -> Option<(&str, usize)> {
    text.strip_prefix(open)?;
    let (mut depth, mut braces) = (0_usize, 0_usize);
    for (at, token) in tokens(text) {
        let Token::Char(c) = token else { continue };
        match c {
            _ if c == open && braces == 0 => depth += 1,
            _ if c == close && braces == 0 => {
                depth -= 1;
                if depth == 0 {
                    return Some((&text[1..at], at + 1));
                }
            }
            '{' => braces += 1,
            '}' => braces = braces.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

/// The argument that a text begins with, a group or one token, and its length with the space before it.
pub(super) fn argument(text: &str) -> Option<(&str, usize)> {
    let inside = text.trim_start();
    let space = text.len() - inside.len();
    if let Some((content, length)) = group(inside) {
        return Some((content, space + length));
    }
    let (found, length) = token(inside)?;
    let is_argument = !matches!(found, Token::Char('{' | '}' | '&'));
    is_argument.then(|| (&inside[..length], space + length))
}

/// The argument that a command needs.
pub(super) fn needed<'a>(name: &str, rest: &'a str) -> Result<(&'a str, usize), String> {
    argument(rest).ok_or_else(|| format!("`\\{name}` has no argument"))
}

/// What comes before the command that closes a construct, and the offset after that command. The text begins after the
/// opening command; constructs may be nested.
pub(super) fn until<'a>(text: &'a str, open: &str, close: &str) -> Option<(&'a str, usize)> {
    let mut depth = 0_usize;
    for (at, token) in tokens(text) {
        if !matches!(token, Token::Command(_)) {
            continue;
        }
        let here = &text[at..];
        if begins_with(here, open) {
            depth += 1;
        } else if begins_with(here, close) {
            match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                None => return Some((&text[..at], at + close.len())),
            }
        }
    }
    None
}

/// Whether a text begins with a command, and not with a longer one.
fn begins_with(text: &str, command: &str) -> bool {
    let is_longer =
        |rest: &str| command.ends_with(char::is_alphabetic) && rest.starts_with(|c: char| c.is_alphabetic());
    text.strip_prefix(command).is_some_and(|rest| !is_longer(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_removed_and_percent_signs_are_not() {
        for (text, expected) in
            [("a % b\n  c", "a c"), ("50%", "50\\%"), (r"50\%", r"50\%"), (r"a \\% b", r"a \\\% b"), ("%\n%", "\\%")]
        {
            assert_eq!(without_comments(text), expected, "{text:?}");
        }
    }

    #[test]
    fn arguments() {
        for (text, expected) in [
            ("{a}b", Some(("a", 3))),
            (" x y", Some(("x", 2))),
            (r"\alpha b", Some((r"\alpha", 6))),
            (r"{\}}", Some((r"\}", 4))),
            ("{a{b}c}", Some(("a{b}c", 7))),
            ("{a", None),
            ("", None),
        ] {
            assert_eq!(argument(text), expected, "{text:?}");
        }
        assert_eq!(optional(" [a{]}b]c"), Some(("a{]}b", 8)));
    }

    #[test]
    fn nested_constructs_have_their_own_ends() {
        assert_eq!(until(r"a \left( b \right) \right) c", r"\left", r"\right"), Some((r"a \left( b \right) ", 25)));
        assert_eq!(until(r"\leftarrow \right", r"\left", r"\right"), Some((r"\leftarrow ", 17)));
        assert_eq!(until("a", r"\left", r"\right"), None);
    }
}
