//! The sections of a chapter for the search index: its plain text, split at its headings, and the terms it defines.
//!
//! They are made right after parsing and cached with the chapter, so that the index is built without its blocks.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::model::{Chapter, GlossaryEntry, Heading, SectionText};
use super::nodes::{Block, BlockKind, Definition, Inline, RawToken};
use super::plain_text::plain_text;
use super::readability::first_sentence;
use super::{ruby, safe_list};
use crate::formula::plain;
use crate::path::Anchor;

/// Returns the sections of a chapter in order, at least one, and the entries of its definition lists.
pub(super) fn gather(chapter: &Chapter) -> (Vec<SectionText>, Vec<GlossaryEntry>) {
    let mut collector = Collector {
        chapter,
        open: Vec::new(),
        anchor: None,
        text: String::new(),
        readings: Vec::new(),
        code: Vec::new(),
        checklists: false,
        links: Vec::new(),
        sections: Vec::new(),
        glossary: Vec::new(),
    };
    collector.blocks(&chapter.blocks);
    collector.finish();
    (collector.sections, collector.glossary)
}

/// Collects the text of blocks and begins a new section at each heading.
struct Collector<'a> {
    chapter: &'a Chapter,
    /// The level and title of each heading that the current section is under, outermost first.
    open: Vec<(u8, String)>,
    anchor: Option<&'a Anchor>,
    text: String,
    /// The readings of ruby in the current section.
    readings: Vec<String>,
    /// The byte ranges of `text` that are code blocks.
    code: Vec<Range<usize>>,
    checklists: bool,
    /// The links of the current section.
    links: Vec<usize>,
    sections: Vec<SectionText>,
    glossary: Vec<GlossaryEntry>,
}

impl<'a> Collector<'a> {
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
                let from = self.text.len();
                self.words(&code.shown());
                self.code.push(from..self.text.len());
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
            BlockKind::Html(tokens) => self.tokens(tokens),
            BlockKind::Math(tex) => self.words(&plain(tex)),
            BlockKind::WritingLine | BlockKind::Rule => {}
        }
    }

    /// Adds a term with the links of its definition: search finds the sections that these lead to by the words of the
    /// definition, too.
    fn definition(&mut self, definition: &'a Definition) {
        let (from, links) = (self.text.len(), self.links.len());
        self.inlines(&definition.term);
        definition.definitions.iter().for_each(|blocks| self.blocks(blocks));
        let links = self.links.get(links..).unwrap_or_default().to_vec();
        let words = self.text.get(from..).unwrap_or_default().trim().to_owned();
        self.glossary.push(GlossaryEntry {
            section: self.sections.len(),
            term: plain_text(&definition.term),
            span: definition.span,
            anchor: definition.anchor.clone(),
            meaning: meaning(definition),
            words,
            links,
        });
    }

    fn heading(&mut self, heading: &'a Heading) {
        // The level-1 heading is the title of the page: the text after it belongs to the page, not to a section of it.
        if heading.level == 1 && self.sections.is_empty() && self.text.is_empty() && self.open.is_empty() {
            self.anchor = Some(&heading.anchor);
            self.readings(&heading.text);
            return;
        }
        self.finish();
        self.open.retain(|(level, _)| *level < heading.level);
        self.open.push((heading.level, heading.title.clone()));
        self.anchor = Some(&heading.anchor);
        self.readings(&heading.text);
    }

    fn inlines(&mut self, inlines: &'a [Inline]) {
        self.words(&plain_text(inlines));
        self.readings(inlines);
        self.footnotes(inlines);
    }

    /// Adds the readings of running text.
    fn readings(&mut self, inlines: &[Inline]) {
        self.readings.extend(ruby::readings(inlines, plain_text));
        inlines.iter().filter_map(Inline::inner).for_each(|inner| self.readings(inner));
    }

    /// Adds the text of HTML. Tags of running text are inside of words.
    fn tokens(&mut self, tokens: &[RawToken]) {
        self.readings.extend(ruby::readings_of_tokens(tokens));
        let mut text = String::new();
        for token in ruby::base_tokens(tokens) {
            match token {
                RawToken::Text(part) => text.push_str(part),
                token if ends_word(token) => text.push(' '),
                _ => {}
            }
        }
        self.words(&text);
    }

    /// Adds the links of running text, and the text of each footnote at its first reference.
    fn footnotes(&mut self, inlines: &'a [Inline]) {
        for inline in inlines {
            if let Inline::Link { link, .. } = inline {
                self.links.push(*link);
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

    /// The readings of the section, each once.
    fn take_readings(&mut self) -> Vec<String> {
        let mut met = BTreeSet::new();
        let mut readings = std::mem::take(&mut self.readings);
        readings.retain(|reading| met.insert(reading.clone()));
        readings
    }

    /// Ends the current section.
    fn finish(&mut self) {
        let readings = self.take_readings();
        self.sections.push(SectionText {
            anchor: self.anchor.cloned(),
            open: self.open.iter().map(|(_, title)| title.clone()).collect(),
            text: Arc::from(std::mem::take(&mut self.text)),
            readings,
            code: std::mem::take(&mut self.code),
            checklists: std::mem::take(&mut self.checklists),
            links: std::mem::take(&mut self.links),
        });
    }
}

/// Whether a word cannot go on behind a tag.
fn ends_word(token: &RawToken) -> bool {
    match token {
        RawToken::Open { name, .. } | RawToken::Close(name) => !safe_list::is_in_running_text(name),
        RawToken::Markup(html) => {
            ruby::tag_names(html).any(|name| !safe_list::is_in_running_text(name.trim_matches('/')))
        }
        RawToken::Comment(_) | RawToken::Text(_) => false,
    }
}

/// The first sentence of a definition's first paragraph, or nothing if it has none.
fn meaning(definition: &Definition) -> String {
    let paragraph = definition.definitions.iter().flatten().find_map(|block| match &block.kind {
        BlockKind::Paragraph(inlines) => Some(plain_text(inlines)),
        _ => None,
    });
    paragraph.map(|text| first_sentence(text.trim()).to_owned()).unwrap_or_default()
}
