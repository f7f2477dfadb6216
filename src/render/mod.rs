//! From tree to HTML: the writer of bodies, the templates, and what templates may see.

mod blank;
mod body;
mod code;
mod edition;
mod facts;
mod highlight;
mod highlights;
mod image;
mod inline;
mod links;
mod list;
mod math;
mod outline;
mod page_context;
mod qr;
mod sheet;
mod sidebar;
mod sidebars;
mod site_view;
mod table;
mod table_sheet;
mod targets;
mod template;
#[cfg(test)]
mod test_views;
mod theme_files;
mod trees;
mod view;

pub use body::{ChecklistContext, LinkContext, RenderContext, typeset, typeset_checklist};
pub use edition::Edition;
pub use facts::Facts;
pub use highlights::{HIGHLIGHT, Highlights};
pub use links::{INLINE, LinkStyle, file_place, file_prefix, print_prefix};
pub(crate) use list::kind_name;
pub use page_context::dotted;
pub use qr::qr_code;
pub use sheet::{Sheet, SheetKind};
pub use sidebar::SidebarPage;
pub use sidebars::Sidebars;
pub use site_view::Keeps;
pub use table_sheet::{TableKind, TableSheet, typeset_tables};
pub use template::Templates;
pub use theme_files::{InlineFiles, ThemeFiles};
pub use trees::Trees;
pub use view::*;
