//! The search index: a section for each heading, from the chapters' trees.

use rayon::prelude::*;

use super::artifact::{Artifact, Composition, Output};
use crate::book::{Book, Page};
use crate::chapter::{Block, BlockKind, Chapter, Heading, Inline, RawToken, plain_text};
use crate::path::{Anchor, encode_fragment};
use crate::render::{Edition, SEARCH_INDEX};
use crate::search::{Index, Section};

pub(super) const SEARCH: Output = Output {
    name: "search",
    about: "search-index.json, and the same as a script for the page",
    wanted: |output| output.search,
    compose,
};

fn compose(composition: &Composition<'_>) -> Vec<Artifact> {
    let index = Index::new(composition.edition.sections.clone());
    let json = Artifact::text("search-index.json", index.to_json());
    let engine = String::from_utf8_lossy(&composition.edition.theme.engine);
    json.into_iter().chain(Artifact::text(SEARCH_INDEX, format!("{engine}{}", index.to_script()))).collect()
}

/// All sections that search can find, in reading order.
#[must_use]
pub fn sections(edition: &Edition<'_>) -> Vec<Section> {
    let found = edition.book.pages.par_iter().filter(|page| page.chapter.front.search != Some(false));
    found.flat_map_iter(|page| page_sections(edition.book, page)).collect()
}

fn page_sections(book: &Book, page: &Page) -> Vec<Section> {
    let mut collector = Collector::new(book, page);
    collector.blocks(&page.chapter.blocks);
    collector.finish();
    collector.sections
}

/// Cuts a chapter into sections at its headings.
struct Collector<'a> {
    page: &'a Page,
    chapter: &'a Chapter,
    /// The trail of the page itself.
    above: Vec<String>,
    /// The headings that are open, outermost first, with their levels.
    open: Vec<(u8, String)>,
    anchor: Option<&'a Anchor>,
    text: String,
    sections: Vec<Section>,
}

impl<'a> Collector<'a> {
    fn new(book: &Book, page: &'a Page) -> Self {
        let above =
            page.part.iter().cloned().chain(page.parents.iter().map(|id| book.page(*id).title.clone())).collect();
        let chapter = &page.chapter;
        Self { page, chapter, above, open: Vec::new(), anchor: None, text: String::new(), sections: Vec::new() }
    }

    fn blocks(&mut self, blocks: &'a [Block]) {
        for block in blocks {
            self.block(&block.kind);
        }
    }

    fn block(&mut self, kind: &'a BlockKind) {
        match kind {
            BlockKind::Heading(index) => {
                if let Some(heading) = self.chapter.headings.get(*index) {
                    self.heading(heading);
                }
            }
            BlockKind::Paragraph(inlines) => self.inlines(inlines),
            BlockKind::Figure(image) => {
                self.words(&image.alt);
                self.words(&image.title);
            }
            BlockKind::List(list) => list.items.iter().for_each(|item| self.blocks(&item.blocks)),
            BlockKind::Code(code) => {
                self.words(code.title.as_deref().unwrap_or_default());
                self.words(&code.shown());
            }
            BlockKind::Table(table) => {
                table.header.iter().chain(table.rows.iter().flatten()).for_each(|cell| self.inlines(cell));
            }
            BlockKind::Quote(blocks) => self.blocks(blocks),
            BlockKind::Directive(directive) => {
                self.inlines(&directive.title);
                self.blocks(&directive.body);
            }
            BlockKind::Definitions(definitions) => {
                for definition in definitions {
                    self.inlines(&definition.term);
                    definition.definitions.iter().for_each(|blocks| self.blocks(blocks));
                }
            }
            BlockKind::Html(tokens) => tokens.iter().for_each(|token| {
                if let RawToken::Text(text) = token {
                    self.words(text);
                }
            }),
            BlockKind::Math(tex) => self.words(tex),
            BlockKind::WritingLine | BlockKind::Rule => {}
        }
    }

    fn heading(&mut self, heading: &'a Heading) {
        // The level-1 heading is the page itself: what follows belongs to the page, not to a section of it.
        if heading.level == 1 && self.sections.is_empty() && self.text.is_empty() && self.open.is_empty() {
            self.anchor = Some(&heading.anchor);
            return;
        }
        self.finish();
        self.open.retain(|(level, _)| *level < heading.level);
        self.open.push((heading.level, plain_text(&heading.text)));
        self.anchor = Some(&heading.anchor);
    }

    fn inlines(&mut self, inlines: &'a [Inline]) {
        self.words(&plain_text(inlines));
        self.footnotes(inlines);
    }

    /// A footnote is read where it is first referred to.
    fn footnotes(&mut self, inlines: &'a [Inline]) {
        for inline in inlines {
            match inline {
                Inline::FootnoteRef { note, use_count: 1 } => {
                    if let Some(note) = self.chapter.footnotes.get(*note) {
                        self.blocks(&note.blocks);
                    }
                }
                Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link { text: inner, .. } => {
                    self.footnotes(inner);
                }
                _ => {}
            }
        }
    }

    fn words(&mut self, text: &str) {
        for word in text.split_whitespace() {
            if !self.text.is_empty() {
                self.text.push(' ');
            }
            self.text.push_str(word);
        }
    }

    /// Ends the section that is open.
    fn finish(&mut self) {
        let text = std::mem::take(&mut self.text);
        let title = self.open.last().map_or(&self.page.title, |(_, title)| title).clone();
        let fragment = self.anchor.map_or_else(String::new, |anchor| format!("#{}", encode_fragment(anchor.as_str())));
        let mut trail = self.above.clone();
        if let Some((_, above)) = self.open.split_last() {
            trail.push(self.page.title.clone());
            trail.extend(above.iter().map(|(_, title)| title.clone()));
        }
        self.sections.push(Section {
            url: format!("{}{fragment}", self.page.path.encoded()),
            title,
            page: self.page.title.clone(),
            trail,
            tags: if self.sections.is_empty() { self.chapter.front.tags.clone() } else { Vec::new() },
            text,
        });
    }
}
