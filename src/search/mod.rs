//! What search reads: sections of text, as JSON for other tools and as classic scripts for the page.
//!
//! Knows nothing of books. `theme/search/` is the other reader of the scripts; the manual documents the JSON.

mod codec;
mod fold;
mod memo;
mod ranking;
mod script;
mod shard;
mod sounds;
mod tables;
mod terms;
mod token;

use std::io;
use std::sync::Arc;

use serde::Serialize;

pub use memo::Memo;

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
    /// The part of the book it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// The tags of its page, on the page's first section only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Further words that it answers to: old addresses of its page, entries of the glossary that lead to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Whether a checklist stands in it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub checklists: bool,
    /// Its text: words as read, one space between blocks.
    pub text: Arc<str>,
}

impl Section {
    /// The address of its page.
    fn path(&self) -> &str {
        self.url.split('#').next().unwrap_or_default()
    }
}

/// All sections of a book, in reading order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Index {
    version: u32,
    sections: Vec<Section>,
    #[serde(skip)]
    terms: Vec<String>,
}

impl Index {
    /// An index of these sections; `terms` are words of the book's glossary, offered to complete a query.
    #[must_use]
    pub fn new(sections: Vec<Section>, terms: Vec<String>) -> Self {
        Self { version: VERSION, sections, terms }
    }

    /// The sections, in reading order.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The index in parts, as JSON that is safe to stand inside `script` elements: `index` first, further ones by name.
    #[must_use]
    pub fn blocks(&self) -> Vec<(String, String)> {
        script::blocks(self)
    }

    /// The index as JSON, safe to stand inside a `script` element too.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Grown step by step, the text of a large book would take twice its size. Names of fields take a hundred bytes.
        let names = |section: &Section| 2 * (section.url.len() + section.page.len()) + 100;
        let size = self.sections.iter().map(|section| section.text.len() * 17 / 16 + names(section));
        json_in_script(self, Vec::with_capacity(size.sum()))
    }

    /// Writes the scripts that the page searches with, by their names in the folder `search/`: `index.js`, which brings
    /// the engine, and for a large book the shards that it asks for, in any order. `memo` serves
    /// whoever comes back with nearly the same index.
    pub fn write_scripts(&self, engine: &str, memo: Option<&Memo>, write: &(dyn Fn(&str, String) + Sync)) {
        script::write(self, engine, memo, write);
    }
}

/// A value as JSON that can stand in a script, inside or outside a page.
fn script_json(value: &impl Serialize) -> String {
    json_in_script(value, Vec::new())
}

fn json_in_script(value: &impl Serialize, mut json: Vec<u8>) -> String {
    // Every field is a string, a number or a list of them: nothing that JSON cannot say.
    let _ = value.serialize(&mut serde_json::Serializer::with_formatter(&mut json, InScript));
    String::from_utf8(json).unwrap_or_default()
}

/// Compact JSON without what could end a script element or a line of a script.
struct InScript;

impl serde_json::ser::Formatter for InScript {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '\u{2028}', '\u{2029}']) {
            let (before, behind) = rest.split_at(at);
            let mut glyphs = behind.chars();
            writer.write_all(before.as_bytes())?;
            writer.write_all(match glyphs.next() {
                Some('<') => b"\\u003c",
                Some('\u{2028}') => b"\\u2028",
                _ => b"\\u2029",
            })?;
            rest = glyphs.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use super::*;

    fn section(title: &str, text: &str) -> Section {
        Section {
            url: "a.html".into(),
            title: title.into(),
            page: "__proto__".into(),
            trail: vec!["constructor".into()],
            part: None,
            tags: Vec::new(),
            aliases: Vec::new(),
            checklists: false,
            text: text.into(),
        }
    }

    fn scripts(index: &Index) -> Vec<(String, String)> {
        let files = Mutex::new(Vec::new());
        index.write_scripts("", None, &|name, text| files.lock().unwrap().push((name.to_owned(), text)));
        files.into_inner().unwrap()
    }

    #[test]
    fn remembered_or_not_the_scripts_are_the_same() {
        let text = |page: usize| format!("page {page} of read_line {} 逾期", "words and more ".repeat(400));
        let sections = |pages: &[usize]| pages.iter().map(|page| section(&format!("T{page}"), &text(*page))).collect();
        let memo = Memo::default();
        let mut pages: Vec<usize> = (0..200).collect();
        let changes: [fn(&mut Vec<usize>); 4] =
            [|_| (), |pages| pages[150] = 7, |pages| pages.insert(3, 999), |pages| pages.truncate(90)];
        for change in changes {
            change(&mut pages);
            let index = Index::new(sections(&pages), Vec::new());
            let (fresh, warm) = (Mutex::new(BTreeMap::new()), Mutex::new(BTreeMap::new()));
            index.write_scripts("", None, &|name, text| drop(fresh.lock().unwrap().insert(name.to_owned(), text)));
            index
                .write_scripts("", Some(&memo), &|name, text| drop(warm.lock().unwrap().insert(name.to_owned(), text)));
            assert_eq!(fresh.into_inner().unwrap(), warm.into_inner().unwrap());
        }
    }

    #[test]
    fn no_script_can_be_left() {
        let hostile = "</script><script>alert(1)//";
        let small = Index::new(vec![section(hostile, "a\u{2028}b")], vec![hostile.into()]);
        let large = Index::new(vec![section(hostile, &"a\u{2028}b<\"\\ ".repeat(60_000)); 3], Vec::new());
        assert!(scripts(&large).len() > scripts(&small).len(), "one is sharded");
        for (name, script) in scripts(&small).into_iter().chain(scripts(&large)) {
            assert!(!script.contains('<') && !script.contains('\u{2028}'), "{name}");
        }
        let json: serde_json::Value = serde_json::from_str(&small.to_json()).unwrap();
        assert_eq!(json["version"], VERSION);
        assert_eq!(json["sections"][0]["title"], hostile);
        assert_eq!(json["sections"][0]["text"], "a\u{2028}b");
    }
}
