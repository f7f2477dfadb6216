//! What chapbook promises, held against the library and the binary.
//!
//! One crate, so that it links once. It needs no network and no clock, and ends in seconds.

#![expect(clippy::unwrap_used, reason = "what a test cannot prepare fails it")]
#![expect(clippy::print_stdout, reason = "long runs say how long they were")]
#![expect(clippy::format_push_string, clippy::format_collect, reason = "the texts of tests are small")]

mod addresses;
mod architecture;
mod book;
mod command;
mod commonmark;
mod diagnostics;
mod export;
mod faults;
mod fuzz;
mod golden;
mod growth;
mod hostile;
mod hostile_git;
mod html;
mod laws;
mod licences;
mod mistakes;
mod outputs;
mod shapes;
mod symlinks;
mod tools;
mod words;
