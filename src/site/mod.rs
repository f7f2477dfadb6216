//! A site is a value: a map from path to bytes. Publishing, serving, live reload and tests are its readers.

mod disk;
mod folder;
mod manifest;
mod model;
mod plan;
mod publish;
mod record;
mod vault;

pub use model::{Changes, Role, Site, SiteFile};
pub use publish::{Published, publish, publish_after};
pub use record::{Record, Seen};
pub use vault::Store;
