//! The author's preview: builds to memory, watches, rebuilds, reloads the pages that changed.

mod answer;
mod http;
mod state;
mod watch;
mod watch_loop;

pub use watch_loop::{Event, Options, run};
