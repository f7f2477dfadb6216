//! From tree to HTML: the writer of bodies, the templates, and what templates may see.

#[cfg(test)]
mod sample;
mod template;
mod view;

pub use template::Templates;
pub use view::*;
