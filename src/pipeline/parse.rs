//! From texts to trees.

use std::sync::Arc;

use super::cache::Cache;
use super::dates::Dates;
use super::load::Loaded;
use super::opened::Opened;
use super::parse_cache::parse_all;
use crate::chapter::{Chapter, ParseOptions};
use crate::config::Config;
use crate::diagnostic::Report;
use crate::source::Days;

/// A book whose chapters are parsed, each by itself.
pub(super) struct Parsed {
    /// What was read; its history is read to the end.
    pub(super) loaded: Loaded,
    /// The chapters, one for each text.
    pub(super) chapters: Vec<Arc<Chapter>>,
    /// The day each chapter's file last changed, as far as it is known.
    pub(super) days: Arc<Days>,
    /// How the chapters were parsed.
    pub(super) options: ParseOptions,
}

/// Parses all chapters, while git reads on which days they changed.
pub(super) fn parse(mut loaded: Loaded, opened: &Opened, cache: &mut Cache, report: &mut Report) -> Parsed {
    let options = parse_options(&opened.project.config);
    let key = options_key(&options);
    let dates = Dates::of(loaded.history.take(), &loaded.sources, cache);
    let (chapters, days) = std::thread::scope(|scope| {
        let days = scope.spawn(|| dates.read());
        let chapters =
            parse_all(&loaded.sources.chapters, (&options, key.as_bytes()), opened.plan.blocks, cache, report);
        (chapters, days.join().unwrap_or_default())
    });
    dates.keep(&days, cache);
    Parsed { loaded, chapters, days, options }
}

/// What a parsed chapter depends on besides its text, as a key. Debug text serves: it names every field, and lists are
/// sorted.
pub(super) fn options_key(options: &ParseOptions) -> String {
    format!("{options:?}")
}

/// How the chapters of a book are parsed.
pub(super) fn parse_options(config: &Config) -> ParseOptions {
    let mut variables = config.variables.clone();
    let book = &config.book;
    let own = [
        ("title", &book.title),
        ("description", &book.description),
        ("url", &book.url),
        ("revised", &book.revised),
        ("id", &book.id),
    ];
    for (name, value) in own {
        if let Some(value) = value {
            variables.entry(name.to_owned()).or_insert_with(|| value.clone());
        }
    }
    ParseOptions { markdown: config.markdown.clone(), variables }
}
