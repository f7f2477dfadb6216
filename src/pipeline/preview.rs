//! The preview: builds a book again and again, and shows the page of an edited chapter before its build has ended.

use std::sync::Arc;

use super::build::run;
use super::built::{Built, MadeFrom};
use super::cache::Cache;
use super::load::chapter_files;
use super::opened::open;
use super::parse::options_key;
use super::parse_cache::parse_one;
use super::request::Request;
use crate::book::{PageId, find_terms_again};
use crate::chapter::{Chapter, FrontMatter, LinkKind};
use crate::diagnostic::Report;
use crate::digest::Digest;
use crate::error::Error;
use crate::output::{Artifact, page_of};
use crate::path::{Anchor, SitePath};
use crate::render::Edition;
use crate::site::{Role, Seen, SiteFile};
use crate::source::{self, Origin, SourceFile};

/// Builds one book again and again; what a build has made is kept in memory for the next one.
///
/// # Examples
///
/// ```
/// use chapbook::pipeline::{Preview, Purpose, Request};
///
/// let book = tempfile::tempdir()?;
/// std::fs::write(book.path().join("chapbook.toml"), "[book]\ntitle = \"Tea\"\n")?;
/// std::fs::create_dir(book.path().join("content"))?;
/// let chapter = book.path().join("content/tea.md");
/// std::fs::write(&chapter, "# Tea\n\nBoil water.\n")?;
/// let mut preview = Preview::new(Request::new(book.path(), Purpose::Preview));
/// preview.build()?;
///
/// std::fs::write(&chapter, "# Tea\n\nBoil fresh water.\n")?;
/// let (path, page) = preview.early_page().ok_or("only words have changed")?;
/// let built = preview.build()?;
/// assert_eq!(built.site.get(&path).ok_or("no page")?.bytes()?, page.bytes()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Preview {
    request: Request,
    cache: Cache,
    last: Option<LastBuild>,
}

/// What the last build was made from.
#[derive(Debug)]
struct LastBuild {
    edition: Edition,
    /// The state of each chapter's file on disk.
    files: Vec<Option<Seen>>,
}

impl Preview {
    /// A preview of the book of a request; nothing is built yet.
    #[must_use]
    pub fn new(request: Request) -> Self {
        Self { request, cache: Cache::in_memory(), last: None }
    }

    /// Builds the book as it is now. Its configuration is read again.
    ///
    /// # Errors
    /// If the disk or the theme fails.
    pub fn build(&mut self) -> Result<Built, Error> {
        let opened = open(&self.request)?;
        let keeps_state = opened.plan.keeps_state;
        let (built, MadeFrom { edition, chapter_files, .. }) = run(opened, &mut self.cache)?;
        self.last = keeps_state.then_some(LastBuild { edition, files: chapter_files });
        Ok(built)
    }

    /// The page of the one chapter whose words have changed since the last build; `None` if anything else has changed, or if
    /// other pages show what has. The next build makes the same page.
    pub fn early_page(&mut self) -> Option<(SitePath, SiteFile)> {
        let last = self.last.as_mut()?;
        // Other pages show the number of lists and sheets; only a whole build knows them.
        let at = last.changed().filter(|_| !last.edition.facts.sheets)?;
        last.fill(at, &mut self.cache)
    }
}

impl LastBuild {
    /// The chapter whose file alone has changed.
    fn changed(&self) -> Option<usize> {
        let now = chapter_files(&self.edition.project, self.edition.trees.sources());
        let mut changed = now.iter().zip(&self.files).enumerate().filter(|(_, (now, before))| now != before);
        let (at, _) = changed.next()?;
        changed.next().is_none().then_some(at)
    }

    /// Takes the new words of a chapter over and fills its page in.
    fn fill(&mut self, at: usize, cache: &mut Cache) -> Option<(SitePath, SiteFile)> {
        let (source, chapter, id) = self.reworded(at, cache)?;
        self.edition.book.pages.get_mut(id.0)?.chapter = chapter;
        find_terms_again(&mut self.edition.book, id);
        *self.files.get_mut(at)? = Seen::at(&self.edition.project.root.join(&*source.origin.file()));
        self.edition.trees.replace(at, source);
        let Artifact::Late { path, template, view, .. } = page_of(&self.edition, id) else { return None };
        let late = view(&|_| false).ok().filter(|late| late.report.is_empty())?;
        let text = self.edition.templates.fill(template, &late.view?).ok()?;
        Some((path, SiteFile::in_memory(Role::Page, text.into_bytes()).with_key(late.key)))
    }

