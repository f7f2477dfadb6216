//! Builds the tokens of a drawing: an `<svg>` element with what `svg.rs` allows of its content. Everything else is left out
//! and reported.

use std::ops::Range;

use super::anchor;
use super::nodes::{RawAttribute, RawToken};
use super::raw_html::{Piece, Token, TokenAttribute};
use super::svg::{self, Value};
use super::tree::Builder;
use crate::diagnostic::{Diagnostic, codes};
use crate::path::Anchor;

/// A drawing that is being read.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    /// The elements that are open, outermost first.
    open: Vec<&'static str>,
    /// How many tokens there are before it.
    start: usize,
    /// An element that is left out with its content, and how many of its name are open.
    removing: Option<(String, usize)>,
}

/// How deep the elements of a drawing may be nested: each end tag is compared with all open ones.
const MAX_DEPTH: usize = 64;

/// Whether a drawing goes on behind a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// It does.
    Open,
    /// The token was its end tag.
    Ended,
}

impl Builder<'_, '_> {
    /// Adds what is allowed of one token of a drawing; the first is its start tag.
    pub(super) fn drawing_token(
        &mut self,
        drawing: &mut Drawing,
        token: Token,
        piece: &Piece,
        out: &mut Vec<RawToken>,
    ) -> Progress {
        if drawing.skips(&token) {
            return Progress::Open;
        }
        match token {
            Token::Start { name, attributes, closed, range } => {
                self.drawing_start(drawing, (&name, &attributes, closed), &piece.source_range(&range), (piece, out));
            }
            Token::End { name, .. } => drawing.end(&name, out),
            Token::Text { text, .. } if drawing.open.last().is_some_and(|name| svg::has_text(name)) => {
                out.push(RawToken::Text(text));
            }
            Token::Text { text, range } if !text.trim().is_empty() => {
                self.report_drawing(&piece.source_range(&range), "text outside of `<text>` is left out");
            }
            Token::Text { .. } | Token::Comment { .. } | Token::Declaration(_) => {}
        }
        if drawing.open.is_empty() { Progress::Ended } else { Progress::Open }
    }

    /// Leaves out a drawing that is not closed in its block. A blank line inside it is the usual reason.
    pub(super) fn drop_drawing(&mut self, drawing: &Drawing, range: &Range<usize>, out: &mut Vec<RawToken>) {
        out.truncate(drawing.start);
        self.report_drawing(range, "`<svg>` is not closed in its block and is left out; a blank line ends a block");
    }

    fn drawing_start(
        &mut self,
        drawing: &mut Drawing,
        (name, attributes, closed): (&str, &[TokenAttribute], bool),
        range: &Range<usize>,
        (piece, out): (&Piece, &mut Vec<RawToken>),
    ) {
        let in_text = drawing.open.last().is_some_and(|name| svg::has_only_text(name));
        let allowed = !in_text && drawing.open.len() < MAX_DEPTH;
        let Some(element) = svg::element(name).filter(|_| allowed) else {
            self.report_drawing(range, &format!("`<{name}>` is not allowed in a drawing and is left out"));
            drawing.removing = (!closed).then(|| (name.to_owned(), 1));
            return;
        };
        let attributes = attributes.iter().filter_map(|it| self.drawing_attribute(element, it, piece)).collect();
        out.push(RawToken::Open { name: element, attributes });
        if closed {
            out.push(RawToken::Close(element));
        } else {
            drawing.open.push(element);
        }
    }

    fn drawing_attribute(
        &mut self,
        element: &'static str,
        written: &TokenAttribute,
        piece: &Piece,
    ) -> Option<RawAttribute> {
        // The namespace is that of the element, in every page.
        if written.name.starts_with("xmlns") || written.name == "version" {
            return None;
        }
        let range = piece.source_range(&written.range);
        let name = svg::attribute(if written.name == "xlink:href" { "href" } else { &written.name });
        let name = name.filter(|name| *name != "href" || element == "use");
        let Some((name, value)) = name.and_then(|name| Some((name, svg::value(name, &written.value)?))) else {
            self.report_removed_attribute(element, &written.name, range);
            return None;
        };
        match (name, value) {
            ("id", _) => self.drawing_id(element, &written.value, range),
            ("class", _) => Some(RawAttribute::Plain(name, self.without_theme_classes(element, &written.value, range))),
            (_, Value::Plain) => Some(RawAttribute::Plain(name, written.value.clone())),
            (_, Value::Place(id)) => Some(RawAttribute::Place(name, id.to_owned())),
            (_, Value::Paint(id)) => Some(RawAttribute::Paint(name, id.to_owned())),
        }
    }

    fn drawing_id(&mut self, element: &str, value: &str, range: Range<usize>) -> Option<RawAttribute> {
        let Some(id) = Anchor::written(value) else {
            self.report_removed_attribute(element, "id", range);
            return None;
        };
        let reserved = anchor::is_reserved(&id);
        self.raw_id(id, range);
        (!reserved).then(|| RawAttribute::Plain("id", value.to_owned()))
    }

    fn report_drawing(&mut self, range: &Range<usize>, message: &str) {
        let diagnostic = Diagnostic::new(&codes::RAW_HTML, message.to_owned());
        let help = "save the drawing as a file next to the chapter, and show it with `![…](drawing.svg)`";
        self.diagnostics.add(range.clone(), diagnostic.help(help));
    }
}

impl Drawing {
    /// A drawing behind so many tokens.
    pub(super) fn behind(start: usize) -> Self {
        Self { start, ..Self::default() }
    }

    /// Whether a token is inside an element that is left out.
    fn skips(&mut self, token: &Token) -> bool {
        let Some((removed, depth)) = &mut self.removing else { return false };
        match token {
            Token::Start { name, closed: false, .. } if name == removed => *depth += 1,
            Token::End { name, .. } if name == removed => *depth -= 1,
            // The end of the drawing ends everything inside it.
            Token::End { name, .. } if name == "svg" => {
                self.removing = None;
                return false;
            }
            _ => {}
        }
        if *depth == 0 {
            self.removing = None;
        }
        true
    }

    /// Closes an element and those inside it.
    fn end(&mut self, name: &str, out: &mut Vec<RawToken>) {
        let Some(element) = svg::element(name) else { return };
        if let Some(at) = self.open.iter().rposition(|open| *open == element) {
            out.extend(self.open.drain(at..).rev().map(RawToken::Close));
        }
    }
}
