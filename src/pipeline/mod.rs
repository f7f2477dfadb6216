//! The road from project to site, and what is remembered on the way.

mod build;
mod cache;
mod carry;
mod dates;
mod ids;
mod typeset;

pub use build::{Built, Counts, Dating, Purpose, Request, build, open};
pub use cache::Cache;
pub use ids::{Stamped, StampedFile, Stamping, stamp};
