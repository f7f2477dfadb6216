//! What the shipped guide (`content/`) promises: its structure, its facts, its own words, and that nothing of its source is
//! left out.
//!
//! A stage of its own, `cargo test --test guide`: plain `cargo test` leaves it out, so that a change of the program is not
//! held up by the guide's text. The guide is built once through the library; its pages are read as a browser reads them,
//! its text as authors wrote it.

#![expect(clippy::unwrap_used, reason = "what a test cannot prepare fails it")]
#![expect(clippy::format_push_string, reason = "the texts of tests are small")]

#[path = "../suite/book.rs"]
#[allow(dead_code, reason = "the suite uses all of it")]
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

/// The guide as readers get it.
struct Guide {
    /// What `check --strict` would say.
    findings: String,
    /// What stands in `main` of each page that the book is made of; sheets and collections are not among them.
    pages: BTreeMap<String, Node>,
    /// All other pages.
    made: BTreeMap<String, Node>,
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
        let (pages, made) =
            html.map(|(path, bytes)| (path, main_of(std::str::from_utf8(&bytes).unwrap()))).partition(|(path, _)| {
                written.contains_key(&path.replace("index.html", "README.md").replace(".html", ".md"))
            });
        Guide { findings: printed_diagnostics(&built), pages, made }
    });
    &GUIDE
}

fn main_of(page: &str) -> Node {
    let page = parse(page);
    page.named("main").first().map_or_else(|| page.clone(), |main| (*main).clone())
}

/// The texts of the guide, by file: chapters, their order, and what the images say.
fn texts() -> BTreeMap<String, String> {
    let files =
        files_in(&repository().join("content")).into_iter().filter(|(path, _)| matches!(extension(path), "md" | "svg"));
    files.map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap())).collect()
}

/// A file of `tests/guide`.
fn beside(name: &str) -> PathBuf {
    repository().join("tests/guide").join(name)
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// Fails with every fault, one a line.
#[track_caller]
fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n  {}", faults.len(), faults.join("\n  "));
}
