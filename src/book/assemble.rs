//! From chapters to book, in the order of the steps.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::aside::Aside;
use super::checklist;
use super::diagrams;
use super::entry::{self, Entry, LinkEntry};
use super::glossary;
use super::layout::{self, Layout};
use super::link::{self, Base};
use super::lint;
use super::listing;
use super::meta;
use super::model::{Book, Page, Target};
use super::name::{self, IndexNames, OwnPages};
use super::named;
use super::order::{self, Asides, OrderRules};
use super::paths::{self, Claims, Naming, Owner};
use super::places::{Absence, Places};
use super::redirect::{self, Redirects};
use super::summary;
use super::terms::Terms;
use super::titles;
use crate::chapter::{self, Chapter, Link, LinkKind, ParseOptions};
use crate::config::{MarkdownConfig, Project, is_same_language};
use crate::diagnostic::{Diagnostic, Place, Report, Span, codes};
use crate::path::{ContentPath, SitePath};
use crate::source::{Asset, FolderLabel, SourceFile, docsify_homepage, folder_labels, is_folder_label};

/// Makes a book of the chapters of a project. It cannot fail: what is wrong with the content is added to `report`.
///
/// `chapters` are all Markdown files, sorted by path. If there is a `summary`, it determines the order and the titles, and
/// files that it does not list are not published, which is reported unless they are `included` in others; otherwise folders,
/// file names and weights determine the order.
#[must_use]
pub fn assemble(
    project: &Project,
    chapters: &[Arc<Chapter>],
    (summary, included): (Option<&SourceFile>, &BTreeSet<ContentPath>),
    mut assets: Vec<Asset>,
    report: &mut Report,
) -> Book {
    let hints = Hints::of(project, &assets);
    if project.config.source.foreign {
        assets.retain(|asset| !is_folder_label(asset));
    }
    let order = match summary {
        Some(source) => {
            let tree = parsed(project, source, report);
            listed(project, (&tree, &source.text), (chapters, included), hints, report)
        }
        None => by_folders(project, chapters, hints, report),
    };
    finish(project, order, chapters, assets, report)
}

/// The order of a book, and how its pages are named.
pub(super) struct Order {
    title: Option<String>,
    entries: Vec<Entry>,
    naming: Naming,
    /// Why a chapter that is no draft can be missing from it.
    absence: Absence,
}

fn parsed(project: &Project, source: &SourceFile, report: &mut Report) -> Chapter {
    let markdown = MarkdownConfig { math: false, ..project.config.markdown.clone() };
    let options = ParseOptions { markdown, variables: project.config.variables.clone() };
    let (tree, diagnostics) = chapter::parse(source, &options);
    // A list without chapters is reported as an empty book, and a line that is not a link by `read_summary`.
    let reported_otherwise = [&codes::EMPTY_CHAPTER, &codes::NEAR_MISS];
    for diagnostic in diagnostics.iter().filter(|diagnostic| !reported_otherwise.contains(&diagnostic.code)) {
        report.add(diagnostic.clone());
    }
    tree
}

/// What the files of other tools say about a folder besides its texts.
#[derive(Debug, Default)]
pub(super) struct Hints {
    labels: BTreeMap<String, FolderLabel>,
    home: Option<ContentPath>,
}

impl Hints {
    fn of(project: &Project, assets: &[Asset]) -> Self {
        if !project.config.source.foreign {
            return Self::default();
        }
        let index = assets.iter().find(|asset| asset.path.as_str() == "index.html");
        let html = index.and_then(|index| std::str::from_utf8(&index.bytes).ok());
        Self { labels: folder_labels(assets), home: html.and_then(docsify_homepage) }
    }

    /// The index page of each folder.
    fn own_pages(&self, project: &Project, chapters: &[Arc<Chapter>]) -> OwnPages {
        let names = if project.config.source.foreign { IndexNames::Foreign } else { IndexNames::Own };
        let mut own = name::own_pages(chapters, names);
        if let Some(home) = self.home.as_ref().filter(|home| chapters.iter().any(|chapter| chapter.path == **home)) {
            own.entry(String::new()).or_insert_with(|| home.clone());
        }
        own
    }
}

