//! Text that is known to be good: paths inside the book, paths inside the site, anchors.
//!
//! Each type is made only by a checked constructor, so whoever holds one need not check again.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// A file of the book's content: relative, `/`-separated, NFC, without `.` or `..` ("guide/setup.md").
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentPath(Arc<str>);

/// A file of the site: relative, `/`-separated, without `.` or `..` ("guide/setup.html").
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct SitePath(Arc<str>);

/// The id of a place in a page: no spaces, never empty ("before-you-start"). It is read back only from what a build has
/// written and sealed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Anchor(Arc<str>);

impl ContentPath {
    /// Resolves `relative` against `folder` ("" is the root of the content); `None` if it leaves the book.
    ///
    /// `.` and `..` are resolved as in RFC 3986, section 5.2.4; back-slashes and control characters are refused.
    #[must_use]
    pub fn resolve(folder: &str, relative: &str) -> Option<Self> {
        let base = if relative.starts_with('/') { "" } else { folder };
        resolve_segments(base, relative).map(|path| Self(path.nfc().collect::<String>().into()))
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder the file lies in, "" for the root.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The last segment.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// The last segment without its extension.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        // Some tools name a page `a.html.md.erb`.
        let written = self.markdown_end().map_or(name, |end| &name[..name.len() - end.len()]);
        if written.len() < name.len() && !written.is_empty() {
            return written.strip_suffix(".html").filter(|stem| !stem.is_empty()).unwrap_or(written);
        }
        name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
    }

    /// The end of the name that says it is Markdown.
    fn markdown_end(&self) -> Option<&'static str> {
        let ends = |end: &&str| {
            let name = self.file_name().as_bytes();
            name.len() > end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
        };
        [".md", ".markdown", ".md.erb"].into_iter().find(ends)
    }

    /// The extension without its dot, "" if there is none.
    #[must_use]
    pub fn extension(&self) -> &str {
        self.file_name().rsplit_once('.').map_or("", |(stem, extension)| if stem.is_empty() { "" } else { extension })
    }

    /// Whether the file is Markdown by its name, whatever the case of its extension.
    #[must_use]
    pub fn is_markdown(&self) -> bool {
        self.markdown_end().is_some()
    }
}

impl SitePath {
    /// Checks a path relative to the site's root; `None` if it is empty or leaves the site.
    #[must_use]
    pub fn new(path: &str) -> Option<Self> {
        resolve_segments("", path).map(|path| Self(path.into()))
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether file systems and the contents of pages can take the path: 255 bytes a name, 64 folders, 2,048 bytes in all.
    #[must_use]
    pub fn is_publishable(&self) -> bool {
        const NAME: usize = 255;
        const FOLDERS: usize = 64;
        const PATH: usize = 2048;
        self.0.len() <= PATH
            && self.0.matches('/').count() <= FOLDERS
            && self.0.split('/').all(|name| name.len() <= NAME)
    }

    /// The way from this page's folder back to the site's root: "", "../", "../../".
    #[must_use]
    pub fn root(&self) -> String {
        "../".repeat(self.0.matches('/').count())
    }

    /// The relative href that leads from this page to `target`, percent-encoded.
    ///
    /// `index.html` keeps its name, so that links also work from disk.
    #[must_use]
    pub fn href_to(&self, target: &Self) -> String {
        let from: Vec<&str> = self.0.split('/').collect();
        let to: Vec<&str> = target.0.split('/').collect();
        let shared = from.iter().zip(&to).take(to.len() - 1).take(from.len() - 1).take_while(|(a, b)| a == b).count();
        let mut href = "../".repeat(from.len() - 1 - shared);
        href.push_str(&encode_path(&to[shared..].join("/")));
        // A first segment with a colon would be read as a scheme (RFC 3986, section 4.2).
        if href.split('/').next().is_some_and(|first| first.contains(':')) { format!("./{href}") } else { href }
    }

    /// The percent-encoded path, to follow a base URL that ends in `/`.
    #[must_use]
    pub fn encoded(&self) -> String {
        encode_path(&self.0)
    }
}

impl Anchor {
    /// GitHub's rule for heading ids: lower case, spaces to `-`, letters, marks, digits, `_` and `-` kept.
    ///
    /// A heading without any of these gives "section".
    #[must_use]
    pub fn from_heading(text: &str) -> Self {
        let slug: String = text.trim().nfc().flat_map(char::to_lowercase).filter_map(slug_char).collect();
        Self(if slug.is_empty() { "section".into() } else { slug.into() })
    }

    /// mdBook's rule for heading ids: lower case, white space to `-`, letters, digits, `_` and `-` kept, marks dropped.
    #[must_use]
    pub fn from_mdbook_heading(text: &str) -> Self {
        let lower = text.trim().to_lowercase();
        let slug: String = lower.chars().filter_map(mdbook_slug_char).collect();
        Self(if slug.is_empty() { "section".into() } else { slug.into() })
    }

    /// The id that mdBook gave before its version 0.5: only ASCII in lower case, and nothing for a heading without
    /// letters, whose repeats were `-1`, `-2`, …
    #[must_use]
    pub fn from_old_mdbook_heading(text: &str) -> Self {
        // Dashes were still those that were typed.
        let typed = text.replace('–', "--").replace('—', "---");
        let lower = typed.trim().trim_matches(['<', '&']).to_ascii_lowercase();
        Self(lower.chars().filter_map(mdbook_slug_char).collect::<String>().into())
    }

    /// An id as an author wrote it; `None` if it is empty or holds white space.
    #[must_use]
    pub fn written(id: &str) -> Option<Self> {
        let id: String = id.nfc().collect();
        (!id.is_empty() && !id.contains(char::is_whitespace)).then(|| Self(id.into()))
    }

