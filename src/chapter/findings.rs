//! The findings of one chapter: takes stretches of the chapter's text, reports places in the author's files.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Place, Report, Span};
use crate::source::Origin;

/// Gathers findings and knows where each stretch of text came from.
pub(super) struct Findings<'a> {
    origin: &'a Origin,
    report: Report,
}

impl<'a> Findings<'a> {
    /// No findings yet.
    pub(super) fn new(origin: &'a Origin) -> Self {
        Self { origin, report: Report::default() }
    }

    /// Adds a finding at a stretch of the chapter's text.
    pub(super) fn add(&mut self, range: Range<usize>, diagnostic: Diagnostic) {
        let place = self.place(range);
        self.report.add(diagnostic.at(place));
    }

    /// Where a stretch of the chapter's text stands in its file.
    pub(super) fn place(&self, range: Range<usize>) -> Place {
        self.origin.place(Span::from(range))
    }

    /// All findings.
    pub(super) fn into_report(self) -> Report {
        self.report
    }
}
