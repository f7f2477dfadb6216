//! The text of `<script>` and `<style>`, where references are not read.

/// An element whose text is raw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawElement {
    /// `<script>`.
    Script,
    /// `<style>`.
    Style,
}

/// A script or a style sheet as the text of its element, which it does not end in any letter case.
///
/// In scripts and styles `<\/` means `</` wherever that can occur. In scripts `\x3c` means `<`: after `<!--` browsers would
/// read the script in another way.
///
/// ```
/// use chapbook::escape::{RawElement, raw_element};
///
/// assert_eq!(raw_element("a = '</script>'", RawElement::Script), r"a = '<\/script>'");
/// ```
#[must_use]
pub fn raw_element(text: &str, element: RawElement) -> String {
    let name = if element == RawElement::Script { "script" } else { "style" };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("</") {
        let (before, after) = rest.split_at(at);
        let ends = after.get(2..2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
        out.push_str(before);
        out.push_str(if ends { "<\\/" } else { "</" });
        rest = &after[2..];
    }
    out.push_str(rest);
    if element == RawElement::Script { out.replace("<!--", "\\x3c!--") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_its_element() {
        for (text, element, expected) in [
            ("a = '</Script>'; b </c/.d", RawElement::Script, r"a = '<\/Script>'; b </c/.d"),
            ("'<!--'", RawElement::Script, r"'\x3c!--'"),
            ("a::after { content: '</style>' }", RawElement::Style, r"a::after { content: '<\/style>' }"),
            ("</é", RawElement::Style, "</é"),
        ] {
            assert_eq!(raw_element(text, element), expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_text(text in "(</|<!--|[sS]cript|STYLE|style|<|/|-|!|é){0,12}") {
            let script = raw_element(&text, RawElement::Script).to_lowercase();
            assert!(!script.contains("</script") && !script.contains("<!--"), "{script}");
            assert!(!raw_element(&text, RawElement::Style).to_lowercase().contains("</style"), "{text}");
        }
    }
}
