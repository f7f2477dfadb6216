//! [`load`]: the content folder as values, the same for the same files whatever disk they lie on.

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
use super::decode::Decoded;
use super::include::{Bounds, Includes};
use super::model::{Asset, Habits, Manner, Request, SourceFile, Sources, TextFile};
use super::nav;
use super::origin::Origin;
use super::pattern::excludes;
use super::read;
use super::walk::{Found, Hidden, Reason, Unusual, Walked, walk};
use crate::diagnostic::{Diagnostic, Place, Report, Span, codes};
use crate::digest::Digest;
use crate::error::Error;
use crate::path::ContentPath;

/// Configurations of this and other tools: at the root of the content they are not part of the book.
const CONFIGURATIONS: [&str; 9] = [
    "_config.yml",
    "book.json",
    "book.toml",
    "chapbook.toml",
    "hugo.toml",
    "mkdocs.yaml",
    "mkdocs.yml",
    "package-lock.json",
    "package.json",
];

/// Reads a book's content.
///
/// A content folder that does not exist, or is no folder, is an empty one: whoever opened the project has reported it.
///
/// # Errors
/// If the content folder itself cannot be read, or leads out of the root. A single file that cannot be read, or is
/// not UTF-8, is a finding.
pub fn load(request: &Request<'_>, report: &mut Report) -> Result<Sources, Error> {
    let root = fs::canonicalize(request.root).map_err(Error::disk("read", request.root))?;
    let Some(content) = content_folder(request, &root)? else {
        return Ok(Sources { read: vec![root], ..Sources::default() });
    };
    let home = request.includes.reach.and_then(|reach| fs::canonicalize(reach).ok());
    let reach = AllowedRoots::of(&root, home.unwrap_or_else(|| root.clone()), request.follow);
    let walked = walk_content(request, &content, &reach);
    let mut shelf =
        Shelf { content: plain(request.content), habits: request.habits, sources: Sources::default(), report };
    shelf.note_unusual(&walked.unusual);
    let files = shelf.without_twins(walked.files);
    let bodies: Vec<_> = files.par_iter().map(read_body).collect();
    shelf.sources.read = walked.folders;
    let texts = shelf.sort_out(files, bodies);
    let texts = texts.into_iter().filter(|(path, ..)| is_wanted(path, request.only)).collect();
    shelf.put_in_includes(&root, Bounds { reach: &reach, manner: request.includes.manner }, texts);
    let mut sources = shelf.sources;
    if request.habits == Habits::Anybodys && sources.summary.is_none() {
        sources.summary = mkdocs_order(&root)?;
    }
    sources.read.sort();
    sources.read.dedup();
    Ok(sources)
}

/// The order that a `mkdocs.yml` gives.
fn mkdocs_order(root: &Path) -> Result<Option<SourceFile>, Error> {
    let yaml = read::read_text(&root.join("mkdocs.yml"))?;
    let text = yaml.as_deref().and_then(|yaml| nav::of_mkdocs(yaml, &docs_folder(root, yaml)));
    let path = ContentPath::resolve("", "SUMMARY.md");
    Ok(path.zip(text).map(|(path, text)| SourceFile::made(path, "mkdocs.yml", text)))
}

/// The folder that the paths of a `mkdocs.yml` start from, with `/` behind it; "" for the root.
fn docs_folder(root: &Path, yaml: &str) -> String {
    let written = nav::mkdocs_value(yaml, "docs_dir").unwrap_or_else(|| "docs".to_owned());
    let folder = plain(&written);
    if root.join(&folder).is_dir() && !folder.is_empty() { format!("{folder}/") } else { String::new() }
}

/// The content's folder as it stands before names: without `.` and spare slashes, "" for the root.
fn plain(folder: &str) -> String {
    let names = folder.split('/').filter(|name| !matches!(*name, "" | "."));
    names.collect::<Vec<_>>().join("/")
}

fn is_wanted(path: &ContentPath, only: Option<&BTreeSet<String>>) -> bool {
    path.as_str() == "SUMMARY.md" || only.is_none_or(|only| only.contains(path.as_str()))
}

/// What a file holds.
enum Body {
    Text(Decoded, Digest),
    Bytes(Arc<[u8]>, Digest),
}

/// A text of the content, with the digest of what stands in its file.
type Text = (ContentPath, TextFile, Digest);

/// Sources while they are gathered.
struct Shelf<'a> {
    content: String,
    habits: Habits,
    sources: Sources,
    report: &'a mut Report,
}

fn content_folder(request: &Request<'_>, root: &Path) -> Result<Option<PathBuf>, Error> {
    let wanted = root.join(request.content);
    let content = match fs::canonicalize(&wanted) {
        Ok(content) => content,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::disk("read", wanted)(error)),
    };
    if !content.starts_with(root) && !AllowedRoots::of(root, root.to_owned(), request.follow).admits(&wanted) {
        return Err(Error::refused(
            format!("the content folder `{}` leads out of the book", request.content),
            "keep the chapters in a folder beside `chapbook.toml`, or name where it leads under `follow`",
        ));
    }
    match fs::read_dir(&content) {
        Ok(_) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(None),
        Err(error) => Err(Error::disk("read", &wanted)(error)),
    }
}

