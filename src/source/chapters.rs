//! Which Markdown files of a folder that was written for another tool are chapters, and the home page that it lacks.

use std::sync::Arc;

use super::model::SourceFile;
use super::tool::Tool;
use crate::path::{ContentPath, title_of_name};

/// Names of files that other pages show, without extension and in lower case.
const PARTS: [&str; 7] = ["_sidebar", "_navbar", "_coverpage", "_footer", "_header", "_toc", "_404"];

/// Folders of files that are parts of pages, drafts, or a site that was built from the others.
const FOLDERS: [&str; 12] = [
    "_book",
    "_build",
    "_data",
    "_drafts",
    "_includes",
    "_layouts",
    "_partials",
    "_plugins",
    "_sass",
    "_site",
    "_snippets",
    "_templates",
];

/// Folders at the root of a book of Hugo that hold templates.
const OF_HUGO: [&str; 4] = ["archetypes", "layouts", "resources", "themes"];

/// Names of a home page, without extension and in lower case.
const HOMES: [&str; 4] = ["_index", "home", "index", "readme"];

/// Whether a Markdown file is a chapter. Lists of chapters, parts of pages, templates and drafts are not.
pub(super) fn is_chapter(path: &ContentPath, tool: Tool) -> bool {
    let mut folders = path.folder().split('/').filter(|folder| !folder.is_empty());
    let in_hugo = tool == Tool::Hugo && folders.clone().next().is_some_and(|first| OF_HUGO.contains(&first));
    let is_left_out = |folder: &str| FOLDERS.contains(&folder) || is_partial(folder, tool);
    let name = path.as_str().rsplit('/').next().unwrap_or_default();
    let is_part = PARTS.contains(&path.stem().to_lowercase().as_str()) || is_partial(path.stem(), tool);
    !(in_hugo || is_part || name == "SUMMARY.md" || folders.any(is_left_out))
}

/// Whether Docusaurus takes a name for a part of pages.
fn is_partial(name: &str, tool: Tool) -> bool {
    tool == Tool::Docusaurus && name.starts_with('_') && name != "_index"
}

/// Whether a file lists the chapters of docsify or of a wiki: `_sidebar.md` at the root.
pub(super) fn is_sidebar(path: &ContentPath) -> bool {
    path.as_str().eq_ignore_ascii_case("_sidebar.md")
}

/// A home page for a folder that has none: its name, to which the page's contents are added. `None` if the folder has one,
/// or a single chapter.
pub(super) fn missing_home(chapters: &[SourceFile], folder: &str) -> Option<SourceFile> {
    let top = only_folder(chapters);
    let is_home = |chapter: &SourceFile| {
        let folder = chapter.path.folder();
        (folder.is_empty() || folder == top) && HOMES.contains(&chapter.path.stem().to_lowercase().as_str())
    };
    if chapters.len() < 2 || chapters.iter().any(is_home) {
        return None;
    }
    let path = ContentPath::resolve("", "index.md")?;
    let title = title_of_name(folder).replace(['\\', '<', '`', '*', '[', '_'], " ");
    let name: Arc<str> = "index.md".into();
    Some(SourceFile::generated(path, &name, format!("---\nprint: false\n---\n\n# {title}\n")))
}

/// The folder at the root that holds all chapters; "" if there is none.
fn only_folder(chapters: &[SourceFile]) -> &str {
    let top = |chapter: &'_ SourceFile| chapter.path.folder().split('/').next().unwrap_or_default().len();
    let Some(first) = chapters.first() else { return "" };
    let name = &first.path.folder()[..top(first)];
    let is_inside = |chapter: &SourceFile| chapter.path.folder()[..top(chapter)] == *name;
    if chapters.iter().all(is_inside) { name } else { "" }
}

/// The home page that `index.html` of docsify names: `homepage: 'guide.md'`.
#[must_use]
pub fn docsify_homepage(html: &str) -> Option<ContentPath> {
    let value = html.split_once("homepage")?.1.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?;
    let value = value.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\'' | '`'))?;
    let written = value[1..].split(quote).next()?;
    let path = if written.contains("://") { None } else { ContentPath::resolve("", written) };
    path.filter(ContentPath::is_markdown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(path: &str) -> ContentPath {
        ContentPath::resolve("", path).unwrap()
    }

    #[test]
    fn parts_of_pages_are_no_chapters() {
        for (name, tool, expected) in [
            ("a.md", Tool::GitHub, true),
            ("en/SUMMARY.md", Tool::GitHub, false),
            ("en/summary.md", Tool::GitHub, true),
            ("_Footer.md", Tool::Wiki, false),
            ("en/_sidebar.md", Tool::Docsify, false),
            ("_includes/foot.md", Tool::GitHub, false),
            ("docs/_drafts/a.md", Tool::Jekyll, false),
            ("_posts/a.md", Tool::Jekyll, true),
            ("archetypes/default.md", Tool::Hugo, false),
            ("content/themes/a.md", Tool::Hugo, true),
            ("archetypes/default.md", Tool::GitHub, true),
            ("content/_index.md", Tool::Hugo, true),
            ("docs/_part.md", Tool::Docusaurus, false),
            ("docs/_part/a.md", Tool::Docusaurus, false),
            ("docs/_part.md", Tool::GitHub, true),
        ] {
            assert_eq!(is_chapter(&path(name), tool), expected, "{name} {tool:?}");
        }
    }

    #[test]
    fn a_folder_without_a_home_gets_one() {
        let files = |names: &[&str]| -> Vec<SourceFile> {
            names.iter().map(|name| SourceFile::generated(path(name), name, String::new())).collect()
        };
        let title = |names: &[&str]| missing_home(&files(names), "rope-school").map(|home| home.text.to_string());
        assert_eq!(title(&["a.md", "b/README.md"]).as_deref(), Some("---\nprint: false\n---\n\n# Rope school\n"));
        for names in [
            &["a.md"][..],
            &["a.md", "ReadMe.md"],
            &["Home.md", "a.md"],
            &["_index.md", "a.md"],
            &["docs/index.md", "docs/a.md"],
        ] {
            assert_eq!(title(names), None, "{names:?}");
        }
    }

    #[test]
    fn homes_of_docsify() {
        for (html, home) in [
            ("window.$docsify = { homepage: 'guide/start.md', name: 'x' }", Some("guide/start.md")),
            ("{ \"homepage\" : \"a.md\" }", Some("a.md")),
            ("{ homepage: 'https://example.org/a.md' }", None),
            ("{ name: 'x' }", None),
        ] {
            let found = docsify_homepage(html);
            assert_eq!(found.as_ref().map(ContentPath::as_str), home, "{html}");
        }
    }
}
