//! From tree to HTML: the writer of bodies, the templates, and what templates may see.

mod body;
mod code;
mod edition;
mod escape;
mod highlight;
mod image;
mod inline;
mod list;
mod math;
#[cfg(test)]
mod sample;
mod template;
mod view;

pub use body::{ChecklistSetting, LinkSetting, Setting, typeset, typeset_checklist};
pub use code::CodeBlocks;
pub use edition::{CHECKLISTS, Edition, FEED, LinkStyle, PRINT, SEARCH_INDEX, ThemeFiles, print_prefix};
pub use image::sizes;
pub(crate) use list::kind_name;
pub use template::Templates;
pub use view::*;
