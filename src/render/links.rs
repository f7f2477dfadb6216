//! Hrefs: where a target is, seen from a page of the site, of a document that holds many, or of an export.

use super::edition::Edition;
use crate::book::{Page, PageId, Target};
use crate::path::{Anchor, ContentPath, SitePath, encode_fragment};

/// How a target becomes an href.
#[derive(Debug, Clone, Copy)]
pub enum LinkStyle<'a> {
    /// Seen from a page of its own.
    Page(&'a SitePath),
    /// All chapters on the page at this path.
    OneDocument(&'a SitePath),
    /// The chapters from one place in reading order up to another on the page at this path.
    Part(&'a SitePath, (PageId, PageId)),
    /// All pages of the site in one file: the address of a page is its path after `#`.
    File,
    /// Seen from a document of an EPUB: chapters end in `.xhtml`, files keep their paths in the site.
    Epub(&'a SitePath),
}

/// Precedes the path of a file that is to be embedded in the document.
pub const INLINE: &str = "inline:";

/// The id of a page in the one-file export: its path, with characters that an id cannot contain percent-encoded.
#[must_use]
pub fn file_place(path: &SitePath) -> String {
    path.as_str().replace('%', "%25").replace(char::is_whitespace, "%20")
}

impl Edition {
    /// Where a target is, seen from a place; `None` for one that leads nowhere.
    #[must_use]
    pub fn href(&self, target: &Target, style: LinkStyle<'_>) -> Option<String> {
        match target {
            Target::Broken => None,
            Target::External(url) => Some(url.clone()),
            Target::OutsideBook(path) => self.outside_href(path, style),
            Target::Asset(path) => asset_href(path, style),
            Target::Page(id, anchor) => Some(self.target_href(*id, anchor.as_ref(), style)),
        }
    }

    fn outside_href(&self, path: &str, style: LinkStyle<'_>) -> Option<String> {
        match style {
            LinkStyle::Page(_) | LinkStyle::OneDocument(_) | LinkStyle::Part(..) if path.starts_with('/') => {
                Some(path.to_owned())
            }
            LinkStyle::Page(from) | LinkStyle::OneDocument(from) | LinkStyle::Part(from, _) => {
                Some(format!("{}{path}", from.root()))
            }
            // An export has no files next to it; only the published site has.
            LinkStyle::File | LinkStyle::Epub(_) => {
                let url = self.book.meta.url.as_deref().filter(|_| !path.starts_with('/'))?;
                Some(format!("{url}{path}"))
            }
        }
    }

    /// Where a page or an anchor in it is.
    fn target_href(&self, id: PageId, anchor: Option<&Anchor>, style: LinkStyle<'_>) -> String {
        let page = self.book.page(id);
        match style {
            LinkStyle::Page(from) => self.page_href(id, anchor, from),
            // A chapter that is not printed can only be found on its own page.
            LinkStyle::OneDocument(from) | LinkStyle::Part(from, _) if !self.is_on(id, style) => {
                self.page_href(id, anchor, from)
            }
            LinkStyle::OneDocument(_) | LinkStyle::Part(..) => {
                let anchor = anchor.map_or("", Anchor::as_str);
                format!("#{}", encode_fragment(&format!("{}{anchor}", print_prefix(id))))
            }
            LinkStyle::File => {
                let place = file_place(page.permalink.file());
                let place = anchor.map_or_else(|| place.clone(), |anchor| format!("{place}#{anchor}"));
                format!("#{}", encode_fragment(&place))
            }
            LinkStyle::Epub(from) => {
                let to = page.permalink.epub_document();
                let anchor = anchor.map_or_else(String::new, |anchor| format!("#{}", encode_fragment(anchor.as_str())));
                if to == *from && !anchor.is_empty() { anchor } else { format!("{}{anchor}", from.href_to(&to)) }
            }
        }
    }

    /// The href of a page, or of an anchor in it, from a file of the site.
    pub(super) fn page_href(&self, id: PageId, anchor: Option<&Anchor>, from: &SitePath) -> String {
        let to = &self.book.page(id).permalink;
        match anchor {
            Some(anchor) if to.file() == from => format!("#{}", encode_fragment(anchor.as_str())),
            Some(anchor) => format!("{}#{}", to.href_from(from), encode_fragment(anchor.as_str())),
            None => to.href_from(from),
        }
    }

    /// The full URL of a page, if the book has a `url`.
    #[must_use]
    pub fn page_url(&self, page: &Page) -> Option<String> {
        self.book.meta.url.as_deref().map(|url| page.permalink.url(url))
    }

    /// The full URL of a file that is not a page, if the book has a `url`.
    #[must_use]
    pub fn file_url(&self, file: &SitePath) -> Option<String> {
        self.book.meta.url.as_deref().map(|url| format!("{url}{}", file.encoded()))
    }

    /// The path of the site on its host, ending in `/`; `None` if the configuration does not say it.
    #[must_use]
    pub fn base_path(&self) -> Option<String> {
        let written = self.project.config.output.base.clone();
        written.or_else(|| self.book.meta.url.as_deref().map(base_path))
    }
}

/// Precedes the ids of a chapter on the print page; also the id of the chapter itself.
#[must_use]
pub fn print_prefix(id: PageId) -> String {
    format!("c{}-", id.0 + 1)
}

fn asset_href(path: &ContentPath, style: LinkStyle<'_>) -> Option<String> {
    let to = SitePath::new(path.as_str())?;
    Some(match style {
        LinkStyle::Page(from) | LinkStyle::OneDocument(from) | LinkStyle::Part(from, _) | LinkStyle::Epub(from) => {
            from.href_to(&to)
        }
        LinkStyle::File => format!("{INLINE}{}", to.encoded()),
    })
}

/// Precedes the ids of a page in the one-file export.
#[must_use]
pub fn file_prefix(path: &SitePath) -> String {
    format!("{}#", file_place(path))
}

fn base_path(url: &str) -> String {
    let after_scheme = url.split_once("://").map_or("/", |(_, rest)| rest);
    after_scheme.find('/').map_or_else(|| "/".to_owned(), |slash| after_scheme[slash..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_paths() {
        for (url, base) in
            [("https://example.org/", "/"), ("https://example.org/a/b/", "/a/b/"), ("https://example.org", "/")]
        {
            assert_eq!(base_path(url), base, "{url:?}");
        }
    }
}
