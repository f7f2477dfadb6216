//! The human-readable format: the line of each diagnostic, with carets under the place.

use std::collections::BTreeSet;

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::code::Severity;
use super::excerpt::excerpt;
use super::kinds::{kinds, table};
use super::locate::Locator;
use super::report::{Diagnostic, Place, Report};
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

/// Up to this number, every diagnostic is shown with its excerpt.
const FEW: usize = 30;

/// How many places of a code are shown if there are more diagnostics.
const PLACES: usize = 3;

/// Formats diagnostics with excerpts, each followed by a blank line. The first diagnostic of each code has a note that
/// names `chapbook explain`. If there are many, the first ones of each code are shown, and a table has the numbers.
pub(super) fn human(report: &Report, locator: &Locator<'_>, colour: Colour) -> String {
    let renderer = match colour {
        Colour::On => Renderer::styled(),
        Colour::Off => Renderer::plain(),
    }
    .term_width(WIDTH);
    let mut seen = BTreeSet::new();
    let mut show = |out: &mut String, item: &Diagnostic| {
        let mut group = group(item, locator);
        if seen.insert(item.code.name) {
            let more = format!("run `chapbook explain {}` for more", item.code.name);
            group = group.element(Level::NOTE.message(more));
        }
        out.push_str(&renderer.render(&[group]));
        out.push_str("\n\n");
    };
    let mut out = String::new();
    if report.iter().count() <= FEW {
        report.iter().for_each(|item| show(&mut out, item));
        return out;
    }
    let kinds = kinds(report);
    for kind in &kinds {
        kind.items.iter().take(PLACES).for_each(|item| show(&mut out, item));
    }
    out.push_str(&table(&kinds));
    out
}

fn group<'a>(item: &'a Diagnostic, locator: &Locator<'_>) -> Group<'a> {
    let level = if item.severity == Severity::Error { Level::ERROR } else { Level::WARNING };
    let mut group = Group::with_title(level.primary_title(one_line(&item.message)).id(item.code.name));
    if let Some(place) = &item.at {
        group = group.elements(snippet(place, None, locator));
    }
    for (place, label) in &item.also {
        group = group.elements(snippet(place, Some(one_line(label)), locator));
    }
    match &item.help {
        Some(help) => group.element(Level::HELP.message(one_line(help))),
        None => group,
    }
}

fn snippet<'a>(place: &Place, label: Option<String>, locator: &Locator<'_>) -> Vec<Element<'a>> {
    let located = locator.locate(place);
    let (Some((start, _)), Some(text)) = (located.range, locator.text(&place.file)) else {
        let label = label.map(|label| Element::from(Level::NOTE.message(label)));
        return std::iter::once(Element::from(Origin::path(located.file))).chain(label).collect();
    };
    let kind = if label.is_some() { AnnotationKind::Context } else { AnnotationKind::Primary };
    let excerpt = excerpt(text, place.span.range());
    let annotation: Annotation<'a> = kind.span(excerpt.marked).label(label);
    vec![Snippet::source(excerpt.text).path(located.file).line_start(start.line).annotation(annotation).into()]
}
