//! `sitemap.xml` and the Atom feed; both need the book's address.

use super::artifact::{Artifact, Composition, Output};
use crate::book::Page;
use crate::path::generated;
use crate::render::{DatedPage, Edition, FeedView, SitemapView, View};

/// Sitemap.xml and the Atom feed.
pub(super) const FEEDS: Output = Output { wanted: |_| true, compose };

fn compose<'a>(composition: &Composition<'a>) -> Vec<Artifact<'a>> {
    let edition = composition.edition;
    let Some(url) = edition.book.meta.url.as_deref() else { return Vec::new() };
    let pages: Vec<DatedPage> = edition.book.pages.iter().filter_map(|page| dated(edition, page)).collect();
    let feed = edition.facts.feed.then(|| feed(edition, url, pages.clone())).flatten();
    let sitemap = Artifact::page(generated::SITEMAP, "sitemap.xml", |_| View::Sitemap(SitemapView { pages }));
    sitemap.into_iter().chain(feed).collect()
}

fn dated(edition: &Edition, page: &Page) -> Option<DatedPage> {
    if page.chapter.front.search == Some(false) {
        return None;
    }
    Some(DatedPage {
        title: page.title.clone(),
        url: edition.page_url(page)?,
        day: page.chapter.front.revised.clone(),
        changed: edition.days.get(&page.chapter.path).cloned(),
        summary: page.chapter.front.description.clone(),
    })
}

fn feed(edition: &Edition, url: &str, mut entries: Vec<DatedPage>) -> Option<Artifact<'static>> {
    entries.retain(|entry| entry.day.is_some());
    // Latest first; pages of one day stay in reading order.
    entries.sort_by(|a, b| b.day.cmp(&a.day));
    let latest = entries.first()?.day.clone()?;
    let meta = &edition.book.meta;
    Artifact::page(generated::FEED, "feed.xml", |_| {
        View::Feed(FeedView {
            title: meta.title.clone(),
            url: url.to_owned(),
            self_url: format!("{url}{}", generated::FEED),
            language: meta.language.clone(),
            authors: meta.authors.clone(),
            updated: format!("{latest}T00:00:00Z"),
            entries,
        })
    })
}
