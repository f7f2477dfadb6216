//! The order in `SUMMARY.md`: its lines matched with the chapters that exist.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::entry::{self, Entry, LinkEntry, PageEntry, TitleEntry};
use super::name;
use super::number::Counter;
use super::suggest;
use super::summary::{Item, LineForm, Listed, Summary};
use crate::chapter::Chapter;
use crate::config::Project;
use crate::diagnostic::{Diagnostic, Place, Report, SearchBudget, Span, codes};
use crate::path::{ContentPath, decode};

/// Turns the lines of `SUMMARY.md` (whose tree is `tree`) into entries.
///
/// Reports a file that does not exist (`missing-chapter`), one that is listed twice (`duplicate-chapter`; the first line
/// counts), and one that is neither listed nor `included` (`unlisted-chapter`). Draft chapters keep their line but get no page.
pub(super) fn by_summary(
    (summary, tree): (Summary, &Chapter),
    (chapters, included): (&[Arc<Chapter>], &BTreeSet<ContentPath>),
    project: &Project,
    report: &mut Report,
) -> Vec<Entry> {
    let files = chapters.iter().map(|chapter| (chapter.path.as_str(), chapter)).collect();
    let budget = SearchBudget::new(SUGGESTIONS);
    let mut lister = Lister { tree, project, files, listed: BTreeMap::new(), report, budget };
    let entries = lister.items(summary.items);
    let used = lister.listed.into_keys().chain(included.iter().cloned()).collect();
    report_unlisted(chapters, &used, report);
    entries
}

/// The chapters that are not listed: a folder that was not written for chapbook is published whole.
pub(super) fn unlisted(entries: &[Entry], chapters: &[Arc<Chapter>]) -> Vec<Arc<Chapter>> {
    let listed: BTreeSet<&ContentPath> = entry::chapters(entries).into_iter().map(|chapter| &chapter.path).collect();
    chapters.iter().filter(|chapter| !chapter.front.draft && !listed.contains(&chapter.path)).cloned().collect()
}

struct Lister<'a> {
    tree: &'a Chapter,
    project: &'a Project,
    files: BTreeMap<&'a str, &'a Arc<Chapter>>,
    listed: BTreeMap<ContentPath, Place>,
    report: &'a mut Report,
    /// The work that suggestions for missing chapters may still do.
    budget: SearchBudget,
}

/// The work of the suggestions for missing chapters, in pairs of characters that are compared.
const SUGGESTIONS: usize = 8 << 20;

/// What the destination of a line is.
enum Aim {
    Nothing,
    Chapter(ContentPath),
    Elsewhere,
}

