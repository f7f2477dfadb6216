//! The theme's files in the site: style sheets and scripts, each kind joined into one file and named by its digest.

use std::sync::Arc;

use serde::Serialize;

use super::artifact::Artifact;
use super::in_page::{InPage, in_page};
use super::policy::page_policy;
use crate::book::Book;
use crate::config::Config;
use crate::digest::Digest;
use crate::path::SitePath;
use crate::render::{InlineFiles, LoneScript, ThemeFiles};
use crate::site::Role;
use crate::theme::Theme;

/// Whether names carry the digest of what they name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssetNaming {
    /// `chapbook-1a2b3c4d.css`: can be cached for ever.
    Digest,
    /// `chapbook.css`: the name does not change with the bytes, so a preview can replace the style sheet in place.
    Plain,
}

/// The names under which browsers store readers' data of a book.
#[derive(Debug, Default, Serialize)]
pub struct Known<'a> {
    /// The ids of all checklists.
    lists: Vec<&'a str>,
    /// The keys of all pages.
    pages: Vec<&'a str>,
}

impl<'a> Known<'a> {
    /// Those of a book.
    #[must_use]
    pub fn of(book: &'a Book) -> Self {
        Self {
            lists: book.checklists.iter().map(|list| list.id.as_str()).collect(),
            pages: book.pages.iter().map(|page| page.permalink.key()).collect(),
        }
    }
}

/// The icon; in the project's own theme it has the same name.
const ICON: &str = "assets/favicon.svg";
/// Digits of the digest in a name: 40 bits.
pub(super) const DIGITS: usize = 10;

/// The theme's files as artifacts, and where pages find them.
#[must_use]
pub fn theme_files(
    theme: &Theme,
    config: &Config,
    known: &Known<'_>,
    naming: AssetNaming,
) -> (ThemeFiles, Vec<Artifact<'static>>) {
    let in_page = in_page(theme, &joined(theme, &theme.early_scripts(), ""));
    let find_root = InPage::of(&[("", &joined(theme, &[theme.root_script()], ""))]);
    let mut artifacts = Vec::new();
    let mut add = |name: &str, extension: &str, bytes: Arc<[u8]>| {
        let artifact = named(name, extension, &bytes, naming)?;
        let path = artifact.path().clone();
        artifacts.push(artifact);
        Some(path)
    };
    let files = ThemeFiles {
        styles: add("chapbook", "css", joined(theme, &theme.styles(), "\n")).into_iter().collect(),
        inline_html: in_page.html.into(),
        scripts: add("chapbook", "js", guarded(theme, &theme.scripts())).into_iter().collect(),
        finder: add("search", "js", guarded(theme, &theme.search_scripts())),
        own_scripts: own_script(theme).and_then(|bytes| add("own", "js", bytes)).into_iter().collect(),
        formula_styles: add("formulas", "css", joined(theme, &theme.formula_styles(), "\n")).into_iter().collect(),
        list_styles: add("lists", "css", joined(theme, &theme.list_styles(), "\n")).into_iter().collect(),
        list_scripts: add("lists", "js", list_scripts(theme, known)).into_iter().collect(),
        list_tools: add("list-tools", "js", guarded(theme, &theme.list_tools())),
        engine: joined(theme, &theme.search_engine(), ";\n"),
        outline: joined(theme, &theme.outline_scripts(), ";\n"),
        redirect: lone_script(theme, theme.redirect_script(), "redirect", naming),
        find_root_csp: page_policy(config, &[in_page.sources.clone(), find_root.sources].concat()),
        find_root_html: find_root.html,
        icon: theme.file(ICON).and_then(|bytes| add("favicon", "svg", bytes.clone())),
        offline_scripts: add("offline", "js", joined(theme, &theme.offline_scripts(), ";\n")).into_iter().collect(),
        csp: page_policy(config, &in_page.sources),
        inline: inline_files(theme, known),
    };
    for (path, bytes) in theme.files("assets/").filter(|(path, _)| *path != ICON) {
        // Files of the project's own theme are named in its own templates and style sheets, so they keep their names.
        artifacts.extend(SitePath::new(path).map(|path| Artifact::File {
            path,
            role: Role::Asset,
            bytes: bytes.to_vec().into(),
        }));
    }
    (files, artifacts)
}

