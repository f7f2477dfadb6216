//! `chapbook ids`: writes the ids of checklists and items into the text, so that later edits do not change them.
//!
//! The ids are those that chapbook generates anyway, so readers keep what they have ticked. Each text is parsed again
//! with its ids before it is written: if anything else would change, the file is not written.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cache::Cache;
use super::load::load_sources;
use super::opened::open;
use super::parse::parse_options;
use super::parse_cache::{Blocks, parse_all};
use super::request::Request;
use crate::book::{Book, Checklist, Page, assemble};
use crate::chapter::{Chapter, ParseOptions, TaskItem, TaskList, parse};
use crate::config::Project;
use crate::diagnostic::{Report, Span, Texts};
use crate::digest::Digest;
use crate::error::Error;
use crate::source::{Insertion, Origin, SourceFile, Sources, insert};

/// Whether ids are written, or only counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stamping {
    /// They are written into the files.
    Write,
    /// Nothing is changed.
    Check,
}

/// The result of [`stamp`].
#[derive(Debug, Default)]
pub struct Stamped {
    /// The files that got ids, or would get them.
    pub files: Vec<StampedFile>,
    /// What is still without an id, and why.
    pub left: Vec<String>,
    /// Errors of the book; nothing is done while there are any.
    pub report: Report,
    /// The texts that diagnostics point into.
    pub texts: Texts,
}

/// A file that got ids, or would get them.
#[derive(Debug, PartialEq, Eq)]
pub struct StampedFile {
    /// Its path from the book's root.
    pub name: Arc<str>,
    /// How many checklists in it got one.
    pub checklists: usize,
    /// How many items.
    pub items: usize,
}

/// Writes an id into the text for every checklist and every item of the book that has none there.
///
/// # Errors
/// If the book cannot be read. A file that cannot be written is in [`Stamped::left`].
pub fn stamp(request: &Request, stamping: Stamping) -> Result<Stamped, Error> {
    let mut read = read_book(request)?;
    let mut stamped = Stamped::default();
    if read.report.errors() > 0 {
        return Ok(Stamped { report: read.report, texts: read.sources.texts, ..stamped });
    }
    let options = parse_options(&read.project.config);
    let sources = std::mem::take(&mut read.sources.chapters);
    for page in &read.book.pages {
        let Some(source) = sources.iter().find(|source| source.path == page.chapter.path) else { continue };
        let Some(plan) = plan(&read.book, page, source, &options, &mut stamped.left) else { continue };
        let name = source.origin.file();
        let known = read.sources.texts.get(&name).cloned().unwrap_or_default();
        let written = match stamping {
            Stamping::Check => Ok(()),
            Stamping::Write => insert(&read.project.root, &read.project.root.join(&*name), &known, &plan.list),
        };
        match written {
            Ok(()) => stamped.files.push(StampedFile { name, checklists: plan.checklists, items: plan.items }),
            Err(error) => stamped.left.push(error.to_string()),
        }
    }
    Ok(stamped)
}

/// A book that is read and linked, but not typeset.
struct ReadBook {
    project: Project,
    sources: Sources,
    book: Book,
    report: Report,
}

/// Reads a book and links it.
fn read_book(request: &Request) -> Result<ReadBook, Error> {
    let mut opened = open(request)?;
    let mut report = std::mem::take(&mut opened.report);
    let mut sources = load_sources(&opened, &mut report)?;
    let options = parse_options(&opened.project.config);
    let chapters = parse_all(&sources.chapters, (&options, &[]), Blocks::Kept, &mut Cache::in_memory(), &mut report);
    let assets = std::mem::take(&mut sources.assets);
    let book = assemble(&opened.project, &chapters, (sources.summary.as_ref(), &sources.included), assets, &mut report);
    report.finish(&opened.severities());
    Ok(ReadBook { project: opened.project, sources, book, report })
}

/// What is inserted into one file.
#[derive(Default)]
struct Insertions {
    list: Vec<Insertion>,
    checklists: usize,
    items: usize,
}

