//! From bytes to text: UTF-8 without a BOM, line ends as `\n`; what is not UTF-8 is a finding at its first bad byte.

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
}

/// Bytes that are not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bad {
    at: Span,
    byte: u8,
    help: &'static str,
}

/// Decodes the bytes of a text file.
pub(super) fn decode(bytes: &[u8]) -> Decoded {
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match str::from_utf8(body) {
        Ok(text) => Decoded { text: unify_line_ends(text).into(), bad: None },
        Err(error) => {
            let (good, rest) = body.split_at(error.valid_up_to());
            // The prefix is valid, so this loses nothing; its length is the offset once line ends are unified.
            let start = unify_line_ends(&String::from_utf8_lossy(good)).len();
            let bad = Bad {
                at: Span::new(start, start + '\u{fffd}'.len_utf8()),
                byte: rest.first().copied().unwrap_or_default(),
                help: remedy(bytes),
            };
            Decoded { text: unify_line_ends(&String::from_utf8_lossy(body)).into(), bad: Some(bad) }
        }
    }
}

impl Bad {
    /// The finding, in the file of that name.
    pub(super) fn finding(self, file: &Arc<str>) -> Diagnostic {
        let message = format!("`{file}` is not UTF-8: byte 0x{:02x} begins no character", self.byte);
        Diagnostic::new(&codes::INVALID_UTF8, message).at(Place { file: file.clone(), span: self.at }).help(self.help)
    }
}

fn remedy(bytes: &[u8]) -> &'static str {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        "the file looks like UTF-16: save it as UTF-8"
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
    fn text_is_normalised() {
        for (bytes, text) in [
            (&b"a\r\nb\rc\n"[..], "a\nb\nc\n"),
            (b"\xef\xbb\xbf# x", "# x"),
            (b"", ""),
            (b"a\xef\xbb\xbf", "a\u{feff}"),
            (b"\r\r\n", "\n\n"),
        ] {
            assert_eq!(decode(bytes), Decoded { text: text.into(), bad: None }, "{bytes:?}");
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
