//! Golden books: `tests/books/NAME/in` is built, and each of its pages and small files is a snapshot in `out`.
//!
//! A page's snapshot contains only its `main` element, so that changes of the layout do not affect the snapshots.
//! `cargo insta review` shows the changes; `INSTA_UPDATE=always cargo test golden` accepts all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::book::{built, extension, files_in, files_of, golden_books, printed_diagnostics};
use crate::html::dead_links;

/// The file with the diagnostics of the book; golden books have a few warnings on purpose.
const DIAGNOSTICS: &str = "findings.txt";

#[test]
fn golden_books_match_their_snapshots() {
    let mut failures = Vec::new();
    for (name, folder) in golden_books() {
        let built = built(&folder);
        assert_eq!(built.report.errors(), 0, "{name}:\n{}", printed_diagnostics(&built));
        let out = folder.with_file_name("out");
        let mut kept = BTreeSet::new();
        let site = files_of(&built).into_iter().filter_map(|(path, bytes)| Some((snapshot_text(&path, &bytes)?, path)));
        let diagnostics = (printed_diagnostics(&built), DIAGNOSTICS.to_owned());
        for (text, path) in site.chain([diagnostics]) {
            kept.insert(format!("{}.snap", path.replace('/', "__")));
            // One book that differs does not hide the next one.
            if std::panic::catch_unwind(|| assert_snapshot_of(&out, &path, &text)).is_err() {
                failures.push(format!("{name}: {path}"));
            }
        }
        failures.extend(left_over(&out, &kept).map(|path| format!("{name}: {path} is no longer part of the site")));
    }
    assert!(failures.is_empty(), "differs from its snapshot:\n  {}", failures.join("\n  "));
}

fn assert_snapshot_of(out: &Path, path: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(out);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(path.to_owned(), text));
}

/// The part of a file that is compared with its snapshot; `None` for files without one.
fn snapshot_text(path: &str, bytes: &[u8]) -> Option<String> {
    // Style sheets and scripts belong to the theme; `_headers` says what `pipeline` says; images are the book's own.
    let is_shown = matches!(extension(path), "html" | "json" | "md" | "txt" | "xml") || path == "_redirects";
    let text = std::str::from_utf8(bytes).ok().filter(|_| is_shown)?;
    let text = if extension(path) == "html" { main_of(text) } else { text };
    Some(without_digests(text))
}

fn main_of(page: &str) -> &str {
    let inside = page.find("<main").and_then(|start| Some(&page[start..page.find("</main>")? + "</main>".len()]));
    // A redirect has no `main`: all of it is content.
    inside.unwrap_or(page)
}

/// Replaces the digests in names of assets by `DIGEST`.
fn without_digests(text: &str) -> String {
    let mut parts = text.split("assets/");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let name = part.find(['"', '\'', ' ', '\n', ')']).map_or(part, |end| &part[..end]);
        let digest = name.rsplit_once('-').and_then(|(_, rest)| rest.split('.').next());
        let is_digest = |text: &&str| text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        out.push_str("assets/");
        match digest.filter(is_digest) {
            Some(digest) => out.push_str(&part.replacen(digest, "DIGEST", 1)),
            None => out.push_str(part),
        }
    }
    out
}

fn left_over(out: &Path, kept: &BTreeSet<String>) -> impl Iterator<Item = String> {
    let there = if out.is_dir() { files_in(out) } else { BTreeMap::default() };
    let kept = kept.clone();
    there.into_keys().filter(move |path| extension(path) == "snap" && !kept.contains(path))
}

#[test]
fn every_link_of_the_golden_books_has_a_target() {
    // The mdBook book has links to files that other tools add to its site.
    for (name, folder) in golden_books().into_iter().filter(|(_, folder)| !folder.join("book.toml").is_file()) {
        let dead = dead_links(&files_of(&built(&folder)));
        assert!(dead.is_empty(), "{name}:\n  {}", dead.join("\n  "));
    }
}

#[test]
fn every_link_of_the_books_in_this_repository_has_a_target() {
    let root = crate::book::repository();
    for folder in [root.clone(), root.join("docs")] {
        // The manual is a book of its own where there is one.
        if !folder.join("chapbook.toml").is_file() {
            continue;
        }
        let built = built(&folder);
        assert_eq!(printed_diagnostics(&built), "", "{}", folder.display());
        let dead = dead_links(&files_of(&built));
        assert!(dead.is_empty(), "{}:\n  {}", folder.display(), dead.join("\n  "));
    }
}
