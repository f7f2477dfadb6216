//! Builds the tree from the events of the Markdown parser, with a stack of open containers instead of recursion.
//!
//! This file holds the stack and dispatches the events. The methods are split by what they build: `block` builds blocks,
//! `inline` running text, `container` directives and alerts, `html` raw HTML and comments. What can only be done for the
//! whole chapter (unique anchors, footnote numbers, checklists) is noted in [`Gathered`].

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

use super::bidi;
use super::diagnostics::Diagnostics;
use super::dialect::DialectRules;
use super::fence::Fence;
use super::frame::{Frame, FrameKind, MAX_FRAMES, OpenHeading};
use super::gathered::Gathered;
use super::near_miss::{self, KnownNames};
use super::nodes::{Alignment, Block, BlockKind, Inline, RawToken, Table};
use super::options::ParseOptions;
use super::prepare::{self, Mark, Prepared};
use super::prescan;
use super::raw_html::Piece;
use crate::diagnostic::{Diagnostic, SearchBudget, Span, codes};

/// Builds the tree of one chapter.
pub(super) struct Builder<'a, 'f> {
    pub(super) source: &'a str,
    pub(super) options: &'a ParseOptions,
    pub(super) rules: &'a DialectRules,
    pub(super) diagnostics: &'f mut Diagnostics<'a>,
    pub(super) gathered: Gathered,
    pub(super) stack: Vec<Frame>,
    /// For each start event without its end event yet: the index of the frame it opened, if it opened one.
    opened: Vec<Option<usize>>,
    pub(super) marks: Vec<Mark>,
    pub(super) fences: BTreeMap<usize, Fence>,
    /// Events before this offset are skipped: the content of a script, the placeholder of a fence.
    pub(super) skip_until: usize,
    /// Elements whose end tag was searched without success, with the end of the searched range.
    pub(super) unclosed: BTreeMap<String, usize>,
    /// The offset of the last end tag of each element, once it is needed.
    pub(super) last_end_tags: Option<BTreeMap<String, usize>>,
    /// The number of end tags, by name, that are not reported although they close nothing: their start tags were left out.
    pub(super) ignored_end_tags: BTreeMap<String, usize>,
    /// The kinds of box that were reported as unknown, in lower case.
    pub(super) unknown_boxes: BTreeSet<String>,
    /// The end of the last piece of running text.
    pub(super) last_text_end: usize,
}

impl<'a, 'f> Builder<'a, 'f> {
    pub(super) fn new(
        source: &'a str,
        options: &'a ParseOptions,
        rules: &'a DialectRules,
        diagnostics: &'f mut Diagnostics<'a>,
    ) -> Self {
        Self {
            source,
            options,
            rules,
            diagnostics,
            gathered: Gathered::default(),
            stack: Vec::new(),
            opened: Vec::new(),
            marks: Vec::new(),
            fences: BTreeMap::new(),
            skip_until: 0,
            unclosed: BTreeMap::new(),
            last_end_tags: None,
            ignored_end_tags: BTreeMap::new(),
            unknown_boxes: BTreeSet::new(),
            last_text_end: 0,
        }
    }

    /// Builds the blocks of the text after an offset.
    pub(super) fn chapter(mut self, from: usize) -> (Vec<Block>, Gathered) {
        let range = from..self.source.len();
        let prepared = prepare::chapter(self.source, range.clone(), self.rules);
        for range in &prepared.missing_footnotes {
            let message = format!("footnote `{}` is not defined", &self.source[range.clone()]);
            let help = format!("define it on a separate line: `{}: …`", &self.source[range.clone()]);
            self.diagnostics.add(range.clone(), Diagnostic::new(&codes::MISSING_FOOTNOTE, message).help(help));
        }
        self.report_near_misses(&prepared);
        self.stack.push(Frame::new(FrameKind::Root, range));
        self.run(prepared);
        while self.stack.len() > 1 {
            self.close();
        }
        self.finish_frame();
        let blocks = self.stack.pop().map(|root| root.blocks).unwrap_or_default();
        (blocks, self.gathered)
    }

