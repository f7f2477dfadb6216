//! Properties of every book, tested with random books. `PROPTEST_CASES=1000` runs more cases.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use chapbook::diagnostic::{Colour, Format, Report, Texts, emit};
use chapbook::mdbook::Plugins;
use chapbook::pipeline::{
    Cache, Preview, Purpose, Request, Stamping, Unchanged, build, open, stamp, store_published, unchanged_site,
};
use chapbook::site::{publish, publish_after};
use proptest::prelude::*;
use proptest::sample::select;

use crate::book::{
    Book, built, built_with, copy, extension, files_in, files_of, printed_diagnostics, repository, request, write,
};
use crate::html::{Element, dead_links, internal, pages};

/// The number of cases from the environment, or this default.
fn cases(cases: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|asked| asked.parse().ok()).unwrap_or(cases);
    // A failing case is kept as a test of its own, with its reason, not as a seed.
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Files of a tiny book: path inside the book to text.
type Files = BTreeMap<String, String>;

/// File names of tiny books. There are few, so that links often have a target and files often collide.
const PATHS: &[&str] =
    &["README.md", "a.md", "A-b.md", "02-two.md", "c/index.md", "c/d.md", "c/怎么 谈？.md", "part.inc", "图 1.svg"];

/// Pieces of chapters, valid and invalid.
const PIECES: &[&str] = &[
    "# 认清逾期\n\n",
    "# Title with `code` & <b>\n\n",
    "## Section\n\nSome text.\n\n",
    "## Section\n\n### 小节 一\n\n",
    "[one](a.md) and [two](c/d.md#小节-一), [three](c/%E6%80%8E%E4%B9%88%20%E8%B0%88%EF%BC%9F.md)\n\n",
    "[up](../README.md) [down](d.md) [home](/README.md#section)\n\n",
    "![figure](图%201.svg \"caption\")\n\n",
    "- [ ] first ____ 元\n- [x] second\n  - [ ] nested\n\n",
    "<!-- checklist: id=L1 do=read -->\n- [ ] 打电话 <!-- #call -->\n\n",
    "<!-- log: id=log rows=3 -->\n| a | b |\n|---|---|\n\n",
    "Text[^1] and again[^1].\n\n[^1]: The note.\n\n",
    "Price $5, formula $x^2$.\n\n$$\ny \\tag{1}\n$$\n\n",
    ":::note 标题\n\nInside.\n\n:::\n\n",
    ":::tabs\n\n:::tab One\n\nA\n\n:::\n\n:::\n\n",
    ":::unknown\n\nx\n\n:::\n\n",
    "> [!WARNING]\n> Mind.\n\n",
    "```rust title=\"a.rs\"\nfn main() {}\n```\n\n",
    "{{#include part.inc}}\n\n",
    "{{#include ../part.inc}}\n\n",
    "<span id=\"raw\">raw</span> <script>alert(1)</script>\n\n",
    "Term\n: Definition\n\n",
    "{{ book.title }} {{ book.nothing }}\n\n",
];

/// Front matter for a chapter.
const FRONTS: &[&str] = &[
    "",
    "---\ntitle: 题\n---\n",
    "---\nweight: 3\nslug: slug\n---\n",
    "---\naliases: [old.html]\n---\n",
    "---\ndraft: true\n---\n",
    "+++\nsearch = false\nrevised = \"2026-01-02\"\n+++\n",
    "---\ntitel: typo\n---\n",
];

const SUMMARY: &str = "# Summary\n\n[Home](README.md)\n\n# Part\n\n- [A](a.md)\n  - [D](c/d.md)\n- [Draft]()\n";

const CONFIGS: &[&str] = &[
    "[book]\ntitle = \"T\"\nlanguage = \"zh-Hans\"\n",
    "[book]\ntitle = \"T\"\nurl = \"https://example.org/t/\"\n[numbers]\nsections = true\n",
    "[book]\ntitle = \"T\"\n[markdown]\nmath = true\n[output]\nclean_urls = true\n",
    "[book]\ntitle = \"T\"\n[redirects]\n\"old.html\" = \"a.md\"\n\"index.html#gone\" = \"a.md\"\n",
];

fn text() -> impl Strategy<Value = String> {
    let pieces = proptest::collection::vec(select(PIECES), 0..5);
    (select(FRONTS), pieces).prop_map(|(front, pieces)| format!("{front}{}", pieces.concat()))
}

