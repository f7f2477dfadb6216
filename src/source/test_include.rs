//! Tests of `include.rs`.
#![expect(clippy::disallowed_methods, reason = "tests create files")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;

use super::allowed_roots::AllowedRoots;
use super::include::Includes;
use super::include_bounds::Bounds;
use super::include_budget::Allowance;
use super::missing_paths::MissingPaths;
use super::model::{IncludeSyntax, TextFile};
use super::origin::Origin;
use crate::diagnostic::{Diagnostic, Report, Texts};

struct Expanded {
    text: Arc<str>,
    origin: Origin,
    texts: Texts,
    report: Report,
}

impl Expanded {
    fn messages(&self) -> Vec<String> {
        let help = |item: &Diagnostic| item.help.clone().unwrap_or_default();
        self.report.iter().map(|item| format!("{}; {}", item.message, help(item))).collect()
    }
}

/// Expands `c/a.md` of a book.
fn expand(files: &[(&str, &str)]) -> Expanded {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    expand_in(&root)
}

fn expand_in(root: &Path) -> Expanded {
    let disk = root.join("c/a.md");
    let text: Arc<str> = fs::read_to_string(&disk).unwrap().into();
    let chapter = TextFile { disk, name: "c/a.md".into(), text };
    let (mut report, mut texts, mut read) = (Report::default(), Texts::new(), Vec::new());
    let mut missing = MissingPaths::default();
    let roots = AllowedRoots::of(root, root.to_owned(), &[]);
    texts.insert(chapter.name.clone(), chapter.text.clone());
    let (text, origin) = Includes::new(
        root,
        Bounds { roots: &roots, syntax: IncludeSyntax::Chapbook },
        &mut report,
        &mut texts,
        (&mut read, &mut missing),
    )
    .expand(&chapter);
    Expanded { text, origin, texts, report }
}

fn check(files: &[(&str, &str)], expected: &str) {
    let expanded = expand(files);
    assert_eq!((&*expanded.text, expanded.messages()), (expected, Vec::new()), "{files:?}");
    check_origin(&expanded);
}

fn check_origin(expanded: &Expanded) {
    for (offset, byte) in expanded.text.bytes().enumerate() {
        let place = expanded.origin.place((offset..offset + 1).into());
        let text = &expanded.texts[&place.file];
        assert_eq!((text.as_bytes()[place.span.range()].first(), place.span.range().len()), (Some(&byte), 1));
    }
}

fn check_failure(files: &[(&str, &str)], message: &str, marked: &str) {
    let expanded = expand(files);
    assert_eq!(expanded.messages(), [message], "{files:?}");
    let place = expanded.report.iter().next().unwrap().at.clone().unwrap();
    assert_eq!(&expanded.texts[&place.file][place.span.range()], marked);
    check_origin(&expanded);
}

#[test]
fn includes_are_expanded() {
    check(&[("c/a.md", "x {{#include b.txt}} y"), ("c/b.txt", "B\n")], "x B y");
    check(&[("c/a.md", "```\n{{#include ../src/m.rs:2}}\n```\n"), ("src/m.rs", "1\n2\n3\n")], "```\n2\n```\n");
    check(&[("c/a.md", "{{#include d/b.md}}"), ("c/d/b.md", "[{{#include c.md}}]"), ("c/d/c.md", "C")], "[C]");
    check(&[("c/a.md", r"a \{{#include b}} c"), ("c/b", "B")], "a {{#include b}} c");
    check(&[("c/a.md", "{{#include b}}{{#include b}}"), ("c/b", "清\n\n")], "清\n清\n");
    check(&[("c/a.md", "{{#include b:x}}!"), ("c/b", "# ANCHOR: x\n1\n# ANCHOR: y\n2\n# ANCHOR_END: x")], "1\n2!");
    check(&[("c/a.md", "{{#include b}}"), ("c/b", "")], "");
    check(&[("c/a.md", "{{ book.x }} {{#title y}} {{")], "{{ book.x }} {{#title y}} {{");
    check(&[("c/a.md", "{{#include ../.github/x.yml}}"), (".github/x.yml", "on: push")], "on: push");
    check(&[("c/a.md", "{{#include a.md:x}}\nANCHOR: x\nX\nANCHOR_END: x")], "X\nANCHOR: x\nX\nANCHOR_END: x");
}

