//! The list of codes: adding one is a row here, a heading in `docs/reference/codes.md` and a case in `tests/diagnostics/`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How severe a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Not reported.
    Off,
    /// Reported; the site is published.
    Warning,
    /// Reported; nothing is published.
    Error,
}

/// A kind of diagnostic. Its name is part of the public interface and never changes.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The name in messages and under `[codes]` ("broken-link").
    pub name: &'static str,
    /// The severity unless the configuration sets another one.
    pub severity: Severity,
    /// What it means, in one line.
    pub about: &'static str,
}

/// One constant for each code.
#[expect(missing_docs, reason = "each constant is documented by its `about` text")]
pub mod codes {
    use super::Code;
    use super::Severity::{Error, Warning};

    pub const ACTIVE_FILE: Code = Code {
        name: "active-file",
        severity: Warning,
        about: "a content file could run scripts or configure the host once it is published",
    };
    pub const MISSING_FILE: Code =
        Code { name: "missing-file", severity: Error, about: "a link or image names a file that is not in the book" };
    pub const BROKEN_ANCHOR: Code =
        Code { name: "broken-anchor", severity: Error, about: "the fragment of a link is not on the page it links to" };
    pub const BROKEN_LINK: Code =
        Code { name: "broken-link", severity: Error, about: "a link names a chapter that is not in the book" };
    pub const BAD_ATTRIBUTE: Code = Code {
        name: "bad-attribute",
        severity: Error,
        about: "an attribute of a directive, code block or comment is invalid",
    };
    pub const BIDI_CONTROL: Code = Code {
        name: "bidi-control",
        severity: Warning,
        about: "a bidirectional control character changes the order in which text is displayed",
    };
    pub const CASE_COLLISION: Code = Code {
        name: "case-collision",
        severity: Error,
        about: "two paths differ only in case, and are one file on case-insensitive file systems",
    };
    pub const CONFIG: Code =
        Code { name: "config", severity: Error, about: "chapbook.toml has an unknown key or an invalid value" };
    pub const CONTROL_CHARACTER: Code = Code {
        name: "control-character",
        severity: Warning,
        about: "a text contains control characters, such as NUL or escape",
    };
    pub const DIAGRAM: Code =
        Code { name: "diagram", severity: Warning, about: "diagrams of Mermaid are shown as code" };
    pub const DUPLICATE_ANCHOR: Code =
        Code { name: "duplicate-anchor", severity: Error, about: "two elements of one page have the same explicit id" };
    pub const DUPLICATE_CHAPTER: Code =
        Code { name: "duplicate-chapter", severity: Error, about: "SUMMARY.md lists one file twice" };
    pub const DUPLICATE_ID: Code = Code {
        name: "duplicate-id",
        severity: Error,
        about: "two checklists, or two items of one checklist, have the same id",
    };
    pub const EMPTY_BOOK: Code = Code { name: "empty-book", severity: Error, about: "no chapter was found" };
    pub const EMPTY_CHAPTER: Code = Code { name: "empty-chapter", severity: Warning, about: "a chapter has no text" };
    pub const EXTERNAL_IMAGE: Code = Code {
        name: "external-image",
        severity: Warning,
        about: "an image is on another host; its address is shown instead of the image",
    };
    pub const FOREIGN_SYNTAX: Code = Code {
        name: "foreign-syntax",
        severity: Warning,
        about: "a tag or a link of another tool is not understood and is shown as text",
    };
    pub const FRONT_MATTER: Code =
        Code { name: "front-matter", severity: Error, about: "front matter cannot be parsed or has an unknown key" };
    pub const INCLUDE: Code = Code { name: "include", severity: Error, about: "an include cannot be resolved" };
    pub const INVALID_UTF8: Code = Code { name: "invalid-utf8", severity: Error, about: "a file is not UTF-8 text" };
    pub const LONG_CODE: Code =
        Code { name: "long-code", severity: Warning, about: "code is too long to be highlighted" };
    pub const LONG_ITEM: Code = Code {
        name: "long-item",
        severity: Warning,
        about: "an item of a checklist is longer than 40 Han characters or 25 words",
    };
    pub const LONG_PATH: Code =
        Code { name: "long-path", severity: Error, about: "a path of the site is longer than file systems allow" };
    pub const LONG_SHEET: Code = Code {
        name: "long-sheet",
        severity: Warning,
        about: "the sheet of a checklist does not fit on one side of paper",
    };
    pub const MATH: Code = Code { name: "math", severity: Warning, about: "a formula cannot be drawn" };
    pub const MISSING_CHAPTER: Code =
        Code { name: "missing-chapter", severity: Error, about: "SUMMARY.md names a file that does not exist" };
    pub const MISSING_FOOTNOTE: Code =
        Code { name: "missing-footnote", severity: Error, about: "a footnote is referenced but not defined" };
    pub const MISPLACED_COMMENT: Code = Code {
        name: "misplaced-comment",
        severity: Warning,
        about: "a checklist, log, form or pause comment is in the wrong place",
    };
    pub const NEAR_MISS: Code = Code {
        name: "near-miss",
        severity: Warning,
        about: "text is nearly syntax, such as a checkbox, a comment or a link, and is published as it is written",
    };
    pub const NO_REVISION_DATE: Code = Code {
        name: "no-revision-date",
        severity: Warning,
        about: "a checklist's sheet does not say when it was last reviewed",
    };
    pub const PATH_COLLISION: Code =
        Code { name: "path-collision", severity: Error, about: "two sources have the same path in the site" };
    pub const PLUGIN: Code =
        Code { name: "plugin", severity: Warning, about: "a program that an mdBook book names failed or was not run" };
    pub const RAW_HTML: Code = Code {
        name: "raw-html",
        severity: Warning,
        about: "raw HTML was removed because it could run a script, load a resource or break the page",
    };
    pub const REDIRECT: Code =
        Code { name: "redirect", severity: Error, about: "a redirect or alias has no target, or would replace a page" };
    pub const SUMMARY: Code = Code { name: "summary", severity: Error, about: "SUMMARY.md has an invalid line" };
    pub const THEME: Code = Code {
        name: "theme",
        severity: Warning,
        about: "a file of the book's theme overrides nothing, or cannot be read",
    };
    pub const TOO_MANY_ITEMS: Code =
        Code { name: "too-many-items", severity: Warning, about: "a checklist has more than 9 items before a pause" };
    pub const TWO_SENTENCES: Code =
        Code { name: "two-sentences", severity: Warning, about: "an item of a checklist has more than one sentence" };
    pub const TWO_TITLES: Code =
        Code { name: "two-titles", severity: Warning, about: "a chapter has a second first-level heading" };
    pub const UNCLOSED_DIRECTIVE: Code = Code {
        name: "unclosed-directive",
        severity: Error,
        about: "a `:::` directive is opened and not closed, or closed and not opened",
    };
    pub const UNKNOWN_DIRECTIVE: Code =
        Code { name: "unknown-directive", severity: Error, about: "a `:::` directive has an unknown name" };
    pub const UNKNOWN_LANGUAGE: Code = Code {
        name: "unknown-language",
        severity: Warning,
        about: "a code block names a language that is not highlighted",
    };
    pub const UNKNOWN_VARIABLE: Code =
        Code { name: "unknown-variable", severity: Error, about: "a `{{ book.… }}` variable is not defined" };
    pub const UNLISTED_CHAPTER: Code = Code {
        name: "unlisted-chapter",
        severity: Warning,
        about: "a Markdown file is not listed in SUMMARY.md and is not published",
    };
    pub const UNSAFE_LINK: Code = Code {
        name: "unsafe-link",
        severity: Error,
        about: "a link has a scheme that could run a script, and was removed",
    };
    pub const UNTRANSLATED: Code = Code {
        name: "untranslated",
        severity: Warning,
        about: "the theme has no texts of the interface in the book's language",
    };
    pub const UNREADABLE_FILE: Code =
        Code { name: "unreadable-file", severity: Error, about: "a file or folder of the book cannot be read" };
    pub const UNUSED_FOOTNOTE: Code =
        Code { name: "unused-footnote", severity: Warning, about: "a footnote is defined and never referenced" };
    pub const UNUSED_TERM: Code =
        Code { name: "unused-term", severity: Warning, about: "no chapter uses a term of the glossary" };
    pub const UNUSUAL_FILE: Code = Code {
        name: "unusual-file",
        severity: Warning,
        about: "a file was left out because it is not a regular file inside the book",
    };
}

