//! The preview server behind `chapbook serve`: builds in memory, watches the book's files, rebuilds, and reloads changed
//! pages in the browser.

mod allowed_hosts;
mod answer;
mod debounce;
mod event_stream;
mod http;
mod media_type;
mod preview_view;
#[cfg(test)]
mod test_answer;
mod watch;
mod watch_loop;

pub use watch_loop::{Event, Options, run};
