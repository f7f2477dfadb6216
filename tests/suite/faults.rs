//! Failures around a build: full disks, unwritable folders, malicious symbolic links, wrong clocks. Afterwards the previous
//! site and all foreign files must be unchanged.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use crate::book::{Book, built, copy, files_in, files_of, printed_diagnostics, repository, write};
use crate::command::{chapbook, output_of, torn};

const DONE: i32 = 0;
const CANNOT_WORK: i32 = 2;

fn book(title: &str) -> Book {
    let book =
        Book::of((0..12).map(|n| (format!("content/p{n:02}.md"), format!("# Page {n}\n\n{}", "Text. ".repeat(400)))));
    set_title(&book, title);
    book
}

fn set_title(book: &Book, title: &str) {
    write(&book.path().join("chapbook.toml"), format!("[book]\ntitle = \"{title}\"\n").as_bytes());
}

/// The site without the files that only the next build reads.
fn site(book: &Book) -> BTreeMap<String, Vec<u8>> {
    let mut files = files_in(&book.path().join("public"));
    files.retain(|path, _| !path.starts_with(".chapbook-"));
    files
}

/// A user id to which permissions apply.
const UNPRIVILEGED: u32 = 65_534;

/// Runs chapbook in the book as a user without privileges. Returns its messages and its exit code, or `None` if the program
/// is in a folder that only root may enter.
///
/// Permissions do not apply to root, so as root the book is first given to an unprivileged user.
fn run_unprivileged(book: &Book, arguments: &[&str]) -> Option<(String, i32)> {
    let mut command = chapbook(book.path());
    command.args(arguments).env("HOME", book.path()).stdin(Stdio::null());
    if tempfile::tempfile().unwrap().metadata().unwrap().uid() == 0 {
        give_away(book.path());
        command.uid(UNPRIVILEGED).gid(UNPRIVILEGED);
    }
    match command.output() {
        Ok(output) => Some((String::from_utf8_lossy(&output.stderr).into_owned(), output.status.code().unwrap())),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => None,
        Err(error) => panic!("{error}"),
    }
}

fn give_away(path: &Path) {
    chown(path, Some(UNPRIVILEGED), Some(UNPRIVILEGED)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give_away(&entry.unwrap().path());
        }
    }
}

#[test]
fn a_full_disk_leaves_the_previous_site() {
    let book = book("Old");
    assert_eq!(output_of(book.path(), &["build", "--no-cache"]).2, DONE);
    let before = site(&book);
    set_title(&book, "New and longer");
    // A file that may not grow past so many blocks fails in the middle of a write, as on a full disk.
    for blocks in [0, 1, 2, 8, 16] {
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" build --quiet --no-cache");
        let output = Command::new("sh")
            .args(["-c", &limited, env!("CARGO_BIN_EXE_chapbook")])
            .current_dir(book.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(CANNOT_WORK), "{blocks} blocks: {said}");
        assert!(said.contains("cannot write") || said.is_empty(), "{said}");
        assert!(site(&book) == before, "{blocks} blocks");
    }
    assert_eq!(output_of(book.path(), &["build", "--no-cache"]).2, DONE);
    assert_eq!(torn(&site(&book)), Vec::<String>::new());
    assert!(site(&book) != before);
}

#[test]
fn an_unwritable_folder_is_reported() {
    let book = book("Old");
    assert_eq!(output_of(book.path(), &["build", "--no-cache"]).2, DONE);
    let before = site(&book);
    set_title(&book, "New");
    let out = book.path().join("public");
    // The folder alone, one file in it that is to be written again, and the list of what is ours.
    for (path, mode) in [("", 0o500), ("p03.html", 0o400), (".chapbook-manifest", 0o400), (".chapbook-lock", 0o400)] {
        let path = out.join(path);
        let usual = fs::metadata(&path).unwrap().permissions();
        fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        let Some((said, code)) = run_unprivileged(&book, &["build", "--no-cache"]) else { return };
        fs::set_permissions(&path, usual).unwrap();
        if code == DONE {
            // A file is replaced and not written into, so its own permissions stop nothing.
            assert!(!path.is_dir() && site(&book) != before, "{path:?}: {said}");
        } else {
            assert!(code == CANNOT_WORK && said.contains("public") && site(&book) == before, "{path:?}: {said}");
        }
        set_title(&book, "Old");
        assert_eq!(run_unprivileged(&book, &["build", "--no-cache"]).unwrap().1, DONE);
        assert!(site(&book) == before);
        set_title(&book, "New");
    }
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let book = book("T");
    write(&book.path().join("content/part/a.md"), b"# A\n");
    for (path, message) in [
        ("content/p03.md", "error[unreadable-file]: `content/p03.md` cannot be read: permission denied"),
        ("content/part", "error[unreadable-file]: `content/part` cannot be read: permission denied"),
        ("content", "error: cannot read"),
        ("chapbook.toml", "error: cannot read"),
    ] {
        let path = book.path().join(path);
        let usual = fs::metadata(&path).unwrap().permissions();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o000)).unwrap();
        let Some((said, code)) = run_unprivileged(&book, &["check", "--no-cache"]) else { return };
        fs::set_permissions(&path, usual).unwrap();
        assert!(said.contains(message) && said.contains("ermission denied"), "{path:?}: {said}");
        assert_eq!(code, if message.starts_with("error[") { 1 } else { CANNOT_WORK }, "{path:?}: {said}");
    }
}

