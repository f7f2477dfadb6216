//! Each page as Markdown, and `llms.txt` as their list.

use std::borrow::Cow;

use super::artifact::{Artifact, Composition, Output};
use super::markdown_export::{edited, variables};
use crate::book::Page;
use crate::path::generated;
use crate::render::Edition;
use crate::site::Role;
use crate::source::SourceFile;

/// Each page as Markdown, and llms.txt as their list.
pub(super) const MARKDOWN: Output = Output { wanted: |output| output.markdown, compose };

fn compose<'a>(composition: &Composition<'a>) -> Vec<Artifact<'a>> {
    let edition = composition.edition;
    let copies = edition.book.pages.iter().filter_map(|page| copy(page, edition.trees.sources()));
    copies.chain(Artifact::text(generated::LLMS, list(edition))).collect()
}

/// The text after the front matter, with includes and variables replaced by their text.
fn copy<'a>(page: &Page, sources: &'a [SourceFile]) -> Option<Artifact<'a>> {
    let index = sources.binary_search_by(|source| source.path.cmp(&page.chapter.path)).ok()?;
    let text = &sources.get(index)?.text;
    let start = page.chapter.start as usize;
    let bytes = match variables(page) {
        edits if edits.is_empty() => Cow::Borrowed(text.get(start..).unwrap_or(text).as_bytes()),
        edits => Cow::Owned(edited(text, start, edits)?.into_bytes()),
    };
    Some(Artifact::File { path: page.permalink.markdown_copy(), role: Role::Meta, bytes })
}

/// The list in the form of llmstxt.org: title, summary, links. What search leaves out is not in it.
fn list(edition: &Edition) -> String {
    let meta = &edition.book.meta;
    let mut text = format!("# {}\n\n", meta.title);
    if let Some(description) = &meta.description {
        text.extend(["> ", description, "\n\n"]);
    }
    for page in edition.book.pages.iter().filter(|page| page.chapter.front.search != Some(false)) {
        let copy = page.permalink.markdown_copy();
        let address = edition.file_url(&copy).unwrap_or_else(|| copy.encoded());
        let title = page.title.replace(['[', ']'], "");
        text.extend(["- [", &title, "](", &address, ")"]);
        if let Some(description) = &page.chapter.front.description {
            text.extend([": ", description]);
        }
        text.push('\n');
    }
    text
}
