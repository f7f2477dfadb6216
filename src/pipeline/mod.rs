//! The road from project to site, and what is remembered on the way.

mod build;
mod built;
mod cache;
mod dates;
mod fill;
mod index;
mod inputs;
mod opened;
mod package;
mod parsed;
mod path_collisions;
mod plan;
mod preview_state;
mod request;
mod seal;
mod shelf;
mod stamp_ids;
mod typeset;

pub use build::{build, build_opened};
pub use built::{Built, Counts, Rest};
pub use cache::Cache;
pub use inputs::{Inputs, Unchanged};
pub use opened::{Opened, open};
pub use preview_state::early_page;
pub use request::{Dating, Purpose, Request};
pub use stamp_ids::{Stamped, StampedFile, Stamping, stamp};
