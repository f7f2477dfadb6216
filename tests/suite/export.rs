//! Exports: reproducible, complete and self-contained.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chapbook::output::Export;
use chapbook::path::{decode, encode_path};
use chapbook::pipeline::{Built, Cache, Purpose, Request, build};
use chapbook::site::zip;

use crate::book::{Book, extension, files_of, golden_books, repository, request};
use crate::html::elements;

const FORMS: [Export; 5] = [Export::File, Export::Epub, Export::Zip, Export::Markdown, Export::MarkdownFolder];

fn exported(folder: &Path, form: Export, cache: &mut Cache) -> Built {
    build(&Request { purpose: Purpose::Export(form), ..request(folder) }, cache).unwrap()
}

fn files(folder: &Path, form: Export) -> BTreeMap<String, String> {
    let files = files_of(&exported(folder, form, &mut Cache::in_memory()));
    files.into_iter().map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned())).collect()
}

fn sample() -> Book {
    Book::of([
        (
            "chapbook.toml",
            "[book]\ntitle = \"携带 & <b>\"\nid = \"c\"\nlanguage = \"zh-Hans\"\n[variables]\nphone = \"12348\"\n[markdown]\nmath = true\n",
        ),
        (
            "content/README.md",
            "# 开始\n\n见 [下一章](a%20b/next.md#步骤)，[图](a%20b/dot.svg)。[^n]\n\n![点](a%20b/dot.svg)\n\n[^n]: 注一。\n",
        ),
        (
            "content/a b/next.md",
            "---\nprint: false\n---\n# 下一章\n\n拨 {{ book.phone }}，`{{ book.phone }}`。[^n] $x^2$ $a < b$ <br> [回][home]\n\n## 步骤\n\n- [ ] 一 ____\n- [x] 二\n\n```js\n\"</script>\" // [^n]\n```\n\n[^n]: 注二。\n\n[home]: ../README.md\n",
        ),
        ("content/a b/dot.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>"),
    ])
}

#[test]
fn exports_are_reproducible() {
    for folder in
        golden_books().into_iter().map(|(_, folder)| folder).filter(|folder| !folder.join("book.toml").exists()).take(3)
    {
        for form in FORMS {
            let mut cache = Cache::in_memory();
            let cold = exported(&folder, form, &mut cache);
            let warm = exported(&folder, form, &mut cache);
            assert_eq!(files_of(&cold), files_of(&warm), "{form:?} of {}", folder.display());
            assert_eq!(zip(&cold.site).unwrap(), zip(&warm.site).unwrap());
        }
    }
}

#[test]
fn the_single_file_loads_nothing_and_contains_every_anchor() {
    let book = sample();
    for folder in [book.path().to_owned(), repository()] {
        let html = files(&folder, Export::File)["book.html"].clone();
        let (mut ids, mut places) = (BTreeSet::new(), BTreeSet::new());
        for element in elements(&html) {
            for (key, value) in &element.attributes {
                match (key.as_str(), element.name.as_str()) {
                    ("id", _) => assert!(!value.contains(' ') && ids.insert(value.clone()), "id {value}"),
                    ("src" | "srcset" | "poster", _) | ("href", "link") => {
                        assert!(value.starts_with("data:"), "{value}");
                    }
                    ("href", _) if value.starts_with('#') => drop(places.insert(decode(&value[1..]))),
                    ("href", _) => assert!(value.contains(':'), "{value} is outside the file"),
                    _ => {}
                }
            }
        }
        let lost: Vec<_> = places.iter().filter(|place| !ids.contains(*place)).collect();
        assert!(places.len() > 4 && lost.is_empty(), "{lost:?}");
        let policy = html.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(!policy.contains("unsafe") && policy.contains("default-src &#39;none&#39;"), "{policy}");
    }
}

