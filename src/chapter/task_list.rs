//! Lists the checklists of a chapter: every outermost list with a checkbox, with ids for its items.
//!
//! The id of an item is the one that its author wrote (`<!-- #id -->`), or else the digest of its text without case, spaces
//! and punctuation. Browsers store ticks by these ids, so a corrected comma or a moved item does not lose a tick.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use super::comment::ChecklistComment;
use super::diagnostics::Diagnostics;
use super::gathered::Written;
use super::model::{TaskItem, TaskList};
use super::nodes::{Block, BlockKind, List, ListItem, TaskRef};
use super::plain_text::plain_text;
use crate::diagnostic::{Diagnostic, Span, codes};
use crate::digest::Digest;

/// The comments of the lists and items of a chapter, and the states of its checkboxes.
pub(super) struct Comments {
    /// The comments of checklists, by the offset of the list.
    pub(super) lists: BTreeMap<usize, ChecklistComment>,
    /// The ids that authors wrote, by the offset of the item.
    pub(super) items: BTreeMap<usize, Written<String>>,
    /// For each task item, whether its author ticked it. `ListItem::task` holds an index into this list before [`gather`].
    pub(super) tasks: Vec<bool>,
}

/// Finds the checklists of a chapter in order, assigns ids to their items, and sets the [`TaskRef`] of each task item in
/// the tree. Ids that are written twice in a list are reported.
pub(super) fn gather<'b>(
    texts: impl IntoIterator<Item = &'b mut Vec<Block>>,
    comments: Comments,
    diagnostics: &mut Diagnostics<'_>,
) -> Vec<TaskList> {
    let mut gatherer = Gatherer { comments, diagnostics, heading: None, checklists: Vec::new() };
    texts.into_iter().for_each(|blocks| gatherer.blocks(blocks));
    gatherer.checklists
}

struct Gatherer<'f, 'a> {
    comments: Comments,
    diagnostics: &'f mut Diagnostics<'a>,
    heading: Option<usize>,
    checklists: Vec<TaskList>,
}

impl Gatherer<'_, '_> {
    fn blocks(&mut self, blocks: &mut [Block]) {
        for block in blocks {
            match &mut block.kind {
                BlockKind::Heading(index) => self.heading = Some(*index),
                BlockKind::List(list) => {
                    if let Some(checklist) = self.list(list, block.span) {
                        list.checklist = Some(self.checklists.len());
                        self.checklists.push(checklist);
                    }
                }
                BlockKind::Quote(blocks) => self.blocks(blocks),
                BlockKind::Directive(directive) => self.blocks(&mut directive.body),
                BlockKind::Definitions(definitions) => {
                    definitions.iter_mut().flat_map(|it| &mut it.definitions).for_each(|blocks| self.blocks(blocks));
                }
                _ => {}
            }
        }
    }

    fn list(&mut self, list: &mut List, span: Span) -> Option<TaskList> {
        let items = self.name_items(list);
        let comment = self.comments.lists.remove(&span.range().start).unwrap_or_default();
        let ChecklistComment { id, kind, when, who } = comment;
        (!items.is_empty()).then_some(TaskList { id, heading: self.heading, kind, when, who, items, span })
    }

    fn name_items(&mut self, list: &mut List) -> Vec<TaskItem> {
        let (index, tasks) = (self.checklists.len(), &self.comments.tasks);
        let mut items = Vec::new();
        each_task(list, &mut |item, task| {
            let done = tasks.get(task.item).copied().unwrap_or_default();
            *task = TaskRef { list: index, item: items.len() };
            items.push(unnamed(item, done));
        });
        let ids = self.ids(&mut items);
        items.into_iter().zip(ids).map(|((_, item), id)| TaskItem { id, ..item }).collect()
    }

    /// One id for each item: the written one, unless an earlier item has it; otherwise one made from its text.
    fn ids(&mut self, items: &mut [(usize, TaskItem)]) -> Vec<String> {
        let mut first: BTreeMap<String, Written<String>> = BTreeMap::new();
        let mut mine = vec![None; items.len()];
        for (slot, (start, item)) in mine.iter_mut().zip(items.iter_mut()) {
            let Some(written) = self.comments.items.remove(start) else { continue };
            item.named = true;
            if let Some(before) = first.get(&written.value) {
                self.report_duplicate(&written, before);
            } else {
                *slot = Some(written.value.clone());
                first.insert(written.value.clone(), written);
            }
        }
        let mut counts: BTreeMap<String, usize> = first.into_keys().map(|id| (id, 1)).collect();
        let made = |(id, (_, item)): (Option<String>, &(usize, TaskItem))| {
            id.unwrap_or_else(|| unused_id(&text_id(&item.text), &mut counts))
        };
        mine.into_iter().zip(items.iter()).map(made).collect()
    }

    fn report_duplicate(&mut self, written: &Written<String>, before: &Written<String>) {
        let first = self.diagnostics.place(before.range.clone());
        let diagnostic =
            Diagnostic::new(&codes::DUPLICATE_ID, format!("two items of this list have the id `{}`", written.value));
        self.diagnostics.add(written.range.clone(), diagnostic.also(first, "first here").help("change one of the two"));
    }
}

/// Visits the task items of a list in order, including those of nested lists.
fn each_task(list: &mut List, visit: &mut dyn FnMut(&ListItem, &mut TaskRef)) {
    for item in &mut list.items {
        if let Some(mut task) = item.task {
            visit(item, &mut task);
            item.task = Some(task);
        }
        each_task_in(&mut item.blocks, visit);
    }
}

