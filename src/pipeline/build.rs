//! The road from project to site, step by step.
//!
//! In: a [`Request`]. Out: a [`Built`]: the site as a value and everything found on the way. Writes nothing.

use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::built::{Built, Counts, Rest};
use super::cache::{Cache, Pages};
use super::dates::{Dates, history};
use super::fill::{fill_all, settle};
use super::index::search_files;
use super::inputs::program;
use super::opened::{Opened, open};
use super::package;
use super::parsed::{Blocks, parse_again, parse_all};
use super::plan::Product;
use super::preview_state::PreviewState;
use super::request::Request;
use super::typeset::typeset_ahead;
use crate::book::{Book, assemble};
use crate::chapter::{Chapter, ParseOptions};
use crate::config::{Config, Dialect, Project, RawHtml};
use crate::diagnostic::{Diagnostic, Place, Report, Span, codes, nearest};
use crate::error::Error;
use crate::mdbook::MdBook;
use crate::output::{Artifact, Composition, Known, OUTPUTS, OwnFile, OwnKind, index, own_files, theme_files};
use crate::path::SitePath;
use crate::render::{Edition, Templates, ThemeFiles, sizes};
use crate::site::{Site, Store};
use crate::source::{self, Digest, Sources};
use crate::theme::Theme;

/// Only what the site itself serves may run, be drawn or be asked for, unless the book's author says otherwise.
fn policy(config: &Config, inline: &[String]) -> String {
    let scripts = inline.concat();
    // Scripts of other tools set styles as they go, and HTML that is let through has its own.
    let own = !config.theme.scripts.is_empty() || config.markdown.raw_html == RawHtml::All;
    let styles = if own { " 'unsafe-inline'" } else { "" };
    let images = if config.markdown.external_images { " https: http:" } else { "" };
    // The worker of a site that is kept brings its files; the preview never has one.
    let workers = if config.output.offline { "'self' blob:; manifest-src 'self'" } else { "blob:" };
    format!(
        "default-src 'none'; script-src 'self'{scripts}; worker-src {workers}; style-src 'self'{styles}; img-src 'self' data:{images}; \
         media-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'"
    )
}

/// Builds a book's site in memory.
///
/// # Errors
/// If the disk or the theme fails; the author's mistakes are in [`Built::report`].
pub fn build(request: &Request, cache: &mut Cache) -> Result<Built, Error> {
    build_opened(open(request)?, cache)
}

