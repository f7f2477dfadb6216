//! Malicious content, without a browser: the vectors of `tests/vectors/hostile.json` in every context of a book, and in books of
//! every kind. `tests/browser/hostile.test.mjs` opens the same in a browser.

use std::collections::BTreeMap;
use std::fs;

use chapbook::output::Export;
use chapbook::pipeline::{Cache, Purpose, Request, build};

use crate::book::{Book, built, extension, files_in, files_of, printed_diagnostics, repository, request, write};
use crate::html::{Element, elements};
use crate::laws::live_sinks;

fn vectors() -> Vec<String> {
    let text = fs::read_to_string(repository().join("tests/vectors/hostile.json")).unwrap();
    let vectors: Vec<String> = serde_json::from_str(&text).unwrap();
    vectors.iter().map(|vector| vector.replace("RUN", "alert(1)")).collect()
}

/// A chapter for each vector, which contains it in every context.
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

/// A configuration with pages only, for books whose other outputs test nothing new.
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
fn no_attack_vector_becomes_active_in_any_context() {
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
fn no_attack_vector_becomes_active_in_a_plain_folder() {
    let mut files = files("");
    files.remove("chapbook.toml");
    let files: BTreeMap<String, String> =
        files.into_iter().map(|(path, text)| (path.replace("content/", ""), text)).collect();
    let foreign = vectors().into_iter().enumerate().map(|(at, vector)| (format!("foreign/v{at}.md"), foreign(&vector)));
    let files: BTreeMap<String, String> = files.into_iter().chain(foreign).collect();
    let alive = live_sinks(&files_of(&built(Book::of(files).path())));
    assert!(alive.is_empty(), "{}", alive.join("\n"));
}

/// A vector in the syntax of other tools.
fn foreign(vector: &str) -> String {
    let line = vector.replace(['\n', '\0'], " ");
    let quoted = line.replace('"', "'");
    format!(
        "import x from 'x'\n\n# T :{line}: :tada:\n\n:::tip[{line}]\na\n:::\n\n::: {{.note title=\"{quoted}\"}}\na\n:::\n\n:::{line}\na\n:::\n\n\
         > [!info]- {line}\n> a\n\n> [!{line}] a\n\n{{% hint style=\"{quoted}\" title=\"{quoted}\" %}}\n{line}\n\
         {{% endhint %}}\n\n{{{{< details \"{quoted}\" >}}}}{line}{{{{< /details >}}}}\n\n\
         {{{{< figure src=\"{quoted}\" alt=\"{quoted}\" caption=\"{quoted}\" >}}}}\n\n{{% embed url=\"{quoted}\" %}}\n\n\
         {{% file src=\"{quoted}\" %}}\n\n{{{{< youtube \"{quoted}\" >}}}}\n\n[a]({{{{ \"{quoted}\" | relative_url }}}})\n\n\
         [[#{line}]] [[v0|{line}]] ![[v0|{line}]] [[{line}]]\n\n{{% code title=\"{quoted}\" %}}\n{line}\n{{% endcode %}}\n\n\
         <Card title=\"{quoted}\" href=\"{quoted}\" /> <Image src=\"{quoted}\" alt={{'{quoted}'}} />\n\n\
         <Note title=\"{quoted}\">{line}</Note>\n\n<img src={{'{quoted}'}} className=\"{quoted}\" onError={{alert}} />\n\n\
         {{% tabs %}}\n{{% tab title=\"{quoted}\" %}}\n{line}\n{{% endtab %}}\n{{% endtabs %}}\n\n[a](@site/{line})\n"
    )
}

#[test]
fn no_attack_vector_becomes_active_in_an_export() {
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
        let alive: Vec<&Element> = pages.iter().filter(|element| is_active(element)).collect();
        assert!(alive.is_empty(), "{form:?}: {alive:?}");
    }
}

fn is_active(element: &Element) -> bool {
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
fn every_removed_vector_is_reported() {
    // Everything that a browser would have run, loaded or followed is reported; the rest is shown as text.
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
        "<svg onload=x></svg>",
        "<svg><script>x</script></svg>",
        "<svg><image href=//host.example/y.png /></svg>",
        "<svg><rect fill=url(//host.example/y#a) /></svg>",
        "<svg><g>",
        "<video>y</video>",
        "<video autoplay src=x.mp4></video>",
        "<audio src=//host.example/y.ogg></audio>",
        "![x](//host.example/y.mp4)",
        "<base href=x>",
        "[x](javascript:y)",
        "![x](//host.example/y.png)",
    ] {
        let book = Book::of([("chapbook.toml", ""), ("content/index.md", &format!("# T\n\na\n\n{vector}\n"))]);
        let printed = printed_diagnostics(&built(book.path()));
        assert!(printed.contains("content/index.md:5:"), "{vector}: {printed}");
    }
}

