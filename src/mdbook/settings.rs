//! Translates `book.toml` into the [`Config`] of chapbook.

use std::collections::BTreeMap;

use toml::Table;

use super::table::{flag, table, text, texts, value};
use crate::config::{
    BannerConfig, BookConfig, BrokenLinks, Config, Dialect, MarkdownConfig, NumbersConfig, OutputConfig, SourceConfig,
    ThemeConfig,
};
use crate::diagnostic::{CODES, Severity, codes};

/// The theme folder for chapbook in a book of mdBook, where `theme` has files for mdBook.
const THEME: &str = "chapbook-theme";

/// Codes that are off for books of mdBook, which does not report these things either.
const SILENT: [&str; 4] = ["empty-chapter", "two-titles", "unknown-language", "unlisted-chapter"];

/// The configuration that corresponds to a `book.toml`.
pub(super) fn config(toml: &Table) -> Config {
    let source = text(toml, &[&["book", "src"], &["source"], &["src"]]).unwrap_or_else(|| "src".to_owned());
    Config {
        book: book(toml),
        source: SourceConfig { dir: trimmed(&source), exclude: Vec::new(), follow: Vec::new(), foreign: false },
        markdown: markdown(toml),
        numbers: NumbersConfig {
            chapters: !flag(toml, &[&["output", "html", "no-section-label"]]).unwrap_or(false),
            sections: false,
            headings: false,
        },
        output: output(toml),
        theme: ThemeConfig {
            dir: THEME.to_owned(),
            styles: own_paths(toml, "additional-css"),
            scripts: own_paths(toml, "additional-js"),
            ..ThemeConfig::default()
        },
        banner: BannerConfig::default(),
        variables: BTreeMap::new(),
        redirects: redirects(toml),
        codes: severities(toml),
    }
}

/// The site's subfolder of the output folder: `html` if the book has several outputs, as in mdBook.
pub(super) fn site_folder(toml: &Table) -> Option<&'static str> {
    let outputs = table(toml, &["output"]).map_or(0, |outputs| outputs.iter().filter(|(_, it)| it.is_table()).count());
    (outputs > 1).then_some("html")
}

fn trimmed(path: &str) -> String {
    path.trim_start_matches("./").trim_end_matches('/').to_owned()
}

fn book(toml: &Table) -> BookConfig {
    let defaults = BookConfig::default();
    let authors = texts(toml, &[&["book", "authors"], &["book", "author"], &["authors"], &["author"]]);
    let language = text(toml, &[&["book", "language"], &["language"]]).map(|tag| tag.replace('_', "-"));
    let url = text(toml, &[&["output", "html", "site-url"]]).filter(|url| url.contains("://"));
    let cname = || text(toml, &[&["output", "html", "cname"]]).map(|host| format!("https://{host}/"));
    BookConfig {
        title: text(toml, &[&["book", "title"], &["title"]]),
        language: language.unwrap_or(defaults.language.clone()),
        authors,
        description: text(toml, &[&["book", "description"], &["description"]]).map(|text| one_line(&text)),
        url: url.or_else(cname),
        edit_url: text(toml, &[&["output", "html", "edit-url-template"]])
            .filter(|url| url.starts_with("https://") || url.starts_with("http://")),
        ..defaults
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn markdown(toml: &Table) -> MarkdownConfig {
    let html = |key: &'static str| flag(toml, &[&["output", "html", key]]);
    let has = |name: &str| table(toml, &["preprocessor", name]).is_some();
    MarkdownConfig {
        smart_punctuation: html("smart-punctuation").or(html("curly-quotes")).unwrap_or(true),
        math: has("katex"),
        tex_brackets: html("mathjax-support").unwrap_or(false),
        foreign_front_matter: true,
        dialect: Dialect::MdBook,
        definition_lists: html("definition-lists").unwrap_or(true),
        alerts: html("admonitions").unwrap_or(true),
        admonish: has("admonish"),
        hidden_lines: hidden_lines(toml),
        external_images: true,
        broken_links: BrokenLinks::Keep,
        add_titles: false,
        ..MarkdownConfig::default()
    }
}

fn hidden_lines(toml: &Table) -> BTreeMap<String, String> {
    let written = table(toml, &["output", "html", "code", "hidelines"]).cloned().unwrap_or_default();
    let written = written.iter().filter_map(|(language, prefix)| Some((language.clone(), prefix.as_str()?.to_owned())));
    std::iter::once(("rust".to_owned(), "#".to_owned())).chain(written).collect()
}

fn output(toml: &Table) -> OutputConfig {
    let dir = text(toml, &[&["build", "build-dir"], &["dest"]]).unwrap_or_else(|| "book".to_owned());
    OutputConfig {
        dir: trimmed(&dir),
        base: text(toml, &[&["output", "html", "site-url"]]).filter(|url| url.starts_with('/')).map(|url| base(&url)),
        page_title: "{page} - {book}".to_owned(),
        cname: text(toml, &[&["output", "html", "cname"]]),
        search: flag(toml, &[&["output", "html", "search", "enable"]]).unwrap_or(true),
        print: flag(toml, &[&["output", "html", "print", "enable"]]).unwrap_or(true),
        markdown: false,
        home_copy: true,
        ..OutputConfig::default()
    }
}

fn base(path: &str) -> String {
    format!("{}/", path.trim_end_matches('/'))
}

fn own_paths(toml: &Table, key: &str) -> Vec<String> {
    texts(toml, &[&["output", "html", key]]).iter().map(|path| trimmed(path)).collect()
}

/// The redirects of the book. mdBook's targets are relative to the folder of the old path; here they are relative to the root.
fn redirects(toml: &Table) -> BTreeMap<String, String> {
    let written = table(toml, &["output", "html", "redirect"]).cloned().unwrap_or_default();
    let pair = |(from, to): (&String, &toml::Value)| {
        let from = from.trim_start_matches('/').to_owned();
        let to = from_root(from.split('#').next().unwrap_or_default(), to.as_str()?);
        Some((from, to))
    };
    written.iter().filter_map(pair).collect()
}

fn from_root(key: &str, to: &str) -> String {
    if to.starts_with('/') || to.contains("://") || to.starts_with("mailto:") {
        return to.to_owned();
    }
    if to.starts_with('#') {
        return format!("{key}{to}");
    }
    let folder = key.rsplit_once('/').map_or("", |(folder, _)| folder);
    if folder.is_empty() { to.to_owned() } else { format!("{folder}/{to}") }
}

/// Severities for a book of mdBook: a book that mdBook builds must build here too, so errors become warnings.
fn severities(toml: &Table) -> BTreeMap<String, Severity> {
    let create = flag(toml, &[&["build", "create-missing"]]).unwrap_or(true);
    let checks = value(toml, &["output", "linkcheck"])
        .or(value(toml, &["output", "linkcheck2"]))
        .and_then(|it| it.get("warning-policy"));
    let ignored = checks.and_then(toml::Value::as_str) == Some("ignore");
    let mut severities: BTreeMap<String, Severity> =
        CODES.iter().map(|code| (code.name.to_owned(), code.severity.min(Severity::Warning))).collect();
    for name in SILENT {
        severities.insert(name.to_owned(), Severity::Off);
    }
    if ignored {
        for code in [&codes::BROKEN_LINK, &codes::BROKEN_ANCHOR, &codes::MISSING_FILE] {
            severities.insert(code.name.to_owned(), Severity::Off);
        }
    }
    severities.insert(codes::EMPTY_BOOK.name.to_owned(), Severity::Error);
    if !create {
        severities.insert(codes::MISSING_CHAPTER.name.to_owned(), Severity::Error);
    }
    severities
}
