//! What chapbook promises, held against the library and the binary.
//!
//! One crate, so that it links once. It needs no network and no clock, and ends in seconds.

mod architecture;
mod book;
mod command;
mod diagnostics;
mod golden;
mod html;
mod laws;
