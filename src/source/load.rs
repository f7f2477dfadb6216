//! [`load`]: reads the content folder. The result depends on the files only, not on the order in which the disk lists them.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

use super::active_content;
use super::admonition;
use super::allowed_roots::AllowedRoots;
use super::chapters;
use super::decode::Decoded;
use super::foreign;
use super::held_back::{self, HeldBack};
use super::include::Includes;
use super::include_bounds::Bounds;
use super::link::{self, Allowing};
use super::model::{Asset, FolderKind, IncludeSyntax, Request, SourceFile, Sources, TextFile};
use super::nav;
use super::origin::Origin;
use super::pattern::excludes;
use super::read;
use super::tool::Tool;
use super::tool_files::is_tool_file;
use super::walk::{FoundFile, Hidden, Reason, Unusual, Walked, walk};
use crate::diagnostic::{Diagnostic, Place, Report, Span, codes};
use crate::digest::Digest;
use crate::error::Error;
use crate::path::ContentPath;

/// Reads the content of a book and expands includes. Diagnostics are added to `report`.
///
/// A content folder that does not exist or is not a folder counts as empty: that is reported when the project is opened.
///
/// # Errors
/// [`Error::Disk`] if the content folder cannot be read, [`Error::Refused`] if it is outside of the book. A single file
/// that cannot be read or is not UTF-8 is reported as a diagnostic.
///
/// ```no_run
/// use chapbook::diagnostic::Report;
/// use chapbook::source::{FolderKind, IncludeRules, Request, load};
///
/// # fn main() -> Result<(), chapbook::error::Error> {
/// let request = Request {
///     root: "book".as_ref(),
///     content: "content",
///     exclude: &[],
///     follow: &[],
///     skip: &["book/public".into()],
///     only: None,
///     includes: IncludeRules::default(),
///     kind: FolderKind::Book,
/// };
/// let mut report = Report::default();
/// let sources = load(&request, &mut report)?;
/// println!("{} chapters, {} errors", sources.chapters.len(), report.errors());
/// # Ok(())
/// # }
/// ```
pub fn load(request: &Request<'_>, report: &mut Report) -> Result<Sources, Error> {
    let root = fs::canonicalize(request.root).map_err(Error::disk("read", request.root))?;
    let Some(content) = content_folder(request, &root)? else {
        return Ok(Sources { read: vec![root], ..Sources::default() });
    };
    let include_root = request.includes.root.and_then(|folder| fs::canonicalize(folder).ok());
    let roots = AllowedRoots::of(&root, include_root.unwrap_or_else(|| root.clone()), request.follow);
    let held_back = held_back(request.kind, &root)?;
    let walked = walk_content(request, &content, (&roots, &held_back));
    let mut loader = Loader {
        content: normalized(request.content),
        kind: request.kind,
        allowing: allowing(request),
        sources: Sources::default(),
        report,
    };
    loader.report_unusual(&walked.unusual);
    let files = loader.without_collisions(walked.files);
    let bodies: Vec<_> = files.par_iter().map(|file| read_body(file, request.kind)).collect();
    loader.sources.read = walked.folders;
    loader.sources.content = content;
    let texts = loader.add_files(files, bodies);
    let tool = (request.kind == FolderKind::Plain).then(|| Tool::of(&root));
    let is_read = |path: &ContentPath| match tool {
        Some(tool) => is_list(path) || chapters::is_chapter(path, tool),
        None => is_chapter(path, request.only),
    };
    let texts = texts.into_iter().filter(|(path, ..)| is_read(path)).collect();
    loader.expand_includes(&root, Bounds { roots: &roots, syntax: request.includes.syntax }, texts);
    if let Some(tool) = tool {
        loader.rewrite_foreign(tool);
    }
    let mut sources = loader.sources;
    if tool.is_some() {
        add_order_or_home(&mut sources, &root)?;
    }
    sources.read.sort();
    sources.read.dedup();
    Ok(sources)
}

