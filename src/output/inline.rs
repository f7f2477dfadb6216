//! What stands in every page itself: the script that must run before it is drawn, and what may be fetched ahead.
//!
//! The policy of the pages knows both by their digests, so that nothing else may stand there.

use sha2::{Digest as _, Sha256};

use crate::theme::Theme;

/// Which pages a browser may fetch before they are asked for (Speculation Rules).
const PREFETCH: &str = "prefetch.json";

/// The elements, and how the policy names what is in them.
#[derive(Debug, Clone, Default)]
pub(super) struct Inline {
    /// The elements.
    pub html: String,
    /// Sources of `script-src`, one for each, a space before it.
    pub sources: Vec<String>,
}

/// Puts the early scripts and the rules for fetching ahead into elements; a file that is empty has none.
pub(super) fn inline(theme: &Theme, early: &[u8]) -> Inline {
    let mut inline = Inline::default();
    let rules = theme.file(PREFETCH).map(|bytes| String::from_utf8_lossy(bytes).trim().to_owned()).unwrap_or_default();
    for (attributes, text) in
        [("", harmless(&String::from_utf8_lossy(early))), (" type=\"speculationrules\"", harmless(&rules))]
    {
        if !text.is_empty() {
            inline.html.extend(["<script", attributes, ">", &text, "</script>\n"]);
            inline.sources.push(format!(" {}", source(&text)));
        }
    }
    inline
}

/// A text that cannot end its element: in strings and patterns, where such a thing stands, the back-slash says nothing.
fn harmless(text: &str) -> String {
    text.replace("</", "<\\/").replace("<!--", "<\\!--")
}

/// The name of a text in `script-src` (CSP 3, section 2.3.1).
fn source(text: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())))
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= group.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (text, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(text.as_bytes()), encoded, "{text}");
        }
    }

    #[test]
    fn the_policy_names_what_stands_in_the_page() {
        // The example of CSP 2, section 4.2.5.
        assert_eq!(source("alert('Hello, world.');"), "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='");
        let theme = Theme::overlaid([("prefetch.json".to_owned(), b" \n"[..].into())].into());
        let inline = inline(&theme, b"a('</script><!--');\n");
        assert_eq!(inline.html, "<script>a('<\\/script><\\!--');\n</script>\n");
        assert_eq!(inline.sources.len(), 1);
    }
}
