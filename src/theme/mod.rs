//! [`Theme`]: templates, styles, scripts and strings of the interface. A book's theme folder replaces single files of the
//! built-in theme.
//!
//! In: the files of the theme folder. Out: files by path, in the order in which pages load them.

mod box_kind;
mod builtin;
mod directive;
mod language;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::digest::Digest;
pub use box_kind::{BoxKind, box_kind};
use builtin::{
    EARLY_SCRIPTS, FORMULA_STYLES, LIST_SCRIPTS, LIST_STYLES, LIST_TOOLS, OFFLINE_SCRIPTS, OUTLINE_SCRIPTS,
    REDIRECT_SCRIPT, ROOT_SCRIPT, SCRIPTS, SEARCH_ENGINE, SEARCH_SCRIPTS, SINGLE_FILE_SCRIPTS, STYLES, builtin,
};
pub use directive::{DIRECTIVES, Directive, Layout, directive};

/// The texts of the interface in one language, by key. A template that uses an unknown key fails.
pub type Strings = BTreeMap<String, String>;

/// The files of a theme by path, such as `page.html`, `css/tokens.css` or `strings/en.toml`.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use chapbook::theme::Theme;
///
/// let strings = b"search = \"Find\"\n".as_slice().into();
/// let theme = Theme::with_overrides(BTreeMap::from([("strings/en.toml".to_owned(), strings)]));
/// assert_eq!(theme.strings("en")["search"], "Find");
/// assert_eq!(theme.strings("ja")["search"], "検索");
/// assert!(theme.file("page.html").is_some());
/// ```
#[derive(Debug, Clone)]
pub struct Theme {
    files: BTreeMap<String, Arc<[u8]>>,
    digest: Digest,
}

impl Theme {
    /// The built-in theme, with files replaced by those of the book's theme folder that have the same path.
    #[must_use]
    pub fn with_overrides(own: BTreeMap<String, Arc<[u8]>>) -> Self {
        let builtin = builtin().map(|(path, bytes)| (path.to_owned(), Arc::from(bytes)));
        let files: BTreeMap<String, Arc<[u8]>> = builtin.chain(own).collect();
        let digest = Digest::of_parts(files.iter().flat_map(|(path, bytes)| [path.as_bytes(), bytes]));
        Self { files, digest }
    }

