//! A built site as a value, and what is done with it: publish it into a folder, pack it as a zip, compare two of them.
//!
//! In: files with their [`Role`]. Out: a [`Site`], a map from path to bytes; [`publish`] writes it to disk and reports
//! what it wrote. The preview server and live reload read the same value.

mod archive;
mod disk;
mod file_stat;
mod folder_state;
mod manifest;
mod model;
mod output_folder;
mod plan;
mod publish;
mod publish_file;
mod recovery;
mod spill_file;
mod stat_cache;
mod store;
#[cfg(test)]
mod test_publish;

pub use archive::zip;
pub use file_stat::Seen;
pub use model::{Changes, Role, Site, SiteFile};
pub use output_folder::{is_published, is_reserved};
pub use publish::{Published, publish, publish_after};
pub use publish_file::{publish_file, publish_folder};
pub use recovery::{Recovery, recover, recover_output};
pub use stat_cache::StatCache;
pub use store::Store;
