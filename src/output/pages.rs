//! One page for each chapter.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::artifact::{Artifact, Composition, Late, Output};
use super::terms::terms_of;
use crate::book::{Page, PageId};
use crate::config::is_same_language;
use crate::diagnostic::Report;
use crate::digest::Digest;
use crate::error::Error;
use crate::path::{SitePath, encode_fragment, generated};
use crate::render::{Direction, Edition, HeadView, LinkStyle, Needs, PageView, SidebarPage, SiteView, TocItem, View};

/// One page for each chapter.
pub(super) const PAGES: Output = Output { wanted: |_| true, compose };

/// Words of Latin script a minute; a careful reader's pace.
const LATIN_PACE: u32 = 250;
/// Han, kana or Hangul characters a minute.
const HAN_PACE: u32 = 400;

fn compose<'a>(composition: &Composition<'a>) -> Vec<Artifact<'a>> {
    let edition = composition.edition;
    let shared = Shared::default();
    let pages =
        edition.book.page_ids().map(|id| artifact(edition, &shared, id, edition.book.page(id).permalink.file()));
    pages.chain(home_copy(edition, &shared)).collect()
}

/// What pages have in common.
#[derive(Clone, Default)]
struct Shared {
    /// For each folder of the site, the digest of what its pages show of the site.
    sites: Arc<Mutex<BTreeMap<String, Digest>>>,
}

impl Shared {
    /// The digest of what a page shows of the site. But for the banner's link it is that of all pages of a folder.
    fn site_key(&self, edition: &Edition, path: &SitePath) -> Digest {
        let banner = Digest::of_json(&edition.banner(path));
        let folder = path.folder();
        let known = || self.sites.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known().get(folder).copied();
        let site = before.unwrap_or_else(|| {
            let site = SiteView { banner: None, ..edition.site_view(path, Needs::default()) };
            let key = Digest::of_json(&site);
            known().insert(folder.to_owned(), key);
            key
        });
        Digest::of_parts([&site.0[..], &banner.0])
    }
}

/// The first chapter repeated as `index.html`; `None` if that is a page already, or a redirect.
fn home_copy<'a>(edition: &'a Edition, shared: &Shared) -> Option<Artifact<'a>> {
    let index = SitePath::new(generated::INDEX)?;
    let wanted = edition.project.config.output.home_copy && !edition.book.pages.is_empty();
    let free = !edition.book.pages.iter().any(|page| *page.permalink.file() == index);
    (wanted && free).then(|| artifact(edition, shared, PageId(0), &index))
}

/// The page of a chapter.
#[must_use]
pub fn page_of(edition: &Edition, id: PageId) -> Artifact<'_> {
    artifact(edition, &Shared::default(), id, edition.book.page(id).permalink.file())
}

/// The page of a chapter at a path: the chapter's own, or that of its copy `index.html`.
fn artifact<'a>(edition: &'a Edition, shared: &Shared, id: PageId, path: &SitePath) -> Artifact<'a> {
    let (at, shared) = (path.clone(), shared.clone());
    let view = Box::new(move |known: &dyn Fn(Digest) -> bool| late(edition, &shared, id, &at, known));
    Artifact::Late { path: path.clone(), template: "page.html", about: Some(id), view }
}

fn late(
    edition: &Edition,
    shared: &Shared,
    id: PageId,
    path: &SitePath,
    known: &dyn Fn(Digest) -> bool,
) -> Result<Late, Error> {
    let style = LinkStyle::Page(path);
    let mut view = view(edition, id, path);
    let sidebar = edition.page_sidebar(id, path)?;
    let site = shared.site_key(edition, path);
    let own = [edition.body_key(id, style), Digest::of_json(&view), site, sidebar.digest()];
    let key = Digest::of_parts(own.iter().map(|key| &key.0[..]));
    if known(key) {
        return Ok(Late { key, view: None, report: Report::default() });
    }
    let (body, mut report) = edition.body(id, style)?;
    if path != edition.book.page(id).permalink.file() {
        // Diagnostics of the chapter were reported for its own page.
        report = Report::default();
    }
    view.site = edition.site_view(path, Needs::of([&*edition.book.page(id).chapter]));
    view.toc = toc(edition.book.page(id), "");
    view.body_html = body;
    view.nav_html = sidebar.html().map_or_else(|| edition.sidebar(SidebarPage::Chapter(Some(id)), path), Ok)?;
    Ok(Late { key, view: Some(View::Page(Box::new(view))), report })
}

