//! What a build has laid out before it fills pages in. A preview keeps it, so that a chapter whose words alone were changed
//! is shown at once, while the search index and all else that follows is made.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::cache::Cache;
use super::parsed::parse_again;
use crate::book::{Book, PageId};
use crate::chapter::{Chapter, FrontMatter, LinkKind, ParseOptions, Shape, parse, plain_text};
use crate::config::Project;
use crate::diagnostic::Report;
use crate::output::{Artifact, page_of};
use crate::path::{Anchor, ContentPath, SitePath};
use crate::render::{Edition, Highlights, Sheet, Sidebars, Templates, ThemeFiles, has_feed};
use crate::search::Index;
use crate::site::{Role, Seen, SiteFile};
use crate::source::{self, Days, Digest, Origin, SourceFile};
use crate::theme::Strings;

/// A book read, put together and ready to be filled in.
pub(super) struct PreviewState {
    pub(super) project: Project,
    pub(super) strings: Strings,
    pub(super) templates: Templates,
    pub(super) theme: ThemeFiles,
    pub(super) sizes: BTreeMap<ContentPath, (u32, u32)>,
    pub(super) surroundings: Digest,
    pub(super) own_templates: bool,
    pub(super) options: ParseOptions,
    /// The chapters' texts, sorted by path.
    pub(super) sources: Vec<SourceFile>,
    pub(super) book: Book,
    pub(super) csp: String,
    /// The days on which chapters last changed.
    pub(super) days: Arc<Days>,
    /// All checklists, forms and logs, once they are typeset.
    pub(super) sheets: Vec<Sheet>,
    /// How the disk shows the chapters' files; empty if their text is not theirs alone.
    pub(super) seen: Vec<Option<Seen>>,
}

impl std::fmt::Debug for PreviewState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PreviewState").finish_non_exhaustive()
    }
}

impl PreviewState {
    /// The edition that is filled in, its sheets and its index still to be made.
    pub(super) fn edition<'a>(
        &'a self,
        highlights: &'a Highlights,
        parse_again: &'a (dyn Fn(&Chapter) -> Option<Chapter> + Sync),
    ) -> Edition<'a> {
        Edition {
            book: &self.book,
            project: &self.project,
            strings: &self.strings,
            templates: &self.templates,
            theme: self.theme.clone(),
            sizes: self.sizes.clone(),
            parse_again,
            awake: Mutex::default(),
            highlights,
            surroundings: self.surroundings,
            own_templates: self.own_templates,
            sidebars: Sidebars::of(&self.book),
            feed: has_feed(&self.book),
            file_bodies: Vec::new(),
            epub_bodies: Vec::new(),
            sheets: Vec::new(),
            all_sheets: Vec::new(),
            file_sheets: Vec::new(),
            index: Index::default(),
            csp: self.csp.clone(),
            days: self.days.clone(),
        }
    }

    /// Remembers how the disk shows the chapters' files, before they are read.
    pub(super) fn look(project: &Project, sources: &[SourceFile]) -> Vec<Option<Seen>> {
        use rayon::prelude::*;
        sources.par_iter().map(|source| look_at(project, source)).collect()
    }

    /// The chapter whose file alone has changed.
    fn changed(&self) -> Option<usize> {
        let now = Self::look(&self.project, &self.sources);
        let mut changed = now.iter().zip(&self.seen).enumerate().filter(|(_, (now, before))| now != before);
        let (at, _) = changed.next()?;
        changed.next().is_none().then_some(at)
    }

    /// The chapter as its file has it now, if nothing but its words has changed.
    fn reworded(&self, at: usize) -> Option<(SourceFile, Chapter, PageId)> {
        let old = self.sources.get(at)?;
        let name = old.origin.file();
        let text = source::read_authored(&self.project.root.join(&*name), &name, &mut Report::default()).ok()??;
        if text.contains("{{") {
            return None;
        }
        let digest = Digest::of(text.as_bytes());
        let new = SourceFile { path: old.path.clone(), text, origin: Origin::whole(name), digest };
        let (chapter, found) = parse(&new, &self.options);
        let id = self.book.page_ids().find(|id| self.book.page(*id).chapter.path == new.path)?;
        let before = &self.book.page(id).chapter;
        let plain = !before.sheets && !chapter.sheets && found.is_empty();
        (plain && face(before) == face(&chapter)).then_some((new, chapter, id))
    }

    /// Takes the new words in and fills the chapter's page in.
    fn fill(&mut self, at: usize, highlights: &Highlights) -> Option<(SitePath, SiteFile)> {
        let (source, chapter, id) = self.reworded(at)?;
        let page = self.book.pages.get_mut(id.0)?;
        let shape = page.chapter.shape;
        page.chapter = Arc::new(if shape == Shape::Slim { chapter.slim() } else { chapter });
        self.seen[at] = look_at(&self.project, &source);
        self.sources[at] = source;
        let again = |chapter: &Chapter| parse_again(chapter, &self.sources, &self.options);
        let edition = self.edition(highlights, &again);
        let Artifact::Late { path, template, view, .. } = page_of(&edition, id) else { return None };
        let late = view(&|_| false).ok().filter(|late| late.report.is_empty())?;
        let text = self.templates.fill(template, &late.view?).ok()?;
        Some((path, SiteFile::in_memory(Role::Page, text.into_bytes()).with_key(late.key)))
    }
}

/// The page of the chapter whose words have changed since the last build, if that is all that has.
pub fn early_page(cache: &mut Cache) -> Option<(SitePath, SiteFile)> {
    let highlights = cache.highlights();
    let desk = cache.desk()?;
    // Other pages show the number of lists and sheets; only a whole build knows them.
    let at = desk.changed().filter(|_| desk.sheets.is_empty())?;
    desk.fill(at, &highlights)
}

fn look_at(project: &Project, source: &SourceFile) -> Option<Seen> {
    Seen::at(&project.root.join(&*source.origin.file()))
}

/// What other pages, and the book as a whole, know of a chapter.
#[derive(PartialEq)]
struct Face<'a> {
    front: &'a FrontMatter,
    headings: Vec<(u8, String, &'a str, bool)>,
    links: Vec<(&'a str, LinkKind)>,
    ids: &'a [Anchor],
    notes: Vec<(&'a str, usize)>,
    glosses: usize,
}

fn face(chapter: &Chapter) -> Face<'_> {
    let headings = chapter.headings.iter();
    Face {
        front: &chapter.front,
        headings: headings
            .map(|heading| (heading.level, plain_text(&heading.text), heading.anchor.as_str(), heading.numbered))
            .collect(),
        links: chapter.links.iter().map(|link| (link.href.as_str(), link.kind)).collect(),
        ids: &chapter.ids,
        notes: chapter.footnotes.iter().map(|note| (note.label.as_str(), note.uses)).collect(),
        glosses: chapter.glosses.len(),
    }
}