    fn report_near_misses(&mut self, prepared: &Prepared) {
        let budget = SearchBudget::new(near_miss::SEARCHES);
        let mut names = KnownNames { labels: &prepared.labels, variables: &self.options.variables, budget };
        for miss in &prepared.near_misses {
            if let Some(diagnostic) = miss.diagnostic(self.source, &mut names) {
                self.diagnostics.add(miss.range.clone(), diagnostic);
            }
        }
    }

    /// Parses a line of running text that the parser has not seen, such as the title of a directive.
    pub(super) fn line(&mut self, range: Range<usize>) -> Vec<Inline> {
        if range.is_empty() {
            return Vec::new();
        }
        let prepared = prepare::line(self.source, range.clone(), self.rules);
        let fences = std::mem::take(&mut self.fences);
        let marks = std::mem::take(&mut self.marks);
        let opened = std::mem::take(&mut self.opened);
        let skip_until = std::mem::take(&mut self.skip_until);
        let height = self.stack.len();
        self.stack.push(Frame::new(FrameKind::Title, range));
        self.run(prepared);
        while self.stack.len() > height + 1 {
            self.close();
        }
        (self.fences, self.marks, self.opened, self.skip_until) = (fences, marks, opened, skip_until);
        self.stack.pop().map(|title| title.inlines).unwrap_or_default()
    }