/// The ids a chapter's text lacks; `None` if it lacks none, or none can be put in safely.
fn plan(
    book: &Book,
    page: &Page,
    source: &SourceFile,
    options: &ParseOptions,
    left: &mut Vec<String>,
) -> Option<Insertions> {
    let mut plan = Insertions::default();
    // The same words twice: once where the chapter's text has them, once where the file does.
    let mut in_text = Vec::new();
    let mut elsewhere: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    for (checklist, list) in lists(book, page) {
        let mut put = |wanted: Option<Insertion>| match wanted.map(|wanted| (in_file(&source.origin, &wanted), wanted))
        {
            Some((Ok(insertion), wanted)) => {
                plan.list.push(insertion);
                in_text.push(wanted);
                1
            }
            Some((Err(file), _)) => {
                *elsewhere.entry(file).or_default() += 1;
                0
            }
            None => 0,
        };
        plan.checklists += put(list.id.is_none().then(|| for_list(&source.text, checklist, list)).flatten());
        plan.items += list.items.iter().map(|item| put(for_item(item))).sum::<usize>();
    }
    for (file, count) in elsewhere.into_iter().filter(|(file, _)| !is_chapter(book, file)) {
        let what = if count == 1 { "1 id is".to_owned() } else { format!("{count} ids are") };
        let name = source.origin.file();
        left.push(format!("{what} missing in `{file}`, which `{name}` includes: write `<!-- #id -->` there by hand"));
    }
    if in_text.is_empty() {
        return None;
    }
    plan.list.sort_by_key(|insertion| insertion.at);
    in_text.sort_by_key(|insertion| insertion.at);
    if !is_safe(source, &page.chapter, &in_text, options) {
        let name = source.origin.file();
        left.push(format!("`{name}` was left as it is: its lists would read differently with ids; write them by hand"));
        return None;
    }
    Some(plan)
}

fn lists<'a>(book: &'a Book, page: &'a Page) -> impl Iterator<Item = (&'a Checklist, &'a TaskList)> {
    let listed = page.checklists.iter().filter_map(|index| book.checklists.get(*index));
    listed.filter_map(|checklist| Some((checklist, page.chapter.checklists.get(checklist.index)?)))
}

fn is_chapter(book: &Book, file: &str) -> bool {
    book.pages.iter().any(|page| &*page.chapter.origin.file() == file)
}

/// The id behind the label of an item that has none.
fn for_item(item: &TaskItem) -> Option<Insertion> {
    let label = item.span.range();
    let wanted = !item.named && !label.is_empty();
    wanted.then(|| Insertion { at: label.end, text: format!(" <!-- #{} -->", item.id) })
}

/// The id in the comment before a list, or a comment of its own on a line of its own.
fn for_list(text: &str, checklist: &Checklist, list: &TaskList) -> Option<Insertion> {
    let id = format!("id={}", quoted(&checklist.id)?);
    let start = list.span.range().start;
    let before = &text[..start];
    let above = above(before);
    if let Some(comment) = above.rfind("<!--").filter(|_| above.ends_with("-->")) {
        let inside = before[comment + "<!--".len()..].trim_start();
        if let Some(rest) = inside.strip_prefix("checklist").map(str::trim_start) {
            let rest = rest.strip_prefix([':', '：'])?;
            return Some(Insertion { at: start - rest.len(), text: format!(" {id}") });
        }
    }
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let lead = &before[line..];
    let own_line = lead.chars().all(|c| matches!(c, ' ' | '\t' | '>'));
    own_line.then(|| Insertion { at: start, text: format!("<!-- checklist: {id} -->\n{lead}") })
}

/// The text up to its last line that holds more than the marks of quotations.
fn above(mut text: &str) -> &str {
    let is_mark = |c: char| matches!(c, ' ' | '\t' | '>');
    while let Some((rest, _)) = text.rsplit_once('\n').filter(|(_, line)| line.chars().all(is_mark)) {
        text = rest;
    }
    text.trim_end()
}

