//! `chapbook.toml`, typed, and the book it belongs to.
//!
//! In: a path. Out: a [`Project`] with its [`Config`], and findings with spans; unknown keys name the nearest known one.

mod check;
mod file;
mod model;
mod project;
mod read;
mod schema;

pub use check::is_date;
pub use file::ConfigFile;
pub use model::{
    BannerConfig, BookConfig, BrokenLinks, Config, Dialect, Download, MarkdownConfig, NumbersConfig, OutputConfig,
    Paper, RawHtml, SourceConfig, ThemeConfig,
};
pub use project::Project;
pub use schema::schema;