    fn run(&mut self, prepared: Prepared) {
        self.marks = prepared.marks;
        self.fences = prepared.fences;
        let masked = prepared.masked;
        let extensions = prescan::extensions(self.rules);
        for (event, range) in Parser::new_ext(&masked.text, extensions).into_offset_iter() {
            let literal = match &event {
                Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => masked.is_literal(text, &range),
                _ => false,
            };
            self.event(event, masked.source_range(&range), literal);
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>, literal: bool) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, &range),
            _ if range.start < self.skip_until => {}
            Event::Text(text) => self.text(&text, range, literal),
            Event::Html(html) => self.html_line(&html, range),
            Event::InlineHtml(html) => self.inline_html(&html, range, literal),
            Event::Code(code) => {
                self.check_code(range.clone());
                self.inline(Inline::Code(code.into_string()), &range);
            }
            Event::SoftBreak => self.inline(Inline::SoftBreak, &range),
            Event::HardBreak => self.inline(Inline::HardBreak, &range),
            Event::FootnoteReference(label) => self.footnote_reference(&label, &range),
            Event::TaskListMarker(done) => self.task_marker(done, &range),
            Event::Rule => self.rule(range),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text, range, false),
        }
    }

    /// Reports and notes code with bidirectional control characters.
    pub(super) fn check_code(&mut self, range: Range<usize>) {
        if bidi::has_bidi_control(&self.source[range.clone()]) {
            bidi::check_code(self.source, range.clone(), self.diagnostics);
            self.gathered.code_with_bidi_controls.push(range);
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        if range.start < self.skip_until {
            self.opened.push(None);
            return;
        }
        let kind = match tag {
            Tag::Emphasis => return self.open_inline(FrameKind::Emphasis, range),
            Tag::Strong => return self.open_inline(FrameKind::Strong, range),
            Tag::Strikethrough => return self.open_inline(FrameKind::Strikethrough, range),
            Tag::Link { link_type, dest_url, title, .. } => return self.open_link(link_type, &dest_url, &title, range),
            Tag::Image { dest_url, title, .. } => return self.open_image(&dest_url, &title, range),
            block => {
                self.close_implicit();
                self.block_kind(block, &range)
            }
        };
        match kind {
            Some(kind) => self.open(kind, range),
            None => self.opened.push(None),
        }
    }

    /// The container that a block opens; `None` if its content goes into the container that is open.
    fn block_kind(&mut self, tag: Tag<'_>, range: &Range<usize>) -> Option<FrameKind> {
        let top = self.stack.last().map(|frame| &frame.kind);
        let may_nest = self.stack.len() < MAX_FRAMES;
        match tag {
            Tag::Paragraph => Some(FrameKind::Paragraph { implicit: false }),
            Tag::Heading { level, id, classes, .. } => Some(FrameKind::Heading(OpenHeading {
                level: level_number(level),
                numbered: !classes.iter().any(|class| &**class == "unnumbered"),
                bare: id.is_none() && classes.is_empty(),
                id: id.map(Into::into),
            })),
            Tag::BlockQuote(_) => may_nest.then_some(FrameKind::Quote(None)),
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => Some(code(Some(info.into_string()))),
            Tag::CodeBlock(CodeBlockKind::Indented) => Some(code(None)),
            Tag::HtmlBlock => match self.fences.remove(&range.start) {
                Some(fence) => {
                    self.fence(fence);
                    self.skip_until = range.end;
                    None
                }
                None => Some(FrameKind::Html(Piece::default())),
            },
            Tag::List(start) => may_nest.then_some(FrameKind::List { start, tight: true, items: Vec::new() }),
            Tag::Item => matches!(top, Some(FrameKind::List { .. })).then_some(FrameKind::Item(None)),
            Tag::FootnoteDefinition(label) => Some(FrameKind::Footnote(label.into_string())),
            Tag::DefinitionList => may_nest.then_some(FrameKind::Definitions(Vec::new())),
            Tag::DefinitionListTitle => match top {
                Some(FrameKind::Definitions(_)) => Some(FrameKind::Term),
                _ => Some(FrameKind::Paragraph { implicit: false }),
            },
            Tag::DefinitionListDefinition => {
                matches!(top, Some(FrameKind::Definitions(_))).then_some(FrameKind::Definition)
            }
            Tag::Table(alignments) => Some(FrameKind::Table(table(&alignments))),
            Tag::TableHead => Some(FrameKind::Row { head: true, cells: Vec::new() }),
            Tag::TableRow => Some(FrameKind::Row { head: false, cells: Vec::new() }),
            Tag::TableCell => Some(FrameKind::Cell),
            // Extensions that are off, and running text, which the caller handles.
            _ => None,
        }
    }

    /// Opens a frame for the current event.
    pub(super) fn open(&mut self, kind: FrameKind, range: Range<usize>) {
        self.opened.push(Some(self.stack.len()));
        self.stack.push(Frame::new(kind, range));
    }

    /// Notes that the current event opens no frame.
    pub(super) fn open_nothing(&mut self) {
        self.opened.push(None);
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match self.opened.pop().flatten() {
            Some(height) => {
                while self.stack.len() > height {
                    self.close();
                }
            }
            None if is_inline(tag) => {}
            None => self.close_implicit(),
        }
        if is_inline(tag) {
            self.last_text_end = self.last_text_end.max(range.end);
        }
    }

    /// Closes an implicit paragraph, for which the parser has no event, if one is open.
    pub(super) fn close_implicit(&mut self) {
        if self.stack.last().is_some_and(|frame| matches!(frame.kind, FrameKind::Paragraph { implicit: true })) {
            self.close();
        }
    }

    /// Closes the innermost container and adds it to its parent.
    pub(super) fn close(&mut self) {
        self.finish_frame();
        let Some(frame) = self.stack.pop() else { return };
        match frame.kind {
            FrameKind::Root | FrameKind::Title => {}
            FrameKind::Quote(None) => self.push_block(BlockKind::Quote(frame.blocks), frame.range),
            FrameKind::Quote(Some(alert)) => self.close_alert(alert, frame.blocks, frame.range),
            FrameKind::List { start, tight, items } => self.close_list(start, tight, items, frame.range),
            FrameKind::Item(task) => self.close_item(task, frame.blocks, frame.range),
            FrameKind::Definitions(definitions) => self.push_block(BlockKind::Definitions(definitions), frame.range),
            FrameKind::Definition => self.close_definition(frame.blocks, &frame.range),
            FrameKind::Footnote(label) => self.close_footnote(label, frame.blocks, frame.range),
            FrameKind::Directive(open) => self.close_directive(open, frame.blocks, frame.range),
            FrameKind::Table(table) => self.close_table(table, frame.range),
            FrameKind::Row { head, cells } => self.close_row(head, cells),
            FrameKind::Code { info, text } => self.close_code(info, text, frame.range),
            FrameKind::Html(piece) => self.close_html(&piece, frame.range),
            FrameKind::Paragraph { implicit } => self.close_paragraph(implicit, frame.inlines, frame.range),
            FrameKind::Heading(heading) => self.close_heading(&heading, frame.inlines, frame.range),
            FrameKind::Cell => self.close_cell(frame.inlines),
            FrameKind::Term => self.close_term(frame.inlines, frame.range),
            FrameKind::Emphasis => self.wrap(frame.inlines, Inline::Emphasis),
            FrameKind::Strong => self.wrap(frame.inlines, Inline::Strong),
            FrameKind::Strikethrough => self.wrap(frame.inlines, Inline::Strikethrough),
            FrameKind::Link { link, title } => self.close_link(link, title, frame.inlines, frame.range),
            FrameKind::Image { link, title } => self.close_image(link, title, &frame.inlines, frame.range),
        }
    }

    /// Finishes the innermost container: writes its pending text, closes raw elements, reports a comment that has no block.
    pub(super) fn finish_frame(&mut self) {
        self.flush();
        let Some(frame) = self.stack.last_mut() else { return };
        let closing: Vec<RawToken> = frame.raw.close_all().into_iter().map(RawToken::Close).collect();
        if frame.kind.is_running_text() {
            frame.inlines.extend(closing.into_iter().map(Inline::Html));
        } else if !closing.is_empty() {
            let end = frame.blocks.last().map_or(frame.range.start, |block| block.span.range().end);
            frame.blocks.push(Block { kind: BlockKind::Html(closing), span: Span::new(end, end) });
        }
        self.report_pending();
    }

    /// Reports the comment and the pause of the innermost container that no matching block follows.
    fn report_pending(&mut self) {
        let Some(frame) = self.stack.last_mut() else { return };
        let (comment, pause) = (frame.comment.take(), frame.pause.take());
        if let Some(comment) = comment {
            self.report_misplaced(&comment);
        }
        if let Some(pause) = pause {
            self.report_misplaced_pause(pause);
        }
    }

    /// Adds a block to the innermost container. White space at its end is not part of it.
    pub(super) fn push_block(&mut self, kind: BlockKind, range: Range<usize>) {
        self.report_pending();
        let source = self.source;
        let range = trimmed(source, range);
        let Some(frame) = self.stack.last_mut() else { return };
        // The parser ends some containers before their last block.
        frame.range.start = frame.range.start.min(range.start);
        frame.range.end = frame.range.end.max(range.end);
        frame.blocks.push(Block { kind, span: Span::from(range) });
    }
}

/// The range without the white space at its end.
pub(super) fn trimmed(source: &str, range: Range<usize>) -> Range<usize> {
    let length = source.get(range.clone()).map_or(range.len(), |text| text.trim_end().len());
    range.start..range.start + length
}

fn code(info: Option<String>) -> FrameKind {
    FrameKind::Code { info, text: String::new() }
}

fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn table(alignments: &[pulldown_cmark::Alignment]) -> Table {
    let alignments = alignments.iter().map(|alignment| match alignment {
        pulldown_cmark::Alignment::None => Alignment::None,
        pulldown_cmark::Alignment::Left => Alignment::Left,
        pulldown_cmark::Alignment::Center => Alignment::Center,
        pulldown_cmark::Alignment::Right => Alignment::Right,
    });
    Table { alignments: alignments.collect(), header: Vec::new(), rows: Vec::new(), log: None, form: None }
}

fn is_inline(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}
