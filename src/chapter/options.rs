//! The options of parsing.

use std::collections::BTreeMap;

use crate::config::MarkdownConfig;

/// How a chapter's text is read.
#[derive(Debug, Clone, Default)]
pub struct ParseOptions {
    /// Which Markdown it is.
    pub markdown: MarkdownConfig,
    /// Values of `{{ book.NAME }}`, by NAME.
    pub variables: BTreeMap<String, String>,
}
