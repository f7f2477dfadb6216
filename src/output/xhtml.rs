//! HTML of ours as XHTML for an EPUB: well formed by construction, without what only a browser has a use for.
//!
//! In: a chapter's HTML in the EPUB's links. Out: XHTML, and what the package must say of it. Every tag that is opened is
//! closed, whatever stands between; values and text are those of the writer, which escapes them as XML does too.

use std::collections::BTreeSet;

use super::inline::media_type;
use super::tags::{Piece, Tag, pieces};
use crate::escape::attribute;
use crate::path::decode;

/// A document's body and what the package says of it.
#[derive(Debug, Default)]
pub(super) struct Xhtml {
    /// The body's content.
    pub(super) body: String,
    /// Whether it holds a formula.
    pub(super) math: bool,
    /// Pictures that it shows, as their hrefs are written.
    pub(super) images: BTreeSet<String>,
}

/// What the writer needs to know of the book.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words<'a> {
    /// What a box says that is ticked.
    pub(super) ticked: &'a str,
    /// What a box says that is not.
    pub(super) open: &'a str,
}

/// Elements that go with all that is in them.
const DROPPED: &[&str] = &["button", "dialog", "script", "select", "style", "svg", "template", "textarea"];
/// Classes of elements that go with all that is in them: controls, and what only paper or a screen shows.
const DROPPED_CLASSES: &[&str] = &[
    "cb-anchor",
    "cb-checklist__foot",
    "cb-checklist__progress",
    "cb-js-only",
    "cb-line--hidden",
    "cb-targets",
    "cb-visually-hidden",
];
/// Attributes that stay, `data-…` never among them.
const KEPT: &[&str] = &[
    "alt",
    "aria-hidden",
    "aria-label",
    "class",
    "colspan",
    "datetime",
    "dir",
    "href",
    "id",
    "lang",
    "open",
    "role",
    "rowspan",
    "scope",
    "src",
    "start",
    "title",
    "value",
];
/// Pictures that every reader shows (EPUB 3.3, section 3.2).
const PICTURES: &[&str] = &["image/gif", "image/jpeg", "image/png", "image/svg+xml", "image/webp"];

/// Elements that hold nothing but running text.
const RUNNING: &[&str] = &[
    "abbr", "b", "bdi", "bdo", "cite", "code", "dfn", "em", "h1", "h2", "h3", "h4", "h5", "h6", "i", "kbd", "mark",
    "p", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var",
];

/// What an open element closes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End<'h> {
    /// Its end tag, under its own name or another.
    Tag(&'h str),
    /// Nothing: it was left out, its content stays.
    Nothing,
    /// Nothing, and all up to here is left out.
    Dropped,
}

/// Writes HTML as XHTML.
pub(super) fn xhtml(html: &str, words: Words<'_>) -> Xhtml {
    let mut writer = Writer { words, out: Xhtml::default(), open: Vec::new(), dropped: 0, notes: Vec::new() };
    pieces(html).for_each(|piece| writer.piece(piece));
    while let Some((_, end)) = writer.open.pop() {
        writer.end(end);
    }
    writer.out
}

struct Writer<'h, 'w> {
    words: Words<'w>,
    out: Xhtml,
    /// Open elements by the name they are closed by, innermost last.
    open: Vec<(&'h str, End<'h>)>,
    /// How many of them are left out with all that is in them.
    dropped: usize,
    /// How many elements are open outside of each section of footnotes.
    notes: Vec<usize>,
}

