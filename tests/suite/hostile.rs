//! Content that attacks, without a browser: `tests/vectors/hostile.json` in every place a book has, and in books of every
//! kind. `tests/browser/hostile.test.mjs` opens the same in a real one.

use std::collections::BTreeMap;
use std::fs;

use chapbook::output::Export;
use chapbook::pipeline::{Cache, Purpose, Request, build};

use crate::book::{Book, built, extension, files_in, files_of, findings_of, repository, request};
use crate::html::{Element, elements};
use crate::laws::live_sinks;

fn vectors() -> Vec<String> {
    let text = fs::read_to_string(repository().join("tests/vectors/hostile.json")).unwrap();
    let vectors: Vec<String> = serde_json::from_str(&text).unwrap();
    vectors.iter().map(|vector| vector.replace("RUN", "alert(1)")).collect()
}

/// A chapter for each vector that says it everywhere.
fn files(config: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::from([("chapbook.toml".to_owned(), config.to_owned())]);
    for (at, vector) in vectors().iter().enumerate() {
        let line = vector.replace(['\n', '\0'], " ");
        let quoted = serde_json::to_string(&line).unwrap();
        // Each list to tick is a sheet of its own: a few are enough.
        let mark = if at % 8 == 0 { "- [ ]" } else { "-" };
        let front = format!("---\ntitle: {quoted}\ndescription: {quoted}\ntags: [{quoted}]\n---\n");
        let text =
            format!("{front}# {line}\n\n{vector}\n\n{mark} {line}\n\n> {line}\n\n| {line} |\n|---|\n| {line} |\n");
        files.insert(format!("content/v{at}.md"), text);
    }
    files
}

/// Nothing beside the pages, for books whose other outputs say nothing new.
const PAGES: &str = "[output]\nsearch = false\nchecklists = false\nprint = false\nmarkdown = false\n";

const BOOKS: &[(&str, &str)] = &[
    ("a book", "[markdown]\nmath = true\n"),
    ("with the manners of mdBook", "[markdown]\ndialect = \"mdbook\"\nbroken_links = \"keep\"\nadmonish = true\n"),
    ("with HTML as text", "[markdown]\nraw_html = \"escape\"\nsmart_punctuation = true\n"),
];

const TITLE: &str = r#"[book]
title = '"><img src=x onerror=alert(1)>'
footer = '</footer><script>alert(1)</script>'
authors = ['" onclick="alert(1)']
description = '"><script>alert(1)</script>'
"#;

#[test]
fn no_vector_comes_alive_in_any_place() {
    let count = vectors().len();
    assert!(count > 200, "{count}");
    for (name, config) in BOOKS {
        let outputs = if *name == "a book" { "" } else { PAGES };
        let book = Book::of(files(&format!("{TITLE}{config}{outputs}")));
        let alive = live_sinks(&files_of(&built(book.path())));
        assert!(alive.is_empty(), "{name}:\n{}", alive.join("\n"));
    }
}

#[test]
fn a_folder_of_strangers_stays_quiet_too() {
    let mut files = files("");
    files.remove("chapbook.toml");
    let files: BTreeMap<String, String> =
        files.into_iter().map(|(path, text)| (path.replace("content/", ""), text)).collect();
    let alive = live_sinks(&files_of(&built(Book::of(files).path())));
    assert!(alive.is_empty(), "{}", alive.join("\n"));
}

#[test]
fn what_is_carried_away_lies_still_too() {
    let hostile = Book::of(files(&format!("{TITLE}[markdown]\nmath = true\n")));
    let plain = Book::of([("chapbook.toml", "[book]\ntitle = \"T\"\n"), ("content/a.md", "# A\n\n- [ ] b\n")]);
    for form in [Export::File, Export::Epub] {
        let exported = |book: &Book| {
            let request = Request { purpose: Purpose::Export(form), ..request(book.path()) };
            documents(&files_of(&build(&request, &mut Cache::in_memory()).unwrap()))
        };
        // The search index comes in parts, more of them for a larger book.
        let is_code = |element: &&Element| element.name == "script" && element.attribute("data-index").is_none();
        let (pages, of_plain) = (exported(&hostile), exported(&plain));
        assert!(!pages.is_empty(), "{form:?}");
        let count = |pages: &[Element]| pages.iter().filter(is_code).count();
        assert_eq!(count(&pages), count(&of_plain), "{form:?}");
        let alive: Vec<&Element> = pages.iter().filter(|element| comes_alive(element)).collect();
        assert!(alive.is_empty(), "{form:?}: {alive:?}");
    }
}

