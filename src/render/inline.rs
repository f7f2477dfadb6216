//! Writes a chapter as HTML: running text.

use super::body::Writer;
use super::direction::{Direction, technical_runs};
use super::epub_body::is_address;
use super::image::{class, dimensions};
use super::render_context::LinkContext;
use crate::chapter::{Image, Inline, LinkKind, RawAttribute, RawToken, plain_text};
use crate::escape::{push_attribute, push_text};
use crate::formula::Display;
use crate::path::encode_fragment;

impl<'a> Writer<'a> {
    /// Writes running text.
    pub(super) fn inlines(&mut self, inlines: &'a [Inline]) {
        self.blanks.read(inlines);
        self.inside(inlines);
    }

    fn inside(&mut self, inlines: &'a [Inline]) {
        self.contained(|writer| inlines.iter().for_each(|inline| writer.inline(inline)));
    }

    fn inline(&mut self, inline: &'a Inline) {
        match inline {
            Inline::Text(text) => self.text(text),
            Inline::Code(code) => self.inline_code(code),
            Inline::Emphasis(inner) => self.wrapped("em", |writer| writer.inside(inner)),
            Inline::Strong(inner) => self.wrapped("strong", |writer| writer.inside(inner)),
            Inline::Strikethrough(inner) => self.wrapped("del", |writer| writer.inside(inner)),
            Inline::Subscript(inner) => self.wrapped("sub", |writer| writer.inside(inner)),
            Inline::Superscript(inner) => self.wrapped("sup", |writer| writer.inside(inner)),
            Inline::Link { link, title, text } => self.link(*link, title, text),
            Inline::Image(image) => self.image(image),
            Inline::FootnoteRef { note, use_count } => self.footnote_ref(*note, *use_count),
            Inline::Emoji { sign, .. } => push_text(sign, &mut self.html),
            Inline::Math(tex) => self.math(tex, Display::Inline),
            Inline::DisplayMath(tex) => self.math(tex, Display::Block),
            Inline::Blank(blank) => self.blank(blank),
            Inline::Html(token) => self.raw(token),
            Inline::SoftBreak => self.html.push('\n'),
            Inline::HardBreak => {
                self.html.push_str("<br");
                self.void_end();
                self.html.push('\n');
            }
        }
    }

    /// Writes text. In text from right to left, options, paths and the like keep their direction.
    fn text(&mut self, text: &str) {
        if !self.is_right_to_left() {
            return push_text(text, &mut self.html);
        }
        let mut from = 0;
        for run in technical_runs(text) {
            push_text(&text[from..run.start], &mut self.html);
            self.html.push_str("<bdi dir=\"ltr\">");
            push_text(&text[run.clone()], &mut self.html);
            self.html.push_str("</bdi>");
            from = run.end;
        }
        push_text(&text[from..], &mut self.html);
    }

    fn inline_code(&mut self, code: &str) {
        self.html.push_str("<code");
        self.dir(Some(Direction::LeftToRight));
        self.html.push('>');
        self.running(|writer| push_text(code, &mut writer.html));
        self.html.push_str("</code>");
    }

    fn wrapped(&mut self, name: &str, write: impl FnOnce(&mut Self)) {
        self.html.push('<');
        self.html.push_str(name);
        self.html.push('>');
        self.running(write);
        self.html.push_str("</");
        self.html.push_str(name);
        self.html.push('>');
    }

    fn link(&mut self, link: usize, title: &str, text: &'a [Inline]) {
        let context = self.context.links.get(link);
        let Some(href) = context.and_then(|context| context.href.as_deref()) else {
            self.html.push_str("<span class=\"cb-broken\">");
            self.inside(text);
            self.html.push_str("</span>");
            return;
        };
        if self.is_epub() && !is_address(href) {
            return self.inside(text);
        }
        self.html.push_str("<a");
        self.attribute("href", href);
        if context.is_some_and(|context| context.external) && !self.is_epub() {
            self.html.push_str(" rel=\"noopener noreferrer\"");
            self.target(href, &plain_text(text));
        }
        if !title.is_empty() {
            self.attribute("title", title);
        }
        self.html.push('>');
        self.inside(text);
        self.html.push_str("</a>");
    }

    /// What is printed after the current link.
    fn target(&mut self, href: &'a str, shown: &str) {
        if let Some(words) = self.on_paper(href, shown) {
            self.attribute("data-target", &words);
        }
    }

    /// An image of the book. An image of another site is shown as a link, because pages request nothing from other hosts.
    pub(super) fn image(&mut self, image: &Image) {
        if self.chapter.links.get(image.link).is_some_and(|link| link.kind == LinkKind::Media) {
            return self.media_image(image);
        }
        let context = self.context.links.get(image.link);
        let href = context.and_then(|context| context.href.as_deref());
        let (Some(context), Some(href)) = (context, href) else {
            return self.missing_image(&image.alt);
        };
        if context.external && !self.context.external_images {
            return self.missing_image(name_or_host(&image.alt, href));
        }
        if self.is_epub() {
            let (width, height) = dimensions(image, context.size).unzip();
            let title = Some(image.title.clone()).filter(|title| !title.is_empty());
            let text = |pixels: u32| pixels.to_string();
            let attributes =
                [("title", title), ("class", class(image)), ("width", width.map(text)), ("height", height.map(text))];
            let attributes: Vec<_> = attributes.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
            return self.epub_image(href, &image.alt, &attributes);
        }
        self.html.push_str("<img");
        self.attribute("src", href);
        self.attribute("alt", &image.alt);
        if !image.title.is_empty() {
            self.attribute("title", &image.title);
        }
        if let Some(class) = class(image) {
            self.attribute("class", &class);
        }
        if let Some((width, height)) = dimensions(image, context.size) {
            self.put(format_args!(" width=\"{width}\" height=\"{height}\""));
        }
        if context.external {
            self.attribute("referrerpolicy", "no-referrer");
        }
        self.html.push_str(" loading=\"lazy\" decoding=\"async\">");
    }