/// An edit by an author.
#[derive(Debug, Clone)]
enum Edit {
    Write(&'static str, String),
    Delete(&'static str),
    Rename(&'static str, &'static str),
    Summary(bool),
    Configure(&'static str),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => (select(PATHS), text()).prop_map(|(path, text)| Edit::Write(path, text)),
        2 => select(PATHS).prop_map(Edit::Delete),
        2 => (select(PATHS), select(PATHS)).prop_map(|(from, to)| Edit::Rename(from, to)),
        1 => any::<bool>().prop_map(Edit::Summary),
        1 => select(CONFIGS).prop_map(Edit::Configure),
    ]
}

fn first_files() -> impl Strategy<Value = Files> {
    let files = proptest::collection::btree_map(select(PATHS), text(), 1..6);
    (files, select(CONFIGS)).prop_map(|(files, config)| {
        let mut files: Files = files.into_iter().map(|(path, text)| (format!("content/{path}"), text)).collect();
        files.insert("chapbook.toml".to_owned(), config.to_owned());
        files
    })
}

impl Edit {
    fn apply(&self, files: &mut Files) {
        let content = |path: &str| format!("content/{path}");
        match self {
            Self::Write(path, text) => _ = files.insert(content(path), text.clone()),
            Self::Delete(path) => _ = files.remove(&content(path)),
            Self::Rename(from, to) => {
                if let Some(text) = files.remove(&content(from)) {
                    files.insert(content(to), text);
                }
            }
            Self::Summary(true) => _ = files.insert(content("SUMMARY.md"), SUMMARY.to_owned()),
            Self::Summary(false) => _ = files.remove(&content("SUMMARY.md")),
            Self::Configure(config) => _ = files.insert("chapbook.toml".to_owned(), (*config).to_owned()),
        }
    }
}

/// Words that an author adds to a chapter.
const WORDS: &[&str] = &[
    "More words.\n",
    "更多。\n\n更多。\n",
    "# Another title\n\nText.\n",
    "## Section\n\n- [ ] one\n",
    "[a](a.md)\n",
    "`x`\n",
];

/// The number of successive edits: a few, or two thousand with `CHAPBOOK_LONG=1`.
fn edits_of_a_day() -> usize {
    if std::env::var_os("CHAPBOOK_LONG").is_some() { 2_000 } else { 2 }
}

/// Waits until file dates differ from those of earlier writes.
fn tick() {
    if std::env::var_os("CHAPBOOK_LONG").is_some() {
        std::thread::sleep(std::time::Duration::from_millis(25));
    }
}

/// Updates a folder to the next state. Only files that differ are written.
fn write_changes(folder: &Path, from: &Files, to: &Files) {
    for path in from.keys().filter(|path| !to.contains_key(*path)) {
        fs::remove_file(folder.join(path)).unwrap();
    }
    for (path, text) in to.iter().filter(|(path, text)| from.get(*path) != Some(text)) {
        write(&folder.join(path), text.as_bytes());
    }
    fs::create_dir_all(folder.join("content")).unwrap();
}

/// The result of a build, for comparison: its files and diagnostics.
fn outcome(folder: &Path, cache: &mut Cache) -> (BTreeMap<String, Vec<u8>>, String) {
    let built = built_with(folder, cache);
    (files_of(&built), printed_diagnostics(&built))
}

/// The site in a folder, if it need not be built again.
fn published_unchanged(request: &Request, out: &Path, cache: &mut Cache) -> Option<Unchanged> {
    let opened = open(request).ok()?;
    unchanged_site(request, opened.project(), out, cache)
}

fn report_text(report: &Report, texts: &Texts) -> String {
    emit(report, texts, "", Format::Human, Colour::Off)
}

/// An unchanged book is not built; a changed one is.
#[test]
fn an_unchanged_book_is_not_built() {
    let book = Book::of([
        ("chapbook.toml", "[book]\ntitle = \"T\"\n"),
        ("content/a.md", "# A\n\nText.<!-- pause: now -->\n"),
        ("content/b/c.md", "# C\n\nText.\n"),
        ("content/b/active.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script></svg>"),
    ]);
    let remembered = tempfile::tempdir().unwrap();
    let (asked, out) = (request(book.path()), book.path().join("public"));
    let wait = || std::thread::sleep(std::time::Duration::from_millis(30));
    let publish = || {
        wait();
        let mut cache = Cache::in_folder(remembered.path());
        let site = built_with(book.path(), &mut cache);
        let published = publish_after(&site.site, &out, &site.project, cache.stat_cache()).unwrap();
        wait();
        store_published(&asked, &site, &cache);
        published
    };
    let holds = || published_unchanged(&asked, &out, &mut Cache::in_folder(remembered.path())).is_some();
    publish();
    let cold = built(book.path());
    let unchanged = published_unchanged(&asked, &out, &mut Cache::in_folder(remembered.path())).unwrap();
    assert_eq!(report_text(&unchanged.report, &unchanged.texts), report_text(&cold.report, &cold.texts));
    assert_eq!(unchanged.report.warnings(), 2);
    let edits: [(&str, &str); 6] = [
        ("content/a.md", "# A\n\nTexT.\n"),
        ("content/new.md", "# New\n"),
        ("content/b/pic.svg", "<svg/>"),
        ("public/a.html", "changed by another program"),
        ("chapbook.toml", "[book]\ntitle = \"U\"\n"),
        ("theme/css/own.css", "a {}"),
    ];
    for (path, text) in edits {
        wait();
        write(&book.path().join(path), text.as_bytes());
        assert!(!holds(), "{path} was written");
        publish();
        assert!(holds(), "published after {path}");
    }
    fs::remove_file(out.join("a.html")).unwrap();
    assert!(!holds(), "a page is gone");
    assert_eq!(publish().written, 1);
    let mut changed = Request { purpose: Purpose::Preview, ..asked.clone() };
    assert!(published_unchanged(&changed, &out, &mut Cache::in_folder(remembered.path())).is_none());
    changed.purpose = Purpose::Publish;
    assert!(published_unchanged(&changed, &out, &mut Cache::in_folder(remembered.path())).is_some());
}

/// A book that is published as `chapbook build` does, as often as the disk's clock lets it be remembered.
struct Published {
    asked: Request,
    remembered: tempfile::TempDir,
}

impl Published {
    fn of(book: &Book) -> Self {
        let this = Self { asked: request(book.path()), remembered: tempfile::tempdir().unwrap() };
        this.again();
        this
    }

    /// Builds it anew.
    fn again(&self) {
        std::thread::sleep(std::time::Duration::from_millis(30));
        let mut cache = self.cache();
        let site = build(&self.asked, &mut cache).unwrap();
        publish_after(&site.site, &self.out(), &site.project, cache.stat_cache()).unwrap();
        store_published(&self.asked, &site, &cache);
    }

    fn out(&self) -> std::path::PathBuf {
        self.remembered.path().join("site")
    }

    fn cache(&self) -> Cache {
        Cache::in_folder(&self.remembered.path().join("cache"))
    }

    /// Whether this request would not be built again. If so, asserts that the same diagnostics are reported as by a build.
    fn holds_for(&self, asked: &Request) -> bool {
        let unchanged = published_unchanged(asked, &self.out(), &mut self.cache());
        if let Some(unchanged) = &unchanged {
            let cold = build(asked, &mut Cache::in_memory()).unwrap();
            assert_eq!(report_text(&unchanged.report, &unchanged.texts), report_text(&cold.report, &cold.texts));
        }
        unchanged.is_some()
    }

    fn holds(&self) -> bool {
        self.holds_for(&self.asked)
    }
}

/// A book with missing includes is not built again until one of them exists.
#[test]
fn missing_includes_are_checked_again() {
    let chapter = "# A\n\n{{#include none.rs}}\n\n{{#include ../code/deep/none.rs:main}}\n\n{{#include d/e.rs:gone}}\n";
    let config = ("chapbook.toml", "[book]\ntitle = \"T\"\n");
    let book =
        Book::of([config, ("content/a.md", chapter), ("content/d/e.rs", "fn main() {}\n"), ("code/x.rs", "x\n")]);
    let published = Published::of(&book);
    assert!(published.holds());
    let write = |path: &str| write(&book.path().join(path), b"// ANCHOR: main\nfn main() {}\n// ANCHOR_END: main\n");
    let remove = |path: &str| fs::remove_file(book.path().join(path)).unwrap();
    let steps: [(&str, &dyn Fn()); 8] = [
        ("the file is made", &|| write("content/none.rs")),
        ("the file is gone again", &|| remove("content/none.rs")),
        ("another file has nearly its name", &|| write("content/nine.rs")),
        ("a folder on the way is made", &|| fs::create_dir(book.path().join("code/deep")).unwrap()),
        ("the file in it is made", &|| write("code/deep/none.rs")),
        ("a folder on the way is gone", &|| fs::remove_dir_all(book.path().join("code")).unwrap()),
        ("a file replaces a folder", &|| write("code")),
        ("the anchor is changed", &|| write("content/d/e.rs")),
    ];
    for (what, step) in steps {
        step();
        assert!(!published.holds(), "{what}");
        published.again();
        assert!(published.holds(), "built since {what}");
    }
    // What happens elsewhere in a folder on the way is no matter.
    write("unread.rs");
    assert!(published.holds());
}

/// The files by which the tool of a folder is recognised may be next to its texts.
#[test]
fn the_tool_of_a_folder_is_checked_again() {
    let config = ("chapbook.toml", "[book]\ntitle = \"T\"\n[source]\ndir = \"docs\"\nforeign = true\n");
    let book = Book::of([config, ("docs/a.md", "# A\n\na ==b==\n"), ("docs/b.md", "# B\n")]);
    let published = Published::of(&book);
    assert!(published.holds());
    fs::create_dir(book.path().join(".obsidian")).unwrap();
    assert!(!published.holds());
    published.again();
    assert!(published.holds());
}

#[cfg(unix)]
#[test]
fn includes_through_symbolic_links_are_checked_by_a_build() {
    use std::os::unix::fs::symlink;
    let chapter = "# A\n\n{{#include ../code/deep/none.rs}}\n\n{{#include lost.rs}}\n";
    let config = ("chapbook.toml", "[book]\ntitle = \"T\"\n");
    let book =
        Book::of([config, ("content/a.md", chapter), ("code/deep/x.rs", "x\n"), ("other/deep/none.rs", "none\n")]);
    let published = Published::of(&book);
    assert!(published.holds());
    fs::rename(book.path().join("code"), book.path().join("moved")).unwrap();
    symlink("moved", book.path().join("code")).unwrap();
    assert!(!published.holds(), "a folder on the way is a link now");
    published.again();
    assert!(!published.holds(), "the link may lead elsewhere");
    fs::remove_file(book.path().join("code")).unwrap();
    fs::rename(book.path().join("moved"), book.path().join("code")).unwrap();
    published.again();
    assert!(published.holds());
    for target in ["/nowhere", "a.md"] {
        symlink(target, book.path().join("content/lost.rs")).unwrap();
        assert!(!published.holds(), "a link to {target} where nothing was");
        fs::remove_file(book.path().join("content/lost.rs")).unwrap();
        published.again();
    }
    assert!(published.holds());
    let outside = tempfile::tempdir().unwrap();
    fs::remove_dir_all(book.path().join("code")).unwrap();
    symlink(outside.path(), book.path().join("code")).unwrap();
    published.again();
    assert!(!published.holds(), "a link leads out of the book");
}

/// A disabled plug-in is reported again without a build, until it may run.
#[test]
fn a_book_with_disabled_plug_ins_is_not_built_again() {
    let book = Book::of([
        ("book.toml", "[book]\ntitle = \"T\"\n[preprocessor.nowhere]\ncommand = \"no-such-program\"\n"),
        ("src/SUMMARY.md", "# Summary\n\n- [A](a.md)\n"),
        ("src/a.md", "# A\n\n{{#nowhere}}\n"),
    ]);
    let mut published = Published::of(&book);
    assert!(published.holds());
    let asked_for = Request { plugins: Plugins::all(), ..published.asked.clone() };
    assert!(!published.holds_for(&asked_for));
    std::thread::sleep(std::time::Duration::from_millis(30));
    write(&book.path().join("src/a.md"), b"# A\n\nNo longer.\n");
    assert!(!published.holds(), "the message names the pages");
    published.again();
    assert!(published.holds());
    write(&book.path().join("book.toml"), b"[book]\ntitle = \"T\"\n");
    assert!(!published.holds());
    published.asked = asked_for;
    write(
        &book.path().join("book.toml"),
        b"[book]\ntitle = \"T\"\n[preprocessor.nowhere]\ncommand = \"no-such-program\"\n",
    );
    published.again();
    assert!(!published.holds(), "a program that may be installed tomorrow");
}

/// A chapter of a book that is too large to be searched whole.
fn long_chapter(number: usize) -> String {
    let section = |at: usize| format!("## {number}.{at}\n\n{}", format!("word{at} of read_line 逾期 ").repeat(30));
    format!("# Chapter {number}\n\n{}\n", (0..20).map(section).collect::<Vec<_>>().join("\n\n"))
}

/// After an edit the search index is patched; the result must equal a rebuilt one.
#[test]
fn a_patched_index_equals_that_of_a_cold_build() {
    let chapters = (0..24).map(|at| (format!("content/{at:02}.md"), long_chapter(at)));
    let mut files: Files = chapters.collect();
    files.insert("chapbook.toml".to_owned(), "[book]\ntitle = \"T\"\n".to_owned());
    let book = Book::of(&files);
    let (remembered, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let out = place.path().join("site");
    let mut memory = Cache::in_memory();
    let mut publish = |edit: &str| {
        // Files count as unchanged only if their dates are older than the stored record.
        std::thread::sleep(std::time::Duration::from_millis(30));
        let mut cache = Cache::in_folder(remembered.path());
        let warm = built_with(book.path(), &mut cache);
        let published = publish_after(&warm.site, &out, &warm.project, cache.stat_cache()).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(30));
        store_published(&request(book.path()), &warm, &cache);
        let cold = files_of(&built(book.path()));
        let mut there = files_in(&out);
        there.retain(|path, _| !path.starts_with(".chapbook"));
        same_files(&cold, &there).unwrap_or_else(|why| panic!("{edit}: {why}"));
        same_files(&cold, &files_of(&built_with(book.path(), &mut memory)))
            .unwrap_or_else(|why| panic!("{edit}: {why}"));
        published.written
    };
    let all = publish("nothing");
    let path = book.path().join("content/07.md");
    let edited = long_chapter(7);
    for (edit, text, most) in [
        ("a sentence", format!("{edited}\nOne more sentence 還款 {{:?}}.\n"), 14),
        ("back", edited.clone(), 14),
        ("a heading", format!("{edited}\n## More\n\nText.\n"), all),
        ("a title", edited.replace("Chapter 7", "Another"), all),
    ] {
        write(&path, text.as_bytes());
        let written = publish(edit);
        assert!(written <= most, "{edit}: {written} of {all} written");
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_warm_build_equals_a_cold_one(
        first in first_files(), edits in proptest::collection::vec(edit(), 4), frugal in any::<bool>(),
    ) {
        let book = Book::of(&first);
        let remembered = tempfile::tempdir().unwrap();
        // A large book lets its blocks go, and is kept on disk without them.
        let sized = |cache: Cache| if frugal { cache.frugal() } else { cache };
        let on_disk = || sized(Cache::in_folder(remembered.path()));
        let mut memory = sized(Cache::in_memory());
        let mut files = first.clone();
        for edit in &edits {
            // Fill both before the edit, so that there is something stale to find.
            outcome(book.path(), &mut memory);
            outcome(book.path(), &mut on_disk());
            let before = files.clone();
            edit.apply(&mut files);
            write_changes(book.path(), &before, &files);
            let cold = outcome(book.path(), &mut Cache::in_memory());
            let warm = outcome(book.path(), &mut memory);
            let from_disk = outcome(book.path(), &mut on_disk());
            same(&cold, &warm, "memory")?;
            same(&cold, &from_disk, "disk")?;
        }
    }

    #[test]
    fn a_warm_published_site_equals_a_cold_build(
        first in first_files(), edits in proptest::collection::vec(edit(), edits_of_a_day()),
    ) {
        let book = Book::of(&first);
        let (remembered, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let out = place.path().join("site");
        let mut files = first.clone();
        for edit in edits {
            let cold = built(book.path());
            let mut cache = Cache::in_folder(remembered.path());
            let unchanged = published_unchanged(&request(book.path()), &out, &mut cache);
            if cold.report.errors() == 0 {
                if let Some(unchanged) = unchanged {
                    let again = report_text(&unchanged.report, &unchanged.texts);
                    prop_assert_eq!(again, report_text(&cold.report, &cold.texts));
                } else {
                    let warm = built_with(book.path(), &mut cache);
                    publish_after(&warm.site, &out, &warm.project, cache.stat_cache()).unwrap();
                    tick();
                    store_published(&request(book.path()), &warm, &cache);
                }
                let mut there = files_in(&out);
                there.retain(|path, _| !path.starts_with(".chapbook"));
                same_files(&files_of(&cold), &there)?;
            }
            drop(cache);
            let before = files.clone();
            edit.apply(&mut files);
            write_changes(book.path(), &before, &files);
            tick();
        }
    }

    #[test]
    fn a_quick_preview_page_equals_the_page_of_the_build(
        files in first_files(), path in select(PATHS), (front, words) in (select(FRONTS), select(WORDS)),
    ) {
        let book = Book::of(&files);
        let preview = Request { purpose: Purpose::Preview, ..request(book.path()) };
        let mut session = Preview::new(preview.clone());
        session.build().unwrap();
        let path = format!("content/{path}");
        prop_assume!(files.contains_key(&path) && extension(&path) == "md");
        let text = if words.starts_with('#') { format!("{front}{words}") } else { format!("{}\n\n{words}", files[&path]) };
        write(&book.path().join(&path), text.as_bytes());
        let early = session.early_page();
        let whole = session.build().unwrap();
        let cold = build(&preview, &mut Cache::in_memory()).unwrap();
        if let Some((path, file)) = early {
            prop_assert_eq!(cold.report.is_empty(), whole.report.is_empty());
            let expected = cold.site.get(&path).map(|file| file.bytes().unwrap());
            same_bytes(expected.as_deref(), Some(&file.bytes().unwrap()))?;
        }
        same_files(&files_of(&cold), &files_of(&whole))?;
    }

    #[test]
    fn publishing_twice_writes_nothing(first in first_files(), second in first_files()) {
        let out = tempfile::tempdir().unwrap();
        let out = out.path().join("site");
        for files in [first, second] {
            let book = Book::of(&files);
            let built = built(book.path());
            publish(&built.site, &out, &built.project).unwrap();
            let again = publish(&built.site, &out, &built.project).unwrap();
            prop_assert_eq!((again.written, again.removed, again.unchanged), (0, 0, built.site.len()));
            let mut there = files_in(&out);
            there.retain(|path, _| !path.starts_with(".chapbook"));
            prop_assert_eq!(there, files_of(&built));
        }
    }

    #[test]
    fn every_link_of_a_site_has_a_target(files in first_files()) {
        let book = Book::of(&files);
        let built = built(book.path());
        let site = files_of(&built);
        // A book without a page has nothing to lead to; it is not published.
        prop_assume!(site.contains_key("index.html"));
        let dead = dead_links(&site);
        prop_assert!(dead.is_empty(), "{}\n{}", dead.join("\n"), printed_diagnostics(&built));
        let unfound = sections_without_target(&site);
        prop_assert!(unfound.is_empty(), "{}", unfound.join("\n"));
    }

    #[test]
    fn stamped_ids_equal_the_generated_ids(files in first_files(), ends in select(vec!["\n", "\r\n"])) {
        let files: Files = files.into_iter().map(|(path, text)| (path, text.replace('\n', ends))).collect();
        let book = Book::of(&files);
        let lists = |book: &Book| files_of(&built(book.path())).get("checklists.html").cloned();
        let before = lists(&book);
        let stamp = || stamp(&request(book.path()), Stamping::Write).unwrap();
        stamp();
        same_bytes(before.as_deref(), lists(&book).as_deref())?;
        for (path, text) in files_in(book.path()) {
            prop_assert_eq!(unstamped(&String::from_utf8(text).unwrap(), ends), unstamped(&files[&path], ends));
        }
        prop_assert!(stamp().files.is_empty(), "a second run finds something to write");
    }

    #[test]
    fn every_blank_is_rendered(parts in proptest::collection::vec(select(BLANKS), 1..8)) {
        let expected: usize = parts.iter().map(|(_, blanks)| blanks).sum();
        let text: String = parts.iter().map(|(text, _)| *text).collect();
        let book = Book::of([("index.md", format!("# Home\n\n{text}"))]);
        let site = files_of(&built(book.path()));
        let count = |path: &str| String::from_utf8_lossy(&site[path]).matches("\"cb-blank\"").count();
        prop_assert_eq!(count("index.html"), expected, "{}", text);
        prop_assert_eq!(count("print.html"), expected, "{}", text);
    }

    #[test]
    fn output_does_not_depend_on_the_number_of_threads(files in first_files()) {
        let book = Book::of(&files);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| outcome(book.path(), &mut Cache::in_memory()))
        };
        same(&with(1), &with(4), "4 threads")?;
    }

    #[test]
    fn content_never_becomes_active_html(title in hostile_text(), body in hostile_text(), name in select(NAMES)) {
        let quoted = serde_json::to_string(&title).unwrap();
        let front = format!("---\ntitle: {quoted}\ndescription: {quoted}\ntags: [{quoted}]\n---\n");
        let book = Book::of([
            ("chapbook.toml".to_owned(), format!("[book]\ntitle = {quoted}\nfooter = {quoted}\nauthors = [{quoted}]\n")),
            ("content/README.md".to_owned(), format!("{front}{body}")),
            (format!("content/{name}.md"), format!("# {title}\n\n{body}")),
            ("content/SUMMARY.md".to_owned(), format!("[{title}](README.md)\n\n# {title}\n\n- [{body}](<{name}.md>)\n")),
        ]);
        let without_summary = Book::of::<&str, &str>([]);
        copy(book.path(), without_summary.path());
        fs::remove_file(without_summary.path().join("content/SUMMARY.md")).unwrap();
        for book in [book, without_summary] {
            let site = files_of(&built(book.path()));
            let alive = live_sinks(&site);
            prop_assert!(alive.is_empty(), "{}", alive.join("\n"));
        }
    }
}

/// Texts and the number of their blanks, where Markdown would read underscores as something else.
const BLANKS: &[(&str, usize)] = &[
    ("每月 ____ 元，共 ____ 期\n\n", 2),
    ("时间：____:____ [____]（____）\n\n", 4),
    ("**____** *a____* ~~____~~ ______\n\n", 4),
    ("____ 年 __ 月 __ 日\n\n", 3),
    ("- [ ] 记下 ____<!-- 金额 -->\n  - [x] ＿＿＿＿＿\n\n", 2),
    ("> a ____\n> ____, x\n\n", 2),
    ("| ____ | a |\n|---|---|\n| __ 元 | ________ |\n\n", 3),
    ("## ____ 之前\n\n", 1),
    ("Term ____\n: ____.\n\n", 2),
    ("<b>____</b> [a ____](https://example.org/____)\n\n", 2),
    (":::note ____\n\n1. a ____\n\n:::\n\n", 2),
    ("`____` \\____ ___ a__b __init__ __bold__\n\n", 0),
    ("```\n____\n```\n\n____\n\n", 0),
    ("*__ ____ __*\n\n", 1),
];

/// A text without the ids that were put in, and without the line ends they brought.
fn unstamped(text: &str, end: &str) -> String {
    let (mut rest, mut out) = (text, String::new());
    while let Some((before, comment, after)) = rest.split_once("<!-- ").and_then(|(before, after)| {
        let (comment, after) = after.split_once("-->")?;
        Some((before, comment, after))
    }) {
        let made = comment.starts_with('#') || comment.starts_with("checklist: id=") && !comment.contains("do=");
        if made {
            out.push_str(before.trim_end_matches(' '));
            rest = after.strip_prefix(end).filter(|_| before.ends_with('\n') || before.is_empty()).unwrap_or(after);
        } else {
            out.extend([before, "<!-- ", comment, "-->"]);
            rest = after;
        }
    }
    out + rest
}

fn same_bytes(before: Option<&[u8]>, after: Option<&[u8]>) -> Result<(), TestCaseError> {
    let text = |bytes: Option<&[u8]>| bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    prop_assert_eq!(text(before), text(after));
    Ok(())
}

fn same_files(expected: &BTreeMap<String, Vec<u8>>, found: &BTreeMap<String, Vec<u8>>) -> Result<(), TestCaseError> {
    same(&(expected.clone(), String::new()), &(found.clone(), String::new()), "files")
}

fn same(
    expected: &(BTreeMap<String, Vec<u8>>, String),
    found: &(BTreeMap<String, Vec<u8>>, String),
    what: &str,
) -> Result<(), TestCaseError> {
    prop_assert_eq!(&expected.1, &found.1, "diagnostics differ: {}", what);
    prop_assert!(expected.0.keys().eq(found.0.keys()), "{}: {:?} {:?}", what, expected.0.keys(), found.0.keys());
    for (path, bytes) in &expected.0 {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        prop_assert_eq!(text(bytes), text(&found.0[path]), "{} differs: {}", path, what);
    }
    Ok(())
}

/// Entries of the search index without a page or an anchor.
fn sections_without_target(site: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let Some(index) = site.get("search-index.json") else { return Vec::new() };
    let index: serde_json::Value = serde_json::from_slice(index).unwrap();
    let urls = index["sections"].as_array().unwrap().iter().map(|section| section["url"].as_str().unwrap());
    let page: String = urls.map(|url| format!("<a href=\"{url}\"></a>")).collect();
    let mut site = site.clone();
    site.insert("sections.html".to_owned(), page.into_bytes());
    dead_links(&site)
}

/// File names that try to escape from the content folder.
const NAMES: &[&str] =
    &["plain", "a\"onmouseover=alert(1) b", "<img src=x onerror=alert(1)>", "a'b&quot;", "javascript:alert(1)"];

/// Pieces that become active if text is not escaped, schemes are not checked, or parsers disagree.
const VECTORS: &[&str] = &[
    "<script>alert(1)</script>",
    "</script><script src=//evil.example></script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><animate attributeName=href values=javascript:alert(1)></svg>",
    "<svg><use href=\"data:image/svg+xml,x\"/><set attributeName=onload to=alert(1)></svg>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\"jav&#x09;ascript&colon;alert(1)\">x</a>",
    "<a href=\" \u{1}javascript:alert(1)\">x</a>",
    "<details open ontoggle=alert(1)>",
    "<math><mtext><img src=x onerror=alert(1)></math>",
    "<form action=javascript:alert(1)><button formaction=javascript:alert(1)>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<style>*{background:url(//evil.example)}</style>",
    "<p style=\"background:url(//evil.example)\">",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- checklist: id=\"><img src=x onerror=alert(1)>\" -->\n- [ ] a <!-- #\"><script>alert(1)</script> -->\n",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1) \"onclick=alert(1)\")",
    "[x](vbscript:x) ![x](data:text/html;base64,PHNjcmlwdD4= \"t\")",
    "[x](java&#115;cript:alert(1)) <javascript:alert(1)>",
    "[x]: javascript:alert(1)\n",
    "[x][x]",
    "![\" onerror=alert(1) x=\"](a.png \"\\\" onload=alert(1)\")",
    "\n```js\" onmouseover=\"alert(1)\n</code></pre><script>alert(1)</script>\n```\n",
    "\n```rust title=\"\\\"><script>alert(1)</script>\"\n```\n",
    "\n:::note \"><script>alert(1)</script>\n\nx\n\n:::\n",
    "\n## Heading {#a\" onclick=alert(1)}\n",
    "\n## <img src=x onerror=alert(1)>\n",
    "[^\"><script>]\n\n[^\"><script>]: <script>alert(1)</script>\n",
    "| <script> | ____<!-- \" onfocus=alert(1) --> |\n|---|---|\n| `</script>` | \" |\n",
    "{{ book.title }}",
    "{{#include ../chapbook.toml}}",
    "{% include 'page.html' %}{{ site }}",
    "<?php <![CDATA[ ]]> ?>",
    "\n> [!NOTE]\n> <a href=javascript:alert(1)>\n",
    "&lt;script&gt; &#60;script>",
    "\"",
    "'",
    "`",
    "<",
    ">",
    "\n",
    "\n\n",
    "- [ ] ",
    "](",
    "![",
    "\\",
    "\u{2028}",
    "\u{0}",
    "--><script>alert(1)</script>",
];

fn hostile_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![3 => select(VECTORS).prop_map(str::to_owned), 1 => "[ -~\n]{0,12}"];
    proptest::collection::vec(part, 1..8).prop_map(|parts| parts.concat())
}

