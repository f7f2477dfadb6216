//! From entries to pages: each with its permalink, its parents, its part and its numbers.

use std::collections::BTreeSet;

use super::entry::{Entry, LinkEntry, PageEntry, TitleEntry};
use super::model::{OutlineItem, Page, PageId, Target};
use super::number;
use super::paths::{Claims, Naming, Owner};
use super::short_title::short_title;
use crate::config::NumbersConfig;
use crate::diagnostic::Report;
use crate::path::{ContentPath, Permalink};

/// Pages and outline; links are not resolved yet.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The pages in reading order; targets and checklists are still empty.
    pub pages: Vec<Page>,
    /// The outline; its links are still [`Target::Broken`].
    pub outline: Vec<OutlineItem>,
    /// The links of the outline, in its order.
    pub links: Vec<LinkEntry>,
    /// Chapters whose path belongs to another chapter.
    pub displaced: BTreeSet<ContentPath>,
}

/// Makes a page of each entry. If its path is taken already, the entry becomes a title without a page.
pub(super) fn lay_out(
    entries: Vec<Entry>,
    naming: &Naming,
    numbers: &NumbersConfig,
    claims: &mut Claims,
    report: &mut Report,
) -> Layout {
    let mut walk = Walk { naming, numbers, claims, report, part: None, layout: Layout::default() };
    let outline = walk.entries(entries, &[]);
    let mut layout = Layout { outline, ..walk.layout };
    Permalink::make_keys_unique(layout.pages.iter_mut().map(|page| &mut page.permalink));
    layout
}

/// An outline without the pages whose front matter says `sidebar: false`; the entries under such a page take its place.
pub(super) fn without_hidden(outline: Vec<OutlineItem>, pages: &[Page]) -> Vec<OutlineItem> {
    let hidden = |id: PageId| pages.get(id.0).is_some_and(|page| page.chapter.front.sidebar == Some(false));
    let shown = |item| match item {
        OutlineItem::Page(id, under) if hidden(id) => without_hidden(under, pages),
        OutlineItem::Page(id, under) => vec![OutlineItem::Page(id, without_hidden(under, pages))],
        OutlineItem::Draft(number, title, under) => {
            vec![OutlineItem::Draft(number, title, without_hidden(under, pages))]
        }
        OutlineItem::Group(number, title, under) => {
            vec![OutlineItem::Group(number, title, without_hidden(under, pages))]
        }
        other => vec![other],
    };
    outline.into_iter().flat_map(shown).collect()
}

/// Sets the targets of the links of an outline, in order.
pub(super) fn set_links(outline: &mut [OutlineItem], targets: &mut impl Iterator<Item = Target>) {
    for item in outline {
        match item {
            OutlineItem::Link(_, target) => *target = targets.next().unwrap_or(Target::Broken),
            OutlineItem::Page(_, children)
            | OutlineItem::Draft(_, _, children)
            | OutlineItem::Group(_, _, children) => {
                set_links(children, targets);
            }
            OutlineItem::Part(_) | OutlineItem::Separator => {}
        }
    }
}

struct Walk<'a> {
    naming: &'a Naming,
    numbers: &'a NumbersConfig,
    claims: &'a mut Claims,
    report: &'a mut Report,
    part: Option<String>,
    layout: Layout,
}

impl Walk<'_> {
    fn entries(&mut self, entries: Vec<Entry>, parents: &[PageId]) -> Vec<OutlineItem> {
        entries.into_iter().filter_map(|entry| self.entry(entry, parents)).collect()
    }

    fn entry(&mut self, entry: Entry, parents: &[PageId]) -> Option<OutlineItem> {
        match entry {
            Entry::Page(page) => Some(self.page(page, parents)),
            Entry::Draft(TitleEntry { title, number, children }) => {
                Some(OutlineItem::Draft(number, short_title(title), self.entries(children, parents)))
            }
            Entry::Group(group) => Some(self.group(group, parents)),
            Entry::Link(link) => {
                let title = short_title(link.title.clone());
                self.layout.links.push(link);
                Some(OutlineItem::Link(title, Target::Broken))
            }
            Entry::Part(title) => {
                self.part = title.map(short_title);
                self.part.clone().map(OutlineItem::Part)
            }
            Entry::Separator => Some(OutlineItem::Separator),
        }
    }

    fn page(&mut self, entry: PageEntry, parents: &[PageId]) -> OutlineItem {
        let PageEntry { chapter, title, number, children } = entry;
        let title = short_title(title);
        let permalink = self.naming.permalink(&chapter, self.report);
        let mut claim = |link: &Permalink| self.claims.claim(link.file(), Owner::chapter(&chapter), self.report);
        let Some(permalink) = permalink.filter(|link| claim(link)) else {
            self.layout.displaced.insert(chapter.path.clone());
            return self.group(TitleEntry { title, number, children }, parents);
        };
        let id = PageId(self.layout.pages.len());
        // Sections and chapters under one chapter would have the same numbers.
        let of_sections = if children.iter().any(Entry::is_numbered) { &[][..] } else { &number };
        let heading_numbers = number::headings(&chapter, of_sections, self.numbers);
        self.layout.pages.push(Page {
            chapter,
            permalink,
            title,
            number,
            parents: parents.to_vec(),
            part: self.part.clone(),
            heading_numbers,
            targets: Vec::new(),
            terms: Vec::new(),
            checklists: Vec::new(),
        });
        let above: Vec<PageId> = parents.iter().copied().chain([id]).collect();
        OutlineItem::Page(id, self.entries(children, &above))
    }

    fn group(&mut self, entry: TitleEntry, parents: &[PageId]) -> OutlineItem {
        OutlineItem::Group(entry.number, short_title(entry.title), self.entries(entry.children, parents))
    }
}
