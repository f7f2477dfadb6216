//! The order of a book without `SUMMARY.md`: by folders and file names.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::aside::Aside;
use super::entry::{Entry, PageEntry, TitleEntry};
use super::name::{self, OwnPages, last_name};
use crate::chapter::Chapter;
use crate::path::{number_prefix, title_of_name};
use crate::source::FolderLabel;

/// What decides the order besides the chapters themselves.
#[derive(Debug)]
pub(super) struct OrderRules<'a> {
    /// The index page of each folder.
    pub own: &'a OwnPages,
    /// The title of a home page that has none.
    pub book: Option<&'a str>,
    /// What other tools say about folders, by path.
    pub labels: BTreeMap<String, FolderLabel>,
    /// Where chapters come that are not part of the main text.
    pub asides: Asides,
}

/// Where chapters come that are not part of the main text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asides {
    /// Where their names put them.
    ByName,
    /// Behind the others: changelogs, licences, translations.
    Last,
}

/// Puts chapters in order: the home page, then siblings by weight, else number prefix, then by name.
///
/// The index page of a folder is the parent of the folder's other pages. A folder without one is a part at the top level,
/// and a title without a page on deeper levels. Nothing is numbered. The caller must exclude drafts.
pub(super) fn by_folders(chapters: &[Arc<Chapter>], rules: &OrderRules<'_>) -> Vec<Entry> {
    let mut root = Folder::root(chapters, rules.own);
    if rules.asides == Asides::Last {
        root.flatten();
    }
    let mut entries = Vec::new();
    let mut in_part = false;
    entries.extend(root.own.clone().map(|home| page(home, Vec::new(), rules.book)));
    for sibling in root.siblings("", rules) {
        match sibling.entry(rules) {
            Entry::Group(folder) => {
                in_part = true;
                entries.push(Entry::Part(Some(folder.title)));
                entries.extend(folder.children);
            }
            other => {
                if std::mem::take(&mut in_part) {
                    entries.extend([Entry::Part(None), Entry::Separator]);
                }
                entries.push(other);
            }
        }
    }
    entries
}

#[derive(Default)]
struct Folder {
    own: Option<Arc<Chapter>>,
    chapters: Vec<Arc<Chapter>>,
    folders: BTreeMap<String, Folder>,
}

impl Folder {
    fn root(chapters: &[Arc<Chapter>], own: &OwnPages) -> Self {
        let mut root = Self::default();
        for chapter in chapters {
            let path = chapter.path.folder();
            let segments = path.split('/').filter(|segment| !segment.is_empty());
            let folder = segments.fold(&mut root, |folder, name| folder.folders.entry(name.to_owned()).or_default());
            if folder.own.is_none() && own.get(path) == Some(&chapter.path) {
                folder.own = Some(chapter.clone());
            } else {
                folder.chapters.push(chapter.clone());
            }
        }
        root
    }

    /// Makes the only folder of a root without chapters the root, unless both have an index page.
    fn flatten(&mut self) {
        if !self.chapters.is_empty() || self.folders.len() != 1 {
            return;
        }
        let Some((name, inner)) = self.folders.pop_first() else { return };
        if self.own.is_some() && inner.own.is_some() {
            self.folders.insert(name, inner);
            return;
        }
        self.own = self.own.take().or(inner.own);
        (self.chapters, self.folders) = (inner.chapters, inner.folders);
    }

    /// What is in the folder at a path, in order.
    fn siblings(self, path: &str, rules: &OrderRules<'_>) -> Vec<Sibling> {
        let chapters = self.chapters.into_iter().map(Sibling::Chapter);
        let folders = self.folders.into_iter().map(|(name, folder)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
            Sibling::Folder(path, folder)
        });
        let mut siblings: Vec<Sibling> = chapters.chain(folders).collect();
        siblings.sort_by(|a, b| a.order(b, rules));
        siblings
    }
}

enum Sibling {
    Chapter(Arc<Chapter>),
    /// A folder, with its path.
    Folder(String, Folder),
}

impl Sibling {
    fn entry(self, rules: &OrderRules<'_>) -> Entry {
        match self {
            Self::Chapter(chapter) => page(chapter, Vec::new(), None),
            Self::Folder(path, mut folder) => {
                let own = folder.own.take();
                let children = folder.siblings(&path, rules).into_iter().map(|it| it.entry(rules)).collect();
                if let Some(own) = own {
                    page(own, children, None)
                } else {
                    let label = rules.labels.get(&path).and_then(|label| label.title.clone());
                    let title = label.unwrap_or_else(|| title_of_name(last_name(&path)));
                    Entry::Group(TitleEntry { title, number: Vec::new(), children })
                }
            }
        }
    }

