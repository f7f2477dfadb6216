//! One page for each chapter.

use super::artifact::{Artifact, Composition, Output};
use super::terms::{Term, terms, terms_of};
use crate::book::{Page, PageId};
use crate::chapter::plain_text;
use crate::path::{SitePath, encode_fragment};
use crate::render::{Edition, HeadView, Keeps, LinkStyle, PageView, TocItem, View};

pub(super) const PAGES: Output =
    Output { name: "pages", about: "one page for each chapter", wanted: |_| true, compose };

/// Words of Latin script a minute; a careful reader's pace.
const LATIN_PACE: u32 = 250;
/// Han, kana or Hangul characters a minute.
const HAN_PACE: u32 = 400;

fn compose(composition: &Composition<'_>) -> Vec<Artifact> {
    let edition = composition.edition;
    let terms = terms(edition);
    let pages = edition.book.page_ids().zip(&edition.bodies);
    let pages = pages.map(|(id, body)| artifact(edition, &terms, id, &edition.book.page(id).path, body));
    let index = SitePath::new("index.html").zip(edition.home_copy.as_ref());
    pages.chain(index.map(|(path, body)| artifact(edition, &terms, PageId(0), &path, body))).collect()
}

/// The page of a chapter at a path, which is the chapter's own but for the copy that `index.html` is.
fn artifact(edition: &Edition<'_>, terms: &[Term], id: PageId, path: &SitePath, body: &String) -> Artifact {
    let view = View::Page(Box::new(view(edition, terms, id, path, body)));
    Artifact::Page { path: path.clone(), template: "page.html", view }
}

fn view(edition: &Edition<'_>, terms: &[Term], id: PageId, path: &SitePath, body: &String) -> PageView {
    let page = edition.book.page(id);
    let front = &page.chapter.front;
    let crumb = |id| edition.crumb(id, path);
    let neighbour =
        |index: Option<usize>| index.filter(|index| *index < edition.book.pages.len()).map(PageId).map(crumb);
    PageView {
        site: edition.site_view(path, Keeps::of([body])),
        head: head(edition, page, path),
        title: page.title.clone(),
        number: edition.number(page),
        is_home: edition.book.home().is_some_and(|home| home.path == page.path),
        body_html: body.to_owned(),
        toc: toc(page, ""),
        nav: edition.nav(Some(id), path),
        breadcrumbs: page.parents.iter().copied().map(crumb).collect(),
        previous: neighbour(id.0.checked_sub(1)),
        next: neighbour(id.0.checked_add(1)),
        edit: edit(edition, page),
        revised: front.revised.clone().or_else(|| edition.book.meta.revised.clone()),
        changed: edition.days.get(&page.chapter.path).cloned(),
        address: edition.address(&page.path),
        minutes: minutes(page.chapter.words, &edition.book.meta.language),
        tags: front.tags.clone(),
        extra: serde_json::to_value(&front.extra).unwrap_or_default(),
        terms: terms_of(edition, terms, (id, page), path, body),
        anchor_redirects: anchor_redirects(edition, id, path),
    }
}

fn head(edition: &Edition<'_>, page: &Page, path: &SitePath) -> HeadView {
    let meta = &edition.book.meta;
    let number = edition.number(page).filter(|_| edition.project.config.numbers.headings);
    let title = match number {
        Some(number) => format!("{number} {}", page.title),
        None => page.title.clone(),
    };
    HeadView {
        title: edition.head_title(&title),
        description: page.chapter.front.description.clone().or_else(|| meta.description.clone()),
        canonical: edition.address(&page.path),
        noindex: page.chapter.front.search == Some(false),
        markdown: edition
            .project
            .config
            .output
            .markdown
            .then(|| super::markdown::copy_path(page))
            .flatten()
            .map(|copy| path.href_to(&copy)),
    }
}

fn edit(edition: &Edition<'_>, page: &Page) -> Option<String> {
    let template = edition.book.meta.edit_url.as_deref()?;
    Some(template.replace("{path}", &crate::path::encode_path(&page.chapter.origin.file())))
}

fn anchor_redirects(edition: &Edition<'_>, id: PageId, path: &SitePath) -> Vec<(String, String)> {
    let moved = edition.book.anchor_redirects.get(&id).map(Vec::as_slice).unwrap_or_default();
    moved
        .iter()
        .filter_map(|(anchor, target)| Some((anchor.clone(), edition.href(target, LinkStyle::Page(path))?)))
        .collect()
}

/// Headings of level 2, with those of level 3 under them; `prefix` stands before their ids.
pub(super) fn toc(page: &Page, prefix: &str) -> Vec<TocItem> {
    let mut items: Vec<TocItem> = Vec::new();
    for (index, heading) in page.chapter.headings.iter().enumerate() {
        let number = page.heading_numbers.get(index).and_then(Option::as_ref);
        let item = TocItem {
            title: plain_text(&heading.text),
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
