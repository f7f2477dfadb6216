//! The chapters put together: order, numbers, links, checklists, redirects.

mod assemble;
mod model;

pub use assemble::assemble;
pub use model::*;
