//! The book as EPUB 3.3: a document for each chapter, a table of contents, a cover drawn from the title.
//!
//! In: the edition with its chapters typeset for an EPUB. Out: the files of the container, which the archive puts in one
//! file. No date comes from the clock: the book's own date is used.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::artifact::{Artifact, Composition};
use super::cover::cover;
use super::inline::picture_type;
use crate::book::{Page, PageId};
use crate::digest::Digest;
use crate::escape::attribute;
use crate::path::{SitePath, decode};
use crate::render::{Edition, EpubBody, LinkStyle, NavItem};
use crate::site::Role;

/// The folder of the publication in the container.
const FOLDER: &str = "EPUB";
const STYLE: &str = "chapbook.css";
const SECONDS_OF_A_DAY: u64 = 86_400;

/// A document of the publication.
struct Document {
    path: SitePath,
    text: String,
    /// What the manifest says of it: `mathml`, `svg`.
    properties: String,
    math: bool,
    /// Paths of the pictures it shows.
    images: Vec<String>,
}

/// Paths of files that the EPUB adds to those of the book, in the folder of the publication.
struct AddedPaths {
    nav: String,
    cover: String,
    picture: String,
}

impl AddedPaths {
    /// Paths that the book does not use.
    fn new(documents: &[Document], images: &BTreeMap<&str, &str>) -> Self {
        let paths = documents.iter().map(|document| document.path.as_str()).chain(images.keys().copied());
        // A container tells no names apart by letter case, and a folder may have the name of a file.
        let used = paths.filter_map(|path| path.split('/').next()).map(str::to_lowercase).collect();
        Self {
            nav: unused("nav", "xhtml", &used),
            cover: unused("cover", "xhtml", &used),
            picture: unused("cover", "svg", &used),
        }
    }
}

/// The file name, with a number if need be, that is not among the `used` ones.
fn unused(stem: &str, extension: &str, used: &BTreeSet<String>) -> String {
    let (mut name, mut number) = (format!("{stem}.{extension}"), 1);
    while used.contains(&name) {
        number += 1;
        name = format!("{stem}-{number}.{extension}");
    }
    name
}

/// The files of the container.
#[must_use]
pub fn epub(composition: &Composition<'_>) -> Vec<Artifact<'static>> {
    let edition = composition.edition;
    let documents: Vec<Document> =
        edition.book.page_ids().zip(&composition.typeset.epub).map(|(id, body)| document(edition, id, body)).collect();
    let named: BTreeSet<&str> = documents.iter().flat_map(|document| &document.images).map(String::as_str).collect();
    let assets = edition.book.assets.iter().filter(|asset| named.contains(asset.path.as_str()));
    let images: BTreeMap<&str, &str> =
        assets.map(|asset| (asset.path.as_str(), picture_type(asset.path.as_str(), &asset.bytes))).collect();
    let added = AddedPaths::new(&documents, &images);
    let package = package(composition, &added, &documents, &images);
    let shown = edition.book.assets.iter().filter(|asset| images.contains_key(asset.path.as_str()));
    let shown = shown.filter_map(|asset| file(&format!("{FOLDER}/{}", asset.path), asset.bytes.to_vec()));
    let inside = |path: &str, text: String| file(&format!("{FOLDER}/{path}"), text.into_bytes());
    let mut files: Vec<Artifact<'static>> = [
        file("mimetype", b"application/epub+zip".to_vec()),
        file("META-INF/container.xml", CONTAINER.as_bytes().to_vec()),
        inside("package.opf", package),
        inside(&added.nav, nav(edition, &added)),
        inside(&added.cover, cover_page(edition, &added)),
        inside(
            &added.picture,
            cover(&edition.book.meta.title, &edition.book.meta.authors, &edition.book.meta.language),
        ),
        inside(STYLE, edition.theme.inline.epub_style.clone()),
    ]
    .into_iter()
    .flatten()
    .chain(shown)
    .collect();
    files.extend(documents.into_iter().filter_map(|document| inside(document.path.as_str(), document.text)));
    files
}

const CONTAINER: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"#;

fn file(path: &str, bytes: Vec<u8>) -> Option<Artifact<'static>> {
    Some(Artifact::File { path: SitePath::new(path)?, role: Role::Page, bytes: bytes.into() })
}

fn document(edition: &Edition, id: PageId, body: &EpubBody) -> Document {
    let page = edition.book.page(id);
    let path = page.permalink.epub_document();
    let text = page_text(edition, &path, &page.title, &body.xhtml);
    let folder = path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
    let found = |href: &String| {
        let path = crate::path::ContentPath::resolve(folder, &decode(href))?;
        edition.book.assets.iter().any(|asset| asset.path == path).then(|| path.as_str().to_owned())
    };
    let images = body.images.iter().filter_map(found).collect();
    Document { path, text, properties: properties(body), math: body.math, images }
}

