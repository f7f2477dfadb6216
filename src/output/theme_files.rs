//! The theme's own files in the site: style sheets and scripts each joined into one, named by their digest.

use std::sync::Arc;

use super::artifact::Artifact;
use crate::book::{Book, Page};
use crate::path::SitePath;
use crate::render::ThemeFiles;
use crate::site::Role;
use crate::source::Digest;
use crate::theme::Theme;

/// Whether names carry the digest of what they name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// `chapbook-1a2b3c4d.css`: may be kept for ever.
    Digest,
    /// `chapbook.css`: stays while its bytes change, so that a preview can swap it in place.
    Plain,
}

/// The icon; in the project's own theme it has the same name.
const ICON: &str = "assets/favicon.svg";
/// Digits of the digest in a name: 40 bits.
const DIGITS: usize = 10;

/// The theme's files as artifacts, and where pages find them.
#[must_use]
pub fn theme_files(theme: &Theme, book: &Book, naming: Naming) -> (ThemeFiles, Vec<Artifact>) {
    let mut artifacts = Vec::new();
    let mut add = |name: &str, extension: &str, bytes: Arc<[u8]>| {
        let artifact = named(name, extension, bytes, naming)?;
        let path = artifact.path().clone();
        artifacts.push(artifact);
        Some(path)
    };
    let files = ThemeFiles {
        styles: add("chapbook", "css", joined(theme, &theme.styles(), "\n")).into_iter().collect(),
        early_scripts: add("early", "js", joined(theme, &theme.early_scripts(), ";\n")).into_iter().collect(),
        scripts: add("chapbook", "js", joined(theme, &theme.scripts(), ";\n")).into_iter().collect(),
        list_styles: add("lists", "css", joined(theme, &theme.list_styles(), "\n")).into_iter().collect(),
        list_scripts: add("lists", "js", list_scripts(theme, book)).into_iter().collect(),
        engine: joined(theme, &theme.engine(), ";\n"),
        icon: theme.file(ICON).and_then(|bytes| add("favicon", "svg", bytes.clone())),
    };
    for (path, bytes) in theme.files("assets/").filter(|(path, _)| *path != ICON) {
        // Files of the project's own theme are named in its own templates and style sheets, so they keep their names.
        artifacts.extend(SitePath::new(path).map(|path| Artifact::File {
            path,
            role: Role::Asset,
            bytes: bytes.clone(),
        }));
    }
    (files, artifacts)
}

/// The scripts for lists. They begin with the ids of all lists and the paths of all pages: what is kept under another
/// name belongs to a list or page that was renamed.
fn list_scripts(theme: &Theme, book: &Book) -> Arc<[u8]> {
    let lists: Vec<&str> = book.checklists.iter().map(|list| list.id.as_str()).collect();
    let pages: Vec<&str> = book.pages.iter().map(Page::place).collect();
    let known = serde_json::json!({ "lists": lists, "pages": pages });
    let scripts = joined(theme, &theme.list_scripts(), ";\n");
    [format!("window.chapbook.known={known};\n").as_bytes(), &scripts].concat().into()
}

fn joined(theme: &Theme, names: &[&str], separator: &str) -> Arc<[u8]> {
    let mut all = Vec::new();
    for part in names.iter().filter_map(|name| theme.file(name)) {
        all.extend_from_slice(part);
        all.extend_from_slice(separator.as_bytes());
    }
    all.into()
}

fn named(name: &str, extension: &str, bytes: Arc<[u8]>, naming: Naming) -> Option<Artifact> {
    let path = match naming {
        Naming::Plain => format!("assets/{name}.{extension}"),
        Naming::Digest => format!("assets/{name}-{}.{extension}", Digest::of(&bytes).hex(DIGITS)),
    };
    Some(Artifact::File { path: SitePath::new(&path)?, role: Role::Asset, bytes })
}
