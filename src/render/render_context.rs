//! [`RenderContext`]: what a chapter's HTML depends on besides the chapter.

use serde::Serialize;

use super::direction::Direction;
use super::medium::Medium;
use crate::theme::Strings;

/// Everything that a chapter's HTML depends on besides the chapter.
#[derive(Debug, Clone, Serialize)]
pub struct RenderContext<'a> {
    /// One context for each of [`Chapter::links`].
    pub links: Vec<LinkContext>,
    /// One for each of [`Chapter::headings`]: its number as shown ("第 1 章", "1.1").
    pub numbers: Vec<Option<String>>,
    /// One for each of [`Chapter::checklists`].
    pub checklists: Vec<ChecklistContext>,
    /// The key under which the browser stores what readers enter: [`Permalink::key`](crate::path::Permalink::key).
    pub place: String,
    /// Precedes every id, so that several chapters can share a page.
    pub prefix: String,
    /// How many levels headings are lowered; level 6 is the lowest.
    pub lower: u8,
    /// The heading to write if the chapter has none of level 1; `None` for none.
    pub title: Option<String>,
    /// Its number as shown.
    pub title_number: Option<String>,
    /// Whether images of other sites are shown.
    pub external_images: bool,
    /// Whether code is highlighted.
    pub highlight: bool,
    /// Strings of the interface. Not serialized, because cache keys contain the digest of the theme and the language.
    #[serde(skip)]
    pub strings: &'a Strings,
    /// The direction of the text around the chapter.
    pub direction: Direction,
    /// What the HTML becomes part of.
    pub medium: Medium,
}

/// A link as it is written on one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkContext {
    /// The href, encoded; `None` for a link that leads nowhere.
    pub href: Option<String>,
    /// Whether it leads to another site.
    pub external: bool,
    /// For an image: its width and height in pixels.
    pub size: Option<(u32, u32)>,
}

/// What the book knows of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChecklistContext {
    /// Unique in the book.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The href of its sheet; `None` on the sheet itself and on paper.
    pub sheet: Option<String>,
}
