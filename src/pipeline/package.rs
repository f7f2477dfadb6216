//! What is made of a whole site: the service worker, the EPUB that it offers, the zip.

use std::collections::BTreeSet;

use super::fill::fill;
use super::path_collisions;
use super::plan::{Packing, Plan};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::output::{Composition, add_worker, carried_site, epub};
use crate::path::SitePath;
use crate::render::EPUB;
use crate::site::{Role, Site, SiteFile, zip};

/// Adds what is made of the whole site: archives, and the worker that keeps it. What of the book is in the way of what
/// chapbook makes is told; the paths in `taken` are known to be.
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
    path_collisions::tell(&taken, edition.book, report);
    if plan.is_site() {
        path_collisions::settle(&mut site, &taken, edition.book, report);
    }
    if plan.packing.contains(&Packing::Zip) { carried_site(&site, edition) } else { Ok(site) }
}
