//! The door for books of mdBook, of its eras 0.4 and 0.5: `book.toml` in, the same project, sources and chapters out as
//! for a book of our own.
//!
//! What such a book needs of the other rooms it asks for by keys of the configuration, never by its name. Programs that
//! it names (preprocessors) are run here and nowhere else, and not at all with [`Plugins::none`].

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