    pub(super) fn missing_image(&mut self, alt: &str) {
        if self.is_epub() {
            self.html.push_str("<span class=\"cb-missing-image\">");
            push_text(alt, &mut self.html);
            self.html.push_str("</span>");
            return;
        }
        // The text is in an attribute, as with images; the style sheet shows it.
        self.html.push_str("<span class=\"cb-missing-image\" role=\"img\"");
        self.attribute("aria-label", alt);
        self.html.push_str("></span>");
    }

    /// Writes an attribute; those that only scripts read are left out of an EPUB.
    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        if self.is_epub() && name.starts_with("data-") {
            return;
        }
        self.html.push(' ');
        self.html.push_str(name);
        self.html.push_str("=\"");
        push_attribute(value, &mut self.html);
        self.html.push('"');
    }

    fn footnote_ref(&mut self, note: usize, use_count: usize) {
        let Some(label) = self.chapter.footnotes.get(note).map(|note| note.label.as_str()) else { return };
        self.noted.insert(note);
        self.html.push_str("<sup class=\"cb-fnref\"><a id=\"");
        self.id(&format!("fnref-{label}-{use_count}"));
        self.html.push_str("\" href=\"#");
        self.html.push_str(&encode_fragment(&format!("{}fn-{label}", self.context.prefix)));
        self.html.push_str("\" role=\"doc-noteref\"");
        self.html.push_str(if self.is_epub() { " epub:type=\"noteref\"" } else { "" });
        self.put(format_args!(">{}</a></sup>", note + 1));
    }

    pub(super) fn raw(&mut self, token: &'a RawToken) {
        if self.drawing(token) {
            return;
        }
        match token {
            RawToken::Open { name: name @ ("audio" | "video"), attributes } => {
                return self.open_media(name, attributes);
            }
            RawToken::Open { name: name @ ("source" | "track"), attributes } => {
                return self.media_part(name, attributes);
            }
            RawToken::Close(name @ ("audio" | "video")) => return self.close_media(name),
            _ => {}
        }
        if self.is_epub() {
            return self.epub_raw(token);
        }
        match token {
            RawToken::Text(text) => push_text(text, &mut self.html),
            RawToken::Comment(comment) => self.put(format_args!("<!--{comment}-->")),
            RawToken::Close(name) => self.put(format_args!("</{name}>")),
            RawToken::Markup(html) => self.html.push_str(html),
            RawToken::Open { name, attributes } => self.raw_open(name, attributes),
        }
    }

    fn raw_open(&mut self, name: &str, attributes: &'a [RawAttribute]) {
        if name == "img" && !self.is_own_image(attributes) {
            let alt = attributes.iter().find_map(|attribute| match attribute {
                RawAttribute::Plain("alt", value) => Some(value.as_str()),
                _ => None,
            });
            let href = attributes.iter().find_map(|attribute| match attribute {
                RawAttribute::Link(_, link) => {
                    self.context.links.get(*link).filter(|link| link.external)?.href.as_deref()
                }
                _ => None,
            });
            return self.missing_image(name_or_host(alt.unwrap_or_default(), href.unwrap_or_default()));
        }
        self.html.push('<');
        self.html.push_str(name);
        for attribute in attributes {
            self.raw_attribute(attribute);
        }
        if name == "input" {
            self.html.push_str(" disabled");
        }
        if name == "img" && !attributes.iter().any(|attribute| matches!(attribute, RawAttribute::Plain("alt", _))) {
            self.html.push_str(" alt=\"\"");
        }
        self.html.push('>');
    }

    fn is_own_image(&self, attributes: &[RawAttribute]) -> bool {
        attributes.iter().any(|attribute| match attribute {
            RawAttribute::Link(_, link) => {
                let may_be_shown = |link: &LinkContext| !link.external || self.context.external_images;
                self.context.links.get(*link).is_some_and(|link| link.href.is_some() && may_be_shown(link))
            }
            RawAttribute::Plain(..) | RawAttribute::Place(..) | RawAttribute::Paint(..) => false,
        })
    }

    pub(super) fn raw_attribute(&mut self, attribute: &'a RawAttribute) {
        match attribute {
            // In old HTML, `name` marked anchors.
            RawAttribute::Plain("id" | "name", value) => {
                if self.claim(value) {
                    let value = format!("{}{value}", self.context.prefix);
                    self.attribute("id", &value);
                }
            }
            RawAttribute::Plain(name, value) => self.attribute(name, value),
            RawAttribute::Place(name, id) => self.attribute(name, &format!("#{}{id}", self.context.prefix)),
            RawAttribute::Paint(name, id) => self.attribute(name, &format!("url(#{}{id})", self.context.prefix)),
            RawAttribute::Link(name, link) => {
                let context = self.context.links.get(*link);
                let Some((href, context)) = context.and_then(|it| Some((it.href.as_deref()?, it))) else { return };
                self.attribute(name, href);
                if context.external && *name == "href" {
                    self.target(href, "");
                }
            }
        }
    }
}

/// The text shown for an image of another site: its alternative text; for a badge without one, the name of its host.
fn name_or_host<'t>(alt: &'t str, href: &'t str) -> &'t str {
    if !alt.trim().is_empty() {
        return alt;
    }
    let behind = href.split_once("//").map_or("", |(_, behind)| behind);
    behind.split(['/', '?', '#']).next().unwrap_or_default()
}