/// Everything in a site that would run code, load from elsewhere, or link to a forbidden scheme.
pub(crate) fn live_sinks(site: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let site = &without_theme_scripts(site);
    let pages = pages(site);
    let found = pages.iter().flat_map(|(path, page)| {
        let policies = page.iter().filter(|element| element.attribute("http-equiv") == Some("Content-Security-Policy"));
        let unguarded = (policies.count() != 1).then(|| format!("{path}: not exactly one policy"));
        // A page that only leads elsewhere holds nothing of a chapter.
        let redirects = !page.iter().any(|element| element.attribute("id") == Some("main"));
        let alive =
            page.iter().filter(move |element| is_active(path, element, site) || leads_away(element) && !redirects);
        alive.map(move |element| format!("{path}: {element:?}")).chain(unguarded)
    });
    found.collect()
}

/// The site without the inline scripts of the theme, which the content security policy allows by their digests.
fn without_theme_scripts(site: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    static OURS: OnceLock<[String; 2]> = OnceLock::new();
    let [ours, of_unknown] = OURS.get_or_init(|| {
        let plain = Book::of([("chapbook.toml", "[book]\ntitle = \"t\"\n"), ("content/README.md", "# Plain\n")]);
        let files = files_of(&built(plain.path()));
        let [page, unknown] = ["index.html", "404.html"].map(|path| String::from_utf8(files[path].clone()).unwrap());
        // The page for unknown addresses has one more, which finds the root of the site.
        let last = &unknown[unknown.rfind("<script>").unwrap()..=unknown.rfind("</script>").unwrap()];
        [
            page[page.find("<script>").unwrap()..page.find("<link rel=\"stylesheet\"").unwrap()].to_owned(),
            last.to_owned(),
        ]
    });
    let without = |path: &str, bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(text) if path == "404.html" => text.replacen(ours, "", 1).replacen(of_unknown, "", 1).into_bytes(),
        Ok(text) if extension(path) == "html" => text.replacen(ours, "", 1).into_bytes(),
        _ => bytes.to_vec(),
    };
    site.iter().map(|(path, bytes)| (path.clone(), without(path, bytes))).collect()
}

