//! Creates new books, and configurations for existing books of mdBook.
//!
//! In: a folder, a kind and a language. Out: the files of a starter, written into that folder. The starters are plain files
//! in `src/new/starters`.

mod create;
mod from_mdbook;
mod starter;

pub use create::create;
pub use from_mdbook::from_mdbook;
pub use starter::Kind;