/// The order that `SUMMARY.md` gives; `tree` was made from `text`.
pub(super) fn listed(
    project: &Project,
    (tree, text): (&Chapter, &str),
    (chapters, included): (&[Arc<Chapter>], &BTreeSet<ContentPath>),
    hints: Hints,
    report: &mut Report,
) -> Order {
    let foreign = project.config.source.foreign;
    let grammar = if foreign { summary::Grammar::Lenient } else { summary::Grammar::Strict };
    let mut summary = summary::read_summary(tree, text, grammar, report);
    let title = summary.title.take();
    let mut entries = listing::by_summary((summary, tree), (chapters, included), project, report);
    if foreign {
        if entry::chapters(&entries).is_empty() {
            return by_folders(project, chapters, hints, report);
        }
        complete(&mut entries, project, chapters, hints);
    }
    let published: Vec<Arc<Chapter>> = entry::chapters(&entries).into_iter().cloned().collect();
    if published.is_empty() {
        let help = "list a chapter that exists, as in `- [Title](file.md)`";
        let diagnostic = Diagnostic::new(&codes::EMPTY_BOOK, "`SUMMARY.md` lists no chapter that can be published");
        report.add(diagnostic.at(tree.place(Span::default())).help(help));
    }
    let own = Hints::default().own_pages(project, &published);
    let naming = Naming { style: project.config.output.address_style(), own, as_written: true, short: BTreeMap::new() };
    Order { title, entries, naming, absence: Absence::Unlisted }
}

/// Adds the chapters that a list of another tool leaves out: the home page before it, the others after it.
fn complete(entries: &mut Vec<Entry>, project: &Project, chapters: &[Arc<Chapter>], hints: Hints) {
    let mut rest = listing::unlisted(entries, chapters);
    let own = hints.own_pages(project, &rest);
    let listed_home = hints.own_pages(project, chapters).get("") != own.get("");
    let title = name::of_book(project);
    if let Some(at) = rest.iter().position(|chapter| own.get("") == Some(&chapter.path)).filter(|_| !listed_home) {
        entries.insert(0, order::page(rest.remove(at), Vec::new(), title.as_deref()));
    }
    let own = hints.own_pages(project, &rest);
    let rules = OrderRules { own: &own, book: title.as_deref(), labels: hints.labels, asides: Asides::Last };
    let rest = order::by_folders(&rest, &rules);
    if !rest.is_empty() {
        entries.extend([Entry::Part(None), Entry::Separator]);
        entries.extend(rest);
    }
}

/// The order that folders and names give.
pub(super) fn by_folders(project: &Project, chapters: &[Arc<Chapter>], hints: Hints, report: &mut Report) -> Order {
    let published: Vec<Arc<Chapter>> = chapters.iter().filter(|chapter| !chapter.front.draft).cloned().collect();
    if published.is_empty() {
        report.add(empty_book(project, chapters));
    }
    let own = hints.own_pages(project, &published);
    let title = name::of_book(project);
    let asides = if project.config.source.foreign { Asides::Last } else { Asides::ByName };
    let rules = OrderRules { own: &own, book: title.as_deref(), labels: hints.labels, asides };
    let entries = order::by_folders(&published, &rules);
    let output = &project.config.output;
    let short = if output.short_paths { paths::short_paths(&published) } else { BTreeMap::new() };
    let naming = Naming { style: output.address_style(), own, as_written: false, short };
    Order { title: None, entries, naming, absence: Absence::Displaced }
}

fn empty_book(project: &Project, chapters: &[Arc<Chapter>]) -> Diagnostic {
    let dir = project.config.source.dir.trim_matches('/');
    let home = if matches!(dir, "" | ".") { "index.md".to_owned() } else { format!("{dir}/index.md") };
    match chapters.first() {
        None => Diagnostic::new(&codes::EMPTY_BOOK, "no chapter was found")
            .help(format!("create `{home}` with a heading and some text")),
        Some(draft) => Diagnostic::new(&codes::EMPTY_BOOK, "every chapter is a draft")
            .at(draft.place(Span::default()))
            .help("take `draft` out of the front matter of one"),
    }
}

