//! From the parts of a site to its files.

use std::collections::BTreeSet;

use super::cache::Cache;
use super::fill::{fill_all, insert_all};
use super::index::search_files;
use super::plan::Plan;
use crate::diagnostic::Report;
use crate::error::Error;
use crate::output::{Artifact, Composition};
use crate::path::SitePath;
use crate::site::{Site, Store};

/// Fills all pages in and writes what search reads, at the same time.
///
/// Returns the site, and the paths that more than one of its parts claim: the first has them.
///
/// # Errors
/// If a template of the theme fails, or the disk that a large site is written to.
pub(super) fn fill_site(
    artifacts: Vec<Artifact<'_>>,
    composition: &Composition<'_>,
    plan: &Plan,
    cache: &mut Cache,
    report: &mut Report,
) -> Result<(Site, BTreeSet<SitePath>), Error> {
    let edition = composition.edition;
    let store = Store::new(cache.folder());
    let index = &composition.typeset.index;
    let search = || plan.search_files.then(|| search_files(index, &edition.theme.engine, &store, cache));
    let (pages, search) = rayon::join(|| fill_all(artifacts, edition, &store, cache), search);
    let (search, snapshot) = search.unwrap_or_default();
    let mut site = Site::default();
    // The scripts of search first: no file of the book may take their place.
    insert_all(search, &mut site, report);
    cache.index = snapshot;
    let taken = insert_all(pages?, &mut site, report);
    Ok((site, taken))
}