#[test]
fn the_depth_of_folders_is_limited() {
    let (deep, deeper) = ("d/".repeat(64), "d/".repeat(400));
    for (folders, pages) in [(&deep, 2), (&deeper, 1)] {
        let book = Book::of([
            ("chapbook.toml".to_owned(), String::new()),
            ("content/index.md".to_owned(), "# T\n".to_owned()),
            (format!("content/{folders}a.md"), "# A\n".to_owned()),
        ]);
        let (_, said, code) = output_of(book.path(), &["build"]);
        assert!(code == DONE && said.contains(&format!("{pages} page")), "{said}");
        assert_eq!(said.contains("is nested more than 64 folders deep"), pages == 1, "{said}");
    }
}

#[test]
fn output_does_not_depend_on_file_dates() {
    let book = book("T");
    assert_eq!(output_of(book.path(), &["build"]).2, DONE);
    let before = site(&book);
    let year_2100 = UNIX_EPOCH + Duration::from_hours(1_139_568);
    for time in [UNIX_EPOCH, year_2100] {
        write(&book.path().join("content/p05.md"), b"# Changed\n\nText.\n");
        for path in ["content/p05.md", "chapbook.toml", "public/index.html", "public/p05.html"] {
            if let Ok(file) = fs::OpenOptions::new().append(true).open(book.path().join(path)) {
                file.set_modified(time).unwrap();
            }
        }
        assert_eq!(output_of(book.path(), &["build"]).2, DONE);
        assert!(String::from_utf8_lossy(&site(&book)["p05.html"]).contains("Changed"));
        write(&book.path().join("content/p05.md"), format!("# Page 5\n\n{}", "Text. ".repeat(400)).as_bytes());
        fs::OpenOptions::new()
            .append(true)
            .open(book.path().join("content/p05.md"))
            .unwrap()
            .set_modified(time)
            .unwrap();
        assert_eq!(output_of(book.path(), &["build"]).2, DONE);
        assert!(site(&book) == before);
    }
}

#[test]
fn a_symbolic_link_as_output_is_not_followed() {
    let outside = tempfile::tempdir().unwrap();
    let book = book("T");
    symlink(outside.path(), book.path().join("public")).unwrap();
    let (_, said, code) = output_of(book.path(), &["build"]);
    assert_eq!(code, CANNOT_WORK, "{said}");
    assert!(said.contains("it is a symlink to") && said.contains("--out"), "{said}");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    let (_, said, code) = output_of(book.path(), &["build", "--out", outside.path().to_str().unwrap()]);
    assert_eq!(code, DONE, "{said}");
}

#[test]
fn a_foreign_cache_is_neither_trusted_nor_followed() {
    let outside = tempfile::tempdir().unwrap();
    let mine = outside.path().join("mine");
    write(&mine, b"mine");
    let book = book("T");
    let folder = book.path().join(".chapbook/cache").join(env!("CARGO_PKG_VERSION"));
    fs::create_dir_all(&folder).unwrap();
    symlink(&mine, folder.join("bodies")).unwrap();
    let (_, said, code) = output_of(book.path(), &["build"]);
    assert_eq!((code, fs::read(&mine).unwrap().as_slice()), (DONE, &b"mine"[..]), "{said}");
}

