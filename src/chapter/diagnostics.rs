//! Collects the diagnostics of one chapter. In: ranges of the chapter's text. Out: a [`Report`] with places in the files
//! that authors edit, since text can come from included files.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Place, Report, Span};
use crate::source::Origin;

/// Collects diagnostics and maps their ranges to places in files.
pub(super) struct Diagnostics<'a> {
    origin: &'a Origin,
    report: Report,
}

impl<'a> Diagnostics<'a> {
    /// An empty collection for a text of this origin.
    pub(super) fn new(origin: &'a Origin) -> Self {
        Self { origin, report: Report::default() }
    }

    /// Adds a diagnostic at a range of the chapter's text.
    pub(super) fn add(&mut self, range: Range<usize>, diagnostic: Diagnostic) {
        let place = self.place(range);
        self.report.add(diagnostic.at(place));
    }

    /// The place in a file that a range of the chapter's text came from.
    pub(super) fn place(&self, range: Range<usize>) -> Place {
        self.origin.place(Span::from(range))
    }

    /// The diagnostics in the order in which they were added.
    pub(super) fn into_report(self) -> Report {
        self.report
    }
}
