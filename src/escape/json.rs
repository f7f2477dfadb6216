//! JSON where more than JSON is read: in scripts, and on terminals.

use std::fmt::Write as _;
use std::io;

use serde::Serialize;

use super::terminal::visible;

/// A value as compact JSON that is safe in a script element and in a script file: no `<`, and no character that ends a line
/// of a script but not of JSON. `capacity` is the expected length in bytes, 0 if it is not known.
///
/// The value consists of strings, numbers, lists and maps with string keys, which always have a JSON form.
///
/// ```
/// use chapbook::escape;
///
/// assert_eq!(escape::json_in_script("</script>", 0), r#""\u003c/script>""#);
/// ```
#[must_use]
pub fn json_in_script(value: &(impl Serialize + ?Sized), capacity: usize) -> String {
    let mut json = Vec::with_capacity(capacity);
    let _ = value.serialize(&mut serde_json::Serializer::with_formatter(&mut json, InScript));
    String::from_utf8(json).unwrap_or_default()
}

/// Compact JSON without what could end a script element or a line of a script.
struct InScript;

impl serde_json::ser::Formatter for InScript {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '\u{2028}', '\u{2029}']) {
            let (before, behind) = rest.split_at(at);
            let mut glyphs = behind.chars();
            writer.write_all(before.as_bytes())?;
            writer.write_all(match glyphs.next() {
                Some('<') => b"\\u003c",
                Some('\u{2028}') => b"\\u2028",
                _ => b"\\u2029",
            })?;
            rest = glyphs.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

/// JSON for a terminal: JSON leaves DEL and the C1 controls as they are, and U+009B alone begins an escape sequence on some
/// terminals; here every control character and every character that turns the direction of text is a `\\u` escape.
#[must_use]
pub fn json_for_terminal(json: &str) -> String {
    let shown = json.chars().fold(String::with_capacity(json.len()), |mut out, c| {
        let _ = if visible(c) == c { out.write_char(c) } else { write!(out, "\\u{:04x}", u32::from(c)) };
        out
    });
    // The start of a workflow command, which may be anywhere in a line. It is inside a string, so it can be escaped.
    shown.replace("##[", "##\\u005b").replace("##vso[", "##vso\\u005b")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_not_left() {
        for (text, json) in [
            ("</script><!--", r#""\u003c/script>\u003c!--""#),
            ("a\u{2028}b\u{2029}", r#""a\u2028b\u2029""#),
            ("\"\\", r#""\"\\""#),
        ] {
            assert_eq!(json_in_script(text, 0), json);
        }
    }

    proptest::proptest! {
        #[test]
        fn the_value_is_the_same(text in "\\PC{0,40}|[<\u{2028}\u{2029}\u{0}-\u{9f}]{0,20}") {
            let json = json_in_script(&text, 0);
            assert!(!json.contains(['<', '\u{2028}', '\u{2029}']), "{json}");
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
            let shown = json_for_terminal(&json);
            assert!(!shown.contains(char::is_control), "{shown:?}");
            assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
        }
    }
}
