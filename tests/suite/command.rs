//! The command line: output, streams and exit codes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Instant;

use chapbook::diagnostic::CODES;

use crate::book::{Book, copy, extension, files_in, repository, write};
use crate::html::dead_links;

const DONE: i32 = 0;
const BOOK_HAS_ERRORS: i32 = 1;
const CANNOT_WORK: i32 = 2;

/// The command in a working folder, without the environment variables of the test run.
pub(crate) fn chapbook(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chapbook"));
    command.current_dir(folder).stdin(Stdio::null());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CHAPBOOK_") || name == "CLICOLOR_FORCE") {
        command.env_remove(name);
    }
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    chapbook(folder).args(arguments).output().unwrap()
}

/// stdout, stderr and exit code.
pub(crate) fn output_of(folder: &Path, arguments: &[&str]) -> (String, String, i32) {
    let output = run(folder, arguments);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

const CONFIG: (&str, &str) = ("chapbook.toml", "[book]\ntitle = \"T\"\nrevised = \"2026-01-31\"\n");

fn book(files: &[(&str, &str)]) -> Book {
    Book::of([CONFIG].iter().chain(files).copied())
}

fn valid_book() -> Book {
    book(&[("content/README.md", "# Home\n\n- [ ] one\n"), ("content/a.md", "# A\n\nText.\n")])
}

/// The files of a book, the arguments, the exit code, and parts of the output.
type Mistake<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], i32, &'a [&'a str]);

#[test]
fn typical_mistakes_are_reported_with_help() {
    let home = ("content/README.md", "# Home\n\nText.\n");
    let cases: &[Mistake<'_>] = &[
        (
            &[home, ("chapbook.toml", "[book]\ntitel = \"T\"\n")],
            &["build"],
            BOOK_HAS_ERRORS,
            &["chapbook.toml:2:1: error[config]", "titel", "`title`"],
        ),
        (&[home, ("chapbook.toml", "[book\n")], &["build"], BOOK_HAS_ERRORS, &["chapbook.toml:1:", "error[config]"]),
        (
            &[home, ("content/a.md", "# A\n\n[x](REDME.md)\n")],
            &["build"],
            BOOK_HAS_ERRORS,
            &["content/a.md:3:", "error[broken-link]", "`REDME.md`", "README.md"],
        ),
        (
            &[home, ("content/a.md", "# A\n\n[x](README.md#hom)\n")],
            &["build"],
            BOOK_HAS_ERRORS,
            &["content/a.md:3:", "error[broken-anchor]", "hom", "home"],
        ),
        (
            &[home, ("content/a.md", "# A\n\n![x](a.png)\n")],
            &["build"],
            BOOK_HAS_ERRORS,
            &["content/a.md:3:", "error[missing-file]", "a.png"],
        ),
        (
            &[home, ("content/a.md", "# A\n\n:::note\n\nText.\n")],
            &["build"],
            BOOK_HAS_ERRORS,
            &["content/a.md:3:1", "error[unclosed-directive]", ":::"],
        ),
        (
            &[home, ("content/a.md", "# A\n\n:::nte\n\nText.\n\n:::\n")],
            &["build"],
            BOOK_HAS_ERRORS,
            &["content/a.md:3:", "error[unknown-directive]", "`nte`", "note"],
        ),
        (
            &[home, ("content/a.md", "---\ntitel: A\n---\n# A\n\nText.\n")],
            &["build"],
            BOOK_HAS_ERRORS,
            &["content/a.md:2:1", "error[front-matter]", "`titel`", "`title`"],
        ),
        (
            &[home, ("content/SUMMARY.md", "[Home](README.md)\n\n- [A](a.md)\n")],
            &["build"],
            BOOK_HAS_ERRORS,
            &["content/SUMMARY.md:3:", "error[missing-chapter]", "a.md"],
        ),
        (&[("content/notes.txt", "text")], &["build"], BOOK_HAS_ERRORS, &["error[empty-book]"]),
        (&[home], &["build", "nowhere"], CANNOT_WORK, &["error: ", "`nowhere"]),
        (&[home], &["biuld"], CANNOT_WORK, &["biuld", "build"]),
        (&[home], &["explain", "borken-link"], CANNOT_WORK, &["`borken-link`", "`broken-link`"]),
        (&[home], &["build", "--jobs", "0"], CANNOT_WORK, &["`--jobs` must be at least 1"]),
    ];
    for (files, arguments, code, said) in cases {
        let book = book(files);
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--format", "short"]).collect();
        let (_, stderr, exit) = output_of(book.path(), &arguments);
        assert_eq!(exit, *code, "{arguments:?} of {files:?}\n{stderr}");
        for part in *said {
            assert!(stderr.contains(part), "{arguments:?} of {files:?}: no {part:?} in\n{stderr}");
        }
        assert!(!book.path().join("public").exists(), "published: {files:?}");
    }
}