impl Lister<'_> {
    fn items(&mut self, items: Vec<Item>) -> Vec<Entry> {
        let mut counter = Counter::root(&self.project.config.numbers);
        let mut entries = Vec::new();
        for item in items {
            match item {
                Item::Affix(listed) => {
                    entries.push(Entry::Part(None));
                    self.listed(listed, &mut Counter::Off, &mut entries);
                }
                Item::Numbered(listed) => self.listed(listed, &mut counter, &mut entries),
                Item::Part(title) => entries.push(Entry::Part(Some(title))),
                Item::Separator => entries.push(Entry::Separator),
            }
        }
        entries
    }

    fn listed(&mut self, listed: Listed, counter: &mut Counter, entries: &mut Vec<Entry>) {
        match aim(&listed.href, &self.files) {
            Aim::Nothing if self.is_group(&listed) => self.group(listed, counter, entries),
            Aim::Nothing => self.draft(listed, counter, entries),
            Aim::Elsewhere => self.link(listed, counter, entries),
            Aim::Chapter(path) => match self.files.get(path.as_str()).copied() {
                None => {
                    self.report_missing(&path, listed.span);
                    self.without_file(listed, counter, entries);
                }
                Some(chapter) => self.chapter(chapter, listed, counter, entries),
            },
        }
    }

    fn chapter(&mut self, chapter: &Arc<Chapter>, mut listed: Listed, counter: &mut Counter, entries: &mut Vec<Entry>) {
        let at = self.tree.place(listed.span);
        if let Some(first) = self.listed.get(&chapter.path) {
            let message = format!("`{}` is listed twice", chapter.path);
            let help = "keep one of the two lines; a second one can be a link in the text";
            let diagnostic = Diagnostic::new(&codes::DUPLICATE_CHAPTER, message).at(at).help(help);
            self.report.add(diagnostic.also(first.clone(), "listed here first"));
            return self.children(listed.children, counter, entries);
        }
        self.listed.insert(chapter.path.clone(), at);
        if listed.title.is_empty() {
            listed.title = name::chapter_title(chapter, self.project.config.book.title.as_deref());
        }
        if chapter.front.draft {
            self.report_draft(&chapter.path, listed.span);
            return self.draft(listed, counter, entries);
        }
        let number = counter.next();
        let mut children = Vec::new();
        self.children(listed.children, &mut Counter::under(&number), &mut children);
        entries.push(Entry::Page(PageEntry { chapter: chapter.clone(), title: listed.title, number, children }));
    }

    fn draft(&mut self, listed: Listed, counter: &mut Counter, entries: &mut Vec<Entry>) {
        let title = self.title(listed, counter);
        entries.push(Entry::Draft(title));
    }

    fn group(&mut self, listed: Listed, counter: &mut Counter, entries: &mut Vec<Entry>) {
        let title = self.title(listed, counter);
        entries.push(Entry::Group(title));
    }

    /// A line whose file does not exist. Other tools have no lines for chapters that are planned.
    fn without_file(&mut self, listed: Listed, counter: &mut Counter, entries: &mut Vec<Entry>) {
        if self.project.config.source.foreign {
            self.group(listed, counter, entries);
        } else {
            self.draft(listed, counter, entries);
        }
    }

    fn title(&mut self, listed: Listed, counter: &mut Counter) -> TitleEntry {
        let number = counter.next();
        let mut children = Vec::new();
        self.children(listed.children, &mut Counter::under(&number), &mut children);
        TitleEntry { title: listed.title, number, children }
    }

    /// Whether a line without a file is a title over other lines. In `SUMMARY.md` of a book it is a planned chapter.
    fn is_group(&self, listed: &Listed) -> bool {
        self.project.config.source.foreign && (listed.form == LineForm::Text || !listed.children.is_empty())
    }

    /// A link gets no number; chapters listed under it become its siblings.
    fn link(&mut self, listed: Listed, counter: &mut Counter, entries: &mut Vec<Entry>) {
        let at = self.tree.place(listed.span);
        let title = if listed.title.is_empty() { listed.href.clone() } else { listed.title };
        entries.push(Entry::Link(LinkEntry { title, href: listed.href, at }));
        self.children(listed.children, counter, entries);
    }

    fn children(&mut self, children: Vec<Listed>, counter: &mut Counter, entries: &mut Vec<Entry>) {
        for child in children {
            self.listed(child, counter, entries);
        }
    }

    /// Reports a listed draft of another tool: its list does not say that it is one.
    fn report_draft(&mut self, path: &ContentPath, span: Span) {
        if self.project.config.source.foreign {
            let message = format!("`{path}` is listed and is a draft, which is not published");
            let diagnostic = Diagnostic::new(&codes::MISSING_CHAPTER, message).at(self.tree.place(span));
            self.report
                .add(diagnostic.help("take `draft` out of its front matter to publish it, or take out the line"));
        }
    }

    fn report_missing(&mut self, path: &ContentPath, span: Span) {
        let help = match suggest::path(path.as_str(), self.files.keys().copied(), &mut self.budget) {
            Some(near) => format!("did you mean `{}`?", suggest::relative("", near)),
            None => format!("create `{path}`, or write `[Title]()` for a chapter that is planned"),
        };
        let message = format!("there is no chapter `{path}`");
        self.report.add(Diagnostic::new(&codes::MISSING_CHAPTER, message).at(self.tree.place(span)).help(help));
    }
}

