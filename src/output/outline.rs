//! The whole outline of a large book as a script, for sidebars that show a part of it.
//!
//! `theme/js/outline.js` loads it when a reader unfolds a branch that the page does not contain.

use std::borrow::Cow;

use serde::Serialize;

use super::artifact::{Artifact, Composition, Output};
use crate::book::{OutlineItem, Target};
use crate::escape::json_in_script;
use crate::path::{SitePath, generated};
use crate::render::{Edition, LinkStyle, dotted};
use crate::site::Role;

/// The whole outline, for the sidebars of a book too large to show it on every page.
pub(super) const OUTLINE: Output = Output { wanted: |_| true, compose };

/// An entry: kind, number, title, where it leads from the site's root, the entries under it.
#[derive(Debug, Serialize)]
struct Entry<'a>(&'static str, String, &'a str, String, Vec<Self>);

fn compose<'a>(composition: &Composition<'a>) -> Vec<Artifact<'a>> {
    let edition = composition.edition;
    let path = SitePath::new(generated::OUTLINE).filter(|_| !edition.facts.sidebars.is_whole());
    let script = path.map(|path| {
        let entries = entries(edition, &edition.book.outline, &path);
        let json = json_in_script(&entries, 0);
        let script = String::from_utf8_lossy(&edition.theme.outline);
        let bytes = Cow::Owned(format!("{script}chapbook.outline({json});\n").into_bytes());
        Artifact::File { path, role: Role::Meta, bytes }
    });
    script.into_iter().collect()
}

fn entries<'a>(edition: &'a Edition, items: &'a [OutlineItem], root: &SitePath) -> Vec<Entry<'a>> {
    let href = |target: &Target| edition.href(target, LinkStyle::Page(root)).unwrap_or_default();
    let number = |number: &[u32]| dotted(number).unwrap_or_default();
    let entry = |item: &'a OutlineItem| match item {
        OutlineItem::Separator => Entry("separator", String::new(), "", String::new(), Vec::new()),
        OutlineItem::Part(title) => Entry("part", String::new(), title, String::new(), Vec::new()),
        OutlineItem::Link(title, target) => Entry("link", String::new(), title, href(target), Vec::new()),
        OutlineItem::Draft(own, title, children) => {
            Entry("draft", number(own), title, String::new(), entries(edition, children, root))
        }
        OutlineItem::Group(own, title, children) => {
            Entry("group", number(own), title, String::new(), entries(edition, children, root))
        }
        OutlineItem::Page(id, children) => {
            let page = edition.book.page(*id);
            let children = entries(edition, children, root);
            Entry("page", number(&page.number), &page.title, href(&Target::Page(*id, None)), children)
        }
    };
    items.iter().map(entry).collect()
}
