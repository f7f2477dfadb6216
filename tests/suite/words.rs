//! Keeps the vocabulary plain: names and sentences use the standard terms of the field.
//!
//! [`NAMES`] and [`TYPES`] must not be used in identifiers or file names, [`PHRASES`] not in comments, messages or
//! documentation.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use crate::book::{extension, files_in, repository};

/// Words that are not used in identifiers or file names. `snake_case` and `CamelCase` names are split into words first.
static NAMES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    set_of(
        "anybodys beside bearer bearers carried carries carry desk doors fate fates finding findings \
    floors glance glanced glimpse gloss glosses grave gravest guest guests house kin lent lie lies look looked looks \
    mend mended mending mends nobody overhear passage passages road roof roofs rooms rounds scout seal settle settled \
    settles shelf sight somebody sounds speaks spoken stand stands stood stranger strangers tell telling tells told \
    unsealed vault vaults ways wish wishes wording",
    )
});

/// Types and variants of Rust that have a name of their own now.
static TYPES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| set_of("Found Ground Leaf Met Reading Setting Shown"));

/// File stems that are not used, although the word itself may be.
static STEMS: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| set_of("active bring clash ids kept landing memory parsed reach record shown"));

fn set_of(words: &'static str) -> BTreeSet<&'static str> {
    words.split_whitespace().collect()
}

/// Phrases that are not used in comments, literals and Markdown, as regular expressions.
const PHRASES: &[&str] = &[
    "(comes?|came|coming) by",
    "in vain",
    "(let|lets|letting) (it |them )?go",
    "look(s|ed|ing)? through",
    "of (its|their) own accord",
    "(has|have) the (last )?word",
    "nobody('s)?",
    "anybody('s)?",
    "(lies?|lay|lying) (beside|behind|in|on|under|where|there|elsewhere)",
    "(stands?|stood|standing) (beside|behind|in|under|where|there|elsewhere)",
    "beside",
    "mend(s|ed|ing)?",
    "grave(r|st)?",
    "(is|are|was|were) told",
    "at hand",
    "(its|their) kin",
    "careless",
    "spoken (of|to)",
    "settle(s|d)?",
    "the road",
    "(the|this|one|each|a) (room|roof|floor)",
    "rooms",
    "door:",
    "door to",
    "(one|its|whose|front) door",
    "carried out",
];

/// Folders and files that are searched. Books and other test data are text of their authors.
const SEARCHED: &[&str] = &[
    "src/",
    "theme/",
    "benches/",
    "docs/",
    "tests/",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
    "SECURITY.md",
];
/// Of these, test data, texts of books and translations.
static DATA: LazyLock<Regex> = LazyLock::new(|| {
    let tests = r"tests/(books|vectors|fuzz|diagnostics|browser/(pictures|node_modules))/|tests/suite/words\.rs$";
    Regex::new(&format!(r"^({tests}|theme/assets/|theme/strings/(ja|zh-)|src/new/starters/.*\.md$)")).unwrap()
});

#[test]
fn standard_terms_are_used() {
    let wrong: Vec<String> = uses().iter().map(|(path, words)| format!("{path}: {}", words.join(", "))).collect();
    assert!(wrong.is_empty(), "use the standard term instead of:\n{}", wrong.join("\n"));
}

/// The words and phrases of the lists that each file uses.
fn uses() -> Vec<(String, Vec<String>)> {
    let root = repository();
    let mut uses = Vec::new();
    for place in SEARCHED {
        for (path, bytes) in files_of(&root, place) {
            if DATA.is_match(&path) {
                continue;
            }
            let words: BTreeSet<String> = words_of(&path, &String::from_utf8_lossy(&bytes)).into_iter().collect();
            if !words.is_empty() {
                uses.push((path, words.into_iter().collect()));
            }
        }
    }
    uses
}

/// The files in a folder, or the one file of that name, by their paths in the repository.
fn files_of(root: &Path, place: &str) -> Vec<(String, Vec<u8>)> {
    if place.ends_with('/') {
        return files_in(&root.join(place))
            .into_iter()
            .map(|(path, bytes)| (format!("{place}{path}"), bytes))
            .collect();
    }
    vec![(place.to_owned(), std::fs::read(root.join(place)).unwrap())]
}

/// The words and phrases of the lists that a file uses.
fn words_of(path: &str, text: &str) -> Vec<String> {
    match extension(path) {
        "rs" => code_words(path, text, &RUST_TEXT),
        "js" | "mjs" | "ts" => code_words(path, text, &SCRIPT_TEXT),
        "md" | "css" => phrases(text),
        // Class names are names that styles of books already use.
        "html" => phrases(&CLASS.replace_all(text, "")),
        // Keys are names that books and themes already use.
        "toml" => phrases(&TOML_KEY.replace_all(text, "")),
        _ => Vec::new(),
    }
}

/// Comments and literals of Rust.
static RUST_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    let raw = r##"r"[^"]*"|r#"(?s:.*?)"#"##;
    let raw_with_two = r###"r##"(?s:.*?)"##"###;
    let string = r#""(?s:\\.|[^"\\])*""#;
    Regex::new(&format!(r"//[^\n]*|/\*(?s:.*?)\*/|{raw_with_two}|{raw}|{string}|'(?:\\.[^'\n]*|[^'\\\n])'")).unwrap()
});

