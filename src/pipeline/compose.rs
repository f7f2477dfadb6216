//! From a typeset book to the parts of what is built, nothing of it filled in yet.

use rayon::prelude::*;

use super::plan::Product;
use crate::output::{Artifact, Composition, OUTPUTS};

/// The parts of a site, `theme` among them, or those of one form of the book.
pub(super) fn compose<'a>(
    composition: &Composition<'a>,
    theme: Vec<Artifact<'a>>,
    product: Product,
) -> Vec<Artifact<'a>> {
    match product {
        Product::Export(form) => form.compose(composition),
        Product::Site => theme.into_iter().chain(outputs(composition)).collect(),
    }
}

/// What each output makes that the configuration wants.
fn outputs<'a>(composition: &Composition<'a>) -> Vec<Artifact<'a>> {
    let config = &composition.edition.project.config.output;
    let wanted: Vec<_> = OUTPUTS.iter().filter(|output| (output.wanted)(config)).collect();
    let parts: Vec<Vec<Artifact<'a>>> = wanted.par_iter().map(|output| (output.compose)(composition)).collect();
    parts.into_iter().flatten().collect()
}
