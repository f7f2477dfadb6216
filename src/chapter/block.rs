//! Builds blocks when their containers close: lists, definitions, footnotes, tables, code and headings.

use std::ops::Range;

use super::code_block;
use super::comment::Comment;
use super::dialect::IdRule;
use super::frame::{Frame, FrameKind, OpenHeading};
use super::gathered::{FootnoteText, Written};
use super::han::join_lines;
use super::model::Heading;
use super::nodes::{Alignment, Blank, Block, BlockKind, CodeBlock, Definition, Inline, List, ListItem, Table, TaskRef};
use super::plain_text::{bare_text, text_for_id};
use super::tree::{Builder, trimmed};
use crate::diagnostic::Span;
use crate::path::Anchor;

impl Builder<'_, '_> {
    pub(super) fn close_list(
        &mut self,
        start: Option<u64>,
        tight: bool,
        mut items: Vec<ListItem>,
        mut range: Range<usize>,
    ) {
        for item in &items {
            range = range.start.min(item.span.range().start)..range.end.max(item.span.range().end);
        }
        if self.continue_list(&mut items, tight, start.is_some(), &range) {
            return;
        }
        let list = List { start, tight, items, checklist: None };
        let wanted = self.take_comment(|comment| matches!(comment, Comment::Checklist(_)) && has_task(&list));
        let nested = self.stack.iter().any(|frame| matches!(frame.kind, FrameKind::List { .. }));
        if let Some(Written { value: Comment::Checklist(comment), range: place }) = wanted {
            if nested {
                self.report_misplaced(&Written { value: Comment::Checklist(comment), range: place });
            } else {
                self.list_id(comment.id.as_ref(), &place);
                self.gathered.checklists.insert(range.start, comment);
            }
        }
        self.push_block(BlockKind::List(list), range);
    }

    /// Appends the items to the list before a pause. In Markdown the comment between them ends the list, but the page shows
    /// one list.
    fn continue_list(
        &mut self,
        more: &mut Vec<ListItem>,
        more_tight: bool,
        ordered: bool,
        range: &Range<usize>,
    ) -> bool {
        let Some(frame) = self.stack.last_mut().filter(|frame| frame.comment.is_none()) else { return false };
        let Some(Block { kind: BlockKind::List(list), span }) = frame.blocks.last_mut() else { return false };
        if list.start.is_some() != ordered {
            return false;
        }
        let Some(pause) = frame.pause.take() else { return false };
        if let Some(first) = more.first_mut() {
            first.pause = Some(pause.value);
        }
        list.items.append(more);
        list.tight &= more_tight;
        *span = Span::from(trimmed(self.source, span.range().start..range.end));
        frame.range.end = frame.range.end.max(span.range().end);
        true
    }

    /// Takes the pending comment of the innermost container, if it has the wanted kind.
    fn take_comment(&mut self, wanted: impl Fn(&Comment) -> bool) -> Option<Written<Comment>> {
        let frame = self.stack.last_mut()?;
        frame.comment.take_if(|comment| wanted(&comment.value))
    }

    fn list_id(&mut self, id: Option<&String>, place: &Range<usize>) {
        let Some(id) = id else { return };
        let offset =
            self.source[place.clone()].find(&format!("id={id}")).or_else(|| self.source[place.clone()].find(id));
        let range = offset.map_or(place.clone(), |offset| {
            let start = place.start + offset;
            let value = start + self.source[start..place.end].find(id.as_str()).unwrap_or_default();
            value..value + id.len()
        });
        self.gathered.list_ids.push(Written { value: id.clone(), range });
    }

    pub(super) fn close_item(&mut self, task: Option<TaskRef>, blocks: Vec<Block>, range: Range<usize>) {
        let span = Span::from(trimmed(self.source, range));
        if let Some(Frame { kind: FrameKind::List { items, .. }, .. }) = self.stack.last_mut() {
            items.push(ListItem { task, pause: None, blocks, span });
        }
    }

    pub(super) fn task_marker(&mut self, done: bool, range: &Range<usize>) {
        let above = usize::from(self.stack.last().is_some_and(|frame| frame.kind.is_running_text()));
        let index = self.stack.len().checked_sub(1 + above);
        match index.map(|index| &mut self.stack[index].kind) {
            Some(FrameKind::Item(task @ None)) => {
                *task = Some(TaskRef { list: 0, item: self.gathered.tasks.len() });
                self.gathered.tasks.push(done);
            }
            _ => self.text(if done { "[x] " } else { "[ ] " }, range.clone(), false),
        }
    }

