//! The marks before an include: the indentation of its line, and the marks of quotations, lists and notes.
//!
//! Each further line of the included text begins with them, so that it is part of the same item, quotation or code block.

/// The longest marks that are repeated, in bytes. Longer ones are not repeated.
const LONGEST: usize = 256;

/// The indentation that continues a footnote.
const FOOTNOTE: &str = "    ";

/// What lines that continue `line` begin with, where `line` is the part of a line before an include: its indentation and
/// the `>` of quotations as they are, and spaces in place of the marks of items, definitions and footnotes.
pub(super) fn continuation(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((mark, replacement)) = mark(rest).filter(|_| out.len() <= LONGEST) {
        match replacement {
            Replacement::Same => out.push_str(&rest[..mark]),
            Replacement::Spaces => out.extend(std::iter::repeat_n(' ', mark)),
            Replacement::Footnote => out.push_str(FOOTNOTE),
        }
        rest = &rest[mark..];
    }
    if out.len() > LONGEST { String::new() } else { out }
}

/// What continues a mark in the lines that follow.
enum Replacement {
    Same,
    Spaces,
    Footnote,
}

/// The length of the mark that a line begins with.
fn mark(line: &str) -> Option<(usize, Replacement)> {
    let first = line.chars().next()?;
    if matches!(first, ' ' | '\t' | '>') {
        return Some((1, Replacement::Same));
    }
    let (length, replacement) = match first {
        '-' | '*' | '+' | ':' => (1, Replacement::Spaces),
        '0'..='9' => (ordinal(line)?, Replacement::Spaces),
        '[' => (footnote(line)?, Replacement::Footnote),
        _ => return None,
    };
    let followed = &line[length..];
    match replacement {
        // The indentation of a footnote stands for its label and for the space behind it.
        Replacement::Footnote => Some((line.len() - followed.trim_start_matches([' ', '\t']).len(), replacement)),
        _ => followed.starts_with([' ', '\t']).then_some((length, replacement)),
    }
}

/// The length of the number of an item: `1.` or `1)`.
fn ordinal(line: &str) -> Option<usize> {
    let digits = line.bytes().take(10).take_while(u8::is_ascii_digit).count();
    (digits < 10 && line[digits..].starts_with(['.', ')'])).then_some(digits + 1)
}

/// The length of the label of a footnote: `[^a]:`.
fn footnote(line: &str) -> Option<usize> {
    let label = line.strip_prefix("[^")?;
    let end = label.bytes().take(LONGEST).position(|byte| byte == b']')?;
    label[end..].starts_with("]:").then_some(2 + end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_continued() {
        for (line, expected) in [
            ("", ""),
            ("text ", ""),
            ("   ", "   "),
            ("\t", "\t"),
            ("> ", "> "),
            (">> - ", ">>   "),
            ("- ", "  "),
            ("10) ", "    "),
            ("1. > * ", "   >   "),
            (": ", "  "),
            ("[^a]: ", "    "),
            ("> [^a]:  ", ">     "),
            ("  see ", "  "),
            ("- [ ] ", "  "),
            ("-", ""),
            ("-x ", ""),
            ("**b** ", ""),
            ("1234567890. ", ""),
            ("[a]: ", ""),
            ("[^清]: ", "    "),
        ] {
            assert_eq!(continuation(line), expected, "{line:?}");
        }
        assert_eq!(continuation(&" ".repeat(1000)), "");
        assert_eq!(continuation(&"> ".repeat(100_000)), "");
    }
}