/// Builds the site of a book that is open.
///
/// # Errors
/// If the disk or the theme fails.
pub fn build_opened(opened: Opened, cache: &mut Cache) -> Result<Built, Error> {
    let mut clock = Clock::start();
    let severities = opened.severities();
    let Opened { request, project, mdbook: guest, plan, mut report } = opened;
    let request = &request;
    // Git looks for its repository meanwhile; whoever waits for it must not keep others from working.
    let (sources, history) = std::thread::scope(|scope| {
        let history = scope.spawn(|| history(&project, request));
        let sources = load(&project, guest.as_ref(), request, &mut report);
        (sources, history.join().unwrap_or_default())
    });
    let mut sources = sources?;
    let seen = if plan.keeps_state { PreviewState::look(&project, &sources.chapters) } else { Vec::new() };
    let (dir, follow) = (&project.config.theme.dir, &project.config.source.follow);
    let theme = Theme::overlaid(source::read_theme(&project.root, dir, follow, &mut report)?);
    report.append(theme_findings(&theme, &project));
    let strings = theme.strings(&project.config.book.language);
    let templates = Templates::new(&theme, &strings)?;
    clock.mark("read");
    let options = parse_options(&project.config);
    // Debug text is a fine key: it names every field, and lists are sorted.
    let options_key = format!("{options:?}");
    let dates = Dates::of(history, &sources.chapters, cache);
    let (chapters, days) = std::thread::scope(|scope| {
        // Git reads its own files meanwhile.
        let days = scope.spawn(|| dates.read());
        let key = (&options, options_key.as_bytes());
        (parse_all(&sources.chapters, key, plan.blocks, cache, &mut report), days.join().unwrap_or_default())
    });
    dates.keep(&days, cache);
    clock.mark("parse");
    let assets = std::mem::take(&mut sources.assets);
    let book = assemble(&project, &chapters, sources.summary.as_ref(), assets, &mut report);
    drop(chapters);
    clock.mark("link");
    let (mut files, inline, mut artifacts) = theme_files(&theme, &Known::of(&book), plan.naming);
    artifacts.extend(own_files(read_own_files(&project, &mut report)?, &mut files));
    let surroundings = surroundings(&project, &theme, &files, &options_key, request);
    let highlights = cache.highlights();
    let Sources { chapters: sources, texts, read, ways, .. } = sources;
    let desk = PreviewState {
        strings,
        templates,
        theme: files,
        sizes: sizes(&book.assets),
        surroundings,
        own_templates: theme.has_own_templates(),
        csp: policy(&project.config, &inline),
        options,
        sources,
        book,
        project,
        sheets: Vec::new(),
        seen,
        days,
    };
    let again = |chapter: &Chapter| parse_again(chapter, &desk.sources, &desk.options);
    let mut edition = desk.edition(&highlights, &again);
    let (book, project) = (&desk.book, &desk.project);
    typeset_ahead(&mut edition, &plan.typeset, &mut report)?;
    clock.mark("typeset");
    edition.index = index(book);
    clock.mark("sections");
    let composition = Composition { edition: &edition, sources: &desk.sources, epoch: request.epoch };
    let all: Vec<Artifact<'_>> = match plan.product {
        Product::Form(form) => form.compose(&composition),
        Product::Site => artifacts.into_iter().chain(compose(&composition)).collect(),
    };
    clock.mark("compose");
    let store = Store::new(cache.folder());
    let mut site = Site::default();
    let search = || plan.search_files.then(|| search_files(&edition.index, &edition.theme.engine, &store, cache));
    let (pages, search) = rayon::join(|| fill_all(all, &edition, &store, cache), search);
    // The scripts of search first: no file of the book may take their place.
    let (search, memory) = search.unwrap_or_default();
    settle(search, &mut site, &mut report);
    cache.keep_index(memory);
    let taken = settle(pages?, &mut site, &mut report);
    clock.mark("fill");
    let site = package::pack((site, taken), &composition, &plan, &mut report)?;
    clock.mark("pack");
    cache.learn(if site.iter().any(|(_, file)| file.is_published()) { Pages::Some } else { Pages::All });
    cache.keep_site(&site);
    report.settle(&severities);
    let counts = count(book, &edition, &site);
    let (id, project, sheets) = (book.meta.id.clone(), project.clone(), std::mem::take(&mut edition.all_sheets));
    let index = std::mem::take(&mut edition.index);
    drop(edition);
    let mut rest = Rest::default();
    if !plan.keeps_state {
        rest = Rest(Some(Box::new((index, desk))));
    } else if guest.is_none() && !project.config.source.foreign {
        // Only of a book of our own is a chapter's text known without the rest.
        cache.keep_desk(PreviewState { sheets, ..desk });
    }
    let programs = guest.as_ref().map(MdBook::commands).unwrap_or_default();
    Ok(Built { id, site, report, texts, read, ways, programs, counts, times: clock.times, project, rest })
}

/// The digest of all that decides how pages look beside their text.
fn surroundings(project: &Project, theme: &Theme, files: &ThemeFiles, options: &str, request: &Request) -> Digest {
    // The scripts of lists know the names of all lists in the book.
    let lists = (&files.list_styles, &files.list_scripts);
    let all = format!("{:?} {request:?} {:?} {lists:?}", project.config, program());
    Digest::of_parts([all.as_bytes(), options.as_bytes(), &theme.digest().0])
}

/// A book read and put together, nothing of it typeset.
pub(super) struct ReadBook {
    pub(super) project: Project,
    pub(super) sources: Sources,
    pub(super) book: Book,
    pub(super) report: Report,
}

/// Reads a book and puts it together.
pub(super) fn read_book(request: &Request) -> Result<ReadBook, Error> {
    let opened = open(request)?;
    let severities = opened.severities();
    let Opened { project, mdbook: guest, mut report, .. } = opened;
    let mut sources = load(&project, guest.as_ref(), request, &mut report)?;
    let options = parse_options(&project.config);
    let nothing = &mut Cache::in_memory();
    let chapters = parse_all(&sources.chapters, (&options, &[]), Blocks::Kept, nothing, &mut report);
    let assets = std::mem::take(&mut sources.assets);
    let book = assemble(&project, &chapters, sources.summary.as_ref(), assets, &mut report);
    report.settle(&severities);
    Ok(ReadBook { project, sources, book, report })
}

fn load(project: &Project, guest: Option<&MdBook>, request: &Request, report: &mut Report) -> Result<Sources, Error> {
    let out = project.site_dir(request.out.as_deref());
    let skip = [out, project.site_dir(None), project.theme_dir(), project.cache_dir()];
    let config = &project.config.source;
    let habits = if config.foreign { source::Habits::Anybodys } else { source::Habits::Ours };
    let wanted = source::Request {
        root: &project.root,
        content: &config.dir,
        exclude: &config.exclude,
        follow: &config.follow,
        skip: &skip,
        only: guest.and_then(MdBook::listed),
        includes: guest.map_or_else(|| own_includes(&project.config), MdBook::includes),
        habits,
    };
    let mut sources = source::load(&wanted, report)?;
    if let Some(file) = &project.file {
        sources.texts.insert(file.name.clone(), file.text.clone());
    }
    if let Some(guest) = guest {
        guest.prepare(project, &mut sources, report);
    }
    sources.read.push(project.root.join("chapbook.toml"));
    sources.read.push(project.theme_dir());
    Ok(sources)
}

