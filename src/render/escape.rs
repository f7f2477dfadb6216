//! Escapes text for HTML and XML.

/// Appends text with `&`, `<` and `>` escaped, for the inside of elements.
pub(super) fn push_text(text: &str, html: &mut String) {
    push(text, html, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        _ => None,
    });
}

/// Appends text with quotes escaped too, for the inside of a double-quoted attribute.
pub(super) fn push_attribute(text: &str, html: &mut String) {
    push(text, html, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        _ => None,
    });
}

/// The text escaped for the inside of elements.
#[must_use]
pub(super) fn text(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    push_text(text, &mut html);
    html
}

fn push(text: &str, html: &mut String, reference: impl Fn(u8) -> Option<&'static str>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let instead = reference(byte).map(|reference| (reference, 1)).or_else(|| unshown(&bytes[at..]));
        if let Some((instead, length)) = instead {
            html.push_str(&text[from..at]);
            html.push_str(instead);
            from = at + length;
        }
    }
    html.push_str(&text[from..]);
}

/// What stands for a character that neither HTML nor XML may hold, and how many bytes that has; `None` for others.
///
/// `CommonMark` asks it of NUL (section 2.3); a reference such as `&#1;` gives the others even where the file has none.
fn unshown(text: &[u8]) -> Option<(&'static str, usize)> {
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
    fn nothing_escapes() {
        let mut html = String::new();
        push_attribute("a\"b'<&>逾期", &mut html);
        assert_eq!(html, "a&quot;b&#39;&lt;&amp;&gt;逾期");
        assert_eq!(text("\"<&>"), "\"&lt;&amp;&gt;");
    }

    #[test]
    fn what_cannot_be_shown_has_a_sign() {
        for (written, shown) in [
            ("a\0b\u{1b}\u{7f}", "a\u{fffd}b\u{fffd}\u{fffd}"),
            ("\u{85}<\u{9f}\u{ffff}", "\u{fffd}&lt;\u{fffd}\u{fffd}"),
            ("a\u{c}b\tc\r\n", "a b\tc\r\n"),
            ("\u{a0}\u{2028}\u{fffd}\u{ad}", "\u{a0}\u{2028}\u{fffd}\u{ad}"),
        ] {
            assert_eq!(text(written), shown, "{written:?}");
        }
    }
}
