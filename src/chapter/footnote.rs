//! Numbers footnotes in the order of their first use; those used only in other footnotes come last.

use std::collections::BTreeMap;

use super::diagnostics::Diagnostics;
use super::gathered::FootnoteText;
use super::model::{Footnote, Heading};
use super::nodes::{Block, BlockKind, Inline};
use crate::diagnostic::{Diagnostic, codes};

/// Numbers the references of a chapter and returns the footnotes in that order. Unused footnotes are reported.
///
/// References hold indices into `labels` before, and indices into the returned footnotes after.
pub(super) fn number(
    blocks: &mut [Block],
    headings: &mut [Heading],
    labels: &[String],
    mut texts: BTreeMap<String, FootnoteText>,
    diagnostics: &mut Diagnostics<'_>,
) -> Vec<Footnote> {
    let mut numbering = Numbering { labels, known: texts.keys().cloned().collect(), ..Numbering::default() };
    numbering.blocks(blocks, headings);
    let mut notes: Vec<Footnote> = Vec::new();
    while let Some(label) = numbering.order.get(notes.len()).copied() {
        let Some(mut text) = texts.remove(&labels[label]) else { break };
        numbering.blocks(&mut text.blocks, headings);
        notes.push(Footnote { label: text.label, blocks: text.blocks, uses: 0 });
    }
    for (note, uses) in notes.iter_mut().zip(&numbering.uses) {
        note.uses = *uses;
    }
    for text in texts.values() {
        report_unused(text, diagnostics);
    }
    notes
}

fn report_unused(text: &FootnoteText, diagnostics: &mut Diagnostics<'_>) {
    let diagnostic = Diagnostic::new(&codes::UNUSED_FOOTNOTE, format!("footnote `[^{}]` is never used", text.label));
    let end = (text.range.start + "[^]:".len() + text.label.len()).min(text.range.end);
    let help = format!("refer to it with `[^{}]`, or delete it", text.label);
    diagnostics.add(text.range.start..end, diagnostic.help(help));
}

#[derive(Default)]
struct Numbering<'a> {
    labels: &'a [String],
    known: std::collections::BTreeSet<String>,
    /// The label of each numbered footnote, in order.
    order: Vec<usize>,
    /// The number of references to each.
    uses: Vec<usize>,
    /// The number of each label.
    numbers: BTreeMap<usize, usize>,
}

impl Numbering<'_> {
    fn blocks(&mut self, blocks: &mut [Block], headings: &mut [Heading]) {
        for block in blocks {
            match &mut block.kind {
                BlockKind::Heading(index) => {
                    if let Some(heading) = headings.get_mut(*index) {
                        self.inlines(&mut heading.text);
                    }
                }
                BlockKind::Paragraph(inlines) => self.inlines(inlines),
                BlockKind::List(list) => {
                    list.items.iter_mut().for_each(|item| self.blocks(&mut item.blocks, headings));
                }
                BlockKind::Table(table) => {
                    let rows = std::iter::once(&mut table.header).chain(&mut table.rows);
                    rows.flatten().for_each(|cell| self.inlines(cell));
                }
                BlockKind::Quote(blocks) => self.blocks(blocks, headings),
                BlockKind::Directive(directive) => {
                    self.inlines(&mut directive.title);
                    self.blocks(&mut directive.body, headings);
                }
                BlockKind::Definitions(definitions) => {
                    for definition in definitions {
                        self.inlines(&mut definition.term);
                        definition.definitions.iter_mut().for_each(|blocks| self.blocks(blocks, headings));
                    }
                }
                BlockKind::Figure(_)
                | BlockKind::Code(_)
                | BlockKind::Html(_)
                | BlockKind::Math(_)
                | BlockKind::WritingLine
                | BlockKind::Rule => {}
            }
        }
    }

    fn inlines(&mut self, inlines: &mut [Inline]) {
        for inline in inlines {
            match inline {
                Inline::FootnoteRef { note, .. } => *inline = self.reference(*note),
                Inline::Emphasis(inner)
                | Inline::Strong(inner)
                | Inline::Strikethrough(inner)
                | Inline::Subscript(inner)
                | Inline::Superscript(inner)
                | Inline::Link { text: inner, .. } => self.inlines(inner),
                _ => {}
            }
        }
    }

    fn reference(&mut self, label: usize) -> Inline {
        let name = &self.labels[label];
        if !self.known.contains(name) {
            return Inline::Text(format!("[^{name}]"));
        }
        let note = *self.numbers.entry(label).or_insert_with(|| {
            self.order.push(label);
            self.uses.push(0);
            self.order.len() - 1
        });
        self.uses[note] += 1;
        Inline::FootnoteRef { note, use_count: self.uses[note] }
    }
}

#[cfg(test)]
mod tests {
    use crate::chapter::test_dump::{diagnostics_of, dump};

    #[test]
    fn footnotes_are_numbered_by_first_use() {
        let text = "[^b] [^甲] [^b]\n\n[^甲]: one[^c]\n\n[^c]: two\n[^b]: three\n[^B]: four\n";
        assert_eq!(
            dump(text),
            "p fn(0.1) fn(1.1) fn(0.2)\n[^b] x2\n  p three\n[^甲] x1\n  p onefn(2.1)\n[^c] x1\n  p two\n"
        );
        assert_eq!(diagnostics_of(text), Vec::<String>::new());
    }

    #[test]
    fn footnotes_in_headings_cells_and_titles_count() {
        let text = "# a[^1]\n\n| b[^1] |\n|-|\n\n[^1]: c\n";
        assert_eq!(dump(text), "h1 #a afn(0.1)\ntable [None] None None\n  bfn(0.2)\n[^1] x2\n  p c\n");
    }

    #[test]
    fn missing_and_unused_footnotes_are_reported() {
        for (text, expected) in [
            ("a[^x]\n", &["missing-footnote @[^x]"][..]),
            ("a\n\n[^x]: b\n", &["unused-footnote @[^x]:"]),
            ("a\n\n[^x]: b[^x]\n", &["unused-footnote @[^x]:"]),
            ("`[^x]`\n", &[]),
        ] {
            assert_eq!(diagnostics_of(text), expected, "{text:?}");
        }
    }
}
