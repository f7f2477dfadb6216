//! Reads the info string of a fenced code block: `rust,ignore title="src/main.rs" {1,3-5} linenos=10`.
//!
//! The first word is the language. Unknown words are kept as classes, since other tools use them (`ignore`, `no_run`, …).

use std::ops::Range;

use super::attribute_list;
use super::attributes::{self, Attribute};
use super::diagnostics::Diagnostics;
use super::nodes::CodeBlock;
use super::safe_list;
use crate::diagnostic::{Diagnostic, codes, nearest};

/// Reads the info string at a range of the text. `lines` is the number of lines of the code.
pub(super) fn read(text: &str, info: Range<usize>, lines: u32, diagnostics: &mut Diagnostics<'_>) -> CodeBlock {
    let words = &text[info.clone()];
    let length = words.find(|c: char| c.is_whitespace() || matches!(c, ',' | '{')).unwrap_or(words.len());
    let mut block = CodeBlock { language: words[..length].to_owned(), ..CodeBlock::default() };
    let mut rest = info.start + length..info.end;
    if let Some(braces) = braces(text, &rest) {
        let list = attribute_list::read(text, &braces);
        if let Some(list) = list.filter(|_| block.language.is_empty()) {
            list.classes.first().copied().unwrap_or_default().clone_into(&mut block.language);
            read_attributes(text, braces.start + 1..braces.end - 1, lines, &mut block, diagnostics);
        }
        mark(text, braces.start + 1..braces.end - 1, lines, &mut block, diagnostics);
        read_attributes(text, rest.start..braces.start, lines, &mut block, diagnostics);
        rest.start = braces.end;
    }
    read_attributes(text, rest, lines, &mut block, diagnostics);
    block
}

/// Hides the lines of a block that begin with `prefix`, and removes the prefix. That of Rust is `#` before a space or
/// alone on its line; `##` is an escaped `#`.
pub(super) fn hide(block: &mut CodeBlock, prefix: &str) {
    let mut text = String::with_capacity(block.text.len());
    for (number, line) in (1u32..).zip(block.text.split_inclusive('\n')) {
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        let rest = line[indent.len()..].strip_prefix(prefix).filter(|_| !prefix.is_empty());
        let hidden = rest.filter(|rest| prefix != "#" || rest.trim_end().is_empty() || rest.starts_with(' '));
        let shown = match (hidden, rest) {
            (Some(hidden), _) => {
                block.hidden.push(number);
                hidden.strip_prefix(' ').filter(|_| prefix == "#").unwrap_or(hidden)
            }
            (None, Some(escaped)) if escaped.starts_with('#') && prefix == "#" => escaped,
            _ => &line[indent.len()..],
        };
        text.push_str(indent);
        text.push_str(shown);
    }
    block.text = text;
}

/// The prefix of hidden lines that an info string sets: `hidelines=~`.
pub(super) fn hidden_prefix<'t>(text: &'t str, info: &Range<usize>) -> Option<&'t str> {
    attributes::read(text, info).iter().find(|attribute| attribute.key == "hidelines")?.value
}

/// The first `{…}` outside quotes.
/// The title in brackets, as VitePress has it: `js [main.js]`.
pub(super) fn label(info: &str) -> Option<String> {
    let (_, rest) = info.split_once(" [")?;
    let label = rest[..rest.rfind(']')?].trim();
    (!label.is_empty()).then(|| label.to_owned())
}

fn braces(text: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let mut quote = None;
    let (offset, _) = text[range.clone()].char_indices().find(|(_, c)| {
        match (*c, quote) {
            ('"' | '\'', None) => quote = Some(*c),
            (c, Some(open)) if c == open => quote = None,
            _ => {}
        }
        *c == '{' && quote.is_none()
    })?;
    let start = range.start + offset;
    let length = text[start..range.end].find('}')?;
    Some(start..start + length + 1)
}