/// The scripts of the project's own theme, if it has any.
fn own_script(theme: &Theme) -> Option<Arc<[u8]>> {
    let own = theme.own_scripts();
    (!own.is_empty()).then(|| joined(theme, &own, ";\n"))
}

fn lone_script(theme: &Theme, file: &str, name: &str, naming: AssetNaming) -> Option<LoneScript> {
    let bytes = lean(theme, file)?;
    Some(LoneScript { path: asset_path(name, "js", &bytes, naming)?, bytes })
}

/// The same files as text, for the one-file export, which contains them.
fn inline_files(theme: &Theme, known: &Known<'_>) -> InlineFiles {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let one = |name: &str| text(&joined(theme, &[name], "\n"));
    let styles = [theme.formula_styles(), theme.styles(), theme.list_styles(), vec!["css/leaves.css"]].concat();
    let epub_styles = [theme.formula_styles(), vec!["css/image.css", "css/epub.css"]].concat();
    let before = [theme.scripts(), theme.search_scripts()].concat();
    let after = [theme.list_tools(), theme.single_file_scripts()].concat();
    let own = joined(theme, &theme.own_scripts(), ";\n");
    InlineFiles {
        styles: SitePath::new("assets/chapbook.css")
            .map(|path| (path, text(&joined(theme, &styles, "\n"))))
            .into_iter()
            .collect(),
        assets: theme.files("assets/").map(|(path, bytes)| (path.to_owned(), bytes.clone())).collect(),
        unscripted_style: one("css/unscripted.css"),
        early_script: text(&joined(theme, &theme.early_scripts(), ";\n")),
        script: text(&[guarded(theme, &before), list_scripts(theme, known), guarded(theme, &after), own].concat()),
        icon: theme.file(ICON).cloned().unwrap_or_default(),
        epub_style: text(&joined(theme, &epub_styles, "\n")),
        start_style: one("css/start.css"),
        worker: one("offline/worker.js"),
        worker_end: one("offline/end.js"),
    }
}

/// The scripts for lists. They start with the ids of all lists and the keys of all pages: data that is stored under another
/// name belongs to a list or page that was renamed.
fn list_scripts(theme: &Theme, known: &Known<'_>) -> Arc<[u8]> {
    let known = serde_json::json!(known);
    let scripts = guarded(theme, &theme.list_scripts());
    [format!("window.chapbook.known={known};\n").as_bytes(), &scripts].concat().into()
}

/// Scripts as one, in which an error of one is reported and does not keep the next from running.
fn guarded(theme: &Theme, names: &[&str]) -> Arc<[u8]> {
    let scripts = names.iter().filter_map(|name| lean(theme, name));
    let guarded = scripts.map(|script| [b"try{\n", &*script, b"\n}catch(e){setTimeout(()=>{throw e})}\n"].concat());
    guarded.collect::<Vec<_>>().concat().into()
}

fn joined(theme: &Theme, names: &[&str], separator: &str) -> Arc<[u8]> {
    let mut all = Vec::new();
    for part in names.iter().filter_map(|name| lean(theme, name)) {
        all.extend_from_slice(&part);
        all.extend_from_slice(separator.as_bytes());
    }
    all.into()
}

/// A file as it is published: without comments. A book's own files are not changed.
fn lean(theme: &Theme, name: &str) -> Option<Arc<[u8]>> {
    let file = theme.file(name)?;
    match std::str::from_utf8(file) {
        Ok(text) if !theme.is_overridden(name) => Some(shorter(name, &without_comments(text)).into_bytes().into()),
        _ => Some(file.clone()),
    }
}

/// Removes what browsers do not need, as far as the formatting of the theme's files shows it.
fn shorter(name: &str, text: &str) -> String {
    match name.rsplit_once('.') {
        Some((_, "css")) => tight(text),
        Some((_, "js")) => without_types(text),
        _ => text.to_owned(),
    }
}

/// A style sheet without the spaces that only people read.
fn tight(text: &str) -> String {
    let joined = text.replace('\n', " ");
    [("{ ", "{"), (" {", "{"), ("; ", ";"), (": ", ":"), ("} ", "}"), (" }", "}"), (", ", ","), (";}", "}")]
        .iter()
        .fold(joined, |text, (wide, narrow)| text.replace(wide, narrow))
}

