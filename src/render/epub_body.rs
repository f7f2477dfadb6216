//! What a document of an EPUB has in place of what a page has: XHTML without scripts and controls.
//!
//! The writer of pages calls these functions where the two differ. Everything that they write is well-formed XML: void
//! elements are closed, attributes have values in quotes, and raw HTML is closed in the container it was opened in.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::body::Writer;
use super::highlights::Highlights;
use super::medium::{EpubState, Medium};
use super::render_context::RenderContext;
use super::template::Templates;
use super::view::{ChecklistView, DirectiveView};
use crate::chapter::{Chapter, RawAttribute, RawToken, markup_tokens};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::escape::{push_text, text};
use crate::path::decode;
use crate::theme::{Layout, directive};

/// A chapter's body as XHTML, and what the package of the EPUB must say of it.
#[derive(Debug)]
pub struct EpubBody {
    /// The content of the `body` element.
    pub xhtml: String,
    /// Whether it contains a formula.
    pub math: bool,
    /// Whether it contains a drawing, an `svg` element.
    pub drawing: bool,
    /// The hrefs of the pictures that it shows.
    pub images: BTreeSet<String>,
}

/// The XHTML of a whole chapter for an EPUB, footnotes included, and the diagnostics of its code and formulas.
///
/// # Errors
/// If a template of the theme fails.
pub(super) fn typeset_epub(
    chapter: &Chapter,
    context: &RenderContext<'_>,
    templates: &Templates,
    highlights: &Highlights,
) -> Result<(EpubBody, Report), Error> {
    let mut writer = Writer::new(chapter, context, templates, highlights);
    writer.whole_chapter()?;
    let EpubState { math, drawing, images, .. } = writer.epub;
    Ok((EpubBody { xhtml: writer.html, math, drawing, images }, writer.report))
}

/// Pictures that every reading system shows (EPUB 3.3, section 3.2), by the end of their names.
const PICTURES: &[&str] = &["gif", "jpeg", "jpg", "png", "svg", "webp"];
/// Raw elements that contain nothing but running text.
const RUNNING: &[&str] = &[
    "abbr", "b", "bdi", "bdo", "cite", "code", "dfn", "em", "h1", "h2", "h3", "h4", "h5", "h6", "i", "kbd", "mark",
    "p", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var",
];

impl<'a> Writer<'a> {
    pub(super) fn is_epub(&self) -> bool {
        self.context.medium == Medium::Epub
    }

    /// Writes the rest of a start tag of an element without content.
    pub(super) fn void_end(&mut self) {
        self.html.push_str(if self.is_epub() { "/>" } else { ">" });
    }

    /// Writes HTML that only pages have.
    pub(super) fn page_only(&mut self, html: &str) {
        if !self.is_epub() {
            self.html.push_str(html);
        }
    }

