//! Sections: a chapter cut at its headings, as search knows it.

use super::glossary::Entry;
use crate::book::{Book, Page, Target};
use crate::chapter::{Block, BlockKind, Chapter, Definition, Heading, Inline, RawToken, plain_text};
use crate::path::{Anchor, encode_fragment};
use crate::search::Section;

/// The sections of a page, and the entries of glossaries that it holds.
pub(super) fn page_sections(book: &Book, page: &Page) -> (Vec<Section>, Vec<Entry>) {
    let mut collector = Collector::new(book, page);
    collector.blocks(&page.chapter.blocks);
    collector.finish();
    (collector.sections, collector.entries)
}

/// The address of a place, relative to the site's root.
pub(super) fn address(page: &Page, anchor: Option<&Anchor>) -> String {
    let fragment = anchor.map_or_else(String::new, |anchor| format!("#{}", encode_fragment(anchor.as_str())));
    format!("{}{fragment}", page.path.encoded())
}

/// Cuts a chapter into sections at its headings.
struct Collector<'a> {
    book: &'a Book,
    page: &'a Page,
    chapter: &'a Chapter,
    /// The trail of the page itself.
    above: Vec<String>,
    /// The headings that are open, outermost first, with their levels.
    open: Vec<(u8, String)>,
    anchor: Option<&'a Anchor>,
    text: String,
    checklists: bool,
    /// Where the links of the open section lead to.
    links: Vec<String>,
    sections: Vec<Section>,
    entries: Vec<Entry>,
}

impl<'a> Collector<'a> {
    fn new(book: &'a Book, page: &'a Page) -> Self {
        let above =
            page.part.iter().cloned().chain(page.parents.iter().map(|id| book.page(*id).title.clone())).collect();
        let chapter = &page.chapter;
        Self {
            book,
            page,
            chapter,
            above,
            open: Vec::new(),
            anchor: None,
            text: String::new(),
            checklists: false,
            links: Vec::new(),
            sections: Vec::new(),
            entries: Vec::new(),
        }
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
            BlockKind::List(list) => {
                self.checklists |= list.checklist.is_some();
                list.items.iter().for_each(|item| self.blocks(&item.blocks));
            }
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
                    self.definition(definition);
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

    /// A definition that leads to other sections says what they are about: they answer to its words too.
    fn definition(&mut self, definition: &'a Definition) {
        let (from, links) = (self.text.len(), self.links.len());
        self.inlines(&definition.term);
        definition.definitions.iter().for_each(|blocks| self.blocks(blocks));
        let leads_to = self.links.iter().skip(links).cloned().collect();
        let words = self.text.get(from..).unwrap_or_default().trim().to_owned();
        self.entries.push(Entry { term: Some(plain_text(&definition.term)), words, leads_to });
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

    /// A footnote is read where it is first referred to; where links lead is kept.
    fn footnotes(&mut self, inlines: &'a [Inline]) {
        for inline in inlines {
            if let Inline::Link { link, .. } = inline
                && let Some(Target::Page(id, anchor)) = self.page.targets.get(*link)
            {
                self.links.push(address(self.book.page(*id), anchor.as_ref()));
            }
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
        let leads_to = std::mem::take(&mut self.links).into_iter().collect();
        if title.ends_with(['?', '？']) {
            // Sections that a question leads to answer it.
            self.entries.push(Entry { term: None, words: title.clone(), leads_to });
        }
        let mut trail = self.above.clone();
        if let Some((_, above)) = self.open.split_last() {
            trail.push(self.page.title.clone());
            trail.extend(above.iter().map(|(_, title)| title.clone()));
        }
        self.sections.push(Section {
            url: address(self.page, self.anchor),
            title,
            page: self.page.title.clone(),
            trail,
            part: self.page.part.clone(),
            tags: if self.sections.is_empty() { self.chapter.front.tags.clone() } else { Vec::new() },
            aliases: if self.sections.is_empty() { self.chapter.front.aliases.clone() } else { Vec::new() },
            checklists: std::mem::take(&mut self.checklists),
            text,
        });
    }
}
