//! Everything that a link can refer to: chapters by file and by page, folders, assets, redirects, anchors.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Bound;
use std::sync::{Arc, OnceLock};

use super::model::{Checklist, Page, PageId, Target};
use super::name::OwnPages;
use super::suggest::{self, Suggestions, Wanted};
use crate::chapter::Chapter;
use crate::config::{BrokenLinks, Project};
use crate::diagnostic::nearest_within;
use crate::path::{Anchor, ContentPath, SitePath};
use crate::source::{Asset, shown_path};

/// Why a Markdown file has no page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absence {
    /// Its front matter says `draft: true`.
    Draft,
    /// `SUMMARY.md` does not list it.
    Unlisted,
    /// Its path belongs to another chapter, which is reported elsewhere.
    Displaced,
    /// It matches `exclude` under `[source]`.
    Excluded,
}

/// What was found at a path of the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lookup {
    /// A page, an asset, or the target of a redirect.
    Target(Target),
    /// A chapter without a page.
    Absent(ContentPath, Absence),
    /// A folder without an index page.
    Folder,
}

/// The link targets of a book, by paths relative to the content's root, without `/` at either end.
pub(super) struct Places<'a> {
    /// The pages, in order.
    pub pages: &'a [Page],
    /// The checklists, whose ids are anchors too.
    pub checklists: &'a [Checklist],
    /// What to do with broken links.
    pub broken_links: BrokenLinks,
    /// Whether images on other hosts are shown.
    pub external_images: bool,
    exclude: &'a [String],
    /// Whether the folder was written for another tool.
    pub foreign: bool,
    /// Where the book can be edited: it says which repository the book is in.
    pub edit_url: Option<&'a str>,
    /// The name of the content's folder; "" if it has none.
    content: String,
    files: BTreeMap<&'a str, Target>,
    published: HashMap<&'a str, PageId>,
    own: HashMap<&'a str, PageId>,
    absent: BTreeMap<&'a str, Absence>,
    redirects: HashMap<String, Target>,
    /// For each page, its anchors by their normal form; `None` where several have the same.
    alike: Vec<OnceLock<HashMap<Anchor, Option<Anchor>>>>,
    /// The anchors of each page that a link with a fragment leads to.
    anchor_sets: Vec<OnceLock<HashSet<String>>>,
    suggestions: Suggestions,
}