fn mark(text: &str, range: Range<usize>, lines: u32, block: &mut CodeBlock, diagnostics: &mut Diagnostics<'_>) {
    let words = text[range.clone()].trim();
    // `{.rust #id}` and the like are attributes of other tools.
    if !words.starts_with(|c: char| c.is_ascii_digit() || matches!(c, ',' | '-')) {
        return;
    }
    if words.split(',').any(|part| line_range(part).is_none()) {
        let message = format!("`{{{words}}}` does not say which lines to mark");
        let help = "write numbers and ranges, as in `{1,3-5}`";
        diagnostics.add(range.start - 1..range.end + 1, Diagnostic::new(&codes::BAD_ATTRIBUTE, message).help(help));
        return;
    }
    mark_parts(words.split(','), lines, block);
}

/// Marks the lines that numbers and ranges name; other words name none.
fn mark_parts<'t>(parts: impl Iterator<Item = &'t str>, lines: u32, block: &mut CodeBlock) {
    let mut parts: Vec<(u32, u32)> = parts.filter_map(line_range).collect();
    // Sorted and without lines that are marked already, so that overlapping ranges cost no more than the lines there are.
    parts.sort_unstable();
    for (first, last) in parts {
        let next = block.marked.last().map_or(first, |marked| first.max(marked + 1));
        block.marked.extend(next..=last.min(lines));
    }
}

fn line_range(part: &str) -> Option<(u32, u32)> {
    let (first, last) = part.split_once('-').unwrap_or((part, part));
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (1 <= first && first <= last).then_some((first, last))
}

fn read_attributes(
    text: &str,
    range: Range<usize>,
    lines: u32,
    block: &mut CodeBlock,
    diagnostics: &mut Diagnostics<'_>,
) {
    for attribute in attributes::read(text, &range) {
        match (attribute.key, attribute.value) {
            ("title", Some(title)) => block.title = Some(title.to_owned()),
            ("linenos", None | Some("true")) => block.numbered_from = Some(1),
            ("linenos" | "linenums", Some(from)) => number(&attribute, from, block, diagnostics),
            ("hl_lines", Some(marked)) => mark_parts(marked.split([' ', ',']), lines, block),
            ("hidelines", Some(_)) => {}
            (word, None) if word.starts_with(['.', '#', ':']) => {}
            (word, None) if is_class(word) && !word.starts_with("title:") => block.classes.push(word.to_owned()),
            (key, _) => report_near_key(key, attribute.range, diagnostics),
        }
    }
}

/// Reports an attribute whose name is nearly one that is known. Others are for other tools.
fn report_near_key(written: &str, range: Range<usize>, diagnostics: &mut Diagnostics<'_>) {
    let (key, value) = written.split_once([':', '：']).unwrap_or((written, ""));
    let Some(near) = nearest(key, ["title", "linenos", "hidelines"]).filter(|_| key.chars().count() > 3) else {
        return;
    };
    let message = format!("unknown attribute `{key}` of a code block");
    let help = match value {
        "" => format!("did you mean `{near}=`?"),
        value => format!("did you mean `{near}={value}`?"),
    };
    diagnostics.add(range, Diagnostic::new(&codes::NEAR_MISS, message).help(help));
}

/// Whether a word is kept as a class, for other tools and scripts. Classes of the theme are not.
fn is_class(word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '+' | '/');
    word.chars().all(is_part) && !safe_list::is_theme_class(word)
}

