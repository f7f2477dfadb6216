//! Symbolic links in books: followed in the repository that holds the book, reported if they lead out of it.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use chapbook::pipeline::{Cache, Dating, Request, build};
use chapbook::source::repository_of;

use crate::book::{built, files_of, printed_diagnostics, request, write};
use crate::command::{chapbook, output_of};
use crate::hostile_git::{git, git_on};

/// A folder with files and symbolic links.
struct Folder(tempfile::TempDir);

impl Folder {
    /// A git repository with these files, `path = text`, and links, `path -> target`.
    fn repository(files: &[&str]) -> Self {
        let folder = Self::of(files);
        git(folder.path(""), &["init", "--quiet"]);
        folder.commit();
        folder
    }

    fn of(files: &[&str]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for file in files {
            if let Some((link, target)) = file.split_once(" -> ") {
                folder.link(link, target);
            } else {
                let (path, text) = file.split_once(" = ").unwrap();
                write(&folder.path(path), text.as_bytes());
            }
        }
        folder
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn link(&self, link: &str, target: &str) {
        let link = self.path(link);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(target, link).unwrap();
    }

    fn commit(&self) {
        git(self.path(""), &["add", "--all", "--force"]);
        git(self.path(""), &["commit", "--quiet", "--allow-empty", "-m", "x"]);
    }

    /// The pages of a book in it, as one text, and the diagnostics.
    fn build(&self, book: &str) -> (String, String) {
        let built = built(&self.path(book));
        let files = files_of(&built);
        let site = files.iter().map(|(path, bytes)| format!("{path}: {}\n", String::from_utf8_lossy(bytes)));
        (site.collect(), printed_diagnostics(&built))
    }
}

const MDBOOK: &str = "book/book.toml = [book]\ntitle = \"S\"\n";
const CHAPBOOK: &str = "book/chapbook.toml = [book]\ntitle = \"S\"\n";

/// Links to a file, to a folder, to a link and to an asset, in books of every kind.
#[test]
fn links_inside_the_repository_are_followed_in_every_kind_of_book() {
    for (content, configuration) in
        [("content", CHAPBOOK), ("src", MDBOOK), ("docs", "book/mkdocs.yml = site_name: S\n"), ("", "book/x.txt = x")]
    {
        let at = |path: &str| format!("book/{content}/{path}").replace("//", "/");
        let up = if content.is_empty() { ".." } else { "../.." };
        let summary = "# Summary\n\n- [Readme](README.md)\n- [Shared](shared/s.md)\n- [Twice](twice.md)\n";
        let folder = Folder::repository(&[
            configuration,
            "README.md = # Project\n\nREADMETEXT ![l](shared/logo.svg)\n",
            "shared/s.md = # Shared\n\nSHAREDTEXT\n",
            "shared/deep/d.txt = DEEPTEXT",
            "shared/logo.svg = <svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            "other/t.md = # Twice\n\nTWICETEXT\n",
            "middle.md -> other/t.md",
            &format!("{} = {summary}", at("SUMMARY.md")),
            &format!("{} -> {up}/README.md", at("README.md")),
            &format!("{} -> {up}/shared", at("shared")),
            &format!("{} -> {up}/middle.md", at("twice.md")),
        ]);
        let (site, message) = folder.build("book");
        for text in ["READMETEXT", "SHAREDTEXT", "TWICETEXT", "shared/logo.svg: ", "shared/deep/d.txt: DEEPTEXT"] {
            assert!(site.contains(text), "{text} in {content}: {message}");
        }
        assert!(!message.contains("unusual-file"), "{content}: {message}");
    }
}

#[test]
fn a_linked_content_folder_is_the_content() {
    for (configuration, link) in [(MDBOOK, "book/src"), (CHAPBOOK, "book/content")] {
        let folder = Folder::repository(&[
            configuration,
            "text/README.md = # Home\n\nHOMETEXT\n",
            "text/SUMMARY.md = # Summary\n\n- [Home](README.md)\n",
            &format!("{link} -> ../text"),
        ]);
        let (site, message) = folder.build("book");
        assert!(site.contains("HOMETEXT"), "{message}");
        // Without a repository, the folder is outside of the book.
        fs::remove_dir_all(folder.path(".git")).unwrap();
        let (_, said, code) = output_of(&folder.path("book"), &["check"]);
        let (help, advice) =
            if configuration == MDBOOK { ("`--follow ../text`", 2) } else { ("`follow = [\"../text\"]`", 2) };
        assert_eq!(code, advice, "{said}");
        assert!(said.contains("leads out of the book, to `../text`") && said.contains(help), "{said}");
    }
}

#[test]
fn a_link_out_of_the_repository_is_reported_with_the_way_to_allow_it() {
    for (configuration, content, way) in [
        ("repository/book/chapbook.toml = ", "content/", "write `follow = [\"../../outside\"]` under `[source]`"),
        ("repository/book/book.toml = [book]\n", "src/", "give `--follow ../../outside`"),
        ("repository/book/x.txt = x", "", "give `--follow ../../outside`"),
    ] {
        let link = |name: &str| format!("repository/book/{content}{name}");
        let up = if content.is_empty() { "../.." } else { "../../.." };
        let folder = Folder::of(&[
            configuration,
            "outside/x.md = # X\n\nOUTSIDE\n",
            "outside/y.png = OUTSIDE",
            &format!("{} -> {up}/outside/x.md", link("x.md")),
            &format!("{} -> {up}/outside", link("folder")),
            &format!("{} = # A\n", link("a.md")),
        ]);
        git(folder.path("repository"), &["init", "--quiet"]);
        let book = folder.path("repository/book");
        let (site, message) = folder.build("repository/book");
        assert!(!site.contains("OUTSIDE"), "{site}");
        for target in ["`../../outside/x.md`", "`../../outside`"] {
            assert!(message.contains(&format!("leads out of the repository, to {target}")), "{message}");
        }
        assert_eq!(message.matches(way).count(), 2, "{message}");
        let follow = Request { follow: vec!["../../outside".to_owned()], ..request(&book) };
        let allowed = files_of(&build(&follow, &mut Cache::in_memory()).unwrap());
        assert!(allowed.contains_key("folder/y.png"), "{:?}", allowed.keys());
    }
}

#[test]
fn files_that_may_be_private_are_not_read_through_links() {
    let secrets =
        [".env", ".git/config", ".hidden.md", "keys/server.key", "id_rsa", "a.md~", "node_modules/x.js", ".npmrc"];
    let texts: Vec<String> = secrets.iter().map(|name| format!("{name} = SECRETTEXT")).collect();
    let links: Vec<String> =
        (0..).zip(secrets).map(|(n, name)| format!("book/content/l{n}.txt -> ../../{name}")).collect();
    let mut files: Vec<&str> = vec![CHAPBOOK, "book/content/a.md = # A\n", "book/content/m -> ../../node_modules"];
    files.extend(texts.iter().chain(&links).map(String::as_str));
    let folder = Folder::of(&files);
    fs::remove_file(folder.path(".git/config")).unwrap();
    git(folder.path(""), &["init", "--quiet"]);
    let (site, message) = folder.build("book");
    assert!(!site.contains("SECRETTEXT") && !site.contains("repositoryformatversion"), "{site}");
    assert_eq!(message.matches("[unusual-file]").count(), secrets.len() + 1, "{message}");
}

#[test]
fn an_include_reads_hidden_files_that_git_tracks_and_never_secrets() {
    let chapter =
        "# A\n\n{{#include ../.cargo/config.toml}}\n\n{{#include ../.github/x.yml}}\n\n{{#include ../.gitignore}}\n";
    let secret = "# B\n\n{{#include ../.env}}\n\n{{#include ../.cargo/credentials.toml}}\n\n{{#include ../.new/x}}\n\n\
                  {{#include ../.git/HEAD}}\n\n{{#include ../server.key}}\n\n{{#include ../.ENV.local}}\n";
    let folder = Folder::repository(&[
        "chapbook.toml = [codes]\ninclude = \"warning\"\n",
        ".cargo/config.toml = CARGOTEXT",
        ".cargo/credentials.toml = SECRETTEXT",
        ".github/x.yml = GITHUBTEXT",
        ".gitignore = IGNORETEXT",
        ".env = SECRETTEXT",
        ".ENV.local = SECRETTEXT",
        "server.key = SECRETTEXT",
        &format!("content/README.md = {chapter}"),
        &format!("content/b.md = {secret}"),
    ]);
    write(&folder.path(".new/x"), b"SECRETTEXT");
    let (site, message) = folder.build("");
    for text in ["CARGOTEXT", "GITHUBTEXT", "IGNORETEXT"] {
        assert!(site.contains(text), "{text}: {message}");
    }
    assert!(!site.contains("SECRETTEXT") && !site.contains("ref: refs"), "{site}");
    assert_eq!(message.matches("[include]").count(), 6, "{message}");
    // What is no longer tracked is no longer included, also by a build that would otherwise have nothing to do.
    let is_refused = || output_of(&folder.path(""), &["build"]).1.contains("`../.cargo/config.toml` is a hidden file");
    assert!(!is_refused());
    git(folder.path(""), &["rm", "--quiet", "--cached", ".cargo/config.toml"]);
    assert!(is_refused());
}

#[test]
fn an_include_through_a_link_stays_in_the_repository() {
    let folder = Folder::repository(&[
        CHAPBOOK,
        "shared/x.rs = SHAREDTEXT",
        "book/content/shared -> ../../shared",
        "book/content/README.md = # A\n\n{{#include shared/x.rs}}\n\n{{#include ../../shared/x.rs}}\n",
    ]);
    let (site, message) = folder.build("book");
    assert!(site.contains("SHAREDTEXT"), "{message}");
    assert!(message.contains("`../../shared/x.rs` is outside the book"), "{message}");
}

#[test]
fn links_of_folders_to_each_other_end() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let links: Vec<String> = names
        .iter()
        .flat_map(|from| {
            names.iter().filter(move |to| *to != from).map(move |to| format!("book/content/{from}/{to} -> ../{to}"))
        })
        .collect();
    let mut files: Vec<&str> = vec![CHAPBOOK, "book/content/README.md = # A\n", "book/content/a/a.md = # B\n"];
    files.extend(links.iter().map(String::as_str));
    let (_, message) = Folder::of(&files).build("book");
    assert!(message.contains("leads to more than 20000 files"), "{message}");
}

