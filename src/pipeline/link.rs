//! From chapters to a book, and with the theme to all that pages are made from.

use super::cache::{Cache, program};
use super::opened::Opened;
use super::parse::{Parsed, options_key};
use crate::book::assemble;
use crate::config::Project;
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::digest::Digest;
use crate::error::Error;
use crate::output::{Artifact, Known, own_files, theme_files};
use crate::render::{Edition, Facts, Templates, ThemeFiles, Trees};
use crate::theme::Theme;

/// A book whose links are resolved, with its theme.
pub(super) struct Linked {
    /// What all pages are made from.
    pub(super) edition: Edition,
    /// The theme's files, for the site.
    pub(super) theme: Vec<Artifact<'static>>,
}

/// Puts the chapters together and resolves their links.
///
/// # Errors
/// If a template of the theme cannot be compiled.
pub(super) fn link(parsed: Parsed, opened: &Opened, cache: &Cache, report: &mut Report) -> Result<Linked, Error> {
    let Parsed { loaded, chapters, days, options } = parsed;
    let (project, theme, sources) = (&opened.project, loaded.theme, loaded.sources);
    let book = assemble(project, &chapters, (sources.summary.as_ref(), &sources.included), sources.assets, report);
    let (mut files, mut artifacts) = theme_files(&theme, &project.config, &Known::of(&book), opened.plan.naming);
    artifacts.extend(own_files(loaded.own_files, &mut files));
    let strings = theme.strings(&project.config.book.language);
    report_untranslated(&theme, project, report);
    let edition = Edition {
        facts: Facts::of(&book, &project.config.output),
        surroundings: surroundings(opened, &theme, &files, &options_key(&options)),
        templates: Templates::new(&theme, &strings)?,
        own_templates: theme.has_overridden_templates(),
        trees: Trees::new(sources.chapters, options),
        project: project.clone(),
        highlights: cache.highlights.clone(),
        theme: files,
        strings,
        days,
        book,
    };
    Ok(Linked { edition, theme: artifacts })
}

/// Reports once if the theme has no texts in the language of the book: readers then see buttons in English.
fn report_untranslated(theme: &Theme, project: &Project, report: &mut Report) {
    let language = &project.config.book.language;
    if theme.has_strings(language) {
        return;
    }
    let primary = language.split('-').next().unwrap_or_default();
    let message = format!("there are no texts of the interface in `{language}`; they are in English");
    let file = format!("{}/strings/{primary}.toml", project.config.theme.dir);
    let help = format!("write them in `{file}`; one line changes one text: `search = \"…\"`");
    let diagnostic = Diagnostic::new(&codes::UNTRANSLATED, message).help(help);
    report.add(Diagnostic { at: project.place(&["book", "language"]), ..diagnostic });
}

/// The digest of all that decides how pages look besides their text.
fn surroundings(opened: &Opened, theme: &Theme, files: &ThemeFiles, options: &str) -> Digest {
    // The scripts of lists know the names of all lists in the book.
    let lists = (&files.list_styles, &files.list_scripts);
    let all = format!("{:?} {:?} {:?} {lists:?}", opened.project.config, opened.request, program());
    Digest::of_parts([all.as_bytes(), options.as_bytes(), &theme.digest().0])
}