fn number(attribute: &Attribute<'_>, from: &str, block: &mut CodeBlock, diagnostics: &mut Diagnostics<'_>) {
    if let Ok(from) = from.parse() {
        block.numbered_from = Some(from);
    } else if from != "false" {
        let message = "the value of `linenos` is not understood";
        let help = "write `linenos`, or the number of the first line, as in `linenos=10`";
        diagnostics.add(attribute.range.clone(), Diagnostic::new(&codes::BAD_ATTRIBUTE, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Origin;

    fn check(info: &str) -> (CodeBlock, Vec<String>) {
        let origin = Origin::whole("a.md");
        let mut diagnostics = Diagnostics::new(&origin);
        let block = read(info, 0..info.len(), 9, &mut diagnostics);
        let shown = |it: &Diagnostic| info[it.at.as_ref().unwrap().span.range()].to_owned();
        (block, diagnostics.into_report().iter().map(shown).collect())
    }

    #[test]
    fn info_strings() {
        let block = |language: &str, title: Option<&str>, marked: &[u32], numbered_from| CodeBlock {
            language: language.into(),
            title: title.map(Into::into),
            marked: marked.into(),
            numbered_from,
            ..CodeBlock::default()
        };
        for (info, expected) in [
            ("", block("", None, &[], None)),
            ("rust,ignore", CodeBlock { classes: vec!["ignore".to_owned()], ..block("rust", None, &[], None) }),
            ("rust title=\"a b.rs\" {3-5, 1} linenos", block("rust", Some("a b.rs"), &[1, 3, 4, 5], Some(1))),
            ("rust{1,2}", block("rust", None, &[1, 2], None)),
            ("sh linenos=10 title=x", block("sh", Some("x"), &[], Some(10))),
            (
                "rust,edition2021,no_run {.x #y}",
                CodeBlock {
                    classes: vec!["edition2021".to_owned(), "no_run".to_owned()],
                    ..block("rust", None, &[], None)
                },
            ),
            ("c++ {8-4000000000}", block("c++", None, &[8, 9], None)),
            ("js title=\"{1}\"", block("js", Some("{1}"), &[], None)),
            ("py title=\"a\" linenums=\"3\" hl_lines=\"1 4-5\"", block("py", Some("a"), &[1, 4, 5], Some(3))),
            ("{ .py .x title=\"a\" hl_lines=\"2\" }", block("py", Some("a"), &[2], None)),
            ("{#a .b}", block("b", None, &[], None)),
            ("sh linenos=false", block("sh", None, &[], None)),
            ("aa ``` ~~~ $%@#$", block("aa", None, &[], None)),
            ("sh cb-leaf x", CodeBlock { classes: vec!["x".to_owned()], ..block("sh", None, &[], None) }),
        ] {
            assert_eq!(check(info), (expected, vec![]), "{info:?}");
        }
    }

    #[test]
    fn hidden_lines() {
        for (prefix, code, text, hidden) in [
            ("#", "# use x;\n#\n  # y\n## z\n#[a]\nb\n", "use x;\n\n  y\n# z\n#[a]\nb\n", &[1, 2, 3][..]),
            ("~", "~a\n b\n", "a\n b\n", &[1]),
            ("", "a\n", "a\n", &[]),
        ] {
            let mut block = CodeBlock { text: code.to_owned(), ..CodeBlock::default() };
            hide(&mut block, prefix);
            assert_eq!((block.text.as_str(), block.hidden.as_slice()), (text, hidden), "{code:?}");
        }
    }

    #[test]
    fn attributes_that_are_nearly_known_are_reported() {
        for (info, expected) in [
            ("rust titel=\"a.rs\"", &["titel=\"a.rs\""][..]),
            ("rust Title=a", &["Title=a"]),
            ("rust title:a.rs", &["title:a.rs"]),
            ("rust lineno=3", &["lineno=3"]),
            ("rust hidelines=~ file=x name=y", &[]),
        ] {
            assert_eq!(check(info).1, expected, "{info:?}");
        }
    }

    #[test]
    fn malformed_lines_are_reported() {
        for (info, place) in
            [("rs {1,x}", "{1,x}"), ("rs {5-3}", "{5-3}"), ("rs {0}", "{0}"), ("rs linenos=a", "linenos=a")]
        {
            assert_eq!(check(info).1, [place], "{info:?}");
        }
    }
}
