//! The diagnostics of one chapter: takes ranges of the chapter's text, reports places in the author's files.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Place, Report, Span};
use crate::source::Origin;

/// Gathers diagnostics and knows where each range of text came from.
pub(super) struct Diagnostics<'a> {
    origin: &'a Origin,
    report: Report,
}

impl<'a> Diagnostics<'a> {
    /// No diagnostics yet.
    pub(super) fn new(origin: &'a Origin) -> Self {
        Self { origin, report: Report::default() }
    }

    /// Adds a diagnostic at a range of the chapter's text.
    pub(super) fn add(&mut self, range: Range<usize>, diagnostic: Diagnostic) {
        let place = self.place(range);
        self.report.add(diagnostic.at(place));
    }

    /// Where a range of the chapter's text stands in its file.
    pub(super) fn place(&self, range: Range<usize>) -> Place {
        self.origin.place(Span::from(range))
    }

    /// All diagnostics.
    pub(super) fn into_report(self) -> Report {
        self.report
    }
}