fn aim(href: &str, files: &BTreeMap<&str, &Arc<Chapter>>) -> Aim {
    let written = decode(href.trim());
    if written.is_empty() {
        return Aim::Nothing;
    }
    let Some(path) = ContentPath::resolve("", &written) else { return Aim::Elsewhere };
    let has_scheme = written.starts_with("//") || written.split('/').next().is_some_and(|first| first.contains(':'));
    let exists = files.contains_key(path.as_str());
    // A file name with `#` or `?` is rare, and a link to a place in a chapter is not a second listing of it.
    let is_chapter = exists || (path.is_markdown() && !written.contains(['#', '?']));
    match without_extension(&path, files).filter(|_| !exists && !has_scheme) {
        Some(path) => Aim::Chapter(path),
        None if is_chapter && !has_scheme => Aim::Chapter(path),
        None => Aim::Elsewhere,
    }
}

/// The chapter that a list of docsify or of a wiki names without `.md`, or by its folder.
fn without_extension(path: &ContentPath, files: &BTreeMap<&str, &Arc<Chapter>>) -> Option<ContentPath> {
    let ends = [".md", "/README.md", "/index.md"]
        .into_iter()
        .filter_map(|end| ContentPath::resolve("", &format!("{path}{end}")));
    ends.into_iter().find(|path| files.contains_key(path.as_str()))
}

fn report_unlisted(chapters: &[Arc<Chapter>], used: &BTreeSet<ContentPath>, report: &mut Report) {
    for chapter in chapters.iter().filter(|chapter| !chapter.front.draft && !used.contains(&chapter.path)) {
        let message = format!("`{}` is not listed in `SUMMARY.md` and is not published", chapter.path);
        let line =
            format!("- [{}]({})", name::chapter_title(chapter, None), suggest::relative("", chapter.path.as_str()));
        let help = format!("add the line `{line}` to `SUMMARY.md`, or name the file under `exclude` in `[source]`");
        let at = chapter.place(Span::default());
        report.add(Diagnostic::new(&codes::UNLISTED_CHAPTER, message).at(at).help(help));
    }
}

#[cfg(test)]
mod tests {
    use crate::book::testing::{Sketch, files, project, summary};

