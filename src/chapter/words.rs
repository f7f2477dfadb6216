//! Counts the words of a chapter without those in code. Each Han, kana or Hangul character counts as a word.

use super::han::{is_han, is_hangul};
use super::model::{Footnote, Heading};
use super::nodes::{Block, BlockKind, Definition, Inline, RawToken};
use super::ruby;

/// Counts the words of a chapter and its footnotes.
pub(super) fn count(blocks: &[Block], headings: &[Heading], footnotes: &[Footnote]) -> u32 {
    let mut counter = Counter { headings, text: String::new(), words: 0 };
    counter.blocks(blocks);
    for note in footnotes {
        counter.blocks(&note.blocks);
    }
    counter.words
}

/// Counts the words of a text.
fn count_text(text: &str) -> u32 {
    let mut words = 0;
    let mut inside = false;
    for c in text.chars() {
        let single = is_han(c) || is_hangul(c);
        let part = !single && (c.is_alphanumeric() || (inside && matches!(c, '\'' | '’')));
        words += u32::from(single || (part && !inside));
        inside = part;
    }
    words
}

struct Counter<'a> {
    headings: &'a [Heading],
    text: String,
    words: u32,
}

impl Counter<'_> {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(&block.kind);
        }
    }

    fn block(&mut self, block: &BlockKind) {
        match block {
            BlockKind::Heading(index) => {
                let text = self.headings.get(*index).map_or(&[][..], |heading| &heading.text);
                self.running_text(text);
            }
            BlockKind::Paragraph(inlines) => self.running_text(inlines),
            BlockKind::Figure(image) => self.words += count_text(&image.title),
            BlockKind::List(list) => list.items.iter().for_each(|item| self.blocks(&item.blocks)),
            BlockKind::Table(table) => {
                std::iter::once(&table.header).chain(&table.rows).flatten().for_each(|cell| self.running_text(cell));
            }
            BlockKind::Quote(blocks) => self.blocks(blocks),
            BlockKind::Directive(directive) => {
                self.running_text(&directive.title);
                self.blocks(&directive.body);
            }
            BlockKind::Definitions(definitions) => definitions.iter().for_each(|it| self.definition(it)),
            BlockKind::Html(tokens) => ruby::base_tokens(tokens).for_each(|token| self.token(token)),
            BlockKind::Code(_) | BlockKind::Math(_) | BlockKind::WritingLine | BlockKind::Rule => {}
        }
    }

    fn definition(&mut self, definition: &Definition) {
        self.running_text(&definition.term);
        definition.definitions.iter().for_each(|blocks| self.blocks(blocks));
    }

    fn token(&mut self, token: &RawToken) {
        if let RawToken::Text(text) = token {
            self.words += count_text(text);
        }
    }

    /// Counts the words of one block's text. Markup can be inside a word, so the text is joined before it is counted.
    fn running_text(&mut self, inlines: &[Inline]) {
        self.text.clear();
        self.inlines(inlines);
        self.words += count_text(&self.text);
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in ruby::base(inlines) {
            match inline {
                Inline::Text(text) | Inline::Html(RawToken::Text(text)) => self.text.push_str(text),
                Inline::Emphasis(inner)
                | Inline::Strong(inner)
                | Inline::Strikethrough(inner)
                | Inline::Subscript(inner)
                | Inline::Superscript(inner)
                | Inline::Link { text: inner, .. } => self.inlines(inner),
                Inline::Html(_) | Inline::FootnoteRef { .. } => {}
                Inline::Code(_)
                | Inline::Image(_)
                | Inline::Math(_)
                | Inline::DisplayMath(_)
                | Inline::Emoji { .. }
                | Inline::Blank(_)
                | Inline::SoftBreak
                | Inline::HardBreak => self.text.push(' '),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for (text, words) in
            [("Don't panic, it's 3.14", 5), ("你好 world，ab字cd", 6), ("かな 한국", 4), ("— … !", 0), ("", 0)]
        {
            assert_eq!(count_text(text), words, "{text:?}");
        }
    }
}
