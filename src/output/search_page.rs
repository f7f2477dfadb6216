//! The results page, `search.html?q=`; for readers without scripts a list of all sections.

use std::collections::BTreeMap;

use super::artifact::{Artifact, Composition, Output};
use crate::path::{SitePath, generated};
use crate::render::{Edition, HeadView, Needs, SearchPageView, SectionEntry, SectionGroup, SidebarPage, View};
use crate::search::{Address, Section};

/// Search.html, for results that can be linked to, and a list of all sections.
pub(super) const SEARCH_PAGE: Output = Output { wanted: |output| output.search, compose };

/// The most sections that are listed. A larger book lists only its pages: browsers are slow with many thousands of links.
const MOST_SECTIONS: usize = 6_000;

fn compose<'a>(composition: &Composition<'a>) -> Vec<Artifact<'a>> {
    let (edition, sections) = (composition.edition, composition.typeset.index.sections());
    let page = Artifact::known_by_view(edition, generated::SEARCH_PAGE, "search.html", |path| {
        Ok(View::SearchPage(Box::new(SearchPageView {
            site: edition.site_view(path, Needs::default()),
            head: head(edition, path),
            nav_html: edition.sidebar(SidebarPage::Chapter(None), path)?,
            pages: pages(edition, sections, path),
        })))
    });
    page.into_iter().collect()
}

fn head(edition: &Edition, path: &SitePath) -> HeadView {
    HeadView { description: Some(description(edition)), ..edition.head(edition.string("search"), path) }
}

/// One sentence on searching this book.
pub(super) fn description(edition: &Edition) -> String {
    edition.string("search_description").replace("{title}", &edition.book.meta.title)
}

fn pages(edition: &Edition, sections: &[Section], from: &SitePath) -> Vec<SectionGroup> {
    let mut sections = by_page(sections);
    let pages = edition.book.page_ids().filter_map(|id| {
        let places = sections.remove(edition.book.page(id).permalink.from_root().as_str())?;
        let page = edition.crumb(id, from);
        let sections = places.into_iter().map(|(anchor, title)| SectionEntry {
            title: title.to_owned(),
            // The index's own address may start with a colon in its first name, like a scheme.
            href: format!("{}#{anchor}", page.href),
        });
        Some(SectionGroup { sections: sections.collect(), page })
    });
    pages.collect()
}

/// Anchor and title of each page's sections but the first, which is the page itself; none if the book has too many.
fn by_page(sections: &[Section]) -> BTreeMap<&str, Vec<(&str, &str)>> {
    let mut pages: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for section in sections {
        let Address { page, fragment } = &section.url;
        match pages.get_mut(page.as_str()) {
            None => drop(pages.insert(page, Vec::new())),
            Some(_) if sections.len() > MOST_SECTIONS => {}
            Some(places) => places.push((fragment.as_deref().unwrap_or_default(), &section.title)),
        }
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(url: &str, title: &str) -> Section {
        Section {
            url: Address::from(url),
            title: title.to_owned(),
            page: "P".to_owned(),
            trail: Vec::new(),
            part: None,
            tags: Vec::new(),
            aliases: Vec::new(),
            checklists: false,
            text: "".into(),
        }
    }

    #[test]
    fn a_page_is_listed_with_its_sections() {
        let sections = [section("a.html#top", "A"), section("a.html#b", "B"), section("c/d.html", "D")];
        let pages = by_page(&sections);
        assert_eq!(pages.keys().copied().collect::<Vec<_>>(), ["a.html", "c/d.html"]);
        assert_eq!(pages["a.html"], [("b", "B")]);
    }

    #[test]
    fn of_a_very_large_book_only_pages_are_listed() {
        let sections: Vec<Section> = (0..=MOST_SECTIONS).map(|at| section(&format!("a.html#{at}"), "A")).collect();
        assert!(by_page(&sections)["a.html"].is_empty());
    }
}