fn content_name(project: &Project) -> String {
    let dir = project.content_dir();
    dir.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Extensions of Markdown that a link may omit.
const EXTENSIONS: [&str; 3] = [".md", ".markdown", ".mdx"];

/// The files of the pages that an author may mean by a name without extension.
fn pages_named(name: &str) -> [String; 2] {
    [format!("{name}.html"), format!("{name}/index.html")]
}

/// The chapters that an author may mean by the file of a page: `a.md` for `a.html`.
fn sources_of_page(path: &str) -> impl Iterator<Item = String> {
    let name = path.strip_suffix(".html").or_else(|| path.strip_suffix(".htm"));
    name.into_iter().flat_map(sources)
}

/// The chapters that an author may mean by a name without extension.
fn sources(name: &str) -> impl Iterator<Item = String> {
    EXTENSIONS.iter().map(move |end| format!("{name}{end}"))
}

impl<'a> Places<'a> {
    /// Collects the targets of a book; redirects are added later with [`Places::add_redirect`].
    pub(super) fn new(
        project: &'a Project,
        pages: &'a [Page],
        own: &'a OwnPages,
        assets: &'a [Asset],
        checklists: &'a [Checklist],
    ) -> Self {
        let ids = || pages.iter().enumerate().map(|(index, page)| (PageId(index), page));
        let asset = |asset: &'a Asset| (asset.path.as_str(), Target::Asset(asset.path.clone()));
        let page = |(id, page): (PageId, &'a Page)| (page.chapter.path.as_str(), Target::Page(id, None));
        let is_own = |page: &Page| own.get(page.chapter.path.folder()) == Some(&page.chapter.path);
        Self {
            pages,
            checklists,
            broken_links: project.config.markdown.broken_links,
            external_images: project.config.markdown.external_images,
            exclude: &project.config.source.exclude,
            foreign: project.config.source.foreign,
            edit_url: project.config.book.edit_url.as_deref(),
            alike: pages.iter().map(|_| OnceLock::new()).collect(),
            content: content_name(project),
            files: assets.iter().map(asset).chain(ids().map(page)).collect(),
            published: ids().map(|(id, page)| (page.permalink.file().as_str(), id)).collect(),
            own: ids().filter(|(_, page)| is_own(page)).map(|(id, page)| (page.chapter.path.folder(), id)).collect(),
            absent: BTreeMap::new(),
            redirects: HashMap::new(),
            anchor_sets: pages.iter().map(|_| OnceLock::new()).collect(),
            suggestions: Suggestions::default(),
        }
    }

    /// Stores why chapters have no page; those with a page are skipped.
    pub(super) fn set_absent(&mut self, chapters: &'a [Arc<Chapter>], why: impl Fn(&Chapter) -> Absence) {
        let absent = chapters.iter().filter(|chapter| !self.files.contains_key(chapter.path.as_str()));
        self.absent = absent.map(|chapter| (chapter.path.as_str(), why(chapter))).collect();
    }

    /// Makes the old path of a redirect a valid link target.
    pub(super) fn add_redirect(&mut self, from: &SitePath, to: Target) {
        self.redirects.insert(from.as_str().to_owned(), to);
    }

    /// Finds what an author may mean by a path: a file, a published page (`.html`), a folder, a file without `.md`, or the
    /// old path of a redirect.
    pub(super) fn find(&self, path: &str) -> Option<Lookup> {
        let path = &*shown_path(path);
        let live = self.live(path).or_else(|| self.in_repository(path)).map(Lookup::Target);
        live.or_else(|| self.find_absent(path)).or_else(|| self.find_folder(path))
    }

    /// What was probably meant by something that is not there, as it is written in a link. `from` is the page that contains
    /// the link: it is not what was meant.
    pub(super) fn suggestion(&self, wanted: &Wanted, from: Option<PageId>) -> Option<String> {
        self.suggestions.get(wanted, |budget| match wanted {
            Wanted::Chapter(path) => {
                let own = from.map(|page| self.pages[page.0].chapter.path.as_str());
                let chapters = self.files.iter().filter(|(_, target)| matches!(target, Target::Page(..)));
                let others = chapters.map(|(path, _)| *path).filter(|path| Some(*path) != own);
                self.with_extension(path)
                    .or_else(|| suggest::path(&as_markdown(path), others, budget))
                    .map(str::to_owned)
            }
            Wanted::File(path) => {
                let assets = self.files.iter().filter(|(_, target)| matches!(target, Target::Asset(_)));
                let assets = assets.map(|(path, _)| *path);
                self.with_extension(path).or_else(|| suggest::path(path, assets, budget)).map(str::to_owned)
            }
            Wanted::Anchor(page, fragment) => {
                let anchors = self.anchors(*page).map(Cow::into_owned).collect::<Vec<_>>();
                nearest_within(fragment, anchors.iter().map(String::as_str), budget).map(str::to_owned)
            }
        })
    }

    /// The help for a diagnostic when no more suggestions are worked out; only the first one gets it.
    pub(super) fn suggestions_spent(&self) -> Option<&'static str> {
        self.suggestions.spent()
    }

    /// The file at a path that is written without its extension.
    fn with_extension(&self, path: &str) -> Option<&'a str> {
        let start = format!("{path}.");
        let file: &'a str = self
            .files
            .range::<str, _>((Bound::Included(start.as_str()), Bound::Unbounded))
            .next()
            .map(|(file, _)| *file)?;
        file.starts_with(start.as_str()).then_some(file)
    }

    /// The anchors of a page: of headings, ids in its HTML, checklists, footnotes.
    pub(super) fn anchors(&self, id: PageId) -> impl Iterator<Item = Cow<'_, str>> {
        let page = &self.pages[id.0];
        let chapter = &page.chapter;
        let headings = chapter.headings.iter().map(|heading| &heading.anchor);
        let written = headings.chain(&chapter.ids).map(|anchor| Cow::Borrowed(anchor.as_str()));
        let lists = page.checklists.iter().filter_map(|index| self.checklists.get(*index));
        let lists = lists.map(|list| Cow::Borrowed(list.id.as_str()));
        let notes = chapter.footnotes.iter().enumerate();
        let notes = notes.flat_map(|(index, note)| [format!("fn-{}", note.label), format!("fn-{}", index + 1)]);
        written.chain(lists).chain(notes.map(Cow::Owned))
    }

    /// The anchor of a page that equals a decoded fragment.
    pub(super) fn anchor(&self, id: PageId, fragment: &str) -> Option<Anchor> {
        let wanted = Anchor::written(fragment)?;
        let all = self.anchor_sets.get(id.0)?.get_or_init(|| self.anchors(id).map(Cow::into_owned).collect());
        all.contains(wanted.as_str()).then_some(wanted)
    }

    /// The only anchor of a page that equals a decoded fragment but for letter case, spaces and punctuation.
    pub(super) fn anchor_like(&self, id: PageId, fragment: &str) -> Option<Anchor> {
        let known = self.alike.get(id.0)?.get_or_init(|| self.by_normal_form(id));
        known.get(&Anchor::from_heading(fragment)).cloned().flatten()
    }

    fn by_normal_form(&self, id: PageId) -> HashMap<Anchor, Option<Anchor>> {
        let mut known = HashMap::new();
        for anchor in self.anchors(id).filter_map(|anchor| Anchor::written(&anchor)) {
            let only = known.entry(Anchor::from_heading(anchor.as_str()));
            only.and_modify(|only| *only = None).or_insert(Some(anchor));
        }
        known
    }

    fn live(&self, path: &str) -> Option<Target> {
        let page = |id: &PageId| Target::Page(*id, None);
        let file = |path: String| self.files.get(path.as_str()).cloned();
        let published = |path: &str| self.published.get(path).map(page);
        self.files
            .get(path)
            .cloned()
            .or_else(|| published(path))
            .or_else(|| sources_of_page(path).find_map(file))
            .or_else(|| self.own.get(path).map(page))
            .or_else(|| sources(path).find_map(file))
            .or_else(|| pages_named(path).iter().find_map(|file| published(file)))
            .or_else(|| self.moved(path))
            .or_else(|| (path.is_empty() && !self.pages.is_empty()).then_some(Target::Page(PageId(0), None)))
    }

    /// The target of a path relative to the repository's root: `docs/x.md` for `x.md` if the content is the folder `docs`.
    fn in_repository(&self, path: &str) -> Option<Target> {
        let inside = path.strip_prefix(self.content.as_str())?.strip_prefix('/')?;
        self.live(inside)
    }

    fn moved(&self, path: &str) -> Option<Target> {
        let name = EXTENSIONS.iter().find_map(|end| path.strip_suffix(end)).unwrap_or(path);
        let [file, index] = pages_named(name);
        [path, &file, &index].into_iter().find_map(|old| self.redirects.get(old)).cloned()
    }

    fn find_absent(&self, path: &str) -> Option<Lookup> {
        let files = [path.to_owned()].into_iter().chain(sources_of_page(path)).chain(sources(path));
        let known = files.into_iter().find_map(|file| self.absent.get_key_value(file.as_str()));
        let (path, absence) = match known {
            Some((path, absence)) => (*path, *absence),
            None => (path, self.is_excluded(path).then_some(Absence::Excluded)?),
        };
        ContentPath::resolve("", path).map(|path| Lookup::Absent(path, absence))
    }

    fn is_excluded(&self, path: &str) -> bool {
        let entries = self.exclude.iter().filter_map(|entry| ContentPath::resolve("", entry));
        let mut entries = entries.map(|entry| path.strip_prefix(entry.as_str()).map(str::to_owned));
        entries.any(|rest| rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    }

    fn find_folder(&self, path: &str) -> Option<Lookup> {
        if !self.is_folder(path) {
            return None;
        }
        let inside = format!("{path}/");
        let first = || self.pages.iter().position(|page| page.chapter.path.as_str().starts_with(&inside));
        let first = if self.foreign { first() } else { None };
        Some(first.map_or(Lookup::Folder, |index| Lookup::Target(Target::Page(PageId(index), None))))
    }

    fn is_folder(&self, path: &str) -> bool {
        let inside = format!("{path}/");
        self.files.range(inside.as_str()..).next().is_some_and(|(file, _)| file.starts_with(&inside))
    }
}

/// A path as that of a chapter: `a.html` and `a` are `a.md`.
fn as_markdown(path: &str) -> String {
    let stem = [".html", ".htm", ".md", ".markdown"].iter().find_map(|end| path.strip_suffix(end)).unwrap_or(path);
    format!("{stem}.md")
}
