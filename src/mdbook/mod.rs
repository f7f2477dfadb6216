//! Books of mdBook 0.4 and 0.5: turns `book.toml` into a [`Project`](crate::config::Project) and prepares the chapters.
//!
//! Other modules do not know about mdBook: what such a book needs there is a key of the configuration. Preprocessors are
//! programs named in `book.toml`. Only this module runs them, and none with [`Plugins::none`].

mod chapters;
mod environment;
mod known;
mod model;
mod open;
mod plugins;
mod protocol;
mod run;
mod settings;
mod table;
mod toc;

pub use model::{MdBook, Plugins};
pub use open::open;
