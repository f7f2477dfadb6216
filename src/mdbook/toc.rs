//! The preprocessor `mdbook-toc`: replaces `<!-- toc -->` by a list of the page's headings.

use std::fmt::Write as _;

use toml::Table;

use super::table::{text, value};
use crate::chapter::{Chapter, ParseOptions, parse};
use crate::config::Project;
use crate::source::{SourceFile, Sources};

/// Replaces the marker in all chapters that have it.
pub(super) fn insert_lists(toml: &Table, project: &Project, sources: &mut Sources) {
    let marker = text(toml, &[&["preprocessor", "toc", "marker"]]).unwrap_or_else(|| "<!-- toc -->".to_owned());
    let deepest = value(toml, &["preprocessor", "toc", "max-level"]).and_then(toml::Value::as_integer).unwrap_or(4);
    let options = ParseOptions { markdown: project.config.markdown.clone(), ..ParseOptions::default() };
    for chapter in sources.chapters.iter_mut().filter(|chapter| chapter.text.contains(&marker)) {
        let (tree, _) = parse(chapter, &options);
        *chapter = with_list(chapter, &marker, &list(&tree, deepest));
    }
}

fn with_list(chapter: &SourceFile, marker: &str, list: &str) -> SourceFile {
    let lines: Vec<String> = chapter
        .text
        .split_inclusive('\n')
        .map(|line| if line.trim() == marker { format!("{list}\n") } else { line.to_owned() })
        .collect();
    chapter.with_text(&lines.concat())
}

/// Headings below the first level as a nested list of links.
fn list(tree: &Chapter, deepest: i64) -> String {
    let mut out = String::new();
    for heading in tree.headings.iter().filter(|heading| heading.level > 1 && i64::from(heading.level) <= deepest) {
        let indent = "  ".repeat(usize::from(heading.level.saturating_sub(2)));
        let title = escaped(&heading.title);
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "{indent}- [{title}](#{})", heading.anchor);
    }
    out
}

/// The text with a backslash before all ASCII punctuation, so that Markdown does not interpret it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