/// The day of a page is that of the file that it is read from, not that of the link.
#[test]
fn a_linked_chapter_has_the_day_of_its_file() {
    let folder = Folder::repository(&[CHAPBOOK, "shared/s.md = # S\n", "book/content/a.md = # A\n"]);
    folder.link("book/content/s.md", "../../shared/s.md");
    git(folder.path(""), &["add", "."]);
    git_on("2021-01-01", folder.path(""), &["commit", "--quiet", "-m", "x"]);
    let dated = Request { dating: Dating::Commits, ..request(&folder.path("book")) };
    let site = files_of(&build(&dated, &mut Cache::in_memory()).unwrap());
    assert!(String::from_utf8_lossy(&site["s.html"]).contains("2020-02-02"));
}

/// In a work tree of its own, `.git` is a file that names the folder in which commits are noted.
#[test]
fn a_commit_in_another_work_tree_makes_the_days_new() {
    let folder = Folder::repository(&["main/x = x", "main/book/content/a.md = # A\n", "main/book/chapbook.toml = "]);
    git(folder.path(""), &["worktree", "add", "--quiet", "other"]);
    let book = folder.path("other/main/book");
    let page = || {
        assert!(chapbook(&book).args(["build", "--quiet"]).status().unwrap().success());
        fs::read_to_string(book.join("public/a.html")).unwrap()
    };
    assert!(page().contains("2020-02-02"));
    write(&book.join("content/a.md"), b"# A\n\nMore.\n");
    assert!(page().contains("2020-02-02"));
    git_on("2021-01-01", &book, &["commit", "--quiet", "--all", "-m", "x"]);
    assert!(page().contains("2021-01-01"));
}

