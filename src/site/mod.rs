//! A site is a value: a map from path to bytes. Publishing, serving, live reload and tests are its readers.

mod archive;
mod disk;
mod folder;
mod manifest;
mod model;
mod plan;
mod publish;
mod single;
mod spill_file;
mod stat_cache;

pub use archive::zip;
pub use folder::is_reserved;
pub use model::{Changes, Role, Site, SiteFile};
pub use publish::{Published, publish, publish_after};
pub use single::publish_file;
pub use spill_file::Store;
pub use stat_cache::{Seen, StatCache};
