//! [`Facts`]: what follows from the whole book and every page needs.

use std::collections::BTreeMap;

use super::image::sizes;
use super::sidebars::Sidebars;
use crate::book::{Book, Page};
use crate::config::OutputConfig;
use crate::path::ContentPath;

/// Facts that follow from the whole book, computed once for all its pages.
#[derive(Debug)]
pub struct Facts {
    /// Width and height of the book's images, in CSS pixels.
    pub sizes: BTreeMap<ContentPath, (u32, u32)>,
    /// The sidebars of its pages.
    pub sidebars: Sidebars,
    /// Whether there is a feed: something to feed, and an address to feed it from.
    pub feed: bool,
    /// Whether there is a page of all sheets: the book has a checklist, a form or a log.
    pub sheets: bool,
}

impl Facts {
    /// The facts of a book.
    #[must_use]
    pub fn of(book: &Book, config: &OutputConfig) -> Self {
        Self {
            sizes: sizes(&book.assets),
            sidebars: Sidebars::of(book),
            feed: has_feed(book),
            sheets: config.checklists && book.pages.iter().any(|page| page.chapter.facts.has_sheets()),
        }
    }
}

fn has_feed(book: &Book) -> bool {
    let front = |page: &Page| page.chapter.front.revised.is_some() && page.chapter.front.search != Some(false);
    book.meta.url.is_some() && book.pages.iter().any(front)
}
