//! What a build returns.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::Project;
use crate::diagnostic::{Report, Texts};
use crate::output::Typeset;
use crate::render::Edition;
use crate::site::{Seen, Site};
use crate::source::MissingPaths;

/// The result of a build.
#[derive(Debug)]
pub struct Built {
    /// The book's folder and configuration.
    pub project: Project,
    /// The book's short name.
    pub id: String,
    /// The site. It must not be published if the report holds errors.
    pub site: Site,
    /// The diagnostics: severities applied, sorted by place.
    pub report: Report,
    /// The texts that diagnostics point into, by file name.
    pub texts: Texts,
    /// Files and folders to watch.
    pub read: Vec<PathBuf>,
    /// The paths of includes that failed.
    pub missing: MissingPaths,
    /// Command lines of the book's programs that were run.
    pub programs: Vec<String>,
    /// What the site holds, for the last line that is printed.
    pub counts: Counts,
    /// How long each step took, in order.
    pub times: Vec<(&'static str, Duration)>,
    /// What it was made from.
    pub rest: Rest,
}

/// What a build has made on the way and no longer needs. Of a large book it takes a while to drop: a program that ends leaves
/// that to the system.
#[derive(Debug, Default)]
pub struct Rest(#[expect(dead_code, reason = "it is only dropped")] pub(super) Option<Box<MadeFrom>>);

/// What the pages of a build are made from.
#[derive(Debug)]
pub(super) struct MadeFrom {
    pub(super) edition: Edition,
    #[expect(dead_code, reason = "it is only dropped")]
    pub(super) typeset: Typeset,
    /// The state of each chapter's file on disk, if a preview needs it.
    pub(super) chapter_files: Vec<Option<Seen>>,
}

/// What a site holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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
