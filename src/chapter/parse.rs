//! Markdown to tree: the only room that speaks to pulldown-cmark.

use std::collections::BTreeMap;

use super::model::Chapter;
use crate::config::RawHtml;
use crate::diagnostic::Report;
use crate::source::SourceFile;

/// How a chapter's text is read.
#[derive(Debug, Clone, Default)]
pub struct ParseOptions {
    /// Whether straight quotes and `--` become typographic ones; never between Han glyphs.
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
    let _ = (source, options);
    todo!()
}
