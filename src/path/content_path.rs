//! Paths of the files that authors write.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::segments::resolve_segments;

/// The path of a file of the content, relative to the content's root: `guide/setup.md`.
///
/// Names are separated by `/` and in Unicode's form NFC; none is `.` or `..`, so no path leaves the content.
/// Deserializing does not check this: only chapbook's own cache, whose integrity is verified, is deserialized.
///
/// ```
/// use chapbook::path::ContentPath;
///
/// let path = ContentPath::resolve("guide", "../faq/setup.md").expect("it is inside the content");
/// assert_eq!(path.as_str(), "faq/setup.md");
/// assert_eq!((path.folder(), path.stem(), path.extension()), ("faq", "setup", "md"));
/// assert_eq!(ContentPath::resolve("guide", "../../secret.md"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ContentPath(Arc<str>);

impl ContentPath {
    /// Resolves `relative` against `folder`, a path from the content's root ("" for the root itself). A `relative` path
    /// that starts with `/` is resolved against the root.
    ///
    /// `.` and `..` are resolved as in RFC 3986, section 5.2.4. Returns `None` for a path outside the content, and for
    /// one with a backslash, a control character or a bidirectional control.
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

    /// The folder that contains the file; "" for the root.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The last segment, with its extension.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// The last segment without its extension. `a.html.md` gives `a`, since some tools name sources after their output.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        let written = self.markdown_end().map_or(name, |end| &name[..name.len() - end.len()]);
        if written.len() < name.len() && !written.is_empty() {
            return written.strip_suffix(".html").filter(|stem| !stem.is_empty()).unwrap_or(written);
        }
        name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
    }

    /// The extension that marks the file as Markdown, in lower case with its dot.
    fn markdown_end(&self) -> Option<&'static str> {
        let ends = |end: &&str| {
            let name = self.file_name().as_bytes();
            name.len() > end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
        };
        [".md", ".markdown", ".md.erb", ".mdx"].into_iter().find(ends)
    }

    /// The extension without its dot; "" if there is none. The name `.htaccess` has none.
    #[must_use]
    pub fn extension(&self) -> &str {
        self.file_name().rsplit_once('.').map_or("", |(stem, extension)| if stem.is_empty() { "" } else { extension })
    }

    /// Whether the extension is one of Markdown (`.md`, `.markdown`, `.md.erb`, `.mdx`), in upper or lower case.
    #[must_use]
    pub fn is_markdown(&self) -> bool {
        self.markdown_end().is_some()
    }
}

impl fmt::Display for ContentPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems() {
        for (path, stem, is_markdown) in [
            ("a/b.md", "b", true),
            ("b.html.md.erb", "b", true),
            ("b.MD", "b", true),
            ("b.c.md", "b.c", true),
            ("b.mdx", "b", true),
            ("b.erb", "b", false),
            (".md", ".md", false),
        ] {
            let path = ContentPath::resolve("", path).unwrap();
            assert_eq!((path.stem(), path.is_markdown()), (stem, is_markdown), "{path}");
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
}
