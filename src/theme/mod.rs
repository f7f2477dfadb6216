//! The theme is data: built-in files, overlaid by the project's own file by file.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::Digest;

/// Strings of the interface in one language, by key. Unknown keys are errors of the template that asks for them.
pub type Strings = BTreeMap<String, String>;

/// All files of a theme, by path ("page.html", "css/tokens.css", "strings/en.toml").
#[derive(Debug, Clone)]
pub struct Theme {
    files: BTreeMap<String, Arc<[u8]>>,
    digest: Digest,
}

impl Theme {
    /// The built-in theme with the project's own files in the place of those of the same name.
    #[must_use]
    pub fn overlaid(own: BTreeMap<String, Arc<[u8]>>) -> Self {
        let _ = own;
        todo!()
    }

    /// One file.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&Arc<[u8]>> {
        self.files.get(path)
    }

    /// All files under a folder ("css/"), sorted by path.
    pub fn files<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a Arc<[u8]>)> {
        self.files.iter().filter(move |(path, _)| path.starts_with(folder)).map(|(path, bytes)| (path.as_str(), bytes))
    }

    /// The digest of all files.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The strings for a language: the nearest of the theme's (`zh-Hant-HK`, `zh-Hant`, `zh`, `en`), gaps filled from `en`.
    #[must_use]
    pub fn strings(&self, language: &str) -> Strings {
        let _ = language;
        todo!()
    }
}