    /// The chapter as its file has it now, if nothing but its words has changed. The cache keeps its tree for the build that
    /// follows.
    fn reworded(&self, at: usize, cache: &mut Cache) -> Option<(SourceFile, Arc<Chapter>, PageId)> {
        let Edition { book, trees, project, .. } = &self.edition;
        let old = trees.sources().get(at)?;
        let name = old.origin.file();
        let text = source::read_authored(&project.root.join(&*name), &name, &mut Report::default()).ok()??;
        if text.contains("{{") {
            return None;
        }
        let digest = Digest::of(text.as_bytes());
        let new = SourceFile { path: old.path.clone(), text, origin: Origin::whole(name), digest };
        let id = book.page_ids().find(|id| book.page(*id).chapter.path == new.path)?;
        let before = &book.page(id).chapter;
        let options = trees.options();
        let (chapter, found) = parse_one(&new, (options, options_key(options).as_bytes()), before.shape, cache);
        let plain = !before.facts.has_sheets() && !chapter.facts.has_sheets() && found.is_empty();
        (plain && shared_parts(before) == shared_parts(&chapter)).then_some((new, chapter, id))
    }
}

/// The parts of a chapter that other pages, or the book as a whole, show or count.
#[derive(PartialEq)]
struct SharedParts<'a> {
    front: &'a FrontMatter,
    headings: Vec<(u8, &'a str, &'a str, bool)>,
    links: Vec<(&'a str, LinkKind)>,
    ids: &'a [Anchor],
    notes: Vec<(&'a str, usize)>,
    /// Terms and their meanings.
    glossary: Vec<(&'a str, &'a str)>,
}

fn shared_parts(chapter: &Chapter) -> SharedParts<'_> {
    let headings = chapter.headings.iter();
    SharedParts {
        front: &chapter.front,
        headings: headings
            .map(|heading| (heading.level, heading.title.as_str(), heading.anchor.as_str(), heading.numbered))
            .collect(),
        links: chapter.links.iter().map(|link| (link.href.as_str(), link.kind)).collect(),
        ids: &chapter.ids,
        notes: chapter.footnotes.iter().map(|note| (note.label.as_str(), note.uses)).collect(),
        glossary: chapter.glossary.iter().map(|entry| (entry.term.as_str(), entry.meaning.as_str())).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Purpose;

    #[expect(clippy::disallowed_methods, reason = "an author saves")]
    fn write(path: &std::path::Path, text: &str) {
        std::fs::write(path, text).unwrap();
    }

    #[test]
    fn an_edited_chapter_is_parsed_once() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("content")).unwrap();
        let file = folder.path().join("content/a.md");
        write(&folder.path().join("chapbook.toml"), "[book]\ntitle = \"T\"\n");
        write(&file, "# A\n\nOne word.\n");
        let mut preview = Preview::new(Request::new(folder.path(), Purpose::Preview));
        preview.build().unwrap();
        assert!(preview.early_page().is_none(), "nothing has changed");
        write(&file, "# A\n\nOther words now.\n");
        let (path, page) = preview.early_page().unwrap();
        let chapter = |preview: &Preview| preview.last.as_ref().unwrap().edition.book.pages[0].chapter.clone();
        let shown = chapter(&preview);
        let built = preview.build().unwrap();
        assert!(Arc::ptr_eq(&shown, &chapter(&preview)), "the build takes the tree of the early page");
        assert_eq!(built.site.get(&path).unwrap().bytes().unwrap(), page.bytes().unwrap());
    }

    #[test]
    fn an_edited_meaning_of_the_glossary_is_left_to_the_build() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("content")).unwrap();
        let [glossary, chapter] = ["content/g.md", "content/a.md"].map(|name| folder.path().join(name));
        write(&folder.path().join("chapbook.toml"), "[book]\ntitle = \"T\"\nglossary = \"g.md\"\n");
        write(&glossary, "# G\n\nOnce.\n\nTea\n: Hot leaves.\n");
        write(&chapter, "# A\n\nTea.\n");
        let mut preview = Preview::new(Request::new(folder.path(), Purpose::Preview));
        preview.build().unwrap();
        for (text, is_early) in [
            ("# G\n\nNow.\n\nTea\n: Hot leaves.\n", true),
            ("# G\n\nNow.\n\nTea\n: Cold leaves.\n", false),
            ("# G\n\nNow.\n\nTee\n: Cold leaves.\n", false),
        ] {
            write(&glossary, text);
            assert_eq!(preview.early_page().is_some(), is_early, "{text}");
            preview.build().unwrap();
        }
    }
}
