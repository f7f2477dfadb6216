//! Writes a chapter as HTML: blocks.
//!
//! In: a [`Chapter`] and its [`RenderContext`]. Out: balanced HTML in which every text and attribute is escaped. Nothing else
//! is read, so equal arguments give equal bytes, and the result can be cached.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use super::blanks::{Blanks, last_words};
use super::code;
use super::direction::{self, Direction, paragraphs};
use super::highlights::Highlights;
use super::keep_together::together;
use super::medium::{EpubState, OpenMedia};
use super::render_context::RenderContext;
use super::template::Templates;
use crate::chapter::{Block, BlockKind, Chapter, Definition, Image, Inline, RawToken, plain_text};
use crate::diagnostic::{Diagnostic, Report, Span, codes};
use crate::error::Error;
use crate::escape::{push_attribute, push_text};
use crate::formula::{Display, draw};
use crate::path::Anchor;

/// The HTML of a whole chapter with its footnotes, and the diagnostics of its code and formulas.
///
/// # Errors
/// If a template of the theme fails.
pub fn typeset(
    chapter: &Chapter,
    context: &RenderContext<'_>,
    templates: &Templates,
    highlights: &Highlights,
) -> Result<(String, Report), Error> {
    let mut writer = Writer::new(chapter, context, templates, highlights);
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
    context: &RenderContext<'_>,
    templates: &Templates,
    highlights: &Highlights,
) -> Result<String, Error> {
    let mut writer = Writer::new(chapter, context, templates, highlights);
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
    pub(super) context: &'a RenderContext<'a>,
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
    pub(super) serial: usize,
    pub(super) blanks: Blanks,
    /// Whether the last block written is a heading.
    pub(super) headed: bool,
    /// The levels of the headings above the current block, outermost first.
    under: Vec<u8>,
    /// The direction of the text around the current block.
    direction: Direction,
    /// The element that plays a file and is open.
    pub(super) media: Option<OpenMedia>,
    /// How many elements of a drawing are open.
    pub(super) drawing: usize,
    pub(super) epub: EpubState,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        chapter: &'a Chapter,
        context: &'a RenderContext<'a>,
        templates: &'a Templates,
        highlights: &'a Highlights,
    ) -> Self {
        let html = String::new();
        let (report, noted) = (Report::default(), BTreeSet::new());
        let taken = chapter.headings.iter().map(|heading| heading.anchor.as_str()).collect();
        let (span, serial, blanks, headed, targets) = (Span::default(), 0, Blanks::default(), false, Vec::new());
        Self {
            chapter,
            context,
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
            direction: context.direction,
            media: None,
            drawing: 0,
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
        self.context.strings.get(key).map_or("", String::as_str)
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

    pub(super) fn block(&mut self, block: &'a Block) -> Result<(), Error> {
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
            BlockKind::Math(tex) => {
                self.math(tex, Display::Block);
                self.html.push('\n');
            }
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
        let direction = direction::of_inlines(inlines);
        self.put(format_args!("<{name}"));
        self.dir(direction);
        self.html.push('>');
        self.within(direction, |writer| writer.running(|writer| writer.inlines(inlines)));
        self.put(format_args!("</{name}>\n"));
    }

    /// Writes a `dir` attribute if the text of an element is of another direction than the text around it.
    pub(super) fn dir(&mut self, direction: Option<Direction>) {
        if let Some(direction) = direction.filter(|direction| *direction != self.direction) {
            self.attribute("dir", direction.name());
        }
    }

    /// Writes the content of an element whose text has this direction; `None` for that of the text around it.
    pub(super) fn within<T>(&mut self, direction: Option<Direction>, write: impl FnOnce(&mut Self) -> T) -> T {
        let around = self.direction;
        self.direction = direction.unwrap_or(around);
        let written = write(self);
        self.direction = around;
        written
    }

    /// Whether the text around is written from right to left.
    pub(super) fn is_right_to_left(&self) -> bool {
        self.direction == Direction::RightToLeft
    }

    fn title_if_missing(&mut self) {
        let Some(title) = &self.context.title else { return };
        if self.chapter.headings.iter().any(|heading| heading.level == 1) {
            return;
        }
        let level = self.level(1);
        self.under.push(1);
        // The author wrote no heading, so this one is part of the page layout, not of the text.
        self.put(format_args!("<h{level}"));
        self.page_only(" data-chrome");
        self.html.push('>');
        self.number(self.context.title_number.as_deref());
        push_text(title, &mut self.html);
        self.put(format_args!("</h{level}>\n"));
    }

    pub(super) fn level(&self, level: u8) -> u8 {
        (level + self.context.lower).min(6)
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
        let direction = direction::of_inlines(&heading.text);
        self.dir(direction);
        self.html.push('>');
        for old in &heading.old_anchors {
            self.html.push_str("<a id=\"");
            self.id(old.as_str());
            self.html.push_str("\"></a>");
        }
        self.number(self.context.numbers.get(index).and_then(Option::as_deref));
        self.within(direction, |writer| writer.running(|writer| writer.inlines(&heading.text)));
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
        self.html.push_str(&crate::path::encode_fragment(&format!("{}{anchor}", self.context.prefix)));
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
        push_attribute(&self.context.prefix, &mut self.html);
        push_attribute(id, &mut self.html);
    }

    fn figure(&mut self, image: &Image) {
        self.html.push_str("<figure class=\"cb-figure\">");
        self.image(&Image { title: String::new(), ..image.clone() });
        self.html.push_str("<figcaption");
        // The text of a film is its caption, since readers can see or hear the film.
        let caption = if image.title.is_empty() { &image.alt } else { &image.title };
        self.dir(direction::of_text(caption));
        self.html.push('>');
        push_text(caption, &mut self.html);
        self.html.push_str("</figcaption></figure>\n");
    }

    fn quote(&mut self, blocks: &'a [Block]) -> Result<(), Error> {
        let direction = direction::of_all(paragraphs(blocks));
        self.html.push_str("<blockquote");
        self.dir(direction);
        self.html.push_str(">\n");
        self.within(direction, |writer| writer.blocks(blocks))?;
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
        if let Some(why) = code::too_long(block).filter(|_| self.context.highlight) {
            let place = self.chapter.place(self.span);
            let help = "shorten it to the relevant part, or mark it as `text`";
            self.report.add(Diagnostic::new(&codes::LONG_CODE, why).at(place).help(help));
        }
        let highlights = self.context.highlight.then_some(self.highlights);
        code::push(block, highlights, self.context.medium, &mut self.html);
    }

    fn definitions(&mut self, definitions: &'a [Definition]) -> Result<(), Error> {
        self.html.push_str("<dl>\n");
        for definition in definitions {
            self.term(definition);
            for blocks in &definition.definitions {
                let direction = direction::of_all(paragraphs(blocks));
                self.html.push_str("<dd");
                self.dir(direction);
                self.html.push('>');
                self.within(direction, |writer| writer.tight_or_loose(blocks))?;
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
        let direction = direction::of_inlines(&definition.term);
        self.dir(direction);
        self.html.push('>');
        self.within(direction, |writer| writer.inlines(&definition.term));
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

    fn math_element(&mut self, mathml: &str) {
        if self.is_epub() {
            self.epub.math = true;
            self.html.push_str(&mathml.replacen("<math", "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"", 1));
        } else {
            self.html.push_str(mathml);
        }
    }

    /// Reports a formula that cannot be read, and shows its LaTeX.
    fn math_source(&mut self, tex: &str, reason: &str) {
        let place = self.chapter.place(self.span);
        let shown = tex.char_indices().nth(60).map_or(tex.to_owned(), |(end, _)| format!("{}…", &tex[..end]));
        let message = format!("the formula `{shown}` is shown as code: {reason}");
        let help = "write it with other commands of LaTeX; a dollar sign that begins no formula is written `\\$`";
        self.report.add(Diagnostic::new(&codes::MATH, message).at(place).help(help));
        self.html.push_str("<code>");
        push_text(tex, &mut self.html);
        self.html.push_str("</code>");
    }

    /// A formula; one that cannot be read is shown as it was written.
    pub(super) fn math(&mut self, tex: &str, display: Display) {
        match draw(tex, display) {
            Ok(drawn) => match drawn.tag {
                Some(tag) if display == Display::Block => {
                    self.html.push_str("<span class=\"cb-formula\">");
                    self.math_element(&drawn.mathml);
                    self.html.push_str("<span class=\"cb-formula__tag\">");
                    self.math_element(&tag);
                    self.html.push_str("</span></span>");
                }
                Some(tag) => {
                    self.math_element(&drawn.mathml);
                    self.html.push(' ');
                    self.math_element(&tag);
                }
                None => self.math_element(&drawn.mathml),
            },
            Err(reason) => self.math_source(tex, &reason),
        }
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
