//! What search reads: sections of text, as JSON for other tools and as classic scripts for the page.
//!
//! Knows nothing of books. `theme/search/` is the other reader of the scripts; the manual documents the JSON.

mod codec;
mod fold;
mod index_snapshot;
mod patch;
mod pinyin;
mod ranking;
mod script;
mod shard;
mod tables;
mod terms;
mod token;

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use index_snapshot::IndexSnapshot;

/// The version of the format, raised when a reader of the one before would misread it.
pub const VERSION: u32 = 1;

/// One section: a heading and the text under it, up to the next heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// The tags of its page, on the page's first section only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Further words that it answers to: old addresses of its page, entries of the glossary that lead to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Whether a checklist stands in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
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

    /// The same index with other addresses of pages; a page that the map does not name keeps its address.
    #[must_use]
    pub fn readdressed(&self, pages: &BTreeMap<String, String>) -> Self {
        let readdress = |section: &Section| {
            let page = section.path();
            let anchor = &section.url[page.len()..];
            let url = format!("{}{anchor}", pages.get(page).map_or(page, String::as_str));
            Section { url, ..section.clone() }
        };
        Self::new(self.sections.iter().map(readdress).collect(), self.terms.clone())
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
    /// the engine, and for a large book the shards that it asks for, in any order. What `before` has already is not made
    /// again. Returns what the next index may begin from.
    pub fn write_scripts(
        &self,
        engine: &str,
        before: Option<&Before<'_>>,
        write: &(dyn Fn(&str, Script) + Sync),
    ) -> Option<IndexSnapshot> {
        script::write(self, engine, before, write)
    }
}

/// The index of the build before.
pub struct Before<'a> {
    /// What is remembered of it.
    pub memory: &'a IndexSnapshot,
    /// Reads one of [`IndexSnapshot::files`] as it was written.
    pub read: &'a (dyn Fn(&str) -> Option<String> + Sync),
}

/// A script of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Script {
    /// This text.
    New(String),
    /// The file of the index before, as it is.
    Kept,
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
    use std::collections::{BTreeMap, BTreeSet};
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

    type Files = BTreeMap<String, String>;

    /// The scripts of an index, and which of them were made.
    fn write(
        index: &Index,
        before: Option<(&IndexSnapshot, &Files)>,
    ) -> (Files, BTreeSet<String>, Option<IndexSnapshot>) {
        let files = Mutex::new((Files::new(), BTreeSet::new()));
        let write = |name: &str, script: Script| {
            let mut files = files.lock().unwrap();
            let text = match script {
                Script::New(text) => {
                    files.1.insert(name.to_owned());
                    text
                }
                Script::Kept => before.unwrap().1[name].clone(),
            };
            files.0.insert(name.to_owned(), text);
        };
        let memory = match before {
            None => index.write_scripts("", None, &write),
            Some((memory, old)) => {
                let read = |name: &str| old.get(name).cloned();
                index.write_scripts("", Some(&Before { memory, read: &read }), &write)
            }
        };
        let (files, made) = files.into_inner().unwrap();
        (files, made, memory)
    }

    fn scripts(index: &Index) -> Files {
        write(index, None).0
    }

    /// Edits of a book of 200 sections, one after another.
    type Edit = (&'static str, fn(&mut Vec<Section>));
    const EDITS: &[Edit] = &[
        ("nothing", |_| ()),
        ("a sentence more", |all| reword(all, 150, |text| format!("{text} One more sentence, 还款逾期。"))),
        ("its words gone", |all| reword(all, 150, |text| text.replace("sentence, 还款", ""))),
        ("a word new to the book", |all| reword(all, 0, |text| format!("{text} zymurgy q-q aa"))),
        ("and gone again", |all| reword(all, 0, |text| text.replace("zymurgy", ""))),
        ("another heading", |all| all[199].title = "Überschrift 逾期".into()),
        ("a longer text", |all| reword(all, 20, |text| text.repeat(9))),
        ("three texts", |all| [30, 60, 90].iter().for_each(|at| reword(all, *at, |text| text.replace("more", "less")))),
        ("many texts", |all| (0..90).for_each(|at| reword(all, at, str::to_uppercase))),
        ("a section more", |all| all.insert(3, Section { url: "new.html".into(), ..section("New", "a new page") })),
        ("an alias", |all| all[9].aliases.push("old name".into())),
        ("another part", |all| all[8].part = Some("Part".into())),
        ("a traditional character", |all| reword(all, 8, |text| format!("{text} 綠化"))),
        ("another address", |all| all[5].url = "moved.html".into()),
        ("fewer", |all| all.truncate(190)),
        ("an empty text", |all| reword(all, 77, |_| String::new())),
    ];

    fn reword(sections: &mut [Section], at: usize, text: impl Fn(&str) -> String) {
        sections[at].text = text(&sections[at].text).into();
    }

    #[test]
    fn patched_or_not_the_scripts_are_the_same() {
        let words = |page: usize| "words and more ".repeat(120 + page);
        let text = |page: usize| format!("page {page} of read_line {} 逾期 w{page} {{:?}}", words(page));
        let page = |at: usize| Section { url: format!("{at}.html"), ..section(&format!("T{at}"), &text(at)) };
        let mut sections: Vec<Section> = (0..200).map(page).collect();
        let (mut files, _, memory) = write(&Index::new(sections.clone(), Vec::new()), None);
        let mut memory = memory.unwrap();
        let mut told = Vec::new();
        for (name, edit) in EDITS {
            edit(&mut sections);
            let index = Index::new(sections.clone(), Vec::new());
            let (patched, made, next) = write(&index, Some((&memory, &files)));
            let (cut, _, fresh) = write(&index, None);
            assert!(patched == cut, "{name}");
            assert_eq!(next, fresh, "{name}");
            assert!(next.as_ref().unwrap().files().all(|file| cut.contains_key(&file)), "{name}");
            (files, memory) = (patched, next.unwrap());
            told.push(format!("{name}: {} of {} made", made.len(), files.len()));
        }
        insta::assert_snapshot!(told.join("\n"));
    }

    #[test]
    fn a_file_that_was_changed_since_is_not_patched() {
        let text = "some words 逾期 ".repeat(100);
        let page = |at: usize| Section { url: format!("{at}.html"), ..section("T", &text) };
        let mut sections: Vec<Section> = (0..200).map(page).collect();
        let (files, _, memory) = write(&Index::new(sections.clone(), Vec::new()), None);
        let memory = memory.unwrap();
        sections[7].text = "other words".into();
        let index = Index::new(sections, Vec::new());
        let cut = scripts(&index);
        let changes: [fn(&str) -> String; 3] =
            [|_| String::new(), |text| text.replace('w', "v"), |text| text.replace(' ', "  ")];
        for change in changes {
            let read = |name: &str| files.get(name).map(|text| change(text));
            let made = Mutex::new(Files::new());
            let write = |name: &str, script: Script| match script {
                Script::New(text) => drop(made.lock().unwrap().insert(name.to_owned(), text)),
                Script::Kept => panic!("{name} is taken for what it was"),
            };
            index.write_scripts("", Some(&Before { memory: &memory, read: &read }), &write);
            assert_eq!(made.into_inner().unwrap(), cut);
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