/// An id as the value of an attribute.
fn quoted(id: &str) -> Option<String> {
    let plain = !id.contains([',', '"', '\'', '“', '=', '>']);
    if plain { Some(id.to_owned()) } else { (!id.contains(['"', '>'])).then(|| format!("\"{id}\"")) }
}

/// Where an insertion goes in the chapter's own file; the name of the other file if its place came from an include.
fn in_file(origin: &Origin, insertion: &Insertion) -> Result<Insertion, Arc<str>> {
    // The byte before the place decides: behind an item's last word another file may begin.
    let before = insertion.at.saturating_sub(1);
    let place = origin.place(Span::new(before, insertion.at));
    if place.file != origin.file() {
        return Err(place.file);
    }
    let at = if insertion.at == 0 { place.span.range().start } else { place.span.range().start + 1 };
    Ok(Insertion { at, text: insertion.text.clone() })
}

/// Whether the text with its ids has the same checklists as before, every item with the id it had.
fn is_safe(source: &SourceFile, before: &Chapter, insertions: &[Insertion], options: &ParseOptions) -> bool {
    let mut text = source.text.to_string();
    for Insertion { at, text: words } in insertions.iter().rev() {
        text.insert_str(*at, words);
    }
    let file = SourceFile {
        path: source.path.clone(),
        digest: Digest::of(text.as_bytes()),
        text: text.into(),
        origin: Origin::whole(source.origin.file()),
    };
    let (after, report) = parse(&file, options);
    let items = |chapter: &Chapter| -> Vec<_> {
        let item = |item: &TaskItem| (item.id.clone(), item.text.clone(), item.done, item.paused);
        chapter.checklists.iter().map(|list| list.items.iter().map(item).collect::<Vec<_>>()).collect()
    };
    let same_shape = before.blocks.len() == after.blocks.len()
        && before.headings.len() == after.headings.len()
        && before.links.len() == after.links.len()
        && before.words == after.words;
    report.errors() == 0 && same_shape && items(before) == items(&after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::{ContentPath, SitePath};

    fn list_insertion(text: &str, id: &str) -> Option<String> {
        let origin = Origin::whole("a.md");
        let path = ContentPath::resolve("", "a.md").unwrap();
        let file = SourceFile { path, digest: Digest::of(text.as_bytes()), text: text.into(), origin };
        let (chapter, _) = parse(&file, &ParseOptions::default());
        let checklist = Checklist {
            id: id.to_owned(),
            title: String::new(),
            page: crate::book::PageId(0),
            index: 0,
            anchor: None,
            sheet: SitePath::new("a.html").unwrap(),
        };
        let insertion = for_list(text, &checklist, &chapter.checklists[0])?;
        let mut text = text.to_owned();
        text.insert_str(insertion.at, &insertion.text);
        Some(text)
    }

    #[test]
    fn ids_of_lists() {
        for (text, expected) in [
            ("- [ ] a\n", Some("<!-- checklist: id=x -->\n- [ ] a\n")),
            ("<!-- checklist: do=read -->\n- [ ] a\n", Some("<!-- checklist: id=x do=read -->\n- [ ] a\n")),
            ("<!--checklist:-->\n\n- [ ] a\n", Some("<!--checklist: id=x-->\n\n- [ ] a\n")),
            ("<!-- other -->\n- [ ] a\n", Some("<!-- other -->\n<!-- checklist: id=x -->\n- [ ] a\n")),
            ("text\n> * [ ] a\n", Some("text\n> <!-- checklist: id=x -->\n> * [ ] a\n")),
            ("> <!-- checklist: -->\n>\n> - [ ] a\n", Some("> <!-- checklist: id=x -->\n>\n> - [ ] a\n")),
            ("Term\n: - [ ] a\n", None),
        ] {
            assert_eq!(list_insertion(text, "x").as_deref(), expected, "{text:?}");
        }
        assert_eq!(list_insertion("- [ ] a", "a,b").unwrap(), "<!-- checklist: id=\"a,b\" -->\n- [ ] a");
        assert_eq!(list_insertion("- [ ] a", "a\"b"), None);
    }
}
