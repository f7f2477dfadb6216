//! The checklists of the book: each has an id, a title and a printable sheet.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::char::is_combining_mark;

use super::model::{Checklist, Page, PageId};

use super::paths::{Claims, Owner};
use crate::chapter::{Heading, TaskList};
use crate::diagnostic::{Diagnostic, Place, Report, codes};
use crate::path::SitePath;
use crate::path::generated::{self, SHEET_FOLDER};

/// The maximum length of a generated id, in bytes; common file systems allow names of 255 bytes.
const LONGEST: usize = 180;

/// Collects the checklists of all pages in reading order, and stores in each page which of them it contains.
///
/// An id that is used twice is reported as `duplicate-id`; the second list gets the id with a number appended.
pub(super) fn gather(pages: &mut [Page], claims: &mut Claims, report: &mut Report) -> Vec<Checklist> {
    generated::in_folder(SHEET_FOLDER).for_each(|path| claims.reserve(path));
    let mut gathering = Gathering { ids: Ids::written(pages, report), claims, report };
    let mut lists = Vec::new();
    for (index, page) in pages.iter_mut().enumerate() {
        let first = lists.len();
        lists.extend(gathering.page(PageId(index), page));
        page.checklists = (first..lists.len()).collect();
    }
    lists
}

struct Gathering<'a> {
    ids: Ids,
    claims: &'a mut Claims,
    report: &'a mut Report,
}

impl Gathering<'_> {
    fn page(&mut self, page_id: PageId, page: &Page) -> Vec<Checklist> {
        let mut titles: BTreeMap<String, usize> = BTreeMap::new();
        let lists = page.chapter.checklists.iter().enumerate();
        let checklist = |(index, list): (usize, &TaskList)| {
            let heading = list.heading.and_then(|heading| page.chapter.headings.get(heading));
            let id = self.ids.take((page_id, index), list, heading, page);
            if let Some(written) = list.id.as_deref().filter(|written| file_name(written) != **written) {
                self.report.add(changed(written, page.chapter.place(list.span)));
            }
            Checklist {
                sheet: self.sheet(&id, page),
                id,
                title: title(heading, page, &mut titles),
                page: page_id,
                index,
                anchor: heading.map(|heading| heading.anchor.clone()),
            }
        };
        lists.map(checklist).collect()
    }

    /// An unused path for a sheet. Ids may differ in case only, but file names must differ in more than that.
    fn sheet(&mut self, id: &str, page: &Page) -> SitePath {
        let name = file_name(id);
        let path = |name| SitePath::new(&format!("{SHEET_FOLDER}/{name}.html"));
        let free = numbered(&name).filter_map(path).find(|path| self.claims.is_free(path));
        let sheet = free.unwrap_or_else(|| page.permalink.file().clone());
        self.claims.claim(&sheet, Owner::chapter(&page.chapter), self.report);
        sheet
    }
}

/// The heading's text, else the page's title; with a number if an earlier list of the page has the same.
fn title(heading: Option<&Heading>, page: &Page, seen: &mut BTreeMap<String, usize>) -> String {
    let written = heading.map(|heading| heading.title.trim().to_owned());
    let title = written.filter(|title| !title.is_empty()).unwrap_or_else(|| page.title.clone());
    let count = seen.entry(title.clone()).or_default();
    *count += 1;
    if *count > 1 { format!("{title} ({count})") } else { title }
}

/// Which list of which page.
type ListRef = (PageId, usize);

struct Ids {
    /// The first list with each id that an author wrote.
    written: BTreeMap<String, ListRef>,
    taken: BTreeSet<String>,
}

impl Ids {
    /// Takes the ids that authors wrote first, wherever they are in the book; generated ids must differ from them.
    fn written(pages: &[Page], report: &mut Report) -> Self {
        let mut written: BTreeMap<String, ListRef> = BTreeMap::new();
        let mut places: BTreeMap<&str, Place> = BTreeMap::new();
        for (page, chapter) in pages.iter().enumerate().map(|(index, page)| (PageId(index), &page.chapter)) {
            for (index, list) in chapter.checklists.iter().enumerate() {
                let Some(id) = list.id.as_deref() else { continue };
                let at = chapter.place(list.span);
                if let Some(first) = places.get(id) {
                    report.add(duplicate(id, at, first.clone()));
                } else {
                    places.insert(id, at);
                    written.insert(id.to_owned(), (page, index));
                }
            }
        }
        let taken = written.keys().cloned().collect();
        Self { written, taken }
    }

    fn take(&mut self, owner: ListRef, list: &TaskList, heading: Option<&Heading>, page: &Page) -> String {
        let wanted = list.id.clone().unwrap_or_else(|| made(heading, page));
        if self.written.get(&wanted) == Some(&owner) {
            return wanted;
        }
        let free = numbered(&wanted).find(|id| !self.taken.contains(id)).unwrap_or_else(|| wanted.clone());
        self.taken.insert(free.clone());
        free
    }
}

