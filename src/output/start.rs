//! The zip: the site in a folder, and next to the folder a page that says how to open it.

use super::policy::source;
use crate::error::Error;
use crate::escape::{RawElement, raw_element};
use crate::path::SitePath;
use crate::path::generated::{self, Use};
use crate::render::{Edition, Needs, StartView};
use crate::site::{Role, Site};

/// The folder of the site in the archive.
const FOLDER: &str = "book";
/// The first page.
const START: &str = "START.html";

/// A site as the zip contains it: everything in one folder named after the book, with the first page at its top.
///
/// # Errors
/// If the template of the first page fails.
pub fn zipped_site(site: &Site, edition: &Edition) -> Result<Site, Error> {
    let id = &edition.book.meta.id;
    let mut zipped = Site::default();
    let mut add = |path: &str, role: Role, bytes: std::sync::Arc<[u8]>| {
        if let Some(path) = SitePath::new(path) {
            // The paths of a site are unique, and none leads out of its folder.
            let _ = zipped.insert(path, role, bytes);
        }
    };
    let works = |path: &SitePath| generated::use_of(path.as_str()).is_none_or(Use::works_from_disk);
    for (path, file) in site.iter().filter(|(path, _)| works(path)) {
        add(&format!("{id}/{FOLDER}/{path}"), file.role, file.bytes()?.into());
    }
    let start = edition.templates.fill("start.html", &view(edition))?;
    add(&format!("{id}/{START}"), Role::Page, start.into_bytes().into());
    Ok(zipped)
}

fn view(edition: &Edition) -> StartView {
    let style = raw_element(&edition.theme.inline.start_style, RawElement::Style);
    let from = SitePath::new(START);
    let home = edition.book.home().map(|home| home.permalink.file());
    let home = home.and_then(|home| SitePath::new(&format!("{FOLDER}/{home}")));
    let mut site = from.as_ref().map(|from| edition.site_view(from, Needs::default())).unwrap_or_default();
    site.home = from.zip(home).map(|(from, home)| from.href_to(&home)).unwrap_or_default();
    site.csp = format!("default-src 'none'; style-src {}; base-uri 'none'; form-action 'none'", source(&style));
    let head = SitePath::new(START).map(|path| edition.head(&edition.book.meta.title, &path)).unwrap_or_default();
    StartView { site, head, style }
}
