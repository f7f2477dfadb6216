//! Measures the duration of each step of a build: `cargo bench --bench steps`.
//!
//! The input is the shipped guide and the manual, so that everyone with the repository can measure.

#![expect(clippy::unwrap_used, reason = "what a measurement cannot prepare ends it")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chapbook::chapter::{Chapter, ParseOptions, parse};
use chapbook::config::Project;
use chapbook::diagnostic::{Report, Severities};
use chapbook::mdbook::Plugins;
use chapbook::path::{ContentPath, SitePath};
use chapbook::pipeline::{Built, Cache, Purpose, Request, build};
use chapbook::render::{Direction, Highlights, LinkContext, Medium, RenderContext, Templates, typeset};
use chapbook::search::{Index, Section};
use chapbook::site::{Role, Site, publish};
use chapbook::source::SourceFile;
use chapbook::theme::{Strings, Theme};
use divan::Bencher;
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The chapters of a folder.
fn sources(folder: &str) -> Vec<SourceFile> {
    let mut files = Vec::new();
    let mut folders = vec![repository().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "md") {
                files.push(entry);
            }
        }
    }
    files.sort();
    files.iter().map(|path| source(path)).collect()
}

fn source(path: &Path) -> SourceFile {
    let name = path.strip_prefix(repository()).unwrap().to_str().unwrap();
    let place = ContentPath::resolve("", name).unwrap();
    SourceFile::generated(place, name, fs::read_to_string(path).unwrap())
}

fn bytes(sources: &[SourceFile]) -> BytesCount {
    BytesCount::new(sources.iter().map(|source| source.text.len()).sum::<usize>())
}

fn chapters(sources: &[SourceFile]) -> Vec<Chapter> {
    sources.iter().map(|source| parse(source, &ParseOptions::default()).0).collect()
}

#[divan::bench(args = ["content", "docs"])]
fn parsing(bencher: Bencher<'_, '_>, folder: &str) {
    let sources = sources(folder);
    bencher.counter(bytes(&sources)).bench(|| chapters(&sources));
}

/// With the cached highlighting of code blocks, or with new highlighting for each chapter.
#[divan::bench(args = [true, false])]
fn typesetting(bencher: Bencher<'_, '_>, highlighted_before: bool) {
    let (sources, strings) = (sources("docs"), Strings::new());
    let (chapters, templates) =
        (chapters(&sources), Templates::new(&Theme::with_overrides(BTreeMap::new()), &english()).unwrap());
    let kept = Highlights::default();
    bencher.counter(bytes(&sources)).bench(|| {
        let fresh = Highlights::default();
        let highlights = if highlighted_before { &kept } else { &fresh };
        for chapter in &chapters {
            divan::black_box(typeset(chapter, &context(chapter, &strings), &templates, highlights).unwrap());
        }
    });
}

fn english() -> Strings {
    Theme::with_overrides(BTreeMap::new()).strings("en")
}

fn context<'a>(chapter: &Chapter, strings: &'a Strings) -> RenderContext<'a> {
    let link =
        |link: &chapbook::chapter::Link| LinkContext { href: Some(link.href.clone()), external: false, size: None };
    RenderContext {
        links: chapter.links.iter().map(link).collect(),
        numbers: Vec::new(),
        checklists: Vec::new(),
        place: String::new(),
        prefix: String::new(),
        lower: 0,
        title: None,
        title_number: None,
        external_images: false,
        highlight: true,
        strings,
        direction: Direction::LeftToRight,
        medium: Medium::Page,
    }
}

#[divan::bench(args = ["content", "docs"])]
fn indexing(bencher: Bencher<'_, '_>, folder: &str) {
    let sources = sources(folder);
    let sections = chapters(&sources).iter().flat_map(sections).collect();
    let index = Index::new(sections, Vec::new());
    bencher.counter(bytes(&sources)).bench(|| {
        index.write_scripts("", None, &|_, text| drop(divan::black_box(text)));
    });
}

fn sections(chapter: &Chapter) -> Vec<Section> {
    let section = |text: &chapbook::chapter::SectionText| Section {
        url: chapbook::search::Address {
            page: chapter.path.to_string(),
            fragment: text.anchor.as_ref().map(ToString::to_string),
        },
        title: text.open.last().cloned().unwrap_or_default(),
        page: String::new(),
        trail: text.open.clone(),
        part: None,
        tags: Vec::new(),
        aliases: Vec::new(),
        checklists: false,
        text: Arc::clone(&text.text),
    };
    chapter.sections.iter().map(section).collect()
}

fn built(folder: &str) -> Built {
    let request = Request {
        book: repository().join(folder),
        out: None,
        url: None,
        purpose: Purpose::Publish,
        severities: Severities::default(),
        plugins: Plugins::none(),
        epoch: None,
        follow: Vec::new(),
        dating: chapbook::pipeline::Dating::None,
    };
    build(&request, &mut Cache::in_memory()).unwrap()
}

/// All steps, without writing the site.
#[divan::bench(args = [".", "docs"])]
fn building(bencher: Bencher<'_, '_>, folder: &str) {
    bencher.bench(|| built(folder));
}

#[divan::bench]
fn publishing(bencher: Bencher<'_, '_>) {
    let mut site = Site::default();
    for page in 0..500 {
        let path = SitePath::new(&format!("c{}/p{page}.html", page / 100)).unwrap();
        site.insert(path, Role::Page, vec![b'x'; 20_000]).unwrap();
    }
    let project = Project::open(&repository(), &mut Report::default()).unwrap();
    bencher
        .with_inputs(|| tempfile::tempdir().unwrap())
        .bench_local_values(|out| publish(&site, &out.path().join("site"), &project).unwrap());
}
