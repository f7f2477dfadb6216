//! Which tool a folder of Markdown was written for, as the tool's own files in it say.

use std::fs;
use std::path::Path;

/// A tool that publishes folders of Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// `docusaurus.config.*`.
    Docusaurus,
    /// `.vitepress` or `.vuepress`.
    VitePress,
    /// `hugo.*`, or `archetypes` next to `content`.
    Hugo,
    /// `_config.yml`.
    Jekyll,
    /// `mkdocs.yml`.
    MkDocs,
    /// `.gitbook.yaml` or `.gitbook`.
    GitBook,
    /// `_sidebar.md` or `_coverpage.md`.
    Docsify,
    /// `.obsidian`.
    Obsidian,
    /// `_Sidebar.md`, `_Footer.md` or `Home.md`: a wiki of GitHub or GitLab.
    Wiki,
    /// None of them: the folder is read as GitHub shows it.
    GitHub,
}

/// The names by which a tool is recognised: any of these files or folders. The first tool wins.
const MARKS: [(Tool, &[&str]); 9] = [
    (
        Tool::Docusaurus,
        &["docusaurus.config.js", "docusaurus.config.ts", "docusaurus.config.mjs", "docusaurus.config.cjs"],
    ),
    (Tool::VitePress, &[".vitepress", ".vuepress"]),
    (Tool::Hugo, &["hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "archetypes"]),
    (Tool::MkDocs, &["mkdocs.yml", "mkdocs.yaml"]),
    (Tool::GitBook, &[".gitbook.yaml", ".gitbook"]),
    (Tool::Docsify, &["_sidebar.md", "_coverpage.md"]),
    (Tool::Obsidian, &[".obsidian"]),
    (Tool::Jekyll, &["_config.yml", "_config.yaml", "_config.toml"]),
    (Tool::Wiki, &["_Sidebar.md", "_Footer.md", "Home.md"]),
];

impl Tool {
    /// The tool of a folder. A folder that cannot be listed has none of the marks.
    ///
    /// ```
    /// use chapbook::source::Tool;
    ///
    /// let folder = tempfile::tempdir().expect("there is a temporary folder");
    /// assert_eq!(Tool::of(folder.path()), Tool::GitHub);
    /// std::fs::write(folder.path().join("hugo.toml"), "").expect("it can be written");
    /// assert_eq!(Tool::of(folder.path()), Tool::Hugo);
    /// ```
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        Self::of_names(&names)
    }

    /// The names of the files and folders by which tools are recognised.
    pub(super) fn marks() -> impl Iterator<Item = &'static str> {
        MARKS.into_iter().flat_map(|(_, names)| names).copied()
    }

    fn of_names(names: &[String]) -> Self {
        let has = |mark: &&str| names.iter().any(|name| name == mark);
        MARKS.into_iter().find(|(_, marks)| marks.iter().any(&has)).map_or(Self::GitHub, |(tool, _)| tool)
    }

    /// Whether `[[Page]]` is a link in its texts, whether or not there is such a page.
    #[must_use]
    pub fn has_wiki_links(self) -> bool {
        matches!(self, Self::Obsidian | Self::Wiki)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_is_recognised_by_its_files() {
        for (names, tool) in [
            (&["README.md", "docs"][..], Tool::GitHub),
            (&["docusaurus.config.ts", "docs"], Tool::Docusaurus),
            (&[".vuepress"], Tool::VitePress),
            (&["archetypes", "content"], Tool::Hugo),
            (&["_config.yml", "mkdocs.yml"], Tool::MkDocs),
            (&["_config.yml", ".obsidian"], Tool::Obsidian),
            (&["_sidebar.md"], Tool::Docsify),
            (&["_Sidebar.md", "Home.md"], Tool::Wiki),
            (&["SUMMARY.md", ".gitbook"], Tool::GitBook),
        ] {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(Tool::of_names(&names), tool, "{names:?}");
        }
    }
}
