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
mod fence;
mod findings;
mod footnote;
mod front_matter;
mod han;
mod html;
mod inline;
mod masked_text;
mod math;
mod model;
mod parse;
mod prepare;
mod prescan;
mod raw_html;
mod readability;
mod safe_list;
mod section;
mod serialize;
mod task_list;
#[cfg(test)]
mod test_dump;
mod tree;
mod variable;
mod words;

pub use model::*;
pub use parse::{ParseOptions, parse, parse_blocks};
pub use readability::{second_sentence, tenths};
pub use task_list::text_id;
