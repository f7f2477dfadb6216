//! What a chapter's HTML depends on besides the chapter: its links, the numbers of its headings, its checklists.

use super::body::typeset;
use super::direction::Direction;
use super::edition::Edition;
use super::epub_body::{EpubBody, typeset_epub};
use super::links::{LinkStyle, file_place, file_prefix, print_prefix};
use super::medium::Medium;
use super::render_context::{ChecklistContext, LinkContext, RenderContext};
use crate::book::{Page, PageId, Target};
use crate::chapter::LinkKind;
use crate::diagnostic::Report;
use crate::digest::Digest;
use crate::error::Error;
use crate::path::{SitePath, encode_fragment};

impl Edition {
    /// A chapter's HTML with links of one style, and the diagnostics of its code and formulas.
    ///
    /// # Errors
    /// If a template of the theme fails.
    pub fn body(&self, id: PageId, style: LinkStyle<'_>) -> Result<(String, Report), Error> {
        let context = self.render_context(id, style);
        typeset(&self.chapter(id), &context, &self.templates, &self.highlights)
    }

    /// A chapter's XHTML for a document of the EPUB at a path, and the diagnostics of its code and formulas.
    ///
    /// # Errors
    /// If a template of the theme fails.
    pub fn epub_body(&self, id: PageId, path: &SitePath) -> Result<(EpubBody, Report), Error> {
        let context = self.render_context(id, LinkStyle::Epub(path));
        typeset_epub(&self.chapter(id), &context, &self.templates, &self.highlights)
    }

    /// The digest of everything that [`Self::body`] depends on: equal keys mean equal HTML.
    #[must_use]
    pub fn body_key(&self, id: PageId, style: LinkStyle<'_>) -> Digest {
        let chapter = &self.book.page(id).chapter;
        let context = Digest::of_json(&self.render_context(id, style));
        Digest::of_parts([self.surroundings.0.as_slice(), &chapter.digest.0, &context.0])
    }

    /// What a chapter's HTML depends on besides the chapter itself.
    #[must_use]
    pub fn render_context(&self, id: PageId, style: LinkStyle<'_>) -> RenderContext<'_> {
        let page = self.book.page(id);
        let (prefix, lower) = match style {
            LinkStyle::Page(_) | LinkStyle::Epub(_) => (String::new(), 0),
            LinkStyle::OneDocument(_) | LinkStyle::Part(..) => (print_prefix(id), 1),
            LinkStyle::File => (file_prefix(page.permalink.file()), 0),
        };
        RenderContext {
            links: self.links(page, style),
            numbers: self.heading_numbers(page),
            checklists: self.checklists(page, style),
            place: page.permalink.key().to_owned(),
            prefix,
            lower,
            title: match style {
                LinkStyle::Page(_) | LinkStyle::File if !self.project.config.markdown.add_titles => None,
                _ => Some(page.title.clone()),
            },
            title_number: self.number(page).filter(|_| self.project.config.numbers.headings),
            // Readers of EPUBs fetch nothing from the network.
            external_images: self.project.config.markdown.external_images && !matches!(style, LinkStyle::Epub(_)),
            highlight: self.project.config.markdown.highlight,
            strings: &self.strings,
            direction: Direction::of_language(&self.book.meta.language),
            medium: if matches!(style, LinkStyle::Epub(_)) { Medium::Epub } else { Medium::Page },
        }
    }

    fn links(&self, page: &Page, style: LinkStyle<'_>) -> Vec<LinkContext> {
        page.chapter
            .links
            .iter()
            .zip(&page.targets)
            .map(|(link, target)| LinkContext {
                href: self.href(target, style),
                external: matches!(target, Target::External(href) if !href.to_ascii_lowercase().starts_with("data:")),
                size: match target {
                    Target::Asset(path) if link.kind == LinkKind::Image => self.facts.sizes.get(path).copied(),
                    _ => None,
                },
            })
            .collect()
    }

    fn checklists(&self, page: &Page, style: LinkStyle<'_>) -> Vec<ChecklistContext> {
        let sheets = self.project.config.output.checklists;
        page.checklists
            .iter()
            .filter_map(|index| self.book.checklists.get(*index))
            .map(|list| ChecklistContext {
                id: list.id.clone(),
                title: list.title.clone(),
                sheet: match style {
                    LinkStyle::Page(from) if sheets && *from != list.sheet => Some(from.href_to(&list.sheet)),
                    LinkStyle::File if sheets => Some(format!("#{}", encode_fragment(&file_place(&list.sheet)))),
                    _ => None,
                },
            })
            .collect()
    }

    fn heading_numbers(&self, page: &Page) -> Vec<Option<String>> {
        let mut numbers: Vec<Option<String>> =
            page.heading_numbers.iter().map(|number| dotted(number.as_deref()?)).collect();
        let numbered = self.project.config.numbers.headings;
        let first = page.chapter.headings.iter().position(|heading| heading.level == 1).filter(|_| numbered);
        if let Some(slot) = first.and_then(|first| numbers.get_mut(first)) {
            *slot = self.number(page);
        }
        numbers
    }

    /// A page's number in the book's style: "第 1 章" or "Chapter 1" at the top, "1.2" below.
    #[must_use]
    pub fn number(&self, page: &Page) -> Option<String> {
        match page.number.as_slice() {
            [] => None,
            [number] => {
                let style = self.strings.get("number_chapter").map_or("{n}", String::as_str);
                Some(style.replace("{n}", &number.to_string()))
            }
            number => dotted(number),
        }
    }
}

/// A number as it is shown: "1.2"; `None` for an empty one.
#[must_use]
pub fn dotted(number: &[u32]) -> Option<String> {
    (!number.is_empty()).then(|| number.iter().map(u32::to_string).collect::<Vec<_>>().join("."))
}