/// Everything that a page shows, except its text and what follows from it, its sidebar and what all pages share.
fn view(edition: &Edition, id: PageId, path: &SitePath) -> PageView {
    let page = edition.book.page(id);
    let front = &page.chapter.front;
    let crumb = |id| edition.crumb(id, path);
    let (previous, next) = edition.book.neighbours(id);
    let is_home = edition.facts.sidebars.home() == Some(id);
    let other =
        page.chapter.language.as_deref().filter(|language| !is_same_language(language, &edition.book.meta.language));
    PageView {
        site: SiteView::default(),
        head: head(edition, page, path),
        title: page.title.clone(),
        number: edition.number(page),
        is_home,
        body_html: String::new(),
        toc: Vec::new(),
        nav_html: String::new(),
        nav: if is_home || edition.own_templates { edition.nav(Some(id), path) } else { Vec::new() },
        breadcrumbs: page.parents.iter().copied().map(crumb).collect(),
        previous: previous.map(crumb),
        next: next.map(crumb),
        edit: edit(edition, page),
        revised: front.revised.clone().or_else(|| edition.book.meta.revised.clone()),
        changed: edition.days.get(&page.chapter.path).or(page.chapter.day.as_ref()).cloned(),
        address: edition.page_url(page),
        minutes: minutes(page.chapter.words, &edition.book.meta.language),
        language: other.map(str::to_owned),
        direction: other.map(|language| Direction::of_language(language).name()),
        tags: front.tags.clone(),
        extra: serde_json::to_value(&front.extra).unwrap_or_default(),
        terms: terms_of(edition, page, path),
        anchor_redirects: anchor_redirects(edition, id, path),
    }
}

fn head(edition: &Edition, page: &Page, path: &SitePath) -> HeadView {
    let meta = &edition.book.meta;
    let number = edition.number(page).filter(|_| edition.project.config.numbers.headings);
    let title = match number {
        Some(number) => format!("{number} {}", page.title),
        None => page.title.clone(),
    };
    HeadView {
        title: edition.head_title(&title),
        description: page.chapter.front.description.clone().or_else(|| meta.description.clone()),
        canonical: edition.page_url(page),
        noindex: page.chapter.front.search == Some(false),
        markdown: edition.project.config.output.markdown.then(|| path.href_to(&page.permalink.markdown_copy())),
    }
}

fn edit(edition: &Edition, page: &Page) -> Option<String> {
    let template = edition.book.meta.edit_url.as_deref()?;
    Some(template.replace("{path}", &crate::path::encode_path(&page.chapter.origin.file())))
}

fn anchor_redirects(edition: &Edition, id: PageId, path: &SitePath) -> Vec<(String, String)> {
    let moved = edition.book.anchor_redirects.get(&id).map(Vec::as_slice).unwrap_or_default();
    moved
        .iter()
        .filter_map(|(anchor, target)| Some((anchor.clone(), edition.href(target, LinkStyle::Page(path))?)))
        .collect()
}

/// Headings of level 2, with those of level 3 under them; `prefix` precedes their ids.
pub(super) fn toc(page: &Page, prefix: &str) -> Vec<TocItem> {
    let mut items: Vec<TocItem> = Vec::new();
    for (index, heading) in page.chapter.headings.iter().enumerate() {
        let number = page.heading_numbers.get(index).and_then(Option::as_ref);
        let item = TocItem {
            title: heading.title.clone(),
            number: number.map(|number| number.iter().map(u32::to_string).collect::<Vec<_>>().join(".")),
            href: format!("#{}", encode_fragment(&format!("{prefix}{}", heading.anchor))),
            children: Vec::new(),
        };
        match (heading.level, items.last_mut()) {
            (2, _) | (3, None) => items.push(item),
            (3, Some(section)) => section.children.push(item),
            _ => {}
        }
    }
    items
}

pub(super) fn minutes(words: u32, language: &str) -> u32 {
    let han = ["zh", "ja", "ko", "yue"].iter().any(|primary| language.split('-').next() == Some(primary));
    words.div_ceil(if han { HAN_PACE } else { LATIN_PACE }).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_follow_the_script() {
        for (words, language, expected) in [(0, "en", 1), (251, "en", 2), (400, "zh-Hans", 1), (4000, "ja", 10)] {
            assert_eq!(minutes(words, language), expected, "{words} words of {language}");
        }
    }
}
