//! A first book: small, good, and ready to build.
//!
//! In: a folder, a kind and a language. Out: the files of a starter, written there. The starters are plain files beside
//! this one.

mod adopt;
mod make;
mod starter;

pub use adopt::adopt;
pub use make::make;
pub use starter::Kind;