/// The text of an include in a quotation, a list or a code block, without a check of the origin of each byte: marks have none.
fn check_marks(chapter: &str, included: &str, expected: &str) {
    let expanded = expand(&[("c/a.md", chapter), ("c/b", included), ("c/c", "1\n\n2\n")]);
    assert_eq!((&*expanded.text, expanded.messages()), (expected, Vec::new()), "{chapter:?}");
    for (offset, byte) in expanded.text.bytes().enumerate() {
        let place = expanded.origin.place((offset..offset + 1).into());
        let copied = expanded.texts[&place.file].as_bytes()[place.span.range()].first();
        assert!(copied.is_none_or(|copied| *copied == byte), "{offset} in {chapter:?}");
    }
}

#[test]
fn each_line_of_an_include_has_the_marks_of_its_line() {
    for (chapter, included, expected) in [
        ("1. x\n\n   {{#include b}}\n   y", "1\n\n2\n", "1. x\n\n   1\n\n   2\n   y"),
        ("> {{#include b}}\n> y", "1\n\n2\n", "> 1\n>\n> 2\n> y"),
        ("- {{#include b}}\n", "1\n- 2\n", "- 1\n  - 2\n"),
        ("1. > {{#include b}} z", "1\n2", "1. > 1\n   > 2 z"),
        ("[^n]: {{#include b}}", "1\n\n2", "[^n]: 1\n\n    2"),
        ("Term\n: {{#include b}}", "1\n\n2", "Term\n: 1\n\n  2"),
        ("  see {{#include b}}", "1\n2", "  see 1\n  2"),
        ("\t{{#include b}}", "1\n2", "\t1\n\t2"),
        // An empty line at the end of the file is a line of the quotation.
        ("> {{#include b}}\n> y", "1\n\n", "> 1\n>\n> y"),
        ("> {{#include b}} y", "1\n\n", "> 1\n>  y"),
        ("> {{#include b:x}}", "ANCHOR: x\n1\nANCHOR: y\n2\nANCHOR_END: x\n", "> 1\n> 2"),
        ("> {{#include b}}", "- 0\n  {{#include c}}\n  3\n", "> - 0\n>   1\n>\n>   2\n>   3"),
        ("{{#include b}}", "> {{#include c}}\n", "> 1\n>\n> 2"),
        ("> x {{#include b:1}} {{#include b:2}}", "1\n2\n", "> x 1 2"),
        ("> {{#include b}}", "", "> "),
        ("text {{#include b}}", "1\n2", "text 1\n2"),
    ] {
        check_marks(chapter, included, expected);
    }
}

#[test]
fn includes_are_bounded_by_their_number() {
    for leaf in ["", "x\n", "{{#include none}}"] {
        let files: Vec<(String, String)> = (0..10)
            .map(|n| (format!("c/{n}"), format!("{{{{#include {}}}}}\n", n + 1).repeat(10)))
            .chain([("c/10".to_owned(), leaf.to_owned()), ("c/a.md".to_owned(), "{{#include 0}}\n".repeat(10))])
            .collect();
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let expanded = expand(&files);
        let refused = expanded.messages().into_iter().find(|message| message.contains("too many")).unwrap();
        assert!(refused.contains("`c/a.md` > `c/0` > `c/1` > `c/2`"), "{refused}");
        assert_eq!(&*expanded.text, "{{#include 0}}\n".repeat(10));
    }
}

#[test]
fn an_include_of_a_line_does_not_read_the_lines_before_it() {
    let lines = "x\n".repeat(1 << 20);
    let chapter = "{{#include b:1048000}}\n{{#include b:a}}\n".repeat(5000);
    let expanded = expand(&[("c/a.md", &chapter), ("c/b", &format!("{lines}ANCHOR: a\ny\n"))]);
    assert_eq!(&*expanded.text, "x\ny\n".repeat(5000));
}

#[test]
fn an_origin_names_the_including_file_first() {
    let expanded = expand(&[("c/a.md", "{{#include b}}"), ("c/b", "B")]);
    assert_eq!(&*expanded.origin.file(), "c/a.md");
}

