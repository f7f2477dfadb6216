//! The book's own files, as they are.

use super::artifact::{Artifact, Composition, Output};
use crate::path::SitePath;
use crate::site::Role;

pub(super) const FILES: Output =
    Output { name: "files", about: "images and other files of the content", wanted: |_| true, compose };

fn compose(composition: &Composition<'_>) -> Vec<Artifact> {
    let assets = composition.edition.book.assets.iter().filter_map(|asset| {
        let path = SitePath::new(asset.path.as_str())?;
        Some(Artifact::File { path, role: Role::Asset, bytes: asset.bytes.clone() })
    });
    assets.collect()
}