fn walk_content(request: &Request<'_>, content: &Path, reach: &AllowedRoots) -> Walked {
    let skip: BTreeSet<PathBuf> = request.skip.iter().filter_map(|folder| fs::canonicalize(folder).ok()).collect();
    let exclude: Vec<String> = request.exclude.iter().map(|entry| entry.nfc().collect()).collect();
    let hidden = if request.includes.manner == Manner::MdBook { Hidden::KeepEmpty } else { Hidden::Skip };
    walk(content, hidden, reach, |disk, path| {
        skip.contains(disk)
            // Such a book publishes all that lies in its folder.
            || (request.includes.manner == Manner::Selected && CONFIGURATIONS.contains(&path.as_str()))
            || exclude.iter().any(|entry| excludes(entry, path.as_str()))
    })
}

fn read_body(file: &Found) -> Result<Body, Reason> {
    let body = if file.path.is_markdown() {
        read::text(&file.disk).map(|decoded| {
            let digest = Digest::of(decoded.text.as_bytes());
            Body::Text(decoded, digest)
        })
    } else {
        read::bytes(&file.disk).map(|bytes| Body::Bytes(bytes.as_slice().into(), Digest::of(&bytes)))
    };
    body.map_err(|error| Reason::of(&error))
}

impl Shelf<'_> {
    /// A path of the content as the author knows it, from the book's root.
    fn name(&self, path: &str) -> Arc<str> {
        if self.content.is_empty() { path.into() } else { format!("{}/{path}", self.content).into() }
    }

    fn note_unusual(&mut self, unusual: &[Unusual]) {
        for Unusual { name, reason } in unusual {
            self.left_out(name, reason);
        }
    }

    fn left_out(&mut self, path: &str, reason: &Reason) {
        let file = self.name(path);
        let finding = Diagnostic::new(&codes::UNUSUAL_FILE, format!("`{file}` {reason}, and was left out"))
            .at(Place { file, span: Span::default() })
            .help(format!("{}, or list it in `exclude` under `[source]`", reason.help()));
        self.report.add(finding);
    }

    fn active(&mut self, path: &str, what: &str) {
        let file = self.name(path);
        let finding = Diagnostic::new(&codes::ACTIVE_FILE, format!("`{file}` {what}"))
            .at(Place { file, span: Span::default() })
            .help("review it like a script of your own, or list it in `exclude` under `[source]`");
        self.report.add(finding);
    }

    /// Keeps the first of files whose names differ only in how their accents are written.
    fn without_twins(&mut self, files: Vec<Found>) -> Vec<Found> {
        let mut kept: Vec<Found> = Vec::with_capacity(files.len());
        for file in files {
            match kept.last() {
                Some(before) if before.path == file.path => self.twins(before, &file),
                _ => kept.push(file),
            }
        }
        kept
    }

    fn twins(&mut self, one: &Found, other: &Found) {
        let message = format!("two files are called `{}`: `{}` and `{}`", one.path, spelled(one), spelled(other));
        let file = self.name(one.path.as_str());
        let finding = Diagnostic::new(&codes::PATH_COLLISION, message)
            .at(Place { file, span: Span::default() })
            .help("the names differ only in how accents are stored (NFC and NFD): rename or delete one of the files");
        self.report.add(finding);
    }

    /// Puts assets where they belong and returns the texts.
    fn sort_out(&mut self, files: Vec<Found>, bodies: Vec<Result<Body, Reason>>) -> Vec<Text> {
        let mut texts = Vec::new();
        for (Found { disk, path }, body) in files.into_iter().zip(bodies) {
            self.sources.read.push(disk.clone());
            match body {
                Err(reason) => self.left_out(path.as_str(), &reason),
                Ok(Body::Bytes(bytes, digest)) => {
                    if let Some(what) = active_content::what_runs(&path, &bytes) {
                        self.active(path.as_str(), what);
                    }
                    let name = self.name(path.as_str());
                    self.sources.assets.push(Asset { path, name, bytes, digest });
                }
                Ok(Body::Text(decoded, digest)) => {
                    let text = self.keep_text(disk, &path, decoded);
                    texts.push((path, text, digest));
                }
            }
        }
        texts
    }

    fn keep_text(&mut self, disk: PathBuf, path: &ContentPath, decoded: Decoded) -> TextFile {
        let name = self.name(path.as_str());
        decoded.findings(&name).for_each(|finding| self.report.add(finding));
        self.sources.texts.insert(name.clone(), decoded.text.clone());
        TextFile { disk, name, text: decoded.text }
    }

    fn put_in_includes(&mut self, root: &Path, bounds: Bounds<'_>, texts: Vec<Text>) {
        let Sources { chapters, summary, texts: known, read, ways, .. } = &mut self.sources;
        let mut includes = Includes::new(root, bounds, self.report, known, (read, ways));
        includes.read_ahead(texts.iter().map(|(_, file, _)| file));
        for (path, file, digest) in texts {
            let order = self.habits == Habits::Anybodys && nav::DOCSIFY.contains(&path.as_str());
            if order && path.as_str() != "_sidebar.md" {
                continue;
            }
            if path.as_str() == "SUMMARY.md" || (order && summary.is_none()) {
                let origin = Origin::whole(file.name);
                *summary = Some(SourceFile { path, digest, text: file.text, origin });
            } else {
                let (mut text, mut origin) = includes.expand(&file);
                if self.habits == Habits::Anybodys
                    && let Some(rewritten) = admonition::rewrite(&text, &origin)
                {
                    (text, origin) = rewritten;
                }
                let digest = if Arc::ptr_eq(&text, &file.text) { digest } else { Digest::of(text.as_bytes()) };
                chapters.push(SourceFile { path, text, origin, digest });
            }
        }
    }
}

