//! Names of pages, and which path of the site belongs to which page or file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::name::{self, OwnPages};
use crate::chapter::Chapter;
use crate::diagnostic::{Code, Diagnostic, Place, Report, Span, codes};
use crate::path::{AddressStyle, ContentPath, Permalink, SitePath, number_prefix};

/// How the permalink of a page is made from the path of its chapter.
#[derive(Debug)]
pub(super) struct Naming {
    /// How addresses of pages look.
    pub style: AddressStyle,
    /// The index page of each folder.
    pub own: OwnPages,
    /// Whether an index page keeps the letter case of its name, as `INDEX.md`.
    pub as_written: bool,
    /// Paths without number prefixes; see [`short_paths`].
    pub short: BTreeMap<ContentPath, String>,
}

impl Naming {
    /// The permalink of a chapter's page. A slug that cannot be a file name is reported and ignored.
    pub(super) fn permalink(&self, chapter: &Chapter, report: &mut Report) -> Option<Permalink> {
        let path = &chapter.path;
        let base = self.short.get(path).cloned().unwrap_or_else(|| without_extension(path));
        let (folder, stem) = base.rsplit_once('/').unwrap_or(("", &base));
        let slug = slug(chapter, report);
        let is_own = self.own.get(path.folder()) == Some(path) && name::has_index_name(path);
        let stem = match (slug, is_own) {
            (Some(slug), _) => slug,
            (None, true) if !(self.as_written && is_index_page(stem)) => "index".to_owned(),
            (None, _) => stem.to_owned(),
        };
        Permalink::new(&join(folder, &stem), self.style)
    }
}

fn is_index_page(stem: &str) -> bool {
    stem.eq_ignore_ascii_case("index")
}

fn slug(chapter: &Chapter, report: &mut Report) -> Option<String> {
    let written = chapter.front.slug.as_deref()?;
    let slug: String = written.trim().nfc().collect();
    let is_name = SitePath::new(&slug).is_some_and(|path| path.as_str() == slug && !slug.contains('/'));
    if is_name {
        return Some(slug);
    }
    let diagnostic = Diagnostic::new(&codes::FRONT_MATTER, format!("`{written}` cannot be a slug"));
    let help = "write one file name without folders and extension, as in `slug: first-steps`";
    report.add(diagnostic.at(chapter.place(Span::default())).help(help));
    None
}

fn without_extension(path: &ContentPath) -> String {
    join(path.folder(), path.stem())
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Removes the number prefixes of file and folder names: `01-basics/02-setup.md` becomes `basics/setup`.
///
/// A name keeps its prefix if it would otherwise be equal to another one, or become an index page.
pub(super) fn short_paths(chapters: &[Arc<Chapter>]) -> BTreeMap<ContentPath, String> {
    let mut files: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut folders: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for chapter in chapters {
        files.entry(chapter.path.folder()).or_default().insert(chapter.path.stem());
        for folder in with_ancestors(chapter.path.folder()) {
            let (above, name) = folder.rsplit_once('/').unwrap_or(("", folder));
            folders.entry(above).or_default().insert(name);
        }
    }
    let files = short_names(&files);
    let folders = short_names(&folders);
    let short = |path: &ContentPath| {
        let mut names: Vec<&str> = with_ancestors(path.folder()).filter_map(|it| folders.get(it).copied()).collect();
        names.reverse();
        names.extend(files.get(&without_extension(path)));
        names.join("/")
    };
    chapters.iter().map(|chapter| (chapter.path.clone(), short(&chapter.path))).collect()
}

/// A folder and its ancestors, innermost first, without the root.
fn with_ancestors(folder: &str) -> impl Iterator<Item = &str> {
    let ends = folder.rmatch_indices('/').map(|(end, _)| end);
    std::iter::once(folder.len()).chain(ends).filter(|end| *end > 0).map(|end| &folder[..end])
}

/// The short name of each entry, by its path; `folders` has the names in each folder.
fn short_names<'a>(folders: &BTreeMap<&str, BTreeSet<&'a str>>) -> BTreeMap<String, &'a str> {
    let shorten = |(folder, names): (&&str, &BTreeSet<&'a str>)| {
        let folder = (*folder).to_owned();
        short_siblings(names).into_iter().map(move |(name, short)| (join(&folder, name), short))
    };
    folders.iter().flat_map(shorten).collect()
}

