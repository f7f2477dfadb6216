//! Parts of the text that the theme lays out: `:::` directives and checklists.

use serde::Serialize;

/// `directives/NAME.html`: one box in the text. Strings of the interface are there too, as `t`.
#[derive(Debug, Clone, Serialize)]
pub struct DirectiveView<'a> {
    /// The box's name.
    pub name: &'a str,
    /// Its title as HTML; "" asks for the default one, `t.box_NAME`.
    pub title_html: &'a str,
    /// Its id, if one was written.
    pub id: Option<&'a str>,
    /// Whether a folding box starts unfolded.
    pub open: bool,
    /// What stands in it, as HTML.
    pub body_html: &'a str,
    /// The panels of `tabs`; empty for other boxes.
    pub tabs: Vec<TabView>,
    /// A number unique on the page, for ids that tie controls to panels.
    pub serial: String,
}

/// One panel of a `tabs` box.
#[derive(Debug, Clone, Serialize)]
pub struct TabView {
    /// Its label as HTML.
    pub title_html: String,
    /// Its label as plain text, by which tabs of one name are switched together.
    pub key: String,
    /// What stands in it, as HTML.
    pub body_html: String,
}

/// `directives/checklist.html`: a checklist in the text.
#[derive(Debug, Clone, Serialize)]
pub struct ChecklistView<'a> {
    /// Its id, unique in the book.
    pub id: &'a str,
    /// The id of the place in the page, where links to the list lead; `None` if something else bears it.
    pub anchor: Option<&'a str>,
    /// Its title as plain text.
    pub title: &'a str,
    /// Whether the heading that bears the title stands right above it.
    pub headed: bool,
    /// `read-do`, `do-confirm` or none.
    pub kind: Option<&'static str>,
    /// When to use it.
    pub when: Option<&'a str>,
    /// Who uses it.
    pub who: Option<&'a str>,
    /// How many items it has.
    pub items: usize,
    /// How many of them the author ticked.
    pub done: usize,
    /// The list as HTML.
    pub list_html: &'a str,
    /// Its own sheet; `None` on the sheet itself and on paper.
    pub sheet: Option<&'a str>,
}
