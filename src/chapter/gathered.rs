//! What is gathered while the tree is built, and used once the whole chapter is known.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::comment::ChecklistComment;
use super::model::{Heading, Link};
use super::nodes::Block;
use crate::diagnostic::Span;
use crate::path::Anchor;

/// What is gathered while the tree is built.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// All headings, their anchors not yet unique.
    pub(super) headings: Vec<Heading>,
    /// The id written for each heading, and where.
    pub(super) heading_ids: Vec<Option<Written<Anchor>>>,
    /// All links.
    pub(super) links: Vec<Link>,
    /// All variables with their values.
    pub(super) variables: Vec<(Span, String)>,
    /// The ids written for boxes and raw HTML.
    pub(super) ids: Vec<Written<Anchor>>,
    /// The ids of terms.
    pub(super) terms: BTreeSet<Anchor>,
    /// The ids written for checklists, logs and forms.
    pub(super) list_ids: Vec<Written<String>>,
    /// The ids written for items, by where the item begins.
    pub(super) item_ids: BTreeMap<usize, Written<String>>,
    /// For each task item, whether the author ticked it; [`ListItem::task`] points here until checklists are gathered.
    pub(super) tasks: Vec<bool>,
    /// What comments say of lists, by where the list begins.
    pub(super) checklists: BTreeMap<usize, ChecklistComment>,
    /// Code that holds characters which turn its order.
    pub(super) code_with_bidi_controls: Vec<Range<usize>>,
    /// The labels that references use; [`Inline::FootnoteRef`] points here until footnotes are numbered.
    pub(super) labels: Vec<String>,
    /// The footnotes, by their label in lower case.
    pub(super) footnotes: BTreeMap<String, FootnoteText>,
}

/// Something with the place it is written at.
#[derive(Debug, Clone)]
pub(super) struct Written<T> {
    /// What is written.
    pub(super) what: T,
    /// Where.
    pub(super) range: Range<usize>,
}

/// A footnote as defined.
#[derive(Debug)]
pub(super) struct FootnoteText {
    /// Its label as written.
    pub(super) label: String,
    /// Its text.
    pub(super) blocks: Vec<Block>,
    /// Where it stands.
    pub(super) range: Range<usize>,
}
