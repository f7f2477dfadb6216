//! Ids of places in a page.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// The id of an element of a page, the part of an address behind `#`: `before-you-start`.
///
/// It is not empty and contains no white space. Deserializing does not check this: only chapbook's own cache, whose
/// integrity is verified, is deserialized.
///
/// ```
/// use chapbook::path::Anchor;
///
/// let heading = Anchor::from_heading("Before you start!");
/// assert_eq!(heading.as_str(), "before-you-start");
/// assert_eq!(heading.numbered(2).as_str(), "before-you-start-2");
/// assert_eq!(Anchor::written("two words"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Anchor(Arc<str>);

impl Anchor {
    /// The id that GitHub gives a heading: in lower case, white space replaced by `-`, everything removed but letters,
    /// marks, digits, `_` and `-`.
    ///
    /// A heading of which nothing is left gets `section`.
    #[must_use]
    pub fn from_heading(text: &str) -> Self {
        let slug: String = text.trim().nfc().flat_map(char::to_lowercase).filter_map(slug_char).collect();
        Self(if slug.is_empty() { "section".into() } else { slug.into() })
    }

    /// The id that mdBook gives a heading: as GitHub's, but combining marks are removed too.
    #[must_use]
    pub fn from_mdbook_heading(text: &str) -> Self {
        let lower = text.trim().to_lowercase();
        let slug: String = lower.chars().filter_map(mdbook_slug_char).collect();
        Self(if slug.is_empty() { "section".into() } else { slug.into() })
    }

    /// The id that mdBook gave a heading before version 0.5, so that old links still work: only ASCII letters become
    /// lower case, and a heading of which nothing is left gets the empty id, with `-1`, `-2`, … for the next ones.
    #[must_use]
    pub fn from_old_mdbook_heading(text: &str) -> Self {
        // mdBook did not yet turn hyphens into dashes before it made ids.
        let typed = text.replace('–', "--").replace('—', "---");
        let lower = typed.trim().trim_matches(['<', '&']).to_ascii_lowercase();
        Self(lower.chars().filter_map(mdbook_slug_char).collect::<String>().into())
    }

    /// An id as an author wrote it, in Unicode's form NFC; `None` if it is empty or contains white space.
    #[must_use]
    pub fn written(id: &str) -> Option<Self> {
        let id: String = id.nfc().collect();
        (!id.is_empty() && !id.contains(char::is_whitespace)).then(|| Self(id.into()))
    }

    /// The anchor with `-count` appended, for the second and later headings with the same text.
    #[must_use]
    pub fn numbered(&self, count: usize) -> Self {
        Self(format!("{}-{count}", self.0).into())
    }

    /// The id as text, not encoded.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn mdbook_slug_char(c: char) -> Option<char> {
    if c.is_whitespace() {
        return Some('-');
    }
    (c.is_alphanumeric() || matches!(c, '_' | '-')).then_some(c)
}

fn slug_char(c: char) -> Option<char> {
    if c.is_whitespace() {
        return Some('-');
    }
    let mark = unicode_normalization::char::is_combining_mark(c) || matches!(c, '\u{200c}' | '\u{200d}');
    (c.is_alphanumeric() || matches!(c, '_' | '-') || mark).then_some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_of_mdbook() {
        for (heading, new, old) in [
            ("It’s – a “test”… --flag", "its--a-test---flag", "its----a-test---flag"),
            ("Être Große", "être-große", "Être-große"),
            ("清单 😀 क्", "清单--क", "清单--क"),
            ("::", "section", ""),
        ] {
            assert_eq!(Anchor::from_mdbook_heading(heading).as_str(), new, "{heading}");
            assert_eq!(Anchor::from_old_mdbook_heading(heading).as_str(), old, "{heading}");
        }
    }

    #[test]
    fn heading_anchors_follow_github() {
        for (heading, anchor) in [
            ("Before you start", "before-you-start"),
            ("C++ & Rust", "c--rust"),
            ("安装", "安装"),
            ("  ", "section"),
            ("什么算「逾期」？", "什么算逾期"),
            ("`--flag` and _x_", "--flag-and-_x_"),
            ("हिन्दी", "हिन्दी"),
        ] {
            assert_eq!(Anchor::from_heading(heading).as_str(), anchor, "heading {heading:?}");
        }
    }
}