// Two names that look alike are told apart by their code points.
fn spelled(file: &Found) -> String {
    let shown = |c: char| if c.is_ascii() { c.to_string() } else { c.escape_unicode().to_string() };
    file.disk.file_name().unwrap_or_default().to_string_lossy().chars().map(shown).collect()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests lay out their own files")]
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
                habits: Habits::Ours,
            };
            let mut report = Report::default();
            let sources = load(&request, &mut report).unwrap();
            let found = report.iter().map(|item| format!("{}: {}", item.code.name, item.message)).collect();
            (sources, found)
        }
    }

    fn paths(sources: &Sources) -> (Vec<&str>, Vec<&str>) {
        let chapters = sources.chapters.iter().map(|file| file.path.as_str()).collect();
        (chapters, sources.assets.iter().map(|asset| asset.path.as_str()).collect())
    }

    #[test]
    fn files_are_sorted_out() {
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
        let (sources, found) = folder.load("content", &["drafts", "*.psd"]);
        let chapters = vec!["a.MD", "a/SUMMARY.md", "a/b.md"];
        assert_eq!(paths(&sources), (chapters, vec!["a/book.toml", "pic.png"]));
        assert_eq!(&*sources.summary.unwrap().text, "# S");
        assert_eq!(found, [""; 0]);
        assert!(sources.texts.contains_key("content/a/b.md"));
    }

    #[test]
    fn a_site_published_into_the_content_is_not_read_back() {
        let folder = Folder::with(&[("a.md", "x"), ("old/.chapbook-manifest", ""), ("old/a.md", "x")]);
        assert_eq!(paths(&folder.load("", &[]).0), (vec!["a.md"], vec![]));
    }

    #[test]
    fn a_plain_folder_is_its_own_content() {
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
    fn unusual_files_are_left_out_and_named() {
        use std::os::unix::ffi::OsStrExt as _;
        let folder = Folder::with(&[("c/a.md", "x"), ("secret.md", "x"), ("c/b\\c.md", "x"), ("c/d\u{7}.md", "x")]);
        std::os::unix::fs::symlink(folder.0.path().join("secret.md"), folder.0.path().join("c/link.md")).unwrap();
        std::os::unix::net::UnixListener::bind(folder.0.path().join("c/socket.md")).unwrap();
        fs::write(folder.0.path().join("c").join(std::ffi::OsStr::from_bytes(b"\xff.md")), "x").unwrap();
        let (sources, found) = folder.load("c", &[]);
        assert_eq!(paths(&sources).0, ["a.md"]);
        for why in ["symbolic link", "pipe, a socket", "not Unicode", "control character", "back-slash"] {
            assert!(
                found.iter().any(|line| line.starts_with("unusual-file") && line.contains(why)),
                "{why}: {found:?}"
            );
        }
        assert_eq!(found.len(), 5);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn names_that_differ_in_unicode_form_collide() {
        let folder = Folder::with(&[("caf\u{e9}.md", "x"), ("cafe\u{301}.md", "y")]);
        let (sources, found) = folder.load("", &[]);
        assert_eq!(sources.chapters.len(), 1);
        assert_eq!(
            found,
            ["path-collision: two files are called `caf\u{e9}.md`: `cafe\\u{301}.md` and `caf\\u{e9}.md`"]
        );
    }

    #[test]
    fn bad_bytes_are_found_and_the_chapter_is_kept() {
        let folder = Folder::with(&[]);
        folder.write("c/a.md", b"\xef\xbb\xbf# x\r\n\r\nab\xffc");
        let (sources, found) = folder.load("c", &[]);
        assert_eq!(&*sources.chapters[0].text, "# x\n\nab\u{fffd}c");
        assert_eq!(found, ["invalid-utf8: `c/a.md` is not UTF-8: byte 0xff begins no character"]);
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
            habits: Habits::Ours,
        };
        assert!(matches!(load(&request, &mut Report::default()), Err(Error::Refused { .. })));
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(64))]
        #[test]
        fn odd_names_never_stop_a_build(name in "[^/\0]{1,40}", text in ".{0,40}") {
            let folder = Folder::with(&[]);
            let path = folder.0.path().join(&name);
            if fs::write(path, &text).is_ok() {
                folder.load("", &[]);
            }
        }
    }
}
