//! What a pass over a text has found.

use std::ops::Range;

use super::replace::Replacement;

/// What is to be changed in a text, and what is to be reported.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) replacements: Vec<Replacement>,
    pub(super) unknown: Vec<Unknown>,
}

/// Syntax that stays in the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unknown {
    /// Where it is.
    pub(super) range: Range<usize>,
    /// Its kind; one of each is reported in a chapter.
    pub(super) kind: String,
    /// What is wrong with it.
    pub(super) problem: Problem,
}

/// What is wrong with syntax that stays in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    /// It is a tag of another tool.
    Tag,
    /// It is a wiki link without a page.
    NoPage,
    /// It is a component of MDX.
    Component,
}

impl Changes {
    pub(super) fn replace(&mut self, range: Range<usize>, with: impl Into<String>) {
        self.replacements.push(Replacement { range, with: with.into() });
    }

    pub(super) fn unknown(&mut self, range: Range<usize>, kind: impl Into<String>, problem: Problem) {
        self.unknown.push(Unknown { range, kind: kind.into(), problem });
    }
}
