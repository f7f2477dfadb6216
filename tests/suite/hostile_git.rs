//! Content that is a git repository itself, with a configuration that names programs to run and pipes to read.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::book::{Book, copy, write};
use crate::command::chapbook;

/// Runs git in a folder.
pub(crate) fn git(folder: impl AsRef<Path>, arguments: &[&str]) -> String {
    git_on("2020-02-02", folder, arguments)
}

/// Runs git in a folder, for commits of a day.
pub(crate) fn git_on(day: &str, folder: impl AsRef<Path>, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder.as_ref()).args([
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b",
        "-c",
        "commit.gpgSign=false",
    ]);
    command.env("GIT_COMMITTER_DATE", format!("{day}T12:00:00Z"));
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A book in a repository with one commit.
fn committed_book() -> Book {
    let book = Book::of([("chapbook.toml", "[book]\ntitle = \"T\"\n"), ("content/README.md", "# Home\n\nText.\n")]);
    git(book.path(), &["init", "--quiet"]);
    git(book.path(), &["add", "."]);
    git(book.path(), &["commit", "--quiet", "-m", "x"]);
    book
}

/// Makes a folder a bare repository, with the objects of another, which git may track: `HEAD`, `config`, `objects`, `refs`.
fn make_bare(folder: &Path, from: &Path, config: &str) {
    for name in ["objects", "refs"] {
        copy(&from.join(".git").join(name), &folder.join(name));
    }
    fs::copy(from.join(".git/HEAD"), folder.join("HEAD")).unwrap();
    write(&folder.join("config"), format!("[core]\nrepositoryformatversion = 1\nbare = true\n{config}").as_bytes());
}

/// A git that knows neither of the settings that later versions have against such repositories.
fn old_git(folder: &Path) {
    let path = folder.join("git");
    let script = "#!/bin/sh\nunset GIT_NO_LAZY_FETCH\nfor a; do shift; [ \"$a\" = safe.bareRepository=explicit ] && \
                  a=a.b=c; set -- \"$@\" \"$a\"; done\nPATH=$REAL exec git \"$@\"\n";
    write(&path, script.as_bytes());
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Builds a book with the old git. Returns the home page, if the build ends in time.
fn home_of(book: &Path, tools: &Path) -> Option<String> {
    let path = std::env::var("PATH").unwrap();
    let out = tools.join("out");
    let mut command = chapbook(book);
    command.args(["build", "--no-cache", "--quiet", "--out"]).arg(&out);
    command.env("PATH", format!("{}:{path}", tools.display())).env("REAL", &path);
    let start = Instant::now();
    let status = command.status().unwrap();
    assert!(status.success());
    (start.elapsed() < Duration::from_secs(9)).then(|| fs::read_to_string(out.join("index.html")).unwrap())
}

#[test]
fn a_repository_in_the_content_is_not_obeyed() {
    let tools = tempfile::tempdir().unwrap();
    old_git(tools.path());
    let mark = tools.path().join("ran");
    let pipe = tools.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let (run, pipe) = (format!("touch {}", mark.display()), pipe.display());
    let lazy = "[extensions]\npartialClone = origin\n[protocol \"ext\"]\nallow = always\n[remote \"origin\"]\n";
    for (name, config) in [
        ("order", format!("[diff]\norderFile = {pipe}\n")),
        ("mailmap", format!("[mailmap]\nfile = {pipe}\n")),
        ("include", format!("[include]\npath = {pipe}\n")),
        ("attributes", format!("[core]\nattributesFile = {pipe}\n")),
        ("monitor", format!("[core]\nfsmonitor = {run}\n")),
        ("pager", format!("[core]\npager = {run}\n[pager]\nlog = {run}\n")),
        ("signature", format!("[log]\nshowSignature = true\n[gpg]\nprogram = {run}\n")),
        ("diff", format!("[diff]\nexternal = {run}\n")),
        ("fetch", format!("{lazy}promisor = true\nurl = ext::sh -c touch% {}\n", mark.display())),
    ] {
        for folder in ["content", "."] {
            let (book, other) = (committed_book(), committed_book());
            make_bare(&book.path().join(folder), other.path(), &config);
            let tree = git(other.path(), &["rev-parse", "HEAD^{tree}"]);
            let (start, rest) = tree.trim().split_at(2);
            fs::remove_file(book.path().join(folder).join("objects").join(start).join(rest)).unwrap();
            let home = home_of(book.path(), tools.path());
            assert!(home.is_some_and(|home| home.contains("2020-02-02")), "{name} in {folder}");
            fs::remove_dir_all(book.path().join(".git")).unwrap();
            assert!(home_of(book.path(), tools.path()).is_some(), "{name} in {folder}, without a repository around it");
            assert!(!mark.exists(), "{name} in {folder} ran a program");
        }
    }
}

#[test]
fn a_git_folder_in_the_content_is_not_the_repository_of_the_book() {
    let tools = tempfile::tempdir().unwrap();
    old_git(tools.path());
    let (book, other) = (committed_book(), committed_book());
    fs::remove_dir_all(book.path().join(".git")).unwrap();
    write(&book.path().join("content/.git"), format!("gitdir: {}/.git\n", other.path().display()).as_bytes());
    let home = home_of(book.path(), tools.path()).unwrap();
    assert!(!home.contains("2020-02-02"));
}

/// What the author's own configuration names is not read either: it may be on a pipe, or change what is shown.
#[test]
fn settings_of_the_repository_do_not_change_the_days() {
    let tools = tempfile::tempdir().unwrap();
    old_git(tools.path());
    for (key, value) in [
        ("diff.orderFile", "/dev/stdout"),
        ("mailmap.file", "/dev/stdout"),
        ("log.showSignature", "true"),
        ("log.follow", "true"),
        ("log.diffMerges", "combined"),
        ("diff.relative", "true"),
        ("diff.renames", "copies"),
        ("diff.noprefix", "true"),
        ("color.ui", "always"),
        ("core.quotePath", "true"),
    ] {
        let book = committed_book();
        git(book.path(), &["config", key, value]);
        let home = home_of(book.path(), tools.path());
        assert!(home.is_some_and(|home| home.contains("2020-02-02")), "{key}");
    }
}
