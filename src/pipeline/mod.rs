//! The road from project to site, and what is remembered on the way.

mod build;
mod cache;
mod dates;
mod fill;
mod index;
mod inputs;
mod package;
mod parsed;
mod path_collisions;
mod preview_state;
mod seal;
mod shelf;
mod stamp_ids;
mod typeset;

pub use build::{Built, Counts, Dating, Purpose, Request, Rest, build, open};
pub use cache::Cache;
pub use inputs::{Inputs, Unchanged};
pub use preview_state::early_page;
pub use stamp_ids::{Stamped, StampedFile, Stamping, stamp};