/// How the includes of a book of our own are read; one that came from mdBook keeps the manners it had.
fn own_includes(config: &Config) -> source::IncludeRules<'static> {
    let manner = match config.markdown.dialect {
        Dialect::Chapbook => source::Manner::Selected,
        Dialect::MdBook => source::Manner::MdBook,
    };
    source::IncludeRules { reach: None, manner }
}

/// The style sheets and scripts that the book names; one that is not there is a finding.
fn read_own_files(project: &Project, report: &mut Report) -> Result<Vec<OwnFile>, Error> {
    let theme = &project.config.theme;
    let styles = theme.styles.iter().map(|path| (path, OwnKind::Style));
    let scripts = theme.scripts.iter().map(|path| (path, OwnKind::Script));
    let mut files = Vec::new();
    for (written, kind) in styles.chain(scripts) {
        let path = SitePath::new(written);
        let bytes = path.as_ref().map(|path| source::read_inside(&project.root, path.as_str())).transpose()?.flatten();
        if let (Some(path), Some(bytes)) = (path, bytes) {
            files.push((path, kind, bytes));
        } else {
            let message = format!("there is no file `{written}`");
            let help = "name a file inside the book's folder, or take it out of the configuration";
            let key = if kind == OwnKind::Style { "styles" } else { "scripts" };
            let finding = Diagnostic::new(&codes::THEME, message).help(help);
            report.add(Diagnostic { at: project.place(&["theme", key]), ..finding });
        }
    }
    Ok(files)
}

/// Files of the book's own theme that do nothing.
fn theme_findings(theme: &Theme, project: &Project) -> Report {
    let place =
        |path: &str| Place { file: format!("{}/{path}", project.config.theme.dir).into(), span: Span::default() };
    let mut report = Report::default();
    for path in theme.unknown_files() {
        let help = match nearest(path, Theme::builtin_names()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "files of your own go into `css/`, `js/` and `assets/`".to_owned(),
        };
        let message = format!("`{path}` replaces no file of the built-in theme");
        report.add(Diagnostic::new(&codes::THEME, message).at(place(path)).help(help));
    }
    for (path, reason) in theme.broken_strings() {
        let message = format!("the strings in `{path}` cannot be read: {}", reason.lines().next().unwrap_or_default());
        let help = "write each as `key = \"text\"`, in UTF-8";
        report.add(Diagnostic::new(&codes::THEME, message).at(place(path)).help(help));
    }
    report
}

pub(super) fn parse_options(config: &Config) -> ParseOptions {
    let mut variables = config.variables.clone();
    let book = &config.book;
    let own = [
        ("title", &book.title),
        ("description", &book.description),
        ("url", &book.url),
        ("revised", &book.revised),
        ("id", &book.id),
    ];
    for (name, value) in own {
        if let Some(value) = value {
            variables.entry(name.to_owned()).or_insert_with(|| value.clone());
        }
    }
    ParseOptions { markdown: config.markdown.clone(), variables }
}

fn compose<'a>(composition: &Composition<'a>) -> Vec<Artifact<'a>> {
    let config = &composition.edition.project.config.output;
    let wanted: Vec<_> = OUTPUTS.iter().filter(|output| (output.wanted)(config)).collect();
    let parts: Vec<Vec<Artifact<'a>>> = wanted.par_iter().map(|output| (output.compose)(composition)).collect();
    parts.into_iter().flatten().collect()
}

fn count(book: &Book, edition: &Edition<'_>, site: &Site) -> Counts {
    Counts {
        pages: book.pages.len(),
        sections: edition.index.sections().len(),
        checklists: edition.book.checklists.len(),
        words: book.pages.iter().map(|page| u64::from(page.chapter.words)).sum(),
        bytes: site.iter().map(|(_, file)| file.len() as u64).sum(),
    }
}

/// Takes the time of each step.
struct Clock {
    last: Instant,
    times: Vec<(&'static str, Duration)>,
}

impl Clock {
    fn start() -> Self {
        Self { last: Instant::now(), times: Vec::new() }
    }

    fn mark(&mut self, step: &'static str) {
        let now = Instant::now();
        self.times.push((step, now - self.last));
        self.last = now;
    }
}