#[test]
fn files_outside_the_book_are_not_published() {
    let outside = tempfile::tempdir().unwrap();
    write(&outside.path().join("secret.txt"), b"SECRET");
    write(&outside.path().join("secret.md"), b"# SECRET\n");
    write(&outside.path().join(".env"), b"SECRET");
    let away = outside.path().to_str().unwrap();
    let text = format!(
        "# T\n\n{{{{#include {away}/secret.txt}}}}\n\n{{{{#include ../../../../../../../../../..{away}/secret.txt}}}}\n\n\
         {{{{#include link.txt}}}}\n\n{{{{#include folder/secret.txt}}}}\n\n{{{{#include ../.env}}}}\n\n\
         ![x]({away}/secret.txt) ![x](file://{away}/secret.txt) ![x](../../secret.txt) ![x](..%2f..%2fsecret.txt)\n"
    );
    let book = Book::of([
        ("chapbook.toml", "[codes]\n"),
        ("content/index.md", &text),
        (".env", "SECRET"),
        ("content/.env", "SECRET"),
    ]);
    for hidden in
        [".git/config", ".hidden.md", "a.md~", "#a.md#", "a.md.bak", "a.md.swp", "node_modules/x.js", ".DS_Store"]
    {
        write(&book.path().join("content").join(hidden), b"SECRET");
    }
    let links = [("link.txt", "secret.txt"), ("link.md", "secret.md"), ("folder", ""), ("env.txt", ".env")];
    for (name, to) in links {
        symlink(outside.path().join(to), book.path().join("content").join(name)).unwrap();
    }
    write(&book.path().join("theme/css/own.css"), b"a{}");
    symlink(outside.path().join("secret.txt"), book.path().join("theme/css/z.css")).unwrap();
    let built = built(book.path());
    let message = printed_diagnostics(&built);
    for (path, bytes) in files_of(&built) {
        assert!(!String::from_utf8_lossy(&bytes).contains("SECRET"), "{path}");
    }
    for what in ["link.txt", "link.md", "folder", "env.txt", "z.css"] {
        assert!(
            message.lines().any(|line| line.contains("[unusual-file]") && line.contains(what)),
            "{what}: {message}"
        );
    }
    assert_eq!(message.matches("[include]").count(), 5, "{message}");
}

#[test]
fn diagnostics_show_no_text_from_outside_the_book() {
    let outside = tempfile::tempdir().unwrap();
    write(&outside.path().join("key"), b"SECRET = = SECRET\n- [SECRET](SECRET.md) SECRET\n");
    for (name, others) in [
        ("chapbook.toml", &[("content/index.md", "# T\n")][..]),
        ("book.toml", &[("src/SUMMARY.md", "# S\n\n- [A](a.md)\n"), ("src/a.md", "# A\n")]),
        ("src/SUMMARY.md", &[("book.toml", "[book]\n"), ("src/a.md", "# A\n")]),
        ("content/SUMMARY.md", &[("chapbook.toml", ""), ("content/a.md", "# A\n")]),
        ("mkdocs.yml", &[("docs/index.md", "# T\n")]),
        ("theme/strings/en.toml", &[("chapbook.toml", ""), ("content/a.md", "# A\n")]),
    ] {
        let book = tempfile::tempdir().unwrap();
        for (path, text) in others {
            write(&book.path().join(path), text.as_bytes());
        }
        fs::create_dir_all(book.path().join(name).parent().unwrap()).unwrap();
        symlink(outside.path().join("key"), book.path().join(name)).unwrap();
        let (out, said, _) = output_of(book.path(), &["build"]);
        assert!(!out.contains("SECRET") && !said.contains("SECRET"), "{name}: {said}");
        assert!(said.contains(name.rsplit('/').next().unwrap()) && said.contains("symbolic link"), "{name}: {said}");
        let site = book.path().join("public");
        let files = if site.exists() { files_in(&site) } else { BTreeMap::new() };
        let message = files.iter().find(|(_, bytes)| String::from_utf8_lossy(bytes).contains("SECRET"));
        assert_eq!(message, None, "{name}");
    }
}

