//! Text made safe to stand in HTML.

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
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(reference) = reference(byte) {
            html.push_str(&text[from..at]);
            html.push_str(reference);
            from = at + 1;
        }
    }
    html.push_str(&text[from..]);
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
}
