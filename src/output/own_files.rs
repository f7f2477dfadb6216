//! Style sheets and scripts that the configuration names: published at their own paths, and loaded after the theme's.

use std::borrow::Cow;
use std::sync::Arc;

use super::artifact::Artifact;
use crate::path::SitePath;
use crate::render::ThemeFiles;
use crate::site::Role;

/// What a file of the book's own is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnKind {
    /// A style sheet.
    Style,
    /// A script.
    Script,
}

/// A file of the book's own: its path, purpose and bytes.
pub type OwnFile = (SitePath, OwnKind, Arc<[u8]>);

/// The book's own files as artifacts; pages load them after those of the theme.
#[must_use]
pub fn own_files(files: Vec<OwnFile>, theme: &mut ThemeFiles) -> Vec<Artifact<'static>> {
    let mut artifacts = Vec::with_capacity(files.len());
    for (path, kind, bytes) in files {
        // Also after the theme's files in the one-file export.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match kind {
            OwnKind::Style => {
                theme.inline.styles.push((path.clone(), text));
                theme.styles.push(path.clone());
            }
            OwnKind::Script => {
                theme.inline.script.extend([text.as_str(), "\n"]);
                theme.own_scripts.push(path.clone());
            }
        }
        artifacts.push(Artifact::File { path, role: Role::Asset, bytes: Cow::Owned(bytes.to_vec()) });
    }
    artifacts
}
