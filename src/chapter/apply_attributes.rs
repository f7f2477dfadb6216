//! Applies attribute lists to the nodes and blocks that they belong to.

use std::ops::Range;

use super::attribute_list::{AttributeList, Owner, read};
use super::dialect::AttributeLists;
use super::frame::FrameKind;
use super::gathered::Written;
use super::image_attributes::{ImageAlign, ImageLength};
use super::nodes::{Image, Inline, RawAttribute, RawToken};
use super::tree::Builder;
use crate::diagnostic::{Diagnostic, codes};
use crate::path::Anchor;

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
    use crate::chapter::parse::parse;
    use crate::chapter::test_dump::{diagnostics_of, dump, dump_chapter, source, with};

    #[test]
    fn in_other_folders_all_lists_are_read() {
        let foreign = with(|markdown| markdown.foreign_syntax = true);
        for (text, expected) in [
            ("[a](b.md){ target=_blank .button } c", "p a(<b.md>@4 a) c"),
            ("`a`{.python} {b}", "p `a` {b}"),
            ("c __a__{ #b } d", "p c <a id=b></a>b(a) d"),
            ("A\n{: .lead }\n", "p A"),
            ("A {: .lead }\n", "p A"),
            ("A {.lead}\n", "p A {.lead}"),
            ("A\n{: #b }\n\n{: .c }\n", "p <a id=b></a>A"),
            ("# T\n\n## A {: #b }\n", "h1 #t T\nh2 #b A"),
            ("# T\n\n## A { #b .c }\n", "h1 #t T\nh2 #b A"),
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