/// Adds what a folder of another tool lacks: the order in which `mkdocs.yml` lists its chapters, or else a home page. Records
/// by which files the tool was recognised.
fn add_order_or_home(sources: &mut Sources, root: &Path) -> Result<(), Error> {
    sources.missing_paths.ends.extend(Tool::marks().map(|name| root.join(name)));
    if sources.summary.is_none() {
        sources.summary = mkdocs_order(root)?;
    }
    if sources.summary.is_none() {
        add_home(sources, root);
    }
    Ok(())
}

/// Adds a home page to a folder that has none.
fn add_home(sources: &mut Sources, root: &Path) {
    let is_named = sources.assets.iter().any(|asset| names_home(asset, &sources.chapters));
    let folder = root.file_name().unwrap_or_default().to_string_lossy();
    if let Some(home) = chapters::missing_home(&sources.chapters, &folder).filter(|_| !is_named) {
        sources.chapters.push(home);
        sources.chapters.sort_by(|a, b| a.path.cmp(&b.path));
    }
}

/// Whether an asset is the `index.html` of docsify that names a chapter as the home page.
fn names_home(asset: &Asset, chapters: &[SourceFile]) -> bool {
    let html = std::str::from_utf8(&asset.bytes).ok().filter(|_| asset.path.as_str() == "index.html");
    let home = html.and_then(chapters::docsify_homepage);
    home.is_some_and(|home| chapters.iter().any(|chapter| chapter.path == home))
}

/// The navigation of a `mkdocs.yml` as a `SUMMARY.md`; `None` if there is none.
fn mkdocs_order(root: &Path) -> Result<Option<SourceFile>, Error> {
    let yaml = read::read_text(&root.join("mkdocs.yml"))?;
    let text = yaml.as_deref().and_then(|yaml| nav::of_mkdocs(yaml, &docs_folder(root, yaml)));
    let path = ContentPath::resolve("", "SUMMARY.md");
    Ok(path.zip(text).map(|(path, text)| SourceFile::generated(path, "mkdocs.yml", text)))
}

/// The folder to which the paths of a `mkdocs.yml` are relative, with a final `/`; "" for the root.
fn docs_folder(root: &Path, yaml: &str) -> String {
    let folder = nav::mkdocs_value(yaml, "docs_dir").unwrap_or_else(|| "docs".to_owned());
    let folder = normalized(&folder);
    if root.join(&folder).is_dir() && !folder.is_empty() { format!("{folder}/") } else { String::new() }
}

/// A folder's path without `.` and superfluous slashes; "" for the root.
fn normalized(folder: &str) -> String {
    let names = folder.split('/').filter(|name| !matches!(*name, "" | "."));
    names.collect::<Vec<_>>().join("/")
}

/// Whether a file of a folder that was written for another tool lists its chapters.
fn is_list(path: &ContentPath) -> bool {
    path.as_str() == "SUMMARY.md" || chapters::is_sidebar(path)
}

/// Whether a Markdown file is a chapter or the summary.
fn is_chapter(path: &ContentPath, only: Option<&BTreeSet<String>>) -> bool {
    path.as_str() == "SUMMARY.md" || only.is_none_or(|only| only.contains(path.as_str()))
}

/// The contents of a file.
enum Body {
    Text(Decoded, Digest),
    Bytes(Arc<[u8]>, Digest),
}

/// A Markdown file, with the digest of its text before includes are expanded.
type Text = (ContentPath, TextFile, Digest);

/// The sources while they are loaded.
struct Loader<'a> {
    /// The content folder relative to the root, without `.`.
    content: String,
    kind: FolderKind,
    allowing: Allowing,
    sources: Sources,
    report: &'a mut Report,
}

/// How a book allows links to folders outside of it.
fn allowing(request: &Request<'_>) -> Allowing {
    let is_own = request.kind == FolderKind::Book && request.includes.root.is_none();
    if is_own { Allowing::Configuration } else { Allowing::Argument }
}

