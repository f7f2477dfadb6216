//! Percent-encoding of paths, fragments and URLs.

use std::fmt::Write as _;

/// Percent-encodes a path for use in a URL: everything but the characters that RFC 3986 allows in a path. Letters
/// outside ASCII are encoded too, as browsers do.
///
/// ```
/// assert_eq!(chapbook::path::encode_path("a b/首页.html"), "a%20b/%E9%A6%96%E9%A1%B5.html");
/// ```
#[must_use]
pub fn encode_path(path: &str) -> String {
    encode(path, b"/-_.~!$&'()*+,;=:@")
}

/// Percent-encodes an anchor for use behind `#` in an attribute. Letters and digits of all scripts stay as they are,
/// which HTML allows: encoded, a page in Chinese would be a tenth longer.
///
/// ```
/// assert_eq!(chapbook::path::encode_fragment("第一步 \"a\""), "第一步%20%22a%22");
/// ```
#[must_use]
pub fn encode_fragment(anchor: &str) -> String {
    let mut out = String::with_capacity(anchor.len());
    for (at, c) in anchor.char_indices() {
        if !c.is_ascii() && c.is_alphanumeric() {
            out.push(c);
        } else {
            out.push_str(&encode(&anchor[at..at + c.len_utf8()], b"/-_.~!$()*+,;=:@?"));
        }
    }
    out
}

/// Percent-encodes the path of a full URL. What is already encoded stays, and so does the host, which has another
/// encoding (Punycode).
///
/// ```
/// assert_eq!(chapbook::path::encode_address("https://example.org/a b%20c"), "https://example.org/a%20b%20c");
/// ```
#[must_use]
pub fn encode_address(address: &str) -> String {
    let host = address.find("://").map_or(0, |at| at + 3);
    let path = address[host..].find('/').map_or(address.len(), |at| host + at);
    format!("{}{}", &address[..path], encode(&address[path..], b"/-_.~!$&'()*+,;=:@?%"))
}

/// Decodes percent-encoding. A text whose decoded bytes are not UTF-8 is returned unchanged, and so is a `%` without
/// two hexadecimal digits behind it.
#[must_use]
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// Percent-encodes all bytes but ASCII letters, digits and those in `kept`.
fn encode(text: &str, kept: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_keep_the_letters_of_all_scripts() {
        for (anchor, fragment) in [
            ("what-you-need", "what-you-need"),
            ("c7a-投诉前", "c7a-投诉前"),
            ("यह-क्या", "यह-क%E0%A5%8Dया"),
            ("a\"b'c&lt;<", "a%22b%27c%26lt;%3C"),
            ("100%", "100%25"),
            ("\u{202e}gnp", "%E2%80%AEgnp"),
        ] {
            assert_eq!(encode_fragment(anchor), fragment);
            assert_eq!(decode(fragment), anchor);
        }
    }

    #[test]
    fn decoding_keeps_what_is_not_utf8() {
        for (text, decoded) in [("%E9%A6%96", "首"), ("100%", "100%"), ("%ff", "%ff"), ("a%20b", "a b"), ("%zz", "%zz")]
        {
            assert_eq!(decode(text), decoded);
        }
    }
}