#[test]
fn an_epub_is_well_formed_and_its_manifest_is_complete() {
    let book = sample();
    let files = files(book.path(), Export::Epub);
    let package = &files["EPUB/package.opf"];
    for path in files.keys().filter_map(|path| path.strip_prefix("EPUB/")).filter(|path| *path != "package.opf") {
        let href = encode_path(path);
        assert!(package.contains(&format!("href=\"{href}\"")), "{path} is not listed");
    }
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with("html") || path.ends_with("opf")) {
        well_formed(path, text);
    }
    let chapter = &files["EPUB/a b/next.xhtml"];
    for part in [
        "☐",
        "☑",
        "epub:type=\"noteref\"",
        "<aside class=\"cb-note\" epub:type=\"footnote\"",
        "12348",
        "xmlns=\"http://www.w3.org/1998/Math/MathML\"",
        "<mo>&lt;</mo>",
    ] {
        assert!(chapter.contains(part), "{part} is missing: {chapter}");
    }
    assert!(package.contains("properties=\"mathml\"") && package.contains("携带 &amp; &lt;b&gt;"), "{package}");
    assert!(files["EPUB/index.xhtml"].contains("href=\"a%20b/next.xhtml#步骤\""));
    assert!(!files["EPUB/index.xhtml"].contains("href=\"a%20b/dot.svg\""), "no link leads to a picture");
}

/// EPUB 3.3, section 6.3: reading systems take the direction from the documents.
#[test]
fn the_style_sheet_of_an_epub_sets_no_direction() {
    let book = Book::of([("chapbook.toml", ""), ("content/index.md", "# T\n\n```sh\nls -l\n```\n")]);
    let files = files(book.path(), Export::Epub);
    let sheet = &files.iter().find(|(path, _)| extension(path) == "css").unwrap().1;
    assert!(!sheet.contains("direction:") && !sheet.contains("unicode-bidi"), "{sheet}");
    assert!(files["EPUB/index.xhtml"].contains("<pre dir=\"ltr\">"));
}

#[test]
fn every_book_is_a_well_formed_epub() {
    let books =
        golden_books().into_iter().map(|(_, folder)| folder).filter(|folder| !folder.join("book.toml").exists());
    for folder in books.chain([repository()]) {
        for (path, text) in files(&folder, Export::Epub).iter().filter(|(path, _)| path.ends_with("html")) {
            well_formed(path, text);
        }
    }
}

#[test]
fn trusted_html_is_well_formed_in_an_epub() {
    let text = "# T\n\n*a <b> c* d</b> e<br>f <img src=dot.svg align=right hidden> <video src=x></video>\n\n<div class=x lang=en>\n\n\
                - <i>one\n- two</i>\n\n<p>three <script>if (a < b) {}</script> <svg><path d=\"M0 0\"></svg> <input type=checkbox checked>\n\n\
                > <details open><summary>s</summary>\n\n`a < b` <a href=\"a[b\">x</a> <a name=n></a> <a id=x name=x>y</a> <a id=v name=w>z</a> &nbsp; &copy;\n\n<hr><center>c</center>\n";
    let config = "[markdown]\nraw_html = \"all\"\n";
    let dot = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>";
    let book = Book::of([("chapbook.toml", config), ("content/index.md", text), ("content/dot.svg", dot)]);
    let files = files(book.path(), Export::Epub);
    let chapter = &files["EPUB/index.xhtml"];
    well_formed("index.xhtml", chapter);
    for part in [
        "<em>a <b> c</b></em> d e<br/>f <img src=\"dot.svg\" alt=\"\" class=\"cb-align-right\"/>",
        "<div class=\"x\" lang=\"en\" xml:lang=\"en\">",
        "<li><i>one</i></li>",
        "☑",
        "<details open=\"open\"><summary>s</summary>",
        "<code>a &lt; b</code> x <a id=\"n\"></a> <a id=\"x\">y</a> <a id=\"v\">z</a>",
        "<hr/>",
    ] {
        assert!(chapter.contains(part), "{part} is missing: {chapter}");
    }
    assert!(!chapter.contains("<svg") && !chapter.contains("<script") && !chapter.contains("video"), "{chapter}");
    assert!(files.contains_key("EPUB/dot.svg"));
}

