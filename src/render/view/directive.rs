//! Parts of the text that the theme lays out: `:::` directives and checklists.

use serde::Serialize;

/// `directives/NAME.html`: one `:::` directive in the text. Strings of the interface are there too, as `t`.
#[derive(Debug, Clone, Serialize)]
pub struct DirectiveView<'a> {
    /// The directive's name.
    pub name: &'a str,
    /// Its title as HTML; "" asks for the default one, `t.box_NAME`.
    pub title_html: &'a str,
    /// Its id, if one was written.
    pub id: Option<&'a str>,
    /// Whether a folding directive is open at first.
    pub open: bool,
    /// Its content, as HTML.
    pub body_html: &'a str,
    /// The panels of `tabs`; empty for other directives.
    pub tabs: Vec<TabView>,
    /// A number unique on the page, for ids that tie controls to panels.
    pub serial: String,
}

/// One panel of a `tabs` directive.
#[derive(Debug, Clone, Serialize)]
pub struct TabView {
    /// Its label as HTML.
    pub title_html: String,
    /// Its label as plain text, by which tabs of one name are switched together.
    pub key: String,
    /// Its content, as HTML.
    pub body_html: String,
}

/// `directives/checklist.html`: a checklist in the text.
#[derive(Debug, Clone, Serialize)]
pub struct ChecklistView<'a> {
    /// Its id, unique in the book.
    pub id: &'a str,
    /// The id of the place in the page, that links to the list lead to; `None` if another element has it.
    pub anchor: Option<&'a str>,
    /// Its title as plain text.
    pub title: &'a str,
    /// Whether the heading with the title is right above it.
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
