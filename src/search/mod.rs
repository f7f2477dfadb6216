//! The search index: sections of text in, JSON for other tools and classic scripts for the page out.
//!
//! This module knows nothing of books. `theme/search/` contains the engine that reads the scripts; the page *Search index* of
//! the manual documents the JSON.
//!
//! - [`Section`], [`Index`]: the content and its JSON.
//! - `token`, `fold`, `terms`: how text is normalized and split into terms. The engine does the same with queries.
//! - `ranking`: the weight of a term in a section (BM25F) and the other constants of the order of results.
//! - `shard`: posting lists, in files of which a query loads a few; `codec`: their number format.
//! - `script`, `part`: the scripts; a small index is one script, a large one is split into shards.
//! - `index_snapshot`, `patch`: what is stored of a sharded index, and how the next build updates its files.
//! - `tables`, `pinyin`: simplified characters and pinyin, so that Chinese is found as it is typed.

mod address;
mod codec;
mod fold;
mod index;
mod index_snapshot;
mod part;
mod patch;
mod pinyin;
mod ranking;
mod script;
mod section;
mod shard;
mod tables;
mod terms;
mod token;

pub use address::Address;
pub use index::{Index, VERSION};
pub use index_snapshot::{IndexSnapshot, PreviousIndex};
pub use script::Script;
pub use section::Section;