#[test]
fn an_element_has_one_id_in_an_epub() {
    let text = "# T\n\n<a id=\"x\" name=\"x\">a</a> <a id=\"v\" name=\"w\">b</a> <a name=\"w\">c</a>\n";
    let book = Book::of([("chapbook.toml", ""), ("content/index.md", text)]);
    let chapter = &files(book.path(), Export::Epub)["EPUB/index.xhtml"];
    well_formed("index.xhtml", chapter);
    assert!(chapter.contains("<a id=\"x\"></a>a <a id=\"v\"></a>b <a id=\"w\"></a>c"), "{chapter}");
}

#[test]
fn the_own_files_of_an_epub_replace_no_file_of_the_book() {
    let picture = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"7\" height=\"7\"/>";
    let book = Book::of([
        ("chapbook.toml", "[book]\ntitle = \"T\"\n"),
        ("content/index.md", "# T\n\n[Nav](nav.md) ![c](cover.svg)\n"),
        ("content/nav.md", "# The chapter of ways\n"),
        ("content/Cover.md", "# The chapter of roofs\n"),
        ("content/cover-2.xhtml/b.md", "# The chapter of bees\n"),
        ("content/cover.svg", picture),
    ]);
    let files = files(book.path(), Export::Epub);
    assert!(files["EPUB/nav.xhtml"].contains("of ways") && files["EPUB/Cover.xhtml"].contains("of roofs"));
    assert_eq!(files["EPUB/cover.svg"], picture);
    assert!(files["EPUB/index.xhtml"].contains("href=\"nav.xhtml\""));
    let names: BTreeSet<_> = files.keys().map(|path| path.to_lowercase()).collect();
    assert_eq!(names.len(), files.len(), "{names:?}");
    let package = &files["EPUB/package.opf"];
    let item =
        |id: &str| package.split(&format!("<item id=\"{id}\" href=\"")).nth(1).unwrap().split('"').next().unwrap();
    assert_eq!((item("nav"), item("cover"), item("picture")), ("nav-2.xhtml", "cover-3.xhtml", "cover-2.svg"));
    let (nav, cover) = (&files["EPUB/nav-2.xhtml"], &files["EPUB/cover-3.xhtml"]);
    assert!(nav.contains("href=\"cover-3.xhtml\"") && nav.contains("href=\"nav-2.xhtml#toc\""), "{nav}");
    assert!(nav.contains("href=\"nav.xhtml\"") && nav.contains("href=\"Cover.xhtml\""), "{nav}");
    assert!(cover.contains("src=\"cover-2.svg\"") && files.contains_key("EPUB/cover-2.svg"), "{cover}");
}

/// Asserts that all elements are closed as XML requires, that no attribute is in a tag twice, and that all references
/// are XML's.
fn well_formed(path: &str, text: &str) {
    let mut open = Vec::new();
    for part in text.split('<').skip(1) {
        let (tag, words) = part.split_once('>').unwrap_or_else(|| panic!("{path}: <{part}"));
        let sound = |reference: &str| {
            ["amp;", "lt;", "gt;", "quot;", "apos;", "#"].iter().any(|name| reference.starts_with(name))
        };
        assert!(words.split('&').skip(1).all(sound), "{path}: {words}");
        let mut names = BTreeSet::new();
        for name in tag.split('"').step_by(2).filter_map(|part| part.strip_suffix('=')) {
            assert!(names.insert(name.rsplit([' ', '\n']).next()), "{path}: {tag}");
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{path}: {tag}");
        } else if !tag.starts_with(['?', '!']) && !tag.ends_with('/') {
            open.push(tag.split([' ', '\n']).next().unwrap());
        }
    }
    assert!(open.is_empty(), "{path}: {open:?}");
}

