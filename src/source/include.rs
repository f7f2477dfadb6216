//! Puts includes into a text: `{{#include PATH}}` becomes what the file holds, and every stretch keeps its origin.
//!
//! Bounded in every direction: 10 deep, 8 MiB a chapter, 64 MiB a book, no file twice on the way down, none outside
//! the book's root once symbolic links are resolved, none that is hidden.

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
use super::decode::{Bad, Decoded};
use super::directive::{self, Directive, Token, Verb};
use super::include_budget::IncludeBudget;
use super::list::{Listing, list};
use super::missing_paths::MissingPaths;
use super::model::{Manner, TextFile};
use super::origin::Origin;
use super::read;
use super::selection::{self, Failure, Selection};
use super::walk::reason;
use crate::diagnostic::{Diagnostic, Place, Report, Texts, codes, nearest};

const CHAPTER_ROOM: usize = 8 << 20;
const BOOK_ROOM: usize = 64 << 20;

/// How far includes reach, and whose they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds<'a> {
    /// The folders that none leaves.
    pub(super) reach: &'a AllowedRoots,
    /// Whose directives they are.
    pub(super) manner: Manner,
}

impl Bounds<'_> {
    /// Whether a file on disk may be included.
    fn admit(&self, disk: &Path, path: &str) -> Result<(), Failure> {
        let Some(inside) = self.reach.inside(disk) else {
            return Err(leaves_the_book(path));
        };
        let mut names = inside.iter();
        if names.any(|name| name.as_encoded_bytes().starts_with(b".") && name != ".github") {
            return Err(Failure::new(
                format!("`{path}` is hidden, and may hold what is not to be published"),
                "copy what is to be shown into a file that is not hidden",
            ));
        }
        Ok(())
    }
}

/// The files that a text names to be included, as far as they may be.
fn named(file: &TextFile, bounds: Bounds<'_>) -> Vec<PathBuf> {
    let mut found = Vec::new();
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
        found.extend(disk.filter(|disk| bounds.admit(disk, path).is_ok()));
    }
    found
}

/// Expands the includes of one book.
#[derive(Debug)]
pub(super) struct Includes<'a> {
    root: &'a Path,
    bounds: Bounds<'a>,
    report: &'a mut Report,
    texts: &'a mut Texts,
    read: &'a mut Vec<PathBuf>,
    ways: &'a mut MissingPaths,
    files: BTreeMap<PathBuf, (TextFile, Option<Bad>)>,
    /// Files that were read before they were asked for.
    ahead: BTreeMap<PathBuf, Decoded>,
    room: usize,
}

impl<'a> Includes<'a> {
    /// Includes of the book at `root`, which is free of symbolic links.
    pub(super) fn new(
        root: &'a Path,
        bounds: Bounds<'a>,
        report: &'a mut Report,
        texts: &'a mut Texts,
        (read, ways): (&'a mut Vec<PathBuf>, &'a mut MissingPaths),
    ) -> Self {
        Self {
            root,
            bounds,
            report,
            texts,
            read,
            ways,
            files: BTreeMap::new(),
            ahead: BTreeMap::new(),
            room: BOOK_ROOM,
        }
    }

