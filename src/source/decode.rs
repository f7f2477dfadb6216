//! From bytes to text: UTF-8 without a BOM, line ends as `\n`; what is not UTF-8 is a finding at its first bad byte, and
//! so is the first character that nobody can see.

use std::borrow::Cow;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place, Span, codes};

/// The largest text that is read, in bytes.
pub(super) const LARGEST_TEXT: u64 = 16 << 20;

/// A text, and where its bytes were not UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The text; bad bytes are U+FFFD.
    pub(super) text: Arc<str>,
    /// The first bad byte.
    pub(super) bad: Option<Bad>,
    /// The control characters in it.
    pub(super) controls: Option<Controls>,
}

/// Bytes that are not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bad {
    at: Span,
    byte: u8,
    help: &'static str,
}

/// Control characters, which have no place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Controls {
    first: char,
    at: Span,
    count: usize,
}

/// Decodes the bytes of a text file.
pub(super) fn decode(bytes: &[u8]) -> Decoded {
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match str::from_utf8(body) {
        Ok(text) => {
            let text: Arc<str> = unify_line_ends(text).into();
            let bad = looks_like_utf_16(&text).then(|| unmarked_utf_16(&text)).flatten();
            let controls = if bad.is_some() { None } else { controls(&text) };
            Decoded { text, bad, controls }
        }
        Err(error) => {
            let (good, rest) = body.split_at(error.valid_up_to());
            // The prefix is valid, so this loses nothing; its length is the offset once line ends are unified.
            let start = unify_line_ends(&String::from_utf8_lossy(good)).len();
            let bad = Bad {
                at: Span::new(start, start + '\u{fffd}'.len_utf8()),
                byte: rest.first().copied().unwrap_or_default(),
                help: remedy(bytes),
            };
            let text = unify_line_ends(&String::from_utf8_lossy(body)).into();
            Decoded { text, bad: Some(bad), controls: None }
        }
    }
}

/// UTF-16 without its mark is UTF-8 by its bytes: of Latin text, every other one is 0.
fn looks_like_utf_16(text: &str) -> bool {
    let zeros = text.bytes().filter(|byte| *byte == 0).count();
    zeros > 1 && zeros >= text.len() / 4
}

fn unmarked_utf_16(text: &str) -> Option<Bad> {
    let at = text.find('\0')?;
    Some(Bad { at: Span::new(at, at + 1), byte: 0, help: UTF_16 })
}

fn controls(text: &str) -> Option<Controls> {
    if !may_hold_controls(text.as_bytes()) {
        return None;
    }
    let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\u{c}');
    let mut found = text.char_indices().filter(|(_, c)| is_odd(*c));
    let (at, first) = found.next()?;
    Some(Controls { first, at: Span::new(at, at + first.len_utf8()), count: 1 + found.count() })
}

/// Whether a text has a byte that control characters are written with; nearly none has, and a processor sees many at once.
fn may_hold_controls(bytes: &[u8]) -> bool {
    // Those from U+0080 to U+009F begin with 0xC2, as some characters of Latin text do.
    let is_odd = |byte: u8| (byte < b' ' && !matches!(byte, b'\n' | b'\t' | 0xc)) || byte == 0x7f || byte == 0xc2;
    bytes.iter().fold(false, |odd, byte| odd | is_odd(*byte))
}

impl Decoded {
    /// What is to be told of the file of that name.
    pub(super) fn findings(&self, file: &Arc<str>) -> impl Iterator<Item = Diagnostic> {
        let bad = self.bad.map(|bad| bad.finding(file));
        bad.into_iter().chain(self.controls.map(|controls| controls.finding(file)))
    }
}

impl Controls {
    /// The finding, in the file of that name.
    pub(super) fn finding(self, file: &Arc<str>) -> Diagnostic {
        let name = format!("U+{:04X}", u32::from(self.first));
        let message = match self.count {
            1 => format!("`{file}` holds a control character, {name}"),
            count => format!("`{file}` holds {count} control characters, the first is {name}"),
        };
        let help = "delete it, or type what was meant: readers see U+FFFD in its place";
        Diagnostic::new(&codes::CONTROL_CHARACTER, message).at(Place { file: file.clone(), span: self.at }).help(help)
    }
}

impl Bad {
    /// The finding, in the file of that name.
    pub(super) fn finding(self, file: &Arc<str>) -> Diagnostic {
        let message = format!("`{file}` is not UTF-8: byte 0x{:02x} begins no character", self.byte);
        Diagnostic::new(&codes::INVALID_UTF8, message).at(Place { file: file.clone(), span: self.at }).help(self.help)
    }
}

const UTF_16: &str = "the file looks like UTF-16: save it as UTF-8";

fn remedy(bytes: &[u8]) -> &'static str {
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
    fn every_control_character_is_seen() {
        for c in '\0'..='\u{17f}' {
            let told = decode(format!("a{c}b").as_bytes()).controls;
            assert_eq!(told.is_some(), c.is_control() && !matches!(c, '\n' | '\t' | '\r' | '\u{c}'), "{c:?}");
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
            assert_eq!(decode(bytes), Decoded { text: text.into(), bad: None, controls: None }, "{bytes:?}");
        }
    }

    #[test]
    fn what_nobody_sees_is_found() {
        let file: Arc<str> = "a.md".into();
        for (bytes, found) in [
            (&b"# A\tb\x0c\n"[..], None),
            (b"a\r\nb\0c", Some((3, "control-character: `a.md` holds a control character, U+0000"))),
            (
                "a\u{85}\u{1b}\u{7f}b".as_bytes(),
                Some((1, "control-character: `a.md` holds 3 control characters, the first is U+0085")),
            ),
            (b"#\0 \0A\0\n\0", Some((1, "invalid-utf8: `a.md` is not UTF-8: byte 0x00 begins no character"))),
        ] {
            let findings: Vec<Diagnostic> = decode(bytes).findings(&file).collect();
            let shown = findings.first().map(|it| {
                let start = it.at.as_ref().unwrap().span.range().start;
                (start, format!("{}: {}", it.code.name, it.message))
            });
            assert_eq!(shown, found.map(|(at, message)| (at, message.to_owned())), "{bytes:?}");
            assert!(findings.len() < 2);
        }
    }

    #[test]
    fn the_first_bad_byte_is_found() {
        for (bytes, at) in [
            (&b"a\r\n\xffb\xfe"[..], 2..5),
            (b"\xef\xbb\xbf\xe4\xb8", 0..3),
            ("清\r".as_bytes(), 0..0),
            (b"\xff\xfea", 0..3),
        ] {
            let decoded = decode(bytes);
            assert_eq!(decoded.bad.map(|bad| bad.at.range()).unwrap_or_default(), at, "{bytes:?}");
            assert!(at.is_empty() || &decoded.text[at] == "\u{fffd}");
        }
    }
}