    /// The file at a path.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&Arc<[u8]>> {
        self.files.get(path)
    }

    /// Whether a file differs from the built-in one, or is not built in.
    #[must_use]
    pub fn is_overridden(&self, path: &str) -> bool {
        let builtin = builtin().find(|(name, _)| *name == path);
        builtin.is_none_or(|(_, bytes)| self.file(path).is_some_and(|file| **file != *bytes))
    }

    /// Whether the book replaces or adds a template.
    #[must_use]
    pub fn has_overridden_templates(&self) -> bool {
        self.files.keys().any(|path| is_page_template(path) && self.is_overridden(path))
    }

    /// All files in a folder, such as `css/`, sorted by path.
    pub fn files<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a Arc<[u8]>)> {
        self.files.iter().filter(move |(path, _)| path.starts_with(folder)).map(|(path, bytes)| (path.as_str(), bytes))
    }

    /// The digest of all files.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The style sheets of all pages, in order: the built-in ones, then those that the book adds, sorted by path.
    #[must_use]
    pub fn styles(&self) -> Vec<&str> {
        self.ordered(STYLES, "css/", ".css")
    }

    /// The additional style sheets of pages with formulas, in order. They come before all others, which can change what
    /// they set.
    #[must_use]
    pub fn formula_styles(&self) -> Vec<&str> {
        FORMULA_STYLES.to_vec()
    }

    /// The additional style sheets of pages with checklists or blanks, in order.
    #[must_use]
    pub fn list_styles(&self) -> Vec<&str> {
        LIST_STYLES.to_vec()
    }

    /// The additional scripts of pages with checklists or blanks, in order.
    #[must_use]
    pub fn list_scripts(&self) -> Vec<&str> {
        LIST_SCRIPTS.to_vec()
    }

    /// The scripts for rare actions on a checklist, in order. Pages load them when they are needed.
    #[must_use]
    pub fn list_tools(&self) -> Vec<&str> {
        LIST_TOOLS.to_vec()
    }

    /// The scripts that run before the page is drawn, in order.
    #[must_use]
    pub fn early_scripts(&self) -> Vec<&str> {
        EARLY_SCRIPTS.to_vec()
    }

    /// The other scripts of all pages, in order.
    #[must_use]
    pub fn scripts(&self) -> Vec<&str> {
        SCRIPTS.to_vec()
    }

    /// The scripts of the search dialog and the results page, in order.
    #[must_use]
    pub fn search_scripts(&self) -> Vec<&str> {
        SEARCH_SCRIPTS.to_vec()
    }

    /// The scripts that the book adds, sorted by path. They run last.
    #[must_use]
    pub fn own_scripts(&self) -> Vec<&str> {
        self.ordered(&[], "js/", ".js")
    }

    /// The scripts of the export as one HTML file, in order.
    #[must_use]
    pub fn single_file_scripts(&self) -> Vec<&str> {
        SINGLE_FILE_SCRIPTS.to_vec()
    }

    /// The only script of pages that redirect.
    #[must_use]
    pub fn redirect_script(&self) -> &str {
        REDIRECT_SCRIPT
    }

    /// The script with which the page for unknown addresses finds the root of its site.
    #[must_use]
    pub fn root_script(&self) -> &str {
        ROOT_SCRIPT
    }

    /// The scripts of sites that can be stored for reading offline.
    #[must_use]
    pub fn offline_scripts(&self) -> Vec<&str> {
        OFFLINE_SCRIPTS.to_vec()
    }

    /// The scripts that are loaded together with the complete table of contents of a large book.
    #[must_use]
    pub fn outline_scripts(&self) -> Vec<&str> {
        OUTLINE_SCRIPTS.to_vec()
    }

    /// The scripts of the search engine, in order. They are loaded together with the index.
    #[must_use]
    pub fn search_engine(&self) -> Vec<&str> {
        SEARCH_ENGINE.to_vec()
    }

    /// The strings for a language, from the nearest strings files (`zh-Hant-HK`, `zh-Hant`, `zh`, `en`); missing keys come
    /// from `en`.
    ///
    /// A strings file of the book replaces only the keys that it has, so a file of one line can change one text.
    #[must_use]
    pub fn strings(&self, language: &str) -> Strings {
        let mut strings = Strings::new();
        for name in language::candidates(language).iter().rev() {
            let wanted = format!("strings/{name}.toml");
            strings.extend(directive::titles(name));
            strings.extend(box_kind::titles(name));
            let builtin = builtin().filter(|(path, _)| path.eq_ignore_ascii_case(&wanted)).map(|(_, bytes)| bytes);
            let own =
                self.files.iter().filter(|(path, _)| path.eq_ignore_ascii_case(&wanted)).map(|(_, bytes)| &**bytes);
            strings.extend(builtin.chain(own).filter_map(|bytes| read_strings(bytes).ok()).flatten());
        }
        strings
    }

    /// Whether there is a strings file for a language, or English is meant.
    #[must_use]
    pub fn has_strings(&self, language: &str) -> bool {
        let is_of = |path: &str, name: &str| path.eq_ignore_ascii_case(&format!("strings/{name}.toml"));
        let has = |name: &str| {
            builtin().any(|(path, _)| is_of(path, name)) || self.files.keys().any(|path| is_of(path, name))
        };
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        let is_english = primary.is_empty() || primary.eq_ignore_ascii_case("en");
        is_english || language::candidates(language).iter().any(|name| name != "en" && has(name))
    }

    /// The strings files that cannot be parsed, with the reasons. [`Theme::strings`] ignores them.
    #[must_use]
    pub fn broken_strings(&self) -> Vec<(&str, String)> {
        let files = self.files("strings/").filter(|(path, _)| is_strings_file(path));
        files.filter_map(|(path, bytes)| read_strings(bytes).err().map(|reason| (path, reason))).collect()
    }

    /// The paths of all built-in files.
    pub fn builtin_names() -> impl Iterator<Item = &'static str> {
        builtin().map(|(name, _)| name)
    }

    /// The book's theme files that neither replace a built-in file nor are used by a template: most likely misspelled.
    #[must_use]
    pub fn unknown_files(&self) -> Vec<&str> {
        self.files.keys().map(String::as_str).filter(|path| !self.is_known(path)).collect()
    }

    fn is_known(&self, path: &str) -> bool {
        let free = ["css/", "js/", "assets/"].iter().any(|folder| path.starts_with(folder));
        free || is_builtin(path) || is_strings_file(path) || self.is_named_by_a_template(path)
    }

    fn is_named_by_a_template(&self, path: &str) -> bool {
        let name = format!("\"{path}\"");
        let named = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok_and(|text| text.contains(&name));
        self.files.iter().any(|(other, bytes)| is_page_template(other) && other != path && named(bytes))
    }

    fn ordered<'a>(&'a self, builtin: &[&'static str], folder: &'a str, ending: &str) -> Vec<&'a str> {
        let own = self.files(folder).map(|(path, _)| path).filter(|path| path.ends_with(ending) && !is_builtin(path));
        builtin.iter().copied().chain(own).collect()
    }
}

