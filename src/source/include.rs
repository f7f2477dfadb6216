//! Expands includes: `{{#include PATH}}` is replaced by the text of the file, and an [`Origin`] records where each part of
//! the result came from.
//!
//! Limits: a depth of 10 files, 8 MiB per chapter, 64 MiB per book; no cycles; only files in the allowed roots, with
//! symbolic links resolved; no hidden files.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

use super::allowed_roots::AllowedRoots;
use super::decode::{Decoded, InvalidByte};
use super::directive::{self, Directive, Kind, Token};
use super::include_budget::IncludeBudget;
use super::list::{Listing, list};
use super::missing_paths::MissingPaths;
use super::model::{IncludeSyntax, TextFile};
use super::origin::Origin;
use super::read;
use super::selection::{self, Failure, Selection};
use super::walk::reason;
use crate::diagnostic::{Diagnostic, Place, Report, Texts, codes, nearest};

/// The most bytes that are included into one chapter.
const CHAPTER_LIMIT: usize = 8 << 20;
/// The most bytes that are included into all chapters.
const BOOK_LIMIT: usize = 64 << 20;

/// Which files may be included, and how directives are interpreted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds<'a> {
    /// The folders in which files may be included.
    pub(super) roots: &'a AllowedRoots,
    /// How directives are interpreted.
    pub(super) syntax: IncludeSyntax,
}

impl Bounds<'_> {
    /// Checks that a file, with symbolic links resolved, may be included. `path` is its name in messages.
    fn check(&self, disk: &Path, path: &str) -> Result<(), Failure> {
        let Some(relative) = self.roots.relative(disk) else {
            return Err(outside_the_book(path));
        };
        let mut names = relative.iter();
        if names.any(|name| name.as_encoded_bytes().starts_with(b".") && name != ".github") {
            return Err(Failure::new(
                format!("`{path}` is a hidden file, which may contain private data"),
                "copy what readers need into a file that is not hidden",
            ));
        }
        Ok(())
    }
}

/// The files that a text includes directly, of those that may be included.
fn included_files(file: &TextFile, bounds: Bounds<'_>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut at = 0;
    while let Some(token) = directive::next(&file.text, at..file.text.len()) {
        let directive = match token {
            Token::Escape { end, .. } => {
                at = end;
                continue;
            }
            Token::Include(directive) => directive,
        };
        at = directive.whole.end;
        let Ok((path, _)) = selection::parse(&file.text[directive.argument]) else { continue };
        let disk = file.disk.parent().and_then(|folder| fs::canonicalize(folder.join(path)).ok());
        files.extend(disk.filter(|disk| bounds.check(disk, path).is_ok()));
    }
    files
}

/// Expands the includes of one book.
#[derive(Debug)]
pub(super) struct Includes<'a> {
    root: &'a Path,
    bounds: Bounds<'a>,
    report: &'a mut Report,
    texts: &'a mut Texts,
    read: &'a mut Vec<PathBuf>,
    missing: &'a mut MissingPaths,
    files: BTreeMap<PathBuf, (TextFile, Option<InvalidByte>)>,
    /// Files that were read in advance, in parallel.
    prefetched: BTreeMap<PathBuf, Decoded>,
    /// How many more bytes may be included into the book.
    remaining: usize,
}

impl<'a> Includes<'a> {
    /// The includes of the book at `root`, a path without symbolic links. Texts, diagnostics and the files that were read
    /// are added to the lists that are passed in.
    pub(super) fn new(
        root: &'a Path,
        bounds: Bounds<'a>,
        report: &'a mut Report,
        texts: &'a mut Texts,
        (read, missing): (&'a mut Vec<PathBuf>, &'a mut MissingPaths),
    ) -> Self {
        Self {
            root,
            bounds,
            report,
            texts,
            read,
            missing,
            files: BTreeMap::new(),
            prefetched: BTreeMap::new(),
            remaining: BOOK_LIMIT,
        }
    }

