//! What a site was made from, as the disk showed it: if all of it looks the same, the site is the same.
//!
//! What was found then is told again. A build that runs other programs is never passed over. Of an include that could not
//! be carried out the whole way is looked at again, as long as no link leads it elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::built::{Built, Counts};
use super::cache::Cache;
use super::request::Request;
use crate::config::Project;
use crate::diagnostic::{Code, Report, Texts, codes};
use crate::site::Seen;
use crate::source::{Digest, read_authored, read_theme, real_path};

/// What a site was made from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Inputs {
    /// The digest of what was asked for, and of the program that did it.
    asked: Digest,
    /// Every file and folder that was read, and those that were looked for in vain.
    files: Vec<(PathBuf, Option<Seen>)>,
    /// Every folder that a file was looked for in vain through.
    folders: Vec<(PathBuf, Option<Seen>)>,
    /// What the site holds.
    counts: Counts,
    /// What was found.
    report: Report,
    /// The names of the texts that findings point into; of an image, for instance, a message shows no lines.
    texts: BTreeSet<Arc<str>>,
}

/// A site that a build would make again as it is.
#[derive(Debug, Clone)]
pub struct Unchanged {
    /// What it holds.
    pub counts: Counts,
    /// How many files it has.
    pub files: usize,
    /// What was found when it was made.
    pub report: Report,
    /// The texts that findings point into.
    pub texts: Texts,
}

/// Findings that may come from what was not read: another file may lie behind a link of the disk tomorrow.
const OF_THE_DISK: [&Code; 2] = [&codes::THEME, &codes::UNUSUAL_FILE];

impl Inputs {
    /// What a build has read; `None` if something of it may have changed meanwhile, or is not known to the last file.
    #[must_use]
    pub fn of(request: &Request, built: &Built, cache: &Cache) -> Option<Self> {
        let of_the_disk = built.report.iter().any(|found| OF_THE_DISK.contains(&found.code));
        if !built.programs.is_empty() || of_the_disk || built.ways.strayed {
            return None;
        }
        let project = &built.project;
        let named = project.config.theme.styles.iter().chain(&project.config.theme.scripts);
        let beside = ["chapbook.toml", "book.toml", "mkdocs.yml"].map(|name| project.root.join(name));
        let paths = built.read.iter().cloned().chain(named.map(|name| project.root.join(name)));
        let paths = paths.chain(beside).chain(theme_and_history(project)).chain(built.ways.ends.iter().cloned());
        let paths: Vec<PathBuf> = paths.collect();
        let seen = |path: PathBuf| {
            let seen = Seen::of_anything(&path);
            (path, seen)
        };
        let files: Vec<(PathBuf, Option<Seen>)> = paths.into_par_iter().map(seen).collect();
        let folders: Vec<_> = built.ways.folders.iter().map(|path| (path.clone(), Seen::of_folder(path))).collect();
        if folders.iter().any(|(_, seen)| seen.is_none()) {
            return None;
        }
        let settled = |seen: &Option<Seen>| seen.is_none_or(|seen| seen.is_before(cache.opened()));
        let settled_all = files.iter().all(|(_, seen)| settled(seen));
        let report = built.report.clone();
        let texts = pointed_into(&report, &built.texts);
        let inputs = || Self { asked: asked(request), files, folders, counts: built.counts, report, texts };
        settled_all.then(inputs)
    }

    /// The site in the folder, if it is the one that a build of this project would make now.
    #[must_use]
    pub fn still_hold(request: &Request, project: &Project, out: &Path, cache: &mut Cache) -> Option<Unchanged> {
        let inputs = cache.inputs().filter(|inputs| inputs.asked == asked(request))?;
        let record = cache.record();
        let same = || {
            inputs.files.par_iter().all(|(path, seen)| Seen::of_anything(path) == *seen)
                && inputs.folders.iter().all(|(path, seen)| Seen::of_folder(path) == *seen)
        };
        if real_path(out).ok()? != record.root() || !same() || !record.is_whole() {
            return None;
        }
        let texts = texts(&inputs.texts, project)?;
        Some(Unchanged { counts: inputs.counts, files: record.len(), report: inputs.report, texts })
    }
}

fn pointed_into(report: &Report, texts: &Texts) -> BTreeSet<Arc<str>> {
    let places = report.iter().flat_map(|found| found.at.iter().chain(found.also.iter().map(|(place, _)| place)));
    places.map(|place| place.file.clone()).filter(|name| texts.contains_key(name)).collect()
}

/// Texts, read again.
fn texts(names: &BTreeSet<Arc<str>>, project: &Project) -> Option<Texts> {
    let read = |name: &Arc<str>| {
        let text = read_authored(&project.root.join(&**name), name, &mut Report::default()).ok()??;
        Some((name.clone(), text))
    };
    names.iter().map(read).collect()
}

/// A theme's folder and all in it, and where git writes down each commit: days of change come from there.
fn theme_and_history(project: &Project) -> BTreeSet<PathBuf> {
    let config = &project.config;
    let theme = project.theme_dir();
    let files = read_theme(&project.root, &config.theme.dir, &config.source.follow, &mut Report::default());
    let files = files.unwrap_or_default();
    let inside = files.keys().flat_map(|path| theme.join(path).ancestors().map(Path::to_owned).collect::<Vec<_>>());
    let history =
        project.root.ancestors().flat_map(|folder| [".git/HEAD", ".git/logs/HEAD"].map(|name| folder.join(name)));
    inside.filter(|path| path.starts_with(&theme)).chain(history).chain([theme.clone()]).collect()
}

/// How the disk shows the program itself; another one, or the same one built anew, may make other files.
pub(super) fn program() -> Option<Seen> {
    std::env::current_exe().ok().and_then(|path| Seen::at(&path))
}

/// What was asked for, by whom: another program, or the same one built anew, may make another site.
fn asked(request: &Request) -> Digest {
    let settings: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with("MDBOOK_"))
        .collect();
    Digest::of(format!("{request:?} {:?} {settings:?}", program()).as_bytes())
}