/// Everything that follows from the order: paths, checklists, redirects, links.
pub(super) fn finish(
    project: &Project,
    order: Order,
    chapters: &[Arc<Chapter>],
    assets: Vec<Asset>,
    report: &mut Report,
) -> Book {
    let Order { title, entries, naming, absence } = order;
    let mut claims = Claims::default();
    let laid = layout::lay_out(entries, &naming, &project.config.numbers, &mut claims, report);
    let Layout { mut pages, mut outline, links, displaced } = laid;
    let assets = claimed_assets(assets, &mut claims, report);
    let checklists = checklist::gather(&mut pages, &mut claims, report);
    let mut places = Places::new(project, &pages, &naming.own, &assets, &checklists);
    places.set_absent(chapters, |chapter| match (chapter.front.draft, displaced.contains(&chapter.path)) {
        (true, _) => Absence::Draft,
        (false, true) => Absence::Displaced,
        (false, false) => absence,
    });
    let redirects = redirect::resolve(project, &places, &mut claims, report);
    for redirect in &redirects.pages {
        places.add_redirect(redirect.from.file(), redirect.to.clone());
    }
    let targets = link::resolve_all(&places, report);
    let (banner, glossary) = (named::banner(project, &places, report), named::glossary(project, &places, report));
    if pages.iter().any(|page| page.chapter.front.sidebar == Some(false)) {
        outline = layout::without_hidden(outline, &pages);
    }
    let mut outline_targets = links.iter().map(|link| outline_target(link, &places, report));
    layout::set_links(&mut outline, &mut outline_targets);
    claims.check_folders(report);
    let meta = meta::meta(project, title, &pages);
    set_targets(&mut pages, targets);
    titles::check(&pages, report);
    diagrams::check(&pages, &project.config, report);
    lint::check(&pages, &checklists, &meta, project.config.theme.paper, report);
    let Redirects { pages: redirects, anchors: anchor_redirects } = redirects;
    let terms = Terms::default();
    let main_pages = main_pages(project, &pages);
    let mut book = Book {
        meta,
        pages,
        main_pages,
        outline,
        checklists,
        redirects,
        anchor_redirects,
        assets,
        glossary,
        terms,
        banner,
    };
    glossary::find(&mut book, report);
    book
}

/// Assets keep their path in the site; one whose path a page owns is left out.
fn claimed_assets(assets: Vec<Asset>, claims: &mut Claims, report: &mut Report) -> Vec<Asset> {
    let mut claim = |asset: &Asset| {
        let place = Place { file: asset.name.clone(), span: Span::default() };
        let owner = Owner { name: asset.path.to_string(), place: Some(place) };
        SitePath::new(asset.path.as_str()).is_some_and(|path| claims.claim(&path, owner, report))
    };
    assets.into_iter().filter(|asset| claim(asset)).collect()
}

fn outline_target(entry: &LinkEntry, places: &Places<'_>, report: &mut Report) -> Target {
    let link = Link { href: entry.href.clone(), kind: LinkKind::Link, span: Span::default() };
    let (target, diagnostic) = link::resolve(&link, Base::ROOT, places);
    if let Some(diagnostic) = diagnostic {
        report.add(diagnostic.at(entry.at.clone()));
    }
    target
}

/// How many pages come before those that are not part of the main text of a folder.
fn main_pages(project: &Project, pages: &[Page]) -> usize {
    let own = &project.config.book.language;
    let is_other =
        |page: &Page| page.chapter.language.as_deref().is_some_and(|language| !is_same_language(language, own));
    let is_aside = |page: &&Page| Aside::of_path(&page.chapter) >= Aside::Meta || is_other(page);
    let asides = pages.iter().rev().take_while(is_aside).count();
    if project.config.source.foreign && asides < pages.len() { pages.len() - asides } else { pages.len() }
}

fn set_targets(pages: &mut [Page], targets: Vec<Vec<Target>>) {
    for (page, targets) in pages.iter_mut().zip(targets) {
        page.targets = targets;
    }
}
