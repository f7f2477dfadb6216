//! Writes films and sounds of the book: those written as images, and those of raw HTML.
//!
//! Only files of the book are played. Where there is none, the element is left out and its content, which is meant for
//! readers without it, is shown.

use super::body::Writer;
use super::medium::OpenMedia;
use super::render_context::LinkContext;
use crate::chapter::{Image, RawAttribute};
use crate::diagnostic::{Diagnostic, codes};
use crate::escape::push_text;
use crate::path::{MediaKind, media_kind};

impl<'a> Writer<'a> {
    /// A film or a sound that is written as an image.
    pub(super) fn media_image(&mut self, image: &Image) {
        let Some(href) = self.playable(image.link) else { return self.missing_image(&image.alt) };
        let written = self.chapter.links.get(image.link).map_or("", |link| &link.href);
        if self.is_epub() {
            return self.missing_image(if image.alt.is_empty() { file_name(written) } else { &image.alt });
        }
        let name = if media_kind(written) == Some(MediaKind::Audio) { "audio" } else { "video" };
        self.put(format_args!("<{name} controls preload=\"metadata\""));
        self.attribute("src", href);
        if !image.alt.is_empty() {
            self.attribute("aria-label", &image.alt);
        }
        if !image.title.is_empty() {
            self.attribute("title", &image.title);
        }
        self.html.push('>');
        push_text(if image.alt.is_empty() { file_name(written) } else { &image.alt }, &mut self.html);
        self.put(format_args!("</{name}>"));
    }

    /// The href of a file of the book.
    fn playable(&self, link: usize) -> Option<&'a str> {
        let own = |link: &&LinkContext| !link.external;
        self.context.links.get(link).filter(own).and_then(|link| link.href.as_deref())
    }

    /// The first link among attributes, resolved, and the name of the file that it leads to.
    fn source(&self, attributes: &[RawAttribute]) -> (Option<&'a str>, Option<String>) {
        let link = attributes.iter().find_map(|attribute| match attribute {
            RawAttribute::Link("src", link) => Some(*link),
            _ => None,
        });
        let written = link.and_then(|link| self.chapter.links.get(link)).map(|link| file_name(&link.href).to_owned());
        (link.and_then(|link| self.playable(link)), written)
    }

    /// The start tag of `video` or `audio`. Inside of another one it is left out.
    pub(super) fn open_media(&mut self, name: &str, attributes: &'a [RawAttribute]) {
        if let Some(open) = &mut self.media {
            open.inside += 1;
            return;
        }
        let start = self.html.len();
        let (href, named) = self.source(attributes);
        if !self.is_epub() {
            self.put(format_args!("<{name}"));
            for attribute in attributes {
                self.media_attribute(attribute);
            }
            let has = |wanted: &str| {
                attributes.iter().any(|it| matches!(it, RawAttribute::Plain(name, _) if *name == wanted))
            };
            // Without controls, no reader could start or stop it.
            self.html.push_str(if has("controls") { "" } else { " controls" });
            self.html.push_str(if has("preload") { "" } else { " preload=\"metadata\"" });
            self.html.push('>');
        }
        self.media = Some(OpenMedia { start, end: self.html.len(), plays: href.is_some(), named, inside: 0 });
    }

    /// An attribute; one that names a file is written only for a file of the book.
    fn media_attribute(&mut self, attribute: &'a RawAttribute) {
        match attribute {
            RawAttribute::Link(_, link) if self.playable(*link).is_none() => {}
            attribute => self.raw_attribute(attribute),
        }
    }

    /// A `source` or `track`: inside `video` and `audio`, for a file of the book.
    pub(super) fn media_part(&mut self, name: &str, attributes: &'a [RawAttribute]) {
        let (href, named) = self.source(attributes);
        let epub = self.is_epub();
        let Some(open) = &mut self.media else { return };
        if open.named.is_none() && name == "source" {
            open.named = named;
        }
        if href.is_none() || epub {
            return;
        }
        open.plays |= name == "source";
        self.put(format_args!("<{name}"));
        for attribute in attributes {
            self.raw_attribute(attribute);
        }
        self.html.push('>');
    }

    /// The end tag of `video` or `audio`.
    pub(super) fn close_media(&mut self, name: &str) {
        match &mut self.media {
            Some(open) if open.inside > 0 => open.inside -= 1,
            _ => self.end_media(name),
        }
    }

    fn end_media(&mut self, name: &str) {
        let Some(open) = self.media.take() else { return };
        if open.plays && !self.is_epub() {
            self.put(format_args!("</{name}>"));
            return;
        }
        let is_empty = self.html.get(open.end..).is_none_or(|content| content.trim().is_empty());
        if self.html.is_char_boundary(open.start) && self.html.is_char_boundary(open.end) {
            self.html.replace_range(open.start..open.end, "");
        }
        match open.named {
            Some(named) if is_empty => self.missing_image(&named),
            Some(_) => {}
            None => self.report_without_file(name),
        }
    }

    fn report_without_file(&mut self, name: &str) {
        let message = format!("`<{name}>` names no file and is left out, its content is kept");
        let help = format!("write `<{name} src=\"…\">` with a file of the book");
        let place = self.chapter.place(self.span);
        self.report.add(Diagnostic::new(&codes::RAW_HTML, message).at(place).help(help));
    }
}

fn file_name(href: &str) -> &str {
    href.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default()
}
