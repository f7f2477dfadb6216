//! From chapters to book, in the order of the steps.

use std::sync::Arc;

use super::model::Book;
use crate::chapter::Chapter;
use crate::config::Project;
use crate::diagnostic::Report;
use crate::source::{Asset, SourceFile};

/// Puts the chapters of a project together. Cannot fail: what does not fit is a finding.
///
/// `chapters` are all Markdown files, sorted by path. With a `summary` it gives order and titles, and files it does not
/// list are left out; without one, folders, file names and weights do.
#[must_use]
pub fn assemble(
    project: &Project,
    chapters: Vec<Arc<Chapter>>,
    summary: Option<&SourceFile>,
    assets: Vec<Asset>,
    report: &mut Report,
) -> Book {
    let _ = (project, chapters, summary, assets, report);
    todo!()
}
