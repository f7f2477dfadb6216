//! File and folder names: the order, titles and index pages that follow from them.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use crate::chapter::Chapter;
use crate::path::ContentPath;

/// The index page of each folder that has one; the root is "".
pub(super) type OwnPages = BTreeMap<String, ContentPath>;

/// Finds the index page of each folder: `index.md`, else `README.md`, in any letter case.
pub(super) fn own_pages<'a>(chapters: impl IntoIterator<Item = &'a Arc<Chapter>>) -> OwnPages {
    let mut own: BTreeMap<String, (Rank, ContentPath)> = BTreeMap::new();
    for chapter in chapters {
        let Some(rank) = Rank::of(chapter.path.stem()) else { continue };
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
    Rank::of(stem).is_some()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Index,
    Readme,
}

impl Rank {
    fn of(stem: &str) -> Option<Self> {
        match stem.to_lowercase().as_str() {
            "index" => Some(Self::Index),
            "readme" => Some(Self::Readme),
            _ => None,
        }
    }
}

/// Splits a number of one to three digits off a name: `01-setup` becomes 1 and `setup`. Years have too many digits.
pub(super) fn number_prefix(name: &str) -> Option<(i64, &str)> {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let rest = name[digits..].strip_prefix(['-', '_'])?;
    let number = (1..=3).contains(&digits).then(|| name[..digits].parse().ok())??;
    (!rest.is_empty()).then_some((number, rest))
}

/// A title made of a name: without its number, with spaces for `-` and `_`, and with a capital letter first.
pub(super) fn humanise(name: &str) -> String {
    let name = number_prefix(name).map_or(name, |(_, rest)| rest);
    let words = name.split(['-', '_', ' ']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let mut letters = words.chars();
    letters.next().map_or_else(|| name.to_owned(), |first| first.to_uppercase().chain(letters).collect())
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
    let folder = path.folder().rsplit('/').next().unwrap_or_default();
    match (is_index(path.stem()), folder, book) {
        (true, "", Some(book)) => book.to_owned(),
        (true, folder, _) if !folder.is_empty() => humanise(folder),
        _ => humanise(path.stem()),
    }
}

/// A name as case-insensitive file systems compare it: in NFC and lower case.
#[must_use]
pub fn fold(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    name.nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// Compares names in natural order: digits by their value, letters regardless of case.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (left, right) = (fold(a), fold(b));
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
    fn number_prefixes() {
        for (name, split) in [
            ("01-setup", Some((1, "setup"))),
            ("10_认清逾期", Some((10, "认清逾期"))),
            ("2024-news", None),
            ("3d", None),
            ("01-", None),
            ("setup", None),
            ("-x", None),
        ] {
            assert_eq!(number_prefix(name), split, "{name:?}");
        }
    }

    #[test]
    fn names_become_titles() {
        for (name, title) in [
            ("getting-started", "Getting started"),
            ("01-getting_started", "Getting started"),
            ("02-认清逾期", "认清逾期"),
            ("über-uns", "Über uns"),
            ("a b", "A b"),
            ("---", "---"),
            ("API", "API"),
        ] {
            assert_eq!(humanise(name), title, "{name:?}");
        }
    }

    #[test]
    fn names_sort_as_people_do() {
        let mut names = ["b", "a10", "A2", "a2", "a02", "安装", "a", "10", "9", "a99999999999999999999"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["9", "10", "a", "A2", "a02", "a2", "a10", "a99999999999999999999", "b", "安装"]);
    }

    #[test]
    fn case_and_composition_fold() {
        for (a, b) in [("Setup", "sETUP"), ("cafe\u{301}", "CAF\u{c9}"), ("ÅB", "a\u{30a}b")] {
            assert_eq!(fold(a), fold(b), "{a:?} and {b:?}");
        }
    }
}
