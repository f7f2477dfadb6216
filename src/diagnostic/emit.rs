//! Findings as text: for people (excerpts with carets), one line each, JSON lines, GitHub annotations.

use super::report::{Place, Report, Texts};

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// With excerpts and carets.
    Human,
    /// `file:line:col: severity[code]: message`, one line each.
    Short,
    /// One JSON object on a line.
    Json,
    /// Workflow commands that GitHub shows beside the changed line.
    Github,
}

/// Whether messages are coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// With ANSI escapes.
    On,
    /// Plain.
    Off,
}

/// Writes all findings of a report. `prefix` stands before every file name ("" or "mybook/").
#[must_use]
pub fn emit(report: &Report, texts: &Texts, prefix: &str, format: Format, colour: Colour) -> String {
    let _ = (report, texts, prefix, format, colour);
    todo!()
}

/// Line and column of a place's first character: 1-based, column in characters.
#[must_use]
pub fn line_column(texts: &Texts, place: &Place) -> (usize, usize) {
    let _ = (texts, place);
    todo!()
}
