//! The author's preview: builds to memory, watches, rebuilds, reloads the pages that changed.

mod answer;
mod http;
mod rounds;
mod shown;
mod watch;

pub use rounds::{Event, Options, run};
