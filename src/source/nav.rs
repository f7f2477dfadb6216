//! Converts the navigation of other tools to the text of a `SUMMARY.md`.
//!
//! `nav:` of a `mkdocs.yml` is read line by line, in its usual form: `- Title: path`, `- path`, or `- Title:` with nested
//! entries. YAML's other notations are not read. docsify's `_sidebar.md` is a list of links and needs no conversion.

/// The `nav:` of a `mkdocs.yml` as nested lists of links, with `folder` before each path; `None` if it has no entries.
pub(super) fn of_mkdocs(yaml: &str, folder: &str) -> Option<String> {
    let mut lines = yaml.lines().skip_while(|line| line.trim_end() != "nav:");
    lines.next()?;
    let inside = |line: &&str| line.trim().is_empty() || line.starts_with([' ', '-', '#', '\t']);
    let items = lines.take_while(inside).filter_map(|line| item(line, folder));
    let text: String = items.collect();
    (!text.is_empty()).then_some(text)
}

/// The value of a top-level key of a `mkdocs.yml`; `None` if it is missing, empty or nested.
#[must_use]
pub fn mkdocs_value(yaml: &str, key: &str) -> Option<String> {
    let value = yaml.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
    Some(unquoted(value.trim()).to_owned()).filter(|value| !value.is_empty())
}

fn item(line: &str, folder: &str) -> Option<String> {
    let rest = line.trim_start();
    let indent = &line[..line.len() - rest.len()];
    let entry = rest.strip_prefix("- ")?.trim();
    let (title, path) = match entry.split_once(": ") {
        Some((title, path)) => (unquoted(title), unquoted(path)),
        None => match entry.strip_suffix(':') {
            Some(title) => (unquoted(title), ""),
            None => ("", unquoted(entry)),
        },
    };
    let folder = if path.is_empty() || path.contains("://") { "" } else { folder };
    let title = title.replace(['[', ']'], "");
    Some(format!("{indent}- [{title}](<{folder}{path}>)\n"))
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let inside = |quote| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    inside('"').or_else(|| inside('\'')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn navigation_of_mkdocs() {
        let yaml = "site_name: \"Our: book\"\nnav:\n  - index.md\n  - 'First': first.md\n  # more\n  - Part:\n    - A b: a/b.md\ntheme: x\n";
        let expected =
            "  - [](<docs/index.md>)\n  - [First](<docs/first.md>)\n  - [Part](<>)\n    - [A b](<docs/a/b.md>)\n";
        assert_eq!(of_mkdocs(yaml, "docs/").as_deref(), Some(expected));
        assert_eq!(mkdocs_value(yaml, "site_name").as_deref(), Some("Our: book"));
        assert_eq!((of_mkdocs("nav:\n", ""), mkdocs_value(yaml, "docs_dir")), (None, None));
    }
}