#[test]
fn failed_includes_stay_in_the_text_and_are_reported() {
    let relative = "paths are relative to the file that contains the include";
    let outside = "only files in the book's folder and in the folders of `follow` can be included";
    check_failure(
        &[("c/a.md", "x {{#include src/man.rs}}"), ("c/src/main.rs", "")],
        "no file at `src/man.rs`; did you mean `src/main.rs`?",
        "src/man.rs",
    );
    check_failure(&[("c/a.md", "{{#include q/r}}")], &format!("no file at `q/r`; {relative}"), "q/r");
    check_failure(
        &[("c/a.md", "{{#include /etc/passwd}}")],
        &format!("`/etc/passwd` is outside the book; {outside}"),
        "/etc/passwd",
    );
    check_failure(
        &[("c/a.md", "{{#include ../../none}}")],
        &format!("`../../none` is outside the book; {outside}"),
        "../../none",
    );
    check_failure(&[("c/a.md", "{{#include ../c}}")], "`../c` is a folder; name a file in it", "../c");
    check_failure(
        &[("c/a.md", "{{#include ../.env}}"), (".env", "KEY=1")],
        "`../.env` is a hidden file, which may contain private data; \
         copy what readers need into a file that is not hidden",
        "../.env",
    );
    check_failure(
        &[("c/a.md", "{{#include b.rs:nam}}"), ("c/b.rs", "// ANCHOR: name\n")],
        "`b.rs` has no anchor `nam`; did you mean `b.rs:name`?",
        "b.rs:nam",
    );
    check_failure(
        &[("c/a.md", "{{#include b.md}}"), ("c/b.md", "b {{#include a.md}}")],
        "`a.md` includes itself; remove one of the includes of the cycle",
        "a.md",
    );
}

#[test]
fn includes_are_bounded() {
    let many = "{{#include b.md}}\n".repeat(2000);
    let more = "{{#include c.md}}\n".repeat(2000);
    let expanded = expand(&[("c/a.md", &many), ("c/b.md", &more), ("c/c.md", &"x".repeat(1000))]);
    assert!(expanded.messages()[0].contains("`c/a.md` > `c/b.md`"));
    assert!(expanded.text.len() < Allowance::CHAPTER.bytes + many.len() + more.len());
    assert_eq!(expanded.report.errors(), 1);
    let chain: Vec<(String, String)> =
        (0..20).map(|n| (format!("c/{n}.md"), format!("{{{{#include {}.md}}}}", n + 1))).collect();
    let mut files: Vec<(&str, &str)> = chain.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    files.push(("c/a.md", "{{#include 0.md}}"));
    assert_eq!(
        expand(&files).messages(),
        ["`10.md` is nested more than 10 includes deep; include it from a file closer to the chapter"]
    );
}

#[cfg(unix)]
#[test]
fn links_to_files_outside_of_the_book_are_refused() {
    let (outside, book) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let root = fs::canonicalize(book.path()).unwrap();
    fs::write(outside.path().join("secret"), "S").unwrap();
    fs::create_dir(root.join("c")).unwrap();
    std::os::unix::fs::symlink(outside.path(), root.join("c/out")).unwrap();
    fs::write(root.join("c/a.md"), "{{#include out/secret}}").unwrap();
    let expanded = expand_in(&root);
    assert_eq!(&*expanded.text, "{{#include out/secret}}");
    assert!(expanded.messages()[0].starts_with("`out/secret` is outside the book"));
}

#[test]
fn invalid_bytes_are_reported_in_their_file() {
    let book = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(book.path()).unwrap();
    fs::create_dir(root.join("c")).unwrap();
    fs::write(root.join("c/a.md"), "{{#include b.md}}").unwrap();
    fs::write(root.join("c/b.md"), b"ok\n\xff").unwrap();
    let expanded = expand_in(&root);
    let diagnostic = expanded.report.iter().next().unwrap();
    assert_eq!((diagnostic.code.name, &*diagnostic.at.clone().unwrap().file), ("invalid-utf8", "c/b.md"));
    assert_eq!(&*diagnostic.also[0].0.file, "c/a.md");
}

fn fragment() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "{{#include b.md}}",
        "{{#include c.md:2:3}}",
        "{{#include c.md:x}}",
        "{{#include a.md}}",
        "{{#include d}}",
        r"\{{#include b.md}}",
        "{{",
        "}}",
        "\n",
        "清单",
        "text ",
        "ANCHOR: x\n",
        "ANCHOR_END: x\n",
        "{{#include b.md:3:}}",
    ])
    .prop_map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn every_byte_has_an_origin(files in prop::collection::vec(prop::collection::vec(fragment(), 0..8), 3)) {
        let texts: Vec<String> = files.iter().map(|parts| parts.concat()).collect();
        check_origin(&expand(&[("c/a.md", &texts[0]), ("c/b.md", &texts[1]), ("c/c.md", &texts[2])]));
    }
}
