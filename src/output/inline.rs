//! Files of the book put into a document itself, as `data:` addresses.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::policy::base64;
use super::tags::{Piece, Tag, pieces};
use crate::path::decode;
use crate::render::{Edition, INLINE};

/// Files by their path in the site.
#[derive(Debug)]
pub(super) struct Inlining<'a> {
    files: BTreeMap<&'a str, &'a Arc<[u8]>>,
}

impl<'a> Inlining<'a> {
    /// The files of the book's content.
    pub(super) fn of(edition: &'a Edition<'_>) -> Self {
        Self { files: edition.book.assets.iter().map(|asset| (asset.path.as_str(), &asset.bytes)).collect() }
    }

    /// HTML with the files that it names put into it. A link to one becomes a download, since browsers open no
    /// `data:` address as a page.
    pub(super) fn html(&self, html: &str) -> String {
        if !html.contains(INLINE) {
            return html.to_owned();
        }
        let mut out = String::with_capacity(html.len());
        for piece in pieces(html) {
            match piece {
                Piece::Open(tag) if tag.attributes().any(|(_, value)| value.starts_with(INLINE)) => {
                    self.tag(tag, &mut out);
                }
                piece => piece.push(&mut out),
            }
        }
        out
    }

    /// A tag with the files that it names.
    fn tag(&self, tag: Tag<'_>, out: &mut String) {
        out.extend(["<", tag.name]);
        for (name, value) in tag.attributes() {
            let path = value.strip_prefix(INLINE).filter(|_| matches!(name, "src" | "href")).map(decode);
            let data = path.as_deref().map(|path| self.data(path).unwrap_or_default());
            out.extend([" ", name, "=\"", data.as_deref().unwrap_or(value), "\""]);
            if let Some(path) = path.filter(|_| name == "href") {
                let file = path.rsplit('/').next().unwrap_or_default();
                out.extend([
                    " download=\"",
                    &file.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;"),
                    "\"",
                ]);
            }
        }
        out.push('>');
    }

    fn data(&self, path: &str) -> Option<String> {
        let bytes = self.files.get(path)?;
        Some(data(path, bytes))
    }
}

/// A file as an address that holds it.
pub(super) fn data(path: &str, bytes: &[u8]) -> String {
    format!("data:{};base64,{}", picture_type(path, bytes), base64(bytes))
}

/// The media type of a file, by the end of its name.
pub(super) fn media_type(path: &str) -> &'static str {
    let end = path.rsplit_once('.').map_or("", |(_, end)| end).to_ascii_lowercase();
    TYPES.iter().find(|(known, _)| *known == end).map_or("application/octet-stream", |(_, media)| media)
}

/// The media type of a picture: by its first bytes, which tell more than its name; else by its name.
pub(super) fn picture_type(path: &str, bytes: &[u8]) -> &'static str {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'G', b'I', b'F', b'8', ..] => "image/gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        _ => media_type(path),
    }
}

const TYPES: &[(&str, &str)] = &[
    ("avif", "image/avif"),
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("gif", "image/gif"),
    ("html", "text/html"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript"),
    ("json", "application/json"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("otf", "font/otf"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("ttf", "font/ttf"),
    ("txt", "text/plain"),
    ("webp", "image/webp"),
    ("woff", "font/woff"),
    ("woff2", "font/woff2"),
    ("xhtml", "application/xhtml+xml"),
    ("zip", "application/zip"),
];
