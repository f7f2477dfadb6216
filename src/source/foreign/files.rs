//! The files of a folder by name, to find the page or the picture that a text of another tool means.

use std::collections::{BTreeMap, BTreeSet};

use crate::path::ContentPath;

/// How many files of one name are kept for a search by name.
const SAME_NAME: usize = 32;

/// The files of a folder.
#[derive(Debug, Default)]
pub(in crate::source) struct Files {
    paths: BTreeSet<ContentPath>,
    /// By the name that a wiki link may use: the files, those in few folders first.
    by_name: BTreeMap<String, Vec<ContentPath>>,
}

/// What the folder of a chapter may be called by its address.
const ENDS: [&str; 7] = ["", ".md", ".mdx", ".markdown", "/index.md", "/_index.md", "/README.md"];

impl Files {
    /// The files with these paths.
    pub(in crate::source) fn new(paths: impl IntoIterator<Item = ContentPath>) -> Self {
        let mut files = Self { paths: paths.into_iter().collect(), by_name: BTreeMap::new() };
        let mut sorted: Vec<&ContentPath> = files.paths.iter().collect();
        sorted.sort_by_key(|path| path.as_str().matches('/').count());
        for path in sorted {
            let name = if path.is_markdown() { path.stem() } else { path.file_name() };
            let same = files.by_name.entry(key(name)).or_default();
            if same.len() < SAME_NAME {
                same.push(path.clone());
            }
        }
        files
    }

    /// The file at a path as its author wrote it in a file of `folder`: relative to that folder, or to the root, with or
    /// without the extension of a chapter.
    pub(super) fn at(&self, folder: &str, written: &str) -> Option<&ContentPath> {
        let written = written.trim_end_matches('/');
        let found = |base: &str| ENDS.iter().find_map(|end| self.get(base, &format!("{written}{end}")));
        if written.is_empty() { None } else { found(folder).or_else(|| found("")) }
    }

    /// The file at a path, or of that name wherever it is. Letter case does not matter, and spaces are dashes.
    pub(super) fn named(&self, folder: &str, written: &str) -> Option<&ContentPath> {
        let wanted = key(written);
        let same = || self.by_name.get(wanted.rsplit('/').next()?);
        self.at(folder, written).or_else(|| same()?.iter().find(|path| ends_with(path, &wanted)))
    }

    /// The file at a path from the root, or at the path without its first folders.
    pub(super) fn below(&self, written: &str) -> Option<&ContentPath> {
        let starts = std::iter::once(0).chain(written.match_indices('/').map(|(at, _)| at + 1));
        starts.take(4).find_map(|start| self.at("", &written[start..]))
    }

    fn get(&self, folder: &str, path: &str) -> Option<&ContentPath> {
        self.paths.get(&ContentPath::resolve(folder, path)?)
    }
}

/// Whether the path of a file without its extension ends with these names.
fn ends_with(path: &ContentPath, wanted: &str) -> bool {
    let whole = key(path.as_str());
    let end = path.is_markdown().then(|| whole.rfind('.')).flatten().unwrap_or(whole.len());
    let before = whole[..end].strip_suffix(wanted.trim_start_matches('/'));
    before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

fn key(name: &str) -> String {
    name.to_lowercase().replace([' ', '_'], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_path_and_name() {
        let names = ["README.md", "notes/Tool list.md", "a/b/Tool list.md", "img/shed.png", "guide/_index.md", "x.mdx"];
        let files = Files::new(names.iter().filter_map(|name| ContentPath::resolve("", name)));
        for (folder, written, expected) in [
            ("", "tool-list", Some("notes/Tool list.md")),
            ("", "b/Tool list", Some("a/b/Tool list.md")),
            ("a/b", "Tool list", Some("a/b/Tool list.md")),
            ("notes", "shed.png", Some("img/shed.png")),
            ("notes", "../guide", Some("guide/_index.md")),
            ("notes", "guide/", Some("guide/_index.md")),
            ("", "x", Some("x.mdx")),
            ("", "nowhere", None),
            ("", "../README", None),
            ("", "", None),
        ] {
            let found = files.named(folder, written).map(ContentPath::as_str);
            assert_eq!(found, expected, "{folder} {written}");
        }
        assert_eq!(files.below("docs/notes/Tool list.md").map(ContentPath::as_str), Some("notes/Tool list.md"));
    }
}