#[test]
fn a_valid_book_is_published_and_summarized() {
    let book = valid_book();
    let (stdout, stderr, code) = output_of(book.path(), &["build"]);
    assert_eq!((stdout.as_str(), code), ("", DONE), "{stderr}");
    let last = stderr.lines().last().unwrap();
    for part in ["public: 2 pages", "1 checklist", "written, 0 unchanged, 0 removed", "0 warnings"] {
        assert!(last.contains(part), "no {part:?} in {last}");
    }
    let site = files_in(&book.path().join("public"));
    assert!(site.contains_key("index.html") && site.contains_key("a.html"), "{:?}", site.keys());
    let (_, stderr, code) = output_of(book.path(), &["build", "--quiet"]);
    assert_eq!((stderr.as_str(), code), ("", DONE));
}

#[test]
fn warnings_fail_only_with_strict() {
    let book = book(&[("content/README.md", "# Home\n\n```pyton\nx\n```\n")]);
    assert_eq!(output_of(book.path(), &["check"]).2, DONE);
    assert_eq!(output_of(book.path(), &["check", "--quiet"]), (String::new(), String::new(), DONE));
    let (_, stderr, _) = output_of(book.path(), &["check", "--strict", "--quiet"]);
    assert!(stderr.contains("error[unknown-language]"), "{stderr}");
    let (_, stderr, code) = output_of(book.path(), &["check", "--strict"]);
    assert_eq!(code, BOOK_HAS_ERRORS);
    assert!(stderr.contains("error[unknown-language]"), "{stderr}");
    for (value, expected) in [("1", BOOK_HAS_ERRORS), ("true", BOOK_HAS_ERRORS), ("0", DONE), ("", DONE)] {
        let output = chapbook(book.path()).arg("check").env("CHAPBOOK_STRICT", value).output().unwrap();
        assert_eq!(output.status.code(), Some(expected), "CHAPBOOK_STRICT={value}");
    }
    assert_eq!(output_of(book.path(), &["check", "--strict", "--code", "unknown-language=off"]).2, DONE);
    assert_eq!(output_of(book.path(), &["check", "--code", "unknown-language=error"]).2, BOOK_HAS_ERRORS);
    assert_eq!(output_of(book.path(), &["check", "--code", "unknown-langage=error"]).2, CANNOT_WORK);
}

#[test]
fn diagnostics_are_machine_readable() {
    let book = book(&[("content/README.md", "# Home\n\n逾期 [x](b.md)\n")]);
    let (stdout, _, code) = output_of(book.path(), &["check", "--format", "json"]);
    assert_eq!(code, BOOK_HAS_ERRORS);
    let diagnostic: serde_json::Value = serde_json::from_str(stdout.trim_end()).unwrap();
    for (key, value) in [("severity", "error"), ("code", "broken-link"), ("file", "content/README.md")] {
        assert_eq!(diagnostic[key], value, "{stdout}");
    }
    // The column is counted in characters, not bytes: two Han glyphs and a space come before.
    assert_eq!(diagnostic["line"], 3, "{stdout}");
    assert!((4..=8).contains(&diagnostic["column"].as_u64().unwrap()), "{stdout}");
    let (stdout, _, _) = output_of(book.path(), &["check", "--format", "github"]);
    assert!(stdout.starts_with("::error file=content/README.md,line=3,col="), "{stdout}");
    let (_, stderr, _) = output_of(book.path(), &["check", "--format", "short"]);
    assert!(stderr.starts_with("content/README.md:3:"), "{stderr}");
    let (_, stderr, _) = output_of(book.path(), &["check", "--color", "never"]);
    assert!(stderr.contains("逾期 [x](b.md)") && stderr.contains('^') && !stderr.contains('\u{1b}'), "{stderr}");
}

