//! One chapter: Markdown in, a typed tree with diagnostics out. Knows nothing of other chapters.

mod admonish;
mod anchor;
mod attributes;
mod autolink;
mod bidi;
mod blank;
mod block;
mod code_block;
mod comment;
mod container;
mod dialect;
mod directive;
mod draft;
mod fence;
mod findings;
mod footnote;
mod front_matter;
mod han;
mod html;
mod inline;
mod math;
mod model;
mod parse;
mod passage;
mod prepare;
mod raw_html;
mod safe_list;
mod scout;
#[cfg(test)]
mod shown;
mod task_list;
mod tree;
mod variable;
mod wording;
mod words;

pub use directive::{DIRECTIVES, DirectiveInfo};
pub use model::*;
pub use parse::{ParseOptions, parse, parse_blocks};
pub use task_list::text_id;
pub use wording::{second_sentence, tenths};
