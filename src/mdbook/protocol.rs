//! mdBook's protocol for preprocessors, which read the book as JSON and write it back.
//!
//! The list of chapters is called `items` in mdBook 0.5 and `sections` in 0.4. Both are written, and either is read.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::chapters::path_of;
use super::model::MdBook;
use super::table;
use crate::book::{Item, Listed};
use crate::path::ContentPath;
use crate::source::{SourceFile, Sources};

/// The version of mdBook that preprocessors see.
const VERSION: &str = "0.5.4";

/// The input of a preprocessor: `[context, book]`.
pub(super) fn input(book: &MdBook, sources: &Sources) -> Vec<u8> {
    let root = crate::source::real_path(&book.root).unwrap_or_else(|_| book.root.clone());
    let context = json!({
        "root": root,
        "config": table::json(&book.toml),
        "renderer": "html",
        "mdbook_version": VERSION,
    });
    let texts = sources.chapters.iter().map(|chapter| (chapter.path.as_str(), chapter)).collect();
    let mut writer = Writer { texts, count: 0 };
    let items: Vec<Value> = book.summary.items.iter().map(|item| writer.item(item)).collect();
    let book = json!({ "items": items, "sections": items, "__non_exhaustive": null });
    serde_json::to_vec(&json!([context, book])).unwrap_or_default()
}

struct Writer<'a> {
    texts: BTreeMap<&'a str, &'a SourceFile>,
    count: u32,
}

impl Writer<'_> {
    fn item(&mut self, item: &Item) -> Value {
        match item {
            Item::Separator => "Separator".into(),
            Item::Part(title) => json!({ "PartTitle": title }),
            Item::Affix(listed) => self.chapter(listed, &[], &[]),
            Item::Numbered(listed) => {
                self.count += 1;
                self.chapter(listed, &[self.count], &[])
            }
        }
    }

    fn chapter(&self, listed: &Listed, number: &[u32], parents: &[String]) -> Value {
        let source = path_of(listed);
        let text = source.as_ref().and_then(|path| self.texts.get(path.as_str())).map_or("", |file| &*file.text);
        let below: Vec<String> = parents.iter().cloned().chain([listed.title.clone()]).collect();
        let children = listed.children.iter().enumerate().map(|(index, child)| {
            let index = u32::try_from(index + 1).unwrap_or(u32::MAX);
            let number: Vec<u32> =
                if number.is_empty() { Vec::new() } else { number.iter().copied().chain([index]).collect() };
            self.chapter(child, &number, &below)
        });
        json!({ "Chapter": {
            "name": listed.title,
            "content": text,
            "number": if number.is_empty() { Value::Null } else { json!(number) },
            "sub_items": children.collect::<Vec<Value>>(),
            "path": source.as_ref().map(page_path),
            "source_path": source.as_ref().map(ContentPath::as_str),
            "parent_names": parents,
        }})
    }
}

/// The path of a chapter after mdBook's preprocessor `index`: `README.md` becomes `index.md`.
fn page_path(path: &ContentPath) -> String {
    if !path.stem().eq_ignore_ascii_case("readme") {
        return path.as_str().to_owned();
    }
    if path.folder().is_empty() { "index.md".to_owned() } else { format!("{}/index.md", path.folder()) }
}

/// Replaces the texts of the chapters by those in a preprocessor's output.
pub(super) fn apply_output(output: &[u8], sources: &mut Sources) -> Result<(), String> {
    let book: Value = serde_json::from_slice(output).map_err(|error| format!("its output is not JSON: {error}"))?;
    let items = book.get("items").or_else(|| book.get("sections")).and_then(Value::as_array);
    let items = items.ok_or("its output has neither `items` nor `sections`")?;
    let mut texts = BTreeMap::new();
    collect_texts(items, &mut texts);
    for chapter in &mut sources.chapters {
        if let Some(text) = texts.get(chapter.path.as_str()).filter(|text| **text != &*chapter.text) {
            *chapter = chapter.with_text(text);
        }
    }
    Ok(())
}

/// The text of each chapter by the path of its file.
fn collect_texts<'v>(items: &'v [Value], texts: &mut BTreeMap<&'v str, &'v str>) {
    for chapter in items.iter().filter_map(|item| item.get("Chapter")) {
        let path = chapter.get("source_path").and_then(Value::as_str).or(chapter.get("path").and_then(Value::as_str));
        if let (Some(path), Some(text)) = (path, chapter.get("content").and_then(Value::as_str)) {
            texts.insert(path, text);
        }
        if let Some(children) = chapter.get("sub_items").and_then(Value::as_array) {
            collect_texts(children, texts);
        }
    }
}
