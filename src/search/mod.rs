//! What search reads: sections of text, as JSON for other tools and as a classic script for the page.
//!
//! Knows nothing of books. `theme/search/engine.js` is the other reader of the script; the manual documents the JSON.

mod fold;
mod tables;

use serde::Serialize;

pub use tables::Tables;

/// The version of the format, raised when a reader of the one before would misread it.
pub const VERSION: u32 = 1;

/// One section: a heading and the text under it, up to the next heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its page and anchor, relative to the site's root, encoded ("know.html#%E4%BB%80").
    pub url: String,
    /// Its heading; the page's title for the text before the first one.
    pub title: String,
    /// The title of its page.
    pub page: String,
    /// What it stands under, outermost first: part, chapters, headings; its page included, itself not.
    pub trail: Vec<String>,
    /// The tags of its page, on the page's first section only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Its text: words as read, one space between blocks.
    pub text: String,
}

/// All sections of a book, in reading order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Index {
    version: u32,
    sections: Vec<Section>,
}

impl Index {
    /// An index of these sections.
    #[must_use]
    pub fn new(sections: Vec<Section>) -> Self {
        Self { version: VERSION, sections }
    }

    /// How many sections there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sections.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// The index as JSON, safe to stand inside a `script` element too.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Every field is a string, a number or a list of them: nothing that JSON cannot say.
        let json = serde_json::to_string(self).unwrap_or_default();
        json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
    }

    /// The index as a classic script, which works from disk where `fetch` does not, with the page's [`Tables`].
    #[must_use]
    pub fn to_script(&self) -> String {
        let texts = self.sections.iter().flat_map(|section| {
            let names = [&section.title, &section.page, &section.text].into_iter();
            names.chain(&section.trail).chain(&section.tags).map(String::as_str)
        });
        // Characters above ASCII and syllables: nothing that a script could stumble over.
        let tables = serde_json::to_string(&Tables::for_texts(texts)).unwrap_or_default();
        format!("chapbook.search.load({},{tables});\n", self.to_json())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_cannot_be_left() {
        let section = Section {
            url: "a.html".into(),
            title: "</script><script>alert(1)//".into(),
            page: "__proto__".into(),
            trail: vec!["constructor".into()],
            tags: Vec::new(),
            text: "a\u{2028}b".into(),
        };
        let index = Index::new(vec![section]);
        let script = index.to_script();
        assert!(!script.contains('<') && !script.contains('\u{2028}'), "{script}");
        let json: serde_json::Value = serde_json::from_str(&index.to_json()).unwrap();
        assert_eq!(json["version"], VERSION);
        assert_eq!(json["sections"][0]["title"], "</script><script>alert(1)//");
        assert_eq!(json["sections"][0]["text"], "a\u{2028}b");
    }
}
