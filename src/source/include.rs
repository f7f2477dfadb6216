//! Expands includes: `{{#include PATH}}` is replaced by the text of the file, and an [`Origin`] records where each part of
//! the result came from.
//!
//! Limits: a depth of 10 files; 8 MiB and 20,000 files per chapter, 64 MiB and 200,000 files per book; no cycles; only files
//! in the allowed roots, with symbolic links resolved; no hidden files.
//!
//! In chapbook's own dialect, each line of an included text begins with the indentation and the marks of the line of the
//! include (`line_marks`). mdBook puts the text in as it is.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsStr;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

use super::decode::{Decoded, InvalidByte};
use super::directive::{self, Directive, Kind, Token};
use super::include_bounds::{Bounds, included_files, outside_the_book};
use super::include_budget::{Allowance, IncludeAt, IncludeBudget};
use super::line_marks;
use super::list::{Listing, list};
use super::missing_paths::MissingPaths;
use super::model::{IncludeSyntax, TextFile};
use super::origin::Origin;
use super::read;
use super::selection::{self, Failure, Sections, Selection};
use super::text_parts::{TextParts, is_mark};
use super::walk::reason;
use crate::diagnostic::{Diagnostic, Place, Report, Texts, codes, nearest};

/// Expands the includes of one book.
#[derive(Debug)]
pub(super) struct Includes<'a> {
    root: &'a Path,
    bounds: Bounds<'a>,
    report: &'a mut Report,
    texts: &'a mut Texts,
    read: &'a mut Vec<PathBuf>,
    missing: &'a mut MissingPaths,
    files: BTreeMap<PathBuf, Rc<IncludedFile>>,
    /// The files that the paths of includes lead to: the folder of the including file, the path, and the file on disk.
    found: HashMap<(PathBuf, String), PathBuf>,
    /// Files that were read in advance, in parallel.
    prefetched: BTreeMap<PathBuf, Decoded>,
    /// How much more may be included into the book.
    remaining: Allowance,
    /// How many more names a path that does not exist is compared with.
    comparable: usize,
}

/// A file that was read to be included.
#[derive(Debug)]
struct IncludedFile {
    text: TextFile,
    invalid: Option<InvalidByte>,
    /// Where its lines and anchors are, if an include has selected some.
    parts: OnceCell<TextParts>,
}

impl IncludedFile {
    fn parts(&self) -> &TextParts {
        self.parts.get_or_init(|| TextParts::of(&self.text.text))
    }
}