#[test]
fn symbolic_links_are_followed_into_configured_folders() {
    let outside = tempfile::tempdir().unwrap();
    let path = |name: &str| outside.path().join(name);
    write(&path("shared/parts/part.md"), b"# Shared part\n\nText.\n");
    write(&path("shared/word.txt"), b"SHARED WORD");
    write(&path("shared/.env"), b"SECRET");
    write(&path("other/secret.txt"), b"SECRET");
    write(&path("book/chapbook.toml"), b"[source]\nfollow = [\"../shared\"]\n");
    write(
        &path("book/content/index.md"),
        b"# T\n\n{{#include ../../shared/word.txt}}\n\n{{#include ../../other/secret.txt}}\n",
    );
    symlink(path("shared/parts"), path("book/content/parts")).unwrap();
    symlink(path("shared/.env"), path("book/content/env.txt")).unwrap();
    symlink(path("other"), path("book/content/other")).unwrap();
    symlink(path("shared"), path("shared/parts/again")).unwrap();
    symlink(path("nowhere"), path("book/content/nowhere")).unwrap();
    let built = built(&path("book"));
    let (site, message) = (files_of(&built), printed_diagnostics(&built));
    assert!(site.contains_key("parts/part.html"), "{:?}", site.keys());
    assert!(String::from_utf8_lossy(&site["index.html"]).contains("SHARED WORD"));
    assert!(!site.values().any(|bytes| String::from_utf8_lossy(bytes).contains("SECRET")));
    for what in ["env.txt", "content/other", "nowhere"] {
        assert!(
            message.lines().any(|line| line.contains("[unusual-file]") && line.contains(what)),
            "{what}: {message}"
        );
    }
    assert!(message.contains("`../../other/secret.txt` is outside the book"), "{message}");
    assert!(!message.contains(outside.path().to_str().unwrap()), "no absolute path is shown: {message}");
}

#[test]
fn pipes_and_devices_are_not_opened() {
    let book = book("T");
    let pipe = |name: &str| {
        let path = book.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    };
    ["content/pipe.md", "content/pipe.png", "theme/css/pipe.css"].into_iter().for_each(pipe);
    symlink("/dev/zero", book.path().join("content/zero.md")).unwrap();
    let message = printed_diagnostics(&built(book.path()));
    assert_eq!(message.matches("[unusual-file]").count(), 4, "{message}");
    for (name, config) in [("include", "# T\n\n{{#include pipe.md}}\n"), ("zero", "# T\n\n{{#include zero.md}}\n")] {
        write(&book.path().join("content/p00.md"), config.as_bytes());
        assert!(printed_diagnostics(&built(book.path())).contains("[include]"), "{name}");
    }
}

#[test]
fn output_does_not_depend_on_the_environment() {
    let source = repository().join("tests/books/checklists/in");
    let sites: Vec<BTreeMap<String, Vec<u8>>> = [
        ("UTC", "C", "022", "1", Order::Forward),
        ("Pacific/Kiritimati", "tr_TR.UTF-8", "077", "4", Order::Backward),
        ("America/St_Johns", "zh_CN.GB18030", "000", "3", Order::Forward),
    ]
    .into_iter()
    .enumerate()
    .map(|(at, (zone, language, mask, jobs, order))| {
        let place = tempfile::tempdir().unwrap();
        let book = place.path().join(format!("{at} 一个 folder"));
        match order {
            Order::Forward => copy(&source, &book),
            Order::Backward => files_in(&source).iter().rev().for_each(|(path, bytes)| write(&book.join(path), bytes)),
        }
        let script = format!("umask {mask}; exec \"$0\" build --quiet --jobs {jobs}");
        let status = Command::new("sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_chapbook")])
            .current_dir(&book)
            .envs([("TZ", zone), ("LANG", language), ("LC_ALL", language)])
            .status()
            .unwrap();
        assert!(status.success());
        files_in(&book.join("public"))
    })
    .collect();
    assert!(sites[0].len() > 10 && sites.iter().all(|site| *site == sites[0]));
}

/// The order in which files were created.
#[derive(Clone, Copy)]
enum Order {
    Forward,
    Backward,
}

#[test]
fn a_preview_on_all_interfaces_prints_a_warning() {
    let book = book("T");
    for (host, loud) in [("127.0.0.1", false), ("0.0.0.0", true)] {
        let mut child = chapbook(book.path())
            .args(["serve", "--host", host, "--port", "0"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stderr.take().unwrap()));
        let first: Vec<String> = lines.by_ref().take(2).map_while(Result::ok).collect();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(first.iter().any(|line| line.contains("warning: anyone on this network")), loud, "{first:?}");
    }
}
