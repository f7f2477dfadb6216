//! Writes a chapter as HTML: lists and checklists.

use super::body::Writer;
use super::direction::{self, paragraphs};
use super::view::ChecklistView;
use crate::chapter::{Block, BlockKind, List, ListItem, ListKind, TaskItem};
use crate::error::Error;
use crate::escape::push_text;

impl<'a> Writer<'a> {
    pub(super) fn list(&mut self, list: &'a List) -> Result<(), Error> {
        if let Some(index) = list.checklist {
            return self.checklist(list, index);
        }
        self.headed = false;
        self.plain_list(list, "")
    }

    fn plain_list(&mut self, list: &'a List, class: &str) -> Result<(), Error> {
        let name = if list.start.is_some() { "ol" } else { "ul" };
        self.put(format_args!("<{name}{class}"));
        if let Some(start) = list.start.filter(|start| *start != 1) {
            self.put(format_args!(" start=\"{start}\""));
        }
        let direction = direction::of_all(list.items.iter().flat_map(|item| paragraphs(&item.blocks)));
        self.dir(direction);
        self.html.push_str(">\n");
        self.within(direction, |writer| list.items.iter().try_for_each(|item| writer.item(item, list.tight)))?;
        self.put(format_args!("</{name}>\n"));
        Ok(())
    }

    fn item(&mut self, item: &'a ListItem, tight: bool) -> Result<(), Error> {
        let chapter = self.chapter;
        if let Some(words) = &item.pause {
            self.pause(words);
        }
        let direction = direction::of_all(paragraphs(&item.blocks));
        if let Some(task) = item.task.and_then(|task| chapter.task(task)) {
            self.html.push_str("<li class=\"cb-item\"");
            self.dir(direction);
            self.within(direction, |writer| writer.task_item(item, task))?;
        } else {
            self.html.push_str("<li");
            self.dir(direction);
            self.html.push('>');
            self.within(direction, |writer| writer.item_blocks(&item.blocks, tight))?;
        }
        self.html.push_str("</li>\n");
        Ok(())
    }

    /// A pause before an item, with its text.
    fn pause(&mut self, words: &str) {
        self.html.push_str("<li class=\"cb-pause\"");
        self.attribute("data-chapbook", "pause");
        self.html.push_str("><span>");
        push_text(if words.is_empty() { self.string("pause") } else { words }, &mut self.html);
        self.html.push_str("</span></li>\n");
    }

    fn item_blocks(&mut self, blocks: &'a [Block], tight: bool) -> Result<(), Error> {
        if !tight {
            self.html.push('\n');
            return self.blocks(blocks);
        }
        for block in blocks {
            if let BlockKind::Paragraph(inlines) = &block.kind {
                self.span = block.span;
                self.inlines(inlines);
            } else {
                self.html.push('\n');
                self.blocks(std::slice::from_ref(block))?;
            }
        }
        Ok(())
    }

    /// An item with its checkbox. The first paragraph is the label, so a tap anywhere on it ticks the checkbox.
    fn task_item(&mut self, item: &'a ListItem, task: &TaskItem) -> Result<(), Error> {
        let label = if self.is_epub() { "span" } else { "label" };
        self.attribute("data-state", if task.done { "done" } else { "open" });
        self.put(format_args!("><{label} class=\"cb-item__label\">"));
        self.checkbox(task);
        self.html.push_str("<span>");
        let rest = match item.blocks.split_first() {
            Some((Block { kind: BlockKind::Paragraph(inlines), span }, rest)) => {
                self.span = *span;
                self.inlines(inlines);
                rest
            }
            _ => item.blocks.as_slice(),
        };
        self.put(format_args!("</span></{label}>"));
        self.blocks(rest)
    }

    fn checkbox(&mut self, task: &TaskItem) {
        if self.is_epub() {
            return self.epub_checkbox(task.done);
        }
        self.html.push_str("<input type=\"checkbox\"");
        self.attribute("data-item-id", &task.id);
        self.html.push_str(if task.done { " checked>" } else { ">" });
    }

    /// The items of a checklist. Its blanks are numbered separately, because the list is on other pages too.
    fn items_html(&mut self, list: &'a List) -> Result<String, Error> {
        let page = std::mem::take(&mut self.blanks.given);
        self.blanks.in_checklist = true;
        let html = self.apart(|writer| writer.plain_list(list, " class=\"cb-items\""));
        self.blanks.in_checklist = false;
        self.blanks.given = page;
        html
    }

    fn checklist(&mut self, list: &'a List, index: usize) -> Result<(), Error> {
        let chapter = self.chapter;
        let context = self.context;
        let (Some(tasks), Some(place)) = (chapter.checklists.get(index), context.checklists.get(index)) else {
            return self.plain_list(list, "");
        };
        let headed = std::mem::take(&mut self.headed);
        let list_html = self.items_html(list)?;
        let anchor = self.claim(&place.id).then(|| format!("{}{}", self.context.prefix, place.id));
        let view = ChecklistView {
            id: &place.id,
            anchor: anchor.as_deref(),
            title: &place.title,
            headed,
            kind: tasks.kind.map(kind_name),
            when: tasks.when.as_deref(),
            who: tasks.who.as_deref(),
            items: tasks.items.len(),
            done: tasks.items.iter().filter(|item| item.done).count(),
            list_html: &list_html,
            sheet: place.sheet.as_deref(),
        };
        if self.is_epub() {
            self.epub_checklist(&view);
            return Ok(());
        }
        let html = self.templates.fill("directives/checklist.html", &view)?;
        self.html.push_str(&html);
        Ok(())
    }
}

/// The name of a kind of checklist, as templates see it.
pub(crate) fn kind_name(kind: ListKind) -> &'static str {
    match kind {
        ListKind::ReadDo => "read-do",
        ListKind::DoConfirm => "do-confirm",
    }
}