#[test]
fn the_repository_is_the_nearest_one_and_no_home_folder() {
    let folder = Folder::of(&["a/b/x = x", "a/.git/HEAD = x"]);
    let real = fs::canonicalize(folder.path("a")).unwrap();
    assert_eq!(repository_of(&folder.path("a/b")), Some(real));
    assert_eq!(repository_of(Path::new("/")), None);
}

/// A changed target makes a published site out of date, and so does a link that leads elsewhere.
#[test]
fn the_targets_of_links_are_checked_before_a_site_is_reused() {
    let folder = Folder::repository(&[
        CHAPBOOK,
        "shared/s.md = # S\n\nONE\n",
        "other.md = # S\n\nTHREE\n",
        "middle.md -> shared/s.md",
        "book/content/s.md -> ../../middle.md",
        "book/content/README.md = # A\n",
    ]);
    let page = || {
        let status = chapbook(&folder.path("book")).args(["build", "--quiet"]).status().unwrap();
        assert!(status.success());
        fs::read_to_string(folder.path("book/public/s.html")).unwrap()
    };
    assert!(page().contains("ONE"));
    write(&folder.path("shared/s.md"), b"# S\n\nTWO TWO\n");
    assert!(page().contains("TWO TWO"));
    fs::remove_file(folder.path("middle.md")).unwrap();
    folder.link("middle.md", "other.md");
    assert!(page().contains("THREE"));
}