    /// Reads the files that these texts include, in parallel.
    pub(super) fn prefetch<'t>(&mut self, texts: impl Iterator<Item = &'t TextFile>) {
        let bounds = self.bounds;
        let candidates: Vec<&TextFile> = texts.filter(|file| file.text.contains("{{")).collect();
        let named: BTreeSet<PathBuf> =
            candidates.par_iter().flat_map_iter(|file| included_files(file, bounds)).collect();
        let remaining = AtomicUsize::new(BOOK_LIMIT);
        let read = |disk: PathBuf| {
            let size = usize::try_from(fs::metadata(&disk).ok()?.len()).ok()?;
            // A file above the limit is read later, if the limit still allows it.
            remaining.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(size)).ok()?;
            Some((disk.clone(), read::text(&disk).ok()?))
        };
        self.prefetched = named.into_par_iter().filter_map(read).collect();
    }

    /// The text of a chapter with its includes expanded. A directive that cannot be resolved stays in the text and is
    /// reported.
    pub(super) fn expand(&mut self, chapter: &TextFile) -> (Arc<str>, Origin) {
        if !chapter.text.contains("{{") {
            return (chapter.text.clone(), Origin::whole(chapter.name.clone()));
        }
        let limit = CHAPTER_LIMIT.min(self.remaining);
        let mut out = IncludeBudget::new(chapter, limit);
        self.expand_range(&mut out, chapter, 0..chapter.text.len());
        self.remaining -= limit - out.remaining();
        out.finish()
    }

    /// Adds a range of a file, with the includes in it expanded.
    fn expand_range(&mut self, out: &mut IncludeBudget, file: &TextFile, range: Range<usize>) {
        let mut at = range.start;
        while let Some(token) = directive::next(&file.text, at..range.end) {
            match token {
                Token::Escape { backslash, end } => {
                    out.copy(file, at..backslash);
                    out.copy(file, backslash + 1..end);
                    at = end;
                }
                Token::Include(directive) => {
                    out.copy(file, at..directive.whole.start);
                    if !self.resolve(out, file, &directive) {
                        out.copy(file, directive.whole.clone());
                    }
                    at = directive.whole.end;
                }
            }
        }
        out.copy(file, at..range.end);
    }

    /// Resolves a directive; `false` if that is not possible, and the directive stays in the text.
    fn resolve(&mut self, out: &mut IncludeBudget, file: &TextFile, directive: &Directive) -> bool {
        match (&directive.kind, self.bounds.syntax) {
            (Kind::Title, IncludeSyntax::MdBook) => true,
            (Kind::Title, IncludeSyntax::Chapbook) => false,
            (Kind::Playground(words), IncludeSyntax::MdBook) => {
                let words: Vec<&str> = file.text[words.clone()].split_whitespace().collect();
                let info: Vec<&str> = std::iter::once("rust").chain(words).collect();
                out.generate(&format!("```{}\n", info.join(",")), file, directive.whole.start);
                let is_resolved = self.include(out, file, directive);
                out.generate("\n```\n", file, directive.whole.end);
                is_resolved
            }
            _ => self.include(out, file, directive),
        }
    }

    /// Includes the selected part of a file; `false` if that is not possible.
    fn include(&mut self, out: &mut IncludeBudget, file: &TextFile, directive: &Directive) -> bool {
        let at = Place { file: file.name.clone(), span: directive.argument.clone().into() };
        let selected = self.select(out, file, directive, &at);
        if selected.is_err() {
            self.record_missing(file, &file.text[directive.argument.clone()]);
        }
        match selected {
            Ok(Some((target, selection, ranges))) => {
                let hides = directive.kind == Kind::IncludeWhole && self.bounds.syntax == IncludeSyntax::MdBook;
                let whole = matches!(selection, Selection::Whole);
                out.enter(&target, selection);
                if hides && !whole {
                    self.include_whole(out, &target, &ranges);
                } else {
                    for range in ranges {
                        self.expand_range(out, &target, range);
                    }
                }
                out.leave();
                true
            }
            // mdBook inserts nothing for a selection that the file does not have.
            Err(Failure { message, help, is_selection: true }) if self.bounds.syntax == IncludeSyntax::MdBook => {
                self.report.add(Diagnostic::new(&codes::INCLUDE, message).at(at).help(help));
                true
            }
            Ok(None) => false,
            Err(Failure { message, help, .. }) => {
                self.report.add(Diagnostic::new(&codes::INCLUDE, message).at(at).help(help));
                false
            }
        }
    }

    /// Records the path of an include that failed, so that later builds check whether it still does.
    fn record_missing(&mut self, from: &TextFile, argument: &str) {
        let Ok((path, _)) = selection::parse(argument) else { return };
        let folder = from.disk.parent().unwrap_or(self.root);
        self.missing.add(folder, path);
        let roots = self.bounds.roots;
        // Where the repository around a book ends depends on files that later builds do not check.
        let is_outside = roots.include_root() != self.root && !self.missing.are_all_in(self.root);
        if roots.follows_links() || is_outside {
            self.missing.mark_untraceable();
        }
    }

    /// Includes a whole Rust file: lines that are not selected are hidden by `# `, and lines with anchors are left out.
    fn include_whole(&mut self, out: &mut IncludeBudget, file: &TextFile, ranges: &[Range<usize>]) {
        let mut at = 0;
        let mut is_first = true;
        for line in file.text.clone().split_inclusive('\n') {
            let range = at..at + line.trim_end_matches('\n').len();
            at += line.len();
            let is_selected = ranges.iter().any(|selected| selected.start <= range.start && range.end <= selected.end);
            if selection::is_mark(line) && !is_selected {
                continue;
            }
            if !std::mem::take(&mut is_first) {
                out.generate("\n", file, range.start);
            }
            if !is_selected {
                out.generate("# ", file, range.start);
            }
            self.expand_range(out, file, range);
        }
    }

    /// The file and the ranges that an argument selects; `None` if that failed and is already reported.
    fn select(
        &mut self,
        out: &mut IncludeBudget,
        from: &TextFile,
        directive: &Directive,
        at: &Place,
    ) -> Result<Option<Selected>, Failure> {
        let argument = &from.text[directive.argument.clone()];
        let (path, selection) = selection::parse(argument)?;
        let disk = self.find(from, path)?;
        out.check_nesting(&disk, &selection, path)?;
        let Some(target) = self.open(disk, path, at)? else {
            return Ok(None);
        };
        let ranges = match directive.kind {
            Kind::IncludeWhole => selection::select_all(&selection, &target.text, path)?,
            _ => selection::select(&selection, &target.text, path)?,
        };
        let fits = out.take(ranges.iter().map(Range::len).sum())?;
        Ok(fits.then_some((target, selection, ranges)))
    }

    /// The path on disk of an included file, with symbolic links resolved, if it may be included.
    fn find(&mut self, from: &TextFile, path: &str) -> Result<PathBuf, Failure> {
        let folder = from.disk.parent().unwrap_or(self.root);
        let wanted = folder.join(path);
        let Ok(disk) = fs::canonicalize(&wanted) else {
            return Err(self.missing(&wanted, path));
        };
        self.bounds.check(&disk, path).map(|()| disk)
    }

    /// The path of a file relative to the book's root, for messages.
    fn name(&self, disk: &Path) -> Arc<str> {
        let above = self.root.ancestors().take_while(|above| above.starts_with(self.bounds.roots.include_root()));
        if let Some(name) =
            self.bounds.roots.followed_name(disk).filter(|_| !disk.starts_with(self.bounds.roots.include_root()))
        {
            return name.nfc().collect::<String>().into();
        }
        let base = above.enumerate().find(|(_, above)| disk.starts_with(above));
        let (up, base) = base.unwrap_or((0, self.root));
        let inside = disk.strip_prefix(base).unwrap_or(disk);
        let names = std::iter::repeat_n("..".into(), up).chain(inside.iter().map(OsStr::to_string_lossy));
        names.collect::<Vec<_>>().join("/").nfc().collect::<String>().into()
    }

    fn missing(&mut self, wanted: &Path, path: &str) -> Failure {
        let Some(folder) = wanted.parent().and_then(|folder| fs::canonicalize(folder).ok()) else {
            return Failure::new(
                format!("no file at `{path}`"),
                "paths are relative to the file that contains the include",
            );
        };
        if self.bounds.roots.relative(&folder).is_none() {
            return outside_the_book(path);
        }
        // The folder is watched, so that a build runs when the file is created.
        self.read.push(folder.clone());
        let Listing { folders, files } = list(&folder).unwrap_or_default();
        let (before, name) =
            path.rsplit_once('/').map_or(("", path), |(_, name)| (&path[..path.len() - name.len()], name));
        let help = match nearest(name, files.iter().chain(&folders).map(String::as_str)) {
            Some(near) => format!("did you mean `{before}{near}`?"),
            None => "paths are relative to the file that contains the include".to_owned(),
        };
        Failure { message: format!("no file at `{path}`"), help, is_selection: false }
    }

    /// The text of a file, which is read once; `None` if it is not UTF-8, which is reported.
    fn open(&mut self, disk: PathBuf, path: &str, at: &Place) -> Result<Option<TextFile>, Failure> {
        let (file, invalid) = match self.files.get(&disk) {
            Some(read) => read.clone(),
            None => self.read(disk, path)?,
        };
        if let Some(invalid) = invalid {
            self.report.add(invalid.diagnostic(&file.name).also(at.clone(), "included here"));
            return Ok(None);
        }
        Ok(Some(file))
    }

    fn read(&mut self, disk: PathBuf, path: &str) -> Result<(TextFile, Option<InvalidByte>), Failure> {
        if disk.is_dir() {
            return Err(Failure::new(format!("`{path}` is a folder"), "name a file in it"));
        }
        let decoded = self.prefetched.remove(&disk).map_or_else(|| read::text(&disk), Ok).map_err(|error| {
            Failure::new(
                format!("`{path}` cannot be read: {}", reason(&error)),
                "include a text file of at most 16 MiB",
            )
        })?;
        let name = self.name(&disk);
        let Decoded { text, invalid, controls } = decoded;
        // Control characters of chapters have already been reported.
        if let Some(controls) = controls.filter(|_| !self.texts.contains_key(&name)) {
            self.report.add(controls.diagnostic(&name));
        }
        let file = TextFile { name, text, disk: disk.clone() };
        self.texts.insert(file.name.clone(), file.text.clone());
        self.read.push(disk.clone());
        Ok(self.files.entry(disk).or_insert((file, invalid)).clone())
    }
}

