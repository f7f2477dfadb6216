//! Where pages are: links, redirects and search results lead to files, and the data of readers has the same key however
//! the book is published or exported.

use std::collections::{BTreeMap, BTreeSet};

use chapbook::output::Export;
use chapbook::path::generated::{ALL, use_of};
use chapbook::pipeline::{Cache, Purpose, Request, build};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::book::{Book, extension, files_of, request};
use crate::html::{dead_links, elements, internal, pages};

/// The files of a site, by path.
type Files = BTreeMap<String, Vec<u8>>;

/// Pages of a folder and in it, of the same name, with spaces, numbers and names that chapbook uses itself.
const CHAPTERS: &[&str] = &[
    "index.md",
    "a.md",
    "a/index.md",
    "a/b.md",
    "a/index/index.md",
    "b/README.md",
    "b/01-x y.md",
    "c/读 我.md",
    "index/index.md",
    "v1.2.md",
    "xindex.md",
];

const CONFIG: &str = "[book]\ntitle = \"T\"\nid = \"t\"\nurl = \"https://example.org/t/\"\n";

/// A book of these chapters: each has a blank labelled with its number, a checklist, and links to all chapters.
fn book(chapters: &[&str], clean: bool) -> Book {
    let config = format!("{CONFIG}[output]\nclean_urls = {clean}\ndownloads = [\"file\"]\n");
    let links: String = chapters.iter().map(|path| format!("[to](</{path}>) [section](</{path}#part>)\n")).collect();
    let text = |(number, path): (usize, &&str)| {
        let alias = format!("---\naliases: [old{number}/index.md, older{number}]\n---\n");
        let body = format!("# Chapter {number}\n\nfield{number}: ____\n\n{links}\n## Part\n\n- [ ] item {number}\n");
        (format!("content/{path}"), alias + &body)
    };
    let chapters = chapters.iter().enumerate().map(text);
    Book::of(chapters.chain([("chapbook.toml".to_owned(), config)]))
}

/// What a book becomes; `None` if its chapters collide.
fn made(book: &Book, purpose: Purpose) -> Option<Files> {
    let built = build(&Request { purpose, ..request(book.path()) }, &mut Cache::in_memory()).unwrap();
    let collides = built.report.iter().any(|diagnostic| diagnostic.code.name.ends_with("-collision"));
    (!collides).then(|| files_of(&built))
}

/// The number of each blank and the keys under which the pages store it.
fn keys(files: &Files) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for element in pages(files).into_values().flatten() {
        if let (Some(label), Some(key)) = (element.attribute("data-label"), element.attribute("data-place")) {
            keys.entry(label.to_owned()).or_default().insert(key.to_owned());
        }
    }
    keys
}

fn text<'a>(files: &'a Files, path: &str) -> &'a str {
    std::str::from_utf8(&files[path]).unwrap()
}

/// The addresses of all sections that search finds.
fn results(files: &Files) -> Vec<String> {
    let index: serde_json::Value = serde_json::from_str(text(files, "search-index.json")).unwrap();
    index["sections"].as_array().unwrap().iter().map(|section| section["url"].as_str().unwrap().to_owned()).collect()
}

/// The links on the page of search results, which are written as links of all pages are.
fn hrefs(files: &Files) -> BTreeSet<String> {
    let page = elements(text(files, "search.html"));
    page.iter().filter_map(|element| element.attribute("href")).map(str::to_owned).collect()
}

/// The rows of `_redirects`: old address and new one, from the site's root.
fn redirects(files: &Files) -> Vec<(String, String)> {
    let row = |row: &str| {
        let mut row = row.split(' ').map(|address| address.strip_prefix("/t/").unwrap().to_owned());
        (row.next().unwrap(), row.next().unwrap())
    };
    let rows = text(files, "_redirects").lines();
    rows.map(|line| row(line.strip_suffix(" 301").unwrap())).collect()
}

/// The file and anchor that an address from the site's root leads to.
fn file(address: &str) -> (String, String) {
    let address = if address.is_empty() || address.starts_with('#') { format!("./{address}") } else { address.into() };
    internal("search.html", &address).unwrap()
}

fn check_site(files: &Files, clean: bool) {
    assert_eq!(dead_links(files), [""; 0]);
    let links = hrefs(files);
    for url in results(files) {
        let (path, _) = file(&url);
        assert!(files.contains_key(&path), "{url} leads to no file");
        assert!(url.contains('#') || links.contains(&url), "no link says {url}: {links:?}");
        assert!(!clean || !url.contains("index.html"), "{url}");
    }
    for (from, to) in redirects(files) {
        assert!(files.contains_key(&file(&from).0) && files.contains_key(&file(&to).0), "{from} -> {to}");
        assert!(!clean || !from.contains("index") || from == "index/", "{from} is no address of the site");
    }
}

