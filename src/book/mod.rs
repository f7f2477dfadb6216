//! The chapters put together: order, numbers, links, checklists, redirects.

mod assemble;
mod checklist;
mod entry;
mod layout;
mod link;
mod lint;
mod listing;
mod meta;
mod model;
mod name;
mod named;
mod number;
mod order;
mod paths;
mod places;
mod redirect;
mod suggest;
mod summary;
#[cfg(test)]
mod testing;

pub use assemble::assemble;
pub use model::*;
pub use name::fold;
pub use summary::{Item, Listed, Summary, read_summary};