    #[test]
    fn summary_gives_order_titles_and_numbers() {
        let text = "\
[Before](before.md)
- [One](one.md)
  - [](一/二.md)
  - [Later]()
    - [Deep](deep.md)
  - [Web](https://example.org/)
  - [File](<form.pdf>)
- [Two words](two%20words.md)
# Part
- [Three](three.md)
[After](after.md)
";
        let text = text.replace(['<', '>'], "");
        let names = ["before.md", "one.md", "deep.md", "two words.md", "three.md", "after.md"];
        let mut chapters = files(&names);
        chapters.push(Sketch::at("一/二.md").heading(1, "第二"));
        let built = summary(&project(), &text, chapters, &["form.pdf"]);
        let outline = "\
Before -> before.html
1.One -> one.html
  1.1.第二 -> 一/二.html
  1.2.(Later)
    1.2.1.Deep -> deep.html
  Web => external https://example.org/
  File => asset form.pdf
2.Two words -> two words.html
# Part
3.Three -> three.html
After -> after.html
";
        assert_eq!(built.outline(), outline);
        assert_eq!(built.diagnostics(), [""; 0]);
        let parts: Vec<_> = built.book.pages.iter().filter_map(|page| page.part.as_deref()).collect();
        assert_eq!(parts, ["Part"]);
        let deep = &built.book.pages[3];
        assert_eq!((deep.title.as_str(), deep.parents.len()), ("Deep", 1));
    }

    #[test]
    fn titles_over_lines_of_other_tools_are_groups() {
        let mut project = project();
        project.config.source.foreign = true;
        let text = "- Guide\n  - [A](a.md)\n  - [More]()\n    - [B](b.md)\n- [Later]()\n- [Lost](lost.md)\n";
        let built = summary(&project, text, files(&["a.md", "b.md"]), &[]);
        let outline = "1.+ Guide\n  1.1.A -> a.html\n  1.2.+ More\n    1.2.1.B -> b.html\n2.(Later)\n3.+ Lost\n";
        assert_eq!(built.outline(), outline);
        assert_eq!(built.diagnostics(), ["missing-chapter: there is no chapter `lost.md`"]);
    }

    #[test]
    fn sections_and_chapters_never_have_the_same_number() {
        let mut project = project();
        project.config.numbers.sections = true;
        let page = |path| Sketch::at(path).heading(1, "T").heading(2, "S");
        let built = summary(
            &project,
            "- [A](a.md)\n  - [B](b.md)\n- [C](c.md)\n",
            vec![page("a.md"), page("b.md"), page("c.md")],
            &[],
        );
        let numbers: Vec<_> = built.book.pages.iter().map(|page| page.heading_numbers[1].clone()).collect();
        assert_eq!(numbers, [None, Some(vec![1, 1, 1]), Some(vec![2, 1])]);
    }

    #[test]
    fn numbers_can_be_off() {
        let mut project = project();
        project.config.numbers.chapters = false;
        let built = summary(&project, "- [A](a.md)\n  - [B](b.md)\n", files(&["a.md", "b.md"]), &[]);
        assert!(built.book.pages.iter().all(|page| page.number.is_empty()));
    }

    #[test]
    fn what_does_not_fit_is_reported() {
        let chapters = || {
            vec![
                Sketch::at("index.md"),
                Sketch::at("认清逾期.md"),
                Sketch::at("d.md").front(|front| front.draft = true),
            ]
        };
        let rest = "- [I](index.md)\n- [R](认清逾期.md)\n";
        for (line, diagnostic, help) in [
            ("", "", ""),
            (
                "- [X](认清预期.md)\n",
                "missing-chapter: there is no chapter `认清预期.md`",
                "did you mean `认清逾期.md`?",
            ),
            ("- [X](a/b/c/d.md)\n", "missing-chapter: there is no chapter `a/b/c/d.md`", "did you mean `d.md`?"),
            (
                "- [X](./index.md)\n",
                "duplicate-chapter: `index.md` is listed twice",
                "keep one of the two lines; a second one can be a link in the text",
            ),
            (
                "- [X](../up.md)\n",
                "broken-link: `../up.md` leaves the book",
                "link to a file inside the content's folder, or to a full address",
            ),
            (
                "- [X](index.md#no)\n",
                "broken-anchor: `index.md` has no anchor `#no`",
                "use an id of the page, or give the heading this id: `## Heading {#id}`",
            ),
            ("- [D](d.md)\n", "", ""),
        ] {
            let built = summary(&project(), &format!("{rest}{line}"), chapters(), &[]);
            assert_eq!(built.diagnostics().concat(), diagnostic, "{line:?}");
            assert_eq!(built.help().concat(), help, "{line:?}");
            assert_eq!(built.paths(), ["index.html", "认清逾期.html"], "{line:?}");
        }
    }

    #[test]
    fn unlisted_chapters_are_pointed_at() {
        let built = summary(&project(), "- [A](index.md)\n", files(&["index.md", "a b.md"]), &[]);
        assert_eq!(
            built.diagnostics(),
            ["unlisted-chapter: `a b.md` is not listed in `SUMMARY.md` and is not published"]
        );
        assert!(built.help()[0].contains("`- [A b](a%20b.md)`"));
        assert_eq!(&*built.report.iter().next().unwrap().at.as_ref().unwrap().file, "content/a b.md");
    }

    #[test]
    fn a_chapter_under_a_second_listing_stays() {
        let text = "- [A](index.md)\n- [A](index.md)\n  - [B](b.md)\n";
        let built = summary(&project(), text, files(&["index.md", "b.md"]), &[]);
        assert_eq!(built.outline(), "1.A -> index.html\n2.B -> b.html\n");
    }

    #[test]
    fn a_summary_without_chapters_is_an_empty_book() {
        for text in ["", "- [A]()\n"] {
            let built = summary(&project(), text, Vec::new(), &[]);
            assert_eq!(built.diagnostics(), ["empty-book: `SUMMARY.md` lists no chapter that can be published"]);
        }
    }
}
