//! [`build`]: from a request to a site, phase by phase.

use super::built::{Built, Counts, MadeFrom, Rest};
use super::cache::{Cache, Pages};
use super::compose::compose;
use super::link::{Linked, link};
use super::load::{ReadFiles, load};
use super::opened::{Opened, open};
use super::pack::pack;
use super::parse::parse;
use super::progress::Progress;
use super::request::Request;
use super::site::fill_site;
use super::typeset::typeset;
use crate::error::Error;
use crate::mdbook::MdBook;
use crate::output::Composition;
use crate::site::Site;

/// Builds a book's site in memory; nothing is written to disk but what the cache remembers.
///
/// What is wrong in the book is in [`Built::report`]: a site with errors is not meant to be published.
///
/// # Errors
/// If the disk or the theme fails.
///
/// # Examples
///
/// ```
/// use chapbook::pipeline::{Cache, Purpose, Request, build};
///
/// let book = tempfile::tempdir()?;
/// std::fs::write(book.path().join("tea.md"), "# Tea\n\nBoil water.\n")?;
/// let built = build(&Request::new(book.path(), Purpose::Publish), &mut Cache::in_memory())?;
/// assert_eq!((built.report.errors(), built.counts.pages), (0, 1));
/// assert!(built.site.iter().any(|(path, _)| path.as_str() == "tea.html"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn build(request: &Request, cache: &mut Cache) -> Result<Built, Error> {
    build_opened(open(request)?, cache)
}

/// Builds the site of a book whose configuration is read.
///
/// # Errors
/// If the disk or the theme fails.
pub fn build_opened(opened: Opened, cache: &mut Cache) -> Result<Built, Error> {
    let (built, made_from) = run(opened, cache)?;
    Ok(Built { rest: Rest(Some(Box::new(made_from))), ..built })
}

/// The phases of a build. Returns the result, and what its pages are made from.
pub(super) fn run(mut opened: Opened, cache: &mut Cache) -> Result<(Built, MadeFrom), Error> {
    let mut progress = Progress::new(std::mem::take(&mut opened.report));
    let (loaded, mut files) = load(&opened, &mut progress.report)?;
    progress.mark("read");
    let parsed = parse(loaded, &opened, cache, &mut progress.report);
    opened.take_language(&parsed.chapters);
    progress.mark("parse");
    let Linked { edition, theme } = link(parsed, &opened, cache, &mut progress.report)?;
    progress.mark("link");
    let typeset = typeset(&edition, &opened.plan.typeset, &mut progress)?;
    let composition = Composition { edition: &edition, typeset: &typeset, epoch: opened.request.epoch };
    let composed = compose(&composition, theme, opened.plan.product);
    progress.mark("compose");
    let filled = fill_site(composed, &composition, &opened.plan, cache, &mut progress.report)?;
    progress.mark("fill");
    let site = pack(filled, &composition, &opened.plan, &mut progress.report)?;
    progress.mark("pack");
    remember(&site, cache);
    let chapter_files = std::mem::take(&mut files.chapters);
    let built = finish(opened, files, progress, site, &composition);
    Ok((built, MadeFrom { edition, typeset, chapter_files }))
}

/// Keeps for the next build what this one has made.
fn remember(site: &Site, cache: &mut Cache) {
    cache.compact_highlights(if site.iter().any(|(_, file)| file.is_published()) { Pages::Some } else { Pages::All });
    cache.store_site(site);
    // The program may end without dropping the cache.
    cache.memo().flush();
}

fn finish(
    opened: Opened,
    files: ReadFiles,
    mut progress: Progress,
    site: Site,
    composition: &Composition<'_>,
) -> Built {
    progress.report.finish(&opened.severities());
    Built {
        id: composition.edition.book.meta.id.clone(),
        counts: count(composition, &site),
        programs: opened.mdbook.as_ref().map(MdBook::commands).unwrap_or_default(),
        project: opened.project,
        site,
        report: progress.report,
        times: progress.times,
        texts: files.texts,
        read: files.paths,
        missing: files.missing,
        rest: Rest::default(),
    }
}

fn count(composition: &Composition<'_>, site: &Site) -> Counts {
    let book = &composition.edition.book;
    Counts {
        pages: book.pages.len(),
        sections: composition.typeset.index.sections().len(),
        checklists: book.checklists.len(),
        words: book.pages.iter().map(|page| u64::from(page.chapter.words)).sum(),
        bytes: site.iter().map(|(_, file)| file.len() as u64).sum(),
    }
}