    pub(super) fn close_definition(&mut self, blocks: Vec<Block>, range: &Range<usize>) {
        let end = trimmed(self.source, range.clone()).end;
        let Some(Frame { kind: FrameKind::Definitions(definitions), range, .. }) = self.stack.last_mut() else {
            return;
        };
        range.end = range.end.max(end);
        match definitions.last_mut() {
            Some(definition) => definition.definitions.push(blocks),
            None => definitions.push(Definition {
                term: Vec::new(),
                span: Span::default(),
                anchor: None,
                definitions: vec![blocks],
            }),
        }
    }

    pub(super) fn close_term(&mut self, inlines: Vec<Inline>, range: Range<usize>) {
        let span = Span::from(trimmed(self.source, range));
        let term = trim_inlines(inlines);
        let anchor = Some(self.term_anchor(&term));
        if let Some(Frame { kind: FrameKind::Definitions(definitions), .. }) = self.stack.last_mut() {
            definitions.push(Definition { term, span, anchor, definitions: Vec::new() });
        }
    }

    /// An id for a term that no other term has.
    fn term_anchor(&mut self, term: &[Inline]) -> Anchor {
        let plain = match self.rules.ids {
            IdRule::MdBook => Anchor::from_mdbook_heading(&bare_text(term)),
            IdRule::GitHub => Anchor::from_heading(&text_for_id(term)),
        };
        let numbered = (1..).map(|count| plain.numbered(count));
        let free = std::iter::once(plain.clone()).chain(numbered).find(|anchor| !self.gathered.terms.contains(anchor));
        let anchor = free.unwrap_or(plain);
        self.gathered.terms.insert(anchor.clone());
        anchor
    }

    pub(super) fn close_footnote(&mut self, label: String, blocks: Vec<Block>, range: Range<usize>) {
        let key = footnote_key(&label);
        let range = trimmed(self.source, range);
        self.gathered.footnotes.entry(key).or_insert(FootnoteText { label, blocks, range });
    }

    pub(super) fn close_table(&mut self, mut table: Table, range: Range<usize>) {
        let columns = table.header.len();
        table.rows.iter_mut().for_each(|row| row.resize_with(columns, Vec::new));
        table.alignments.resize(columns, Alignment::None);
        match self.take_comment(|comment| matches!(comment, Comment::Log(_) | Comment::Form(_))) {
            Some(Written { value: Comment::Log(log), range }) => {
                self.list_id(log.id.as_ref(), &range);
                table.log = Some(log);
            }
            Some(Written { value: Comment::Form(id), range }) => {
                self.list_id(Some(&id).filter(|id| !id.is_empty()), &range);
                table.form = Some(id);
            }
            _ => {}
        }
        self.push_block(BlockKind::Table(table), range);
    }

    pub(super) fn close_row(&mut self, head: bool, cells: Vec<Vec<Inline>>) {
        match self.stack.last_mut() {
            Some(Frame { kind: FrameKind::Table(table), .. }) if head => table.header = cells,
            Some(Frame { kind: FrameKind::Table(table), .. }) => table.rows.push(cells),
            _ => {}
        }
    }

    pub(super) fn close_cell(&mut self, inlines: Vec<Inline>) {
        if let Some(Frame { kind: FrameKind::Row { cells, .. }, .. }) = self.stack.last_mut() {
            cells.push(trim_inlines(inlines));
        }
    }

    pub(super) fn close_code(&mut self, info: Option<String>, text: String, range: Range<usize>) {
        self.check_code(range.clone());
        let lines = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
        let mut prefix = None;
        let label = info.as_deref().and_then(code_block::label).filter(|_| self.rules.foreign);
        let mut block = match info {
            Some(info) => {
                let line = self.source[range.clone()].lines().next().unwrap_or_default();
                match line.find(&info).filter(|_| !info.is_empty()) {
                    Some(offset) => {
                        let start = range.start + offset;
                        prefix = code_block::hidden_prefix(self.source, &(start..start + info.len()));
                        code_block::read(self.source, start..start + info.len(), lines, self.diagnostics)
                    }
                    // It contains escapes or references, so its parts cannot be located in the source.
                    None => CodeBlock { language: language(&info), ..CodeBlock::default() },
                }
            }
            None => CodeBlock::default(),
        };
        block.text = text;
        block.title = block.title.or(label);
        let usual = || self.options.markdown.hidden_lines.get(&block.language).map(String::as_str);
        if let Some(prefix) = prefix.or_else(usual) {
            code_block::hide(&mut block, prefix);
        }
        let is_formula = self.rules.math_fences && block.language == "math" && !block.text.trim().is_empty();
        let kind = if is_formula { BlockKind::Math(block.text.trim().to_owned()) } else { BlockKind::Code(block) };
        self.push_block(kind, range);
    }

