//! A site is a value: a map from path to bytes. Publishing, serving, live reload and tests are its readers.

mod archive;
mod disk;
mod folder;
mod manifest;
mod model;
mod plan;
mod publish;
mod single;

pub use archive::zip;
pub use model::{Changes, Role, Site, SiteFile};
pub use publish::{Published, publish};
pub use single::publish_file;
