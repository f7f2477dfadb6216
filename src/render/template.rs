//! The only room that speaks to minijinja.

use serde::Serialize;

use crate::error::Error;
use crate::theme::{Strings, Theme};

/// The theme's templates, compiled once and filled from many threads.
#[derive(Debug)]
pub struct Templates {}

impl Templates {
    /// Compiles all templates of a theme; the interface's strings are seen by each as `t`.
    ///
    /// # Errors
    /// [`Error::Template`] naming template and line, if one cannot be compiled.
    pub fn new(theme: &Theme, strings: &Strings) -> Result<Self, Error> {
        let _ = (theme, strings);
        todo!()
    }

    /// Fills one template ("page.html", "directives/note.html"); the fields of `view` are its variables.
    ///
    /// # Errors
    /// [`Error::Template`] naming template and line, if it uses an undefined name or does not end in time.
    pub fn fill(&self, template: &str, view: &impl Serialize) -> Result<String, Error> {
        let _ = (template, view);
        todo!()
    }
}
