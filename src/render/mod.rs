//! From tree to HTML: the writer of bodies, the templates, and what templates may see.

mod blank;
mod body;
mod code;
mod edition;
mod escape;
mod highlight;
mod highlights;
mod image;
mod inline;
mod links;
mod list;
mod math;
mod qr;
mod sidebar;
mod table;
mod table_sheet;
mod targets;
mod template;
#[cfg(test)]
mod test_views;
mod view;

pub use crate::book::SHEETS;
pub use body::{ChecklistContext, LinkContext, RenderContext, typeset, typeset_checklist};
pub use edition::{
    APPLE_ICON, BOOK, CHECKLISTS, EPUB, Edition, FEED, InlineFiles, Keeps, MANIFEST, OFFLINE_LIST, OPENSEARCH, PRINT,
    SEARCH_FOLDER, SEARCH_INDEX, SEARCH_PAGE, Sheet, SheetKind, ThemeFiles, WORKER, dotted, has_feed,
};
pub use highlights::Highlights;
pub use image::sizes;
pub use links::{INLINE, LinkStyle, epub_path, file_place, file_prefix, print_prefix};
pub(crate) use list::kind_name;
pub use qr::qr_code;
pub use sidebar::{OUTLINE, SidebarPage, Sidebars};
pub use table_sheet::{TableKind, TableSheet, typeset_tables};
pub use template::Templates;
pub use view::*;
