//! [`build`]: from a request to a site, phase by phase.

use super::built::{Built, Counts, MadeFrom, Rest};
use super::cache::{Cache, Pages};
use super::compose::compose;
use super::link::{Linked, link};
use super::load::load;
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
/// let built = build(&Request::new("docs", Purpose::Publish), &mut Cache::in_memory())?;
/// assert_eq!(built.report.errors(), 0);
/// assert!(built.site.iter().any(|(path, _)| path.as_str() == "index.html"));
/// # Ok::<(), chapbook::error::Error>(())
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

/// The phases of a build. Returns what was built, and what it was made from.
pub(super) fn run(mut opened: Opened, cache: &mut Cache) -> Result<(Built, MadeFrom), Error> {
    let mut progress = Progress::new(std::mem::take(&mut opened.report));
    let mut loaded = load(&opened, &mut progress.report)?;
    let texts = std::mem::take(&mut loaded.sources.texts);
    let read = std::mem::take(&mut loaded.sources.read);
    let ways = std::mem::take(&mut loaded.sources.ways);
    let files = std::mem::take(&mut loaded.files);
    progress.mark("read");
    let parsed = parse(loaded, &opened, cache, &mut progress.report);
    progress.mark("parse");
    let Linked { edition, theme } = link(parsed, &opened, cache, &mut progress.report)?;
    progress.mark("link");
    let typeset = typeset(&edition, &opened.plan.typeset, &mut progress)?;
    let composition = Composition {
        edition: &edition,
        typeset: &typeset,
        sources: edition.trees.sources(),
        epoch: opened.request.epoch,
    };
    let composed = compose(&composition, theme, opened.plan.product);
    progress.mark("compose");
    let (site, taken) = fill_site(composed, &composition, &opened.plan, cache, &mut progress.report)?;
    progress.mark("fill");
    let site = pack((site, taken), &composition, &opened.plan, &mut progress.report)?;
    progress.mark("pack");
    remember(&site, cache);
    progress.report.settle(&opened.severities());
    let built = Built {
        id: edition.book.meta.id.clone(),
        counts: count(&composition, &site),
        programs: opened.mdbook.as_ref().map(MdBook::commands).unwrap_or_default(),
        project: opened.project,
        report: progress.report,
        times: progress.times,
        rest: Rest::default(),
        site,
        texts,
        read,
        ways,
    };
    Ok((built, MadeFrom { edition, typeset, files }))
}

/// Keeps for the next build what this one has made.
fn remember(site: &Site, cache: &mut Cache) {
    cache.learn(if site.iter().any(|(_, file)| file.is_published()) { Pages::Some } else { Pages::All });
    cache.keep_site(site);
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