#[test]
fn diagnostic_paths_are_relative_to_the_working_folder() {
    let book = book(&[("content/README.md", "# Home\n\n[x](b.md)\n")]);
    let name = book.path().file_name().unwrap().to_str().unwrap();
    let (_, stderr, _) = output_of(book.path().parent().unwrap(), &["check", name, "--format", "short"]);
    assert!(stderr.starts_with(&format!("{name}/content/README.md:3:")), "{stderr}");
}

#[test]
fn every_code_is_explained() {
    let here = tempfile::tempdir().unwrap();
    for code in CODES {
        let (stdout, stderr, exit) = output_of(here.path(), &["explain", code.name]);
        assert_eq!((stderr.as_str(), exit), ("", DONE), "{}", code.name);
        assert!(stdout.len() > 100, "{}: {stdout}", code.name);
    }
}

#[test]
fn requested_output_goes_to_stdout() {
    let here = tempfile::tempdir().unwrap();
    for (arguments, part) in [
        (&["completions", "bash"][..], "complete -F _chapbook"),
        (&["completions", "zsh"], "#compdef chapbook"),
        (&["man"], ".TH chapbook"),
        (&["--version"], concat!("chapbook ", env!("CARGO_PKG_VERSION"))),
        (&["--help"], "chapbook new my-guide"),
    ] {
        let (stdout, stderr, code) = output_of(here.path(), arguments);
        assert_eq!((stderr.as_str(), code), ("", DONE), "{arguments:?}");
        assert!(stdout.contains(part), "{arguments:?}: no {part:?} in\n{stdout}");
    }
    let (schema, _, _) = output_of(here.path(), &["schema"]);
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert!(schema["properties"]["book"].is_object(), "{schema}");
    assert!(files_in(here.path()).is_empty());
}

#[test]
fn a_new_book_builds_without_diagnostics() {
    let here = tempfile::tempdir().unwrap();
    for kind in ["guide", "handbook", "runbook"] {
        for language in ["en", "zh-Hans"] {
            let name = format!("{kind} {language}");
            let (_, stderr, code) = output_of(here.path(), &["new", &name, "--kind", kind, "--language", language]);
            assert_eq!(code, DONE, "{stderr}");
            let written = |file: &str| fs::read_to_string(here.path().join(&name).join(file)).unwrap();
            let config = written("chapbook.toml");
            assert!(config.starts_with("#:schema ./chapbook.schema.json\n"), "{config}");
            assert!(!config.contains("\nrevised"), "a date of a review that was not made: {config}");
            assert_eq!(written("chapbook.schema.json"), output_of(here.path(), &["schema"]).0);
            assert!(written(".github/workflows/publish.yml").contains("fetch-depth: 0"));
            let (_, stderr, code) = output_of(here.path(), &["build", &name, "--strict"]);
            assert_eq!(code, DONE, "{name}: {stderr}");
            let site = files_in(&here.path().join(&name).join("public"));
            assert_eq!(dead_links(&site), Vec::<String>::new(), "{name}");
            assert!(site.contains_key("checklists.html"), "{name} has no checklist");
            let before = files_in(here.path());
            assert_eq!(output_of(here.path(), &["new", &name]).2, CANNOT_WORK, "made twice: {name}");
            assert!(before == files_in(here.path()), "{name} was overwritten");
        }
    }
}

