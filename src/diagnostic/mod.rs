//! What is wrong with a book, as values: many at once, each with a code, a place and a remedy.
//!
//! In: findings of any room. Out: a [`Report`] that the command line shows and that decides whether a site is published.

mod code;
mod emit;
mod excerpt;
mod explain;
mod human;
mod locate;
mod nearest;
mod report;
mod typed;

pub use code::{CODES, Code, Severities, Severity, codes};
pub use emit::{Format, emit};
pub use explain::explain;
pub use human::Colour;
pub use locate::line_column;
pub use nearest::nearest;
pub use report::{Diagnostic, Place, Report, Span, Texts};
pub use typed::typed;
