//! Writes a chapter as HTML: tables, logs and forms.

use super::body::Writer;
use super::direction;
use crate::chapter::{Alignment, Inline, Table, joins_words, plain_text};
use crate::escape::push_attribute;

impl<'a> Writer<'a> {
    pub(super) fn table(&mut self, table: &'a Table) {
        let log = table.log.as_ref();
        self.html.push_str("<div class=\"cb-table\" role=\"region\"");
        self.page_only(" tabindex=\"0\"");
        self.html.push_str(" aria-label=\"");
        push_attribute(self.string("table"), &mut self.html);
        self.html.push_str("\"><table");
        match log {
            Some(log) if log.landscape => {
                self.html.push_str(" class=\"cb-log cb-log--landscape\"");
            }
            Some(_) => self.html.push_str(" class=\"cb-log\""),
            None if table.form.is_some() => self.html.push_str(" class=\"cb-form\""),
            None => {}
        }
        if log.is_some() {
            self.attribute("data-chapbook", "log");
        }
        if let Some(id) = log.and_then(|log| log.id.as_deref()).or(table.form.as_deref()).filter(|id| self.claim(id)) {
            self.html.push_str(" id=\"");
            self.id(id);
            self.html.push('"');
        }
        let cells = table.header.iter().chain(table.rows.iter().flatten());
        let direction = direction::of_all(cells.map(Vec::as_slice));
        self.dir(direction);
        self.html.push_str(">\n");
        self.within(direction, |writer| writer.rows(table));
        self.html.push_str("</table></div>\n");
    }

    /// The head and the body of a table.
    fn rows(&mut self, table: &'a Table) {
        self.html.push_str("<thead><tr>");
        self.cells("th", &table.header, &table.alignments);
        self.html.push_str("</tr></thead>\n<tbody>\n");
        // A form is on its own sheet too, which does not contain its heading.
        let form = table.form.clone().filter(|id| !id.is_empty());
        let part = form.map(|id| std::mem::replace(&mut self.blanks.part, id));
        for row in &table.rows {
            self.row(table, row);
        }
        if let Some(part) = part {
            self.blanks.part = part;
        }
        for _ in 0..table.log.as_ref().map_or(0, |log| log.rows) {
            self.html.push_str("<tr>");
            self.html.push_str(&"<td></td>".repeat(table.header.len()));
            self.html.push_str("</tr>\n");
        }
        self.html.push_str("</tbody>");
    }

    /// A row. In a form, the first cell is the row's head and the label of its blanks.
    fn row(&mut self, table: &'a Table, row: &'a [Vec<Inline>]) {
        self.html.push_str("<tr>");
        for (index, cell) in row.iter().enumerate() {
            let heads = index == 0 && table.form.is_some() && !cell.is_empty();
            self.blanks.cell = cell_name(table, row, index);
            let alignment = table.alignments.get(index);
            self.cell(if heads { ("th", " scope=\"row\"") } else { ("td", "") }, cell, alignment);
        }
        self.blanks.cell.clear();
        self.html.push_str("</tr>\n");
    }

    fn cells(&mut self, name: &str, cells: &'a [Vec<Inline>], alignments: &[Alignment]) {
        for (index, cell) in cells.iter().enumerate() {
            // A header cell without text is a plain cell (HTML, section 4.9.10).
            let name = if cell.is_empty() { "td" } else { name };
            self.cell((name, ""), cell, alignments.get(index));
        }
    }

    fn cell(&mut self, (name, scope): (&str, &str), cell: &'a [Inline], alignment: Option<&Alignment>) {
        let aligned = match alignment {
            Some(Alignment::Left) => Some("cb-left"),
            Some(Alignment::Center) => Some("cb-center"),
            Some(Alignment::Right) => Some("cb-right"),
            Some(Alignment::None) | None => None,
        };
        let classes: Vec<&str> = aligned.into_iter().chain(width_class(cell)).collect();
        let class = if classes.is_empty() { String::new() } else { format!(" class=\"{}\"", classes.join(" ")) };
        let direction = direction::of_inlines(cell);
        self.put(format_args!("<{name}{class}{scope}"));
        self.dir(direction);
        self.html.push('>');
        self.within(direction, |writer| writer.inlines(cell));
        self.put(format_args!("</{name}>"));
    }
}

/// From this number of characters on, a word may be broken on paper: it alone would be as wide as several columns.
const LONG_WORD: usize = 20;
/// From this number of characters on, a cell is a sentence: its column is not made as narrow as its longest word.
const SENTENCE: usize = 20;

/// What the style sheet must know of the text of a cell to set the width of its column.
fn width_class(cell: &[Inline]) -> Option<&'static str> {
    let text = plain_text(cell);
    let words = text.split(|c: char| c.is_whitespace() || joins_words(c));
    if words.map(|word| word.chars().count()).max() >= Some(LONG_WORD) {
        Some("cb-long")
    } else {
        (text.chars().count() >= SENTENCE).then_some("cb-wide")
    }
}

/// The label of a cell: the head of its row, and the head of its column if several columns are filled in.
fn cell_name(table: &Table, row: &[Vec<Inline>], column: usize) -> String {
    let text = |cells: &[Vec<Inline>], at: usize| {
        cells.get(at).map(|cell| plain_text(cell).replace('_', "").trim().to_owned()).unwrap_or_default()
    };
    let (first, head) = (text(row, 0), text(&table.header, column));
    match column {
        0 => head,
        _ if first.is_empty() => head,
        _ if row.len() == 2 || head.is_empty() => first,
        _ => format!("{first} {head}"),
    }
}
