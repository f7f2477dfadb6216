//! The parts of a site, as a table of plain functions from book to artifacts.

mod artifact;
mod checklists;
mod feeds;
mod files;
mod host;
mod markdown;
mod not_found;
mod own_files;
mod pages;
mod print;
mod redirects;
mod search;
mod theme_files;

pub use artifact::{Artifact, Composition, OUTPUTS, Output};
pub use own_files::{OwnFile, OwnKind, own_files};
pub use search::sections;
pub use theme_files::{Naming, theme_files};