/// The real path of the content folder; `None` if it is not a folder.
fn content_folder(request: &Request<'_>, root: &Path) -> Result<Option<PathBuf>, Error> {
    let wanted = root.join(request.content);
    let content = match fs::canonicalize(&wanted) {
        Ok(content) => content,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::disk("read", wanted)(error)),
    };
    let is_link = !content.starts_with(root);
    if is_link && let Err(fault) = link::follow(&wanted, &AllowedRoots::of(root, root.to_owned(), request.follow)) {
        return Err(Error::refused(
            format!("the content folder `{}` {fault}", request.content),
            fault.help(allowing(request)),
        ));
    }
    match fs::read_dir(&content) {
        Ok(_) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(None),
        Err(error) => Err(Error::disk("read", &wanted)(error)),
    }
}

/// What the configuration of the tool of a folder holds back.
fn held_back(kind: FolderKind, root: &Path) -> Result<Vec<HeldBack>, Error> {
    if kind == FolderKind::Book {
        return Ok(Vec::new());
    }
    let (mkdocs, jekyll) = (read::read_text(&root.join("mkdocs.yml"))?, read::read_text(&root.join("_config.yml"))?);
    let mut held_back = jekyll.as_deref().map(held_back::of_jekyll).unwrap_or_default();
    held_back.extend(mkdocs.into_iter().flat_map(|yaml| held_back::of_mkdocs(&yaml, &docs_folder(root, &yaml))));
    Ok(held_back)
}

/// Lists the files of the content, without those that are excluded.
fn walk_content(request: &Request<'_>, content: &Path, (roots, held_back): (&AllowedRoots, &[HeldBack])) -> Walked {
    let skip: BTreeSet<PathBuf> = request.skip.iter().filter_map(|folder| fs::canonicalize(folder).ok()).collect();
    let exclude: Vec<String> = request.exclude.iter().map(|entry| entry.nfc().collect()).collect();
    let hidden = if request.includes.syntax == IncludeSyntax::MdBook { Hidden::KeepEmpty } else { Hidden::Skip };
    walk(content, hidden, roots, |disk, path| {
        disk.ancestors().take_while(|above| !content.starts_with(above)).any(|above| skip.contains(above))
            // mdBook publishes these files.
            || (request.includes.syntax == IncludeSyntax::Chapbook && is_tool_file(path.as_str(), request.kind))
            || exclude.iter().any(|entry| excludes(entry, path.as_str()))
            || held_back.iter().any(|entry| entry.holds(path.as_str()))
    })
}

fn read_body(file: &FoundFile, kind: FolderKind) -> Result<Body, Reason> {
    // MDX is the Markdown of other tools; in a book it is a file like any other.
    let is_mdx = file.path.extension().eq_ignore_ascii_case("mdx");
    let body = if file.path.is_markdown() && (kind == FolderKind::Plain || !is_mdx) {
        read::text(&file.disk).map(|decoded| {
            let digest = Digest::of(decoded.text.as_bytes());
            Body::Text(decoded, digest)
        })
    } else {
        read::bytes(&file.disk).map(|bytes| Body::Bytes(bytes.as_slice().into(), Digest::of(&bytes)))
    };
    body.map_err(|error| Reason::of(&error))
}

