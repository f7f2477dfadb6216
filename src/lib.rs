//! chapbook turns Markdown chapters into a static site that people search, carry offline and print.
//!
//! Sources become chapters, chapters become a book, the book becomes pages, pages become a [`site::Site`]: a map from
//! path to bytes. [`pipeline::build`] is that road; `ARCHITECTURE.md` draws the house.

pub mod book;
pub mod chapter;
pub mod child;
pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod digest;
pub mod error;
pub mod escape;
pub mod formula;
pub mod mdbook;
pub mod memo;
pub mod new;
pub mod output;
pub mod path;
pub mod pipeline;
pub mod render;
pub mod search;
pub mod serve;
pub mod site;
pub mod source;
pub mod theme;
