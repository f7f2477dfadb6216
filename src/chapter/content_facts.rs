//! Determines the [`ContentFacts`] of a chapter, once after parsing.

use super::model::{ContentFacts, Footnote, Heading};
use super::nodes::{Block, BlockKind, Inline, RawToken};

impl ContentFacts {
    /// The facts of the parts of a chapter.
    pub(super) fn of(blocks: &[Block], headings: &[Heading], footnotes: &[Footnote]) -> Self {
        let mut facts = Self { tables: has_table_sheet(blocks), ..Self::default() };
        facts.add_blocks(blocks);
        for heading in headings {
            facts.add_text(&heading.text);
        }
        for note in footnotes {
            facts.add_blocks(&note.blocks);
        }
        facts
    }

    /// Adds the facts of blocks and of all blocks inside them.
    fn add_blocks(&mut self, blocks: &[Block]) {
        for Block { kind, span } in blocks {
            match kind {
                BlockKind::List(list) => self.checklists |= list.checklist.is_some(),
                BlockKind::WritingLine => self.blanks = true,
                BlockKind::Math(_) => self.formulas = true,
                BlockKind::Html(tokens) => self.formulas |= tokens.iter().any(is_formula),
                BlockKind::Code(code) if code.language == "mermaid" => {
                    self.diagrams += 1;
                    self.first_diagram.get_or_insert(*span);
                }
                _ => {}
            }
            kind.texts().into_iter().for_each(|text| self.add_text(text));
            kind.inner().into_iter().for_each(|inner| self.add_blocks(inner));
        }
    }

    /// Adds the facts of running text.
    fn add_text(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            match inline {
                Inline::Blank(_) => self.blanks = true,
                Inline::Math(_) | Inline::DisplayMath(_) => self.formulas = true,
                Inline::Html(token) => self.formulas |= is_formula(token),
                _ => {}
            }
            self.add_text(inline.inner().unwrap_or_default());
        }
    }
}

/// Whether a token of raw HTML begins a formula in `MathML`, which only books with `raw_html = "all"` keep.
fn is_formula(token: &RawToken) -> bool {
    let RawToken::Markup(html) = token else { return false };
    let tags = html.as_bytes().windows("<math".len());
    tags.into_iter().any(|start| start.eq_ignore_ascii_case(b"<math"))
}

fn has_table_sheet(blocks: &[Block]) -> bool {
    blocks.iter().any(|block| match &block.kind {
        BlockKind::Table(table) => table.log.is_some() || table.form.is_some(),
        BlockKind::Quote(_) | BlockKind::Directive(_) => block.kind.inner().into_iter().any(has_table_sheet),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chapter::test_dump::chapter;

    #[test]
    fn facts_come_from_the_tree_not_from_its_text() {
        let facts = |checklists, tables, blanks| ContentFacts { checklists, tables, blanks, ..ContentFacts::default() };
        for (text, expected) in [
            ("`data-chapbook=\"checklist\"` and `data-chapbook=\"blank\"`\n", facts(false, false, false)),
            ("> - [ ] a\n", facts(true, false, false)),
            ("a[^1]\n\n[^1]: b\n\n    - [ ] c\n", facts(true, false, false)),
            ("## **a ____**\n", facts(false, false, true)),
            (":::note\n| a | ____ |\n|-|-|\n:::\n", facts(false, false, true)),
            ("a\n\n________\n", facts(false, false, true)),
            ("- <!-- form: id=W1 -->\n  | a | b |\n  |-|-|\n", facts(false, false, false)),
            ("<!-- form: id=W1 -->\n| a | b |\n|-|-|\n", facts(false, true, false)),
        ] {
            assert_eq!(chapter(text).0.facts, expected, "{text:?}");
        }
    }

    #[test]
    fn formulas_are_found_wherever_they_are() {
        for (text, expected) in [
            ("$x$\n", true),
            ("a\n\n$$\nx\n$$\n", true),
            ("```math\nx\n```\n", true),
            ("## A **$x$**\n", true),
            ("- a\n  - [$x$](b.md)\n", true),
            ("| a | $x$ |\n|-|-|\n", true),
            (":::note $x$\nb\n:::\n", true),
            ("a\n: $x$\n", true),
            ("a[^1]\n\n[^1]: $x$\n", true),
            ("`$x$` costs $5 or $6\n\n```\n$x$\n```\n", false),
            ("<math><mi>x</mi></math>\n", false),
        ] {
            assert_eq!(chapter(text).0.facts.formulas, expected, "{text:?}");
        }
    }

    #[test]
    fn trusted_html_can_hold_formulas() {
        let is_found = |html: &str| is_formula(&RawToken::Markup(html.to_owned()));
        assert!(is_found("<p><MATH display='block'>") && !is_found("<mat") && !is_found("<b>math</b>"));
    }
}