#[test]
fn check_writes_nothing() {
    let book = valid_book();
    let before = paths_in(book.path());
    let (_, stderr, code) = output_of(book.path(), &["check"]);
    assert_eq!(code, DONE, "{stderr}");
    assert_eq!(before, paths_in(book.path()));
}

/// Names of all files and folders below a folder.
fn paths_in(folder: &Path) -> Vec<String> {
    let entries = walk(folder);
    let mut names: Vec<String> = entries.iter().map(|path| path.display().to_string()).collect();
    names.sort();
    names
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { [vec![path.clone()], walk(&path)].concat() } else { vec![path] })
        .collect()
}

#[test]
fn source_files_are_not_modified() {
    for (out, prepared) in [
        ("docs", &["docs/mine.txt", "docs/index.html"][..]),
        ("content", &[]),
        (".", &[]),
        ("..", &[]),
        ("content/site", &[]),
        ("a-file", &["a-file"]),
        ("repository", &["repository/.git/HEAD", "repository/mine.txt"]),
    ] {
        let outer = Book::of::<&str, &str>([]);
        let book = outer.path().join("book");
        copy(valid_book().path(), &book);
        for path in prepared {
            write(&book.join(path), b"mine");
        }
        let before = files_in(outer.path());
        let (_, stderr, code) = output_of(&book, &["build", "--no-cache", "--out", out]);
        assert_eq!(code, CANNOT_WORK, "{out}: {stderr}");
        assert!(stderr.starts_with("error: ") && stderr.contains("help: "), "{out}: {stderr}");
        assert!(before == files_in(outer.path()), "{out}: something was touched");
    }
}

#[test]
fn foreign_files_in_the_output_are_preserved() {
    let book = valid_book();
    assert_eq!(output_of(book.path(), &["build"]).2, DONE);
    write(&book.path().join("public/.git/HEAD"), b"mine");
    write(&book.path().join("public/mine.txt"), b"mine");
    fs::remove_file(book.path().join("content/a.md")).unwrap();
    let (_, stderr, code) = output_of(book.path(), &["build"]);
    assert_eq!(code, DONE, "{stderr}");
    let site = files_in(&book.path().join("public"));
    assert!(!site.contains_key("a.html"), "a page of a chapter that is gone stayed");
    assert_eq!((site[".git/HEAD"].as_slice(), site["mine.txt"].as_slice()), (&b"mine"[..], &b"mine"[..]));
}

#[test]
fn a_book_with_errors_leaves_the_published_site_unchanged() {
    let book = valid_book();
    assert_eq!(output_of(book.path(), &["build"]).2, DONE);
    let before = files_in(&book.path().join("public"));
    write(&book.path().join("content/a.md"), b"# A\n\n[x](nowhere.md)\n");
    let (_, stderr, code) = output_of(book.path(), &["build"]);
    assert_eq!(code, BOOK_HAS_ERRORS);
    assert!(stderr.contains("nothing published: 1 error"), "{stderr}");
    assert!(before == files_in(&book.path().join("public")));
}

#[test]
fn a_closed_pipe_ends_silently() {
    let here = tempfile::tempdir().unwrap();
    for arguments in [&["schema"][..], &["man"], &["completions", "bash"], &["--help"], &["explain", "broken-link"]] {
        let mut command = chapbook(here.path());
        let mut child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!(stderr, "", "{arguments:?}");
        assert_eq!(child.wait().unwrap().code(), Some(DONE), "{arguments:?}");
    }
}

/// How many times a build is killed: a thousand times in a long run.
fn kill_count() -> u32 {
    if std::env::var_os("CHAPBOOK_LONG").is_some() { 1000 } else { 30 }
}

const PAGES: u32 = 60;

