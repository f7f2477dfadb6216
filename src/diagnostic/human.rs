//! The human-readable format: the line of each diagnostic, with carets under the place.

use std::collections::BTreeSet;

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::code::Severity;
use super::excerpt::excerpt;
use super::locate::locate;
use super::report::{Diagnostic, Place, Report, Texts};
use crate::escape::one_line;

/// The width of an excerpt in columns; longer lines are cut around the marked part.
const WIDTH: usize = 100;

/// Whether output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// With ANSI escapes.
    On,
    /// Without them.
    Off,
}

/// Formats all diagnostics with excerpts, each followed by a blank line. The first diagnostic of each code has a note that
/// names `chapbook explain`.
pub(super) fn human(report: &Report, texts: &Texts, prefix: &str, colour: Colour) -> String {
    let renderer = match colour {
        Colour::On => Renderer::styled(),
        Colour::Off => Renderer::plain(),
    }
    .term_width(WIDTH);
    let mut seen = BTreeSet::new();
    let mut out = String::new();
    for item in report.iter() {
        let mut group = group(item, texts, prefix);
        if seen.insert(item.code.name) {
            let more = format!("run `chapbook explain {}` for more", item.code.name);
            group = group.element(Level::NOTE.message(more));
        }
        out.push_str(&renderer.render(&[group]));
        out.push_str("\n\n");
    }
    out
}

fn group<'a>(item: &'a Diagnostic, texts: &'a Texts, prefix: &str) -> Group<'a> {
    let level = if item.severity == Severity::Error { Level::ERROR } else { Level::WARNING };
    let mut group = Group::with_title(level.primary_title(one_line(&item.message)).id(item.code.name));
    if let Some(place) = &item.at {
        group = group.elements(snippet(place, None, texts, prefix));
    }
    for (place, label) in &item.also {
        group = group.elements(snippet(place, Some(one_line(label)), texts, prefix));
    }
    match &item.help {
        Some(help) => group.element(Level::HELP.message(one_line(help))),
        None => group,
    }
}

fn snippet<'a>(place: &Place, label: Option<String>, texts: &Texts, prefix: &str) -> Vec<Element<'a>> {
    let located = locate(texts, place, prefix);
    let (Some((start, _)), Some(text)) = (located.range, texts.get(&place.file)) else {
        let label = label.map(|label| Element::from(Level::NOTE.message(label)));
        return std::iter::once(Element::from(Origin::path(located.file))).chain(label).collect();
    };
    let kind = if label.is_some() { AnnotationKind::Context } else { AnnotationKind::Primary };
    let excerpt = excerpt(text, place.span.range());
    let annotation: Annotation<'a> = kind.span(excerpt.marked).label(label);
    vec![Snippet::source(excerpt.text).path(located.file).line_start(start.line).annotation(annotation).into()]
}