    /// Writes a container; raw elements that were opened in it are closed at its end.
    pub(super) fn contained<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        let height = self.epub.open.len();
        let outside = std::mem::replace(&mut self.epub.outside, height);
        let written = write(self);
        self.close_raw(height);
        self.epub.outside = outside;
        written
    }

    /// Writes an element that contains nothing but running text.
    pub(super) fn running<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        self.epub.running += 1;
        let written = write(self);
        self.epub.running -= 1;
        written
    }

    /// Writes a task item's checkbox as a character: electronic paper shows it, and an EPUB stores no ticks.
    pub(super) fn epub_checkbox(&mut self, done: bool) {
        let (sign, key) = if done { ("☑", "epub_done") } else { ("☐", "epub_open") };
        self.html.push_str("<span class=\"cb-item__box\" role=\"img\"");
        let label = self.string(key);
        self.attribute("aria-label", label);
        self.html.extend([">", sign, "</span> "]);
    }

    /// Writes a picture, or its words if not every reading system shows it. `attributes` follow `src` and `alt`.
    pub(super) fn epub_image(&mut self, href: &str, alt: &str, attributes: &[(&str, String)]) {
        let path = decode(href);
        let end = path.rsplit_once('.').map_or("", |(_, end)| end).to_ascii_lowercase();
        let is_data = href.starts_with("data:");
        if !is_data && (!PICTURES.contains(&end.as_str()) || href.contains("://")) {
            return self.missing_image(alt);
        }
        if !is_data {
            self.epub.images.insert(href.to_owned());
        }
        self.html.push_str("<img");
        self.attribute("src", href);
        self.attribute("alt", alt);
        for (name, value) in attributes {
            self.attribute(name, value);
        }
        self.html.push_str("/>");
    }

    /// Writes a directive as every EPUB has it, whatever the theme's templates are.
    pub(super) fn epub_directive(&mut self, view: &DirectiveView<'_>) {
        let id = view.id.map_or_else(String::new, |id| attribute("id", id));
        let body = view.body_html;
        let default = text(self.string(&format!("box_{}", view.name)));
        let title = if view.title_html.is_empty() { default.as_str() } else { view.title_html };
        let name = view.name;
        match directive(name).map_or(Layout::Box, |row| row.layout) {
            Layout::Details => {
                let open = if view.open { " open=\"open\"" } else { "" };
                self.put(format_args!(
                    "<details class=\"cb-details\"{id}{open}>\n<summary>{title}</summary>\n\
                     <div class=\"cb-details__body\">\n{body}\n</div>\n</details>"
                ));
            }
            Layout::Steps => {
                self.put(format_args!("<div class=\"cb-steps\"{id}>\n"));
                if !view.title_html.is_empty() {
                    self.put(format_args!("<p class=\"cb-steps__title\">{}</p>\n", view.title_html));
                }
                self.put(format_args!("{body}\n</div>"));
            }
            Layout::Tabs => {
                self.put(format_args!("<div class=\"cb-tabs\"{id}>\n"));
                for tab in &view.tabs {
                    self.put(format_args!(
                        "<div class=\"cb-tabs__panel\">\n<p class=\"cb-tabs__label\">{}</p>\n{}\n</div>\n",
                        tab.title_html, tab.body_html
                    ));
                }
                self.html.push_str("</div>");
            }
            Layout::Box => self.put(format_args!(
                "<div class=\"cb-box cb-box--{name}\" role=\"note\"{id}>\n<p class=\"cb-box__label\"><span>{title}</span></p>\n\
                 <div class=\"cb-box__body\">\n{body}\n</div>\n</div>"
            )),
        }
    }

    /// Writes a checklist: what it is for, and its items.
    pub(super) fn epub_checklist(&mut self, view: &ChecklistView<'_>) {
        let id = view.anchor.map_or_else(String::new, |id| attribute("id", id));
        self.put(format_args!("<section class=\"cb-checklist\"{id}{}>\n", attribute("aria-label", view.title)));
        let kind = view.kind.map(|kind| self.string(&format!("kind_{}", kind.replace('-', "_"))));
        let facts = [("when", view.when), ("who", view.who), ("kind", kind)];
        let facts: Vec<_> = facts.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
        if !facts.is_empty() || !view.headed {
            self.html.push_str("<div class=\"cb-checklist__head\">\n");
        }
        if !facts.is_empty() {
            self.html.push_str("<dl class=\"cb-facts\">\n");
            for (key, value) in &facts {
                let name = text(self.string(key));
                self.put(format_args!("<div><dt>{name}</dt><dd>{}</dd></div>\n", text(value)));
            }
            self.html.push_str("</dl>\n");
        }
        if !view.headed {
            self.put(format_args!("<p class=\"cb-checklist__title\">{}</p>\n", text(view.title)));
        }
        if !facts.is_empty() || !view.headed {
            self.html.push_str("</div>\n");
        }
        self.html.extend([view.list_html, "</section>"]);
    }

    /// Writes the footnotes, each an index with its content: reading systems show an `aside` over the text that refers to it, not an item of a list.
    pub(super) fn epub_footnotes(&mut self, notes: &[(usize, String)]) {
        self.html.push_str("<section class=\"cb-footnotes\" epub:type=\"footnotes\">\n");
        for (index, html) in notes {
            self.html.push_str("<aside class=\"cb-note\" epub:type=\"footnote\" role=\"doc-footnote\" id=\"");
            self.footnote_id(*index);
            self.put(format_args!("\"><span class=\"cb-note__number\">{}</span> {html}</aside>\n", index + 1));
        }
        self.html.push_str("</section>\n");
    }

    /// Writes a token of raw HTML.
    pub(super) fn epub_raw(&mut self, token: &'a RawToken) {
        match token {
            RawToken::Text(text) => push_text(text, &mut self.html),
            RawToken::Comment(_) => {}
            RawToken::Close(name) => self.epub_end(name),
            RawToken::Open { name, attributes } => {
                let attributes = self.epub_attributes(attributes);
                self.epub_start(name, &attributes);
            }
            // The author is trusted, but HTML is not XML: what the safe list allows is written anew.
            RawToken::Markup(html) => markup_tokens(html).iter().for_each(|token| self.epub_markup(token)),
        }
    }

    fn epub_markup(&mut self, token: &RawToken) {
        match token {
            RawToken::Text(text) => push_text(text, &mut self.html),
            // Video and audio are not in an EPUB; their content is for readers without them.
            RawToken::Close("audio" | "video")
            | RawToken::Open { name: "audio" | "source" | "track" | "video", .. }
            | RawToken::Comment(_)
            | RawToken::Markup(_) => {}
            RawToken::Close(name) => self.epub_end(name),
            RawToken::Open { name, attributes } => {
                let plain = attributes.iter().filter_map(|attribute| match attribute {
                    RawAttribute::Plain("name", value) => Some(("id", Cow::from(value))),
                    RawAttribute::Plain(name, value) => Some((*name, Cow::from(value))),
                    RawAttribute::Link(..) | RawAttribute::Place(..) | RawAttribute::Paint(..) => None,
                });
                let plain: Vec<_> = plain.collect();
                self.epub_start(name, &plain);
            }
        }
    }

    /// The attributes of a raw element with its ids claimed and its links resolved.
    fn epub_attributes(&mut self, attributes: &'a [RawAttribute]) -> Vec<(&'static str, Cow<'a, str>)> {
        let mut written = Vec::new();
        for attribute in attributes {
            match attribute {
                RawAttribute::Plain("id" | "name", value) => {
                    // XML allows one id: the id of an element comes before its name, in alphabetical order.
                    if !has(&written, "id") && self.claim(value) {
                        written.push(("id", Cow::from(format!("{}{value}", self.context.prefix))));
                    }
                }
                RawAttribute::Plain(name, value) => written.push((*name, Cow::from(value))),
                // Those of drawings are written with them.
                RawAttribute::Place(..) | RawAttribute::Paint(..) => {}
                RawAttribute::Link(name, link) => {
                    let link = self.context.links.get(*link);
                    let may_be_shown = |external: bool| *name == "href" || !external || self.context.external_images;
                    let link = link.filter(|link| may_be_shown(link.external));
                    written.extend(link.and_then(|link| link.href.as_deref()).map(|href| (*name, Cow::from(href))));
                }
            }
        }
        written
    }

    fn epub_start(&mut self, name: &'static str, attributes: &[(&'static str, Cow<'_, str>)]) {
        let value = |wanted: &str| attributes.iter().find(|(name, _)| *name == wanted).map(|(_, value)| &**value);
        match name {
            "input" if value("type") == Some("checkbox") => self.epub_checkbox(value("checked").is_some()),
            "input" => {}
            "img" => {
                let is_number = |value: &str| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
                let sizes = ["width", "height"].into_iter().filter_map(|name| Some((name, value(name)?.to_owned())));
                let rest: Vec<_> =
                    kept(attributes).into_iter().chain(sizes.filter(|(_, size)| is_number(size))).collect();
                match value("src") {
                    Some(href) => self.epub_image(href, value("alt").unwrap_or_default(), &rest),
                    None => self.missing_image(value("alt").unwrap_or_default()),
                }
            }
            "br" | "hr" | "wbr" | "col" => {
                self.epub_tag(name, attributes);
                self.html.push_str("/>");
            }
            _ => {
                let written = self.epub_name(name, value("href"));
                if let Some(written) = written {
                    self.epub_tag(written, attributes);
                    self.html.push('>');
                }
                self.epub.open.push((name, written));
            }
        }
    }

    /// The element that a raw element becomes; `None` if only its content is written.
    fn epub_name(&self, name: &'static str, href: Option<&str>) -> Option<&'static str> {
        match name {
            "a" => href.is_none_or(is_address).then_some("a"),
            // Browsers accept a block in running text, the schema of EPUB does not.
            "center" | "div" | "p" if self.is_in_running_text() => Some("span"),
            "center" => Some("div"),
            name => Some(name),
        }
    }

    fn is_in_running_text(&self) -> bool {
        let inside = self.epub.open.get(self.epub.outside..).unwrap_or_default().iter().rev();
        let nearest = inside.filter_map(|(_, written)| *written).find(|name| !matches!(*name, "a" | "del" | "ins"));
        nearest.map_or(self.epub.running > 0, |name| RUNNING.contains(&name))
    }

    fn epub_tag(&mut self, name: &str, attributes: &[(&'static str, Cow<'_, str>)]) {
        self.html.extend(["<", name]);
        for (name, value) in kept(attributes) {
            self.attribute(name, &value);
        }
    }

    /// Closes a raw element and those inside it; an end tag without a start tag in this container is skipped.
    fn epub_end(&mut self, name: &str) {
        let inside = self.epub.open.get(self.epub.outside..).unwrap_or_default();
        if let Some(at) = inside.iter().rposition(|(open, _)| *open == name) {
            self.close_raw(self.epub.outside + at);
        }
    }

    /// Closes raw elements until so many are open.
    fn close_raw(&mut self, height: usize) {
        while self.epub.open.len() > height {
            if let Some((_, Some(name))) = self.epub.open.pop() {
                self.html.extend(["</", name, ">"]);
            }
        }
    }
}

