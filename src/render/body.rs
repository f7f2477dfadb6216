//! Writes a chapter as HTML: blocks.
//!
//! In: a [`Chapter`] and its [`RenderContext`]. Out: balanced HTML in which every text and attribute is escaped. Nothing else
//! is read, so equal arguments give equal bytes, and the result can be cached.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use serde::Serialize;

use super::blank::{Blanks, last_words};
use super::code;
use super::highlights::Highlights;
use super::math::{Display, mathml};
use super::medium::{EpubState, Medium};
use super::template::Templates;
use super::view::{DirectiveView, TabView};
use crate::chapter::{Block, BlockKind, Chapter, Definition, Directive, Heading, Image, Inline, RawToken, plain_text};
use crate::diagnostic::{Diagnostic, Report, Span, codes};
use crate::error::Error;
use crate::escape::{push_attribute, push_text};
use crate::path::Anchor;
use crate::theme::Strings;

/// Everything that a chapter's HTML depends on besides the chapter.
#[derive(Debug, Clone, Serialize)]
pub struct RenderContext<'a> {
    /// One context for each of [`Chapter::links`].
    pub links: Vec<LinkContext>,
    /// One for each of [`Chapter::headings`]: its number as shown ("第 1 章", "1.1").
    pub numbers: Vec<Option<String>>,
    /// One for each of [`Chapter::checklists`].
    pub checklists: Vec<ChecklistContext>,
    /// The key under which the browser stores what readers enter: [`Permalink::key`](crate::path::Permalink::key).
    pub place: String,
    /// Precedes every id, so that several chapters can share a page.
    pub prefix: String,
    /// How many levels headings are lowered; level 6 is the lowest.
    pub lower: u8,
    /// The heading to write if the chapter has none of level 1; `None` for none.
    pub title: Option<String>,
    /// Its number as shown.
    pub title_number: Option<String>,
    /// Whether images of other sites are shown.
    pub external_images: bool,
    /// Whether code is highlighted.
    pub highlight: bool,
    /// Strings of the interface. Not serialized, because cache keys contain the digest of the theme and the language.
    #[serde(skip)]
    pub strings: &'a Strings,
    /// What the HTML becomes part of.
    pub medium: Medium,
}

/// A link as it is written on one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkContext {
    /// The href, encoded; `None` for a link that leads nowhere.
    pub href: Option<String>,
    /// Whether it leads to another site.
    pub external: bool,
    /// For an image: its width and height in pixels.
    pub size: Option<(u32, u32)>,
}

/// What the book knows of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChecklistContext {
    /// Unique in the book.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The href of its sheet; `None` on the sheet itself and on paper.
    pub sheet: Option<String>,
}

/// The HTML of a whole chapter with its footnotes, and the diagnostics of its code and formulas.
///
/// # Errors
/// If a template of the theme fails.
pub fn typeset(
    chapter: &Chapter,
    setting: &RenderContext<'_>,
    templates: &Templates,
    highlights: &Highlights,
) -> Result<(String, Report), Error> {
    let mut writer = Writer::new(chapter, setting, templates, highlights);
    writer.whole_chapter()?;
    Ok((writer.html, writer.report))
}

/// The HTML of one of a chapter's checklists, with the footnotes its items use.
///
/// # Errors
/// If a template of the theme fails.
pub fn typeset_checklist(
    chapter: &Chapter,
    index: usize,
    setting: &RenderContext<'_>,
    templates: &Templates,
    highlights: &Highlights,
) -> Result<String, Error> {
    let mut writer = Writer::new(chapter, setting, templates, highlights);
    // The title is at the head of the sheet.
    writer.headed = true;
    if let Some(list) = find_list(&chapter.blocks, index) {
        writer.list(list)?;
        writer.footnotes()?;
        writer.target_list();
    }
    Ok(writer.html)
}