/// Comments, strings, templates and regular expressions of JavaScript.
static SCRIPT_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    let strings = r#""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?s:\\.|[^`\\])*`"#;
    let pattern = r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[ ])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])*/[a-z]*";
    Regex::new(&format!(r"//[^\n]*|/\*(?s:.*?)\*/|{strings}|{pattern}")).unwrap()
});

static CLASS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"class="[^"]*""#).unwrap());
static TOML_KEY: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^[\w-]+ = ").unwrap());
static PART: LazyLock<Regex> = LazyLock::new(|| Regex::new("[A-Z]?[a-z]+|[A-Z]+").unwrap());
static PHRASE: LazyLock<Regex> = LazyLock::new(|| Regex::new(&format!(r"(?i)\b(?:{})\b", PHRASES.join("|"))).unwrap());
/// What begins a line of a comment or a quotation.
static LEADER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^[ \t]*(?://[/!]?|\*|>)|\s+").unwrap());

/// Words of the lists in the names, the text and the path of a source file; `text_of` finds its comments and literals.
fn code_words(path: &str, source: &str, text_of: &Regex) -> Vec<String> {
    let mut words = names(&text_of.replace_all(source, " "));
    let text: Vec<&str> = text_of.find_iter(source).map(|found| found.as_str()).collect();
    words.extend(phrases(&text.join("\n")));
    let stem = path.rsplit('/').next().unwrap_or(path).split('.').next().unwrap_or_default();
    let words_of_stem = stem.split(['_', '-']).filter(|word| NAMES.contains(word));
    words.extend(
        words_of_stem.chain(Some(stem).filter(|stem| STEMS.contains(stem))).map(|word| format!("file `{word}`")),
    );
    words
}

/// The identifiers of some code that use words of the lists.
fn names(code: &str) -> Vec<String> {
    let identifiers: BTreeSet<&str> = code.split(|c: char| c != '_' && !c.is_ascii_alphanumeric()).collect();
    let is_listed = |name: &&str| {
        TYPES.contains(name) || PART.find_iter(name).any(|part| NAMES.contains(&*part.as_str().to_lowercase()))
    };
    identifiers.into_iter().filter(is_listed).map(|name| format!("`{name}`")).collect()
}

/// The phrases of the list in a text, wherever its lines break.
fn phrases(text: &str) -> Vec<String> {
    let line = LEADER.replace_all(text, " ");
    let line = LEADER.replace_all(&line, " ");
    PHRASE.find_iter(&line).map(|found| format!("\"{}\"", found.as_str().to_lowercase())).collect()
}
