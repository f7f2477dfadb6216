//! The command line: its arguments, the commands, and what they print. No other module prints.

mod arguments;
mod commands;
mod console;
mod dispatch;
mod export;

pub use dispatch::run;