fn short_siblings<'a>(names: &BTreeSet<&'a str>) -> BTreeMap<&'a str, &'a str> {
    let shorten = |name: &'a str| number_prefix(name).map_or(name, |(_, rest)| rest);
    let short = |name| if name::is_index(shorten(name)) { name } else { shorten(name) };
    let mut names: BTreeMap<&str, &str> = names.iter().map(|name| (*name, short(*name))).collect();
    // A restored prefix may be equal to another short name, so repeat until nothing changes.
    loop {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for short in names.values() {
            *counts.entry(name::fold(short)).or_default() += 1;
        }
        let is_shared = |short: &str| counts.get(&name::fold(short)).is_some_and(|count| *count > 1);
        let mut unchanged = true;
        for (name, short) in &mut names {
            if name != short && is_shared(short) {
                *short = *name;
                unchanged = false;
            }
        }
        if unchanged {
            return names;
        }
    }
}

/// The file that a path of the site belongs to.
#[derive(Debug, Clone)]
pub(super) struct Owner {
    /// Its name in messages.
    pub name: String,
    /// Its place in diagnostics.
    pub place: Option<Place>,
}

impl Owner {
    /// The start of a chapter.
    pub(super) fn chapter(chapter: &Chapter) -> Self {
        Self { name: chapter.path.to_string(), place: Some(chapter.place(Span::default())) }
    }
}

/// The owners of all paths of the site.
#[derive(Debug, Default)]
pub(super) struct Claims {
    owners: BTreeMap<SitePath, Owner>,
    folded: BTreeMap<String, SitePath>,
}

impl Claims {
    /// Assigns a path to an owner. Returns `false` if the path has another owner (`path-collision`) or is too long for
    /// file systems (`long-path`).
    ///
    /// A path that differs from another one in case only is reported (`case-collision`) but assigned.
    pub(super) fn claim(&mut self, path: &SitePath, owner: Owner, report: &mut Report) -> bool {
        if !path.is_publishable() {
            report.add(too_long(path, &owner));
            return false;
        }
        if let Some(first) = self.owners.get(path) {
            let message = format!("`{}` and `{}` both become `{path}`", first.name, owner.name);
            report.add(collision(&codes::PATH_COLLISION, message, first, &owner));
            return false;
        }
        let folded = name::fold(path.as_str());
        if let Some((other, first)) = self.folded.get(&folded).and_then(|path| self.owners.get_key_value(path)) {
            let message = format!("`{path}` (from `{}`) differs from `{other}` in case only", owner.name);
            report.add(collision(&codes::CASE_COLLISION, message, first, &owner));
        }
        self.folded.entry(folded).or_insert_with(|| path.clone());
        self.owners.insert(path.clone(), owner);
        true
    }

    /// Reserves a path that chapbook writes itself, so that [`Self::is_free`] is `false` for it.
    pub(super) fn reserve(&mut self, path: &str) {
        if let Some(path) = SitePath::new(path) {
            self.folded.entry(name::fold(path.as_str())).or_insert(path);
        }
    }

    /// The owner of a path.
    pub(super) fn owner(&self, path: &SitePath) -> Option<&Owner> {
        self.owners.get(path)
    }

    /// Whether the path is neither assigned nor reserved, regardless of letter case.
    pub(super) fn is_free(&self, path: &SitePath) -> bool {
        !self.folded.contains_key(&name::fold(path.as_str()))
    }

    /// Reports each path that is both a file and the folder of another file.
    pub(super) fn check_folders(&self, report: &mut Report) {
        for (path, owner) in &self.owners {
            let folded = name::fold(path.as_str());
            let above = folded.rsplit_once('/').map_or("", |(folder, _)| folder);
            let file = with_ancestors(above).find_map(|folder| self.folded.get(folder));
            if let Some((file, first)) = file.and_then(|file| self.owners.get_key_value(file)) {
                let message = format!("`{file}` is a file and also the folder of `{path}`");
                report.add(collision(&codes::PATH_COLLISION, message, first, owner));
            }
        }
    }
}