impl Loader<'_> {
    /// A path of the content relative to the book's root, for messages.
    fn name(&self, path: &str) -> Arc<str> {
        if self.content.is_empty() { path.into() } else { format!("{}/{path}", self.content).into() }
    }

    fn report_unusual(&mut self, unusual: &[Unusual]) {
        for Unusual { name, reason } in unusual {
            self.report_skipped(name, reason);
        }
    }

    fn report_skipped(&mut self, path: &str, reason: &Reason) {
        let file = self.name(path);
        let diagnostic = match reason {
            // Its page would disappear from the published site.
            Reason::Unreadable(_) => Diagnostic::new(&codes::UNREADABLE_FILE, format!("`{file}` {reason}")),
            _ => Diagnostic::new(&codes::UNUSUAL_FILE, format!("`{file}` {reason}, and was left out")),
        };
        let diagnostic = diagnostic
            .at(Place { file, span: Span::default() })
            .help(format!("{}, or add it to `exclude` under `[source]`", reason.help(self.allowing)));
        self.report.add(diagnostic);
    }

    fn report_active(&mut self, path: &str, risk: &str) {
        let file = self.name(path);
        let diagnostic = Diagnostic::new(&codes::ACTIVE_FILE, format!("`{file}` {risk}"))
            .at(Place { file, span: Span::default() })
            .help("review it as you would review a script, or add it to `exclude` under `[source]`");
        self.report.add(diagnostic);
    }

    /// Keeps the first of several files whose names differ only in their Unicode normalisation.
    fn without_collisions(&mut self, files: Vec<FoundFile>) -> Vec<FoundFile> {
        let mut kept: Vec<FoundFile> = Vec::with_capacity(files.len());
        for file in files {
            match kept.last() {
                Some(before) if before.path == file.path => self.report_collision(before, &file),
                _ => kept.push(file),
            }
        }
        kept
    }

    fn report_collision(&mut self, one: &FoundFile, other: &FoundFile) {
        let message =
            format!("two files have the name `{}`: `{}` and `{}`", one.path, escaped_name(one), escaped_name(other));
        let file = self.name(one.path.as_str());
        let diagnostic = Diagnostic::new(&codes::PATH_COLLISION, message)
            .at(Place { file, span: Span::default() })
            .help("the names differ only in Unicode normalisation (NFC and NFD): rename or delete one of the files");
        self.report.add(diagnostic);
    }

    /// Adds the assets to the sources, and returns the Markdown files.
    fn add_files(&mut self, files: Vec<FoundFile>, bodies: Vec<Result<Body, Reason>>) -> Vec<Text> {
        let mut texts = Vec::new();
        for (FoundFile { disk, linked, path }, body) in files.into_iter().zip(bodies) {
            self.sources.read.push(disk.clone());
            if let Some(linked) = linked {
                self.sources.read.push(linked.clone());
                self.sources.linked.insert(path.clone(), linked);
            }
            match body {
                Err(reason) => self.report_skipped(path.as_str(), &reason),
                Ok(Body::Bytes(bytes, digest)) => {
                    if let Some(risk) = active_content::describe_risk(&path, &bytes) {
                        self.report_active(path.as_str(), risk);
                    }
                    let name = self.name(path.as_str());
                    self.sources.assets.push(Asset { path, name, bytes, digest });
                }
                Ok(Body::Text(decoded, digest)) => {
                    let text = self.add_text(disk, &path, decoded);
                    texts.push((path, text, digest));
                }
            }
        }
        texts
    }

    fn add_text(&mut self, disk: PathBuf, path: &ContentPath, decoded: Decoded) -> TextFile {
        let name = self.name(path.as_str());
        decoded.diagnostics(&name).for_each(|diagnostic| self.report.add(diagnostic));
        self.sources.texts.insert(name.clone(), decoded.text.clone());
        TextFile { disk, name, text: decoded.text }
    }

    /// Adds the chapters, with includes expanded, and the summary to the sources.
    fn expand_includes(&mut self, root: &Path, bounds: Bounds<'_>, texts: Vec<Text>) {
        let Sources { chapters, summary, texts: read_texts, read, missing_paths, included, linked, .. } =
            &mut self.sources;
        let mut includes = Includes::new(root, bounds, self.report, read_texts, (read, missing_paths));
        includes.prefetch(texts.iter().map(|(_, file, _)| file));
        let disks: Vec<(ContentPath, PathBuf)> = texts
            .iter()
            .map(|(path, file, _)| (path.clone(), linked.get(path).unwrap_or(&file.disk).clone()))
            .collect();
        for (path, file, digest) in texts {
            let is_sidebar = self.kind == FolderKind::Plain && chapters::is_sidebar(&path);
            if is_sidebar && summary.is_some() {
                continue;
            }
            if path.as_str() == "SUMMARY.md" || is_sidebar {
                let origin = Origin::whole(file.name);
                *summary = Some(SourceFile { path, digest, text: file.text, origin });
            } else {
                let (mut text, mut origin) = includes.expand(&file);
                if self.kind == FolderKind::Plain
                    && let Some(rewritten) = admonition::rewrite(&text, &origin)
                {
                    (text, origin) = rewritten;
                }
                let digest = if Arc::ptr_eq(&text, &file.text) { digest } else { Digest::of(text.as_bytes()) };
                chapters.push(SourceFile { path, text, origin, digest });
            }
        }
        let is_included = |(_, disk): &(ContentPath, PathBuf)| includes.has_included(disk);
        included.extend(disks.into_iter().filter(is_included).map(|(path, _)| path));
        missing_paths.ends.extend(bounds.roots.index());
    }

    /// Rewrites the syntax of other tools in all chapters.
    fn rewrite_foreign(&mut self, tool: Tool) {
        let Sources { chapters, assets, .. } = &mut self.sources;
        let paths = assets.iter().map(|asset| &asset.path).chain(chapters.iter().map(|chapter| &chapter.path));
        let files = foreign::Files::new(paths.cloned());
        let folder = foreign::Folder { tool, files: &files };
        let reports: Vec<Report> = chapters.par_iter_mut().map(|chapter| foreign_chapter(chapter, folder)).collect();
        for report in reports {
            self.report.append(report);
        }
    }
}

