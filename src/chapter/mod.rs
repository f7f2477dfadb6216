//! One chapter: Markdown in, a typed tree with diagnostics out. Knows nothing of other chapters.

mod directive;
mod model;
mod parse;

pub use directive::{DIRECTIVES, DirectiveInfo};
pub use model::*;
pub use parse::{ParseOptions, parse};
