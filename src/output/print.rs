//! The book on one page for paper. A very large book, too long for a browser to lay out, has a page for each part and one
//! that lists them.

use rayon::prelude::*;

use super::artifact::{Artifact, Composition, Late, Output};
use crate::book::{OutlineItem, PageId};
use crate::diagnostic::Report;
use crate::digest::Digest;
use crate::error::Error;
use crate::path::{SitePath, generated};
use crate::render::{Crumb, Edition, LinkStyle, Needs, PrintChapter, PrintView, View, print_prefix};

/// The book on one page for paper.
pub(super) const PRINT: Output = Output { wanted: |output| output.print, compose };

/// The most chapters of a book that is printed from one page.
pub const PRINTED_WHOLE: usize = 600;
/// The most chapters of a part. A part ends earlier where a chapter of the first level begins.
const PART: usize = 250;

/// From one chapter in reading order up to another.
type Range = (PageId, PageId);

fn compose<'a>(composition: &Composition<'a>) -> Vec<Artifact<'a>> {
    let edition = composition.edition;
    let Some(path) = SitePath::new(generated::PRINT) else { return Vec::new() };
    let all = (PageId(0), PageId(edition.book.pages.len()));
    if edition.book.pages.len() <= PRINTED_WHOLE {
        return vec![artifact(edition, path, all, Vec::new())];
    }
    let parts: Vec<(SitePath, Range)> = parts(edition).into_iter().enumerate().filter_map(named).collect();
    let list = parts.iter().map(|(part, range)| crumb(edition, *range, &path.href_to(part))).collect();
    let list = artifact(edition, path, (PageId(0), PageId(0)), list);
    std::iter::once(list)
        .chain(parts.into_iter().map(|(path, range)| artifact(edition, path, range, Vec::new())))
        .collect()
}

fn named((index, range): (usize, Range)) -> Option<(SitePath, Range)> {
    Some((SitePath::new(&format!("{}/{}.html", generated::PRINT_FOLDER, index + 1))?, range))
}

/// The parts of a large book.
fn parts(edition: &Edition) -> Vec<Range> {
    let first = |item: &OutlineItem| if let OutlineItem::Page(id, _) = item { Some(id.0) } else { None };
    let starts: Vec<usize> = edition.book.outline.iter().filter_map(first).collect();
    let (mut parts, mut from) = (Vec::new(), 0);
    while from < edition.book.pages.len() {
        let most = (from + PART).min(edition.book.pages.len());
        // A chapter of the first level that is itself longer than a part is cut where the part is full.
        let end = starts.iter().copied().filter(|start| *start > from && *start <= most).max();
        let end = if most == edition.book.pages.len() { most } else { end.unwrap_or(most) };
        parts.push((PageId(from), PageId(end)));
        from = end;
    }
    parts
}

/// A part, titled by its first and last chapters.
fn crumb(edition: &Edition, (first, end): Range, href: &str) -> Crumb {
    let title = |id: PageId| edition.book.page(id).title.as_str();
    let last = PageId(end.0.saturating_sub(1));
    let title = if first == last { title(first).to_owned() } else { format!("{} – {}", title(first), title(last)) };
    Crumb { title, number: None, href: href.to_owned() }
}

fn artifact(edition: &Edition, path: SitePath, range: Range, parts: Vec<Crumb>) -> Artifact<'_> {
    let at = path.clone();
    let view = Box::new(move |known: &dyn Fn(Digest) -> bool| late(edition, &at, range, &parts, known));
    Artifact::Late { path, template: "print.html", about: Some(range.0), view }
}

fn late(
    edition: &Edition,
    path: &SitePath,
    range: Range,
    parts: &[Crumb],
    known: &dyn Fn(Digest) -> bool,
) -> Result<Late, Error> {
    let whole = edition.book.pages.len() <= PRINTED_WHOLE;
    let style = if whole { LinkStyle::OneDocument(path) } else { LinkStyle::Part(path, range) };
    let ids: Vec<PageId> = (range.0.0..range.1.0).map(PageId).filter(|id| edition.is_printed(*id)).collect();
    let mut view = view(edition, path, style, parts);
    let keys: Vec<Digest> = ids.par_iter().map(|id| edition.body_key(*id, style)).collect();
    let own = [edition.surroundings, Digest::of_json(&view)];
    let key = Digest::of_parts(keys.iter().chain(&own).map(|key| key.0.as_slice()));
    // Diagnostics of the chapters were reported for their own pages.
    let report = Report::default();
    if known(key) {
        return Ok(Late { key, view: None, report });
    }
    view.chapters = ids.par_iter().map(|id| chapter(edition, *id, style)).collect::<Result<_, Error>>()?;
    view.site = edition.site_view(path, Needs::of(ids.iter().map(|id| &*edition.book.page(*id).chapter)));
    Ok(Late { key, view: Some(View::Print(Box::new(view))), report })
}

fn view(edition: &Edition, path: &SitePath, style: LinkStyle<'_>, parts: &[Crumb]) -> PrintView {
    let mut head = edition.head(edition.string("print_edition"), path);
    // The chapters' own pages have the same text; search engines should find those.
    head.noindex = true;
    PrintView {
        site: edition.site_view(path, Needs::default()),
        head,
        contents: edition.outline(style),
        parts: parts.to_vec(),
        chapters: Vec::new(),
        revised: edition.book.meta.revised.clone(),
        address: edition.book.meta.url.clone(),
    }
}

fn chapter(edition: &Edition, id: PageId, style: LinkStyle<'_>) -> Result<PrintChapter, Error> {
    let (body_html, _) = edition.body(id, style)?;
    Ok(PrintChapter { id: print_prefix(id), title: edition.book.page(id).title.clone(), body_html })
}
