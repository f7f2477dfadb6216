//! The containers that an author may open with `:::name`.
//!
//! Adding one is a row in [`DIRECTIVES`], its template `theme/directives/NAME.html` and a row in the manual's table
//! (`docs/guide/boxes.md`); styles, if it needs its own, go into `theme/css/directives.css`. A test holds them together.

/// The languages of [`Directive::titles`], in their order.
pub(super) const LANGUAGES: [&str; 4] = ["en", "ja", "zh-Hans", "zh-Hant"];

/// A built-in file: its path in the theme and its bytes.
type File = (&'static str, &'static [u8]);

/// What a directive is and how it is shown.
#[derive(Debug, PartialEq, Eq)]
pub struct Directive {
    /// The name after `:::`.
    pub name: &'static str,
    /// What it is for, in one line, as the manual says it.
    pub about: &'static str,
    /// The title of one that is written without a title, in each of [`LANGUAGES`]: the string `box_NAME` of the interface.
    titles: Option<[&'static str; 4]>,
    /// How a document without the theme's templates shows it: an EPUB.
    pub layout: Layout,
    /// Its template, unless another one shows it.
    template: Option<File>,
}

/// How the content of a directive is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A box with a title.
    Box,
    /// A box that unfolds.
    Details,
    /// An ordered list of steps.
    Steps,
    /// Panels with labels.
    Tabs,
}

macro_rules! template {
    ($name:literal) => {
        Some((
            concat!("directives/", $name, ".html"),
            include_bytes!(concat!("../../theme/directives/", $name, ".html")).as_slice(),
        ))
    };
}

/// Every directive, sorted by name.
pub const DIRECTIVES: &[Directive] = &[
    Directive {
        name: "danger",
        about: "what does harm that cannot be undone",
        titles: Some(["Danger", "危険", "危险", "危險"]),
        layout: Layout::Box,
        template: template!("danger"),
    },
    Directive {
        name: "details",
        about: "something to unfold; unfolded on paper",
        titles: Some(["Details", "詳しく", "展开", "展開"]),
        layout: Layout::Details,
        template: template!("details"),
    },
    Directive {
        name: "important",
        about: "what must be known to succeed",
        titles: Some(["Important", "重要", "重要", "重要"]),
        layout: Layout::Box,
        template: template!("important"),
    },
    Directive {
        name: "note",
        about: "something worth knowing",
        titles: Some(["Note", "メモ", "说明", "說明"]),
        layout: Layout::Box,
        template: template!("note"),
    },
    Directive {
        name: "steps",
        about: "an ordered list, set as steps",
        titles: None,
        layout: Layout::Steps,
        template: template!("steps"),
    },
    Directive {
        name: "tab",
        about: "one panel of `tabs`; its title is the label",
        titles: None,
        layout: Layout::Tabs,
        template: None,
    },
    Directive {
        name: "tabs",
        about: "panels of which one is shown; all on paper",
        titles: Some(["Options", "選択肢", "选项", "選項"]),
        layout: Layout::Tabs,
        template: template!("tabs"),
    },
    Directive {
        name: "tip",
        about: "what makes things easier",
        titles: Some(["Tip", "ヒント", "提示", "提示"]),
        layout: Layout::Box,
        template: template!("tip"),
    },
    Directive {
        name: "warning",
        about: "what goes wrong if overlooked",
        titles: Some(["Warning", "注意", "注意", "注意"]),
        layout: Layout::Box,
        template: template!("warning"),
    },
];

/// The directive of a name in any letter case, or `None`.
///
/// ```
/// use chapbook::theme::directive;
///
/// assert_eq!(directive("Note").map(|found| found.name), Some("note"));
/// assert_eq!(directive("notes"), None);
/// ```
#[must_use]
pub fn directive(name: &str) -> Option<&'static Directive> {
    DIRECTIVES.iter().find(|directive| directive.name.eq_ignore_ascii_case(name))
}

/// The templates of all directives, sorted by path.
pub(super) fn templates() -> impl Iterator<Item = &'static File> {
    DIRECTIVES.iter().filter_map(|directive| directive.template.as_ref())
}

/// The titles of all directives in a language of the interface, by the key of the string.
pub(super) fn titles(language: &str) -> impl Iterator<Item = (String, String)> {
    let at = LANGUAGES.iter().position(|known| known.eq_ignore_ascii_case(language));
    let title =
        move |directive: &Directive| Some((format!("box_{}", directive.name), directive.titles?[at?].to_owned()));
    DIRECTIVES.iter().filter_map(title)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    fn read(path: &str) -> String {
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
    }

    fn names(of: impl Fn(&Directive) -> bool) -> BTreeSet<String> {
        DIRECTIVES.iter().filter(|directive| of(directive)).map(|directive| directive.name.to_owned()).collect()
    }

    /// The words that follow a mark in a text.
    fn words_after(text: &str, mark: &str) -> BTreeSet<String> {
        let word = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric()).collect();
        text.split(mark).skip(1).map(word).collect()
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(DIRECTIVES.is_sorted_by(|a, b| a.name < b.name));
    }

    #[test]
    fn the_templates_are_the_folder() {
        let folder = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("theme/directives")).unwrap();
        let files = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        // A checklist is written as HTML comments and has no `:::`.
        let found: BTreeSet<String> =
            files.map(|file| file.trim_end_matches(".html").to_owned()).filter(|name| name != "checklist").collect();
        // `tabs.html` shows its tabs.
        assert_eq!(found, names(|directive| directive.name != "tab"));
        assert_eq!(names(|directive| directive.template.is_none()), BTreeSet::from(["tab".to_owned()]));
    }

    #[test]
    fn templates_ask_for_the_titles_of_the_table() {
        for directive in DIRECTIVES {
            let Some((path, bytes)) = directive.template else { continue };
            let asked = words_after(std::str::from_utf8(bytes).unwrap(), "t.box_");
            let own = directive.titles.map(|_| directive.name.to_owned());
            assert_eq!(asked, own.into_iter().collect(), "{path}");
        }
        for language in LANGUAGES {
            let strings = read(&format!("theme/strings/{language}.toml"));
            assert!(!strings.contains("\nbox_"), "{language}: titles of directives are in DIRECTIVES");
        }
    }

    #[test]
    fn styles_are_for_directives_of_the_table() {
        let css = read("theme/css/directives.css");
        let known = names(|_| true);
        let styled = words_after(&css, "cb-box--");
        assert!(styled.is_subset(&known), "{styled:?}");
        // Those with their own markup have their own class.
        let own = words_after(&css, ".cb-");
        for directive in DIRECTIVES {
            let Some((path, bytes)) = directive.template else { continue };
            let text = std::str::from_utf8(bytes).unwrap();
            let is_box = text.contains("partials/box.html");
            assert!(is_box || text.contains(&format!("cb-{}", directive.name)), "{path} has no class of its name");
            assert!(is_box || own.contains(directive.name), "{path} has no style");
        }
    }

    #[test]
    fn the_manual_lists_the_table() {
        let manual = read("docs/guide/boxes.md");
        let table = manual.split("| Name | What it is for |\n|---|---|\n").nth(1).unwrap();
        let rows: BTreeSet<&str> = table.lines().take_while(|line| line.starts_with('|')).collect();
        let expected: Vec<String> =
            DIRECTIVES.iter().map(|directive| format!("| `{}` | {} |", directive.name, directive.about)).collect();
        assert_eq!(rows, expected.iter().map(String::as_str).collect());
    }
}
