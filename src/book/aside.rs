//! Chapters of a folder that are not part of its main text: changelogs, licences, translations.

use super::name::{fold, last_name};
use crate::chapter::Chapter;

/// How far a chapter or a folder is from the main text; what is further comes later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Aside {
    /// The main text.
    MainText,
    /// Folders and files whose names begin with `_`, such as `_posts`.
    Underscore,
    /// About the folder itself: `CHANGELOG.md`, `LICENSE.md`.
    Meta,
    /// A translation: `README.fr.md`, or the folder `translations`.
    Translation,
}

/// Names of files about a repository, in lower case with `_` for `-` and spaces.
const META: [&str; 24] = [
    "authors",
    "changelog",
    "changes",
    "code_of_conduct",
    "contributing",
    "contributors",
    "copying",
    "credits",
    "disclaimer",
    "governance",
    "history",
    "issue_template",
    "licence",
    "license",
    "maintainers",
    "notice",
    "privacy",
    "pull_request_template",
    "release_notes",
    "releases",
    "security",
    "support",
    "thanks",
    "translations",
];

/// Folders of translations, in lower case.
const TRANSLATIONS: [&str; 5] = ["i18n", "l10n", "locales", "translation", "translations"];

/// Languages in the names of translated files.
const LANGUAGES: [&str; 62] = [
    "af", "am", "ar", "az", "be", "bg", "bn", "bs", "ca", "cn", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu",
    "fa", "fi", "fr", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "jp", "ka", "kk", "km", "kn",
    "ko", "kr", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "ne", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr",
    "sv", "th", "tr", "uk", "zh",
];

impl Aside {
    /// Of a chapter, by its name. One with a position that its author wrote is part of the main text.
    pub(super) fn of_chapter(chapter: &Chapter) -> Self {
        let stem = fold(chapter.path.stem());
        match stem.replace(['-', ' '], "_").as_str() {
            _ if chapter.front.weight.is_some() => Self::MainText,
            _ if is_translated_home(&stem) => Self::Translation,
            name if META.contains(&name) => Self::Meta,
            name if name.starts_with('_') && name != "_index" => Self::Underscore,
            _ => Self::MainText,
        }
    }

    /// Of a folder, by its last name.
    pub(super) fn of_folder(name: &str) -> Self {
        let name = fold(name);
        match name.as_str() {
            name if TRANSLATIONS.contains(&name) => Self::Translation,
            name if name.starts_with('_') => Self::Underscore,
            _ => Self::MainText,
        }
    }

    /// The furthest of a chapter and the folders that it is in.
    pub(super) fn of_path(chapter: &Chapter) -> Self {
        let folder = chapter.path.folder();
        let folders = folder.split('/').filter(|name| !name.is_empty()).map(|name| Self::of_folder(last_name(name)));
        folders.chain([Self::of_chapter(chapter)]).max().unwrap_or(Self::MainText)
    }
}

/// Whether a name is that of a home page in another language: `readme.fr`, `readme-zh_cn`, `index_pt-br`.
fn is_translated_home(stem: &str) -> bool {
    let rest = ["readme", "index", "home"].iter().find_map(|home| stem.strip_prefix(home));
    let tag = rest.and_then(|rest| rest.strip_prefix(['.', '-', '_']));
    tag.is_some_and(|tag| {
        let mut parts = tag.split(['-', '_']);
        let is_language = parts.next().is_some_and(|language| LANGUAGES.contains(&language));
        is_language && parts.all(|part| (2..=4).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphabetic()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::testing::Sketch;

    #[test]
    fn names_that_are_not_of_the_main_text() {
        for (path, aside) in [
            ("a.md", Aside::MainText),
            ("README.md", Aside::MainText),
            ("readme-first.md", Aside::MainText),
            ("CODE-OF-CONDUCT.md", Aside::Meta),
            ("LICENSE.md", Aside::Meta),
            ("README.fr.md", Aside::Translation),
            ("README_zh-CN.md", Aside::Translation),
            ("README-km.md", Aside::Translation),
            ("translations/a.md", Aside::Translation),
            ("_posts/a.md", Aside::Underscore),
            ("_index.md", Aside::MainText),
        ] {
            assert_eq!(Aside::of_path(&Sketch::at(path).chapter()), aside, "{path}");
        }
        let placed = Sketch::at("CHANGELOG.md").front(|front| front.weight = Some(1));
        assert_eq!(Aside::of_path(&placed.chapter()), Aside::MainText);
    }
}