#[test]
fn a_killed_build_leaves_one_site_or_the_other() {
    let book = Book::of((0..PAGES).map(|n| (format!("content/p{n:02}.md"), format!("# Page {n}\n\nText.\n"))));
    let out = book.path().join("public");
    let name = |title: u32| {
        write(&book.path().join("chapbook.toml"), format!("[book]\ntitle = \"Title {title}\"\n").as_bytes());
    };
    name(0);
    let start = Instant::now();
    assert_eq!(output_of(book.path(), &["build", "--no-cache"]).2, DONE);
    let whole = start.elapsed();
    let kills = kill_count();
    let (mut stopped, mut undecided, mut finished) = (0, 0, 0);
    for round in 1..=kills {
        // Every page shows the title, so every page is written again.
        name(round);
        let mut command = chapbook(book.path());
        let mut child = command.args(["build", "--quiet", "--no-cache"]).spawn().unwrap();
        // Most of the time is spent before the first byte is written: the kills gather at the end.
        thread::sleep(whole.mul_f64(0.5 + 0.5 * f64::from(round) / f64::from(kills)));
        // It may have ended by itself already.
        let _ = child.kill();
        let was_killed = !child.wait().unwrap().success();
        stopped += u32::from(was_killed);
        let is_decided = out.join(".chapbook-journal").exists();
        if is_decided {
            finished += 1;
            let (_, stderr, code) = output_of(book.path(), &["recover"]);
            assert!(code == DONE && stderr.contains("finished a publication"), "round {round}: {stderr}");
        }
        let site = site_in(&out);
        assert_eq!(torn(&site), Vec::<String>::new(), "round {round}");
        let titles: BTreeSet<u32> = site.iter().filter_map(|(path, bytes)| book_title(path, bytes)).collect();
        let is_new = titles.contains(&round);
        assert_eq!(titles.len(), 1, "round {round}: pages of {titles:?}");
        assert!(is_new || (was_killed && !is_decided), "round {round}: {titles:?}");
        undecided += u32::from(!is_new);
    }
    println!("{stopped} of {kills} builds were killed: {undecided} left the old site, {finished} were finished");
    let (_, stderr, code) = output_of(book.path(), &["build", "--no-cache"]);
    assert_eq!(code, DONE, "{stderr}");
    let elsewhere = tempfile::tempdir().unwrap();
    let fresh = elsewhere.path().join("site");
    assert_eq!(output_of(book.path(), &["build", "--no-cache", "--out", fresh.to_str().unwrap()]).2, DONE);
    let (rebuilt, fresh) = (files_in(&out), files_in(&fresh));
    assert!(
        rebuilt.keys().eq(fresh.keys()),
        "{:?}",
        rebuilt.keys().filter(|path| !fresh.contains_key(*path)).collect::<Vec<_>>()
    );
    assert!(rebuilt == fresh);
}

/// The files of a published site, without chapbook's own.
fn site_in(out: &Path) -> BTreeMap<String, Vec<u8>> {
    files_in(out).into_iter().filter(|(path, _)| !path.starts_with(".chapbook-")).collect()
}

