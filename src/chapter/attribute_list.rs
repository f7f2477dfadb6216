//! Attribute lists, as Pandoc, kramdown and Python-Markdown write them: `{#id .class width=300}` right after an image, a
//! link or code, and `{: .class }` at the end of a block.
//!
//! A list is one only if every part of it is an attribute: other text in braces stays text.

use std::ops::Range;

use super::attributes;
use super::dialect::AttributeLists;
use super::prescan::TextRun;

/// An attribute list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct AttributeList<'a> {
    /// The id, with its range including `#`.
    pub(super) id: Option<(&'a str, Range<usize>)>,
    /// The classes.
    pub(super) classes: Vec<&'a str>,
    /// The other attributes: key, value and range.
    pub(super) pairs: Vec<(&'a str, &'a str, Range<usize>)>,
    /// Its range with its braces.
    pub(super) range: Range<usize>,
}

/// What an attribute list belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// The image, link, code or emphasis before it.
    Inline,
    /// The block that it is in.
    Block,
}

/// The longest attribute list, in bytes.
const LONGEST: usize = 400;

/// The attribute list that begins at the start of a range, if one does.
pub(super) fn read<'a>(text: &'a str, range: &Range<usize>) -> Option<AttributeList<'a>> {
    let inside = text[range.clone()].strip_prefix('{').filter(|inside| !inside.starts_with('{'))?;
    let length = inside.bytes().take(LONGEST).position(|byte| matches!(byte, b'}' | b'\n'))?;
    if !inside[length..].starts_with('}') {
        return None;
    }
    let colon = usize::from(inside.starts_with(':'));
    let start = range.start + 1;
    let mut list = AttributeList { range: range.start..start + length + 1, ..AttributeList::default() };
    for part in attributes::read(text, &(start + colon..start + length)) {
        match (part.key, part.value) {
            (key, None) if key.len() > 1 && key.starts_with('#') => list.id = Some((&key[1..], part.range)),
            (key, None) if is_class(key) => list.classes.extend(key.split('.').filter(|class| !class.is_empty())),
            (key, Some(value)) if is_key(key) => list.pairs.push((key, value, part.range)),
            _ => return None,
        }
    }
    let is_empty = list.id.is_none() && list.classes.is_empty() && list.pairs.is_empty();
    (!is_empty).then_some(list)
}

fn is_class(word: &str) -> bool {
    word.len() > 1 && word.starts_with('.') && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

fn is_key(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))
}

/// Finds the attribute lists in a block of running text.
pub(super) fn find(text: &str, text_run: &TextRun, which: AttributeLists) -> Vec<(Range<usize>, Owner)> {
    let end = text_run.range.end;
    let after = |at: usize| read(text, &(at..end)).map(|list| (list.range, Owner::Inline));
    let is_image = |range: &&Range<usize>| text[(*range).clone()].starts_with("![");
    let images = text_run.links.iter().filter(is_image).filter_map(|range| after(range.end));
    match which {
        AttributeLists::None => Vec::new(),
        AttributeLists::Images => images.collect(),
        AttributeLists::All => {
            let owners = text_run.links.iter().chain(&text_run.code).chain(&text_run.emphases);
            let mut found: Vec<_> = owners.filter_map(|range| after(range.end)).collect();
            found.extend(of_block(text, &text_run.range).map(|range| (range, Owner::Block)));
            found
        }
    }
}

/// The attribute list of a block: alone on its last line, or with a colon at its end.
fn of_block(text: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let written = text[range.clone()].trim_end();
    let line = written.rfind('\n').map_or(0, |at| at + 1);
    let indent = written[line..].len() - written[line..].trim_start().len();
    let own_line = Some(line + indent).filter(|at| written[*at..].starts_with('{'));
    let at_end = || written.rfind("{:").filter(|at| written[..*at].ends_with(' '));
    let start = range.start + own_line.or_else(at_end)?;
    let list = read(text, &(start..range.end))?;
    (list.range.end == range.start + written.len()).then_some(list.range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_an_attribute() {
        for (text, expected) in [
            (
                "{#a .b.c width=300 title=\"x y\"} z",
                Some((Some("a"), vec!["b", "c"], vec![("width", "300"), ("title", "x y")])),
            ),
            ("{: .lead }", Some((None, vec!["lead"], vec![]))),
            ("{:.a}", Some((None, vec!["a"], vec![]))),
            ("{ #a }", Some((Some("a"), vec![], vec![]))),
            ("{}", None),
            ("{a}", None),
            ("{{ a }}", None),
            ("{ .a b }", None),
            ("{.a\n}", None),
            ("{1=2}", None),
        ] {
            let list = read(text, &(0..text.len()));
            let parts = list.map(|list| {
                let pairs = list.pairs.into_iter().map(|(key, value, _)| (key, value)).collect::<Vec<_>>();
                (list.id.map(|(id, _)| id), list.classes, pairs)
            });
            assert_eq!(parts, expected, "{text:?}");
        }
    }
}
