//! Which files the configuration of another tool holds back: `exclude` of Jekyll, `exclude_docs` and `draft_docs` of `MkDocs`.
//!
//! The lists are read line by line, since these files often have tags that no reader of YAML knows. Names, folders, and
//! patterns with `*` are understood.

use super::pattern::excludes;

/// An entry of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HeldBack {
    /// The folder to which it is relative, with a final `/`; "" for the root.
    folder: String,
    /// A path or a pattern, without a final `/`.
    entry: String,
    reach: Reach,
}

/// Where an entry is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// In the folder itself.
    Folder,
    /// In every folder below it too.
    Below,
}

impl HeldBack {
    /// Whether it holds back a path of the content.
    pub(super) fn holds(&self, path: &str) -> bool {
        let Some(path) = path.strip_prefix(&self.folder) else { return false };
        match self.reach {
            Reach::Folder => excludes(&self.entry, path),
            Reach::Below => path.split('/').any(|name| excludes(&self.entry, name)),
        }
    }
}

/// The entries of `exclude` in a `_config.yml`.
pub(super) fn of_jekyll(yaml: &str) -> Vec<HeldBack> {
    let entry = |entry: String| HeldBack {
        folder: String::new(),
        entry: entry.trim_matches('/').to_owned(),
        reach: Reach::Folder,
    };
    entries(yaml, "exclude").into_iter().map(entry).collect()
}

/// The entries of `exclude_docs` and `draft_docs` in a `mkdocs.yml`, whose texts are in `folder`. Lines that begin with `!`,
/// which take an exclusion back, are not followed: a text is rather left out than published against its author's will.
pub(super) fn of_mkdocs(yaml: &str, folder: &str) -> Vec<HeldBack> {
    let lines = ["exclude_docs", "draft_docs"].into_iter().flat_map(|key| entries(yaml, key));
    let entry = |line: String| {
        let entry = line.trim_end_matches('/').trim_end_matches("/**");
        let reach = if entry.contains('/') { Reach::Folder } else { Reach::Below };
        HeldBack { folder: folder.to_owned(), entry: entry.trim_start_matches('/').to_owned(), reach }
    };
    lines.filter(|line| !line.starts_with('!')).map(entry).collect()
}

/// The entries below a key: `[a, b]`, lines of `- a`, or the lines of a text (`|`).
fn entries(yaml: &str, key: &str) -> Vec<String> {
    let mut lines = yaml.lines();
    let Some(first) = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(':')) else { return Vec::new() };
    let inside = |line: &&str| line.trim().is_empty() || line.starts_with([' ', '\t', '-', '#', ']']);
    let rest = lines.take_while(inside);
    let written: Vec<&str> = std::iter::once(first).chain(rest).flat_map(|line| plain(line).split(',')).collect();
    written.into_iter().map(entry).filter(|entry| !matches!(entry.as_str(), "" | "|" | "|-" | "|+" | ">")).collect()
}

/// A line without its comment.
fn plain(line: &str) -> &str {
    if line.trim_start().starts_with('#') { "" } else { line.split_once(" #").map_or(line, |(plain, _)| plain) }
}

/// An entry without the marks of its list and its quotes.
fn entry(written: &str) -> String {
    let written = written.trim();
    let written = written.strip_prefix("- ").unwrap_or(written).trim();
    written.trim_matches(['[', ']', '"', '\'', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(lists: &[HeldBack], path: &str) -> bool {
        lists.iter().any(|entry| entry.holds(path))
    }

    #[test]
    fn excluded_by_jekyll() {
        for yaml in [
            "title: x\nexclude: [private.md, vendor/, \"*.txt\"]\nurl: y\n",
            "exclude:\n  - private.md # not yet\n  - 'vendor/'\n\n  - \"*.txt\"\nurl: open.md\n",
            "exclude:\n- private.md\n- vendor\n- \"*.txt\"\n",
            "exclude: [\n  private.md,\n  vendor,\n  '*.txt'\n]\n",
        ] {
            let lists = of_jekyll(yaml);
            for (path, expected) in
                [("private.md", true), ("vendor/a.md", true), ("a/b.txt", true), ("open.md", false), ("url", false)]
            {
                assert_eq!(held(&lists, path), expected, "{path} {yaml}");
            }
        }
    }

    #[test]
    fn excluded_by_mkdocs() {
        let yaml = "exclude_docs: |\n  secret.md\n  drafts/\n  *.tmpl\n  /top.md\n  !keep.md\n  # a.md\ndraft_docs: |\n  /a/later.md\nnav:\n  - b.md\n";
        let lists = of_mkdocs(yaml, "docs/");
        for (path, expected) in [
            ("docs/secret.md", true),
            ("docs/x/secret.md", true),
            ("docs/x/drafts/y.md", true),
            ("docs/x.tmpl", true),
            ("docs/top.md", true),
            ("docs/x/top.md", false),
            ("docs/a/later.md", true),
            ("docs/a.md", false),
            ("docs/b.md", false),
            ("secret.md", false),
        ] {
            assert_eq!(held(&lists, path), expected, "{path}");
        }
    }
}