    pub(super) fn close_heading(&mut self, open: &OpenHeading, mut inlines: Vec<Inline>, range: Range<usize>) {
        let range = trimmed(self.source, range);
        let braces = if self.rules.marks { self.lost_braces(open, &range) } else { None };
        inlines.extend(
            braces.map(|text| Inline::Text(if inlines.is_empty() { text.trim_start().to_owned() } else { text })),
        );
        let id = open.id.as_deref().and_then(Anchor::written);
        let id = id.map(|value| Written { range: self.id_range(&value, &range), value });
        self.push_heading(open.level, trim_inlines(inlines), id, open.numbered, range);
    }

    /// Adds a heading with the id that its author wrote.
    pub(super) fn push_heading(
        &mut self,
        level: u8,
        text: Vec<Inline>,
        id: Option<Written<Anchor>>,
        numbered: bool,
        range: Range<usize>,
    ) {
        let mut old_anchors = Vec::new();
        let anchor = match self.rules.ids {
            IdRule::GitHub => Anchor::from_heading(&text_for_id(&text)),
            IdRule::MdBook => {
                let bare = bare_text(&text);
                old_anchors.push(Anchor::from_old_mdbook_heading(&bare));
                Anchor::from_mdbook_heading(&bare)
            }
        };
        let heading = Heading {
            level,
            text,
            // Set once footnotes are numbered: a reference to a missing one becomes text.
            title: String::new(),
            anchor,
            old_anchors,
            numbered,
            span: Span::from(range.clone()),
        };
        self.gathered.headings.push(heading);
        self.gathered.heading_ids.push(id);
        self.push_block(BlockKind::Heading(self.gathered.headings.len() - 1), range);
    }

    /// `{…}` at the end of a heading that the parser removed as attributes, although it has neither an id nor a class.
    fn lost_braces(&self, open: &OpenHeading, range: &Range<usize>) -> Option<String> {
        let rest = self.source.get(self.last_text_end.max(range.start)..range.end).filter(|_| open.bare)?;
        let start = rest.find('{')?;
        let end = rest.rfind('}').filter(|end| *end > start)?;
        let space = rest[..start].chars().next_back().filter(|c| c.is_whitespace()).map(|_| " ").unwrap_or_default();
        Some(format!("{space}{}", &rest[start..=end]))
    }

    fn id_range(&self, id: &Anchor, range: &Range<usize>) -> Range<usize> {
        let written = format!("#{id}");
        match self.source[range.clone()].rfind(&written) {
            Some(offset) => range.start + offset..range.start + offset + written.len(),
            None => range.clone(),
        }
    }

    /// A thematic break. Four and more underscores are a line to write on.
    pub(super) fn rule(&mut self, range: Range<usize>) {
        self.close_implicit();
        let width = self.source[range.clone()].bytes().filter(|byte| *byte == b'_').count();
        let kind = match u32::try_from(width) {
            Ok(width @ 4..) if self.rules.marks && self.is_checkbox_label() => {
                BlockKind::Paragraph(vec![Inline::Blank(Blank { width, name: None })])
            }
            Ok(4..) if self.rules.marks => BlockKind::WritingLine,
            _ => BlockKind::Rule,
        };
        self.push_block(kind, range);
    }
}

/// Finishes running text: removes white space at its end, and line ends between Han characters.
pub(super) fn trim_inlines(mut inlines: Vec<Inline>) -> Vec<Inline> {
    loop {
        match inlines.last_mut() {
            Some(Inline::Text(text)) => {
                text.truncate(text.trim_end().len());
                if !text.is_empty() {
                    break;
                }
            }
            Some(Inline::SoftBreak) => {}
            _ => break,
        }
        inlines.pop();
    }
    join_lines(&mut inlines);
    inlines
}