impl<'h> Writer<'h, '_> {
    fn piece(&mut self, piece: Piece<'h>) {
        match piece {
            Piece::Text(text) if self.dropped == 0 => push_text(text, &mut self.out.body),
            Piece::Text(_) | Piece::Other(_) => {}
            Piece::Open(tag) => self.start(tag),
            Piece::Close(name) => self.close(name),
        }
    }

    fn start(&mut self, tag: Tag<'h>) {
        if tag.is_void() {
            if self.dropped == 0 {
                self.void(tag);
            }
            return;
        }
        let end = if self.dropped > 0 { End::Nothing } else { self.written_start(tag) };
        self.dropped += usize::from(end == End::Dropped);
        self.open.push((tag.name, end));
    }

    /// Closes an element, and those in it that were left open; an end tag of nothing is passed over.
    fn close(&mut self, name: &str) {
        let Some(at) = self.open.iter().rposition(|(open, _)| *open == name) else { return };
        while self.open.len() > at {
            if let Some((_, end)) = self.open.pop() {
                self.end(end);
            }
        }
    }

    fn end(&mut self, end: End<'_>) {
        match end {
            End::Tag(name) if self.dropped == 0 => self.out.body.extend(["</", name, ">"]),
            End::Dropped => self.dropped -= 1,
            End::Tag(_) | End::Nothing => {}
        }
        if self.notes.last().is_some_and(|outside| self.open.len() <= *outside) {
            self.notes.pop();
        }
    }

    /// Writes a start tag and says what closes it.
    fn written_start(&mut self, tag: Tag<'h>) -> End<'h> {
        let is_dropped = DROPPED.contains(&tag.name) || DROPPED_CLASSES.iter().any(|class| tag.has_class(class));
        if is_dropped {
            return End::Dropped;
        }
        if tag.has_class("cb-missing-image") {
            self.out.body.push_str("<span class=\"cb-missing-image\">");
            push_text(tag.value("aria-label").unwrap_or_default(), &mut self.out.body);
            return End::Tag("span");
        }
        if tag.has_class("cb-footnotes") {
            self.notes.push(self.open.len());
            self.out.body.push_str("<section class=\"cb-footnotes\" epub:type=\"footnotes\"");
            self.out.body.push('>');
            return End::Tag("section");
        }
        match (tag.name, self.notes.last().map(|outside| self.open.len() - outside)) {
            // Readers show a footnote of its own, not an item of a list, over the text that refers to it.
            ("ol", Some(1)) => End::Nothing,
            ("li", Some(2)) => self.note(tag),
            ("a", _) if !is_address(tag.value("href")) => End::Nothing,
            ("a", _) => {
                let kind = tag.value("role") == Some("doc-noteref");
                self.element("a", tag, if kind { " epub:type=\"noteref\"" } else { "" })
            }
            // Without its box nothing is labelled.
            ("label", _) => self.element("span", tag, ""),
            ("center" | "div" | "p", _) if self.is_running_text() => self.element("span", tag, ""),
            ("center", _) => self.element("div", tag, ""),
            ("math", _) => {
                self.out.math = true;
                self.foreign(tag)
            }
            _ if self.open.iter().any(|(name, _)| *name == "math") => self.foreign(tag),
            (name, _) => self.element(name, tag, ""),
        }
    }

    /// Whether only running text may stand here; browsers forgive a block, XML's schema does not.
    fn is_running_text(&self) -> bool {
        let written = self.open.iter().rev().filter_map(|(_, end)| match end {
            End::Tag(name) => Some(*name),
            _ => None,
        });
        written
            .into_iter()
            .find(|name| !matches!(*name, "a" | "del" | "ins"))
            .is_some_and(|name| RUNNING.contains(&name))
    }

    fn note(&mut self, tag: Tag<'h>) -> End<'h> {
        let number = tag.value("value").unwrap_or_default();
        let id = tag.value("id").unwrap_or_default();
        self.out.body.extend([
            "<aside class=\"cb-note\" epub:type=\"footnote\" role=\"doc-footnote\" id=\"",
            id,
            "\"><span class=\"cb-note__number\">",
            number,
            "</span> ",
        ]);
        End::Tag("aside")
    }

    fn element(&mut self, name: &'h str, tag: Tag<'_>, more: &str) -> End<'h> {
        self.out.body.extend(["<", name]);
        self.attributes(tag);
        self.out.body.extend([more, ">"]);
        End::Tag(name)
    }

    /// Elements of formulas keep their own attributes.
    fn foreign(&mut self, tag: Tag<'h>) -> End<'h> {
        self.out.body.extend(["<", tag.name]);
        if tag.name == "math" {
            self.out.body.push_str(" xmlns=\"http://www.w3.org/1998/Math/MathML\"");
        }
        for (name, value) in tag.attributes().filter(|(name, _)| *name != "xmlns" && !name.starts_with("data-")) {
            self.attribute(name, value);
        }
        self.out.body.push('>');
        End::Tag(tag.name)
    }

    fn void(&mut self, tag: Tag<'h>) {
        match tag.name {
            "input" => self.tick_box(tag),
            "img" => self.image(tag),
            "br" | "hr" | "wbr" | "col" => {
                self.out.body.extend(["<", tag.name]);
                self.attributes(tag);
                self.out.body.push_str("/>");
            }
            _ if self.open.iter().any(|(name, _)| *name == "math") => {
                if let End::Tag(name) = self.foreign(tag) {
                    self.out.body.extend(["</", name, ">"]);
                }
            }
            _ => {}
        }
    }

    /// A box as a glyph: e-ink shows it, and nobody is asked to tick what cannot be kept.
    fn tick_box(&mut self, tag: Tag<'_>) {
        if tag.value("type") != Some("checkbox") {
            return;
        }
        let (glyph, words) =
            if tag.value("checked").is_some() { ("☑", self.words.ticked) } else { ("☐", self.words.open) };
        self.out.body.push_str("<span class=\"cb-item__box\" role=\"img\"");
        self.attribute("aria-label", &attribute(words));
        self.out.body.extend([">", glyph, "</span> "]);
    }

    fn image(&mut self, tag: Tag<'_>) {
        let source = tag.value("src").unwrap_or_default();
        let is_shown = source.starts_with("data:") || PICTURES.contains(&media_type(&decode(source)));
        if !is_shown || source.contains("://") {
            self.out.body.push_str("<span class=\"cb-missing-image\">");
            self.out.body.push_str(tag.value("alt").unwrap_or_default());
            self.out.body.push_str("</span>");
            return;
        }
        if !source.starts_with("data:") {
            self.out.images.insert(source.to_owned());
        }
        self.out.body.push_str("<img");
        self.attributes(tag);
        for name in ["width", "height"] {
            let number = |value: &&str| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
            if let Some(value) = tag.value(name).filter(number) {
                self.attribute(name, value);
            }
        }
        if tag.value("alt").is_none() {
            self.attribute("alt", "");
        }
        self.out.body.push_str("/>");
    }

    fn attributes(&mut self, tag: Tag<'_>) {
        for (name, value) in tag.attributes() {
            match name {
                "open" => self.attribute("open", "open"),
                "align" if !tag.has_class("cb-left") && tag.value("class").is_none() => {
                    self.attribute("class", &format!("cb-align-{value}"));
                }
                "lang" => {
                    self.attribute("lang", value);
                    self.attribute("xml:lang", value);
                }
                "value" if tag.name != "li" => {}
                "role" if value == "doc-endnotes" => {}
                _ if KEPT.contains(&name) => self.attribute(name, value),
                _ => {}
            }
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.body.extend([" ", name, "=\""]);
        push_text(value, &mut self.out.body);
        self.out.body.push('"');
    }
}

/// Whether a link leads somewhere from inside the EPUB: to a chapter, to a place in this one, or to another site. A file
/// of the book that is no chapter is none: readers have no way to show it.
fn is_address(href: Option<&str>) -> bool {
    let Some(href) = href else { return true };
    let path = href.split('#').next().unwrap_or_default();
    let scheme = path.split_once(':').filter(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric()));
    // What no address may hold was written by mistake, and readers refuse the whole book for it.
    let is_sound = !href.contains(['[', ']', '<', '>', '"', '\\', '^', '`', '{', '|', '}', ' ']);
    path.is_empty() || path.rsplit_once('.').is_some_and(|(_, end)| end == "xhtml") || scheme.is_some() && is_sound
}

/// Text of ours as text of XML: references that only HTML knows are spelled out, and what XML cannot hold is left out.
fn push_text(text: &str, out: &mut String) {
    for (at, c) in text.char_indices() {
        match c {
            '&' if !is_reference(&text[at + 1..]) => out.push_str("&amp;"),
            '\t' | '\n' | '\r' => out.push(c),
            '\0'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(c),
        }
    }
}

fn is_reference(behind: &str) -> bool {
    ["amp;", "lt;", "gt;", "quot;", "apos;", "#"].iter().any(|name| behind.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(html: &str) -> String {
        xhtml(html, Words { ticked: "yes", open: "no" }).body
    }

    #[test]
    fn html_becomes_xhtml() {
        for (html, expected) in [
            ("a<br>b&nbsp;\u{1b}<hr>", "a<br/>b&amp;nbsp;<hr/>"),
            ("<p>a <em>b</p>", "<p>a <em>b</em></p>"),
            ("</b><ul><li>a", "<ul><li>a</li></ul>"),
            ("<details open data-x=\"1\">a</details>", "<details open=\"open\">a</details>"),
            ("<h2 id=\"x\">a<a class=\"cb-anchor\" href=\"#x\"></a></h2>", "<h2 id=\"x\">a</h2>"),
            ("<button>a<b>c</b></button>d<!-- e -->", "d"),
            (
                "<img src=\"a.png\" alt=\"b\" loading=\"lazy\" width=\"5\">",
                "<img src=\"a.png\" alt=\"b\" width=\"5\"/>",
            ),
            ("<p><em><p>a</p></em></p>", "<p><em><span>a</span></em></p>"),
            ("<a href=\"https://a[b\">c</a>", "c"),
            (
                "<span class=\"cb-missing-image\" role=\"img\" aria-label=\"a\"></span>",
                "<span class=\"cb-missing-image\">a</span>",
            ),
            ("<img src=\"a.tiff\" alt=\"b\">", "<span class=\"cb-missing-image\">b</span>"),
            ("<a href=\"a.pdf\">b</a><a href=\"c.xhtml#d\">e</a>", "b<a href=\"c.xhtml#d\">e</a>"),
            ("<td align=\"right\" width=\"3\">a</td>", "<td class=\"cb-align-right\">a</td>"),
            (
                "<math display=\"block\"><mi>x</mi><mspace width=\"1em\" /></math>",
                "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\"><mi>x</mi><mspace width=\"1em\"></mspace></math>",
            ),
            (
                "<label class=\"l\"><input type=\"checkbox\" data-item-id=\"a\" checked><span>b</span></label>",
                "<span class=\"l\"><span class=\"cb-item__box\" role=\"img\" aria-label=\"yes\">☑</span> <span>b</span></span>",
            ),
            (
                "<section class=\"cb-footnotes\" role=\"doc-endnotes\"><ol>\n<li value=\"2\" id=\"fn-a\"><p>b</p><ol><li>c</li></ol></li></ol></section><ol><li>d</li></ol>",
                "<section class=\"cb-footnotes\" epub:type=\"footnotes\">\n<aside class=\"cb-note\" epub:type=\"footnote\" role=\"doc-footnote\" id=\"fn-a\"><span class=\"cb-note__number\">2</span> <p>b</p><ol><li>c</li></ol></aside></section><ol><li>d</li></ol>",
            ),
        ] {
            assert_eq!(body(html), expected, "{html}");
        }
    }

    #[test]
    fn what_the_package_says_is_found() {
        let found = xhtml("<img src=\"../a.png\" alt=\"\"><math></math>", Words { ticked: "", open: "" });
        assert!(found.math && found.images.contains("../a.png"));
    }
}
