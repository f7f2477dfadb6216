//! Diagnostics: what is wrong with a book, as values with a code, a severity, a place and a help text.
//!
//! All modules that read the book add a [`Diagnostic`] to a [`Report`] and go on. The command line formats the report with
//! [`emit`]; a report with errors prevents publishing.

mod code;
mod emit;
mod excerpt;
mod explain;
mod human;
mod kinds;
mod locate;
mod nearest;
mod report;
mod typed;

pub use code::{CODES, Code, Severities, Severity, codes};
pub use emit::{Format, emit};
pub use explain::explain;
pub use human::Colour;
pub use locate::line_column;
pub use nearest::{SearchBudget, distance_within, nearest, nearest_within};
pub use report::{Diagnostic, Place, Report, Span, Texts};
pub use typed::typed;
