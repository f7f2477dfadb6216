//! Texts that other pages repeat, at a length that no book needs more of: a title is in the contents of every page.

/// How many characters of a title other pages show. A heading on its own page is whole.
const LONGEST: usize = 300;

/// A title as other pages show it: its beginning and `…` if it is very long.
///
/// ```
/// use chapbook::book::short_title;
///
/// assert_eq!(short_title("Setup".to_owned()), "Setup");
/// assert_eq!(short_title("x".repeat(1000)).chars().count(), 301);
/// ```
#[must_use]
pub fn short_title(title: String) -> String {
    match title.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", title[..end].trim_end()),
        None => title,
    }
}
