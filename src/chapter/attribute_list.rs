//! Attribute lists, as Pandoc, kramdown and Python-Markdown write them: `{#id .class width=300}` right after an image, a
//! link or code, and `{: .class }` at the end of a block.
//!
//! A list is one only if every part of it is an attribute: other text in braces stays text.

use std::ops::Range;

use super::attributes;
use super::frame::FrameKind;
use super::gathered::Written;
use super::image_attributes::{ImageAlign, ImageLength};
use super::nodes::{Image, Inline, RawAttribute, RawToken};
use super::prescan::TextRun;
use super::tree::Builder;
use crate::diagnostic::{Diagnostic, codes};
use crate::path::Anchor;

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

/// Which attribute lists are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AttributeLists {
    /// None.
    None,
    /// Those after images.
    Images,
    /// All.
    All,
}

/// What an attribute list belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// The image, link or code before it.
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
            let owners = text_run.links.iter().chain(&text_run.code);
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

impl Builder<'_, '_> {
    /// Applies an attribute list to the node or block that it belongs to.
    pub(super) fn attribute_list(&mut self, range: Range<usize>, owner: Owner) {
        let source = self.source;
        let Some(list) = read(source, &range) else { return };
        let id = list.id.as_ref().and_then(|(id, place)| Some((Anchor::written(id)?, place.clone())));
        if let Some((id, place)) = id {
            self.list_anchor(id, place, owner);
        }
        let frame = self.stack.last_mut().filter(|_| owner == Owner::Inline);
        let Some(Inline::Image(image)) = frame.and_then(|frame| frame.inlines.last_mut()) else { return };
        let unknown = apply(&list, image);
        if self.rules.attribute_lists == AttributeLists::Images {
            for place in unknown {
                let message = format!("`{}` is not an attribute of an image", &source[place.clone()]);
                let help = "write `![…](…){width=300}`; the attributes are `width`, `height` (`300`, `50%`) and `align` (`left`, `right`, `center`)";
                self.diagnostics.add(place, Diagnostic::new(&codes::BAD_ATTRIBUTE, message).help(help));
            }
        }
    }

    /// Adds an id: to a heading, or as an anchor before the node or at the start of the block.
    fn list_anchor(&mut self, id: Anchor, place: Range<usize>, owner: Owner) {
        let Some(frame) = self.stack.last_mut() else { return };
        if let (FrameKind::Heading(heading), Owner::Block) = (&mut frame.kind, owner) {
            heading.id.get_or_insert(id.to_string());
            return;
        }
        let attributes = vec![RawAttribute::Plain("id", id.to_string())];
        let at = if owner == Owner::Inline { frame.inlines.len().saturating_sub(1) } else { 0 };
        frame.inlines.insert(at, Inline::Html(RawToken::Open { name: "a", attributes }));
        frame.inlines.insert(at + 1, Inline::Html(RawToken::Close("a")));
        self.gathered.ids.push(Written { value: id, range: place });
    }
}

/// Sets the attributes of an image, and returns the ranges of those that an image does not have.
fn apply(list: &AttributeList<'_>, image: &mut Image) -> Vec<Range<usize>> {
    let mut unknown = Vec::new();
    for (key, value, range) in &list.pairs {
        let (length, align) = (ImageLength::read(value), ImageAlign::read(value));
        match *key {
            "width" if length.is_some() => image.width = length,
            "height" if length.is_some() => image.height = length,
            "align" if align.is_some() => image.align = align,
            "title" if image.title.is_empty() => (*value).clone_into(&mut image.title),
            "alt" if image.alt.is_empty() => (*value).clone_into(&mut image.alt),
            "loading" | "target" | "rel" => {}
            _ => unknown.push(range.clone()),
        }
    }
    unknown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chapter::parse::parse;
    use crate::chapter::test_dump::{diagnostics_of, dump, dump_chapter, source, with};

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

    #[test]
    fn in_other_folders_all_lists_are_read() {
        let foreign = with(|markdown| markdown.foreign_syntax = true);
        for (text, expected) in [
            ("[a](b.md){ target=_blank .button } c", "p a(<b.md>@4 a) c"),
            ("`a`{.python} {b}", "p `a` {b}"),
            ("A\n{: .lead }\n", "p A"),
            ("A {: .lead }\n", "p A"),
            ("A {.lead}\n", "p A {.lead}"),
            ("A\n{: #b }\n\n{: .c }\n", "p <a id=b></a>A"),
            ("## A {: #b }\n", "h2 #b A"),
            ("## A { #b .c }\n", "h2 #b A"),
            ("| a |\n|-|\n| b {: .c } |\n", "table [None] None None\n  a\n  b"),
            ("- a\n{: .b}\n", "list None tight\n-\n  p a"),
            ("![a](b.png){ width=30% align=right #c }\n", "p <a id=c></a>img(a <b.png>@5 30%×- Right)"),
        ] {
            let (chapter, report) = parse(&source(text), &foreign);
            assert_eq!(dump_chapter(&chapter).trim_end(), expected, "{text:?}");
            assert!(report.is_empty(), "{text:?}");
        }
    }

    #[test]
    fn images_have_widths_in_every_book() {
        assert_eq!(dump("![a](b.png){width=300 height=20px}"), "p img(a <b.png>@5 300×20)\n");
        assert_eq!(dump("[a](b.md){width=300}"), "p a(<b.md>@4 a){width=300}\n");
        assert_eq!(diagnostics_of("![a](b.png){size=3 width=x}"), ["bad-attribute @size=3", "bad-attribute @width=x"]);
    }
}