/// A whole document.
fn page_text(edition: &Edition, path: &SitePath, title: &str, body: &str) -> String {
    let meta = &edition.book.meta;
    let style = SitePath::new(STYLE).map(|style| path.href_to(&style)).unwrap_or_default();
    let language = attribute(&meta.language);
    let title = attribute(title);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" \
         xmlns:epub=\"http://www.idpf.org/2007/ops\" lang=\"{language}\" xml:lang=\"{language}\" dir=\"{}\">\n<head>\n\
         <meta charset=\"utf-8\"/>\n<title>{title}</title>\n<link rel=\"stylesheet\" type=\"text/css\" \
         href=\"{style}\"/>\n</head>\n<body>\n{body}\n</body>\n</html>\n",
        edition.direction()
    )
}

fn cover_page(edition: &Edition, AddedPaths { cover, picture, .. }: &AddedPaths) -> String {
    let title = attribute(&edition.book.meta.title);
    let body =
        format!("<section class=\"cover\" epub:type=\"cover\"><img src=\"{picture}\" alt=\"{title}\"/></section>");
    let path = SitePath::new(cover);
    path.map(|path| page_text(edition, &path, edition.string("epub_cover"), &body)).unwrap_or_default()
}

/// The navigation document: the outline and the landmarks.
fn nav(edition: &Edition, AddedPaths { nav, cover, .. }: &AddedPaths) -> String {
    let Some(path) = SitePath::new(nav) else { return String::new() };
    let items = items(&edition.outline(LinkStyle::Epub(&path)));
    let contents = attribute(edition.string("contents"));
    let first = edition.book.pages.first().map(|page| page.permalink.epub_document());
    let first = first.map(|first| attribute(&path.href_to(&first))).unwrap_or_default();
    let body = format!(
        "<nav epub:type=\"toc\" role=\"doc-toc\" id=\"toc\"><h1>{contents}</h1>\n<ol>\n{items}</ol></nav>\n\
         <nav epub:type=\"landmarks\" hidden=\"hidden\"><h2>{}</h2>\n<ol>\n\
         <li><a epub:type=\"cover\" href=\"{cover}\">{}</a></li>\n\
         <li><a epub:type=\"toc\" href=\"{nav}#toc\">{contents}</a></li>\n\
         <li><a epub:type=\"bodymatter\" href=\"{first}\">{}</a></li>\n</ol></nav>",
        attribute(edition.string("epub_landmarks")),
        attribute(edition.string("epub_cover")),
        attribute(&edition.book.meta.title),
    );
    page_text(edition, &path, edition.string("contents"), &body)
}

/// Entries of the contents; an entry without a link must have entries under it.
fn items(nav: &[NavItem]) -> String {
    let mut out = String::new();
    for item in nav {
        let children = items(&item.children);
        let number = item.number.as_ref().map_or_else(String::new, |number| format!("{} ", attribute(number)));
        let title = format!("{number}{}", attribute(&item.title));
        let href = item.href.as_ref().filter(|_| item.kind == "page");
        let below = if children.is_empty() { String::new() } else { format!("\n<ol>\n{children}</ol>\n") };
        match href {
            Some(href) => out.extend(["<li><a href=\"", &attribute(href), "\">", &title, "</a>", &below, "</li>\n"]),
            None if below.is_empty() => {}
            None => out.extend(["<li><span>", &title, "</span>", &below, "</li>\n"]),
        }
    }
    out
}

/// The package document: what the publication is, what belongs to it, and in which order it is read.
fn package(
    composition: &Composition<'_>,
    added: &AddedPaths,
    documents: &[Document],
    images: &BTreeMap<&str, &str>,
) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" \
         unique-identifier=\"id\" xml:lang=\"{}\">\n",
        attribute(&composition.edition.book.meta.language)
    );
    metadata(composition, documents, images, &mut out);
    out.push_str("<manifest>\n");
    item("nav", &added.nav, "application/xhtml+xml", "nav", &mut out);
    item("cover", &added.cover, "application/xhtml+xml", "", &mut out);
    item("picture", &added.picture, "image/svg+xml", "cover-image", &mut out);
    item("style", STYLE, "text/css", "", &mut out);
    for (number, document) in documents.iter().enumerate() {
        item(
            &format!("c{}", number + 1),
            document.path.as_str(),
            "application/xhtml+xml",
            &document.properties,
            &mut out,
        );
    }
    for (number, (path, media)) in images.iter().enumerate() {
        item(&format!("i{}", number + 1), path, media, "", &mut out);
    }
    out.push_str("</manifest>\n<spine>\n<itemref idref=\"cover\"/>\n<itemref idref=\"nav\"/>\n");
    for number in 1..=documents.len() {
        let _ = writeln!(out, "<itemref idref=\"c{number}\"/>");
    }
    out.push_str("</spine>\n</package>\n");
    out
}

