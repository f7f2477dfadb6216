//! The book on one page for paper.

use super::artifact::{Artifact, Composition, Output};
use crate::render::{Edition, Keeps, PRINT as PATH, PrintChapter, PrintView, View, print_prefix};

pub(super) const PRINT: Output =
    Output { name: "print", about: "the book on one page for paper", wanted: |output| output.print, compose };

fn compose(composition: &Composition<'_>) -> Vec<Artifact> {
    let edition = composition.edition;
    let page = Artifact::page(PATH, "print.html", |path| {
        let mut head = edition.head(edition.string("print_edition"), path);
        // The same text stands on the chapters' own pages; those are the ones to be found.
        head.noindex = true;
        View::Print(Box::new(PrintView {
            site: edition.site_view(path, Keeps::of(&edition.print_bodies)),
            head,
            contents: edition.print_contents(path),
            chapters: chapters(edition),
            revised: edition.book.meta.revised.clone(),
            address: edition.book.meta.url.clone(),
        }))
    });
    page.into_iter().collect()
}

fn chapters(edition: &Edition<'_>) -> Vec<PrintChapter> {
    edition
        .book
        .page_ids()
        .zip(&edition.print_bodies)
        .filter(|(id, _)| edition.book.page(*id).chapter.front.print != Some(false))
        .map(|(id, body)| PrintChapter {
            id: print_prefix(id),
            title: edition.book.page(id).title.clone(),
            body_html: body.clone(),
        })
        .collect()
}
