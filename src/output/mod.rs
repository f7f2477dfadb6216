//! The parts of a site, as a table of plain functions from book to artifacts.

mod artifact;
mod checklists;
mod feeds;
mod files;
mod glossary;
mod host;
mod inline;
mod markdown;
mod not_found;
mod opensearch;
mod own_files;
mod pages;
mod print;
mod redirects;
mod search;
mod search_page;
mod sections;
mod sheets;
mod terms;
mod theme_files;

pub use artifact::{Artifact, Composition, OUTPUTS, Output};
pub use own_files::{OwnFile, OwnKind, own_files};
pub use search::index;
pub use theme_files::{Known, Naming, theme_files};
