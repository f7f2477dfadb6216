//! Decodes text files: UTF-8, without a BOM, with `\n` as line end. Bytes that are not UTF-8 and control characters are
//! reported at their first occurrence.

use std::borrow::Cow;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place, Span, codes};

/// The size of the largest text file that is read, in bytes.
pub(super) const LARGEST_TEXT: u64 = 16 << 20;

/// A decoded text, with what is to be reported about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The text. Invalid bytes are replaced by U+FFFD.
    pub(super) text: Arc<str>,
    /// The first byte that is not UTF-8.
    pub(super) invalid: Option<InvalidByte>,
    /// Its control characters.
    pub(super) controls: Option<ControlCharacters>,
}

/// The first byte of a file that is not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InvalidByte {
    at: Span,
    byte: u8,
    help: &'static str,
}

/// The control characters of a text, other than line ends, tabs and form feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ControlCharacters {
    first: char,
    at: Span,
    count: usize,
}

/// Decodes the bytes of a text file. It cannot fail: what is wrong is part of the result.
pub(super) fn decode(bytes: &[u8]) -> Decoded {
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match str::from_utf8(body) {
        Ok(text) => {
            let text: Arc<str> = unify_line_ends(text).into();
            let invalid = may_be_utf_16(&text).then(|| utf_16_without_bom(&text)).flatten();
            let controls = if invalid.is_some() { None } else { controls(&text) };
            Decoded { text, invalid, controls }
        }
        Err(error) => {
            let (valid, rest) = body.split_at(error.valid_up_to());
            // The valid part decodes without loss. With unified line ends, its length is the offset of the byte in the text.
            let start = unify_line_ends(&String::from_utf8_lossy(valid)).len();
            let invalid = InvalidByte {
                at: Span::new(start, start + '\u{fffd}'.len_utf8()),
                byte: rest.first().copied().unwrap_or_default(),
                help: encoding_help(bytes),
            };
            let text = unify_line_ends(&String::from_utf8_lossy(body)).into();
            Decoded { text, invalid: Some(invalid), controls: None }
        }
    }
}

/// Whether a text may be UTF-16 without a BOM. Latin text in UTF-16 is valid UTF-8 in which every other byte is 0.
fn may_be_utf_16(text: &str) -> bool {
    let zeros = text.bytes().filter(|byte| *byte == 0).count();
    zeros > 1 && zeros >= text.len() / 4
}

fn utf_16_without_bom(text: &str) -> Option<InvalidByte> {
    let at = text.find('\0')?;
    Some(InvalidByte { at: Span::new(at, at + 1), byte: 0, help: UTF_16 })
}

fn controls(text: &str) -> Option<ControlCharacters> {
    if !may_contain_controls(text.as_bytes()) {
        return None;
    }
    let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\u{c}');
    let mut found = text.char_indices().filter(|(_, c)| is_odd(*c));
    let (at, first) = found.next()?;
    Some(ControlCharacters { first, at: Span::new(at, at + first.len_utf8()), count: 1 + found.count() })
}

/// Whether a text has a byte with which the encoding of a control character begins. Few texts have one, and the loop is
/// vectorised, so that most texts are not decoded again.
fn may_contain_controls(bytes: &[u8]) -> bool {
    // 0xC2 begins U+0080 to U+009F, and also some printable characters of Latin text.
    let is_odd = |byte: u8| (byte < b' ' && !matches!(byte, b'\n' | b'\t' | 0xc)) || byte == 0x7f || byte == 0xc2;
    bytes.iter().fold(false, |odd, byte| odd | is_odd(*byte))
}

impl Decoded {
    /// The diagnostics on the text, which is in the file `file`.
    pub(super) fn diagnostics(&self, file: &Arc<str>) -> impl Iterator<Item = Diagnostic> {
        let invalid = self.invalid.map(|invalid| invalid.diagnostic(file));
        invalid.into_iter().chain(self.controls.map(|controls| controls.diagnostic(file)))
    }
}

