//! Formulas: LaTeX as `MathML` for pages, and as plain text for titles, ids and search.
//!
//! In: the LaTeX of one formula, without dollar signs. Out: markup that is safe in HTML and well-formed in XML. A formula
//! is read in three steps: `rewrite` replaces commands that `pulldown-latex` does not know by those that it knows,
//! `mathml` reads the result, and `markup` checks the markup and adds what has no command there (boxes, phantoms).

mod chemistry;
mod commands;
mod macros;
mod markup;
mod mathml;
mod plain;
mod rewrite;
mod rows;
mod scan;
mod words;

pub use mathml::{Display, Drawn, draw};
pub use plain::plain;