fn item(id: &str, path: &str, media: &str, properties: &str, out: &mut String) {
    let properties = if properties.is_empty() { String::new() } else { format!(" properties=\"{properties}\"") };
    let href = attribute(&crate::path::encode_path(path));
    let _ = writeln!(out, "<item id=\"{id}\" href=\"{href}\" media-type=\"{media}\"{properties}/>");
}

fn metadata(composition: &Composition<'_>, documents: &[Document], images: &BTreeMap<&str, &str>, out: &mut String) {
    let edition = composition.edition;
    let meta = &edition.book.meta;
    out.push_str("<metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n");
    let mut element = |name: &str, attributes: &str, text: &str| {
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "<{name}{attributes}>{}</{name}>", attribute(text));
    };
    element("dc:identifier", " id=\"id\"", &identifier(edition));
    let content = Digest::of_parts(documents.iter().map(|document| document.text.as_bytes()));
    // This distinguishes two editions of one day; the first identifier stays, so that readers keep their notes.
    element("dc:identifier", "", &format!("urn:blake3:{}", content.hex(64)));
    element("dc:title", "", &meta.title);
    element("dc:language", "", &meta.language);
    let properties = [("dc:description", &meta.description), ("dc:source", &meta.url), ("dc:date", &meta.revised)];
    let authors = meta.authors.iter().map(|author| ("dc:creator", author));
    for (name, text) in authors.chain(properties.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?)))) {
        element(name, "", text);
    }
    let mut property = |name: &str, value: &str| element("meta", &format!(" property=\"{name}\""), value);
    property("dcterms:modified", &modified(composition));
    let modes = if images.is_empty() { vec!["textual"] } else { vec!["textual", "visual"] };
    for mode in modes {
        property("schema:accessMode", mode);
    }
    property("schema:accessModeSufficient", "textual");
    let math = documents.iter().any(|document| document.math).then_some("MathML");
    let features =
        ["tableOfContents", "readingOrder", "structuralNavigation", "alternativeText", "displayTransformability"];
    for feature in features.into_iter().chain(math) {
        property("schema:accessibilityFeature", feature);
    }
    property("schema:accessibilityHazard", "none");
    property("schema:accessibilitySummary", edition.string("epub_summary"));
    // For reading systems that use the older name of the cover.
    out.push_str("<meta name=\"cover\" content=\"picture\"/>\n</metadata>\n");
}

/// The identifier of all editions of the book: a UUID (RFC 9562, version 8) of its id and its address.
fn identifier(edition: &Edition) -> String {
    let meta = &edition.book.meta;
    let digest = Digest::of_parts([meta.id.as_bytes(), meta.url.as_deref().unwrap_or_default().as_bytes()]).hex(32);
    // Two digits of the digest are replaced by the version and the variant.
    ["urn:uuid:", &digest[..8], "-", &digest[8..12], "-8", &digest[13..16], "-8", &digest[17..20], "-", &digest[20..]]
        .concat()
}

/// The date of the book: its own, else the latest of its chapters, else the one in the request.
fn modified(composition: &Composition<'_>) -> String {
    let book = &composition.edition.book;
    let chapters = book.pages.iter().filter_map(|page: &Page| page.chapter.front.revised.clone());
    let day = book.meta.revised.clone().or_else(|| chapters.max());
    match (day, composition.epoch) {
        (Some(day), _) => format!("{day}T00:00:00Z"),
        (None, epoch) => time(epoch.unwrap_or_default()),
    }
}

/// Seconds since 1970 as a time of ISO 8601 (days to civil date, after Hinnant).
fn time(seconds: u64) -> String {
    let (days, rest) = (seconds / SECONDS_OF_A_DAY + 719_468, seconds % SECONDS_OF_A_DAY);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = (year + era * 400 + u64::from(month >= 10), if month < 10 { month + 3 } else { month - 9 });
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// What a document contains that a reading system must be told of (EPUB 3.3, section 5.4).
fn properties(body: &EpubBody) -> String {
    let known = [(body.math, "mathml"), (body.drawing, "svg")];
    known.into_iter().filter(|(is_in, _)| *is_in).map(|(_, name)| name).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_767_225_599, "2025-12-31T23:59:59Z"),
        ] {
            assert_eq!(time(seconds), text);
        }
    }
}