fn too_long(path: &SitePath, owner: &Owner) -> Diagnostic {
    let start: String = path.as_str().chars().take(60).collect();
    let diagnostic = Diagnostic::new(&codes::LONG_PATH, format!("`{start}…` is too long for a path of the site"))
        .help("shorten the name: disks take 255 bytes a name, a site 64 folders and 2,048 bytes in all");
    match &owner.place {
        Some(place) => diagnostic.at(place.clone()),
        None => diagnostic,
    }
}

fn collision(code: &'static Code, message: String, first: &Owner, second: &Owner) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(code, message).help("rename one of the two, or give its front matter another `slug`");
    match (&first.place, &second.place) {
        (Some(first), Some(second)) => diagnostic.at(second.clone()).also(first.clone(), "the other one"),
        (Some(place), None) | (None, Some(place)) => diagnostic.at(place.clone()),
        (None, None) => diagnostic,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::name;
    use crate::book::testing::{Sketch, files, folders, project, summary};

    #[test]
    fn site_paths() {
        for (file, plain, clean) in [
            ("a/b.md", "a/b.html", "a/b/index.html"),
            ("index.md", "index.html", "index.html"),
            ("a/ReadMe.md", "a/index.html", "a/index.html"),
            ("a b/第 1 章.md", "a b/第 1 章.html", "a b/第 1 章/index.html"),
            ("cafe\u{301}.md", "caf\u{e9}.html", "caf\u{e9}/index.html"),
            ("01-a/02-b.md", "a/b.html", "a/b/index.html"),
            ("x.y.md", "x.y.html", "x.y/index.html"),
            ("00-index.md", "00-index.html", "00-index/index.html"),
        ] {
            let mut project = project();
            assert_eq!(folders(&project, files(&[file]), &[]).paths(), [plain], "{file:?}");
            project.config.output.clean_urls = true;
            assert_eq!(folders(&project, files(&[file]), &[]).paths(), [clean], "{file:?}");
        }
    }

    #[test]
    fn numbers_stay_where_names_would_be_equal() {
        for (names, paths) in [
            (&["01-a.md", "02-a.md"][..], &["01-a.html", "02-a.html"][..]),
            (&["01-a.md", "a.md"], &["01-a.html", "a.html"]),
            (&["01-A.md", "a.md"], &["01-A.html", "a.html"]),
            (&["01-a.md", "02-01-a.md", "a.md"], &["01-a.html", "02-01-a.html", "a.html"]),
            (&["01-a/x.md", "02-a/x.md"], &["01-a/x.html", "02-a/x.html"]),
        ] {
            let built = folders(&project(), files(names), &[]);
            assert_eq!(built.paths(), paths, "{names:?}");
            assert_eq!(built.diagnostics(), [""; 0], "{names:?}");
        }
    }

    #[test]
    fn a_listed_book_keeps_its_numbers() {
        let built = summary(&project(), "- [A](01-a.md)\n", files(&["01-a.md"]), &[]);
        assert_eq!(built.paths(), ["01-a.html"]);
    }

    #[test]
    fn slugs_replace_the_file_name() {
        for (file, slug, path, diagnostics) in [
            ("a/b.md", "first-steps", "a/first-steps.html", 0),
            ("a/index.md", "about", "a/about.html", 0),
            ("a/b.md", "开始", "a/开始.html", 0),
            ("a/b.md", "x/y", "a/b.html", 1),
            ("a/b.md", " ", "a/b.html", 1),
            ("a/b.md", "..", "a/b.html", 1),
        ] {
            let chapter = Sketch::at(file).front(|front| front.slug = Some(slug.to_owned()));
            let built = folders(&project(), vec![chapter], &[]);
            assert_eq!(built.paths(), [path], "{slug:?}");
            assert_eq!(built.diagnostics().len(), diagnostics, "{slug:?}");
        }
    }

    #[test]
    fn collisions_are_reported() {
        let same = |slug: &str| Sketch::at("b.md").front(|front| front.slug = Some(slug.to_owned()));
        for (chapters, assets, diagnostic) in [
            (vec![Sketch::at("a.md"), same("a")], &[][..], "path-collision: `a.md` and `b.md` both become `a.html`"),
            (vec![Sketch::at("a.md")], &["a.html"], "path-collision: `a.md` and `a.html` both become `a.html`"),
            (
                vec![Sketch::at("A.md"), Sketch::at("a.md")],
                &[],
                "case-collision: `a.html` (from `a.md`) differs from `A.html` in case only",
            ),
            (
                vec![Sketch::at("É.md"), Sketch::at("e\u{301}.md")],
                &[],
                "case-collision: `é.html` (from `é.md`) differs from `É.html` in case only",
            ),
            (
                vec![Sketch::at("a.md")],
                &["x/Y.png", "X/y.png"],
                "case-collision: `X/y.png` (from `X/y.png`) differs from `x/Y.png` in case only",
            ),
            (
                vec![same("x"), Sketch::at("x.html/c.md")],
                &[],
                "path-collision: `x.html` is a file and also the folder of `x.html/c.html`",
            ),
        ] {
            assert_eq!(folders(&project(), chapters, assets).diagnostics(), [diagnostic]);
        }
    }

    #[test]
    fn paths_too_long_for_file_systems_are_reported() {
        let (long, deep) = (format!("{}.md", "x".repeat(251)), format!("{}a.md", "d/".repeat(65)));
        let far = format!("{}a.md", format!("{}/", "d".repeat(200)).repeat(11));
        for name in [long.as_str(), &deep, &far] {
            let built = folders(&project(), files(&["index.md", name]), &[]);
            assert_eq!(built.paths(), ["index.html"], "{name}");
            assert_eq!(built.diagnostics().len(), 1, "{name}");
            assert!(built.diagnostics()[0].starts_with("long-path: `"), "{name}");
        }
        let fits = format!("{}{}.md", "d/".repeat(64), "x".repeat(250));
        assert_eq!(folders(&project(), files(&[fits.as_str()]), &[]).diagnostics(), [""; 0]);
        let slug = Sketch::at("a.md").front(|front| front.slug = Some("x".repeat(300)));
        assert!(folders(&project(), vec![slug], &[]).diagnostics()[0].contains("long-path"));
    }

    #[test]
    fn a_clean_url_can_meet_a_folder() {
        let mut project = project();
        project.config.output.clean_urls = true;
        let built = folders(&project, files(&["a.md", "a/index.md"]), &[]);
        assert_eq!(built.diagnostics(), ["path-collision: `a.md` and `a/index.md` both become `a/index.html`"]);
        assert_eq!(built.paths(), ["a/index.html"]);
    }

    proptest! {
        #[test]
        fn paths_are_unique_or_reported(
            names in prop::collection::btree_set("(0[12]-)?[aAé二](/(0[12]-)?(a|A|b|index|README))?\\.(md|html)", 1..9),
            clean_urls: bool,
        ) {
            let (chapters, assets): (Vec<&str>, Vec<&str>) =
                names.iter().map(String::as_str).partition(|name| !name.ends_with("html"));
            let mut project = project();
            project.config.output.clean_urls = clean_urls;
            let built = folders(&project, files(&chapters), &assets);
            let paths = built.paths();
            let unique: BTreeSet<&str> = paths.iter().copied().collect();
            prop_assert_eq!(unique.len(), paths.len());
            let assets = built.book.assets.iter().map(|asset| asset.path.as_str());
            let folded: BTreeSet<String> = paths.iter().copied().chain(assets).map(name::fold).collect();
            let is_reported = built.diagnostics().iter().any(|diagnostic| diagnostic.contains("-collision"));
            prop_assert!(is_reported || folded.len() == names.len());
        }
    }
}