/// How many names the paths that do not exist are compared with, in all chapters together.
const COMPARABLE: usize = 100_000;

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
            found: HashMap::new(),
            prefetched: BTreeMap::new(),
            remaining: Allowance::BOOK,
            comparable: COMPARABLE,
        }
    }

    /// Reads the files that these texts include, in parallel.
    pub(super) fn prefetch<'t>(&mut self, texts: impl Iterator<Item = &'t TextFile>) {
        let bounds = self.bounds;
        let candidates: Vec<&TextFile> = texts.filter(|file| file.text.contains("{{")).collect();
        let named: BTreeSet<PathBuf> =
            candidates.par_iter().flat_map_iter(|file| included_files(file, bounds)).collect();
        let remaining = AtomicUsize::new(Allowance::BOOK.bytes);
        let read = |disk: PathBuf| {
            let size = usize::try_from(fs::metadata(&disk).ok()?.len()).ok()?;
            // A file above the limit is read later, if the limit still allows it.
            remaining.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(size)).ok()?;
            Some((disk.clone(), read::text(&disk).ok()?))
        };
        self.prefetched = named.into_par_iter().filter_map(read).collect();
    }

    /// The text of a chapter with its includes expanded. A directive that cannot be resolved stays in the text and is
    /// reported; if they are too large or too many, all of them stay.
    pub(super) fn expand(&mut self, chapter: &TextFile) -> (Arc<str>, Origin) {
        if !chapter.text.contains("{{") {
            return (chapter.text.clone(), Origin::whole(chapter.name.clone()));
        }
        let granted = Allowance::CHAPTER.min(self.remaining);
        let mut out = IncludeBudget::new(chapter, granted);
        self.expand_range(&mut out, chapter, 0..chapter.text.len());
        self.remaining = self.remaining.without(granted, out.remaining());
        if out.is_exhausted() {
            // What was put in so far is not parsed, because that could take many times as long.
            return (chapter.text.clone(), Origin::whole(chapter.name.clone()));
        }
        out.finish()
    }

    /// Whether a file, whose path has no symbolic links, was included by a chapter.
    pub(super) fn has_included(&self, disk: &Path) -> bool {
        self.files.contains_key(disk)
    }

    /// Adds a range of a file, which begins with a line, with the includes in it expanded.
    fn expand_range(&mut self, out: &mut IncludeBudget, file: &TextFile, range: Range<usize>) {
        let (mut at, mut line) = (range.start, range.start);
        while let Some(token) = directive::next(&file.text, at..range.end).filter(|_| !out.is_exhausted()) {
            match token {
                Token::Escape { backslash, end } => {
                    out.copy(file, at..backslash);
                    out.copy(file, backslash + 1..end);
                    at = end;
                }
                Token::Include(directive) => {
                    let start = directive.whole.start;
                    out.copy(file, at..start);
                    line = file.text[at..start].rfind('\n').map_or(line, |end| at + end + 1);
                    let marks = self.marks(&file.text[line..start]);
                    if !self.resolve(out, &directive, &IncludeAt { file, at: start, marks }) {
                        out.copy(file, directive.whole.clone());
                    }
                    at = directive.whole.end;
                }
            }
        }
        out.copy(file, at..range.end);
    }

    /// What each further line of an included text begins with, if `line` is before the include in its line.
    fn marks(&self, line: &str) -> String {
        match self.bounds.syntax {
            IncludeSyntax::Chapbook => line_marks::continuation(line),
            IncludeSyntax::MdBook => String::new(),
        }
    }

    /// Resolves a directive; `false` if that is not possible, and the directive stays in the text.
    fn resolve(&mut self, out: &mut IncludeBudget, directive: &Directive, at: &IncludeAt<'_>) -> bool {
        let file = at.file;
        match (&directive.kind, self.bounds.syntax) {
            (Kind::Title, IncludeSyntax::MdBook) => true,
            (Kind::Title, IncludeSyntax::Chapbook) => false,
            (Kind::Playground(words), IncludeSyntax::MdBook) => {
                let words: Vec<&str> = file.text[words.clone()].split_whitespace().collect();
                let info: Vec<&str> = std::iter::once("rust").chain(words).collect();
                out.generate(&format!("```{}\n", info.join(",")), file, directive.whole.start);
                let is_resolved = self.include(out, directive, at);
                out.generate("\n```\n", file, directive.whole.end);
                is_resolved
            }
            _ => self.include(out, directive, at),
        }
    }

    /// Includes the selected part of a file; `false` if that is not possible.
    fn include(&mut self, out: &mut IncludeBudget, directive: &Directive, include: &IncludeAt<'_>) -> bool {
        let file = include.file;
        let at = Place { file: file.name.clone(), span: directive.argument.clone().into() };
        let selected = self.select(out, directive, include, &at);
        if selected.is_err() {
            self.record_missing(file, &file.text[directive.argument.clone()]);
        }
        match selected {
            Ok(Some(Included { file: target, selection, ranges })) => {
                let is_whole = self.is_whole(&directive.kind, &selection);
                out.enter(&target.text, selection, include);
                if is_whole {
                    self.include_whole(out, &target.text, &ranges);
                } else {
                    for range in ranges {
                        self.expand_range(out, &target.text, range);
                    }
                }
                out.leave(&file.text[directive.whole.end..]);
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
        if roots.follows_folders() || is_outside {
            self.missing.mark_untraceable();
        }
    }

    /// Whether the lines of a file that are not selected are put in too, as hidden ones.
    fn is_whole(&self, kind: &Kind, selection: &Selection) -> bool {
        let is_mdbook = self.bounds.syntax == IncludeSyntax::MdBook;
        is_mdbook && *kind == Kind::IncludeWhole && *selection != Selection::Whole
    }

    /// Includes a whole Rust file: lines that are not selected are hidden by `# `, and lines with anchors are left out.
    fn include_whole(&mut self, out: &mut IncludeBudget, file: &TextFile, ranges: &[Range<usize>]) {
        let mut at = 0;
        let mut is_first = true;
        let mut selected = ranges.iter().peekable();
        for line in file.text.clone().split_inclusive('\n') {
            let range = at..at + line.trim_end_matches('\n').len();
            at += line.len();
            while selected.next_if(|selected| selected.end < range.end).is_some() {}
            let is_selected = selected.peek().is_some_and(|selected| selected.start <= range.start);
            if is_mark(line) && !is_selected {
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
        directive: &Directive,
        include: &IncludeAt<'_>,
        at: &Place,
    ) -> Result<Option<Included>, Failure> {
        let argument = &include.file.text[directive.argument.clone()];
        let (path, selection) = selection::parse(argument)?;
        out.take_file()?;
        let disk = self.find(include.file, path)?;
        out.check_nesting(&disk, &selection, path)?;
        let Some(file) = self.open(disk, path, at)? else {
            return Ok(None);
        };
        let text = &file.text.text;
        if directive.kind == Kind::IncludeWhole && selection != Selection::Whole {
            out.take_bytes(text.len())?;
        }
        if selection == Selection::Whole {
            out.take_bytes(text.len() + out.cost_of_marks(text, &include.marks))?;
            let end = text.len() - usize::from(text.ends_with('\n'));
            return Ok(Some(Included { ranges: std::iter::once(0..end).collect(), file, selection }));
        }
        let all = if directive.kind == Kind::IncludeWhole { Sections::All } else { Sections::First };
        let selected = selection::select(&selection, (text, file.parts()), path, all)?;
        out.take_bytes(selected.extent())?;
        let ranges = selected.ranges(text, file.parts());
        let marked = ranges.iter().map(|range| out.cost_of_marks(&text[range.clone()], &include.marks)).sum();
        out.take_bytes(marked)?;
        Ok(Some(Included { file, selection, ranges }))
    }

    /// The path on disk of an included file, with symbolic links resolved, if it may be included.
    fn find(&mut self, from: &TextFile, path: &str) -> Result<PathBuf, Failure> {
        let folder = from.disk.parent().unwrap_or(self.root);
        let key = (folder.to_owned(), path.to_owned());
        if let Some(disk) = self.found.get(&key) {
            return Ok(disk.clone());
        }
        let wanted = folder.join(path);
        let Ok(disk) = fs::canonicalize(&wanted) else {
            return Err(self.missing(&wanted, path));
        };
        self.bounds.check((&wanted, &disk), path)?;
        self.found.insert(key, disk.clone());
        Ok(disk)
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
        if !self.bounds.roots.contains(&folder) {
            return outside_the_book(path);
        }
        // The folder is watched, so that a build runs when the file is created.
        self.read.push(folder.clone());
        let Listing { folders, files } = self.names_to_compare(&folder);
        let (before, name) =
            path.rsplit_once('/').map_or(("", path), |(_, name)| (&path[..path.len() - name.len()], name));
        let help = match nearest(name, files.iter().chain(&folders).map(String::as_str)) {
            Some(near) => format!("did you mean `{before}{near}`?"),
            None => "paths are relative to the file that contains the include".to_owned(),
        };
        Failure { message: format!("no file at `{path}`"), help, is_selection: false }
    }

    /// The names in a folder, unless so many were compared with others that a name to suggest is no longer looked for.
    fn names_to_compare(&mut self, folder: &Path) -> Listing {
        let listing = if self.comparable == 0 { Listing::default() } else { list(folder).unwrap_or_default() };
        self.comparable = self.comparable.saturating_sub(listing.folders.len() + listing.files.len());
        listing
    }

    /// A file, which is read once; `None` if it is not UTF-8, which is reported.
    fn open(&mut self, disk: PathBuf, path: &str, at: &Place) -> Result<Option<Rc<IncludedFile>>, Failure> {
        let file = match self.files.get(&disk) {
            Some(read) => read.clone(),
            None => self.read(disk, path)?,
        };
        if let Some(invalid) = file.invalid {
            self.report.add(invalid.diagnostic(&file.text.name).also(at.clone(), "included here"));
            return Ok(None);
        }
        Ok(Some(file))
    }

    fn read(&mut self, disk: PathBuf, path: &str) -> Result<Rc<IncludedFile>, Failure> {
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
        let file = Rc::new(IncludedFile { text: file, invalid, parts: OnceCell::new() });
        Ok(self.files.entry(disk).or_insert(file).clone())
    }
}

/// A file, what is selected of it, and the ranges of its text that are selected.
struct Included {
    file: Rc<IncludedFile>,
    selection: Selection,
    ranges: Vec<Range<usize>>,
}