/// A generated id: the page's key and the heading. Neither changes when lists are added elsewhere, so readers keep their ticks.
fn made(heading: Option<&Heading>, page: &Page) -> String {
    let id = format!(
        "{}-{}",
        page.permalink.key().replace('/', "-"),
        heading.map_or("list", |heading| heading.anchor.as_str())
    );
    let id: String = id.split_whitespace().collect::<Vec<_>>().join("-");
    id[..id.floor_char_boundary(LONGEST)].to_owned()
}

/// A text, then the same text with `-2`, `-3`, … appended.
fn numbered(text: &str) -> impl Iterator<Item = String> {
    std::iter::once(text.to_owned()).chain((2..).map(move |count: usize| format!("{text}-{count}")))
}

/// An id as a file name that all file systems and URLs allow.
fn file_name(id: &str) -> String {
    let safe =
        |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') || is_combining_mark(c) { c } else { '-' };
    let name: String = id.chars().map(safe).collect();
    let name = name.trim_matches('.');
    let name = if name.is_empty() { "list" } else { name };
    name[..name.floor_char_boundary(LONGEST)].to_owned()
}

/// The diagnostic on an id that has characters which no file name may have.
fn changed(id: &str, at: Place) -> Diagnostic {
    let name = file_name(id);
    let message = format!("the id `{id}` becomes `{name}` in the address of the sheet");
    Diagnostic::new(&codes::NEAR_MISS, message).at(at).help(format!("write `id={name}`"))
}

fn duplicate(id: &str, at: Place, first: Place) -> Diagnostic {
    let diagnostic = Diagnostic::new(&codes::DUPLICATE_ID, format!("two checklists have the id `{id}`")).at(at);
    diagnostic.also(first, "the first one").help("give one of them another `id`")
}

#[cfg(test)]
mod tests {
    use crate::book::testing::{Sketch, folders, project};

    #[test]
    fn ids_titles_and_sheets() {
        let chapters = vec![
            Sketch::at("index.md").heading(1, "Home").checklist(None),
            Sketch::at("guide/a.md").checklist(None).heading(2, "打电话前").checklist(Some("C3 b/x")).checklist(None),
            Sketch::at("guide/b.md").heading(2, "Pack").checklist(None).checklist(None).checklist(None),
            Sketch::at("guide/c.md").checklist(Some("pack")).checklist(Some("Pack")).checklist(Some("guide-b-pack")),
        ];
        let built = folders(&project(), chapters, &[]);
        let lists: Vec<_> = built
            .book
            .checklists
            .iter()
            .map(|list| (list.page.0, list.index, list.id.as_str(), list.title.as_str(), list.sheet.as_str()))
            .collect();
        let expected = [
            (0, 0, "index-home", "Home", "checklists/index-home.html"),
            (1, 0, "guide-a-list", "A", "checklists/guide-a-list.html"),
            (1, 1, "C3 b/x", "打电话前", "checklists/C3-b-x.html"),
            (1, 2, "guide-a-打电话前", "打电话前 (2)", "checklists/guide-a-打电话前.html"),
            (2, 0, "guide-b-pack-2", "Pack", "checklists/guide-b-pack-2.html"),
            (2, 1, "guide-b-pack-3", "Pack (2)", "checklists/guide-b-pack-3.html"),
            (2, 2, "guide-b-pack-4", "Pack (3)", "checklists/guide-b-pack-4.html"),
            (3, 0, "pack", "C", "checklists/pack.html"),
            (3, 1, "Pack", "C (2)", "checklists/Pack-2.html"),
            (3, 2, "guide-b-pack", "C (3)", "checklists/guide-b-pack.html"),
        ];
        assert_eq!(lists, expected);
        let pages: Vec<_> = built.book.pages.iter().map(|page| page.checklists.clone()).collect();
        assert_eq!(pages, [vec![0], vec![1, 2, 3], vec![4, 5, 6], vec![7, 8, 9]]);
        assert_eq!(built.diagnostics(), ["near-miss: the id `C3 b/x` becomes `C3-b-x` in the address of the sheet"]);
    }

    #[test]
    fn written_ids_are_unique() {
        let chapters = vec![Sketch::at("a.md").checklist(Some("x")), Sketch::at("b.md").checklist(Some("x"))];
        let built = folders(&project(), chapters, &[]);
        assert_eq!(built.diagnostics(), ["duplicate-id: two checklists have the id `x`"]);
        let diagnostic = built.report.iter().next().unwrap();
        assert_eq!(&*diagnostic.at.as_ref().unwrap().file, "content/b.md");
        assert_eq!(&*diagnostic.also[0].0.file, "content/a.md");
        assert_eq!(built.book.checklists[1].id, "x-2");
    }

    #[test]
    fn sheets_have_names_that_disks_take() {
        let long = "长".repeat(100);
        let chapters = vec![
            Sketch::at("a.md").heading(2, &long).checklist(None).checklist(None).checklist(Some("..")),
            Sketch::at("checklists/own.md").checklist(Some("own")),
        ];
        let built = folders(&project(), chapters, &[]);
        let sheets: Vec<_> = built.book.checklists.iter().map(|list| list.sheet.as_str().to_owned()).collect();
        assert!(sheets.iter().all(|sheet| sheet.len() < 220), "{sheets:?}");
        assert_eq!(sheets[2..], ["checklists/list.html", "checklists/own-2.html"]);
    }
}
