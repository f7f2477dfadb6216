//! Paths that both the book's own files and chapbook's files claim.
//!
//! chapbook's own file is published: a file of the book in the place of one of its scripts would run in readers' browsers.

use std::collections::{BTreeMap, BTreeSet};

use crate::book::{Book, fold};
use crate::diagnostic::{Code, Diagnostic, Place, Report, Span, codes};
use crate::path::SitePath;
use crate::site::{Site, is_reserved};

/// Reports each path that two parts of the site claim, at the place of the author's file, page or redirect.
pub(super) fn report(taken: &BTreeSet<SitePath>, book: &Book, diagnostics: &mut Report) {
    if taken.is_empty() {
        return;
    }
    let authored = Authored::of(book);
    for path in taken {
        diagnostics.add(authored.diagnostic(&codes::PATH_COLLISION, format!("`{path}` is written twice"), path));
    }
}

/// Reports what of the book collides with what chapbook makes on any disk, those that ignore letter case among them.
/// Files and redirects that collide are removed from the site; pages stay, since the report then holds an error.
///
/// `taken` are paths that the author claims too, but where the site holds chapbook's own file.
pub(super) fn remove(site: &mut Site, taken: &BTreeSet<SitePath>, book: &Book, diagnostics: &mut Report) {
    let mut authored = Authored::of(book);
    for path in taken {
        authored.forget(path);
    }
    let made = Made::of(site, &authored);
    let collision = |path: &SitePath| Some((path.clone(), made.collision(path)?));
    let collisions: Vec<_> = authored.paths().filter(|path| site.get(path).is_some()).filter_map(collision).collect();
    for (path, (code, message)) in collisions {
        diagnostics.add(authored.diagnostic(code, message, &path));
        if !authored.pages.contains_key(&path) {
            site.remove(&path);
        }
    }
}

/// What the author has put into the site, with the place that a diagnostic points at.
struct Authored<'a> {
    pages: BTreeMap<&'a SitePath, Place>,
    files: BTreeMap<SitePath, Place>,
    redirects: BTreeMap<&'a SitePath, Option<Place>>,
}

impl<'a> Authored<'a> {
    fn of(book: &'a Book) -> Self {
        let files = book.assets.iter().filter_map(|asset| {
            let place = Place { file: asset.name.clone(), span: Span::default() };
            Some((SitePath::new(asset.path.as_str())?, place))
        });
        Self {
            pages: book.pages.iter().map(|page| (page.permalink.file(), page.chapter.place(Span::default()))).collect(),
            files: files.collect(),
            redirects: book.redirects.iter().map(|redirect| (redirect.from.file(), redirect.at.clone())).collect(),
        }
    }

    fn paths(&self) -> impl Iterator<Item = &SitePath> {
        self.pages.keys().copied().chain(self.files.keys()).chain(self.redirects.keys().copied())
    }

    fn forget(&mut self, path: &SitePath) {
        self.pages.remove(path);
        self.files.remove(path);
        self.redirects.remove(path);
    }

    fn has(&self, path: &SitePath) -> bool {
        self.pages.contains_key(path) || self.files.contains_key(path) || self.redirects.contains_key(path)
    }

    fn diagnostic(&self, code: &'static Code, message: String, path: &SitePath) -> Diagnostic {
        let redirect = self.redirects.get(path);
        let help = match redirect {
            Some(_) => "chapbook writes a file of its own there: take the redirect out, or name another old path",
            None => "chapbook writes a file of its own there: rename the file, or give the chapter another `slug`",
        };
        let at = redirect.cloned().flatten().or_else(|| self.pages.get(path).or(self.files.get(path)).cloned());
        Diagnostic { at, ..Diagnostic::new(code, message).help(help) }
    }
}

/// The paths that chapbook makes, as disks that ignore case see them, and the folders above them.
struct Made<'a> {
    files: BTreeMap<String, &'a SitePath>,
    folders: BTreeSet<String>,
}

impl<'a> Made<'a> {
    fn of(site: &'a Site, authored: &Authored<'_>) -> Self {
        let own = site.iter().map(|(path, _)| path).filter(|path| !authored.has(path));
        let files: BTreeMap<String, &SitePath> = own.map(|path| (one_case(path), path)).collect();
        let mut folders: Vec<&str> = files.keys().filter_map(|path| Some(path.rsplit_once('/')?.0)).collect();
        folders.dedup();
        let folders = folders.into_iter().flat_map(|folder| above(folder).chain([folder])).map(str::to_owned).collect();
        Self { files, folders }
    }

    /// Why a path of the author's collides with these; `None` if it does not.
    fn collision(&self, path: &SitePath) -> Option<(&'static Code, String)> {
        let folded = one_case(path);
        let code = &codes::PATH_COLLISION;
        if path.as_str().split('/').any(is_reserved) {
            return Some((code, format!("`{path}` has a name that chapbook keeps for itself")));
        }
        if let Some(own) = self.files.get(&folded) {
            return Some((&codes::CASE_COLLISION, format!("`{path}` differs from `{own}` in case only")));
        }
        if let Some(own) = above(&folded).find_map(|folder| self.files.get(folder)) {
            return Some((code, format!("`{own}` is a file and also the folder of `{path}`")));
        }
        self.folders.contains(&folded).then(|| (code, format!("`{path}` is a file and also a folder")))
    }
}

/// A path as file systems without letter case compare it; to some of them even the long `ſ` is an `s`.
fn one_case(path: &SitePath) -> String {
    let path = path.as_str();
    if path.is_ascii() { fold(path) } else { fold(&path.to_uppercase()) }
}

/// The folders above a path, outermost first.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}
