//! A site is a value: a map from path to bytes. Publishing, serving, live reload and tests are its readers.

mod disk;
mod folder;
mod manifest;
mod model;
mod plan;
mod publish;
mod vault;

pub use model::{Changes, Role, Site, SiteFile};
pub use publish::{Published, publish};
pub use vault::Store;
