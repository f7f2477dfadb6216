//! The chapters put together: order, numbers, links, checklists, redirects.

mod aside;
mod assemble;
mod checklist;
mod diagrams;
mod elsewhere;
mod entry;
mod glossary;
mod layout;
mod link;
mod lint;
mod listing;
mod meta;
mod model;
mod name;
mod named;
mod number;
mod numeral;
mod order;
mod paths;
mod places;
mod redirect;
mod short_title;
mod suggest;
mod summary;
mod terms;
#[cfg(test)]
mod testing;
mod titles;

pub use assemble::assemble;
pub use glossary::find_terms_again;
pub use model::*;
pub use name::fold;
pub use short_title::short_title;
pub use summary::{Grammar, Item, Listed, Summary, read_summary};
pub use terms::{Term, Terms};