/// A file, what is selected of it, and the ranges of its text that are selected.
type Selected = (TextFile, Selection, Vec<Range<usize>>);

fn outside_the_book(path: &str) -> Failure {
    let help = "only files in the book's folder and in the folders of `follow` can be included";
    Failure::new(format!("`{path}` is outside the book"), help)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests create files")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Expanded {
        text: Arc<str>,
        origin: Origin,
        texts: Texts,
        report: Report,
    }

    impl Expanded {
        fn messages(&self) -> Vec<String> {
            let help = |item: &Diagnostic| item.help.clone().unwrap_or_default();
            self.report.iter().map(|item| format!("{}; {}", item.message, help(item))).collect()
        }
    }

    /// Expands `c/a.md` of a book.
    fn expand(files: &[(&str, &str)]) -> Expanded {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        for (name, text) in files {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        expand_in(&root)
    }

    fn expand_in(root: &Path) -> Expanded {
        let disk = root.join("c/a.md");
        let text: Arc<str> = fs::read_to_string(&disk).unwrap().into();
        let chapter = TextFile { disk, name: "c/a.md".into(), text };
        let (mut report, mut texts, mut read) = (Report::default(), Texts::new(), Vec::new());
        let mut missing = MissingPaths::default();
        let roots = AllowedRoots::of(root, root.to_owned(), &[]);
        texts.insert(chapter.name.clone(), chapter.text.clone());
        let (text, origin) = Includes::new(
            root,
            Bounds { roots: &roots, syntax: IncludeSyntax::Chapbook },
            &mut report,
            &mut texts,
            (&mut read, &mut missing),
        )
        .expand(&chapter);
        Expanded { text, origin, texts, report }
    }

    fn check(files: &[(&str, &str)], expected: &str) {
        let expanded = expand(files);
        assert_eq!((&*expanded.text, expanded.messages()), (expected, Vec::new()), "{files:?}");
        check_origin(&expanded);
    }

    fn check_origin(expanded: &Expanded) {
        for (offset, byte) in expanded.text.bytes().enumerate() {
            let place = expanded.origin.place((offset..offset + 1).into());
            let text = &expanded.texts[&place.file];
            assert_eq!((text.as_bytes()[place.span.range()].first(), place.span.range().len()), (Some(&byte), 1));
        }
    }

    fn check_failure(files: &[(&str, &str)], message: &str, marked: &str) {
        let expanded = expand(files);
        assert_eq!(expanded.messages(), [message], "{files:?}");
        let place = expanded.report.iter().next().unwrap().at.clone().unwrap();
        assert_eq!(&expanded.texts[&place.file][place.span.range()], marked);
        check_origin(&expanded);
    }

    #[test]
    fn includes_are_expanded() {
        check(&[("c/a.md", "x {{#include b.txt}} y"), ("c/b.txt", "B\n")], "x B y");
        check(&[("c/a.md", "```\n{{#include ../src/m.rs:2}}\n```\n"), ("src/m.rs", "1\n2\n3\n")], "```\n2\n```\n");
        check(&[("c/a.md", "{{#include d/b.md}}"), ("c/d/b.md", "[{{#include c.md}}]"), ("c/d/c.md", "C")], "[C]");
        check(&[("c/a.md", r"a \{{#include b}} c"), ("c/b", "B")], "a {{#include b}} c");
        check(&[("c/a.md", "{{#include b}}{{#include b}}"), ("c/b", "清\n\n")], "清\n清\n");
        check(&[("c/a.md", "{{#include b:x}}!"), ("c/b", "# ANCHOR: x\n1\n# ANCHOR: y\n2\n# ANCHOR_END: x")], "1\n2!");
        check(&[("c/a.md", "{{#include b}}"), ("c/b", "")], "");
        check(&[("c/a.md", "{{ book.x }} {{#title y}} {{")], "{{ book.x }} {{#title y}} {{");
        check(&[("c/a.md", "{{#include ../.github/x.yml}}"), (".github/x.yml", "on: push")], "on: push");
        check(&[("c/a.md", "{{#include a.md:x}}\nANCHOR: x\nX\nANCHOR_END: x")], "X\nANCHOR: x\nX\nANCHOR_END: x");
    }

    #[test]
    fn an_origin_names_the_including_file_first() {
        let expanded = expand(&[("c/a.md", "{{#include b}}"), ("c/b", "B")]);
        assert_eq!(&*expanded.origin.file(), "c/a.md");
    }

    #[test]
    fn failed_includes_stay_in_the_text_and_are_reported() {
        let relative = "paths are relative to the file that contains the include";
        let outside = "only files in the book's folder and in the folders of `follow` can be included";
        check_failure(
            &[("c/a.md", "x {{#include src/man.rs}}"), ("c/src/main.rs", "")],
            "no file at `src/man.rs`; did you mean `src/main.rs`?",
            "src/man.rs",
        );
        check_failure(&[("c/a.md", "{{#include q/r}}")], &format!("no file at `q/r`; {relative}"), "q/r");
        check_failure(
            &[("c/a.md", "{{#include /etc/passwd}}")],
            &format!("`/etc/passwd` is outside the book; {outside}"),
            "/etc/passwd",
        );
        check_failure(
            &[("c/a.md", "{{#include ../../none}}")],
            &format!("`../../none` is outside the book; {outside}"),
            "../../none",
        );
        check_failure(&[("c/a.md", "{{#include ../c}}")], "`../c` is a folder; name a file in it", "../c");
        check_failure(
            &[("c/a.md", "{{#include ../.env}}"), (".env", "KEY=1")],
            "`../.env` is a hidden file, which may contain private data; \
             copy what readers need into a file that is not hidden",
            "../.env",
        );
        check_failure(
            &[("c/a.md", "{{#include b.rs:nam}}"), ("c/b.rs", "// ANCHOR: name\n")],
            "`b.rs` has no anchor `nam`; did you mean `b.rs:name`?",
            "b.rs:nam",
        );
        check_failure(
            &[("c/a.md", "{{#include b.md}}"), ("c/b.md", "b {{#include a.md}}")],
            "`a.md` includes itself; remove one of the includes of the cycle",
            "a.md",
        );
    }

    #[test]
    fn includes_are_bounded() {
        let many = "{{#include b.md}}\n".repeat(2000);
        let more = "{{#include c.md}}\n".repeat(2000);
        let expanded = expand(&[("c/a.md", &many), ("c/b.md", &more), ("c/c.md", &"x".repeat(1000))]);
        assert!(expanded.text.len() < CHAPTER_LIMIT + many.len() + more.len());
        assert_eq!(expanded.report.errors(), 1);
        let chain: Vec<(String, String)> =
            (0..20).map(|n| (format!("c/{n}.md"), format!("{{{{#include {}.md}}}}", n + 1))).collect();
        let mut files: Vec<(&str, &str)> = chain.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        files.push(("c/a.md", "{{#include 0.md}}"));
        assert_eq!(
            expand(&files).messages(),
            ["`10.md` is nested more than 10 includes deep; include it from a file closer to the chapter"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_to_files_outside_of_the_book_are_refused() {
        let (outside, book) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let root = fs::canonicalize(book.path()).unwrap();
        fs::write(outside.path().join("secret"), "S").unwrap();
        fs::create_dir(root.join("c")).unwrap();
        std::os::unix::fs::symlink(outside.path(), root.join("c/out")).unwrap();
        fs::write(root.join("c/a.md"), "{{#include out/secret}}").unwrap();
        let expanded = expand_in(&root);
        assert_eq!(&*expanded.text, "{{#include out/secret}}");
        assert!(expanded.messages()[0].starts_with("`out/secret` is outside the book"));
    }

    #[test]
    fn invalid_bytes_are_reported_in_their_file() {
        let book = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(book.path()).unwrap();
        fs::create_dir(root.join("c")).unwrap();
        fs::write(root.join("c/a.md"), "{{#include b.md}}").unwrap();
        fs::write(root.join("c/b.md"), b"ok\n\xff").unwrap();
        let expanded = expand_in(&root);
        let diagnostic = expanded.report.iter().next().unwrap();
        assert_eq!((diagnostic.code.name, &*diagnostic.at.clone().unwrap().file), ("invalid-utf8", "c/b.md"));
        assert_eq!(&*diagnostic.also[0].0.file, "c/a.md");
    }

    fn fragment() -> impl Strategy<Value = String> {
        prop::sample::select(vec![
            "{{#include b.md}}",
            "{{#include c.md:2:3}}",
            "{{#include c.md:x}}",
            "{{#include a.md}}",
            "{{#include d}}",
            r"\{{#include b.md}}",
            "{{",
            "}}",
            "\n",
            "清单",
            "text ",
            "ANCHOR: x\n",
            "ANCHOR_END: x\n",
            "{{#include b.md:3:}}",
        ])
        .prop_map(str::to_owned)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn every_byte_has_an_origin(files in prop::collection::vec(prop::collection::vec(fragment(), 0..8), 3)) {
            let texts: Vec<String> = files.iter().map(|parts| parts.concat()).collect();
            check_origin(&expand(&[("c/a.md", &texts[0]), ("c/b.md", &texts[1]), ("c/c.md", &texts[2])]));
        }
    }
}
