//! The search index of a book as a value, and as JSON for other tools.

use std::collections::BTreeMap;

use serde::Serialize;

use super::section::Section;
use crate::escape::json_in_script;

/// The version of the format. It is raised when a reader of the previous version would misread the file.
pub const VERSION: u32 = 1;

/// All sections of a book, in reading order.
///
/// Serialized it is the content of `search-index.json`.
///
/// ```
/// use chapbook::search::{Index, Section};
///
/// let section = Section {
///     url: "food.html#fridge".into(),
///     title: "Fridge".to_owned(),
///     page: "Food".to_owned(),
///     trail: vec!["Food".to_owned()],
///     part: None,
///     tags: Vec::new(),
///     aliases: Vec::new(),
///     checklists: false,
///     text: "Keep it shut </script>".into(),
/// };
/// let index = Index::new(vec![section], vec!["ice box".to_owned()]);
/// assert!(index.to_json().starts_with(r#"{"version":1,"sections":[{"url":"food.html#fridge","title":"Fridge""#));
/// assert!(!index.to_json().contains('<'), "safe inside a script element");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Index {
    version: u32,
    pub(super) sections: Vec<Section>,
    /// Words of the book's glossary. They are not part of the JSON.
    #[serde(skip)]
    pub(super) terms: Vec<String>,
    /// How many sections the main text has. It is not part of the JSON.
    #[serde(skip)]
    pub(super) main: usize,
}

impl Index {
    /// Creates an index of these sections. `terms` are words of the book's glossary, which complete queries.
    #[must_use]
    pub fn new(sections: Vec<Section>, terms: Vec<String>) -> Self {
        let main = sections.len();
        Self { version: VERSION, sections, terms, main }
    }

    /// The same index, of which only the first `main` sections are the main text: the others are found after them.
    #[must_use]
    pub fn with_main(self, main: usize) -> Self {
        Self { main, ..self }
    }

    /// The sections, in reading order.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The same index with other addresses: `pages` maps old to new addresses of pages, without anchors. Pages that it does not
    /// contain keep their address.
    #[must_use]
    pub fn readdressed(&self, pages: &BTreeMap<String, String>) -> Self {
        let readdress = |section: &Section| {
            let mut section = section.clone();
            if let Some(page) = pages.get(&section.url.page) {
                section.url.page.clone_from(page);
            }
            section
        };
        Self::new(self.sections.iter().map(readdress).collect(), self.terms.clone()).with_main(self.main)
    }

    /// The index as JSON, also safe inside a `script` element.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Allocated at once: a buffer that grows by doubling would take twice the size of a large book's text. The names of
        // the fields take about a hundred bytes per section.
        let names = |section: &Section| 2 * (section.url.page.len() + section.page.len()) + 100;
        let size = self.sections.iter().map(|section| section.text.len() * 17 / 16 + names(section));
        json_in_script(self, size.sum())
    }
}
