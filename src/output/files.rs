//! The book's own files, as they are.

use std::borrow::Cow;

use super::artifact::{Artifact, Composition, Output};
use crate::path::SitePath;
use crate::site::Role;

/// Images and other files of the content.
pub(super) const FILES: Output = Output { wanted: |_| true, compose };

fn compose<'a>(composition: &Composition<'a>) -> Vec<Artifact<'a>> {
    let assets = composition.edition.book.assets.iter().filter_map(|asset| {
        let path = SitePath::new(asset.path.as_str())?;
        Some(Artifact::File { path, role: Role::Asset, bytes: Cow::Borrowed(&asset.bytes) })
    });
    assets.collect()
}
