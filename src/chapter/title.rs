//! Which heading is the title of a chapter.

use super::model::Heading;
use super::nodes::{Block, BlockKind, Inline, RawToken};
use super::plain_text::plain_text;

/// Makes the heading that opens a chapter its title, if it is the only one of its level and none is of a higher one; the
/// headings under it move up with it. So readers of GitHub see a file that begins with `## Title`.
pub(super) fn raise(headings: &mut [Heading], blocks: &[Block]) {
    let Some(first) = headings.first() else { return };
    let level = first.level;
    let is_title = headings.iter().skip(1).all(|heading| heading.level > level);
    let opens = blocks.iter().find(|block| has_words(&block.kind));
    if level > 1 && is_title && opens.is_some_and(|block| matches!(block.kind, BlockKind::Heading(0))) {
        for heading in headings {
            heading.level -= level - 1;
        }
    }
}

/// Whether a block has words: headings have, badges and comments have none.
fn has_words(kind: &BlockKind) -> bool {
    match kind {
        BlockKind::Paragraph(inlines) => !inlines.iter().all(is_picture),
        BlockKind::Html(tokens) => {
            tokens.iter().any(|token| matches!(token, RawToken::Text(text) if !text.trim().is_empty()))
        }
        BlockKind::Rule => false,
        _ => true,
    }
}

fn is_picture(inline: &Inline) -> bool {
    match inline {
        Inline::Image(_) => true,
        Inline::Link { text, .. } => text.iter().all(is_picture),
        inline => plain_text(std::slice::from_ref(inline)).trim().is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use crate::chapter::parse::parse;
    use crate::chapter::test_dump::{dump_chapter, source, with};

    fn foreign(text: &str) -> String {
        let options = with(|markdown| (markdown.foreign_syntax, markdown.foreign_front_matter) = (true, true));
        dump_chapter(&parse(&source(text), &options).0).trim_end().to_owned()
    }

    #[test]
    fn a_heading_that_opens_a_file_alone_is_its_title() {
        for (text, expected) in [
            ("## A\n\n### B\n\n##### C\n", "h1 #a A\nh2 #b B\nh4 #c C"),
            ("[![x](y)](z)\n\n### A\n", "p a(<z>@10 img(x <y>@6))\nh1 #a A"),
            ("<h2 align=center>A</h2>\n", "html <div align=center>\nh1 #a A\nhtml </div>"),
            ("---\ntitle: T\n---\n## A\n", "h2 #a A"),
            ("text\n\n## A\n", "p text\nh2 #a A"),
            ("## A\n\n## B\n", "h2 #a A\nh2 #b B"),
            ("### A\n\n## B\n", "h3 #a A\nh2 #b B"),
            ("# A\n", "h1 #a A"),
        ] {
            assert_eq!(foreign(text), expected, "{text:?}");
        }
    }
}
