//! The files of the starters, by kind and language. To add a starter, add a folder and a table here.

use crate::error::Error;

/// A file of a starter: its path from the book's folder, and its text.
pub(super) type Entry<'t> = (&'static str, &'t str);

/// A kind of book.
#[derive(clap::ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Chapters to read in order, listed in SUMMARY.md
    Guide,
    /// Reference pages, ordered by folders and file names
    Handbook,
    /// Checklists with the pages that they refer to
    Runbook,
}

/// A language of starters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    SimplifiedChinese,
}

impl Language {
    /// The language of a BCP 47 tag, which may be in upper or lower case.
    ///
    /// # Errors
    /// [`Error::Refused`] if there is no starter in that language.
    pub(super) fn of(tag: &str) -> Result<Self, Error> {
        match tag.to_ascii_lowercase().as_str() {
            "en" => Ok(Self::English),
            "zh-hans" => Ok(Self::SimplifiedChinese),
            _ => Err(Error::refused(
                format!("there is no starter in the language `{tag}`"),
                "use `--language en` or `--language zh-Hans`, and set `book.language` in `chapbook.toml` afterwards",
            )),
        }
    }
}

/// The files of a starter, `chapbook.toml` first.
pub(super) fn files(kind: Kind, language: Language) -> Vec<Entry<'static>> {
    let (config, chapters) = match (language, kind) {
        (Language::English, Kind::Guide) => (EN_CONFIG, EN_GUIDE),
        (Language::English, Kind::Handbook) => (EN_CONFIG, EN_HANDBOOK),
        (Language::English, Kind::Runbook) => (EN_CONFIG, EN_RUNBOOK),
        (Language::SimplifiedChinese, Kind::Guide) => (ZH_CONFIG, ZH_GUIDE),
        (Language::SimplifiedChinese, Kind::Handbook) => (ZH_CONFIG, ZH_HANDBOOK),
        (Language::SimplifiedChinese, Kind::Runbook) => (ZH_CONFIG, ZH_RUNBOOK),
    };
    [("chapbook.toml", config)].iter().chain(COMMON).chain(chapters).copied().collect()
}

const COMMON: &[Entry<'_>] = &[
    (".gitignore", include_str!("starters/gitignore")),
    (".github/workflows/publish.yml", include_str!("starters/publish.yml")),
];

const EN_CONFIG: &str = include_str!("starters/en/chapbook.toml");
const ZH_CONFIG: &str = include_str!("starters/zh-Hans/chapbook.toml");

const EN_GUIDE: &[Entry<'_>] = &[
    ("content/SUMMARY.md", include_str!("starters/en/guide/SUMMARY.md")),
    ("content/README.md", include_str!("starters/en/guide/README.md")),
    ("content/ready.md", include_str!("starters/en/guide/ready.md")),
    ("content/during.md", include_str!("starters/en/guide/during.md")),
    ("content/after.md", include_str!("starters/en/guide/after.md")),
];

const ZH_GUIDE: &[Entry<'_>] = &[
    ("content/SUMMARY.md", include_str!("starters/zh-Hans/guide/SUMMARY.md")),
    ("content/README.md", include_str!("starters/zh-Hans/guide/README.md")),
    ("content/ready.md", include_str!("starters/zh-Hans/guide/ready.md")),
    ("content/during.md", include_str!("starters/zh-Hans/guide/during.md")),
    ("content/after.md", include_str!("starters/zh-Hans/guide/after.md")),
];

const EN_HANDBOOK: &[Entry<'_>] = &[
    ("content/README.md", include_str!("starters/en/handbook/README.md")),
    ("content/01-first-shift/README.md", include_str!("starters/en/handbook/first-shift.md")),
    ("content/01-first-shift/01-opening.md", include_str!("starters/en/handbook/opening.md")),
    ("content/01-first-shift/02-closing.md", include_str!("starters/en/handbook/closing.md")),
    ("content/02-front-desk/README.md", include_str!("starters/en/handbook/front-desk.md")),
    ("content/02-front-desk/01-lending.md", include_str!("starters/en/handbook/lending.md")),
    ("content/02-front-desk/02-trouble.md", include_str!("starters/en/handbook/trouble.md")),
];

const ZH_HANDBOOK: &[Entry<'_>] = &[
    ("content/README.md", include_str!("starters/zh-Hans/handbook/README.md")),
    ("content/01-first-shift/README.md", include_str!("starters/zh-Hans/handbook/first-shift.md")),
    ("content/01-first-shift/01-opening.md", include_str!("starters/zh-Hans/handbook/opening.md")),
    ("content/01-first-shift/02-closing.md", include_str!("starters/zh-Hans/handbook/closing.md")),
    ("content/02-front-desk/README.md", include_str!("starters/zh-Hans/handbook/front-desk.md")),
    ("content/02-front-desk/01-lending.md", include_str!("starters/zh-Hans/handbook/lending.md")),
    ("content/02-front-desk/02-trouble.md", include_str!("starters/zh-Hans/handbook/trouble.md")),
];

const EN_RUNBOOK: &[Entry<'_>] = &[
    ("content/SUMMARY.md", include_str!("starters/en/runbook/SUMMARY.md")),
    ("content/README.md", include_str!("starters/en/runbook/README.md")),
    ("content/site-down.md", include_str!("starters/en/runbook/site-down.md")),
    ("content/restore.md", include_str!("starters/en/runbook/restore.md")),
    ("content/afterwards.md", include_str!("starters/en/runbook/afterwards.md")),
];

const ZH_RUNBOOK: &[Entry<'_>] = &[
    ("content/SUMMARY.md", include_str!("starters/zh-Hans/runbook/SUMMARY.md")),
    ("content/README.md", include_str!("starters/zh-Hans/runbook/README.md")),
    ("content/site-down.md", include_str!("starters/zh-Hans/runbook/site-down.md")),
    ("content/restore.md", include_str!("starters/zh-Hans/runbook/restore.md")),
    ("content/afterwards.md", include_str!("starters/zh-Hans/runbook/afterwards.md")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages() {
        for (tag, expected) in [
            ("en", Some(Language::English)),
            ("zh-Hans", Some(Language::SimplifiedChinese)),
            ("ZH-hans", Some(Language::SimplifiedChinese)),
            ("zh-Hant", None),
            ("ja", None),
            ("", None),
        ] {
            assert_eq!(Language::of(tag).ok(), expected, "{tag:?}");
        }
        let refusal = Language::of("ja").unwrap_err().to_string();
        assert!(refusal.contains("`--language en`") && refusal.contains("`--language zh-Hans`"), "{refusal}");
    }

    #[test]
    fn files_are_short_and_end_in_a_line_break() {
        for kind in [Kind::Guide, Kind::Handbook, Kind::Runbook] {
            for language in [Language::English, Language::SimplifiedChinese] {
                for (path, text) in files(kind, language) {
                    assert!(text.lines().count() < 60, "{kind:?} {language:?} {path}");
                    assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{kind:?} {language:?} {path}");
                }
            }
        }
    }

    #[test]
    fn both_languages_have_the_same_files() {
        for kind in [Kind::Guide, Kind::Handbook, Kind::Runbook] {
            let paths = |language| files(kind, language).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
            assert_eq!(paths(Language::English), paths(Language::SimplifiedChinese), "{kind:?}");
        }
    }
}
