//! The order of a book without `SUMMARY.md`: by folders and file names.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::entry::{Entry, PageEntry, TitleEntry};
use super::name::{self, OwnPages};
use crate::chapter::Chapter;

/// Puts chapters in order: the home page, then siblings by weight, else number prefix, then by name.
///
/// The index page of a folder is the parent of the folder's other pages. A folder without one is a part at the top level,
/// and a title without a page on deeper levels. Nothing is numbered. The caller must exclude drafts.
pub(super) fn by_folders(chapters: &[Arc<Chapter>], own: &OwnPages, book: Option<&str>) -> Vec<Entry> {
    let root = Folder::root(chapters, own);
    let mut entries = Vec::new();
    let mut in_part = false;
    entries.extend(root.own.clone().map(|home| page(home, Vec::new(), book)));
    for sibling in root.siblings() {
        match sibling.entry() {
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

    fn siblings(self) -> Vec<Sibling> {
        let chapters = self.chapters.into_iter().map(Sibling::Chapter);
        let folders = self.folders.into_iter().map(|(name, folder)| Sibling::Folder(name, folder));
        let mut siblings: Vec<Sibling> = chapters.chain(folders).collect();
        siblings.sort_by(Sibling::order);
        siblings
    }
}

enum Sibling {
    Chapter(Arc<Chapter>),
    Folder(String, Folder),
}

impl Sibling {
    fn entry(self) -> Entry {
        match self {
            Self::Chapter(chapter) => page(chapter, Vec::new(), None),
            Self::Folder(name, mut folder) => {
                let own = folder.own.take();
                let children = folder.siblings().into_iter().map(Self::entry).collect();
                match own {
                    Some(own) => page(own, children, None),
                    None => Entry::Group(TitleEntry { title: name::humanise(&name), number: Vec::new(), children }),
                }
            }
        }
    }

    fn order(&self, other: &Self) -> Ordering {
        let ((rank, name), (other_rank, other_name)) = (self.rank(), other.rank());
        // `None` is less than any number, but entries without a rank come last.
        let by_rank = (rank.is_none(), rank).cmp(&(other_rank.is_none(), other_rank));
        by_rank.then_with(|| name::natural(name, other_name))
    }

    /// The weight, else the number before the name; and the name without its number.
    fn rank(&self) -> (Option<i64>, &str) {
        let (weight, name) = match self {
            Self::Chapter(chapter) => (chapter.front.weight, chapter.path.stem()),
            Self::Folder(name, folder) => (folder.own.as_ref().and_then(|own| own.front.weight), name.as_str()),
        };
        match name::number_prefix(name) {
            Some((number, rest)) => (weight.or(Some(number)), rest),
            None => (weight, name),
        }
    }
}

fn page(chapter: Arc<Chapter>, children: Vec<Entry>, book: Option<&str>) -> Entry {
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
        let outline = "README -> index.html\nY -> y.html\nX -> x.html\n2024 news -> 2024-news.html\n\
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
