//! JSON that is safe inside a script, whether the script is a file or a `script` element.

use std::io;

use serde::Serialize;

/// Serializes a value as JSON for a script.
///
/// Characters that could end a `script` element (`<`) or a line of JavaScript (U+2028, U+2029) are written as escapes.
pub(super) fn script_json(value: &impl Serialize) -> String {
    script_json_into(value, Vec::new())
}

/// The same, appended to a buffer that may have been allocated in the right size.
pub(super) fn script_json_into(value: &impl Serialize, mut json: Vec<u8>) -> String {
    // All fields are strings, numbers or lists of them, which JSON can always represent.
    let _ = value.serialize(&mut serde_json::Serializer::with_formatter(&mut json, ScriptFormatter));
    String::from_utf8(json).unwrap_or_default()
}

/// Writes compact JSON and escapes what could end a `script` element or a line of JavaScript.
struct ScriptFormatter;

impl serde_json::ser::Formatter for ScriptFormatter {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '\u{2028}', '\u{2029}']) {
            let (before, behind) = rest.split_at(at);
            let mut characters = behind.chars();
            writer.write_all(before.as_bytes())?;
            writer.write_all(match characters.next() {
                Some('<') => b"\\u003c",
                Some('\u{2028}') => b"\\u2028",
                _ => b"\\u2029",
            })?;
            rest = characters.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}
