//! The road from project to site, and what is remembered on the way.

mod build;
mod cache;
mod carry;
mod clash;
mod dates;
mod desk;
mod fill;
mod ids;
mod index;
mod inputs;
mod parsed;
mod seal;
mod shelf;
mod typeset;

pub use build::{Built, Counts, Dating, Purpose, Request, Rest, build, open};
pub use cache::Cache;
pub use desk::early_page;
pub use ids::{Stamped, StampedFile, Stamping, stamp};
pub use inputs::{Inputs, Unchanged};
