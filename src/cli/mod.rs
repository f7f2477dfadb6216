//! The command line: its arguments, the commands, and what they print. No other module prints.

mod arguments;
mod console;
mod export;
mod run;

pub use run::run;