/// A link of the book may lead anywhere: inside the book, out of it, or into another repository.
#[test]
fn nothing_is_written_through_a_link_of_the_book() {
    let folder = Folder::of(&[
        "chapbook.toml = [book]\ntitle = \"T\"\nid = \"t\"\n",
        "content/README.md = # T\n\n- [ ] one\n",
        "content/own.md = # T\n\n- [ ] one\n",
        "shared/linked.md = # T\n\n- [ ] two\n",
        "content/linked.md -> ../shared/linked.md",
        "notes/deep/mine.txt = MINE",
        "public -> notes",
        "away -> notes/deep",
    ]);
    let outside = tempfile::tempdir().unwrap();
    let export = outside.path().join("other.html");
    let run = |arguments: &[&str]| output_of(&folder.path(""), arguments);
    assert_eq!(run(&["export", "file", "--out", export.to_str().unwrap()]).2, 0);
    let before = fs::read(&export).unwrap();
    symlink(&export, folder.path("t.html")).unwrap();
    symlink(outside.path().join("none.epub"), folder.path("t.epub")).unwrap();
    write(&folder.path("content/own.md"), b"# T\n\n- [ ] changed\n");
    for (arguments, code, link) in [
        (&["build"][..], 2, "public"),
        (&["build", "--out", "away/site"], 2, "away"),
        (&["export", "file"], 2, "t.html"),
        (&["export", "epub"], 2, "t.epub"),
        (&["export", "zip", "--out", "away/x.zip"], 2, "away"),
        (&["export", "markdown", "--out", "away/x"], 2, "away"),
        (&["new", "away/book"], 2, "away"),
        (&["ids"], 1, "content/linked.md"),
    ] {
        let (stdout, said, found) = run(arguments);
        assert_eq!(found, code, "{arguments:?}: {said}");
        assert!((said.contains("symlink") || said.contains("symbolic link")) && said.contains(link), "{stdout}{said}");
    }
    assert!(fs::read(&export).unwrap() == before);
    assert_eq!(fs::read_to_string(folder.path("shared/linked.md")).unwrap(), "# T\n\n- [ ] two\n");
    assert!(fs::read_to_string(folder.path("content/own.md")).unwrap().contains("<!-- "), "a file of its own has ids");
    assert_eq!(fs::read_dir(folder.path("notes/deep")).unwrap().count(), 1);
    assert_eq!(fs::read_dir(folder.path("notes")).unwrap().count(), 1);
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    // A folder that is named, and that no link of the book leads to, is written as before.
    symlink(outside.path(), outside.path().join("own")).unwrap();
    let named = outside.path().join("own/site");
    assert_eq!(run(&["build", "--out", named.to_str().unwrap()]).2, 0);
}