fn attribute(name: &str, value: &str) -> String {
    format!(" {name}=\"{}\"", crate::escape::attribute(value))
}

/// Whether an attribute with this name is among `attributes`.
fn has<V>(attributes: &[(&'static str, V)], wanted: &str) -> bool {
    attributes.iter().any(|(name, _)| *name == wanted)
}

/// The attributes of a raw element that an EPUB keeps, as XML wants them.
fn kept(attributes: &[(&'static str, Cow<'_, str>)]) -> Vec<(&'static str, String)> {
    let has_class = has(attributes, "class");
    let mut kept = Vec::new();
    for (name, value) in attributes {
        match *name {
            "open" => kept.push(("open", "open".to_owned())),
            "align" if !has_class => kept.push(("class", format!("cb-align-{value}"))),
            "lang" => kept.extend([("lang", value.to_string()), ("xml:lang", value.to_string())]),
            "id" if has(&kept, "id") => {}
            "class" | "colspan" | "datetime" | "dir" | "href" | "id" | "rowspan" | "start" | "title" => {
                kept.push((*name, value.to_string()));
            }
            _ => {}
        }
    }
    kept
}

/// Whether a link leads somewhere from inside the EPUB: to a chapter, to a place in this one, or to another site. Reading
/// systems have no way to show other files of the book, and refuse a book with an invalid address.
pub(super) fn is_address(href: &str) -> bool {
    let path = href.split('#').next().unwrap_or_default();
    let scheme = path.split_once(':').filter(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric()));
    let is_valid = !href.contains(['[', ']', '<', '>', '"', '\\', '^', '`', '{', '|', '}', ' ']);
    path.is_empty() || path.rsplit_once('.').is_some_and(|(_, end)| end == "xhtml") || scheme.is_some() && is_valid
}