fn each_task_in(blocks: &mut [Block], visit: &mut dyn FnMut(&ListItem, &mut TaskRef)) {
    for block in blocks {
        match &mut block.kind {
            BlockKind::List(list) => each_task(list, visit),
            BlockKind::Quote(blocks) => each_task_in(blocks, visit),
            BlockKind::Directive(directive) => each_task_in(&mut directive.body, visit),
            BlockKind::Definitions(definitions) => {
                definitions
                    .iter_mut()
                    .flat_map(|it| &mut it.definitions)
                    .for_each(|blocks| each_task_in(blocks, visit));
            }
            _ => {}
        }
    }
}

/// The entry of an item, still without its id, and the offset of the item.
fn unnamed(item: &ListItem, done: bool) -> (usize, TaskItem) {
    let own = item.blocks.iter().filter_map(|block| match &block.kind {
        BlockKind::Paragraph(inlines) => Some(plain_text(inlines)),
        _ => None,
    });
    let text = own.collect::<Vec<_>>().join(" ").trim().to_owned();
    let (label, span) = match item.blocks.first() {
        Some(Block { kind: BlockKind::Paragraph(inlines), span }) => (plain_text(inlines).trim().to_owned(), *span),
        _ => (String::new(), Span::new(item.span.range().start, item.span.range().start)),
    };
    let paused = item.pause.is_some();
    (item.span.range().start, TaskItem { id: String::new(), named: false, done, text, label, span, paused })
}

/// The id made from the text of an item: the first eight hexadecimal digits of the digest of its letters and digits.
#[must_use]
pub fn text_id(text: &str) -> String {
    let letters: String = text.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect();
    Digest::of(letters.as_bytes()).hex(8)
}

/// The id, with `-2`, `-3`, … appended if it is taken.
fn unused_id(id: &str, counts: &mut BTreeMap<String, usize>) -> String {
    let mut candidate = id.to_owned();
    while counts.contains_key(&candidate) {
        let count = counts.entry(id.to_owned()).or_insert(1);
        *count += 1;
        candidate = format!("{id}-{count}");
    }
    counts.insert(candidate.clone(), 1);
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chapter::model::ListKind;
    use crate::chapter::test_dump::{chapter, diagnostics_of};

    #[test]
    fn digests_ignore_case_spaces_and_punctuation() {
        for (one, other) in [("记下工号。", "记下 工号"), ("Call the Bank!", "call the bank"), ("ＡＢ１", "ab1")]
        {
            assert_eq!(text_id(one), text_id(other), "{one} / {other}");
        }
        assert_ne!(text_id("记下工号"), text_id("记下单号"));
    }

    #[test]
    fn repeats_are_numbered() {
        let mut counts = BTreeMap::new();
        let ids: Vec<String> = ["a", "a", "a-2", "a"].map(|id| unused_id(id, &mut counts)).into();
        assert_eq!(ids, ["a", "a-2", "a-2-2", "a-3"]);
    }

    fn items(text: &str) -> Vec<String> {
        let (chapter, _) = chapter(text);
        let shown = |item: &TaskItem| format!("{} {} {}", item.id, if item.done { "x" } else { "o" }, item.text);
        chapter.checklists.iter().flat_map(|list| &list.items).map(shown).collect()
    }

    #[test]
    fn items_and_their_ids() {
        for (text, expected) in [
            ("- [ ] a <!-- #card -->\n- [x] b\n  <!-- #b -->\n", &["card o a", "b x b"][..]),
            ("- [ ] A!\n- [ ] a\n", &["17762fdd o A!", "17762fdd-2 o a"]),
            ("1. a\n   - [x] **b**\n     - [ ] ____ 元 <!-- #c -->\n", &["10e5cf3d x b", "c o ____ 元"]),
            ("- [ ] a\n\n  b\n\n  - c\n", &["2dc99999 o a b"]),
            ("> - [ ] x <!-- #x -->\n\n:::note\n- [ ] y <!-- #y -->\n:::\n", &["x o x", "y o y"]),
        ] {
            assert_eq!(items(text), expected, "{text:?}");
        }
    }

    #[test]
    fn checklists() {
        let text = "# 一\n\n<!-- checklist: id=C1 do=confirm when=\"每 天\" who=我 -->\n\n- [ ] a\n<!-- pause: 停 -->\n- [ ] b\n\n## 二\n\n- [x] c\n  - d\n";
        let (chapter, report) = chapter(text);
        assert!(report.is_empty());
        let [first, second] = &chapter.checklists[..] else { panic!("{:?}", chapter.checklists) };
        assert_eq!((first.id.as_deref(), first.kind, first.items.len()), (Some("C1"), Some(ListKind::DoConfirm), 2));
        assert_eq!((first.when.as_deref(), first.who.as_deref(), first.heading), (Some("每 天"), Some("我"), Some(0)));
        assert_eq!((second.id.as_deref(), second.heading, second.items.len()), (None, Some(1), 1));
        assert_eq!(&text[first.span.range()], "- [ ] a\n<!-- pause: 停 -->\n- [ ] b");
    }

    #[test]
    fn equal_ids_are_reported() {
        let text = "- [ ] a <!-- #x -->\n- [ ] b <!-- #x -->\n\ntext\n\n- [ ] c <!-- #x -->\n";
        assert_eq!(diagnostics_of(text), ["duplicate-id @<!-- #x -->"]);
        let (_, report) = chapter(text);
        assert_eq!(report.iter().next().unwrap().also.len(), 1);
    }
}
