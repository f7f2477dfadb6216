//! Builds a book: from a request, phase by phase, to a site.
//!
//! [`open`] reads the configuration and makes the plan; `load` reads the disk, `parse` makes trees, `link` a book, `typeset`
//! HTML, `compose` the parts of the site, `site` its files, `pack` what is made of the whole. [`build`] calls them in turn.

mod build;
mod built;
mod cache;
mod compose;
mod dates;
mod fill;
mod fingerprint;
mod index;
mod link;
mod load;
mod opened;
mod pack;
mod parse;
mod parse_cache;
mod path_collisions;
mod plan;
mod preview;
mod progress;
mod request;
mod site;
mod site_budget;
mod stamp_ids;
mod typeset;

pub use build::{build, build_opened};
pub use built::{Built, Counts, Rest};
pub use cache::Cache;
pub use fingerprint::{Unchanged, store_published, unchanged_site};
pub use opened::{Opened, open};
pub use preview::Preview;
pub use request::{Dating, Purpose, Request};
pub use stamp_ids::{Stamped, StampedFile, Stamping, stamp};
