//! From tree to HTML: the writer of bodies, the templates, and what templates may see.

mod template;
mod view;

pub use template::Templates;
pub use view::*;
