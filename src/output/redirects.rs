//! Pages at old addresses that redirect to the new ones.

use super::artifact::{Artifact, Composition, Output};
use crate::book::{Redirect, Target};
use crate::render::{Edition, HeadView, LinkStyle, Needs, RedirectView, View};

/// Pages at old addresses that lead to the new ones.
pub(super) const REDIRECTS: Output = Output { wanted: |_| true, compose };

fn compose<'a>(composition: &Composition<'a>) -> Vec<Artifact<'a>> {
    let edition = composition.edition;
    let mut artifacts: Vec<Artifact<'a>> =
        edition.book.redirects.iter().filter_map(|redirect| artifact(edition, redirect)).collect();
    if !artifacts.is_empty() {
        artifacts.extend(edition.theme.redirect.as_ref().map(Artifact::lone_script));
    }
    artifacts
}

fn artifact(edition: &Edition, redirect: &Redirect) -> Option<Artifact<'static>> {
    let href = edition.href(&redirect.to, LinkStyle::Page(redirect.from.file()))?;
    let (title, canonical) = match &redirect.to {
        Target::Page(id, _) => {
            let page = edition.book.page(*id);
            (page.title.clone(), edition.page_url(page))
        }
        Target::External(url) => (edition.string("moved_title").to_owned(), Some(url.clone())),
        Target::Asset(_) | Target::OutsideBook(_) | Target::Broken => (edition.string("moved_title").to_owned(), None),
    };
    let head = HeadView { title, description: None, canonical, noindex: true, markdown: None };
    let view = View::Redirect(Box::new(RedirectView {
        site: edition.site_view(redirect.from.file(), Needs::default()),
        head,
        href,
        script: edition.theme.redirect.as_ref().map(|script| redirect.from.file().href_to(&script.path)),
    }));
    Some(Artifact::Page { path: redirect.from.file().clone(), template: "redirect.html", view })
}
