//! Finds lines that begin with a colon and are no definition: `:warning: Hot`. The parser would read `:` as the mark of a
//! definition, which by the rules of Markdown's extensions a space follows.

use std::ops::Range;

use super::fence::skip_containers;

/// The offsets of the colons.
pub(super) fn find(text: &str, range: &Range<usize>) -> Vec<usize> {
    let mut found = Vec::new();
    let mut start = range.start;
    for line in text[range.clone()].split_inclusive('\n') {
        if line.contains(':') {
            let written = line.trim_end();
            let inside = skip_containers(written);
            found.extend(is_text(&written[inside..]).then_some(start + inside));
        }
        start += line.len();
    }
    found
}

/// Whether a line without the marks of its containers begins with a colon that is text. Fences of directives and the
/// second line of a table are neither.
fn is_text(line: &str) -> bool {
    let Some(rest) = line.strip_prefix(':') else { return false };
    let is_table = line.bytes().all(|byte| matches!(byte, b'-' | b':' | b'|' | b' ' | b'\t'));
    !rest.is_empty() && !rest.starts_with([' ', '\t']) && !line.starts_with(":::") && !is_table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chapter::test_dump::{chapter, dump};

    #[test]
    fn colons_that_are_text() {
        for (text, expected) in [
            ("a\n:b\n", &[2][..]),
            ("a\n> - :b\n", &[6]),
            ("a\n: b\n:\tc\n:\n:::note\n:::\n", &[]),
            ("a|b\n:-|-:\n:-) c\n", &[10]),
        ] {
            assert_eq!(find(text, &(0..text.len())), expected, "{text:?}");
        }
    }

    #[test]
    fn a_definition_has_a_space() {
        for (text, expected) in [
            ("Close it.\n\n:warning: Hot.\n", "p Close it.\np :warning: Hot."),
            ("It hisses\n:warning: for *a* minute.\n", "p It hisses~:warning: for em(a) minute."),
            ("- a\n\n  :x y\n", "list None\n-\n  p a\n  p :x y"),
            ("term\n: meaning\n", "dt term\ndd\n  p meaning"),
            (
                "```\n:x\n```\n",
                "code CodeBlock { language: \"\", title: None, marked: [], numbered_from: None, classes: [], hidden: [], text: \":x\\n\" }",
            ),
            (
                "a\n\n    :x\n",
                "p a\ncode CodeBlock { language: \"\", title: None, marked: [], numbered_from: None, classes: [], hidden: [], text: \":x\\n\" }",
            ),
            ("|a|b|\n:-|-:\n|c|d|\n", "table [Left, Right] None None\n  a | b\n  c | d"),
        ] {
            assert_eq!(dump(text).trim_end(), expected, "{text:?}");
            assert!(chapter(text).1.is_empty(), "{text:?}");
        }
    }
}