#[test]
fn characters_not_allowed_in_html_reach_no_page() {
    let config = "[book]\ntitle = \"T\\u0001\"\nauthors = [\"A\\u0002\"]\nurl = \"https://example.org/\"\n";
    let front = "---\ntitle: \"N\\0\\e\"\ndescription: \"D\\u0003\"\nrevised: 2026-01-31\n---\n";
    let text = "# a\0b\n\nx\0 \u{1b}[1m \u{7f} \u{85} &#1; &#x8;\n\n```rust title=\"\u{1}\"\n\0\n```\n\n`c\0`\n\n\
                <p title=\"&#2;\u{3}\">z\0 &#4;</p>\n\n- [ ] y\u{4}\n\n| \u{5} |\n|---|\n| \u{6} |\n\n![\0](x.png \"\u{7}\")\n";
    let book = Book::of([("chapbook.toml", config), ("content/a.md", &format!("{front}{text}"))]);
    write(&book.path().join("content/x.png"), b"x");
    let request = Request { purpose: Purpose::Export(Export::Epub), ..request(book.path()) };
    let epub = files_of(&build(&request, &mut Cache::in_memory()).unwrap());
    let site = built(book.path());
    assert!(
        printed_diagnostics(&site).contains("content/a.md:6:4: warning[control-character]"),
        "{}",
        printed_diagnostics(&site)
    );
    let cannot = |c: char| (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    for (path, bytes) in files_of(&site).iter().chain(&epub) {
        if matches!(extension(path), "html" | "xhtml" | "xml" | "opf" | "ncx") {
            let text = std::str::from_utf8(bytes).unwrap();
            let line = text.lines().find(|line| line.contains(cannot));
            assert_eq!(line, None, "{path}");
            assert!(path != "a.html" || text.contains("a\u{fffd}b"), "{path}");
        }
    }
}

#[test]
fn reserved_ids_cannot_be_used_by_content() {
    let ids = files_in(&repository().join("theme")).into_values().flat_map(|text| {
        let text = String::from_utf8_lossy(&text).into_owned();
        let ids = text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned));
        ids.filter(|id| id.starts_with("cb-") && !id.contains('{')).collect::<Vec<_>>()
    });
    let mut ids: Vec<String> = ids.collect();
    ids.dedup();
    assert!(ids.len() > 5, "{ids:?}");
    for id in ids {
        let book = Book::of([("chapbook.toml", ""), ("content/index.md", &format!("# T\n\n<i id={id}></i>\n"))]);
        let printed = printed_diagnostics(&built(book.path()));
        assert!(printed.contains(&format!("the id `{id}` is reserved for the page template")), "{printed}");
    }
}

#[test]
fn theme_scripts_do_not_create_html_from_text() {
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
fn active_files_are_reported_and_restricted_by_headers() {
    let book = Book::of([
        ("chapbook.toml", ""),
        ("content/index.md", "# T\n\n![a](a.svg) ![b](b.svg)\n"),
        ("content/a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>x</script></svg>"),
        ("content/b.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/></svg>"),
        ("content/demo.html", "<p>x</p>"),
        ("content/c.SvG", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
    ]);
    let built = built(book.path());
    let printed = printed_diagnostics(&built);
    assert!(printed.contains("content/a.svg: warning[active-file]") || printed.contains("content/a.svg:"), "{printed}");
    assert!(printed.contains("demo.html") && !printed.contains("b.svg"), "{printed}");
    let headers = String::from_utf8(files_of(&built)["_headers"].clone()).unwrap();
    for extension in ["svg", "SvG"] {
        assert!(headers.contains(&format!("/*.{extension}\n  Content-Security-Policy: sandbox;")), "{headers}");
    }
}

#[test]
fn redirect_sources_contain_no_patterns() {
    let front = "---\naliases: [\"*\", \"a/:b/c\", \"old/*\", \"d e\"]\n---\n# T\n\nText.\n";
    let site = files_of(&built(Book::of([("chapbook.toml", ""), ("content/README.md", front)]).path()));
    assert_eq!(String::from_utf8_lossy(&site["_redirects"]), "/d%20e.html /index.html 301\n");
    assert!(site.contains_key("*.html") && site.contains_key("a/:b/c.html"));
}

#[test]
fn only_immutable_files_are_cached_for_a_year() {
    let book =
        Book::of([("chapbook.toml", ""), ("content/README.md", "# T\n\n- [ ] a\n"), ("content/assets/a.css", "")]);
    let site = files_of(&built(book.path()));
    let headers = String::from_utf8_lossy(&site["_headers"]).into_owned();
    let lasting: Vec<&str> = headers.lines().filter_map(|line| line.strip_prefix("/assets/")).collect();
    let theme = site.keys().filter_map(|path| path.strip_prefix("assets/")).filter(|name| *name != "a.css");
    assert_eq!(lasting, theme.collect::<Vec<_>>());
    assert!(lasting.len() > 4 && headers.matches("immutable").count() == lasting.len(), "{headers}");
}

/// Errors prevent the build of a chapbook book; mdBook books and plain folders are built nevertheless.
#[test]
fn no_file_of_a_book_replaces_a_script() {
    let books = [
        ("content", vec![("chapbook.toml", "[output]\noffline = true\n"), ("content/README.md", "# T\n\nText.\n")]),
        ("src", vec![("book.toml", ""), ("src/SUMMARY.md", "- [A](a.md)\n"), ("src/a.md", "# A\n\nText.\n")]),
        ("", vec![("README.md", "# T\n\nText.\n")]),
    ];
    for (folder, files) in books {
        let book = Book::of(files);
        let scripts: Vec<String> = files_of(&built(book.path())).into_keys().filter(|path| is_code(path)).collect();
        assert!(scripts.iter().any(|path| path == "sw.js") && scripts.len() > 4, "{scripts:?}");
        for path in &scripts {
            write(&book.path().join(folder).join(path), b"steal()");
            for twin in [path.to_uppercase(), path.replacen('s', "ſ", 1)] {
                write(&book.path().join(folder).join(twin), b"steal()");
            }
        }
        let built = built(book.path());
        let printed = printed_diagnostics(&built);
        for (path, bytes) in files_of(&built) {
            assert!(!bytes.windows(7).any(|bytes| bytes == b"steal()"), "{path}");
        }
        for path in scripts {
            assert!(printed.contains(&format!("`{path}` is written twice")), "{path}: {printed}");
            assert!(printed.contains(&format!("`{}` differs", path.to_uppercase())), "{path}: {printed}");
        }
    }
}

fn is_code(path: &str) -> bool {
    ["js", "css"].contains(&extension(path))
}
