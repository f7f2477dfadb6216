//! From artifacts to files: pages are filled in as they are written; those that an earlier build has made are not made again.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::cache::Cache;
use super::path_collisions;
use super::site_budget::SiteBudget;
use crate::diagnostic::Report;
use crate::error::Error;
use crate::output::Artifact;
use crate::path::SitePath;
use crate::render::{Edition, View};
use crate::site::{Role, Site, SiteFile, Store};

/// A file of the site, not yet in it.
pub(super) struct Made {
    pub(super) path: SitePath,
    pub(super) file: SiteFile,
    pub(super) report: Report,
}

/// How many chapters are filled in before their trees are dropped, in a book too large to hold them all.
const GROUP: usize = 256;

/// Fills pages in without what earlier builds have made.
pub(super) fn fill(artifacts: Vec<Artifact<'_>>, edition: &Edition, report: &mut Report) -> Result<Site, Error> {
    let mut site = Site::default();
    let made = fill_all(artifacts, edition, &Store::new(None), &Cache::in_memory())?;
    let taken = insert_all(made, &mut site, report);
    path_collisions::report(&taken, &edition.book, report);
    Ok(site)
}

/// Fills all pages in; those of a large book in groups, so that each chapter is parsed again once for all its pages.
pub(super) fn fill_all(
    artifacts: Vec<Artifact<'_>>,
    edition: &Edition,
    store: &Store,
    cache: &Cache,
) -> Result<Vec<Made>, Error> {
    let budget = SiteBudget::of(&edition.project.config.output);
    budget.check_files(artifacts.len())?;
    let mut groups: BTreeMap<usize, Vec<(usize, Artifact<'_>)>> = BTreeMap::new();
    for (at, artifact) in artifacts.into_iter().enumerate() {
        let group = artifact.about().map_or(0, |id| id.0 / GROUP);
        groups.entry(group).or_default().push((at, artifact));
    }
    let mut made = Vec::new();
    for group in groups.into_values() {
        let filled = group.into_par_iter().map(|(at, artifact)| {
            let made = fill_one(artifact, edition, store, cache)?;
            budget.spend(made.file.len())?;
            Ok((at, made))
        });
        made.extend(filled.collect::<Result<Vec<(usize, Made)>, Error>>()?);
        edition.trees.clear();
    }
    made.sort_by_key(|(at, _)| *at);
    Ok(made.into_iter().map(|(_, made)| made).collect())
}

fn fill_one(artifact: Artifact<'_>, edition: &Edition, store: &Store, cache: &Cache) -> Result<Made, Error> {
    let page = |template, view: &View| {
        let role = if matches!(view, View::Sitemap(_) | View::Feed(_)) { Role::Meta } else { Role::Page };
        let text = edition.templates.fill(template, view)?;
        Ok(store.file(role, text.into_bytes()))
    };
    let (path, file, report) = match artifact {
        Artifact::File { path, role, bytes } => (path, store.file(role, bytes.into_owned()), Report::default()),
        Artifact::Page { path, template, view } => (path, page(template, &view)?, Report::default()),
        Artifact::Late { path, template, view, .. } => {
            let known = Cell::new(None);
            let late = view(&|key| {
                let page = cache.file(&path, key, Role::Page);
                let is_known = page.is_some();
                known.set(page);
                is_known
            })?;
            let file = match (late.view, known.take()) {
                // A page with diagnostics is not remembered, so that every build reports them.
                (Some(view), _) if late.report.is_empty() => page(template, &view)?.with_key(late.key),
                (Some(view), _) => page(template, &view)?,
                (None, Some(file)) => file,
                (None, None) => return Err(Error::Template(format!("`{path}` was not made"))),
            };
            (path, file, late.report)
        }
    };
    Ok(Made { path, file, report })
}

/// Inserts files into a site. Returns the paths that have a file already: the earlier one stays.
pub(super) fn insert_all(made: Vec<Made>, site: &mut Site, report: &mut Report) -> BTreeSet<SitePath> {
    let put = |Made { path, file, report: found }| {
        report.append(found);
        site.put(path, file).err()
    };
    made.into_iter().filter_map(put).collect()
}
