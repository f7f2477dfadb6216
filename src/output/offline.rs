//! What a site needs to be read offline: the web app manifest, icons, and the service worker.
//!
//! The worker is made last, from the whole site: it names every file that is stored, with its digest. A site that is not
//! meant to be read offline has a worker too: it replaces one of an earlier build and deletes what that has stored.

use std::collections::BTreeSet;

use serde_json::json;

use super::artifact::{Artifact, Composition, Output};
use super::icon::{IconShape, css_colour, icon, letter};
use crate::digest::Digest;
use crate::path::SitePath;
use crate::path::generated::{
    self, APPLE_ICON, LARGE_ICON, LETTER_ICON, MASKED_ICON, OFFLINE_LIST, SMALL_ICON, WEB_MANIFEST, WORKER,
    is_host_file,
};
use crate::render::Edition;
use crate::site::{Role, Site, SiteFile};

/// Web app manifest and icons of a site that can be read offline.
pub(super) const OFFLINE: Output = Output { wanted: |output| output.offline, compose };

/// Digits of the digest of a file, and of a build.
const DIGITS: usize = 12;

/// The icons: where, how large, and whether a system may cut them.
const ICONS: [(&str, u32, IconShape); 4] = [
    (APPLE_ICON, 180, IconShape::Masked),
    (SMALL_ICON, 192, IconShape::Whole),
    (LARGE_ICON, 512, IconShape::Whole),
    (MASKED_ICON, 512, IconShape::Masked),
];

fn compose<'a>(composition: &Composition<'a>) -> Vec<Artifact<'a>> {
    let edition = composition.edition;
    let icons = ICONS.iter().filter_map(|(path, size, room)| {
        let bytes = icon(&edition.book.meta.title, *size, *room).into();
        Some(Artifact::File { path: SitePath::new(path)?, role: Role::Asset, bytes })
    });
    let letter = Artifact::text(LETTER_ICON, letter(&edition.book.meta.title));
    icons.chain(letter).chain(Artifact::text(WEB_MANIFEST, manifest(edition))).collect()
}

/// W3C Web Application Manifest.
fn manifest(edition: &Edition) -> String {
    let meta = &edition.book.meta;
    let letter = json!({ "src": LETTER_ICON, "sizes": "any", "type": "image/svg+xml", "purpose": "any" });
    let pictures = ICONS.iter().filter(|(path, ..)| *path != APPLE_ICON).map(|(path, size, room)| {
        let purpose = if *room == IconShape::Masked { "maskable" } else { "any" };
        json!({ "src": path, "sizes": format!("{size}x{size}"), "type": "image/png", "purpose": purpose })
    });
    let manifest = json!({
        "name": meta.title,
        "short_name": meta.title.chars().take(12).collect::<String>(),
        "description": meta.description,
        "lang": meta.language,
        "start_url": "./",
        "scope": "./",
        // Readers need the back button, which only this mode shows; older browsers use the next mode.
        "display_override": ["minimal-ui"],
        "display": "standalone",
        "background_color": "#fdfcf9",
        "theme_color": css_colour(&meta.title),
        "icons": std::iter::once(letter).chain(pictures).collect::<Vec<_>>(),
    });
    format!("{manifest:#}\n")
}

/// Adds the service worker: one that stores the site, or one that deletes what an earlier worker has stored.
///
/// Returns the paths at which the book had files of its own. They are replaced: a worker answers for the whole site.
pub fn add_worker(site: &mut Site, edition: &Edition) -> Vec<SitePath> {
    let files = if edition.project.config.output.offline { keeping(site, edition) } else { ending(edition) };
    let files = files.into_iter().filter_map(|(path, text)| Some((SitePath::new(path)?, text)));
    let taken = files.filter_map(|(path, text)| {
        let file = SiteFile::in_memory(Role::Meta, text.into_bytes());
        site.replace(path.clone(), file).then_some(path)
    });
    taken.collect()
}

fn ending(edition: &Edition) -> Vec<(&'static str, String)> {
    vec![(WORKER, edition.theme.inline.worker_end.clone())]
}

fn keeping(site: &Site, edition: &Edition) -> Vec<(&'static str, String)> {
    let worker = &edition.theme.inline.worker;
    let copies = edition.book.pages.iter().map(|page| page.permalink.markdown_copy()).collect();
    let kept: Vec<(&SitePath, &SiteFile)> =
        site.iter().filter(|(path, file)| is_kept(path, file.role, &copies)).collect();
    let bytes: u64 = kept.iter().map(|(_, file)| file.len() as u64).sum();
    let files: Vec<(&str, String)> = kept.iter().map(|(path, file)| (path.as_str(), file.digest.hex(DIGITS))).collect();
    let list = json!(files).to_string();
    let build = Digest::of_parts([list.as_bytes(), worker.as_bytes()]).hex(DIGITS);
    vec![
        (OFFLINE_LIST, format!("{}\n", json!({ "bytes": bytes, "files": files.len() }))),
        (WORKER, format!("self.CHAPBOOK={{BUILD:\"{build}\",FILES:{list}}};\n{worker}")),
    ]
}

/// Whether a file is needed for reading offline. Files for other programs, `copies` of pages as Markdown, and downloads are
/// not, nor are files of the book that hosts do not serve.
fn is_kept(path: &SitePath, role: Role, copies: &BTreeSet<SitePath>) -> bool {
    match (generated::use_of(path.as_str()), role) {
        (Some(readers), _) => readers.is_kept_offline(),
        (None, Role::Meta) => !copies.contains(path),
        (None, Role::Page | Role::Asset) => !is_host_file(path.as_str()) && !is_hidden(path),
    }
}

/// Whether a name of the path begins with a dot, like an empty `.gitkeep`. Many hosts do not serve such files.
fn is_hidden(path: &SitePath) -> bool {
    path.as_str().split('/').any(|name| name.starts_with('.'))
}
