//! The page for unknown addresses.

use super::artifact::{Artifact, Composition, Output};
use crate::path::{SitePath, generated};
use crate::render::{BannerView, Crumb, Edition, Needs, NotFoundView, OfflineView, SiteView, View};

/// 404.html, for addresses that lead nowhere.
pub(super) const NOT_FOUND: Output = Output { wanted: |_| true, compose };

/// How many pages of the book it lists.
const PAGES_NAMED: usize = 12;

fn compose<'a>(composition: &Composition<'a>) -> Vec<Artifact<'a>> {
    let edition = composition.edition;
    let page = Artifact::page(generated::NOT_FOUND, "404.html", |path| View::NotFound(Box::new(view(edition, path))));
    page.into_iter().collect()
}

fn view(edition: &Edition, path: &SitePath) -> NotFoundView {
    let known = edition.base_path();
    let base = known.as_deref().unwrap_or("/");
    let pages = edition.book.page_ids().take(PAGES_NAMED).map(|id| {
        let crumb = edition.crumb(id, path);
        Crumb { href: format!("{base}{}", crumb.href), ..crumb }
    });
    let mut head = edition.head(edition.string("missing_title"), path);
    head.noindex = true;
    head.canonical = None;
    let mut site = absolute(edition.site_view(path, Needs::default()), base);
    let mut find_root_html = String::new();
    if known.is_none() {
        site.csp.clone_from(&edition.theme.find_root_csp);
        find_root_html.clone_from(&edition.theme.find_root_html);
    }
    NotFoundView { pages: pages.collect(), site, head, find_root_html }
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
