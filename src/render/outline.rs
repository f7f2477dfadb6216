//! The outline of the book as the edition for paper and the exports show it.

use super::edition::Edition;
use super::links::LinkStyle;
use super::page_context::dotted;
use super::view::NavItem;
use crate::book::{OutlineItem, PageId, Target};

impl Edition {
    /// The outline with links of one style; of a page for paper, only the chapters that are on it.
    #[must_use]
    pub fn outline(&self, style: LinkStyle<'_>) -> Vec<NavItem> {
        self.print_items(&self.book.outline, style)
    }

    /// Whether a chapter is on a page for paper; always true of other styles.
    pub(super) fn is_on(&self, id: PageId, style: LinkStyle<'_>) -> bool {
        match style {
            LinkStyle::Part(_, (first, end)) => first <= id && id < end && self.is_printed(id),
            LinkStyle::OneDocument(_) => self.is_printed(id),
            LinkStyle::Page(_) | LinkStyle::File | LinkStyle::Epub(_) => true,
        }
    }

    fn print_items(&self, items: &[OutlineItem], style: LinkStyle<'_>) -> Vec<NavItem> {
        let mut printed = Vec::new();
        self.push_printed(items, style, &mut printed);
        printed
    }

    /// A chapter that is not printed may have chapters under it that are: they take its place.
    fn push_printed(&self, items: &[OutlineItem], style: LinkStyle<'_>, printed: &mut Vec<NavItem>) {
        for item in items {
            match item {
                OutlineItem::Page(id, children) if !self.is_on(*id, style) => {
                    self.push_printed(children, style, printed);
                }
                // A page with one part of the book lists its chapters only.
                item if matches!(style, LinkStyle::Part(..)) && !matches!(item, OutlineItem::Page(..)) => {}
                item => printed.push(self.print_item(item, style)),
            }
        }
    }

    fn print_item(&self, item: &OutlineItem, style: LinkStyle<'_>) -> NavItem {
        match item {
            OutlineItem::Separator => NavItem::bare("separator", ""),
            OutlineItem::Part(title) => NavItem::bare("part", title),
            OutlineItem::Link(title, target) => {
                NavItem { href: self.href(target, style), ..NavItem::bare("link", title) }
            }
            OutlineItem::Draft(number, title, children) => {
                let children = self.print_items(children, style);
                NavItem { number: dotted(number), children, ..NavItem::bare("draft", title) }
            }
            OutlineItem::Group(number, title, children) => {
                let children = self.print_items(children, style);
                NavItem { number: dotted(number), children, ..NavItem::bare("group", title) }
            }
            OutlineItem::Page(id, children) => {
                let page = self.book.page(*id);
                NavItem {
                    number: dotted(&page.number),
                    href: self.href(&Target::Page(*id, None), style),
                    children: self.print_items(children, style),
                    ..NavItem::bare("page", &page.title)
                }
            }
        }
    }

    /// Whether a chapter is in the edition for paper.
    #[must_use]
    pub fn is_printed(&self, id: PageId) -> bool {
        self.book.page(id).chapter.front.print != Some(false)
    }
}
