//! One entry of the search index.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::address::Address;

/// A section of a page: a heading and the text under it, up to the next heading.
///
/// This is the public format of `search-index.json`; the manual documents its fields.
///
/// ```
/// use chapbook::search::Section;
///
/// let json = r#"{"url": "food.html#fridge", "title": "Fridge", "page": "Food", "trail": ["Food"], "text": "Keep it shut."}"#;
/// let section: Section = serde_json::from_str(json)?;
/// assert_eq!(section.title, "Fridge");
/// assert!(section.tags.is_empty(), "optional fields have defaults");
/// assert!(!serde_json::to_string(&section)?.contains("tags"), "and are left out when they are empty");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The address of the section: page and anchor, relative to the site's root, percent-encoded ("know.html#%E4%BB%80").
    pub url: Address,
    /// The heading, or the page's title for the text before the first heading.
    pub title: String,
    /// The title of the page.
    pub page: String,
    /// The titles above the section, outermost first: part, chapters, page, headings. The section's own title is not
    /// included.
    pub trail: Vec<String>,
    /// The title of the part of the book that contains the section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// The tags of the page, only on the page's first section.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Additional words under which the section is found: old addresses of its page, glossary entries
    /// that link to it, and readings of ruby.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Whether the section contains a checklist.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub checklists: bool,
    /// The plain text, with one space between blocks.
    pub text: Arc<str>,
}
