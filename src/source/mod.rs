//! The one place where a book is read from disk: walks the content, decodes text, puts includes in; and puts ids back.
//!
//! In: folders. Out: [`Sources`], with everything the later steps need; nothing below this room touches the disk.

mod active_content;
mod admonition;
mod allowed_roots;
mod decode;
mod directive;
mod edit;
mod history;
mod include;
mod include_budget;
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
mod walk;

pub use edit::{Insertion, insert};
pub use history::{Days, History};
pub use list::{Listing, list, real_path};
pub use load::load;
pub use missing_paths::MissingPaths;
pub use model::{Asset, Habits, IncludeRules, Manner, Request, SourceFile, Sources};
pub use nav::mkdocs_value;
pub use origin::{Origin, Piece};
pub use read::{read_authored, read_inside, read_text, read_theme};
pub use walk::SITE_MANIFEST;