/// The number in the title of the book that a page shows.
fn book_title(path: &str, bytes: &[u8]) -> Option<u32> {
    let text = String::from_utf8_lossy(bytes);
    let after = text.split("Title ").nth(1).filter(|_| extension(path) == "html")?;
    after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Incomplete pages, and pages with links to missing files.
pub(crate) fn torn(site: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let half =
        site.iter().filter(|(path, bytes)| extension(path) == "html" && !bytes.trim_ascii_end().ends_with(b"</html>"));
    half.map(|(path, _)| path.clone()).chain(dead_links(site)).collect()
}

#[test]
fn concurrent_builds_do_not_mix_output() {
    let book = Book::of((0..PAGES).map(|n| (format!("content/p{n:02}.md"), format!("# Page {n}\n\nText.\n"))));
    let start = || chapbook(book.path()).args(["build", "--quiet"]).stderr(Stdio::null()).spawn().unwrap();
    let mut builds = [start(), start(), start()];
    let codes: Vec<i32> = builds.iter_mut().map(|build| build.wait().unwrap().code().unwrap()).collect();
    // The build that does not get the lock may report so; no other failure is allowed.
    assert!(codes.contains(&DONE) && codes.iter().all(|code| [DONE, CANNOT_WORK].contains(code)), "{codes:?}");
    assert_eq!(torn(&files_in(&book.path().join("public"))), Vec::<String>::new());
}

#[test]
fn the_shipped_guide_builds_without_diagnostics() {
    let out = tempfile::tempdir().unwrap();
    let site = out.path().join("site");
    let (_, stderr, code) =
        output_of(&repository(), &["build", "--strict", "--no-cache", "--out", site.to_str().unwrap()]);
    assert_eq!(code, DONE, "{stderr}");
    assert_eq!(torn(&files_in(&site)), Vec::<String>::new());
}

#[test]
fn ids_are_written_once_and_nothing_else_changes() {
    let text = "\u{feff}# Home\r\n\r\n- [ ] Call the bank\r\n- [x] Pack \\\r\n  again\r\n\r\n  why\r\n<!-- pause: stop -->\r\n- [ ] Go <!-- #go -->\r\n\r\n> <!-- checklist: do=read -->\r\n> - [ ] 记下 ____\r\n>   - [ ] nested\r\n";
    let book = book(&[("content/README.md", text), ("content/a.md", "# A\n\nNo list.\n")]);
    let home = || fs::read_to_string(book.path().join("content/README.md")).unwrap();
    let lists = || {
        assert_eq!(run(book.path(), &["build", "--quiet"]).status.code(), Some(DONE));
        fs::read_to_string(book.path().join("public/checklists.html")).unwrap()
    };
    let before = lists();
    let (_, said, code) = output_of(book.path(), &["ids", "--check"]);
    assert_eq!(said, "content/README.md: 2 checklists, 4 items\nids are missing: run `chapbook ids` to write them\n");
    assert_eq!((code, home().as_str()), (BOOK_HAS_ERRORS, text));

    let (_, said, code) = output_of(book.path(), &["ids"]);
    assert_eq!((said.as_str(), code), ("content/README.md: 2 checklists, 4 items\n", DONE));
    assert_eq!(
        home(),
        "\u{feff}# Home\r\n\r\n<!-- checklist: id=index-home -->\r\n- [ ] Call the bank <!-- #a751c8f2 -->\r\n- [x] Pack \\\r\n  again <!-- #891cdc8c -->\r\n\r\n  why\r\n<!-- pause: stop -->\r\n- [ ] Go <!-- #go -->\r\n\r\n> <!-- checklist: id=index-home-2 do=read -->\r\n> - [ ] 记下 ____ <!-- #a2fdd30c -->\r\n>   - [ ] nested <!-- #dab52cf7 -->\r\n"
    );
    assert_eq!(lists(), before, "readers' ticks would be lost");
    for arguments in [&["ids"][..], &["ids", "--check"]] {
        assert_eq!(output_of(book.path(), arguments).1, "all checklists and items have an id\n");
    }
}

#[test]
fn ids_that_cannot_be_written_are_reported() {
    let included = "- [ ] from the part\n";
    let book = book(&[
        ("content/README.md", "# Home\n\n- [ ] own\n\n{{#include part.inc}}\n"),
        ("content/part.inc", included),
        ("content/a.md", "# A\n\n- [ ] one\n"),
    ]);
    let locked = book.path().join("content/a.md");
    let mut permissions = fs::metadata(&locked).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&locked, permissions).unwrap();
    let (_, said, code) = output_of(book.path(), &["ids"]);
    assert!(
        said.contains("2 ids are missing in `content/part.inc`")
            || said.contains("1 id is missing in `content/part.inc`"),
        "{said}"
    );
    assert!(said.contains("a.md` is read-only, and was not changed"), "{said}");
    assert_eq!(code, BOOK_HAS_ERRORS);
    assert_eq!(fs::read_to_string(book.path().join("content/part.inc")).unwrap(), included);
    assert_eq!(fs::read_to_string(&locked).unwrap(), "# A\n\n- [ ] one\n");
}

