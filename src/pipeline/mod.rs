//! The road from project to site, step by step, and what is remembered on the way.

use std::path::PathBuf;
use std::time::Duration;

use crate::config::Project;
use crate::diagnostic::{Report, Texts};
use crate::error::Error;
use crate::site::Site;

/// What is remembered between builds.
#[derive(Debug, Default)]
pub struct Cache {}

/// For whom a site is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// For readers: assets bear their digest in their names.
    Publish,
    /// For the author's preview: names stay, so that a changed style sheet can be swapped in place.
    Preview,
}

/// One build, whole.
#[derive(Debug)]
pub struct Built {
    /// The site; empty of meaning if the report holds errors.
    pub site: Site,
    /// What was found.
    pub report: Report,
    /// The texts that findings point into.
    pub texts: Texts,
    /// Files and folders to watch.
    pub read: Vec<PathBuf>,
    /// What there is, for the closing line.
    pub counts: Counts,
    /// How long each step took, in order.
    pub times: Vec<(&'static str, Duration)>,
}

/// What a site holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Chapters.
    pub pages: usize,
    /// Sections that search can find.
    pub sections: usize,
    /// Checklists.
    pub checklists: usize,
    /// Words: Latin words and single Han, kana and Hangul characters.
    pub words: u64,
    /// Bytes of all files.
    pub bytes: u64,
}

/// Builds a project's site in memory.
///
/// # Errors
/// If the disk or the theme fails; the author's mistakes are in [`Built::report`].
pub fn build(project: &Project, purpose: Purpose, cache: &mut Cache) -> Result<Built, Error> {
    let _ = (project, purpose, cache);
    todo!()
}
