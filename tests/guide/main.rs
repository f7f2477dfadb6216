//! Tests of the shipped guide (`content/`): its structure, its facts, its wording, and its coverage of the article that it is
//! based on.
//!
//! They run with `cargo test --test guide`. Plain `cargo test` does not include them, so that a change of the program does not
//! fail because of the guide's text. The guide is built once with the library. Tests check the pages of the site, or the
//! Markdown files.

#![expect(clippy::unwrap_used, reason = "a test fails if its setup does")]
#![expect(clippy::format_push_string, reason = "the texts of tests are small")]

#[path = "../suite/book.rs"]
#[allow(dead_code, reason = "the other items are used by the suite")]
mod book;
mod coverage;
mod facts;
mod page;
mod shape;
mod words;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use crate::book::{built, extension, files_in, files_of, printed_diagnostics, repository};
use page::{Node, parse};

/// The eight chapters, in order.
const CHAPTERS: &[&str] =
    &["know.html", "prepare.html", "channels.html", "talk.html", "offer.html", "follow.html", "help.html", "plan.html"];

/// The built guide.
struct Guide {
    /// The output of `check --strict`.
    diagnostics: String,
    /// `main` of each page of a chapter, by path; without sheets and collections.
    pages: BTreeMap<String, Node>,
    /// `main` of all other pages.
    generated: BTreeMap<String, Node>,
}

impl Guide {
    fn page(&self, path: &str) -> &Node {
        self.pages.get(path).unwrap_or_else(|| panic!("the guide has no page `{path}`"))
    }
}

/// The guide, built once for all tests.
fn guide() -> &'static Guide {
    static GUIDE: LazyLock<Guide> = LazyLock::new(|| {
        let built = built(&repository());
        let html = files_of(&built).into_iter().filter(|(path, _)| extension(path) == "html");
        let written = texts();
        let (pages, generated) =
            html.map(|(path, bytes)| (path, main_of(std::str::from_utf8(&bytes).unwrap()))).partition(|(path, _)| {
                written.contains_key(&path.replace("index.html", "README.md").replace(".html", ".md"))
            });
        Guide { diagnostics: printed_diagnostics(&built), pages, generated }
    });
    &GUIDE
}

fn main_of(page: &str) -> Node {
    let page = parse(page);
    page.named("main").first().map_or_else(|| page.clone(), |main| (*main).clone())
}

/// The source files of the guide by path: chapters, `SUMMARY.md` and SVG images.
fn texts() -> BTreeMap<String, String> {
    let files =
        files_in(&repository().join("content")).into_iter().filter(|(path, _)| matches!(extension(path), "md" | "svg"));
    files.map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap())).collect()
}

/// The path of a file in `tests/guide`.
fn guide_file(name: &str) -> PathBuf {
    repository().join("tests/guide").join(name)
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// Fails with a list of all faults, if there are any.
#[track_caller]
fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n  {}", faults.len(), faults.join("\n  "));
}
