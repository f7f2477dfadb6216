//! File and folder names: the order, titles and index pages that follow from them.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::numeral::with_digits;
use crate::chapter::Chapter;
use crate::config::Project;
use crate::path::{ContentPath, title_of_name};

/// The index page of each folder that has one; the root is "".
pub(super) type OwnPages = BTreeMap<String, ContentPath>;

/// By which names the index page of a folder is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IndexNames {
    /// `index.md` and `README.md`.
    Own,
    /// Also `_index.md` of Hugo, `Home.md` at the root, and a page with the name of its folder.
    Foreign,
}

/// Finds the index page of each folder: `index.md`, else `README.md`, in any letter case.
pub(super) fn own_pages<'a>(chapters: impl IntoIterator<Item = &'a Arc<Chapter>>, names: IndexNames) -> OwnPages {
    let mut own: BTreeMap<String, (Rank, ContentPath)> = BTreeMap::new();
    for chapter in chapters {
        let Some(rank) = Rank::of(&chapter.path, names) else { continue };
        let found = (rank, chapter.path.clone());
        let best = own.entry(chapter.path.folder().to_owned()).or_insert_with(|| found.clone());
        if found < *best {
            *best = found;
        }
    }
    own.into_iter().map(|(folder, (_, path))| (folder, path)).collect()
}

/// Whether a name without extension is that of an index page.
pub(super) fn is_index(stem: &str) -> bool {
    matches!(stem.to_lowercase().as_str(), "index" | "readme")
}

/// Whether the page of a folder's index has the address of the folder: one with the name of its folder keeps its own.
pub(super) fn has_index_name(path: &ContentPath) -> bool {
    Rank::of(path, IndexNames::Foreign).is_some_and(|rank| rank != Rank::Folder)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Index,
    Readme,
    Hugo,
    Home,
    Folder,
}

impl Rank {
    fn of(path: &ContentPath, names: IndexNames) -> Option<Self> {
        let folder = path.folder();
        match (fold(path.stem()).as_str(), names) {
            ("index", _) => Some(Self::Index),
            ("readme", _) => Some(Self::Readme),
            (_, IndexNames::Own) => None,
            ("_index", _) => Some(Self::Hugo),
            ("home", _) if folder.is_empty() => Some(Self::Home),
            (stem, _) => (!folder.is_empty() && fold(last_name(folder)) == stem).then_some(Self::Folder),
        }
    }
}

/// The last name of a path.
pub(super) fn last_name(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or_default()
}

/// The title of a chapter in lists: that of its front matter, else its first heading, else one made of its file name.
///
/// A home page without title and heading gets the book's title.
pub(super) fn chapter_title(chapter: &Chapter, book: Option<&str>) -> String {
    let own = [chapter.front.title.as_deref(), chapter.heading_title()];
    let written = own.into_iter().flatten().map(|title| title.trim().to_owned()).find(|title| !title.is_empty());
    written.unwrap_or_else(|| title_from_path(&chapter.path, book))
}

fn title_from_path(path: &ContentPath, book: Option<&str>) -> String {
    match (has_index_name(path), last_name(path.folder()), book) {
        (true, "", Some(book)) => book.to_owned(),
        (true, folder, _) if !folder.is_empty() => title_of_name(folder),
        _ => title_of_name(path.stem()),
    }
}

/// The title of a book that has none of its own: that of its configuration, else the name of its folder.
pub(super) fn of_book(project: &Project) -> Option<String> {
    let folder = || project.root.file_name().map(|name| title_of_name(&name.to_string_lossy()));
    project.config.book.title.clone().or_else(folder).filter(|title| !title.trim().is_empty())
}

/// A name as case-insensitive file systems compare it: in NFC and lower case.
#[must_use]
pub fn fold(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    name.nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// Compares names in natural order: digits by their value, also those of 第十一章 and Part IV, letters regardless of case.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (left, right) = (fold(&with_digits(a)), fold(&with_digits(b)));
    runs(&left).cmp(runs(&right)).then_with(|| a.cmp(b))
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Run<'a> {
    /// How many digits behind the leading zeros, then the digits: the order of their values, however long.
    Digits(usize, &'a [u8]),
    Text(&'a [u8]),
}

fn runs(name: &str) -> impl Iterator<Item = Run<'_>> {
    name.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()).map(|run| {
        if run[0].is_ascii_digit() {
            let zeros = run.iter().take_while(|digit| **digit == b'0').count();
            Run::Digits(run.len() - zeros, &run[zeros..])
        } else {
            Run::Text(run)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_as_people_do() {
        let mut names = ["b", "a10", "A2", "a2", "a02", "安装", "a", "10", "9", "a99999999999999999999"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["9", "10", "a", "A2", "a02", "a2", "a10", "a99999999999999999999", "b", "安装"]);
    }

    #[test]
    fn numbers_in_han_and_roman_sort_by_value() {
        for (mut names, sorted) in [
            (vec!["第十一章", "第二章", "第十章", "第一章"], ["第一章", "第二章", "第十章", "第十一章"]),
            (vec!["Part IX", "Part V", "Part I", "Part X"], ["Part I", "Part V", "Part IX", "Part X"]),
        ] {
            names.sort_by(|a, b| natural(a, b));
            assert_eq!(names, sorted);
        }
    }

    #[test]
    fn case_and_composition_fold() {
        for (a, b) in [("Setup", "sETUP"), ("cafe\u{301}", "CAF\u{c9}"), ("ÅB", "a\u{30a}b")] {
            assert_eq!(fold(a), fold(b), "{a:?} and {b:?}");
        }
    }
}