    /// The anchor with a number behind it, for the second and later of one name.
    #[must_use]
    pub fn numbered(&self, count: usize) -> Self {
        Self(format!("{}-{count}", self.0).into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContentPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for SitePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Percent-encodes what may not stand in a URL path; Unicode letters are encoded too, as browsers would.
#[must_use]
pub fn encode_path(path: &str) -> String {
    encode(path, b"/-_.~!$&'()*+,;=:@")
}

/// Encodes an anchor for use behind `#` in an attribute: letters of all scripts stay as they are, as they may in HTML, so
/// that a page in Han is a tenth shorter; the rest is percent-encoded.
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

/// Percent-encodes the path of an address that is otherwise written as it should be; its host stays, as names of hosts
/// are not encoded in this way.
#[must_use]
pub fn encode_address(address: &str) -> String {
    let host = address.find("://").map_or(0, |at| at + 3);
    let path = address[host..].find('/').map_or(address.len(), |at| host + at);
    format!("{}{}", &address[..path], encode(&address[path..], b"/-_.~!$&'()*+,;=:@?%"))
}

/// Undoes percent-encoding; bytes that do not make UTF-8 leave the text as it was.
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

fn encode(text: &str, kept: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            out.push(char::from(byte));
        } else {
            use fmt::Write as _;
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn resolve_segments(folder: &str, relative: &str) -> Option<String> {
    let mut segments: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    for segment in relative.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            name if name.contains('\\') || name.contains(char::is_control) || name.contains(turns) => return None,
            name => segments.push(name),
        }
    }
    (!segments.is_empty()).then(|| segments.join("/"))
}

/// Whether a character opens or closes a stretch that runs in another direction (Unicode's bidirectional controls, those
/// that are marks only left aside).
#[must_use]
pub fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn mdbook_slug_char(c: char) -> Option<char> {
    if c.is_whitespace() {
        return Some('-');
    }
    (c.is_alphanumeric() || matches!(c, '_' | '-')).then_some(c)
}

fn slug_char(c: char) -> Option<char> {
    if c.is_whitespace() {
        return Some('-');
    }
    let mark = unicode_normalization::char::is_combining_mark(c) || matches!(c, '\u{200c}' | '\u{200d}');
    (c.is_alphanumeric() || matches!(c, '_' | '-') || mark).then_some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_of_mdbook() {
        for (heading, new, old) in [
            ("It’s – a “test”… --flag", "its--a-test---flag", "its----a-test---flag"),
            ("Être Große", "être-große", "Être-große"),
            ("清单 😀 क्", "清单--क", "清单--क"),
            ("::", "section", ""),
        ] {
            assert_eq!(Anchor::from_mdbook_heading(heading).as_str(), new, "{heading}");
            assert_eq!(Anchor::from_old_mdbook_heading(heading).as_str(), old, "{heading}");
        }
    }

    #[test]
    fn stems() {
        for (path, stem, is_markdown) in [
            ("a/b.md", "b", true),
            ("b.html.md.erb", "b", true),
            ("b.MD", "b", true),
            ("b.c.md", "b.c", true),
            ("b.erb", "b", false),
            (".md", ".md", false),
        ] {
            let path = ContentPath::resolve("", path).unwrap();
            assert_eq!((path.stem(), path.is_markdown()), (stem, is_markdown), "{path}");
        }
    }

    #[test]
    fn heading_anchors_follow_github() {
        for (heading, anchor) in [
            ("Before you start", "before-you-start"),
            ("C++ & Rust", "c--rust"),
            ("安装", "安装"),
            ("  ", "section"),
            ("什么算「逾期」？", "什么算逾期"),
            ("`--flag` and _x_", "--flag-and-_x_"),
            ("हिन्दी", "हिन्दी"),
        ] {
            assert_eq!(Anchor::from_heading(heading).as_str(), anchor, "heading {heading:?}");
        }
    }

    #[test]
    fn paths_never_leave_the_book() {
        for (folder, relative, resolved) in [
            ("guide", "setup.md", Some("guide/setup.md")),
            ("guide", "../a b.md", Some("a b.md")),
            ("guide", "/top.md", Some("top.md")),
            ("", "../etc/passwd", None),
            ("a/b", "../../../x", None),
            ("a", "b\\c", None),
            ("a", "b\u{202e}gpj.exe", None),
            ("a", "كتاب\u{200f}.md", Some("a/كتاب\u{200f}.md")),
            ("", ".", None),
            ("", "cafe\u{301}.md", Some("caf\u{e9}.md")),
        ] {
            let path = ContentPath::resolve(folder, relative);
            assert_eq!(path.as_ref().map(ContentPath::as_str), resolved, "{folder:?} + {relative:?}");
        }
    }

    #[test]
    fn hrefs_are_relative_and_encoded() {
        for (from, to, href) in [
            ("index.html", "a.html", "a.html"),
            ("a/b.html", "a/c.html", "c.html"),
            ("a/b.html", "c.html", "../c.html"),
            ("a/b.html", "x/y/z.html", "../x/y/z.html"),
            ("a.html", "首 页.html", "%E9%A6%96%20%E9%A1%B5.html"),
            ("a.html", "b#?.html", "b%23%3F.html"),
            ("a.html", "x:y.html", "./x:y.html"),
            ("a/index.html", "a/index.html", "index.html"),
        ] {
            let (from, to) = (SitePath::new(from).unwrap(), SitePath::new(to).unwrap());
            assert_eq!(from.href_to(&to), href, "{from} -> {to}");
        }
    }

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
