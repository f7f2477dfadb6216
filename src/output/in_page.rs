//! Inline scripts of every page: those that must run before it is drawn, and speculation rules.
//!
//! The Content-Security-Policy lists the digests of both, so that no other inline script can run.

use super::policy::source;
use crate::theme::Theme;

/// Which pages a browser may fetch before they are asked for (Speculation Rules).
const PREFETCH: &str = "prefetch.json";

/// The elements, and their sources in the policy.
#[derive(Debug, Clone, Default)]
pub(super) struct InPage {
    /// The elements.
    pub html: String,
    /// Sources of `script-src`, one for each, a space before it.
    pub sources: Vec<String>,
}

/// Puts the early scripts and the rules for fetching ahead into elements; a file that is empty has none.
pub(super) fn in_page(theme: &Theme, early: &[u8]) -> InPage {
    let rules = theme.file(PREFETCH).map(|bytes| bytes.trim_ascii()).unwrap_or_default();
    InPage::of(&[("", early), (" type=\"speculationrules\"", rules)])
}

impl InPage {
    /// Elements of these texts with their attributes; an empty text has none.
    pub(super) fn of(texts: &[(&str, &[u8])]) -> Self {
        let mut in_page = Self::default();
        for (attributes, text) in texts.iter().filter(|(_, text)| !text.is_empty()) {
            let text = harmless(&String::from_utf8_lossy(text));
            in_page.html.extend(["<script", attributes, ">", &text, "</script>\n"]);
            in_page.sources.push(format!(" {}", source(&text)));
        }
        in_page
    }
}

/// A text that cannot end its element: in strings and patterns, the added backslash has no meaning.
fn harmless(text: &str) -> String {
    text.replace("</", "<\\/").replace("<!--", "<\\!--")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_scripts_in_the_page() {
        // The example of CSP 2, section 4.2.5.
        assert_eq!(source("alert('Hello, world.');"), "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='");
        let theme = Theme::with_overrides([("prefetch.json".to_owned(), b" \n"[..].into())].into());
        let in_page = in_page(&theme, b"a('</script><!--');\n");
        assert_eq!(in_page.html, "<script>a('<\\/script><\\!--');\n</script>\n");
        assert_eq!(in_page.sources.len(), 1);
    }
}
