//! The command line: one table of commands, and the only room that prints.

mod arguments;
mod console;
mod export;
mod run;

pub use run::run;
