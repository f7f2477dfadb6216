//! Texts of other tools: what their authors' tools do to a text before they read its Markdown is done here, in folders
//! without a configuration. Template tags that name links, pictures and boxes become Markdown (Liquid of Jekyll, shortcodes of
//! Hugo, tags of `GitBook`), wiki links lead to their pages, marks for a table of contents are left out, since every page has
//! one. What is not understood stays in the text, and is reported once in a chapter.
//!
//! Code is not changed. The rewritten text has a new [`super::origin::Origin`], so that diagnostics name the author's lines.

mod argument;
mod block_tag;
mod changes;
mod component;
mod contents;
mod esm;
mod files;

mod inline_tag;
mod line;
mod prose;
mod replace;
mod rewrite;
mod tag;
mod wiki;

pub(super) use files::Files;
pub(super) use rewrite::{Folder, rewrite};
