//! What is made of a whole site: the service worker, the EPUB that it offers, the zip.

use std::collections::BTreeSet;

use super::fill::fill;
use super::path_collisions;
use super::plan::{Packing, Plan};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::output::{Composition, add_worker, epub, zipped_site};
use crate::path::SitePath;
use crate::path::generated::EPUB;
use crate::site::{Role, Site, SiteFile, zip};

/// Adds what is made of the whole site, or packs the site into what is exported. Files of the book at paths that chapbook
/// uses itself are reported, and left out of a site; `taken` are such paths that are known already.
///
/// # Errors
/// If a template of the theme fails, or a file of the site cannot be read back from disk.
pub(super) fn pack(
    (mut site, mut taken): (Site, BTreeSet<SitePath>),
    composition: &Composition<'_>,
    plan: &Plan,
    report: &mut Report,
) -> Result<Site, Error> {
    let edition = composition.edition;
    if plan.packing.contains(&Packing::Worker) {
        taken.extend(add_worker(&mut site, edition));
    }
    if plan.packing.contains(&Packing::Epub) {
        let bytes = zip(&fill(epub(composition), edition, report)?)?;
        let path =
            SitePath::new(EPUB).filter(|path| site.replace(path.clone(), SiteFile::in_memory(Role::Asset, bytes)));
        taken.extend(path);
    }
    path_collisions::report(&taken, &edition.book, report);
    if plan.is_site() {
        path_collisions::remove(&mut site, &taken, &edition.book, report);
    }
    if plan.packing.contains(&Packing::Zip) { zipped_site(&site, edition) } else { Ok(site) }
}
