//! The page for unknown addresses.

use super::artifact::{Artifact, Composition, Output};
use crate::path::generated;
use crate::render::{BannerView, Crumb, Keeps, NotFoundView, OfflineView, SiteView, View};

/// 404.html, for addresses that lead nowhere.
pub(super) const NOT_FOUND: Output = Output { wanted: |_| true, compose };

/// How many pages of the book it lists.
const PAGES_NAMED: usize = 12;

fn compose<'a>(composition: &Composition<'a>) -> Vec<Artifact<'a>> {
    let edition = composition.edition;
    let base = edition.base_path();
    let page = Artifact::page(generated::NOT_FOUND, "404.html", |path| {
        let mut head = edition.head(edition.string("missing_title"), path);
        head.noindex = true;
        head.canonical = None;
        let pages = edition.book.page_ids().take(PAGES_NAMED).map(|id| {
            let crumb = edition.crumb(id, path);
            Crumb { href: format!("{base}{}", crumb.href), ..crumb }
        });
        View::NotFound(Box::new(NotFoundView {
            pages: pages.collect(),
            site: absolute(edition.site_view(path, Keeps::Nothing), &base),
            head,
        }))
    });
    page.into_iter().collect()
}

/// The page is served at any depth, so its addresses are absolute.
fn absolute(site: SiteView, base: &str) -> SiteView {
    let under = |href: String| format!("{base}{href}");
    let absolute = |href: String| if href.contains(':') { href } else { under(href) };
    let all = |hrefs: Vec<String>| hrefs.into_iter().map(under).collect();
    SiteView {
        root: base.to_owned(),
        home: under(site.home),
        styles: all(site.styles),
        scripts: all(site.scripts),
        list_tools: site.list_tools.map(under),
        search_index: site.search_index.map(under),
        finder: site.finder.map(under),
        search: site.search.map(under),
        opensearch: site.opensearch.map(under),
        outline: site.outline.map(under),
        checklists: site.checklists.map(under),
        print: site.print.map(under),
        feed: site.feed.map(under),
        banner: site.banner.map(|banner| BannerView { href: banner.href.map(absolute), ..banner }),
        offline: site.offline.map(|offline| OfflineView {
            manifest: under(offline.manifest),
            worker: under(offline.worker),
            list: under(offline.list),
            icon: under(offline.icon),
            scripts: all(offline.scripts),
        }),
        icon: under(site.icon),
        ..site
    }
}
