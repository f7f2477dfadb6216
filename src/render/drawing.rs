//! Writes drawings of raw HTML: `<svg>` elements, whose tags are the same in a page and in an EPUB.

use super::body::Writer;
use crate::chapter::{RawAttribute, RawToken};
use crate::escape::push_text;

impl<'a> Writer<'a> {
    /// Writes a token if it is part of a drawing. Returns whether it is.
    pub(super) fn drawing(&mut self, token: &'a RawToken) -> bool {
        let begins = matches!(token, RawToken::Open { name: "svg", .. });
        if self.drawing == 0 && !begins {
            return false;
        }
        match token {
            RawToken::Open { name, attributes } => self.drawing_start(name, attributes),
            RawToken::Close(name) => {
                self.drawing = self.drawing.saturating_sub(1);
                self.put(format_args!("</{name}>"));
            }
            RawToken::Text(text) => push_text(text, &mut self.html),
            RawToken::Comment(_) | RawToken::Markup(_) => {}
        }
        true
    }

    fn drawing_start(&mut self, name: &str, attributes: &'a [RawAttribute]) {
        self.drawing += 1;
        self.put(format_args!("<{name}"));
        if name == "svg" && self.is_epub() {
            self.epub.drawing = true;
            self.html.push_str(" xmlns=\"http://www.w3.org/2000/svg\"");
        }
        for attribute in attributes {
            self.raw_attribute(attribute);
        }
        self.html.push('>');
    }
}
