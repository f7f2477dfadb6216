//! Findings for people: the line they speak of, with carets under what is meant.

use std::collections::BTreeSet;

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::code::Severity;
use super::excerpt::excerpt;
use super::locate::locate;
use super::report::{Diagnostic, Place, Report, Texts};
use crate::escape::one_line;

/// Columns of an excerpt; longer lines are cut around what is marked.
const WIDTH: usize = 100;

/// Whether messages are coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// With ANSI escapes.
    On,
    /// Plain.
    Off,
}

/// Writes all findings with excerpts, a blank line between them; each code tells once how to learn more.
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
            let more = format!("`chapbook explain {}` tells more", item.code.name);
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
        group = group.elements(shown(place, None, texts, prefix));
    }
    for (place, label) in &item.also {
        group = group.elements(shown(place, Some(one_line(label)), texts, prefix));
    }
    match &item.help {
        Some(help) => group.element(Level::HELP.message(one_line(help))),
        None => group,
    }
}

fn shown<'a>(place: &Place, label: Option<String>, texts: &Texts, prefix: &str) -> Vec<Element<'a>> {
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
