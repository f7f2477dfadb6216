//! Macros that a formula defines: `\newcommand`, `\def`, `\let` and `\DeclareMathOperator`.

use std::collections::BTreeMap;

use super::scan::{Token, argument, group, needed, optional, token};

/// How many bytes macros may expand to.
pub(super) const MOST_EXPANDED: usize = 64 << 10;
/// What is wrong with a formula whose macros expand to more.
pub(super) const TOO_MUCH: &str = "its macros expand to too much";

/// What a macro expands to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Definition {
    /// How many parameters it has.
    parameters: usize,
    /// The value of the first parameter if it is left out; then it is written in brackets.
    default: Option<String>,
    /// The text, with `#1` for the first parameter.
    body: String,
}

impl Definition {
    /// Expands the macro; `rest` is the text after its name. Returns how many bytes of arguments were read, and the text.
    pub(super) fn expand(&self, name: &str, rest: &str) -> Result<(usize, String), String> {
        let mut at = 0;
        let mut values = Vec::new();
        if let Some(default) = &self.default {
            let (value, length) = optional(rest).unwrap_or((default, 0));
            values.push(value);
            at += length;
        }
        while values.len() < self.parameters {
            let (value, length) = needed(name, &rest[at..])?;
            values.push(value);
            at += length;
        }
        Ok((at, self.filled(&values)?))
    }

    fn filled(&self, values: &[&str]) -> Result<String, String> {
        let mut parts = self.body.split('#');
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let number = part.chars().next().and_then(|c| c.to_digit(10)).and_then(|digit| usize::try_from(digit).ok());
            let value = number.and_then(|number| values.get(number.checked_sub(1)?));
            match value {
                Some(value) => out.extend([value, &part[1..]]),
                None => out.extend(["#", part]),
            }
            if out.len() > MOST_EXPANDED {
                return Err(TOO_MUCH.to_owned());
            }
        }
        // A name at its end must not run into a letter that follows.
        Ok(if token_ends_with_name(&out) { out + " " } else { out })
    }
}

fn token_ends_with_name(text: &str) -> bool {
    let name = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    name.len() < text.len() && name.ends_with('\\')
}

/// Defines a macro by the command `how`; `rest` is the text after it. Returns how many bytes were read.
pub(super) fn define(how: &str, rest: &str, definitions: &mut BTreeMap<String, Definition>) -> Result<usize, String> {
    let starred = usize::from(rest.starts_with('*'));
    let (name, mut at) = name(how, &rest[starred..])?;
    at += starred;
    let (definition, length) = match how {
        "let" => alias(&rest[at..])?,
        "def" => with_signs(&rest[at..])?,
        "DeclareMathOperator" => operator(&rest[at..], starred)?,
        _ => with_count(how, &rest[at..])?,
    };
    if how != "providecommand" || !definitions.contains_key(name) {
        definitions.insert(name.to_owned(), definition);
    }
    Ok(at + length)
}

/// The name of the macro, which may be in braces.
fn name<'a>(how: &str, rest: &'a str) -> Result<(&'a str, usize), String> {
    let (written, length) = needed(how, rest)?;
    match token(written.trim()) {
        Some((Token::Command(name), _)) if !name.is_empty() => Ok((name, length)),
        _ => Err(format!("`\\{how}` needs the name of a command")),
    }
}

/// The rest of `\let\name=\other`.
fn alias(rest: &str) -> Result<(Definition, usize), String> {
    let after = rest.trim_start();
    let after = after.strip_prefix('=').unwrap_or(after);
    let (body, length) = argument(after).ok_or("`\\let` needs two commands")?;
    let definition = Definition { parameters: 0, default: None, body: body.to_owned() };
    Ok((definition, rest.len() - after.len() + length))
}

/// The rest of `\def\name#1#2{…}`.
fn with_signs(rest: &str) -> Result<(Definition, usize), String> {
    let start = rest.find('{').ok_or("`\\def` has no text in braces")?;
    let signs = rest[..start].trim();
    let parameters = signs.matches('#').count();
    let expected = (1..=parameters).map(|number| format!("#{number}"));
    if signs != expected.collect::<Vec<_>>().concat() {
        return Err("`\\def` has parameters other than `#1#2…`".to_owned());
    }
    let (body, length) = group(&rest[start..]).ok_or("a brace is not closed")?;
    Ok((Definition { parameters, default: None, body: body.to_owned() }, start + length))
}

/// The rest of `\newcommand{\name}[2][default]{…}`.
fn with_count(how: &str, rest: &str) -> Result<(Definition, usize), String> {
    let (count, mut at) = optional(rest).unwrap_or(("0", 0));
    let parameters = count.trim().parse().ok().filter(|count| *count <= 9);
    let parameters = parameters.ok_or_else(|| format!("`\\{how}` has `{count}` parameters, not 0 to 9"))?;
    let default = optional(&rest[at..]).filter(|_| at > 0);
    at += default.map_or(0, |(_, length)| length);
    let (body, length) = needed(how, &rest[at..])?;
    let default = default.map(|(text, _)| text.to_owned());
    Ok((Definition { parameters, default, body: body.to_owned() }, at + length))
}

/// The rest of `\DeclareMathOperator{\name}{text}`.
fn operator(rest: &str, starred: usize) -> Result<(Definition, usize), String> {
    let (text, length) = needed("DeclareMathOperator", rest)?;
    let body = format!("\\operatorname{}{{{text}}}", "*".repeat(starred));
    Ok((Definition { parameters: 0, default: None, body }, length))
}

#[cfg(test)]
mod tests {
    use super::super::rewrite::rewrite;
    use super::*;

    #[test]
    fn macros_are_expanded() {
        for (tex, expected) in [
            (r"\newcommand{\f}[2]{#2(#1)}\f{x}g", "g(x)"),
            (r"\newcommand\f[2][1]{#1+#2} \f{x} \f[y]{z}", " 1+x y+z"),
            (r"\def\f#1{#1^2}\f x", "x^2"),
            (r"\let\a=\alpha \a b", r" \alpha  b"),
            (r"\DeclareMathOperator*{\rank}{rank}\rank_a", r"\mathop{rank}_a"),
            (r"\providecommand{\f}{1}\providecommand{\f}{2}\f", "1"),
        ] {
            assert_eq!(rewrite(tex).map(|it| it.tex).as_deref(), Ok(expected), "{tex}");
        }
    }

    #[test]
    fn an_expansion_ends_at_the_limit() {
        let definition = Definition { parameters: 1, default: None, body: "#1".repeat(1 << 20) };
        assert_eq!(definition.filled(&["x"; 1]), Err(TOO_MUCH.to_owned()));
        assert_eq!(definition.filled(&[""; 1]), Ok(String::new()));
        let long = "x".repeat(MOST_EXPANDED / 2);
        assert_eq!(definition.filled(&[&long]), Err(TOO_MUCH.to_owned()));
    }
}