fn check_one_file(files: &Files, chapters: usize) {
    let page = elements(text(files, "book.html"));
    let ids: Vec<&str> = page.iter().filter_map(|element| element.attribute("id")).collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(unique.len(), ids.len());
    let links = page.iter().filter_map(|element| element.attribute("href")).filter_map(|href| href.strip_prefix('#'));
    for link in links {
        assert!(unique.contains(chapbook::path::decode(link).as_str()), "#{link}");
    }
    let leaves = page.iter().filter(|element| element.attribute("data-title").is_some()).count();
    assert!(leaves >= chapters, "{leaves} leaves");
}

fn check_epub(files: &Files, chapters: usize) {
    let documents = files.iter().filter(|(path, _)| extension(path) == "xhtml");
    let mut found = 0;
    for (path, bytes) in documents {
        let text = std::str::from_utf8(bytes).unwrap();
        found += usize::from(text.contains("<h1 id=\"chapter-"));
        for href in elements(text).iter().filter_map(|element| element.attribute("href")) {
            let Some((to, _)) = internal(path, href) else { continue };
            assert!(files.contains_key(&to), "{path}: {href}");
        }
    }
    assert_eq!(found, chapters);
}

/// Checks a book in both styles and in every export.
fn check(chapters: &[&str]) {
    let mut all: Vec<Files> = Vec::new();
    for clean in [false, true] {
        let book = book(chapters, clean);
        if let Some(site) = made(&book, Purpose::Publish) {
            check_site(&site, clean);
            check_one_file(&site, chapters.len());
            all.push(site);
        }
        for form in [Export::Zip, Export::File, Export::Epub, Export::MarkdownFolder] {
            let Some(files) = made(&book, Purpose::Export(form)) else { continue };
            match form {
                Export::Epub => check_epub(&files, chapters.len()),
                Export::File => check_one_file(&files, chapters.len()),
                Export::MarkdownFolder => assert_eq!(files.len(), chapters.len()),
                _ => assert_eq!(dead_links(&under(&files, "t/book/")), [""; 0]),
            }
            if form == Export::Zip || form == Export::File {
                all.push(files);
            }
        }
    }
    let keys: Vec<_> = all.iter().map(keys).collect();
    let first = &keys[0];
    assert_eq!(first.len(), chapters.len());
    assert!(first.values().all(|keys| keys.len() == 1), "{first:?}");
    assert_eq!(
        first.values().flatten().collect::<BTreeSet<_>>().len(),
        chapters.len(),
        "two pages share a key: {first:?}"
    );
    assert!(keys.iter().all(|other| other == first), "{keys:?}");
}

/// The files in a folder, by their paths in it.
fn under(files: &Files, folder: &str) -> Files {
    let files = files.iter().filter_map(|(path, bytes)| Some((path.strip_prefix(folder)?.to_owned(), bytes.clone())));
    files.collect()
}

#[test]
fn data_of_readers_follows_the_book_wherever_it_goes() {
    check(&["index.md", "a/index.md", "a/b.md", "c/读 我.md", "index/index.md"]);
}

#[test]
fn a_page_next_to_the_folder_of_its_name_has_a_key_of_its_own() {
    check(&["a.md", "a/index.md", "a/b.md"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn addresses_lead_to_files_and_keys_are_unique(
        chapters in subsequence(CHAPTERS, 1..=6),
        first in select(CHAPTERS),
    ) {
        let mut chapters = chapters;
        if !chapters.contains(&first) {
            chapters.push(first);
        }
        check(&chapters);
    }
}

#[test]
fn files_at_fixed_paths_are_in_the_table_of_generated_files() {
    let config =
        format!("{CONFIG}[output]\ndownloads = [\"file\", \"epub\"]\noffline = true\ncname = \"example.org\"\n");
    let page =
        ("content/a.md".to_owned(), "---\nrevised: 2026-01-01\naliases: [old]\n---\n# A\n\n- [ ] item\n".to_owned());
    let files = made(&Book::of([page, ("chapbook.toml".to_owned(), config)]), Purpose::Publish).unwrap();
    let depends_on_the_book = |path: &str| {
        ["a.html", "a.md", "old.html"].contains(&path)
            || ["assets/", "checklists/", "search/"].iter().any(|folder| path.starts_with(folder))
    };
    let unknown: Vec<&String> =
        files.keys().filter(|path| !depends_on_the_book(path) && use_of(path).is_none()).collect();
    assert!(unknown.is_empty(), "add a row to `path/generated.rs` for {unknown:?}");
    let missing: Vec<&str> = ALL.iter().map(|(path, _)| *path).filter(|path| !files.contains_key(*path)).collect();
    assert_eq!(missing, ["outline.js"], "the outline is written for large books only");
}