/// A preprocessor that returns the book with one word replaced.
#[cfg(unix)]
const PROGRAM: &str = r#"#!/bin/sh
echo "$1" >> calls
[ "$1" = supports ] && exit 0
sed -e 's/^\[.*,\({"__non_exhaustive"\)/\1/' -e 's/]$//' -e 's/hallo/hello/g'
"#;

#[cfg(unix)]
fn mdbook_book() -> Book {
    let book = Book::of([
        ("book.toml", "[preprocessor.greet]\ncommand = \"./greet.sh\"\nrenderers = [\"html\"]\n[preprocessor.none]\n"),
        ("src/SUMMARY.md", "- [A](README.md)\n  - [B](b/c.md)\n"),
        ("src/README.md", "# A\n\nhallo\n"),
        ("src/b/c.md", "# B\n\nhallo \"you\"\n"),
        ("greet.sh", PROGRAM),
    ]);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(book.path().join("greet.sh"), mode).unwrap();
    book
}

#[cfg(unix)]
#[test]
fn preprocessors_of_mdbook_change_chapters() {
    let book = mdbook_book();
    let (_, said, code) = output_of(book.path(), &["build"]);
    assert_eq!(code, DONE, "{said}");
    assert!(said.contains("plug-in `none` is not installed"), "{said}");
    let page = |path: &str| fs::read_to_string(book.path().join("book").join(path)).unwrap();
    assert!(page("index.html").contains("<p>hello</p>"));
    assert!(page("b/c.html").contains("hello “you”"));
    assert_eq!(fs::read_to_string(book.path().join("calls")).unwrap(), "supports\n\n");
}

#[cfg(unix)]
#[test]
fn preprocessors_do_not_run_with_no_plugins() {
    let book = mdbook_book();
    let (_, said, code) = output_of(book.path(), &["build", "--no-plugins", "-d", "out"]);
    assert_eq!(code, DONE, "{said}");
    assert!(said.contains("plug-in `greet` was not run because of `--no-plugins`"), "{said}");
    assert!(!book.path().join("calls").exists());
    assert!(fs::read_to_string(book.path().join("out/index.html")).unwrap().contains("hallo"));
}

#[test]
fn an_mdbook_book_is_migrated() {
    let book = Book::of([
        ("book.toml", "[book]\ntitle = \"T\"\n[output.html]\nadditional-css = [\"own.css\"]\n"),
        ("own.css", ".a { color: inherit; }"),
        ("src/SUMMARY.md", "- [A](a.md)\n"),
        ("src/a.md", "# A -- b\n\n[gone](gone.md) ____\n"),
    ]);
    let site = |out: &str| {
        let (_, said, code) = output_of(book.path(), &["build", "--out", out]);
        assert_eq!(code, DONE, "{said}");
        let page = fs::read_to_string(book.path().join(out).join("a.html")).unwrap();
        let main = page.find("<main").unwrap()..page.find("</main>").unwrap();
        page[main].to_owned()
    };
    let before = site("before");
    assert_eq!(output_of(book.path(), &["new", "--from", "."]).2, DONE);
    assert_eq!(site("after"), before);
    assert_eq!(output_of(book.path(), &["new", "--from", "."]).2, CANNOT_WORK);
}

