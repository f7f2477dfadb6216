//! The days on which chapters last changed. They are read from git while the chapters are parsed.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::cache::Cache;
use super::request::{Dating, Request};
use crate::config::Project;
use crate::digest::Digest;
use crate::path::ContentPath;
use crate::source::{Days, History, Sources};

/// The days of some chapters: those that an earlier build has read, or where to read them.
pub(super) struct Dates {
    files: BTreeMap<ContentPath, PathBuf>,
    history: Option<History>,
    key: Option<Digest>,
    known: Option<Arc<Days>>,
}

/// The history of a book's content, if its days are wanted; nothing of it is read yet.
pub(super) fn history(project: &Project, request: &Request) -> Option<History> {
    let wanted = request.dating == Dating::Commits && project.config.output.git_dates;
    wanted.then(|| History::of(&project.root)).flatten()
}

impl Dates {
    /// Prepares to read the days of some chapters.
    pub(super) fn of(history: Option<History>, sources: &Sources, cache: &Cache) -> Self {
        let files = sources.disks();
        let key = history.as_ref().map(|history| history.digest(&files));
        let known = cache.days.as_ref().filter(|(known, _)| Some(*known) == key).map(|(_, days)| days.clone());
        Self { files, history, key, known }
    }

    /// The days: from the cache if nothing was committed since, else read from git.
    pub(super) fn read(&self) -> Arc<Days> {
        let read = || self.history.as_ref().map(|history| Arc::new(history.days(&self.files)));
        self.known.clone().or_else(read).unwrap_or_default()
    }

    /// Keeps the days for the next build.
    pub(super) fn keep(&self, days: &Arc<Days>, cache: &mut Cache) {
        if let Some(key) = self.key {
            cache.days = Some((key, days.clone()));
        }
    }
}