/// Elements that chapbook never writes and no author may.
const FORBIDDEN: &[&str] =
    &["iframe", "frame", "object", "embed", "applet", "base", "style", "animate", "set", "foreignobject", "portal"];

fn is_active(path: &str, element: &Element, site: &BTreeMap<String, Vec<u8>>) -> bool {
    let is_ours = |src: &str| {
        let local = internal(path, src).map(|(path, _)| path);
        local.is_some_and(|path| {
            (path.starts_with("assets/") || path.starts_with("search/")) && site.contains_key(&path)
        })
    };
    let alien_script = element.name == "script" && !element.attribute("src").is_some_and(is_ours);
    let alien_sheet = element.name == "link"
        && element.attribute("rel") == Some("stylesheet")
        && !element.attribute("href").is_some_and(is_ours);
    let attribute = element.attributes.iter().any(|(name, value)| {
        name.starts_with("on") || name == "style" || name == "srcdoc" || (is_url(name) && runs(value))
    });
    alien_script || alien_sheet || attribute || FORBIDDEN.contains(&element.name.as_str())
}

fn leads_away(element: &Element) -> bool {
    element.attribute("http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("refresh"))
}

fn is_url(attribute: &str) -> bool {
    ["href", "src", "action", "formaction", "poster", "data", "xlink:href", "background", "srcset", "values", "to"]
        .contains(&attribute)
}

/// Whether a URL runs code. Like browsers, it skips white space and control characters before the scheme.
fn runs(url: &str) -> bool {
    let url: String = url.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    let url = url.to_lowercase();
    ["javascript:", "vbscript:", "data:text", "data:application", "blob:"].iter().any(|scheme| url.starts_with(scheme))
}

#[test]
fn active_html_is_detected() {
    for page in [
        "<script>x</script>",
        "<p ONCLICK=x>",
        "<a href=' java\nscript:x'>",
        "<script src=//e.example/x.js></script>",
        "<title></title><iframe>",
        "<main id=main><meta http-equiv=Refresh content=x>",
        "<p style=x>",
    ] {
        let site = BTreeMap::from([("a.html".to_owned(), page.as_bytes().to_vec())]);
        assert!(live_sinks(&site).len() > 1, "{page}");
    }
    let text = "<title><script>x</script></title><textarea><p onclick=x></textarea>";
    let site = BTreeMap::from([("a.html".to_owned(), text.as_bytes().to_vec())]);
    assert_eq!(live_sinks(&site), ["a.html: not exactly one policy"]);
}

#[test]
fn output_does_not_depend_on_folder_time_zone_and_locale() {
    let source = repository().join("tests/books/small/in");
    let sites: Vec<_> = [("UTC", "C", "a"), ("Asia/Shanghai", "zh_CN.UTF-8", "一个 folder/deep")]
        .into_iter()
        .map(|(zone, language, folder)| {
            let place = tempfile::tempdir().unwrap();
            let book = place.path().join(folder);
            copy(&source, &book);
            let status = Command::new(env!("CARGO_BIN_EXE_chapbook"))
                .args(["build", "--quiet"])
                .current_dir(&book)
                .envs([("TZ", zone), ("LANG", language), ("LC_ALL", language)])
                .status()
                .unwrap();
            assert!(status.success());
            files_in(&book.join("public"))
        })
        .collect();
    assert!(sites[0] == sites[1], "differ: {:?}", differing(&sites[0], &sites[1]));
}

fn differing<'a>(one: &'a BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) -> Vec<&'a String> {
    one.iter().filter(|(path, bytes)| other.get(*path) != Some(bytes)).map(|(path, _)| path).collect()
}
