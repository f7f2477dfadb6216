//! Paths of the files that chapbook publishes.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::encoding::encode_path;
use super::segments::resolve_segments;

/// The path of a file of the site, relative to the site's root: `guide/setup.html`.
///
/// Names are separated by `/`; none is `.` or `..`, so no path leaves the site.
///
/// ```
/// use chapbook::path::SitePath;
///
/// let page = SitePath::new("guide/setup.html").expect("it is inside the site");
/// let image = SitePath::new("images/a b.png").expect("it is inside the site");
/// assert_eq!(page.href_to(&image), "../images/a%20b.png");
/// assert_eq!(SitePath::new("../setup.html"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct SitePath(Arc<str>);

impl SitePath {
    /// Checks a path relative to the site's root, and resolves `.` and `..` in it.
    ///
    /// Returns `None` for a path that is empty or outside the site, and for one with a backslash, a control character
    /// or a bidirectional control.
    #[must_use]
    pub fn new(path: &str) -> Option<Self> {
        resolve_segments("", path).map(|path| Self(path.into()))
    }

    /// A path that another one is made into, whose names are checked already.
    pub(super) fn trusted(path: String) -> Self {
        Self(path.into())
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

    /// Whether the path is within the limits of file systems and servers: 255 bytes for each name, 64 folders, 2,048
    /// bytes in total.
    #[must_use]
    pub fn is_publishable(&self) -> bool {
        const NAME: usize = 255;
        const FOLDERS: usize = 64;
        const PATH: usize = 2048;
        self.0.len() <= PATH
            && self.0.matches('/').count() <= FOLDERS
            && self.0.split('/').all(|name| name.len() <= NAME)
    }

    /// The href from this file to the site's root: "", "../", "../../".
    #[must_use]
    pub fn root(&self) -> String {
        "../".repeat(self.0.matches('/').count())
    }

    /// The relative href from this file to `target`, percent-encoded. It names the file itself, `index.html` included,
    /// so that it also works when the site is opened from disk.
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

    /// The percent-encoded path: the part of the URL that follows the site's address.
    #[must_use]
    pub fn encoded(&self) -> String {
        encode_path(&self.0)
    }
}

impl fmt::Display for SitePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
