//! The chapters that `SUMMARY.md` lists, read before the book is assembled.

use std::collections::BTreeSet;

use crate::book::{Grammar, Item, Listed, Summary, read_summary};
use crate::chapter::{ParseOptions, parse};
use crate::config::{MarkdownConfig, Project};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::path::{ContentPath, decode};
use crate::source::{SourceFile, Sources, read_text};

/// Parses `SUMMARY.md`. A missing file lists nothing.
pub(super) fn summary(project: &Project) -> Result<Summary, Error> {
    let text = read_text(&project.content_dir().join("SUMMARY.md"))?.unwrap_or_default();
    let Some(path) = ContentPath::resolve("", "SUMMARY.md") else { return Ok(Summary::default()) };
    let source = SourceFile::generated(path, "SUMMARY.md", text);
    let markdown = MarkdownConfig { math: false, ..project.config.markdown.clone() };
    let (tree, _) = parse(&source, &ParseOptions { markdown, ..ParseOptions::default() });
    Ok(read_summary(&tree, &source.text, Grammar::Strict, &mut Report::default()))
}

/// The paths of all listed chapters.
pub(super) fn listed(summary: &Summary) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    visit_chapters(summary, &mut |listed, path| {
        let _ = listed;
        paths.insert(path.as_str().to_owned());
    });
    paths
}

/// Adds an empty chapter with its title as heading for each listed file that does not exist. Nothing is written to disk.
pub(super) fn add_missing(summary: &Summary, project: &Project, sources: &mut Sources) {
    let mut missing: Vec<SourceFile> = Vec::new();
    let known: BTreeSet<&str> = sources.chapters.iter().map(|chapter| chapter.path.as_str()).collect();
    visit_chapters(summary, &mut |listed, path| {
        if !known.contains(path.as_str()) && missing.iter().all(|made| made.path != path) {
            let name = format!("{}/{path}", project.config.source.dir);
            missing.push(SourceFile::generated(path, &name, format!("# {}\n", listed.title)));
        }
    });
    sources.chapters.append(&mut missing);
    sources.chapters.sort_by(|a, b| a.path.cmp(&b.path));
}

/// Calls `visit` for every listed chapter that is a Markdown file, in order.
pub(super) fn visit_chapters(summary: &Summary, visit: &mut dyn FnMut(&Listed, ContentPath)) {
    for item in &summary.items {
        if let Item::Affix(listed) | Item::Numbered(listed) = item {
            visit_listed(listed, visit);
        }
    }
}

fn visit_listed(listed: &Listed, visit: &mut dyn FnMut(&Listed, ContentPath)) {
    if let Some(path) = path_of(listed) {
        visit(listed, path);
    }
    for child in &listed.children {
        visit_listed(child, visit);
    }
}

/// The file of a line of `SUMMARY.md`, if it is Markdown.
pub(super) fn path_of(listed: &Listed) -> Option<ContentPath> {
    let href = decode(listed.href.trim());
    let path = ContentPath::resolve("", &href).filter(|_| !href.is_empty() && !href.contains("://"))?;
    path.is_markdown().then_some(path)
}
