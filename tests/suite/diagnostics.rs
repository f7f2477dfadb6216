//! Diagnostics: each file of `tests/diagnostics` contains small books and all diagnostics that they must give.
//!
//! A heading begins a book; a fence with `path=` is one of its files (in hexadecimal if its language is `hex`, a link
//! on disk if it is `symlink`); a comment such as `<!-- error[broken-link] 3:8: message -->` under a file is a
//! diagnostic in it, at that line and column. The diagnostics must be exactly these.
//! `UPDATE_DIAGNOSTICS=1 cargo test diagnostics` writes the actual ones, to be reviewed before they are committed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use chapbook::diagnostic::{CODES, Diagnostic, Severity, line_column};
use chapbook::pipeline::Built;

use crate::book::{Book, built, files_in, repository, write};

/// The file of a diagnostic, "" for none, and the diagnostic in the form of a comment.
type Expected = (String, String);

/// A part of a file of cases.
enum Part {
    /// A line of prose; a heading begins a new book.
    Line(String),
    File(File),
    /// An expected diagnostic: its file, severity, code, position and message.
    Expected(String),
}

struct File {
    fence: String,
    language: String,
    path: String,
    text: String,
}

fn parts(cases: &str) -> Vec<Part> {
    let mut lines = cases.lines();
    let mut parts = Vec::new();
    while let Some(line) = lines.next() {
        let fence: String = line.chars().take_while(|c| *c == '`').collect();
        let file = line[fence.len()..].split_once(" path=").filter(|_| fence.len() >= 3);
        parts.push(match file {
            Some((language, path)) => {
                let text = lines.by_ref().take_while(|line| *line != fence).flat_map(|line| [line, "\n"]).collect();
                Part::File(File { language: language.to_owned(), path: path.to_owned(), text, fence })
            }
            None => match line.strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->")) {
                Some(diagnostic) => Part::Expected(diagnostic.to_owned()),
                None => Part::Line(line.to_owned()),
            },
        });
    }
    parts
}

/// The parts of each book, heading first.
fn books(parts: Vec<Part>) -> Vec<Vec<Part>> {
    let mut books: Vec<Vec<Part>> = vec![Vec::new()];
    for part in parts {
        if matches!(&part, Part::Line(line) if line.starts_with('#')) {
            books.push(Vec::new());
        }
        books.last_mut().unwrap().push(part);
    }
    books
}

fn on_disk(parts: &[Part]) -> Book {
    // So that `content` is the content; a case may bring a configuration of its own.
    let is_mdbook = parts.iter().any(|part| matches!(part, Part::File(file) if file.path == "book.toml"));
    let book = Book::of([("chapbook.toml", "")].into_iter().filter(|_| !is_mdbook));
    for part in parts {
        let Part::File(file) = part else { continue };
        let path = book.path().join(&file.path);
        match file.language.as_str() {
            "hex" => write(&path, &from_hex(&file.text)),
            "symlink" => link(file.text.trim(), &path),
            _ => write(&path, file.text.as_bytes()),
        }
    }
    book
}

