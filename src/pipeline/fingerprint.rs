//! What a published site was made from, as the disk showed it. If the disk still shows the same, the site is up to date and
//! nothing is built.
//!
//! The diagnostics of the build are stored too and reported again. There is no fingerprint of a build that ran other programs,
//! or that met something whose change the disk would not show.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::built::{Built, Counts};
use super::cache::{Cache, FINGERPRINT, program};
use super::request::Request;
use crate::config::{CONFIG_FILE, Project};
use crate::diagnostic::{Code, Report, Texts, codes};
use crate::digest::Digest;
use crate::site::Seen;
use crate::source::{commit_logs, read_authored, read_theme, real_path};

/// What the site of a request was made from.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Fingerprint {
    /// Every file and folder that was read, and those that were not found.
    files: Vec<(PathBuf, Option<Seen>)>,
    /// Every folder on the way to a file that was not found.
    folders: Vec<(PathBuf, Option<Seen>)>,
    counts: Counts,
    report: Report,
    /// The names of the texts that diagnostics point into; of an image, for instance, a message shows no lines.
    texts: BTreeSet<Arc<str>>,
}

/// A site that a build would make again as it is.
#[derive(Debug, Clone)]
pub struct Unchanged {
    /// What it holds.
    pub counts: Counts,
    /// How many files it has.
    pub files: usize,
    /// The diagnostics of the build that made it.
    pub report: Report,
    /// The texts that diagnostics point into.
    pub texts: Texts,
}

/// Diagnostics that may come from files that were not read: a link may lead to another file tomorrow.
const OF_THE_DISK: [&Code; 3] = [&codes::THEME, &codes::UNREADABLE_FILE, &codes::UNUSUAL_FILE];

/// Stores what is known of a site that has just been published, so that the next build reads none of its files and, if
/// nothing has changed, makes nothing. [`Cache::stat_cache`] must be that of this publishing.
pub fn store_published(request: &Request, built: &Built, cache: &Cache) {
    cache.store_published();
    if let Some(fingerprint) = Fingerprint::of(built, cache.memo().opened()) {
        cache.memo().replace(FINGERPRINT, key(request), &fingerprint);
    }
    // The program may end without dropping the cache.
    cache.memo().flush();
}

/// The site in the folder `out`, if it is the one that a build of this request would make now: none of the files it was made
/// from has changed, and none of its own.
#[must_use]
pub fn unchanged_site(request: &Request, project: &Project, out: &Path, cache: &mut Cache) -> Option<Unchanged> {
    let fingerprint: Fingerprint = cache.memo().get(FINGERPRINT, key(request))?;
    let published = cache.stat_cache();
    if real_path(out).ok()? != published.root() || !fingerprint.holds() || !published.is_whole() {
        return None;
    }
    let Fingerprint { counts, report, texts, .. } = fingerprint;
    Some(Unchanged { counts, files: published.len(), report, texts: read_texts(&texts, project)? })
}

impl Fingerprint {
    /// What a build has read; `None` if not all of that is known, or if some of it may have changed since `opened`.
    fn of(built: &Built, opened: u64) -> Option<Self> {
        let of_the_disk = built.report.iter().any(|found| OF_THE_DISK.contains(&found.code));
        if !built.programs.is_empty() || of_the_disk || built.missing.untraceable {
            return None;
        }
        let seen = |path: PathBuf| {
            let seen = Seen::of_anything(&path);
            (path, seen)
        };
        let files: Vec<(PathBuf, Option<Seen>)> = paths_read(built).into_par_iter().map(seen).collect();
        let folders: Vec<_> = built.missing.folders.iter().map(|path| (path.clone(), Seen::of_folder(path))).collect();
        let is_older = |(_, seen): &(PathBuf, Option<Seen>)| seen.is_none_or(|seen| seen.is_before(opened));
        if folders.iter().any(|(_, seen)| seen.is_none()) || !files.iter().all(is_older) {
            return None;
        }
        let report = built.report.clone();
        let texts = pointed_into(&report, &built.texts);
        Some(Self { files, folders, counts: built.counts, report, texts })
    }

    /// Whether the disk shows all of it as it was.
    fn holds(&self) -> bool {
        self.files.par_iter().all(|(path, seen)| Seen::of_anything(path) == *seen)
            && self.folders.iter().all(|(path, seen)| Seen::of_folder(path) == *seen)
    }
}

/// Every path whose content, or whose absence, a build depended on.
fn paths_read(built: &Built) -> Vec<PathBuf> {
    let project = &built.project;
    let named = project.config.theme.styles.iter().chain(&project.config.theme.scripts);
    let configurations = [CONFIG_FILE, "book.toml", "mkdocs.yml"].map(|name| project.root.join(name));
    let paths = built.read.iter().cloned().chain(named.map(|name| project.root.join(name)));
    paths.chain(configurations).chain(theme_and_history(project)).chain(built.missing.ends.iter().cloned()).collect()
}

/// The names of the texts that diagnostics point into.
fn pointed_into(report: &Report, texts: &Texts) -> BTreeSet<Arc<str>> {
    let places = report.iter().flat_map(|found| found.at.iter().chain(found.also.iter().map(|(place, _)| place)));
    places.map(|place| place.file.clone()).filter(|name| texts.contains_key(name)).collect()
}

/// Reads texts by name; `None` if one is gone.
fn read_texts(names: &BTreeSet<Arc<str>>, project: &Project) -> Option<Texts> {
    let read = |name: &Arc<str>| {
        let text = read_authored(&project.root.join(&**name), name, &mut Report::default()).ok()??;
        Some((name.clone(), text))
    };
    names.iter().map(read).collect()
}

/// The theme's folder with all in it, and the files in which git notes each commit: days of change depend on them.
fn theme_and_history(project: &Project) -> BTreeSet<PathBuf> {
    let config = &project.config;
    let theme = project.theme_dir();
    let files = read_theme(&project.root, &config.theme.dir, &config.source.follow, &mut Report::default());
    let files = files.unwrap_or_default();
    let inside = files.keys().flat_map(|path| theme.join(path).ancestors().map(Path::to_owned).collect::<Vec<_>>());
    // A repository may also be created, nearer to the book than the one that holds it now.
    let possible = project.root.ancestors().map(|folder| folder.join(".git/HEAD"));
    let history = commit_logs(&project.root).into_iter().chain(possible);
    inside.filter(|path| path.starts_with(&theme)).chain(history).chain([theme.clone()]).collect()
}

/// The digest of what was requested, and of the program that did it.
fn key(request: &Request) -> Digest {
    let settings: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with("MDBOOK_"))
        .collect();
    Digest::of(format!("{request:?} {:?} {settings:?}", program()).as_bytes())
}