#[test]
fn the_markdown_export_is_self_contained() {
    let book = sample();
    let one = files(book.path(), Export::Markdown)["book.md"].clone();
    for part in [
        "拨 12348，`{{ book.phone }}`",
        "(#步骤)",
        "[^1-n]: 注一",
        "[^2-n]: 注二",
        "// [^n]",
        "![点](a%20b/dot.svg)",
        "[回](#chapter-1)",
        "<a id=\"chapter-2\"></a>",
    ] {
        let found = one.contains(part) || decode(&one).contains(part);
        assert!(found, "{part} is missing: {one}");
    }
    let folder = files(book.path(), Export::MarkdownFolder);
    assert_eq!(folder.keys().collect::<Vec<_>>(), ["README.md", "a b/dot.svg", "a b/next.md"]);
    assert!(folder["README.md"].contains("(a%20b/next.md#步骤)") && !folder["a b/next.md"].contains("print: false"));
}

#[test]
fn a_zip_has_its_start_page_at_the_top_level() {
    let book = sample();
    let files = files(book.path(), Export::Zip);
    let start = &files["c/START.html"];
    assert!(start.contains("href=\"book/index.html\""), "{start}");
    assert!(files.contains_key("c/book/index.html") && !files.contains_key("c/book/_headers"));
    assert!(!files.contains_key("c/book/sw.js"), "no worker runs from disk");
}

#[test]
fn a_build_writes_exactly_the_offered_downloads() {
    let files_with = |output: &str| {
        let config = format!("[book]\ntitle = \"T\"\nid = \"t\"\n[output]\n{output}\n");
        let book = Book::of([
            ("chapbook.toml", config.as_str()),
            ("content/README.md", "# T\n\nText.\n"),
            ("content/b.md", "# B\n\nText.\n"),
        ]);
        files_of(&crate::book::built(book.path()))
    };
    let text = |files: &BTreeMap<String, Vec<u8>>, path: &str| String::from_utf8(files[path].clone()).unwrap();
    let plain = files_with("");
    assert!(!plain.contains_key("book.html") && !plain.contains_key("manifest.webmanifest"));
    assert!(text(&plain, "sw.js").contains("unregister"), "ends what an earlier worker kept");
    let offered = files_with("downloads = [\"file\", \"epub\"]");
    let home = text(&offered, "index.html");
    assert!(
        home.contains("href=\"book.html\" download=\"t.html\"")
            && home.contains("href=\"book.epub\" download=\"t.epub\"")
    );
    assert!(offered.contains_key("book.html") && offered["book.epub"].starts_with(b"PK"));
    let kept = files_with("offline = true\ndownloads = [\"file\"]");
    let worker = text(&kept, "sw.js");
    let list = worker.split("FILES:").nth(1).unwrap().split("};").next().unwrap();
    for path in
        kept.keys().filter(|path| extension(path) == "html" && *path != "book.html" || path.starts_with("assets/"))
    {
        assert!(list.contains(&format!("\"{path}\"")), "{path} is not kept");
    }
    assert!(!list.contains("book.html") && !list.contains("sw.js"), "{list}");
    assert!(text(&kept, "b.html").contains("manifest-src &#39;self&#39;"));
}

#[test]
fn the_offline_list_holds_what_readers_and_pages_use() {
    let book = Book::of([
        ("chapbook.toml", "[output]\noffline = true\nmarkdown = true\n[codes]\nactive-file = \"off\"\n"),
        ("content/README.md", "# T\n\n![One](_images/one.png) [Two](a/_two.txt)\n"),
        ("content/a/b.md", "# B\n\nText.\n"),
        ("content/_images/one.png", "1"),
        ("content/_worker.js", "1"),
        ("content/a/_two.txt", "2"),
    ]);
    let files = files_of(&crate::book::built(book.path()));
    let worker = String::from_utf8(files["sw.js"].clone()).unwrap();
    let list = worker.split("FILES:").nth(1).unwrap().split("};").next().unwrap();
    let is_listed = |path: &str| {
        assert!(files.contains_key(path), "{path} is not in the site");
        list.contains(&format!("\"{path}\""))
    };
    for path in ["index.html", "a/b.html", "_images/one.png", "a/_two.txt", "search/index.js"] {
        assert!(is_listed(path), "{path}");
    }
    for path in ["index.md", "a/b.md", "llms.txt", "_headers", ".nojekyll", "_worker.js", "sw.js"] {
        assert!(!is_listed(path), "{path}");
    }
}
