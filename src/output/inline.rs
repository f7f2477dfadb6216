//! Files of the book embedded in a document, as `data:` URLs.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::policy::base64;
use super::tags::{Piece, Tag, pieces};
use crate::escape::attribute;
use crate::path::{ContentPath, SitePath, decode};
use crate::render::{Edition, INLINE};

/// Files by their path in the site.
#[derive(Debug)]
pub(super) struct Inlining<'a> {
    files: BTreeMap<&'a str, &'a Arc<[u8]>>,
}

impl<'a> Inlining<'a> {
    /// The files of the book's content and of its theme.
    pub(super) fn of(edition: &'a Edition) -> Self {
        let theme = edition.theme.inline.assets.iter().map(|(path, bytes)| (path.as_str(), bytes));
        let content = edition.book.assets.iter().map(|asset| (asset.path.as_str(), &asset.bytes));
        Self { files: theme.chain(content).collect() }
    }

    /// A style sheet with its files embedded; addresses are relative to the sheet's own path.
    pub(super) fn style(&self, path: &SitePath, css: &str) -> String {
        let folder = path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut out = String::with_capacity(css.len());
        let mut rest = css;
        while let Some(at) = rest.find("url(") {
            let (before, behind) = rest.split_at(at + "url(".len());
            let end = behind.find(')').unwrap_or(behind.len());
            let written = behind[..end].trim().trim_matches(['"', '\'']);
            let named = written.split(['?', '#']).next().filter(|name| !name.is_empty() && !name.contains(':'));
            let found = named.and_then(|name| ContentPath::resolve(folder, &decode(name)));
            out.push_str(before);
            match found.and_then(|path| self.data(path.as_str())) {
                Some(data) => out.extend(["\"", &data, "\""]),
                None => out.push_str(&behind[..end]),
            }
            rest = &behind[end..];
        }
        out.push_str(rest);
        out
    }

    /// HTML with its files embedded. A link to a file becomes a download, because browsers do not open a `data:` URL as a
    /// page.
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

    /// A tag with its files embedded.
    fn tag(&self, tag: Tag<'_>, out: &mut String) {
        out.extend(["<", tag.name]);
        for (name, value) in tag.attributes() {
            let path = value.strip_prefix(INLINE).filter(|_| matches!(name, "src" | "href" | "poster")).map(decode);
            let data = path.as_deref().map(|path| self.data(path).unwrap_or_default());
            out.extend([" ", name, "=\"", data.as_deref().unwrap_or(value), "\""]);
            if let Some(path) = path.filter(|_| name == "href") {
                let file = path.rsplit('/').next().unwrap_or_default();
                out.extend([" download=\"", &attribute(file), "\""]);
            }
        }
        out.push('>');
    }

    fn data(&self, path: &str) -> Option<String> {
        let bytes = self.files.get(path)?;
        Some(data(path, bytes))
    }
}

/// A file as a `data:` URL.
pub(super) fn data(path: &str, bytes: &[u8]) -> String {
    format!("data:{};base64,{}", picture_type(path, bytes), base64(bytes))
}

/// The media type of a file, by the end of its name.
pub(super) fn media_type(path: &str) -> &'static str {
    let end = path.rsplit_once('.').map_or("", |(_, end)| end).to_ascii_lowercase();
    TYPES.iter().find(|(known, _)| *known == end).map_or("application/octet-stream", |(_, media)| media)
}

/// The media type of a picture: by its first bytes, which are more reliable than its name; else by its name.
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
    ("aac", "audio/aac"),
    ("avif", "image/avif"),
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("flac", "audio/flac"),
    ("gif", "image/gif"),
    ("html", "text/html"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript"),
    ("json", "application/json"),
    ("m4a", "audio/mp4"),
    ("m4v", "video/mp4"),
    ("mov", "video/quicktime"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("oga", "audio/ogg"),
    ("ogg", "audio/ogg"),
    ("ogv", "video/ogg"),
    ("opus", "audio/ogg"),
    ("otf", "font/otf"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("ttf", "font/ttf"),
    ("txt", "text/plain"),
    ("vtt", "text/vtt"),
    ("wav", "audio/wav"),
    ("webm", "video/webm"),
    ("webp", "image/webp"),
    ("woff", "font/woff"),
    ("woff2", "font/woff2"),
    ("xhtml", "application/xhtml+xml"),
    ("zip", "application/zip"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_put_into_styles() {
        let font: Arc<[u8]> = Arc::from(&b"f"[..]);
        let inlining = Inlining { files: BTreeMap::from([("a/f.woff2", &font), ("f.woff2", &font)]) };
        let path = SitePath::new("a/b.css").unwrap();
        for (css, expected) in [
            ("@font-face { src: url(f.woff2?v=1) }", "@font-face { src: url(\"data:font/woff2;base64,Zg==\") }"),
            ("x { y: url( '../f.woff2' ) }", "x { y: url(\"data:font/woff2;base64,Zg==\") }"),
            ("x { y: url(data:a,b) url(\"gone.png\") }", "x { y: url(data:a,b) url(\"gone.png\") }"),
        ] {
            assert_eq!(inlining.style(&path, css), expected);
        }
    }
}