/// Every code, by name.
pub const CODES: &[&Code] = &[
    &codes::ACTIVE_FILE,
    &codes::BAD_ATTRIBUTE,
    &codes::BIDI_CONTROL,
    &codes::BROKEN_ANCHOR,
    &codes::BROKEN_LINK,
    &codes::CASE_COLLISION,
    &codes::CONFIG,
    &codes::CONTROL_CHARACTER,
    &codes::DIAGRAM,
    &codes::DUPLICATE_ANCHOR,
    &codes::DUPLICATE_CHAPTER,
    &codes::DUPLICATE_ID,
    &codes::EMPTY_BOOK,
    &codes::EMPTY_CHAPTER,
    &codes::EXTERNAL_IMAGE,
    &codes::FOREIGN_SYNTAX,
    &codes::FRONT_MATTER,
    &codes::INCLUDE,
    &codes::INVALID_UTF8,
    &codes::LONG_CODE,
    &codes::LONG_ITEM,
    &codes::LONG_PATH,
    &codes::LONG_SHEET,
    &codes::MATH,
    &codes::MISPLACED_COMMENT,
    &codes::MISSING_CHAPTER,
    &codes::MISSING_FILE,
    &codes::MISSING_FOOTNOTE,
    &codes::NEAR_MISS,
    &codes::NO_REVISION_DATE,
    &codes::PATH_COLLISION,
    &codes::PLUGIN,
    &codes::RAW_HTML,
    &codes::REDIRECT,
    &codes::SUMMARY,
    &codes::THEME,
    &codes::TOO_MANY_ITEMS,
    &codes::TWO_SENTENCES,
    &codes::TWO_TITLES,
    &codes::UNCLOSED_DIRECTIVE,
    &codes::UNKNOWN_DIRECTIVE,
    &codes::UNKNOWN_LANGUAGE,
    &codes::UNKNOWN_VARIABLE,
    &codes::UNLISTED_CHAPTER,
    &codes::UNREADABLE_FILE,
    &codes::UNSAFE_LINK,
    &codes::UNTRANSLATED,
    &codes::UNUSED_FOOTNOTE,
    &codes::UNUSED_TERM,
    &codes::UNUSUAL_FILE,
];

/// The severities of one book: the default of each code, `[codes]` of the configuration, and `--strict`.
#[derive(Debug, Clone, Default)]
pub struct Severities {
    /// The severities that `[codes]` sets, by the name of the code.
    pub changed: BTreeMap<String, Severity>,
    /// Whether warnings count as errors.
    pub strict: bool,
}

impl Severities {
    /// The severity of one code.
    #[must_use]
    pub fn of(&self, code: &Code) -> Severity {
        match self.changed.get(code.name).copied().unwrap_or(code.severity) {
            Severity::Warning if self.strict => Severity::Error,
            severity => severity,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_unique() {
        assert!(CODES.windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}