/// Writes one chapter.
pub(super) struct Writer<'a> {
    pub(super) chapter: &'a Chapter,
    pub(super) setting: &'a RenderContext<'a>,
    pub(super) templates: &'a Templates,
    highlights: &'a Highlights,
    pub(super) html: String,
    pub(super) report: Report,
    /// The range of the current block, for diagnostics in running text.
    pub(super) span: Span,
    /// Footnotes referred to so far.
    pub(super) noted: BTreeSet<usize>,
    /// Link addresses that are numbered on paper.
    pub(super) targets: Vec<&'a str>,
    /// Ids in use: those of headings, and those written so far.
    taken: BTreeSet<&'a str>,
    /// Checkboxes written so far.
    serial: usize,
    pub(super) blanks: Blanks,
    /// Whether the last block written is a heading.
    pub(super) headed: bool,
    /// The levels of the headings above the current block, outermost first.
    under: Vec<u8>,
    pub(super) epub: EpubState,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        chapter: &'a Chapter,
        setting: &'a RenderContext<'a>,
        templates: &'a Templates,
        highlights: &'a Highlights,
    ) -> Self {
        let html = String::new();
        let (report, noted) = (Report::default(), BTreeSet::new());
        let taken = chapter.headings.iter().map(|heading| heading.anchor.as_str()).collect();
        let (span, serial, blanks, headed, targets) = (Span::default(), 0, Blanks::default(), false, Vec::new());
        Self {
            chapter,
            setting,
            templates,
            highlights,
            html,
            report,
            span,
            noted,
            targets,
            taken,
            serial,
            blanks,
            headed,
            under: Vec::new(),
            epub: EpubState::default(),
        }
    }

    /// Writes the chapter with its footnotes.
    pub(super) fn whole_chapter(&mut self) -> Result<(), Error> {
        self.title_if_missing();
        let chapter = self.chapter;
        self.blocks(&chapter.blocks)?;
        self.footnotes()?;
        self.target_list();
        Ok(())
    }

    /// Whether an id may be written: only its first use is, even in books where repeated ids are allowed.
    pub(super) fn claim(&mut self, id: &'a str) -> bool {
        self.taken.insert(id)
    }

    /// A string of the interface.
    pub(super) fn string(&self, key: &str) -> &'a str {
        self.setting.strings.get(key).map_or("", String::as_str)
    }

    /// Writes formatted text; its arguments must already be escaped.
    pub(super) fn put(&mut self, text: fmt::Arguments<'_>) {
        // Writing to a `String` cannot fail.
        let _ = self.html.write_fmt(text);
    }

    /// Returns what `write` writes, and adds nothing to the output.
    pub(super) fn apart(&mut self, write: impl FnOnce(&mut Self) -> Result<(), Error>) -> Result<String, Error> {
        let before = std::mem::take(&mut self.html);
        write(self)?;
        Ok(std::mem::replace(&mut self.html, before))
    }

    pub(super) fn blocks(&mut self, blocks: &'a [Block]) -> Result<(), Error> {
        self.contained(|writer| writer.blocks_inside(blocks))
    }

    fn blocks_inside(&mut self, blocks: &'a [Block]) -> Result<(), Error> {
        let mut rest = blocks;
        while let Some(first) = rest.first() {
            let (now, behind) = rest.split_at(together(rest, &self.chapter.headings));
            if now.is_empty() {
                self.block(first)?;
                rest = &rest[1..];
                continue;
            }
            // Not every browser keeps a heading with the next block, but all keep an element on one page if it fits.
            self.html.push_str("<div class=\"cb-together\">\n");
            now.iter().try_for_each(|block| self.block(block))?;
            self.html.push_str("</div>\n");
            rest = behind;
        }
        Ok(())
    }

    fn block(&mut self, block: &'a Block) -> Result<(), Error> {
        self.span = block.span;
        self.headed &= matches!(block.kind, BlockKind::List(_));
        match &block.kind {
            BlockKind::Heading(index) => self.heading(*index),
            BlockKind::Paragraph(inlines) => self.paragraph(inlines),
            BlockKind::Figure(image) => self.figure(image),
            BlockKind::List(list) => return self.list(list),
            BlockKind::Code(block) => self.code(block),
            BlockKind::Table(table) => self.table(table),
            BlockKind::Quote(blocks) => return self.quote(blocks),
            BlockKind::Directive(directive) => return self.directive(directive),
            BlockKind::Definitions(definitions) => return self.definitions(definitions),
            BlockKind::Html(tokens) => self.raw_block(tokens),
            BlockKind::Math(tex) => self.math(tex, Display::Block),
            BlockKind::WritingLine => self.writing_line(),
            BlockKind::Rule => {
                self.html.push_str("<hr");
                self.void_end();
                self.html.push('\n');
            }
        }
        Ok(())
    }

    fn paragraph(&mut self, inlines: &'a [Inline]) {
        self.element("p", inlines);
        self.blanks.said = last_words(inlines);
    }

    fn element(&mut self, name: &str, inlines: &'a [Inline]) {
        self.put(format_args!("<{name}>"));
        self.running(|writer| writer.inlines(inlines));
        self.put(format_args!("</{name}>\n"));
    }

    fn title_if_missing(&mut self) {
        let Some(title) = &self.setting.title else { return };
        if self.chapter.headings.iter().any(|heading| heading.level == 1) {
            return;
        }
        let level = self.level(1);
        self.under.push(1);
        // The author wrote no heading, so this one is part of the page layout, not of the text.
        self.put(format_args!("<h{level}"));
        self.page_only(" data-chrome");
        self.html.push('>');
        self.number(self.setting.title_number.as_deref());
        push_text(title, &mut self.html);
        self.put(format_args!("</h{level}>\n"));
    }

    pub(super) fn level(&self, level: u8) -> u8 {
        (level + self.setting.lower).min(6)
    }

    /// The depth of a heading of this level; levels that the author skipped do not count.
    ///
    /// Screen readers list headings by depth, and a gap suggests a missing heading (WCAG, technique H42).
    fn depth(&mut self, level: u8) -> u8 {
        while self.under.last().is_some_and(|last| *last >= level) {
            self.under.pop();
        }
        self.under.push(level);
        if self.under[0] == 1 { u8::try_from(self.under.len()).unwrap_or(level) } else { level }
    }

    fn heading(&mut self, index: usize) {
        let chapter = self.chapter;
        let Some(heading) = chapter.headings.get(index) else { return };
        self.headed = true;
        self.blanks.part.clone_from(&heading.title);
        self.blanks.said.clone_from(&self.blanks.part);
        let depth = self.depth(heading.level);
        let (level, depth) = (self.level(heading.level), self.level(depth));
        self.put(format_args!("<h{level} id=\""));
        self.id(heading.anchor.as_str());
        self.html.push('"');
        if depth != level && !self.is_epub() {
            self.put(format_args!(" aria-level=\"{depth}\""));
        }
        self.html.push('>');
        for old in &heading.old_anchors {
            self.html.push_str("<a id=\"");
            self.id(old.as_str());
            self.html.push_str("\"></a>");
        }
        self.number(self.setting.numbers.get(index).and_then(Option::as_deref));
        self.running(|writer| writer.inlines(&heading.text));
        if heading.level > 1 {
            self.place_link(&heading.anchor, &heading.title);
        }
        self.put(format_args!("</h{level}>\n"));
    }

    /// A link to an anchor, to be copied.
    fn place_link(&mut self, anchor: &Anchor, title: &str) {
        if self.is_epub() {
            return;
        }
        self.html.push_str("<a class=\"cb-anchor\" href=\"#");
        self.html.push_str(&crate::path::encode_fragment(&format!("{}{anchor}", self.setting.prefix)));
        self.html.push_str("\" aria-label=\"");
        push_attribute(&self.string("heading_link").replace("{title}", title), &mut self.html);
        self.html.push_str("\"></a>");
    }

    fn number(&mut self, number: Option<&str>) {
        if let Some(number) = number {
            self.html.push_str("<span class=\"cb-number\">");
            push_text(number, &mut self.html);
            self.html.push_str("</span> ");
        }
    }

    /// The value of an id attribute, with the prefix.
    pub(super) fn id(&mut self, id: &str) {
        push_attribute(&self.setting.prefix, &mut self.html);
        push_attribute(id, &mut self.html);
    }

    fn figure(&mut self, image: &Image) {
        self.html.push_str("<figure class=\"cb-figure\">");
        self.image(&Image { title: String::new(), ..image.clone() });
        self.html.push_str("<figcaption>");
        push_text(&image.title, &mut self.html);
        self.html.push_str("</figcaption></figure>\n");
    }

    fn quote(&mut self, blocks: &'a [Block]) -> Result<(), Error> {
        self.html.push_str("<blockquote>\n");
        self.blocks(blocks)?;
        self.html.push_str("</blockquote>\n");
        Ok(())
    }

    fn code(&mut self, block: &crate::chapter::CodeBlock) {
        if let Some(meant) = code::nearest_language(block) {
            let message = format!("no highlighting for the language `{}`", block.language);
            let place = self.chapter.place(self.span);
            self.report.add(
                Diagnostic::new(&codes::UNKNOWN_LANGUAGE, message).at(place).help(format!("did you mean `{meant}`?")),
            );
        }
        if let Some(why) = code::too_long(block).filter(|_| self.setting.highlight) {
            let place = self.chapter.place(self.span);
            let help = "shorten it to the relevant part, or mark it as `text`";
            self.report.add(Diagnostic::new(&codes::LONG_CODE, why).at(place).help(help));
        }
        let highlights = self.setting.highlight.then_some(self.highlights);
        code::push(block, highlights, self.setting.medium, &mut self.html);
    }

    fn definitions(&mut self, definitions: &'a [Definition]) -> Result<(), Error> {
        self.html.push_str("<dl>\n");
        for definition in definitions {
            self.term(definition);
            for blocks in &definition.definitions {
                self.html.push_str("<dd>");
                self.tight_or_loose(blocks)?;
                self.html.push_str("</dd>\n");
            }
        }
        self.html.push_str("</dl>\n");
        Ok(())
    }

    fn term(&mut self, definition: &'a Definition) {
        self.html.push_str("<dt");
        if let Some(anchor) = definition.anchor.as_ref().filter(|anchor| self.claim(anchor.as_str())) {
            self.html.push_str(" id=\"");
            self.id(anchor.as_str());
            self.html.push('"');
        }
        self.html.push('>');
        self.inlines(&definition.term);
        if let Some(anchor) = &definition.anchor {
            self.place_link(anchor, &plain_text(&definition.term));
        }
        self.html.push_str("</dt>\n");
    }

    /// Blocks of an item; a single paragraph is written without its `p` element.
    pub(super) fn tight_or_loose(&mut self, blocks: &'a [Block]) -> Result<(), Error> {
        if let [Block { kind: BlockKind::Paragraph(inlines), span }] = blocks {
            self.span = *span;
            self.inlines(inlines);
            return Ok(());
        }
        self.html.push('\n');
        self.blocks(blocks)
    }

    fn raw_block(&mut self, tokens: &'a [RawToken]) {
        for token in tokens {
            self.raw(token);
        }
        self.html.push('\n');
    }

    /// A formula; one that cannot be read is shown as it was written.
    pub(super) fn math(&mut self, tex: &str, display: Display) {
        match mathml(tex, display) {
            Ok(html) if self.is_epub() => {
                self.epub.math = true;
                self.html.push_str(&html.replacen("<math", "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"", 1));
            }
            Ok(html) => self.html.push_str(&html),
            Err(reason) => {
                let place = self.chapter.place(self.span);
                let shown = tex.char_indices().nth(60).map_or(tex.to_owned(), |(end, _)| format!("{}…", &tex[..end]));
                let message = format!("the formula `{shown}` cannot be read: {reason}");
                let help = "write it as LaTeX, or put it in backticks to show it as it is";
                self.report.add(Diagnostic::new(&codes::MATH, message).at(place).help(help));
                self.html.push_str("<code>");
                push_text(tex, &mut self.html);
                self.html.push_str("</code>");
            }
        }
        if display == Display::Block {
            self.html.push('\n');
        }
    }

    fn directive(&mut self, directive: &'a Directive) -> Result<(), Error> {
        self.serial += 1;
        let serial = self.serial;
        let tabs = if directive.name == "tabs" { self.tabs(directive)? } else { Vec::new() };
        // Tab panels are written as panels; other blocks follow them.
        let rest = directive.body.iter().filter(|block| tabs.is_empty() || tab_of(block).is_none());
        let body_html =
            self.apart(|writer| writer.contained(|writer| rest.into_iter().try_for_each(|block| writer.block(block))))?;
        let title_html = self.apart(|writer| {
            writer.running(|writer| writer.inlines(&directive.title));
            Ok(())
        })?;
        let id = directive.id.as_ref().filter(|id| self.claim(id.as_str()));
        let id = id.map(|id| format!("{}{id}", self.setting.prefix));
        let view = DirectiveView {
            name: directive.name,
            title_html: &title_html,
            id: id.as_deref(),
            open: directive.open,
            body_html: &body_html,
            tabs,
            serial: format!("{}{serial}", self.setting.prefix),
        };
        if self.is_epub() {
            self.epub_directive(&view);
            return Ok(());
        }
        let html = self.templates.fill(&format!("directives/{}.html", directive.name), &view)?;
        self.html.push_str(&html);
        Ok(())
    }

    fn tabs(&mut self, directive: &'a Directive) -> Result<Vec<TabView>, Error> {
        directive.body.iter().filter_map(tab_of).map(|tab| self.tab(tab)).collect()
    }

    fn tab(&mut self, tab: &'a Directive) -> Result<TabView, Error> {
        let body_html = self.apart(|writer| writer.blocks(&tab.body))?;
        let title_html = self.apart(|writer| {
            writer.inlines(&tab.title);
            Ok(())
        })?;
        Ok(TabView { title_html, key: plain_text(&tab.title), body_html })
    }

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
            self.html.push_str(&html);
            self.html.push_str("</li>\n");
        }
        self.html.push_str("</ol></section>\n");
        Ok(())
    }

    /// A footnote, starting with the value of its id; its last paragraph contains the links back.
    fn footnote(&mut self, index: usize) -> Result<(), Error> {
        let chapter = self.chapter;
        let Some(note) = chapter.footnotes.get(index) else { return Ok(()) };
        self.id(&format!("fn-{}", note.label));
        self.html.push_str("\">");
        if let Some((Block { kind: BlockKind::Paragraph(last), .. }, first)) = note.blocks.split_last() {
            self.blocks(first)?;
            self.html.push_str("<p>");
            self.inlines(last);
            self.back_links(note);
            self.html.push_str("</p>");
        } else {
            self.blocks(&note.blocks)?;
            self.back_links(note);
        }
        Ok(())
    }

    fn back_links(&mut self, note: &crate::chapter::Footnote) {
        for use_count in 1..=note.uses {
            let id = format!("{}fnref-{}-{use_count}", self.setting.prefix, note.label);
            self.html.push_str(" <a class=\"cb-backref\" href=\"#");
            self.html.push_str(&crate::path::encode_fragment(&id));
            self.html.push_str("\" role=\"doc-backlink\" aria-label=\"");
            push_attribute(&format!("{} {use_count}", self.string("footnote_back")), &mut self.html);
            self.html.push_str("\">↩</a>");
        }
    }
}

