//! Lists that the tree builder fills and that are evaluated once the whole chapter has been read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::comment::ChecklistComment;
use super::model::{Heading, Link};
use super::nodes::Block;
use crate::diagnostic::Span;
use crate::path::Anchor;

/// What the tree builder has gathered.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// All headings; their anchors are not yet unique.
    pub(super) headings: Vec<Heading>,
    /// For each heading, the id that its author wrote.
    pub(super) heading_ids: Vec<Option<Written<Anchor>>>,
    /// All links.
    pub(super) links: Vec<Link>,
    /// All variables with their values.
    pub(super) variables: Vec<(Span, String)>,
    /// The ids of directives and raw HTML.
    pub(super) ids: Vec<Written<Anchor>>,
    /// The ids of terms, already unique.
    pub(super) terms: BTreeSet<Anchor>,
    /// The ids of checklists, logs and forms.
    pub(super) list_ids: Vec<Written<String>>,
    /// The ids that authors wrote for items, by the offset of the item.
    pub(super) item_ids: BTreeMap<usize, Written<String>>,
    /// For each task item, whether its author ticked it; `ListItem::task` is an index into this list until the checklists
    /// are gathered.
    pub(super) tasks: Vec<bool>,
    /// The comments of checklists, by the offset of the list.
    pub(super) checklists: BTreeMap<usize, ChecklistComment>,
    /// The ranges of code with bidirectional control characters.
    pub(super) code_with_bidi_controls: Vec<Range<usize>>,
    /// The labels of footnote references; `Inline::FootnoteRef` holds an index into this list until footnotes are numbered.
    pub(super) labels: Vec<String>,
    /// The defined footnotes by label in lower case.
    pub(super) footnotes: BTreeMap<String, FootnoteText>,
}

/// A value that an author wrote, with its range.
#[derive(Debug, Clone)]
pub(super) struct Written<T> {
    /// The value.
    pub(super) value: T,
    /// Its range in the chapter's text.
    pub(super) range: Range<usize>,
}

/// The definition of a footnote.
#[derive(Debug)]
pub(super) struct FootnoteText {
    /// Its label as written.
    pub(super) label: String,
    /// Its content.
    pub(super) blocks: Vec<Block>,
    /// Its range in the chapter's text.
    pub(super) range: Range<usize>,
}