fn foreign_chapter(chapter: &mut SourceFile, folder: foreign::Folder<'_>) -> Report {
    let mut report = Report::default();
    let found = foreign::rewrite(&chapter.path, &chapter.text, &chapter.origin, folder, &mut report);
    if let Some((text, origin)) = found {
        chapter.digest = Digest::of(text.as_bytes());
        (chapter.text, chapter.origin) = (text, origin);
    }
    report
}

/// The file name with code points for characters outside of ASCII: names that look alike differ in them.
fn escaped_name(file: &FoundFile) -> String {
    let escaped = |c: char| if c.is_ascii() { c.to_string() } else { c.escape_unicode().to_string() };
    file.disk.file_name().unwrap_or_default().to_string_lossy().chars().map(escaped).collect()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests create files")]
mod tests {
    use super::*;
    use crate::source::model::IncludeRules;

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn with(files: &[(&str, &str)]) -> Self {
            let folder = Self(tempfile::tempdir().unwrap());
            for (name, text) in files {
                folder.write(name, text.as_bytes());
            }
            folder
        }

        fn write(&self, name: &str, bytes: &[u8]) {
            let path = self.0.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }

        fn load(&self, content: &str, exclude: &[&str]) -> (Sources, Vec<String>) {
            let exclude: Vec<String> = exclude.iter().map(|&entry| entry.to_owned()).collect();
            let skip = [self.0.path().join("public")];
            let request = Request {
                root: self.0.path(),
                content,
                exclude: &exclude,
                follow: &[],
                skip: &skip,
                only: None,
                includes: IncludeRules::default(),
                kind: FolderKind::Book,
            };
            let mut report = Report::default();
            let sources = load(&request, &mut report).unwrap();
            let messages = report.iter().map(|item| format!("{}: {}", item.code.name, item.message)).collect();
            (sources, messages)
        }
    }

    fn paths(sources: &Sources) -> (Vec<&str>, Vec<&str>) {
        let chapters = sources.chapters.iter().map(|file| file.path.as_str()).collect();
        (chapters, sources.assets.iter().map(|asset| asset.path.as_str()).collect())
    }

    #[test]
    fn files_become_chapters_and_assets() {
        let folder = Folder::with(&[
            ("chapbook.toml", ""),
            ("content/SUMMARY.md", "# S"),
            ("content/a/b.md", "x"),
            ("content/a.MD", "x"),
            ("content/a/SUMMARY.md", "x"),
            ("content/pic.png", "x"),
            ("content/book.toml", "x"),
            ("content/a/book.toml", "x"),
            ("content/.env", "x"),
            ("content/.git/config", "x"),
            ("content/a.md~", "x"),
            ("content/node_modules/x.md", "x"),
            ("content/drafts/x.md", "x"),
            ("content/a/x.psd", "x"),
        ]);
        let (sources, messages) = folder.load("content", &["drafts", "*.psd"]);
        let chapters = vec!["a.MD", "a/SUMMARY.md", "a/b.md"];
        assert_eq!(paths(&sources), (chapters, vec!["a/book.toml", "pic.png"]));
        assert_eq!(&*sources.summary.unwrap().text, "# S");
        assert_eq!(messages, [""; 0]);
        assert!(sources.texts.contains_key("content/a/b.md"));
    }

    #[test]
    fn a_site_published_into_the_content_is_not_content() {
        let folder = Folder::with(&[("a.md", "x"), ("old/.chapbook-manifest", ""), ("old/a.md", "x")]);
        assert_eq!(paths(&folder.load("", &[]).0), (vec!["a.md"], vec![]));
    }

    #[test]
    fn the_root_can_be_the_content() {
        let folder =
            Folder::with(&[("README.md", "x"), ("public/index.html", "x"), ("mkdocs.yml", "x"), ("x.css", "x")]);
        let (sources, _) = folder.load("", &[]);
        assert_eq!(paths(&sources), (vec!["README.md"], vec!["x.css"]));
        assert_eq!(&*sources.chapters[0].origin.file(), "README.md");
        assert_eq!(&*folder.load("./.", &[]).0.chapters[0].origin.file(), "README.md");
        assert_eq!(folder.load("none", &[]).0.chapters.len(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn unusual_files_are_left_out_and_reported() {
        use std::os::unix::ffi::OsStrExt as _;
        let outside = Folder::with(&[("secret.md", "x")]);
        let folder = Folder::with(&[("c/a.md", "x"), ("c/b\\c.md", "x"), ("c/d\u{7}.md", "x")]);
        std::os::unix::fs::symlink(outside.0.path().join("secret.md"), folder.0.path().join("c/link.md")).unwrap();
        std::os::unix::net::UnixListener::bind(folder.0.path().join("c/socket.md")).unwrap();
        fs::write(folder.0.path().join("c").join(std::ffi::OsStr::from_bytes(b"\xff.md")), "x").unwrap();
        let (sources, messages) = folder.load("c", &[]);
        assert_eq!(paths(&sources).0, ["a.md"]);
        for why in ["symbolic link", "pipe, a socket", "not Unicode", "control character", "backslash"] {
            assert!(
                messages.iter().any(|line| line.starts_with("unusual-file") && line.contains(why)),
                "{why}: {messages:?}"
            );
        }
        assert_eq!(messages.len(), 5);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn names_that_differ_in_unicode_form_collide() {
        let folder = Folder::with(&[("caf\u{e9}.md", "x"), ("cafe\u{301}.md", "y")]);
        let (sources, messages) = folder.load("", &[]);
        assert_eq!(sources.chapters.len(), 1);
        assert_eq!(
            messages,
            ["path-collision: two files have the name `caf\u{e9}.md`: `cafe\\u{301}.md` and `caf\\u{e9}.md`"]
        );
    }

    #[test]
    fn a_chapter_with_invalid_bytes_is_loaded_and_reported() {
        let folder = Folder::with(&[]);
        folder.write("c/a.md", b"\xef\xbb\xbf# x\r\n\r\nab\xffc");
        let (sources, messages) = folder.load("c", &[]);
        assert_eq!(&*sources.chapters[0].text, "# x\n\nab\u{fffd}c");
        assert_eq!(messages, ["invalid-utf8: `c/a.md` is not UTF-8: invalid byte 0xff"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_content_folder_outside_the_book_is_refused() {
        let (outside, folder) = (tempfile::tempdir().unwrap(), Folder::with(&[]));
        std::os::unix::fs::symlink(outside.path(), folder.0.path().join("content")).unwrap();
        let request = Request {
            root: folder.0.path(),
            content: "content",
            exclude: &[],
            follow: &[],
            skip: &[],
            only: None,
            includes: IncludeRules::default(),
            kind: FolderKind::Book,
        };
        assert!(matches!(load(&request, &mut Report::default()), Err(Error::Refused { .. })));
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(64))]
        #[test]
        fn every_file_name_can_be_loaded(name in "[^/\0]{1,40}", text in ".{0,40}") {
            let folder = Folder::with(&[]);
            let path = folder.0.path().join(&name);
            if fs::write(path, &text).is_ok() {
                folder.load("", &[]);
            }
        }
    }
}
