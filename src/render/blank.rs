//! Writes a chapter as HTML: blanks to fill in.

use super::body::Writer;
use crate::chapter::Blank;
use crate::escape::push_attribute;

/// The widest blank that is drawn, in underscores.
const WIDEST: u32 = 80;

impl Writer<'_> {
    pub(super) fn blank(&mut self, blank: &Blank) {
        let words = self.blanks.labels.pop_front().unwrap_or_default();
        self.html.push_str("<span class=\"cb-blank\"");
        self.attribute("data-chapbook", "blank");
        match &blank.name {
            Some(name) => self.attribute("data-name", name),
            None => self.place(&words),
        }
        let cell = self.blanks.cell.clone();
        let label = match (&blank.name, cell.as_str(), words.as_str()) {
            (Some(name), _, _) => name.clone(),
            (None, "", words) => words.to_owned(),
            (None, cell, "") => cell.to_owned(),
            (None, cell, words) => format!("{cell} {words}"),
        };
        self.label(&label);
        self.html.push('>');
        self.html.extend(std::iter::repeat_n('_', blank.width.min(WIDEST) as usize));
        self.html.push_str("</span>");
    }

    pub(super) fn writing_line(&mut self) {
        let label = std::mem::take(&mut self.blanks.said);
        self.html.push_str("<div class=\"cb-writing-line\"");
        self.attribute("data-chapbook", "writing-line");
        self.place(&label);
        self.label(&label);
        self.html.push_str("></div>\n");
        // The next line continues this one.
        self.blanks.said = label;
    }

    /// Where the browser stores the value: with the checklist around it, or with the page.
    fn place(&mut self, label: &str) {
        let id = self.blanks.id(label);
        self.attribute("data-blank", &id);
        if !self.blanks.in_checklist {
            let place = &self.context.place;
            self.attribute("data-place", place);
        }
    }

    fn label(&mut self, label: &str) {
        let mut accessible_name = self.string("blank").to_owned();
        if !label.is_empty() {
            self.attribute("data-label", label);
            accessible_name.push_str(&self.string("label_of").replace("{title}", label));
        }
        self.html.push_str(" role=\"img\" aria-label=\"");
        push_attribute(&accessible_name, &mut self.html);
        self.html.push('"');
    }
}
