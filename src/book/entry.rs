//! The order of a book before its pages have paths: one form for what `SUMMARY.md` or the folders say.

use std::sync::Arc;

use crate::chapter::Chapter;
use crate::diagnostic::Place;

/// One line of the order, with those under it.
#[derive(Debug)]
pub(super) enum Entry {
    /// A chapter that becomes a page.
    Page(PageEntry),
    /// A chapter that is planned.
    Draft(TitleEntry),
    /// A title over other entries, such as a folder without a page of its own.
    Group(TitleEntry),
    /// A link to something that is not a chapter.
    Link(LinkEntry),
    /// The part that begins here; `None` ends the part before.
    Part(Option<String>),
    /// A line between entries.
    Separator,
}

impl Entry {
    /// Whether it, or an entry that it is a title over, has a number.
    pub(super) fn is_numbered(&self) -> bool {
        match self {
            Self::Page(page) => !page.number.is_empty(),
            Self::Draft(title) | Self::Group(title) => !title.number.is_empty(),
            Self::Link(_) | Self::Part(_) | Self::Separator => false,
        }
    }
}

/// A chapter and its place in the order.
#[derive(Debug)]
pub(super) struct PageEntry {
    /// The chapter.
    pub chapter: Arc<Chapter>,
    /// Its title in lists.
    pub title: String,
    /// Its number, empty for none.
    pub number: Vec<u32>,
    /// The entries under it.
    pub children: Vec<Entry>,
}

/// A title without a page.
#[derive(Debug)]
pub(super) struct TitleEntry {
    /// Its title.
    pub title: String,
    /// Its number, empty for none.
    pub number: Vec<u32>,
    /// The entries under it.
    pub children: Vec<Entry>,
}

/// A link among the chapters.
#[derive(Debug)]
pub(super) struct LinkEntry {
    /// Its text.
    pub title: String,
    /// Where it leads, as written, relative to the content's root.
    pub href: String,
    /// Where it is written.
    pub at: Place,
}

/// The chapters of all pages among entries, in order.
pub(super) fn chapters(entries: &[Entry]) -> Vec<&Arc<Chapter>> {
    let mut chapters = Vec::new();
    push_chapters(entries, &mut chapters);
    chapters
}

fn push_chapters<'a>(entries: &'a [Entry], chapters: &mut Vec<&'a Arc<Chapter>>) {
    for entry in entries {
        match entry {
            Entry::Page(page) => {
                chapters.push(&page.chapter);
                push_chapters(&page.children, chapters);
            }
            Entry::Draft(title) | Entry::Group(title) => push_chapters(&title.children, chapters),
            Entry::Link(_) | Entry::Part(_) | Entry::Separator => {}
        }
    }
}
