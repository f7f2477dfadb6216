//! The guide's wording: it copies nothing from the article that it is based on, and contains no avoided word and no name of a
//! platform.
//!
//! The article is not in the repository. `tests/guide/source-runs.txt` contains a digest of each run of its characters;
//! `GUIDE_SOURCE=ARTICLE.md cargo test --test guide words` generates that file from the article.

use std::collections::BTreeSet;
use std::path::Path;

use super::{assert_none, guide, guide_file, is_han, texts};
use crate::book::{extension, files_in, repository, write};

/// The length of a run in characters: a longer match is not a coincidence.
const RUN: usize = 12;

const HEAD: &str = "\
# Digests of the article that the guide is based on: `cargo test --test guide words` checks that no sentence is copied.
#
# Of the article from its first heading to its end, only Han characters are used. Each run of 12 characters is one line: the
# first 8 bytes of the BLAKE3 digest of its UTF-8, in hexadecimal. The lines are sorted and unique.
";

/// The lines before and after the article in its file.
const ARTICLE: [&str; 2] = ["## 逾期后怎么跟平台沟通", "## 复原记录"];

/// Words that the guide avoids, each with the page that may explain it.
const AVOIDED: &[(&str, Option<&str>)] = &[
    ("罚款", None),
    ("小编", None),
    ("停息挂账", Some("glossary.md")),
    ("上岸", Some("glossary.md")),
    ("老赖", Some("glossary.md")),
];

/// All runs of a text, each with its digest.
fn runs(text: &str) -> impl Iterator<Item = (String, String)> {
    let characters: Vec<char> = text.chars().filter(|c| is_han(*c)).collect();
    let count = (characters.len() + 1).saturating_sub(RUN);
    (0..count).map(move |at| {
        let run: String = characters[at..at + RUN].iter().collect();
        let digest = blake3::hash(run.as_bytes()).to_hex()[..16].to_owned();
        (digest, run)
    })
}

fn digests(text: &str) -> BTreeSet<String> {
    runs(text).map(|(digest, _)| digest).collect()
}

/// Generates the file of digests if `GUIDE_SOURCE` names the article.
fn regenerate(file: &Path) {
    let Some(source) = std::env::var_os("GUIDE_SOURCE") else { return };
    let text = std::fs::read_to_string(source).unwrap();
    let (_, article) = text.split_once(ARTICLE[0]).unwrap();
    let (article, _) = article.split_once(ARTICLE[1]).unwrap();
    let lines = digests(&format!("{}{article}", ARTICLE[0])).into_iter().collect::<Vec<_>>().join("\n");
    write(file, format!("{HEAD}{lines}\n").as_bytes());
}

/// The visible text of a chapter: without targets of links, references to notes, and comments.
fn visible(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, (end, after))) = hidden(rest) {
        out.push_str(before);
        rest = after.split_once(end).map_or("", |(_, rest)| rest);
    }
    out + rest
}

/// The text before the first hidden part, the end mark of that part, and the text after its start mark.
fn hidden(text: &str) -> Option<(&str, (&'static str, &str))> {
    let parts = [("](", ")"), ("[^", "]"), ("<!--", "-->")];
    let found = parts.into_iter().filter_map(|(start, end)| Some((text.find(start)?, start, end)));
    let (at, start, end) = found.min_by_key(|(at, ..)| *at)?;
    Some((&text[..at], (end, &text[at + start.len()..])))
}

#[test]
fn nothing_of_the_article_is_in_the_guide() {
    let file = guide_file("source-runs.txt");
    regenerate(&file);
    let stored = std::fs::read_to_string(&file).unwrap();
    assert!(stored.starts_with(HEAD));
    let lines: Vec<&str> = stored.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(lines.is_sorted() && lines.len() > 1000, "{} digests", lines.len());
    let article: BTreeSet<&str> = lines.into_iter().collect();

    let mut faults = Vec::new();
    let written = texts().into_iter().map(|(path, text)| (path, visible(&text)));
    // Built pages too: sheets and collections contain the same text in another order.
    let built = guide().pages.iter().chain(&guide().generated).map(|(path, page)| (path.clone(), page.text()));
    for (path, text) in written.chain(built).chain(manual()) {
        let copied = runs(&text).filter(|(digest, _)| article.contains(digest.as_str()));
        faults.extend(copied.map(|(_, run)| format!("{path}: {run}")));
    }
    assert_none(&faults);
}

/// The texts of the manual and of these tests.
fn manual() -> impl Iterator<Item = (String, String)> {
    let of = |folder: &str| files_in(&repository().join(folder)).into_iter();
    let files = of("docs").chain(of("tests/guide")).filter(|(path, _)| matches!(extension(path), "md" | "toml"));
    files.map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap()))
}

#[test]
fn a_copied_run_is_found() {
    let ours = "今天先写下每一笔的到期日，再去问客服，不要慌。";
    let known = digests(ours);
    assert_eq!(known.len(), ours.chars().filter(|c| is_han(*c)).count() + 1 - RUN);
    let copied = "他说：[今天先写下](a.md#每一章)每一笔的 **到期日**[^L10]，再去问！<!-- 再去 -->";
    assert_eq!(runs(&visible(copied)).filter(|(digest, _)| known.contains(digest)).count(), 4);
    assert_eq!(runs("今天先写下每一笔的到期").count(), 0);
}

#[test]
fn the_guide_contains_no_avoided_words() {
    let mut faults = Vec::new();
    for (path, text) in texts() {
        for (word, allowed) in AVOIDED {
            if text.contains(word) && *allowed != Some(path.as_str()) {
                faults.push(format!("{path}: {word}"));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn the_guide_names_no_platform() {
    let list = std::fs::read_to_string(guide_file("forbidden.txt")).unwrap();
    let names: Vec<&str> = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert!(names.len() >= 20);
    let mut faults = Vec::new();
    for (path, text) in texts() {
        faults.extend(names.iter().filter(|name| text.contains(**name)).map(|name| format!("{path}: {name}")));
    }
    assert_none(&faults);
}