fn language(info: &str) -> String {
    info.split([' ', '\t', ',', '{']).next().unwrap_or_default().to_owned()
}

fn has_task(list: &List) -> bool {
    list.items.iter().any(|item| item.task.is_some() || item.blocks.iter().any(block_has_task))
}

fn block_has_task(block: &Block) -> bool {
    match &block.kind {
        BlockKind::List(list) => has_task(list),
        BlockKind::Quote(blocks) => blocks.iter().any(block_has_task),
        BlockKind::Directive(directive) => directive.body.iter().any(block_has_task),
        _ => false,
    }
}

/// The form of a label in which labels are compared: in lower case, with single spaces.
pub(super) fn footnote_key(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use crate::chapter::test_dump::{diagnostics_of, dump};

    fn check(cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            assert_eq!(dump(text).trim_end(), *expected, "{text:?}");
        }
    }

    #[test]
    fn blocks() {
        check(&[
            ("a\n\n---\n\n___\n", "p a\nrule\nrule"),
            ("____\n\n> ______\n\n＿＿＿＿\n", "line\nquote\n  line\nline"),
            ("甲\n: 乙\n: 丙\n\n丁\n: 戊\n", "dt 甲\ndd\n  p 乙\ndd\n  p 丙\ndt 丁\ndd\n  p 戊"),
            ("![a](b.png \"图一\")\n\n![a](b.png)\n", "figure a 图一 <b.png>@5\np img(a <b.png>@27)"),
            ("$$\nx\n$$\n\n$$x$$ y\n", "math x\np display(x) y"),
            ("[a]: b\n\n[a] [c]\n", "p a(<b>@8 a) [c]"),
        ]);
    }

    #[test]
    fn lists() {
        check(&[
            ("- a\n- b\n", "list None tight\n-\n  p a\n-\n  p b"),
            ("3. a\n\n4. b\n", "list Some(3)\n-\n  p a\n-\n  p b"),
            ("- a\n  - b\n\n    c\n", "list None tight\n-\n  p a\n  list None\n  -\n    p b\n    p c"),
            (
                "- a\n  ```\n  x\n  ```\n  b\n",
                "list None tight\n-\n  p a\n  code CodeBlock { language: \"\", title: None, marked: [], numbered_from: None, classes: [], hidden: [], text: \"x\\n\" }\n  p b",
            ),
        ]);
    }

    #[test]
    fn tables() {
        check(&[
            (
                "| a | **b** |\n|:-|-:|\n| ____ | c | d |\n| e |\n",
                "table [Left, Right] None None\n  a | b(b)\n  blank(4) | c\n  e |",
            ),
            (
                "<!-- log: rows=3 -->\n| a |\n|---|\n",
                "table [None] Some(Log { id: None, rows: 3, landscape: false }) None\n  a",
            ),
            ("<!-- form: id=W1 -->\n\n| a |\n|---|\n", "table [None] None Some(\"W1\")\n  a"),
        ]);
    }

    #[test]
    fn headings() {
        check(&[
            ("# A {#x .unnumbered}\n\nB\n===\n", "h1 #x unnumbered A\nh1 #b B"),
            ("# Sets {1,2}\n\n## {a b}\n\n## `{c}`\n", "h1 #sets-12 Sets {1,2}\nh2 #a-b {a b}\nh2 #c `{c}`"),
            ("# {{ book.bank }}\n\n# *招商*银行\n", "h1 #招商银行 招商银行\nh1 #招商银行-1 em(招商)银行"),
        ]);
    }

    #[test]
    fn comments_without_their_block_are_reported() {
        for (text, expected) in [
            ("<!-- checklist: id=a -->\n\ntext\n", &["misplaced-comment @<!-- checklist: id=a -->"][..]),
            ("<!-- checklist: id=a -->\n- no box\n", &["misplaced-comment @<!-- checklist: id=a -->"]),
            ("<!-- log: -->\n- [ ] a\n", &["misplaced-comment @<!-- log: -->"]),
            ("> <!-- log: -->\n\n| a |\n|-|\n", &["misplaced-comment @<!-- log: -->"]),
            ("text <!-- form: id=x -->\n", &["misplaced-comment @<!-- form: id=x -->"]),
            ("<!-- checklist: id=a -->\n<!-- other -->\n- [ ] a\n", &[]),
        ] {
            assert_eq!(diagnostics_of(text), expected, "{text:?}");
        }
    }
}
