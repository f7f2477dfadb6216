//! The guide's words are its own: no run of the article that it grew from, no words it avoids, no platform's name.
//!
//! The article itself is not in the repository. `tests/guide/source-runs.txt` holds a digest of each run of its glyphs;
//! `GUIDE_SOURCE=ARTICLE.md cargo test guide::words` makes that file anew from the article.

use std::collections::BTreeSet;
use std::path::Path;

use super::{assert_none, beside, guide, is_han, texts};
use crate::book::{extension, files_in, repository, write};

/// So many glyphs on end are no accident.
const RUN: usize = 12;

const HEAD: &str = "\
# The article that the guide grew from, as digests: `cargo test guide::words` finds none of its sentences in the guide.
#
# Made so: the article's text from its first heading to its end; of it Han glyphs only, all else dropped; of every run
# of 12 glyphs the first 8 bytes of the BLAKE3 digest of its UTF-8, in hexadecimal; sorted, each once.
";

/// First and last line around the article in the file that it was restored in.
const ARTICLE: [&str; 2] = ["## 逾期后怎么跟平台沟通", "## 复原记录"];

/// Words for what the guide does not say, and the one page that may explain them.
const AVOIDED: &[(&str, Option<&str>)] = &[
    ("罚款", None),
    ("小编", None),
    ("停息挂账", Some("glossary.md")),
    ("上岸", Some("glossary.md")),
    ("老赖", Some("glossary.md")),
];

/// The digests of all runs of a text, with the runs.
fn runs(text: &str) -> impl Iterator<Item = (String, String)> {
    let glyphs: Vec<char> = text.chars().filter(|c| is_han(*c)).collect();
    let count = (glyphs.len() + 1).saturating_sub(RUN);
    (0..count).map(move |at| {
        let run: String = glyphs[at..at + RUN].iter().collect();
        let digest = blake3::hash(run.as_bytes()).to_hex()[..16].to_owned();
        (digest, run)
    })
}

fn digests(text: &str) -> BTreeSet<String> {
    runs(text).map(|(digest, _)| digest).collect()
}

/// Makes the file of digests from the article, if the article is named.
fn remake(file: &Path) {
    let Some(source) = std::env::var_os("GUIDE_SOURCE") else { return };
    let text = std::fs::read_to_string(source).unwrap();
    let (_, article) = text.split_once(ARTICLE[0]).unwrap();
    let (article, _) = article.split_once(ARTICLE[1]).unwrap();
    let lines = digests(&format!("{}{article}", ARTICLE[0])).into_iter().collect::<Vec<_>>().join("\n");
    write(file, format!("{HEAD}{lines}\n").as_bytes());
}

/// A chapter's text without what its reader does not see: targets of links, references to notes, comments.
fn read(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, (end, after))) = hidden(rest) {
        out.push_str(before);
        rest = after.split_once(end).map_or("", |(_, rest)| rest);
    }
    out + rest
}

/// The text before the first hidden part, how that part ends, and the text from its inside on.
fn hidden(text: &str) -> Option<(&str, (&'static str, &str))> {
    let parts = [("](", ")"), ("[^", "]"), ("<!--", "-->")];
    let found = parts.into_iter().filter_map(|(start, end)| Some((text.find(start)?, start, end)));
    let (at, start, end) = found.min_by_key(|(at, ..)| *at)?;
    Some((&text[..at], (end, &text[at + start.len()..])))
}

#[test]
fn nothing_of_the_article_is_in_the_guide() {
    let file = beside("source-runs.txt");
    remake(&file);
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(kept.starts_with(HEAD));
    let lines: Vec<&str> = kept.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(lines.is_sorted() && lines.len() > 1000, "{} digests", lines.len());
    let article: BTreeSet<&str> = lines.into_iter().collect();

    let mut faults = Vec::new();
    let written = texts().into_iter().map(|(path, text)| (path, read(&text)));
    // As they are built too: pages of sheets and collections are made of the same words in another order.
    let built = guide().pages.iter().chain(&guide().made).map(|(path, page)| (path.clone(), page.text()));
    for (path, text) in written.chain(built).chain(manual()) {
        let copied = runs(&text).filter(|(digest, _)| article.contains(digest.as_str()));
        faults.extend(copied.map(|(_, run)| format!("{path}: {run}")));
    }
    assert_none(&faults);
}

/// What the manual and the tests say about the guide.
fn manual() -> impl Iterator<Item = (String, String)> {
    let of = |folder: &str| files_in(&repository().join(folder)).into_iter();
    let files = of("docs").chain(of("tests/guide")).filter(|(path, _)| matches!(extension(path), "md" | "toml"));
    files.map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap()))
}

#[test]
fn a_copied_run_would_be_found() {
    let ours = "今天先写下每一笔的到期日，再去问客服，不要慌。";
    let kept = digests(ours);
    assert_eq!(kept.len(), ours.chars().filter(|c| is_han(*c)).count() + 1 - RUN);
    let copied = "他说：[今天先写下](a.md#每一章)每一笔的 **到期日**[^L10]，再去问！<!-- 再去 -->";
    assert_eq!(runs(&read(copied)).filter(|(digest, _)| kept.contains(digest)).count(), 4);
    assert_eq!(runs("今天先写下每一笔的到期").count(), 0);
}

#[test]
fn the_guide_avoids_some_words() {
    let mut faults = Vec::new();
    for (path, text) in texts() {
        for (word, home) in AVOIDED {
            if text.contains(word) && *home != Some(path.as_str()) {
                faults.push(format!("{path}: {word}"));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn the_guide_names_no_platform() {
    let list = std::fs::read_to_string(beside("forbidden.txt")).unwrap();
    let names: Vec<&str> = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert!(names.len() >= 20);
    let mut faults = Vec::new();
    for (path, text) in texts() {
        faults.extend(names.iter().filter(|name| text.contains(**name)).map(|name| format!("{path}: {name}")));
    }
    assert_none(&faults);
}
