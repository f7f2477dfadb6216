//! Which files belong to a tool and not to a book: they are never published.

use super::model::FolderKind;

/// Files of chapbook at any depth: a book in a subfolder has its own.
const OF_CHAPBOOK: [&str; 2] = ["chapbook.schema.json", "chapbook.toml"];

/// Configurations of this and other tools, and the lists of the packages that they install. In a book of chapbook these are
/// left out at the root of the content. In a folder of another tool they are left out at any depth, since a site is often in
/// a subfolder of its repository. They can hold keys.
const CONFIGURATIONS: [&str; 40] = [
    "Gemfile",
    "Gemfile.lock",
    "_config.toml",
    "_config.yaml",
    "_config.yml",
    "babel.config.js",
    "book.json",
    "book.toml",
    "bun.lock",
    "bun.lockb",
    "docusaurus.config.cjs",
    "docusaurus.config.js",
    "docusaurus.config.mjs",
    "docusaurus.config.mts",
    "docusaurus.config.ts",
    "hugo.json",
    "hugo.toml",
    "hugo.yaml",
    "hugo.yml",
    "mkdocs.yaml",
    "mkdocs.yml",
    "netlify.toml",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "package.json",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "poetry.lock",
    "sidebars.cjs",
    "sidebars.js",
    "sidebars.json",
    "sidebars.mjs",
    "sidebars.ts",
    "tsconfig.json",
    "uv.lock",
    "vercel.json",
    "wrangler.toml",
    "yarn.lock",
    "zensical.toml",
    "zola.toml",
];

/// Files that readers are shown as examples: at any depth but the root they stay.
const EXAMPLES: [&str; 3] = ["package.json", "book.json", "tsconfig.json"];

/// Folders of templates and values of Jekyll.
const FOLDERS: [&str; 4] = ["_data", "_includes", "_layouts", "_sass"];

/// Whether a file or folder of the content belongs to a tool. `path` is separated by `/`.
pub(super) fn is_tool_file(path: &str, kind: FolderKind) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_known = CONFIGURATIONS.contains(&name);
    match kind {
        _ if OF_CHAPBOOK.contains(&name) => true,
        _ if folder.is_empty() && is_known => true,
        FolderKind::Book => false,
        FolderKind::Plain => FOLDERS.contains(&name) || (is_known && !EXAMPLES.contains(&name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_tools() {
        for (path, in_book, in_plain) in [
            ("docusaurus.config.ts", true, true),
            ("website/docusaurus.config.js", false, true),
            ("website/sidebars.js", false, true),
            ("yarn.lock", true, true),
            ("site/Gemfile.lock", false, true),
            ("docs/_config.yml", false, true),
            ("examples/package.json", false, false),
            ("package.json", true, true),
            ("book/chapbook.toml", true, true),
            ("book/chapbook.schema.json", true, true),
            ("docs/_layouts", false, true),
            ("_sass", false, true),
            ("hugo.md", false, false),
            ("data/a.json", false, false),
            ("js/sidebars.css", false, false),
        ] {
            assert_eq!(is_tool_file(path, FolderKind::Book), in_book, "{path}");
            assert_eq!(is_tool_file(path, FolderKind::Plain), in_plain, "{path}");
        }
    }
}