fn is_builtin(path: &str) -> bool {
    builtin().any(|(name, _)| name == path)
}

fn is_page_template(path: &str) -> bool {
    matches!(path.rsplit_once('.'), Some((_, "html")))
}

fn is_strings_file(path: &str) -> bool {
    path.strip_prefix("strings/").and_then(|name| name.strip_suffix(".toml")).is_some_and(|name| !name.contains('/'))
}

fn read_strings(bytes: &[u8]) -> Result<Strings, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(files: &[(&str, &str)]) -> Theme {
        let own = files.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(text.as_bytes())));
        Theme::with_overrides(own.collect())
    }

    #[test]
    fn all_languages_have_the_same_keys() {
        let keys = |bytes: &[u8]| read_strings(bytes).unwrap().into_keys().collect::<Vec<_>>();
        let english = builtin().find(|(path, _)| *path == "strings/en.toml").unwrap().1;
        for (path, bytes) in builtin().filter(|(path, _)| path.starts_with("strings/")) {
            assert_eq!(keys(bytes), keys(english), "{path}");
        }
    }

    #[test]
    fn placeholders_are_the_same_in_all_languages() {
        let places = |text: &str| {
            text.match_indices('{').map(|(at, _)| text[at..].split('}').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let theme = with(&[]);
        let english = theme.strings("en");
        for language in ["zh-Hans", "zh-Hant", "ja"] {
            for (key, text) in theme.strings(language) {
                assert_eq!(places(&text), places(&english[&key]), "{language} {key}");
            }
        }
    }

    #[test]
    fn strings_follow_the_language() {
        let theme = with(&[]);
        for (language, search) in [
            ("en", "Search"),
            ("zh", "搜索"),
            ("zh-CN", "搜索"),
            ("zh-TW", "搜尋"),
            ("zh-Hant-HK", "搜尋"),
            ("zh-hans", "搜索"),
            ("ja", "検索"),
            ("tlh", "Search"),
        ] {
            assert_eq!(theme.strings(language)["search"], search, "language {language}");
        }
    }

    #[test]
    fn one_word_can_be_changed() {
        let theme =
            with(&[("strings/zh-Hans.toml", "box_note = \"按\""), ("strings/fr.toml", "search = \"Chercher\"")]);
        assert_eq!((&*theme.strings("zh-CN")["box_note"], &*theme.strings("zh-CN")["search"]), ("按", "搜索"));
        for (language, known) in
            [("en", true), ("en-GB", true), ("", true), ("zh", true), ("fr-CA", true), ("de", false), ("ar-EG", false)]
        {
            assert_eq!(theme.has_strings(language), known, "{language:?}");
        }
        assert_eq!((&*theme.strings("fr-CA")["search"], &*theme.strings("fr-CA")["home"]), ("Chercher", "Home"));
    }

    #[test]
    fn own_files_replace_by_name_and_typos_are_known() {
        let theme = with(&[
            ("page.html", "{% include \"partials/banner.html\" %}"),
            ("partials/banner.html", "!"),
            ("partials/haed.html", "?"),
            ("css/extra.css", ""),
            ("js/zeal.js", ""),
            ("strings/fr.toml", "search = 1"),
            ("readme.txt", ""),
        ]);
        assert!(theme.file("page.html").unwrap().starts_with(b"{% include"));
        assert_eq!(theme.unknown_files(), ["partials/haed.html", "readme.txt"]);
        assert_eq!(theme.styles().last(), Some(&"css/extra.css"));
        assert_eq!(theme.own_scripts(), ["js/zeal.js"]);
        assert_eq!(theme.scripts().len(), SCRIPTS.len());
        assert_eq!(theme.broken_strings().iter().map(|(path, _)| *path).collect::<Vec<_>>(), ["strings/fr.toml"]);
        assert_ne!(theme.digest(), with(&[]).digest());
    }
}
