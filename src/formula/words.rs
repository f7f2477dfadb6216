//! Text in formulas: the argument of `\text` and of `\operatorname`.

use super::scan::{Token, group, token};

/// One piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text.
    Text(String),
    /// A formula, which the text contains between `$` or `\(` and `\)`, or a character that must be written as a command.
    Math(String),
}

/// Characters that text writes with a backslash.
const ESCAPED: &str = "%_&$#{}";

/// The pieces of a text.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((token, length)) = token(rest) {
        let here = rest;
        rest = &rest[length..];
        match token {
            Token::Char('$') => rest = formula(rest, "$", &mut found),
            Token::Command("(") => rest = formula(rest, "\\)", &mut found),
            Token::Char('~') => push(&mut found, "\u{a0}"),
            Token::Char('{' | '}') => {}
            Token::Char('%') => found.push(Piece::Math("\\%".to_owned())),
            Token::Char(_) => push(&mut found, &here[..length]),
            Token::Command(name) if name.len() == 1 && ESCAPED.contains(name) => {
                found.push(Piece::Math(format!("\\{name}")));
            }
            Token::Command(" " | "\\" | "," | ";" | "quad") => push(&mut found, " "),
            Token::Command(name) => rest = command(name, rest, &mut found),
        }
    }
    found
}

fn push(found: &mut Vec<Piece>, text: &str) {
    match found.last_mut() {
        Some(Piece::Text(before)) => before.push_str(text),
        _ => found.push(Piece::Text(text.to_owned())),
    }
}

/// Adds a formula inside of text and returns what follows it.
fn formula<'a>(text: &'a str, close: &str, found: &mut Vec<Piece>) -> &'a str {
    let (tex, after) = text.split_once(close).unwrap_or((text, ""));
    found.push(Piece::Math(tex.to_owned()));
    after
}

/// Adds a command inside of text, with its argument, and returns what follows it.
fn command<'a>(name: &str, rest: &'a str, found: &mut Vec<Piece>) -> &'a str {
    let (argument, length) = group(rest).map_or(("", 0), |(_, length)| (&rest[..length], length));
    found.push(Piece::Math(format!("\\{name}{argument}")));
    rest[length..].strip_prefix(' ').filter(|_| length == 0).unwrap_or(&rest[length..])
}

/// The name of an operator as plain text: `arg\,max` becomes `arg max`. `None` if it is more than a name.
pub(super) fn operator_name(written: &str) -> Option<String> {
    let mut name = String::new();
    let mut rest = written;
    while let Some((token, length)) = token(rest) {
        rest = &rest[length..];
        match token {
            Token::Char('{' | '}') | Token::Command("!" | "rm" | "mathrm" | "text") => {}
            Token::Char('~') | Token::Command("," | ";" | ":" | " ") => name.push(' '),
            Token::Char(c) if c.is_alphanumeric() || matches!(c, '-' | '*' | ' ' | '.') => name.push(c),
            _ => return None,
        }
    }
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_contains_formulas_and_escapes() {
        let text = |text: &str| Piece::Text(text.to_owned());
        let math = |tex: &str| Piece::Math(tex.to_owned());
        for (written, expected) in [
            ("if ", vec![text("if ")]),
            ("a $x^2$ b", vec![text("a "), math("x^2"), text(" b")]),
            (r"a \(y\)~c", vec![text("a "), math("y"), text("\u{a0}c")]),
            (r"50\% of", vec![text("50"), math(r"\%"), text(" of")]),
            (r"\alpha b", vec![math(r"\alpha"), text("b")]),
            (r"\textbf{b} c", vec![math(r"\textbf{b}"), text(" c")]),
        ] {
            assert_eq!(pieces(written), expected, "{written}");
        }
    }

    #[test]
    fn operator_names() {
        for (written, expected) in
            [(r"arg\,max", Some("arg max")), (r"{\rm tr}", Some("tr")), ("", None), (r"\alpha", None), ("a<b", None)]
        {
            assert_eq!(operator_name(written).as_deref(), expected, "{written}");
        }
    }
}
