//! The road from project to site, and what is remembered on the way.

mod build;
mod cache;
mod carry;
mod ids;
mod typeset;

pub use build::{Built, Counts, Purpose, Request, build, open};
pub use cache::Cache;
pub use ids::{Stamped, StampedFile, Stamping, stamp};