impl ControlCharacters {
    /// The diagnostic, at the first one in the file `file`.
    pub(super) fn diagnostic(self, file: &Arc<str>) -> Diagnostic {
        let name = format!("U+{:04X}", u32::from(self.first));
        let message = match self.count {
            1 => format!("`{file}` contains a control character, {name}"),
            count => format!("`{file}` contains {count} control characters, the first is {name}"),
        };
        let help = "delete it, or type the intended character; readers see U+FFFD instead";
        Diagnostic::new(&codes::CONTROL_CHARACTER, message).at(Place { file: file.clone(), span: self.at }).help(help)
    }
}

impl InvalidByte {
    /// The diagnostic, at the first one in the file `file`.
    pub(super) fn diagnostic(self, file: &Arc<str>) -> Diagnostic {
        let message = format!("`{file}` is not UTF-8: invalid byte 0x{:02x}", self.byte);
        Diagnostic::new(&codes::INVALID_UTF8, message).at(Place { file: file.clone(), span: self.at }).help(self.help)
    }
}

const UTF_16: &str = "the file looks like UTF-16: save it as UTF-8";

fn encoding_help(bytes: &[u8]) -> &'static str {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        UTF_16
    } else if bytes.contains(&0) {
        "the file does not look like text: give it another extension if it is not Markdown"
    } else {
        "save the file as UTF-8; `iconv -f GB18030 -t UTF-8` converts older Chinese files"
    }
}

fn unify_line_ends(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_character_is_detected() {
        for c in '\0'..='\u{17f}' {
            let controls = decode(format!("a{c}b").as_bytes()).controls;
            assert_eq!(controls.is_some(), c.is_control() && !matches!(c, '\n' | '\t' | '\r' | '\u{c}'), "{c:?}");
        }
    }

    #[test]
    fn text_is_normalised() {
        for (bytes, text) in [
            (&b"a\r\nb\rc\n"[..], "a\nb\nc\n"),
            (b"\xef\xbb\xbf# x", "# x"),
            (b"", ""),
            (b"a\xef\xbb\xbf", "a\u{feff}"),
            (b"\r\r\n", "\n\n"),
        ] {
            assert_eq!(decode(bytes), Decoded { text: text.into(), invalid: None, controls: None }, "{bytes:?}");
        }
    }

    #[test]
    fn invisible_characters_are_reported() {
        let file: Arc<str> = "a.md".into();
        for (bytes, expected) in [
            (&b"# A\tb\x0c\n"[..], None),
            (b"a\r\nb\0c", Some((3, "control-character: `a.md` contains a control character, U+0000"))),
            (
                "a\u{85}\u{1b}\u{7f}b".as_bytes(),
                Some((1, "control-character: `a.md` contains 3 control characters, the first is U+0085")),
            ),
            (b"#\0 \0A\0\n\0", Some((1, "invalid-utf8: `a.md` is not UTF-8: invalid byte 0x00"))),
        ] {
            let diagnostics: Vec<Diagnostic> = decode(bytes).diagnostics(&file).collect();
            let first = diagnostics.first().map(|it| {
                let start = it.at.as_ref().unwrap().span.range().start;
                (start, format!("{}: {}", it.code.name, it.message))
            });
            assert_eq!(first, expected.map(|(at, message)| (at, message.to_owned())), "{bytes:?}");
            assert!(diagnostics.len() < 2);
        }
    }

    #[test]
    fn the_first_invalid_byte_is_reported() {
        for (bytes, at) in [
            (&b"a\r\n\xffb\xfe"[..], 2..5),
            (b"\xef\xbb\xbf\xe4\xb8", 0..3),
            ("清\r".as_bytes(), 0..0),
            (b"\xff\xfea", 0..3),
        ] {
            let decoded = decode(bytes);
            assert_eq!(decoded.invalid.map(|invalid| invalid.at.range()).unwrap_or_default(), at, "{bytes:?}");
            assert!(at.is_empty() || &decoded.text[at] == "\u{fffd}");
        }
    }
}