/// A script without the type annotations within a line: `/** @type {A} */ (a)`.
fn without_types(text: &str) -> String {
    let mut parts = text.split("/** @");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once("*/").map_or(part, |(_, behind)| behind.trim_start_matches(' '))
    })
}

/// Removes comment lines, and the indentation of other lines.
fn without_comments(text: &str) -> String {
    let mut inside = false;
    let mut lean = String::with_capacity(text.len());
    for line in text.lines() {
        let mut rest = line.trim_start();
        while inside || rest.starts_with("/*") {
            // What follows a comment on its line stays: type annotations are often before a value.
            let Some((_, behind)) = rest.split_once("*/") else {
                inside = true;
                break;
            };
            (inside, rest) = (false, behind.trim_start());
        }
        if !inside && !rest.is_empty() && !rest.starts_with("//") {
            lean.push_str(rest);
            lean.push('\n');
        }
    }
    lean
}

fn named(name: &str, extension: &str, bytes: &[u8], naming: AssetNaming) -> Option<Artifact<'static>> {
    let path = asset_path(name, extension, bytes, naming)?;
    Some(Artifact::File { path, role: Role::Asset, bytes: bytes.to_vec().into() })
}

fn asset_path(name: &str, extension: &str, bytes: &[u8], naming: AssetNaming) -> Option<SitePath> {
    let path = match naming {
        AssetNaming::Plain => format!("assets/{name}.{extension}"),
        AssetNaming::Digest => format!("assets/{name}-{}.{extension}", Digest::of(bytes).hex(DIGITS)),
    };
    SitePath::new(&path)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn comments_are_not_published() {
        for (text, lean) in [
            ("/**\n * a\n */\n(() => {\n  // why\n  go(); // stays\n})();\n", "(() => {\ngo(); // stays\n})();\n"),
            ("/* one */\na { b: c }\n\n", "a { b: c }\n"),
            ("/** @type {A} */ (a).b = c;\n/* two\n */ d();\n", "(a).b = c;\nd();\n"),
            ("  const a = /\\*\\//u;\n", "const a = /\\*\\//u;\n"),
        ] {
            assert_eq!(without_comments(text), lean);
        }
    }

    #[test]
    fn the_theme_is_sent_as_browsers_need_it() {
        let sheet =
            "a:not(b) :is(c, d) {\nx: y;\n& + & { z: calc(1px + 2px); }\n}\n@media (width >= 5rem) { e { f: g } }\n";
        let tight = "a:not(b) :is(c,d){x:y;& + &{z:calc(1px + 2px)}}@media (width >= 5rem){e{f:g}}";
        assert_eq!(shorter("css/a.css", sheet), tight);
        let script = "const a = /** @type {A} */ (b);\nf((/** @type {C} */ c) => c);\n";
        assert_eq!(shorter("js/a.js", script), "const a = (b);\nf((c) => c);\n");
    }

    #[test]
    fn an_error_of_one_script_does_not_stop_the_next() {
        let own = BTreeMap::from([("js/ask.js".to_owned(), Arc::from(&b"null.x // mine"[..]))]);
        let text = guarded(&Theme::with_overrides(own), &["js/ask.js", "js/lazy-load.js"]);
        let text = std::str::from_utf8(&text).unwrap();
        let (first, next) = text.split_once("}catch(e){setTimeout(()=>{throw e})}\n").unwrap();
        assert_eq!(first, "try{\nnull.x // mine\n");
        assert!(next.starts_with("try{\n(() => {\n"), "{next}");
    }

    #[test]
    fn own_files_stay_as_they_are() {
        let own = BTreeMap::from([("js/own.js".to_owned(), Arc::from(&b"// mine\n"[..]))]);
        let (_, artifacts) =
            theme_files(&Theme::with_overrides(own), &Config::default(), &Known::default(), AssetNaming::Plain);
        let script = artifacts.iter().find(|artifact| artifact.path().as_str() == "assets/own.js");
        let Some(Artifact::File { bytes, .. }) = script else { panic!("no script") };
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(text.contains("// mine") && !text.contains("\n * "), "{text}");
    }
}