    fn order(&self, other: &Self, rules: &OrderRules<'_>) -> Ordering {
        let ((rank, name), (other_rank, other_name)) = (self.rank(rules), other.rank(rules));
        // `None` is less than any number, but entries without a rank come last.
        let by_rank = (rank.is_none(), rank).cmp(&(other_rank.is_none(), other_rank));
        self.aside(rules).cmp(&other.aside(rules)).then(by_rank).then_with(|| name::natural(name, other_name))
    }

    /// The weight, else the number before the name; and the name without its number.
    fn rank(&self, rules: &OrderRules<'_>) -> (Option<i64>, &str) {
        let (weight, name) = match self {
            Self::Chapter(chapter) => (chapter.front.weight, chapter.path.stem()),
            Self::Folder(path, folder) => {
                let own = folder.own.as_ref().and_then(|own| own.front.weight);
                let label = || rules.labels.get(path).and_then(|label| label.weight);
                (own.or_else(label), last_name(path))
            }
        };
        match number_prefix(name) {
            Some((number, rest)) => (weight.or(Some(number)), rest),
            None => (weight, name),
        }
    }

    /// How far it is from the main text.
    fn aside(&self, rules: &OrderRules<'_>) -> Aside {
        if rules.asides == Asides::ByName {
            return Aside::MainText;
        }
        match self {
            Self::Chapter(chapter) => Aside::of_chapter(chapter),
            Self::Folder(path, _) => Aside::of_folder(last_name(path)),
        }
    }
}

/// A page with its title.
pub(super) fn page(chapter: Arc<Chapter>, children: Vec<Entry>, book: Option<&str>) -> Entry {
    let title = name::chapter_title(&chapter, book);
    Entry::Page(PageEntry { chapter, title, number: Vec::new(), children })
}

#[cfg(test)]
mod tests {
    use crate::book::testing::{Sketch, files, folders, project};

    #[test]
    fn names_and_numbers_give_the_order() {
        let built = folders(
            &project(),
            files(&["b.md", "10-x.md", "2-y.md", "a10.md", "a2.md", "README.md", "2024-news.md", "安装.md"]),
            &[],
        );
        let outline = "My book -> index.html\nY -> y.html\nX -> x.html\n2024 news -> 2024-news.html\n\
            A2 -> a2.html\nA10 -> a10.html\nB -> b.html\n安装 -> 安装.html\n";
        assert_eq!(built.outline(), outline);
        assert_eq!(built.diagnostics(), [""; 0]);
    }

    #[test]
    fn weights_go_before_numbers() {
        let chapters = vec![
            Sketch::at("01-a.md").front(|front| front.weight = Some(5)),
            Sketch::at("03-b.md"),
            Sketch::at("z.md").front(|front| front.weight = Some(-1)),
            Sketch::at("c/index.md").front(|front| front.weight = Some(4)),
            Sketch::at("c/x.md"),
        ];
        let outline = "Z -> z.html\nB -> b.html\nC -> c/index.html\n  X -> c/x.html\nA -> a.html\n";
        assert_eq!(folders(&project(), chapters, &[]).outline(), outline);
    }

    #[test]
    fn folders_are_pages_or_parts_or_groups() {
        let chapters = vec![
            Sketch::at("index.md").heading(1, "Home"),
            Sketch::at("01-getting-started/02-use.md"),
            Sketch::at("01-getting-started/01-install.md"),
            Sketch::at("01-getting-started/deep/er/x.md"),
            Sketch::at("02-认清逾期/ReadMe.md").heading(1, "认清"),
            Sketch::at("02-认清逾期/什么算.md"),
            Sketch::at("drafts/a.md").front(|front| front.draft = true),
        ];
        let built = folders(&project(), chapters, &[]);
        let outline = "\
Home -> index.html
# Getting started
Install -> getting-started/install.html
Use -> getting-started/use.html
+ Deep
  + Er
    X -> getting-started/deep/er/x.html
---
认清 -> 认清逾期/index.html
  什么算 -> 认清逾期/什么算.html
";
        assert_eq!(built.outline(), outline);
        let parts: Vec<_> = built.book.pages.iter().map(|page| page.part.as_deref()).collect();
        assert_eq!(parts[..3], [None, Some("Getting started"), Some("Getting started")]);
        assert_eq!(parts[4..], [None, None]);
        assert_eq!(built.book.pages[5].parents.len(), 1);
        assert_eq!(built.diagnostics(), [""; 0]);
    }

    #[test]
    fn index_wins_over_readme() {
        let built = folders(&project(), files(&["a/README.md", "a/Index.md", "a/b.md"]), &[]);
        assert_eq!(built.paths(), ["a/index.html", "a/b.html", "a/README.html"]);
    }
}
