//! Writes a chapter as HTML: footnotes.

use std::collections::BTreeSet;

use super::body::Writer;
use super::direction;
use crate::chapter::{Block, BlockKind, Footnote};
use crate::error::Error;
use crate::escape::{push_attribute, push_text};
use crate::path::encode_fragment;

impl Writer<'_> {
    /// The footnotes used so far, and those that they use.
    pub(super) fn footnotes(&mut self) -> Result<(), Error> {
        let mut notes = Vec::new();
        let mut written = BTreeSet::new();
        while let Some(index) = self.noted.iter().copied().find(|index| !written.contains(index)) {
            written.insert(index);
            notes.push((index, self.apart(|writer| writer.footnote(index))?));
        }
        if notes.is_empty() {
            return Ok(());
        }
        notes.sort_by_key(|(index, _)| *index);
        if self.is_epub() {
            self.epub_footnotes(&notes);
            return Ok(());
        }
        let level = self.level(2);
        self.html.push_str("<section class=\"cb-footnotes\" role=\"doc-endnotes\">");
        self.put(format_args!("<h{level} class=\"cb-visually-hidden\" data-chrome>"));
        push_text(self.string("footnotes"), &mut self.html);
        self.put(format_args!("</h{level}>\n<ol>\n"));
        for (index, html) in notes {
            // A sheet has only some of the footnotes, so each has an explicit number.
            self.put(format_args!("<li value=\"{}\" id=\"", index + 1));
            self.footnote_id(index);
            self.html.extend(["\">", &html, "</li>\n"]);
        }
        self.html.push_str("</ol></section>\n");
        Ok(())
    }

    /// Writes the id of a footnote.
    pub(super) fn footnote_id(&mut self, index: usize) {
        if let Some(note) = self.chapter.footnotes.get(index) {
            self.id(&format!("fn-{}", note.label));
        }
    }

    /// Writes the content of a footnote; its last paragraph contains the links back.
    fn footnote(&mut self, index: usize) -> Result<(), Error> {
        let chapter = self.chapter;
        let Some(note) = chapter.footnotes.get(index) else { return Ok(()) };
        if let Some((Block { kind: BlockKind::Paragraph(last), .. }, first)) = note.blocks.split_last() {
            self.blocks(first)?;
            let direction = direction::of_inlines(last);
            self.html.push_str("<p");
            self.dir(direction);
            self.html.push('>');
            self.within(direction, |writer| writer.inlines(last));
            self.back_links(note);
            self.html.push_str("</p>");
        } else {
            self.blocks(&note.blocks)?;
            self.back_links(note);
        }
        Ok(())
    }

    fn back_links(&mut self, note: &Footnote) {
        for use_count in 1..=note.uses {
            let id = format!("{}fnref-{}-{use_count}", self.context.prefix, note.label);
            self.html.push_str(" <a class=\"cb-backref\" href=\"#");
            self.html.push_str(&encode_fragment(&id));
            self.html.push_str("\" role=\"doc-backlink\" aria-label=\"");
            push_attribute(&format!("{} {use_count}", self.string("footnote_back")), &mut self.html);
            self.html.push_str("\">↩</a>");
        }
    }
}