#[test]
fn exports_are_written_to_the_given_path_and_never_into_the_content() {
    let place = tempfile::tempdir().unwrap();
    let book = valid_book();
    let folder = book.path().to_str().unwrap();
    let export = |form: &str, out: &[&str]| output_of(place.path(), &[&["export", form, folder], out].concat());
    for (form, file) in [("file", "t.html"), ("epub", "t.epub"), ("zip", "t.zip"), ("markdown", "t.md")] {
        let (out, said, code) = export(form, &[]);
        assert_eq!((out.as_str(), code), ("", DONE), "{said}");
        assert!(said.contains(&format!("{file}: 2 pages")) && said.contains("written"), "{said}");
        let before = fs::read(place.path().join(file)).unwrap();
        assert!(export(form, &[]).1.contains("unchanged"), "{form} twice");
        assert_eq!(fs::read(place.path().join(file)).unwrap(), before);
    }
    assert_eq!(export("markdown", &["-o", "md"]).2, DONE);
    assert!(place.path().join("md/a.md").is_file());
    let inside = book.path().join("content/t.epub");
    let (_, said, code) = export("epub", &["-o", inside.to_str().unwrap()]);
    assert!(code == CANNOT_WORK && said.contains("inside the book's content") && !inside.exists(), "{said}");
    let own = tempfile::tempdir().unwrap();
    write(&own.path().join("mine.txt"), b"mine");
    // As the other forms do, in a folder that exists.
    let (_, said, code) = export("markdown", &["-o", own.path().to_str().unwrap()]);
    assert!(code == DONE && own.path().join("t.md").is_file() && own.path().join("mine.txt").is_file(), "{said}");
    let config = book.path().join("chapbook.toml");
    let before = fs::read(&config).unwrap();
    let (_, said, code) = export("zip", &["-o", config.to_str().unwrap()]);
    assert!(code == CANNOT_WORK && said.contains("not an export of this book"), "{said}");
    assert_eq!(fs::read(config).unwrap(), before);
    write(&book.path().join("content/b.md"), b"# B\n\n[lost](lost.md)\n");
    let (_, said, code) = export("file", &["-o", "never.html"]);
    assert!(
        code == BOOK_HAS_ERRORS && said.contains("nothing exported") && !place.path().join("never.html").exists(),
        "{said}"
    );
}

/// A name that begins workflow commands, controls a terminal and turns the direction of text.
#[cfg(unix)]
const HOSTILE_NAME: &str = "a\n::warning file=x::b\n##[error]c\u{1b}]0;d\u{7}\u{1b}[2J\u{9b}1m\u{202e}e";

#[cfg(unix)]
#[test]
fn names_on_disk_cannot_steer_the_output() {
    let places = ["public/NAME", "content/NAME.md", "content/NAME.png", "content/NAME/b.md", "theme/NAME"];
    let books = places.map(|place| {
        let book = valid_book();
        write(&book.path().join(place.replace("NAME", HOSTILE_NAME)), b"# T\n\n[x](y.md) <b style=a>\n\n- [ ] c\n");
        book
    });
    let outer = Book::of([(format!("{HOSTILE_NAME}/content/a.md"), "# A\n\n[x](y.md)\n")]);
    let inside = outer.path().join(HOSTILE_NAME);
    let commands: &[&[&str]] = &[&["build"], &["check"], &["ids", "--check"], &["export", "zip", "-o", "public"]];
    let named: &[&[&str]] = &[&["check", HOSTILE_NAME], &["build", HOSTILE_NAME, "-v"], &["new", HOSTILE_NAME]];
    let all = books
        .iter()
        .map(Book::path)
        .chain([inside.as_path()])
        .flat_map(|folder| commands.iter().map(move |it| (folder, *it)));
    for (folder, arguments) in all.chain(named.iter().map(|it| (outer.path(), *it))) {
        for format in ["human", "short", "json", "github"] {
            let arguments = [arguments, &["--format", format, "--no-cache"]].concat();
            let (stdout, stderr, _) = output_of(folder, &arguments);
            for line in stdout.lines().chain(stderr.lines()) {
                let steers = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
                assert!(!line.contains(steers), "{arguments:?}: {line:?}");
                let is_ours = format == "github"
                    && (line.starts_with("::error ") || line.starts_with("::warning "))
                    && line.contains("title=");
                assert!(is_ours || !line.trim_start().starts_with("::"), "{arguments:?}: {line:?}");
                assert!(!line.contains("##["), "{arguments:?}: {line:?}");
            }
            let is_json = |line: &str| serde_json::from_str::<serde_json::Value>(line).is_ok();
            assert!(format != "json" || stdout.lines().all(is_json), "{arguments:?}: {stdout}");
        }
    }
}
