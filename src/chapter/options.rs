//! The options of the chapter parser.

use std::collections::BTreeMap;

use crate::config::MarkdownConfig;

/// How chapters are parsed. The default is chapbook's own dialect without extensions that must be turned on, and without
/// variables.
///
/// ```
/// use chapbook::chapter::ParseOptions;
/// use chapbook::config::MarkdownConfig;
///
/// let markdown = MarkdownConfig { math: true, ..MarkdownConfig::default() };
/// let variables = [("version".to_owned(), "1.2".to_owned())].into();
/// let options = ParseOptions { markdown, variables };
/// assert_eq!(options.variables["version"], "1.2");
/// ```
#[derive(Debug, Clone, Default)]
pub struct ParseOptions {
    /// The dialect and its extensions: the table `[markdown]` of the configuration.
    pub markdown: MarkdownConfig,
    /// The values of `{{ book.NAME }}` by NAME: the table `[variables]` of the configuration.
    pub variables: BTreeMap<String, String>,
}
