//! Text in HTML and XML: the inside of elements and of attributes.

/// Appends text for the inside of an element: `&`, `<` and `>` become references, and characters that neither HTML nor XML
/// may hold are replaced.
pub fn push_text(text: &str, html: &mut String) {
    push(text, html, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        _ => None,
    });
}

/// Appends text for the inside of a quoted attribute: as [`push_text`], quotes too.
pub fn push_attribute(text: &str, html: &mut String) {
    push(text, html, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        _ => None,
    });
}

/// Text for the inside of an element.
///
/// ```
/// use chapbook::escape;
///
/// assert_eq!(escape::text("a < b & \"c\""), "a &lt; b &amp; \"c\"");
/// ```
#[must_use]
pub fn text(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    push_text(text, &mut html);
    html
}

/// Text for the inside of a quoted attribute.
///
/// ```
/// use chapbook::escape;
///
/// assert_eq!(escape::attribute("a \"b\""), "a &quot;b&quot;");
/// ```
#[must_use]
pub fn attribute(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    push_attribute(text, &mut html);
    html
}

fn push(text: &str, html: &mut String, reference: impl Fn(u8) -> Option<&'static str>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let instead = reference(byte).map(|reference| (reference, 1)).or_else(|| replacement(&bytes[at..]));
        if let Some((instead, length)) = instead {
            html.push_str(&text[from..at]);
            html.push_str(instead);
            from = at + length;
        }
    }
    html.push_str(&text[from..]);
}

/// The replacement of a character that neither HTML nor XML may hold, and the length of that character in bytes; `None` for
/// other characters.
///
/// `CommonMark` asks it of NUL (section 2.3); a reference such as `&#1;` gives the others even where the file has none.
fn replacement(text: &[u8]) -> Option<(&'static str, usize)> {
    match text {
        [b'\t' | b'\n' | b'\r', ..] => None,
        [0x0c, ..] => Some((" ", 1)),
        [0..0x20 | 0x7f, ..] => Some(("\u{fffd}", 1)),
        [0xc2, 0x80..0xa0, ..] => Some(("\u{fffd}", 2)),
        [0xef, 0xbf, 0xbe | 0xbf, ..] => Some(("\u{fffd}", 3)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped() {
        let mut html = String::new();
        push_attribute("a\"b'<&>逾期", &mut html);
        assert_eq!(html, "a&quot;b&#39;&lt;&amp;&gt;逾期");
        assert_eq!(text("\"<&>"), "\"&lt;&amp;&gt;");
    }

    #[test]
    fn forbidden_characters_are_replaced() {
        for (written, shown) in [
            ("a\0b\u{1b}\u{7f}", "a\u{fffd}b\u{fffd}\u{fffd}"),
            ("\u{85}<\u{9f}\u{ffff}", "\u{fffd}&lt;\u{fffd}\u{fffd}"),
            ("a\u{c}b\tc\r\n", "a b\tc\r\n"),
            ("\u{a0}\u{2028}\u{fffd}\u{ad}", "\u{a0}\u{2028}\u{fffd}\u{ad}"),
        ] {
            assert_eq!(text(written), shown, "{written:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_leaves_its_place(written in "\\PC{0,40}|[<>&\"'\u{0}-\u{9f}]{0,20}") {
            let shown = attribute(&written);
            assert!(!shown.contains(['<', '>', '"', '\'']) && !text(&written).contains(['<', '>']), "{shown}");
            assert!(shown.chars().all(|c| matches!(c, '\t' | '\n' | '\r') || !c.is_control()), "{shown:?}");
            let read = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
            let kept: String = written.chars().map(|c| match c {
                '\u{c}' => ' ',
                '\t' | '\n' | '\r' => c,
                c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => '\u{fffd}',
                c => c,
            }).collect();
            assert_eq!(read.replace("&amp;", "&"), kept);
        }
    }
}