fn from_hex(text: &str) -> Vec<u8> {
    text.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

#[cfg(unix)]
fn link(target: &str, path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(target, path).unwrap();
}

#[cfg(not(unix))]
fn link(_: &str, _: &Path) {}

fn written(diagnostic: &Diagnostic, built: &Built) -> Expected {
    let severity = if diagnostic.severity == Severity::Error { "error" } else { "warning" };
    let (file, place) = match &diagnostic.at {
        None => (String::new(), String::new()),
        Some(place) => {
            let (line, column) = line_column(&built.texts, place);
            (place.file.to_string(), format!(" {line}:{column}"))
        }
    };
    (file, format!("{severity}[{}]{place}: {}", diagnostic.code.name, diagnostic.message))
}

fn expected(parts: &[Part]) -> BTreeSet<Expected> {
    let mut file = String::new();
    let mut all = BTreeSet::new();
    for part in parts {
        match part {
            Part::File(next) => file.clone_from(&next.path),
            Part::Expected(diagnostic) => {
                let placed = diagnostic.split_once("]: ").is_none_or(|(code, _)| code.contains(' '));
                all.insert((if placed { file.clone() } else { String::new() }, diagnostic.clone()));
            }
            Part::Line(_) => {}
        }
    }
    all
}

#[test]
fn diagnostics_equal_the_expected_ones() {
    let folder = repository().join("tests/diagnostics");
    let updating = std::env::var_os("UPDATE_DIAGNOSTICS").is_some();
    let mut faults = Vec::new();
    for (path, cases) in files_in(&folder) {
        let cases = String::from_utf8(cases).unwrap();
        let mut updated = String::new();
        for parts in books(parts(&cases)) {
            let book = on_disk(&parts);
            let in_order =
                if parts.iter().any(|part| matches!(part, Part::File(_))) { diagnostics_of(&book) } else { Vec::new() };
            let found: BTreeSet<Expected> = in_order.iter().cloned().collect();
            let expected = expected(&parts);
            let heading = parts.iter().find_map(|part| if let Part::Line(line) = part { Some(line) } else { None });
            faults.extend(expected.difference(&found).map(|lost| format!("{path}, {heading:?}: not found: {lost:?}")));
            faults.extend(found.difference(&expected).map(|new| format!("{path}, {heading:?}: found: {new:?}")));
            updated.push_str(&with_diagnostics(&parts, in_order));
        }
        if updating {
            write(&folder.join(path), updated.as_bytes());
        }
    }
    assert!(updating || faults.is_empty(), "{}", faults.join("\n"));
}

fn diagnostics_of(book: &Book) -> Vec<Expected> {
    let built = built(book.path());
    for diagnostic in built.report.iter() {
        assert_message_style(&diagnostic.message);
    }
    built.report.iter().map(|diagnostic| written(diagnostic, &built)).collect()
}

/// Asserts that a message is one line, begins with a small letter or code in backticks, and has no full stop.
fn assert_message_style(message: &str) {
    let begins_large = message.chars().next().is_some_and(char::is_uppercase);
    let is_file_name = message.starts_with("SUMMARY.md");
    assert!(!begins_large || is_file_name, "{message}");
    assert!(!message.ends_with('.') && !message.contains('\n') && !message.is_empty(), "{message}");
}

/// The book's part of the file, with the actual diagnostics instead of the expected ones.
fn with_diagnostics(parts: &[Part], found: Vec<Expected>) -> String {
    let mut left = found;
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Expected(_) => {}
            Part::Line(line) => text.push_str(&format!("{line}\n")),
            Part::File(file) => {
                text.push_str(&format!("{0}{1} path={2}\n{3}{0}\n", file.fence, file.language, file.path, file.text));
                let (here, others) = left.into_iter().partition(|(place, _)| *place == file.path);
                left = others;
                text.push_str(&comments(here));
            }
        }
    }
    // What is in no file of the case ends it, before the empty line that parts it from the next.
    let end = text.trim_end().len() + usize::from(!text.is_empty());
    text.insert_str(end, &comments(left));
    text
}

fn comments(all: Vec<Expected>) -> String {
    all.into_iter().map(|(_, diagnostic)| format!("<!-- {diagnostic} -->\n")).collect()
}

/// Codes that no text can cause; `faults.rs` has their cases.
const OF_THE_DISK: [&str; 1] = ["unreadable-file"];

#[test]
fn every_code_has_a_case() {
    let cases: String = files_in(&repository().join("tests/diagnostics"))
        .into_values()
        .map(|bytes| String::from_utf8(bytes).unwrap())
        .collect();
    let without: Vec<&str> = CODES
        .iter()
        .map(|code| code.name)
        .filter(|name| !OF_THE_DISK.contains(name) && !cases.contains(&format!("[{name}]")))
        .collect();
    assert!(without.is_empty(), "no case in tests/diagnostics: {}", without.join(", "));
}
