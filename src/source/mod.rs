//! Reads a book from disk: [`load`] walks the content folder, decodes texts and expands includes. [`insert`] writes ids back
//! into source files.
//!
//! The result, [`Sources`], contains everything that later phases need: they read no files of the content.

mod active_content;
mod admonition;
mod allowed_roots;
mod chapters;
mod decode;
mod directive;
mod edit;
mod folder_label;
mod foreign;
mod git;
mod held_back;
mod history;
mod include;
mod include_bounds;
mod include_budget;
mod line_marks;
mod link;
mod list;
mod load;
mod missing_paths;
mod model;
mod nav;
mod origin;
mod pattern;
mod private;
mod read;
mod selection;
#[cfg(test)]
mod test_include;
mod text_parts;
mod tool;
mod tool_files;
mod walk;
mod write_path;

pub use chapters::docsify_homepage;
pub use edit::{Insertion, insert};
pub use folder_label::{FolderLabel, folder_labels, is_folder_label};
pub use git::{commit_logs, repository_of};
pub use history::{Days, History};
pub use list::{Listing, list, real_path};
pub use load::load;
pub use missing_paths::MissingPaths;
pub use model::{Asset, FolderKind, IncludeRules, IncludeSyntax, Request, SourceFile, Sources};
pub use nav::mkdocs_value;
pub use origin::{Origin, Piece, PieceKind};
pub use private::shown_path;
pub use read::{read_authored, read_inside, read_text, read_theme};
pub use tool::Tool;
pub use write_path::link_on_path;
