//! Finds variables in running text: `{{ book.NAME }}`. Any other `{{ … }}` is text.

use std::ops::Range;

use super::blank::is_escaped;

/// A use of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Use {
    /// From `{{` to `}}`.
    pub(super) range: Range<usize>,
    /// The range of NAME.
    pub(super) name: Range<usize>,
}

/// Finds the variables in a range of the text.
pub(super) fn find(text: &str, range: &Range<usize>) -> Vec<Use> {
    let mut found = Vec::new();
    let mut at = range.start;
    while let Some(offset) = text[at..range.end].find("{{") {
        let start = at + offset;
        let read = (!is_escaped(text, start)).then(|| read(text, start..range.end)).flatten();
        at = read.as_ref().map_or(start + 1, |variable| variable.range.end);
        found.extend(read);
    }
    found
}

fn read(text: &str, range: Range<usize>) -> Option<Use> {
    let rest = &text[range.clone()];
    let inside = rest["{{".len()..].trim_start_matches([' ', '\t']);
    let name = inside.strip_prefix("book.")?;
    let length = name.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.')).unwrap_or(name.len());
    let end = name[length..].trim_start_matches([' ', '\t']).strip_prefix("}}")?;
    let start = range.end - name.len();
    (length > 0).then(|| Use { range: range.start..range.end - end.len(), name: start..start + length })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables() {
        for (text, expected) in [
            ("v{{ book.version }}!", &["version"][..]),
            ("{{book.a_b}}{{ book.银行.电话 }}", &["a_b", "银行.电话"]),
            ("{{ page.x }} {{ book. }} {{ book.x y }} {{{", &[]),
            (r"\{{ book.x }}", &[]),
            ("{{{ book.x }}", &["x"]),
        ] {
            let found: Vec<&str> = find(text, &(0..text.len())).into_iter().map(|found| &text[found.name]).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
