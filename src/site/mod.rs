//! A site is a value: a map from path to bytes. Publishing, serving, live reload and tests are its readers.

mod archive;
mod disk;
mod folder;
mod manifest;
mod model;
mod plan;
mod publish;
mod record;
mod single;
mod vault;

pub use archive::zip;
pub use folder::is_reserved;
pub use model::{Changes, Role, Site, SiteFile};
pub use publish::{Published, publish, publish_after};
pub use record::{Record, Seen};
pub use single::publish_file;
pub use vault::Store;
