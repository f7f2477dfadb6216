//! The configuration of a book, `chapbook.toml`, and the [`Project`] that it belongs to.
//!
//! In: the path of a book. Out: a [`Project`] with its typed [`Config`], and diagnostics with their places in the file.

mod check;
mod file;
mod language_tag;
mod model;
mod project;
mod read;
mod schema;

pub use check::{is_date, site_url};
pub use file::{CONFIG_FILE, ConfigFile};
pub use language_tag::is_same_language;
pub use model::{
    BannerConfig, BookConfig, BrokenLinks, Config, Dialect, Download, MarkdownConfig, NumbersConfig, OutputConfig,
    Paper, RawHtml, SourceConfig, ThemeConfig,
};
pub use project::Project;
pub use schema::schema;