/// Paragraphs between a heading and its checklist, form or log, at most.
const LEAD: usize = 2;

/// How many consecutive headings are skipped in search of one: as many as there are levels.
const HEADINGS: usize = 6;

/// How many blocks from the first on must be printed on one page: a heading, its text, and its checklist, form or log, or
/// another heading with one. The chapter's title does not count: it is at the top of a page anyway.
fn together(blocks: &[Block], headings: &[Heading]) -> usize {
    together_within(blocks, headings, HEADINGS)
}

fn together_within(blocks: &[Block], headings: &[Heading], left: usize) -> usize {
    let Some((Block { kind: BlockKind::Heading(index), .. }, behind)) = blocks.split_first() else { return 0 };
    if headings.get(*index).is_none_or(|heading| heading.level == 1) {
        return 0;
    }
    let is_paragraph = |block: &&Block| matches!(block.kind, BlockKind::Paragraph(_));
    let lead = behind.iter().take(LEAD + 1).take_while(is_paragraph).count();
    let is_tool = |block: &Block| match &block.kind {
        BlockKind::List(list) => list.checklist.is_some(),
        BlockKind::Table(table) => table.log.is_some() || table.form.is_some(),
        _ => false,
    };
    match behind.get(lead).filter(|_| lead <= LEAD) {
        Some(block) if is_tool(block) => lead + 2,
        Some(Block { kind: BlockKind::Heading(_), .. }) if left > 1 => {
            match together_within(&behind[lead..], headings, left - 1) {
                0 => 0,
                count => 1 + lead + count,
            }
        }
        _ => 0,
    }
}

fn tab_of(block: &Block) -> Option<&Directive> {
    match &block.kind {
        BlockKind::Directive(directive) if directive.name == "tab" => Some(directive),
        _ => None,
    }
}

fn find_list(blocks: &[Block], index: usize) -> Option<&crate::chapter::List> {
    blocks.iter().find_map(|block| match &block.kind {
        BlockKind::List(list) if list.checklist == Some(index) => Some(list),
        BlockKind::List(list) => list.items.iter().find_map(|item| find_list(&item.blocks, index)),
        BlockKind::Quote(blocks) => find_list(blocks, index),
        BlockKind::Directive(directive) => find_list(&directive.body, index),
        BlockKind::Definitions(definitions) => definitions
            .iter()
            .flat_map(|definition| &definition.definitions)
            .find_map(|blocks| find_list(blocks, index)),
        _ => None,
    })
}