    /// Reads what these texts include, many files at once.
    pub(super) fn read_ahead<'t>(&mut self, texts: impl Iterator<Item = &'t TextFile>) {
        let bounds = self.bounds;
        let with_braces: Vec<&TextFile> = texts.filter(|file| file.text.contains("{{")).collect();
        let named: BTreeSet<PathBuf> = with_braces.par_iter().flat_map_iter(|file| named(file, bounds)).collect();
        let room = AtomicUsize::new(BOOK_ROOM);
        let read = |disk: PathBuf| {
            let size = usize::try_from(fs::metadata(&disk).ok()?.len()).ok()?;
            // What does not fit is read, or not, when its turn comes.
            room.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(size)).ok()?;
            Some((disk.clone(), read::text(&disk).ok()?))
        };
        self.ahead = named.into_par_iter().filter_map(read).collect();
    }

    /// A chapter's text with its includes put in; a directive that cannot be carried out stays and is reported.
    pub(super) fn expand(&mut self, chapter: &TextFile) -> (Arc<str>, Origin) {
        if !chapter.text.contains("{{") {
            return (chapter.text.clone(), Origin::whole(chapter.name.clone()));
        }
        let room = CHAPTER_ROOM.min(self.room);
        let mut growing = IncludeBudget::new(chapter, room);
        self.put(&mut growing, chapter, 0..chapter.text.len());
        self.room -= room - growing.room_left();
        growing.finish()
    }

    fn put(&mut self, growing: &mut IncludeBudget, file: &TextFile, range: Range<usize>) {
        let mut at = range.start;
        while let Some(token) = directive::next(&file.text, at..range.end) {
            match token {
                Token::Escape { backslash, end } => {
                    growing.copy(file, at..backslash);
                    growing.copy(file, backslash + 1..end);
                    at = end;
                }
                Token::Include(directive) => {
                    growing.copy(file, at..directive.whole.start);
                    if !self.carry_out(growing, file, &directive) {
                        growing.copy(file, directive.whole.clone());
                    }
                    at = directive.whole.end;
                }
            }
        }
        growing.copy(file, at..range.end);
    }

    /// Carries a directive out; `false` if it cannot be.
    fn carry_out(&mut self, growing: &mut IncludeBudget, file: &TextFile, directive: &Directive) -> bool {
        match (&directive.verb, self.bounds.manner) {
            (Verb::Title, Manner::MdBook) => true,
            (Verb::Title, Manner::Selected) => false,
            (Verb::Playground(words), Manner::MdBook) => {
                let words: Vec<&str> = file.text[words.clone()].split_whitespace().collect();
                let info: Vec<&str> = std::iter::once("rust").chain(words).collect();
                growing.make(&format!("```{}\n", info.join(",")), file, directive.whole.start);
                let done = self.include(growing, file, directive);
                growing.make("\n```\n", file, directive.whole.end);
                done
            }
            _ => self.include(growing, file, directive),
        }
    }

    /// Puts one include in; `false` if it cannot be.
    fn include(&mut self, growing: &mut IncludeBudget, file: &TextFile, directive: &Directive) -> bool {
        let at = Place { file: file.name.clone(), span: directive.argument.clone().into() };
        let chosen = self.chosen(growing, file, directive, &at);
        if chosen.is_err() {
            self.note_way(file, &file.text[directive.argument.clone()]);
        }
        match chosen {
            Ok(Some((target, selection, ranges))) => {
                let hides = directive.verb == Verb::IncludeWhole && self.bounds.manner == Manner::MdBook;
                let whole = matches!(selection, Selection::Whole);
                growing.enter(&target, selection);
                if hides && !whole {
                    self.put_whole(growing, &target, &ranges);
                } else {
                    for range in ranges {
                        self.put(growing, &target, range);
                    }
                }
                growing.leave();
                true
            }
            // mdBook puts in nothing for a selection that the file does not have.
            Err(Failure { message, help, selected: true }) if self.bounds.manner == Manner::MdBook => {
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

    /// Notes where an include leads that cannot be carried out, so that it is noticed when it can be.
    fn note_way(&mut self, from: &TextFile, argument: &str) {
        let Ok((path, _)) = selection::parse(argument) else { return };
        let folder = from.disk.parent().unwrap_or(self.root);
        self.ways.note(folder, path);
        let reach = self.bounds.reach;
        // How far a repository reaches that the book lies in is seen by files that nobody looks at again.
        let is_beyond = reach.home() != self.root && !self.ways.stay_in(self.root);
        if reach.follows() || is_beyond {
            self.ways.stray();
        }
    }

    /// Puts a whole file of Rust in: lines that are not selected are hidden by `# `, those that mark anchors left out.
    fn put_whole(&mut self, growing: &mut IncludeBudget, file: &TextFile, ranges: &[Range<usize>]) {
        let mut at = 0;
        let mut first = true;
        for line in file.text.clone().split_inclusive('\n') {
            let range = at..at + line.trim_end_matches('\n').len();
            at += line.len();
            let selected = ranges.iter().any(|chosen| chosen.start <= range.start && range.end <= chosen.end);
            if selection::is_mark(line) && !selected {
                continue;
            }
            if !std::mem::take(&mut first) {
                growing.make("\n", file, range.start);
            }
            if !selected {
                growing.make("# ", file, range.start);
            }
            self.put(growing, file, range);
        }
    }

    /// The file and the stretches of it that an argument asks for; `None` if what is wrong has been said already.
    fn chosen(
        &mut self,
        growing: &mut IncludeBudget,
        from: &TextFile,
        directive: &Directive,
        at: &Place,
    ) -> Result<Chosen, Failure> {
        let (argument, verb) = (&from.text[directive.argument.clone()], &directive.verb);
        let (path, selection) = selection::parse(argument)?;
        let disk = self.find(from, path)?;
        growing.check_way(&disk, &selection, path)?;
        let Some(target) = self.open(disk, path, at)? else {
            return Ok(None);
        };
        let ranges = match verb {
            Verb::IncludeWhole => selection::select_again(&selection, &target.text, path)?,
            _ => selection::select(&selection, &target.text, path)?,
        };
        let fits = growing.take(ranges.iter().map(Range::len).sum())?;
        Ok(fits.then_some((target, selection, ranges)))
    }

    /// The file on disk, symbolic links resolved, inside the book and not hidden.
    fn find(&mut self, from: &TextFile, path: &str) -> Result<PathBuf, Failure> {
        let folder = from.disk.parent().unwrap_or(self.root);
        let wanted = folder.join(path);
        let Ok(disk) = fs::canonicalize(&wanted) else {
            return Err(self.missing(&wanted, path));
        };
        self.bounds.admit(&disk, path).map(|()| disk)
    }

    /// A file's path from the book's root, as messages name it.
    fn name(&self, disk: &Path) -> Arc<str> {
        let above = self.root.ancestors().take_while(|above| above.starts_with(self.bounds.reach.home()));
        if let Some(name) =
            self.bounds.reach.followed_name(disk).filter(|_| !disk.starts_with(self.bounds.reach.home()))
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
            return Failure::new(format!("no file at `{path}`"), "the path is relative to the file it is written in");
        };
        if self.bounds.reach.inside(&folder).is_none() {
            return leaves_the_book(path);
        }
        // So that the file is noticed when it is made.
        self.read.push(folder.clone());
        let Listing { folders, files } = list(&folder).unwrap_or_default();
        let (before, name) =
            path.rsplit_once('/').map_or(("", path), |(_, name)| (&path[..path.len() - name.len()], name));
        let help = match nearest(name, files.iter().chain(&folders).map(String::as_str)) {
            Some(near) => format!("did you mean `{before}{near}`?"),
            None => "the path is relative to the file it is written in".to_owned(),
        };
        Failure { message: format!("no file at `{path}`"), help, selected: false }
    }

    /// Reads a file once; `None` if it is not UTF-8, which is reported.
    fn open(&mut self, disk: PathBuf, path: &str, at: &Place) -> Result<Option<TextFile>, Failure> {
        let (file, bad) = match self.files.get(&disk) {
            Some(known) => known.clone(),
            None => self.read(disk, path)?,
        };
        if let Some(bad) = bad {
            self.report.add(bad.finding(&file.name).also(at.clone(), "included here"));
            return Ok(None);
        }
        Ok(Some(file))
    }

    fn read(&mut self, disk: PathBuf, path: &str) -> Result<(TextFile, Option<Bad>), Failure> {
        if disk.is_dir() {
            return Err(Failure::new(format!("`{path}` is a folder"), "name a file in it"));
        }
        let decoded = self.ahead.remove(&disk).map_or_else(|| read::text(&disk), Ok).map_err(|error| {
            Failure::new(
                format!("`{path}` cannot be read: {}", reason(&error)),
                "include a text file of at most 16 MiB",
            )
        })?;
        let name = self.name(&disk);
        let Decoded { text, bad, controls } = decoded;
        // What the content's own texts hold has been told already.
        if let Some(controls) = controls.filter(|_| !self.texts.contains_key(&name)) {
            self.report.add(controls.finding(&name));
        }
        let file = TextFile { name, text, disk: disk.clone() };
        self.texts.insert(file.name.clone(), file.text.clone());
        self.read.push(disk.clone());
        Ok(self.files.entry(disk).or_insert((file, bad)).clone())
    }
}

type Chosen = Option<(TextFile, Selection, Vec<Range<usize>>)>;

fn leaves_the_book(path: &str) -> Failure {
    let help = "only files inside the book's folder can be included, and those of folders that `follow` names";
    Failure::new(format!("`{path}` leaves the book"), help)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests lay out their own files")]
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
        let mut ways = MissingPaths::default();
        let reach = AllowedRoots::of(root, root.to_owned(), &[]);
        texts.insert(chapter.name.clone(), chapter.text.clone());
        let (text, origin) = Includes::new(
            root,
            Bounds { reach: &reach, manner: Manner::Selected },
            &mut report,
            &mut texts,
            (&mut read, &mut ways),
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

    fn check_failure(files: &[(&str, &str)], message: &str, under: &str) {
        let expanded = expand(files);
        assert_eq!(expanded.messages(), [message], "{files:?}");
        let place = expanded.report.iter().next().unwrap().at.clone().unwrap();
        assert_eq!(&expanded.texts[&place.file][place.span.range()], under);
        check_origin(&expanded);
    }

    #[test]
    fn includes_are_put_in() {
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
    fn failures_stay_in_the_text_and_say_why() {
        let relative = "the path is relative to the file it is written in";
        let outside = "only files inside the book's folder can be included, and those of folders that `follow` names";
        check_failure(
            &[("c/a.md", "x {{#include src/man.rs}}"), ("c/src/main.rs", "")],
            "no file at `src/man.rs`; did you mean `src/main.rs`?",
            "src/man.rs",
        );
        check_failure(&[("c/a.md", "{{#include q/r}}")], &format!("no file at `q/r`; {relative}"), "q/r");
        check_failure(
            &[("c/a.md", "{{#include /etc/passwd}}")],
            &format!("`/etc/passwd` leaves the book; {outside}"),
            "/etc/passwd",
        );
        check_failure(
            &[("c/a.md", "{{#include ../../none}}")],
            &format!("`../../none` leaves the book; {outside}"),
            "../../none",
        );
        check_failure(&[("c/a.md", "{{#include ../c}}")], "`../c` is a folder; name a file in it", "../c");
        check_failure(
            &[("c/a.md", "{{#include ../.env}}"), (".env", "KEY=1")],
            "`../.env` is hidden, and may hold what is not to be published; \
             copy what is to be shown into a file that is not hidden",
            "../.env",
        );
        check_failure(
            &[("c/a.md", "{{#include b.rs:nam}}"), ("c/b.rs", "// ANCHOR: name\n")],
            "`b.rs` has no anchor `nam`; did you mean `b.rs:name`?",
            "b.rs:nam",
        );
        check_failure(
            &[("c/a.md", "{{#include b.md}}"), ("c/b.md", "b {{#include a.md}}")],
            "`a.md` includes itself; take one of the includes out of the circle",
            "a.md",
        );
    }

    #[test]
    fn nothing_grows_without_end() {
        let many = "{{#include b.md}}\n".repeat(2000);
        let more = "{{#include c.md}}\n".repeat(2000);
        let expanded = expand(&[("c/a.md", &many), ("c/b.md", &more), ("c/c.md", &"x".repeat(1000))]);
        assert!(expanded.text.len() < CHAPTER_ROOM + many.len() + more.len());
        assert_eq!(expanded.report.errors(), 1);
        let chain: Vec<(String, String)> =
            (0..20).map(|n| (format!("c/{n}.md"), format!("{{{{#include {}.md}}}}", n + 1))).collect();
        let mut files: Vec<(&str, &str)> = chain.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        files.push(("c/a.md", "{{#include 0.md}}"));
        assert_eq!(
            expand(&files).messages(),
            ["`10.md` is included more than 10 files deep; include it from a file further up"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_do_not_lead_out_of_the_book() {
        let (outside, book) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let root = fs::canonicalize(book.path()).unwrap();
        fs::write(outside.path().join("secret"), "S").unwrap();
        fs::create_dir(root.join("c")).unwrap();
        std::os::unix::fs::symlink(outside.path(), root.join("c/out")).unwrap();
        fs::write(root.join("c/a.md"), "{{#include out/secret}}").unwrap();
        let expanded = expand_in(&root);
        assert_eq!(&*expanded.text, "{{#include out/secret}}");
        assert!(expanded.messages()[0].starts_with("`out/secret` leaves the book"));
    }

    #[test]
    fn bad_bytes_are_named_where_they_are() {
        let book = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(book.path()).unwrap();
        fs::create_dir(root.join("c")).unwrap();
        fs::write(root.join("c/a.md"), "{{#include b.md}}").unwrap();
        fs::write(root.join("c/b.md"), b"ok\n\xff").unwrap();
        let expanded = expand_in(&root);
        let finding = expanded.report.iter().next().unwrap();
        assert_eq!((finding.code.name, &*finding.at.clone().unwrap().file), ("invalid-utf8", "c/b.md"));
        assert_eq!(&*finding.also[0].0.file, "c/a.md");
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
        fn every_byte_has_its_origin(files in prop::collection::vec(prop::collection::vec(fragment(), 0..8), 3)) {
            let texts: Vec<String> = files.iter().map(|parts| parts.concat()).collect();
            check_origin(&expand(&[("c/a.md", &texts[0]), ("c/b.md", &texts[1]), ("c/c.md", &texts[2])]));
        }
    }
}
