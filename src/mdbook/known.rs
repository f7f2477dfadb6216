//! The keys of `book.toml` that chapbook knows. All others are reported together in one warning.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::ConfigFile;
use crate::diagnostic::{Diagnostic, Place, Report, codes};

/// Tables and their keys. Keys for mdBook's search and appearance are known and ignored.
const KEYS: &[(&str, &[&str])] = &[
    ("", &["book", "build", "rust", "output", "preprocessor"]),
    ("book", &["title", "authors", "description", "src", "language", "text-direction"]),
    ("build", &["build-dir", "create-missing", "use-default-preprocessors", "extra-watch-dirs"]),
    ("rust", &["edition"]),
    (
        "output.html",
        &[
            "theme",
            "default-theme",
            "preferred-dark-theme",
            "smart-punctuation",
            "definition-lists",
            "admonitions",
            "mathjax-support",
            "additional-css",
            "additional-js",
            "fold",
            "playground",
            "code",
            "print",
            "no-section-label",
            "search",
            "git-repository-url",
            "git-repository-icon",
            "input-404",
            "site-url",
            "cname",
            "edit-url-template",
            "redirect",
            "hash-files",
            "sidebar-header-nav",
        ],
    ),
];

/// Keys of mdBook 0.4 and older versions that are still read.
const OLD: [&str; 7] =
    ["book.author", "output.html.playpen", "output.html.curly-quotes", "title", "author", "source", "dest"];

/// Reports the unknown keys in one diagnostic, placed at the first.
pub(super) fn report_unknown(file: &ConfigFile, report: &mut Report) {
    let (document, _) = DeTable::parse_recoverable(&file.text);
    let mut unknown: Vec<(usize, String)> = Vec::new();
    for (path, keys) in KEYS {
        let mut names = path.split('.').filter(|name| !name.is_empty());
        let table = names.try_fold(document.get_ref(), |table, name| {
            table.get(name).map(Spanned::get_ref).and_then(DeValue::as_table)
        });
        for key in table.into_iter().flat_map(DeTable::keys) {
            let name = key.get_ref();
            let full = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
            if !keys.contains(&&**name) && !OLD.contains(&full.as_str()) {
                unknown.push((key.span().start, full));
            }
        }
    }
    unknown.sort();
    let Some((first, name)) = unknown.first().cloned() else { return };
    let line = |at: usize| file.text[..at].matches('\n').count() + 1;
    let shown: Vec<String> = unknown.iter().map(|(at, name)| format!("`{name}` (line {})", line(*at))).collect();
    let length = name.rsplit('.').next().unwrap_or_default().len();
    let place = Place { file: file.name.clone(), span: (first..(first + length).min(file.text.len())).into() };
    let message = format!("keys that chapbook does not use: {}", shown.join(", "));
    report.add(
        Diagnostic::new(&codes::CONFIG, message)
            .at(place)
            .help("check the spelling, or leave them: the book is built without them"),
    );
}
