//! The book as Markdown that needs no other files: includes and variables replaced by their text, front matter left out.
//!
//! As a folder, chapters and files keep their paths, so every link still works. As one file, chapters follow
//! each other; links between them lead to places in the file, and labels of footnotes are prefixed with their chapter.

use std::ops::Range;

use super::artifact::{Artifact, Composition};
use crate::book::{Book, Page, PageId, Target};
use crate::chapter::{Block, BlockKind};
use crate::path::{Anchor, SitePath, encode_fragment, encode_path};
use crate::site::Role;

/// A range of a chapter's text, and what replaces it.
pub(super) type Edit = (Range<usize>, String);

/// A file for each chapter, and the files that they name.
pub(super) fn folder(composition: &Composition<'_>) -> Vec<Artifact<'static>> {
    let book = &composition.edition.book;
    let chapters = book.pages.iter().filter_map(|page| {
        let text = resolved(page, composition, variables(page))?;
        file(page.chapter.path.as_str(), text.into_bytes())
    });
    let assets = book.assets.iter().filter_map(|asset| file(asset.path.as_str(), asset.bytes.to_vec()));
    chapters.chain(assets).collect()
}

/// All chapters in one file. Pictures are named from the folder of the content.
pub(super) fn one(composition: &Composition<'_>) -> Vec<Artifact<'static>> {
    let book = &composition.edition.book;
    let chapters = book.page_ids().filter_map(|id| {
        let page = book.page(id);
        let mut edits = variables(page);
        edits.extend(links(page, composition));
        edits.extend(footnotes(page, id, composition));
        let text = resolved(page, composition, edits)?;
        // The start of a chapter has its own anchor: its first heading may repeat one of another chapter.
        let title = if page.chapter.headings.iter().any(|heading| heading.level == 1) {
            String::new()
        } else {
            format!("# {}\n\n", page.title)
        };
        Some(format!("<a id=\"{}\"></a>\n\n{title}{}\n", place(id, None), text.trim()))
    });
    let text = chapters.collect::<Vec<_>>().join("\n");
    file("book.md", text.into_bytes()).into_iter().collect()
}

fn file(path: &str, bytes: Vec<u8>) -> Option<Artifact<'static>> {
    Some(Artifact::File { path: SitePath::new(path)?, role: Role::Page, bytes: bytes.into() })
}

/// The text after the front matter with edits applied.
fn resolved(page: &Page, composition: &Composition<'_>, edits: Vec<Edit>) -> Option<String> {
    let start = page.chapter.blocks.first().map_or(0, |block| block.span.start as usize);
    edited(text_of(page, composition)?, start, edits)
}

/// A text from one place on, with edits applied.
pub(super) fn edited(text: &str, start: usize, mut edits: Vec<Edit>) -> Option<String> {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut at = start;
    let mut out = String::with_capacity(text.len());
    for (range, words) in edits {
        // An edit inside another one is part of it.
        if range.start >= at {
            out.push_str(text.get(at..range.start)?);
            out.push_str(&words);
            at = range.end;
        }
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// The variables of a chapter with their values.
pub(super) fn variables(page: &Page) -> Vec<Edit> {
    page.chapter.variables.iter().map(|(span, value)| (span.range(), value.clone())).collect()
}

/// Links to chapters and files of the book.
fn links<'a>(page: &'a Page, composition: &'a Composition<'_>) -> impl Iterator<Item = Edit> + 'a {
    let book = &composition.edition.book;
    let text = text_of(page, composition).unwrap_or_default();
    page.chapter.links.iter().zip(&page.targets).filter_map(move |(link, target)| {
        let href = match target {
            Target::Page(id, anchor) => format!("#{}", encode_fragment(&place_of(book, *id, anchor.as_ref()))),
            Target::Asset(path) => encode_path(path.as_str()),
            _ => return None,
        };
        let range = link.span.range();
        let words = relinked(text.get(range.clone())?, &link.href, &href)?;
        Some((range, words))
    })
}

/// A rewritten destination; a reference link becomes an inline link.
fn relinked(written: &str, href: &str, new: &str) -> Option<String> {
    if written == href {
        return Some(new.to_owned());
    }
    let words = written.strip_suffix("[]").unwrap_or(written);
    let words = words.rfind("][").map_or(words, |at| &words[..=at]);
    (words.starts_with(['[', '!']) && words.ends_with(']')).then(|| format!("{words}({new})"))
}

fn text_of<'a>(page: &Page, composition: &'a Composition<'_>) -> Option<&'a str> {
    let sources = composition.edition.trees.sources();
    let index = sources.binary_search_by(|source| source.path.cmp(&page.chapter.path)).ok()?;
    sources.get(index).map(|source| &*source.text)
}

/// A chapter's place in the file, or that of a heading in it.
fn place_of(book: &Book, id: PageId, anchor: Option<&Anchor>) -> String {
    // The program that shows the file makes ids of headings, which are unique only if the headings are.
    let alone = |anchor: &&Anchor| {
        let bears = |page: &&Page| page.chapter.headings.iter().any(|heading| heading.anchor == **anchor);
        book.pages.iter().filter(bears).count() == 1
    };
    place(id, anchor.filter(alone))
}

fn place(id: PageId, anchor: Option<&Anchor>) -> String {
    anchor.map_or_else(|| format!("chapter-{}", id.0 + 1), ToString::to_string)
}

/// Labels of footnotes, wherever they are written outside of code.
fn footnotes(page: &Page, id: PageId, composition: &Composition<'_>) -> Vec<Edit> {
    let text = text_of(page, composition).unwrap_or_default();
    let mut code = Vec::new();
    code_blocks(&page.chapter.blocks, &mut code);
    let mut edits = Vec::new();
    for note in &page.chapter.footnotes {
        let written = format!("[^{}]", note.label);
        let outside = text.match_indices(&written).filter(|(at, _)| !code.iter().any(|range| range.contains(at)));
        edits.extend(outside.map(|(at, _)| (at + 2..at + 2, format!("{}-", id.0 + 1))));
    }
    edits
}

fn code_blocks(blocks: &[Block], found: &mut Vec<Range<usize>>) {
    for block in blocks {
        match &block.kind {
            BlockKind::Code(_) => found.push(block.span.range()),
            BlockKind::List(list) => list.items.iter().for_each(|item| code_blocks(&item.blocks, found)),
            BlockKind::Quote(inner) => code_blocks(inner, found),
            BlockKind::Directive(directive) => code_blocks(&directive.body, found),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_replaced_where_they_are_written() {
        for (written, href, expected) in [
            ("a.md#b", "a.md#b", Some("#n")),
            ("[text][a]", "a.md", Some("[text](#n)")),
            ("[a][]", "a.md", Some("[a](#n)")),
            ("![a]", "a.png", Some("![a](#n)")),
            ("\"a.md\"", "a.md", None),
        ] {
            assert_eq!(relinked(written, href, "#n").as_deref(), expected, "{written}");
        }
    }
}
