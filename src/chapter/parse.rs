//! Markdown to tree. `scout` and `tree` beside this file are the only ones that speak to pulldown-cmark.
//!
//! In: the text of one file, includes put in. Out: a [`Chapter`] and what is wrong with it. The steps: front matter is
//! read; what Markdown does not know is covered byte for byte (`prepare`); the parser's events become blocks (`tree`);
//! then what needs the whole chapter is settled: footnote numbers, checklists, anchors, words.

use std::collections::BTreeMap;

use super::findings::Findings;
use super::model::{Chapter, FrontMatter};
use super::tree::{Builder, Gathered};
use super::{anchor, footnote, front_matter, task_list, words};
use crate::config::RawHtml;
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::source::SourceFile;

/// How a chapter's text is read.
#[derive(Debug, Clone, Default)]
pub struct ParseOptions {
    /// Whether straight quotes and `--` become typographic ones; never beside Han glyphs.
    pub smart_punctuation: bool,
    /// Whether `$…$` and `$$…$$` are formulas.
    pub math: bool,
    /// What becomes of raw HTML.
    pub raw_html: RawHtml,
    /// Values of `{{ book.NAME }}`, by NAME.
    pub variables: BTreeMap<String, String>,
}

/// Parses one chapter. Cannot fail: what is not understood becomes text and a finding.
#[must_use]
pub fn parse(source: &SourceFile, options: &ParseOptions) -> (Chapter, Report) {
    let mut findings = Findings::new(&source.origin);
    let (front, start) = front_matter::read(&source.text, &mut findings);
    let (blocks, gathered) = Builder::new(&source.text, options, &mut findings).chapter(start);
    if blocks.is_empty() {
        let finding = Diagnostic::new(&codes::EMPTY_CHAPTER, "this chapter has no text");
        findings.add(0..0, finding.help("write something, or set `draft: true` in its front matter"));
    }
    let chapter = settle(source, front, blocks, gathered, &mut findings);
    (chapter, findings.into_report())
}

/// Settles what needs the whole chapter.
fn settle(
    source: &SourceFile,
    front: FrontMatter,
    mut blocks: Vec<super::model::Block>,
    mut gathered: Gathered,
    findings: &mut Findings<'_>,
) -> Chapter {
    let texts = std::mem::take(&mut gathered.footnotes);
    let mut footnotes = footnote::number(&mut blocks, &mut gathered.headings, &gathered.labels, texts, findings);
    let comments = task_list::Comments {
        lists: std::mem::take(&mut gathered.checklists),
        items: std::mem::take(&mut gathered.item_ids),
    };
    let texts = std::iter::once(&mut blocks).chain(footnotes.iter_mut().map(|note| &mut note.blocks));
    let checklists = task_list::gather(texts, comments, findings);
    let ids = anchor::settle(&mut gathered, findings);
    let words = words::count(&blocks, &gathered.headings, &footnotes);
    Chapter {
        path: source.path.clone(),
        digest: source.digest,
        origin: source.origin.clone(),
        front,
        blocks,
        headings: gathered.headings,
        links: gathered.links,
        ids,
        checklists,
        footnotes,
        words,
    }
}
