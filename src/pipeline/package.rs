//! The book in forms to be carried away: what each needs of the road, and what is packed once the site stands.

use std::collections::BTreeSet;

use super::fill::fill;
use super::path_collisions;
use super::request::Purpose;
use super::typeset::Style;
use crate::config::{Download, OutputConfig};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::output::{Composition, Export, add_worker, carried_site, epub};
use crate::path::SitePath;
use crate::render::EPUB;
use crate::site::{Role, Site, SiteFile, zip};

/// Leaves out of the configuration what a purpose has no use for.
pub(super) fn fit(config: &mut OutputConfig, purpose: Purpose) {
    if purpose != Purpose::Publish {
        // A preview changes with every word; what is carried away is not carried twice.
        config.downloads.clear();
        config.offline = false;
    }
    if purpose == Purpose::Export(Export::Zip) {
        // From disk, a folder has no first page.
        config.clean_urls = false;
        config.cname = None;
    }
}

/// The styles that a purpose needs the chapters in.
pub(super) fn styles(config: &OutputConfig, purpose: Purpose) -> BTreeSet<Style> {
    match purpose {
        Purpose::Export(Export::File) => BTreeSet::from([Style::File]),
        Purpose::Export(Export::Epub) => BTreeSet::from([Style::Epub]),
        Purpose::Export(Export::Markdown | Export::MarkdownFolder) => BTreeSet::new(),
        Purpose::Publish | Purpose::Preview | Purpose::Export(Export::Zip) => {
            let wanted = [
                (Style::Page, true),
                (Style::File, config.downloads.contains(&Download::File)),
                (Style::Epub, config.downloads.contains(&Download::Epub)),
            ];
            wanted.into_iter().filter(|(_, wanted)| *wanted).map(|(style, _)| style).collect()
        }
    }
}

/// Adds what is made of the whole site: archives, and the worker that keeps it. What of the book is in the way of what
/// chapbook makes is told; the paths in `taken` are known to be.
pub(super) fn pack(
    (mut site, mut taken): (Site, BTreeSet<SitePath>),
    composition: &Composition<'_>,
    purpose: Purpose,
    report: &mut Report,
) -> Result<Site, Error> {
    let edition = composition.edition;
    if matches!(purpose, Purpose::Publish | Purpose::Preview) {
        taken.extend(add_worker(&mut site, edition));
    }
    if purpose == Purpose::Publish && edition.project.config.output.downloads.contains(&Download::Epub) {
        let bytes = zip(&fill(epub(composition), edition, report)?)?;
        let path = SitePath::new(EPUB).filter(|path| site.replace(path.clone(), SiteFile::held(Role::Asset, bytes)));
        taken.extend(path);
    }
    path_collisions::tell(&taken, edition.book, report);
    if matches!(purpose, Purpose::Publish | Purpose::Preview | Purpose::Export(Export::Zip)) {
        path_collisions::settle(&mut site, &taken, edition.book, report);
    }
    if purpose == Purpose::Export(Export::Zip) { carried_site(&site, edition) } else { Ok(site) }
}