fn comes_alive(element: &Element) -> bool {
    let runs = |value: &str| {
        let value: String = value.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
        ["javascript:", "vbscript:", "data:text", "data:image/svg"]
            .iter()
            .any(|it| value.to_lowercase().starts_with(it))
    };
    let is_icon = element.name == "link";
    let address = |name: &str| ["href", "src", "action", "xlink:href", "data", "formaction"].contains(&name);
    ["iframe", "object", "embed", "base", "foreignobject", "animate", "set"].contains(&element.name.as_str())
        || element.attributes.iter().any(|(name, value)| {
            name.starts_with("on") || name == "srcdoc" || (address(name) && runs(value) && !is_icon)
        })
}

/// All elements of the pages of an export, HTML and XHTML.
fn documents(files: &BTreeMap<String, Vec<u8>>) -> Vec<Element> {
    let pages = files.iter().filter(|(path, _)| matches!(extension(path), "html" | "xhtml"));
    pages.flat_map(|(_, bytes)| elements(std::str::from_utf8(bytes).unwrap())).collect()
}

#[test]
fn no_vector_goes_without_a_word() {
    // What a browser would have run, loaded or followed is in a finding; the rest is shown as text.
    for vector in [
        "<script>x</script>",
        "<p style=x>y</p>",
        "<img src=x.png srcset=y>",
        "<a href=\"javascript:x\">y</a>",
        "</i>",
        "<iframe src=x></iframe>",
        "<meta charset=utf-7>",
        "<input type=text>",
        "<!DOCTYPE x>",
        "<?php x ?>",
        "<p onclick=x>y</p>",
        "<svg/>",
        "<base href=x>",
        "[x](javascript:y)",
        "![x](//host.example/y.png)",
    ] {
        let book = Book::of([("chapbook.toml", ""), ("content/index.md", &format!("# T\n\na\n\n{vector}\n"))]);
        let told = findings_of(&built(book.path()));
        assert!(told.contains("content/index.md:5:"), "{vector}: {told}");
    }
}

#[test]
fn no_script_of_the_theme_makes_html() {
    const SINKS: &[&str] = &[
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
        "srcdoc",
        "DOMParser",
        "createContextualFragment",
        "setHTML",
        "parseHTML",
        "execScript",
        "javascript:",
        "currentScript",
        "await import(",
        "= import(",
        "setTimeout(\"",
        "setTimeout('",
        "setInterval(\"",
        "ActiveX",
        "document.domain",
        ".on(",
        "XMLHttpRequest",
    ];
    for folder in ["theme", "src/serve"] {
        for (path, text) in files_in(&repository().join(folder)) {
            let text = String::from_utf8_lossy(&text);
            let is_script = extension(&path) == "js";
            let sink = SINKS.iter().find(|sink| is_script && text.contains(**sink));
            assert_eq!(sink, None, "{folder}/{path}");
            if extension(&path) == "html" {
                // The one file carries its scripts within it, each named by its digest in the policy.
                let inline = text.split("<script>").skip(1).any(|rest| path != "book.html" || !rest.starts_with("{{ "));
                assert!(!inline && !text.contains("style=\""), "{folder}/{path} has code in it");
                let handler = text.split([' ', '\n']).find(|word| word.starts_with("on") && word.contains("=\""));
                assert_eq!(handler, None, "{folder}/{path}");
            }
        }
    }
}

#[test]
fn active_files_are_told_of_and_hosts_hold_them() {
    let book = Book::of([
        ("chapbook.toml", ""),
        ("content/index.md", "# T\n\n![a](a.svg) ![b](b.svg)\n"),
        ("content/a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>x</script></svg>"),
        ("content/b.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/></svg>"),
        ("content/demo.html", "<p>x</p>"),
    ]);
    let built = built(book.path());
    let told = findings_of(&built);
    assert!(told.contains("content/a.svg: warning[active-file]") || told.contains("content/a.svg:"), "{told}");
    assert!(told.contains("demo.html") && !told.contains("b.svg"), "{told}");
    let headers = String::from_utf8(files_of(&built)["_headers"].clone()).unwrap();
    assert!(headers.contains("/*.svg\n  Content-Security-Policy: sandbox;"), "{headers}");
}
