//! Parsing of one chapter. In: the text of a Markdown file with its includes inserted, and [`ParseOptions`]. Out: a
//! [`Chapter`] (a typed tree with lists of its headings, links, checklists and terms) and its diagnostics.
//!
//! A chapter depends on nothing but its text and the options, so chapters are parsed in parallel and cached one by one.
//! Links are not resolved here: `book` does that, since it knows the other chapters.

mod admonish;
mod admonish_fence;
mod alert;
mod anchor;
mod apply_attributes;
mod attribute_list;
mod attributes;
mod autolink;
mod bidi;
mod blank;
mod block;
mod box_fence;
mod code_block;
mod colon;
mod comment;
mod comment_name;
mod container;
mod content_facts;
mod diagnostics;
mod dialect;
mod drawing;
mod emoji;
mod fence;
mod footnote;
mod foreign_front_matter;
mod frame;
mod front_matter;
mod gathered;
mod han;
mod html;
mod html_heading;
mod image_attributes;
mod inline;
mod language;
mod masked_text;
mod math;
mod metadata;
mod model;
mod near_miss;
mod nodes;
mod open_elements;
mod options;
mod parse;
mod plain_text;
mod prepare;
mod prescan;
mod raw_html;
mod readability;
mod ruby;
mod safe_list;
mod section;
mod svg;
mod task_list;
#[cfg(test)]
mod test_dump;
#[cfg(test)]
mod test_serialize;
mod title;
mod tree;
mod variable;
mod words;

pub use han::joins_words;
pub use html::markup_tokens;
pub use image_attributes::{ImageAlign, ImageLength};
pub use metadata::FrontMatter;
pub use model::*;
pub use near_miss::spaced_address;
pub use nodes::*;
pub use options::ParseOptions;
pub use parse::{parse, parse_blocks};
pub use plain_text::plain_text;
pub use readability::{second_sentence, tenths};
pub use safe_list::SafeName;
pub use task_list::text_id;
