//! [`Project`]: finds and opens a book on disk, and knows its folders.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::check::check;
use super::file::{CONFIG_FILE, ConfigFile};
use super::model::{BookConfig, Config, MarkdownConfig, NumbersConfig, OutputConfig, SourceConfig};
use super::read::read;
use crate::diagnostic::{CODES, Code, Place, Report, Severity, codes, nearest, typed};
use crate::error::Error;
use crate::path::ContentPath;
use crate::source::{list, mkdocs_value, read_authored, read_text, real_path};

/// A book on disk: its folder and its configuration.
///
/// ```
/// use chapbook::config::Project;
/// use chapbook::diagnostic::Report;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// std::fs::create_dir(folder.path().join("content"))?;
/// std::fs::write(folder.path().join("chapbook.toml"), "[book]\ntitle = \"Example\"\n")?;
///
/// let mut report = Report::default();
/// let project = Project::open(folder.path(), &mut report)?;
/// assert_eq!(project.config.book.title.as_deref(), Some("Example"));
/// assert_eq!(project.content_dir(), folder.path().join("content"));
/// assert!(report.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Project {
    /// The folder that holds `chapbook.toml`, or the folder of Markdown itself.
    pub root: PathBuf,
    /// The configuration, with defaults for keys that are left out.
    pub config: Config,
    /// The subfolder of the output folder for the site, as mdBook has it for books with several outputs.
    pub folder: Option<&'static str>,
    /// `chapbook.toml`, if there is one.
    pub file: Option<ConfigFile>,
}

impl Project {
    /// Opens the book at `path`: a folder with `chapbook.toml`, that file itself, or any folder of Markdown, which then is
    /// its own content.
    ///
    /// If `path` is `.`, the book may also be in a folder above, unless the current folder has Markdown files that do not
    /// belong to that book. Unknown keys and wrong values are reported with the code `config` and replaced by defaults.
    ///
    /// # Errors
    /// If the folder does not exist, or the folder or `chapbook.toml` cannot be read.
    pub fn open(path: &Path, report: &mut Report) -> Result<Self, Error> {
        let root = folder_of(path)?;
        if let Some(project) = Self::configured(&root, report)? {
            return Ok(project);
        }
        if root == Path::new(".")
            && let Some(project) = Self::around(&real_path(&root)?, report)?
        {
            return Ok(project);
        }
        if root != Path::new(".") {
            check_not_content(&root)?;
        }
        list(&root)?;
        // The folder names a book without a title: `.` and `..` have no name.
        let root = if root.file_name().is_none() { real_path(&root)? } else { root };
        let config = config_of_plain_folder(&root)?;
        Ok(Self { root, config, folder: None, file: None })
    }

    /// The place of a key in `chapbook.toml`, for diagnostics; `keys` is its path, such as `["redirects", "old.html"]`.
    #[must_use]
    pub fn place(&self, keys: &[&str]) -> Option<Place> {
        self.file.as_ref()?.place(keys)
    }

    /// The place of each redirect, by old path, in `chapbook.toml` or `book.toml`. In the latter, old paths begin with `/`.
    #[must_use]
    pub fn redirect_places(&self) -> BTreeMap<String, Place> {
        let places = |tables: &[&str]| self.file.as_ref().map(|file| file.places(tables)).unwrap_or_default();
        let of_mdbook = places(&["output", "html", "redirect"]).into_iter();
        let of_mdbook = of_mdbook.map(|(from, place)| (from.trim_start_matches('/').to_owned(), place));
        places(&["redirects"]).into_iter().chain(of_mdbook).collect()
    }

    /// The folder of the chapters.
    #[must_use]
    pub fn content_dir(&self) -> PathBuf {
        self.root.join(&self.config.source.dir)
    }

    /// The folder of the site: in `out` if given, else in the configured output folder.
    #[must_use]
    pub fn site_dir(&self, out: Option<&Path>) -> PathBuf {
        let dir = out.map_or_else(|| self.root.join(&self.config.output.dir), Path::to_owned);
        self.folder.map_or(dir.clone(), |folder| dir.join(folder))
    }

    /// The folder of the book's theme files, which need not exist.
    #[must_use]
    pub fn theme_dir(&self) -> PathBuf {
        self.root.join(&self.config.theme.dir)
    }

    /// The folder of the cache, which need not exist.
    #[must_use]
    pub fn cache_dir(&self) -> PathBuf {
        self.root.join(".chapbook").join("cache")
    }

    /// The book whose `chapbook.toml` is in `root`.
    fn configured(root: &Path, report: &mut Report) -> Result<Option<Self>, Error> {
        let name: Arc<str> = CONFIG_FILE.into();
        let Some(text) = read_authored(&root.join(CONFIG_FILE), &name, report)? else {
            return Ok(None);
        };
        let file = ConfigFile { name, text };
        let mut config = read(&file, report);
        check(&mut config, root, &file, report);
        config.markdown.foreign_syntax |= config.source.foreign;
        Ok(Some(Self { root: root.to_owned(), config, folder: None, file: Some(file) }))
    }

    /// The nearest book in a folder above `here` that `here` belongs to.
    fn around(here: &Path, report: &mut Report) -> Result<Option<Self>, Error> {
        let Some(root) = here.ancestors().skip(1).find(|folder| folder.join(CONFIG_FILE).is_file()) else {
            return Ok(None);
        };
        let mut found = Report::default();
        let Some(project) = Self::configured(root, &mut found)? else {
            return Ok(None);
        };
        if !here.starts_with(project.content_dir()) && has_markdown(here) {
            return Ok(None);
        }
        report.append(found);
        Ok(Some(project))
    }
}

/// The configuration of a folder of Markdown without `chapbook.toml`: errors are warnings, so that it is always built.
fn config_of_plain_folder(root: &Path) -> Result<Config, Error> {
    let mkdocs = read_text(&root.join("mkdocs.yml"))?.unwrap_or_default();
    Ok(Config {
        book: BookConfig { title: mkdocs_value(&mkdocs, "site_name"), ..BookConfig::default() },
        source: SourceConfig {
            dir: String::new(),
            exclude: NOT_FOR_READERS.map(str::to_owned).to_vec(),
            follow: Vec::new(),
            foreign: true,
        },
        markdown: MarkdownConfig {
            foreign_front_matter: true,
            foreign_syntax: true,
            // GitHub reads formulas between dollar signs; MkDocs does with this extension only.
            math: mkdocs.is_empty() || mkdocs.contains("arithmatex"),
            ..MarkdownConfig::default()
        },
        numbers: NumbersConfig { chapters: false, ..NumbersConfig::default() },
        output: OutputConfig { short_paths: false, ..OutputConfig::default() },
        codes: CODES
            .iter()
            .filter(|code| ![&codes::EMPTY_BOOK, &codes::UNREADABLE_FILE].contains(code))
            .map(|code| {
                // Without `SUMMARY.md` all chapters are published, and many READMEs begin each part with `#`.
                let silent = [codes::UNLISTED_CHAPTER, codes::TWO_TITLES].contains(code) || LIST_QUALITY.contains(code);
                (code.name.to_owned(), if silent { Severity::Off } else { code.severity.min(Severity::Warning) })
            })
            .collect(),
        ..Config::default()
    })
}

/// Codes on the quality of checklists. The lists of such a folder are not written for chapbook, and no author of one says
/// when a checklist was last reviewed.
const LIST_QUALITY: [&Code; 5] =
    [&codes::LONG_ITEM, &codes::LONG_SHEET, &codes::NO_REVISION_DATE, &codes::TOO_MANY_ITEMS, &codes::TWO_SENTENCES];

/// Files of such a folder that are not written for readers.
const NOT_FOR_READERS: [&str; 3] = ["AGENTS.md", "CLAUDE.md", "GEMINI.md"];

/// Refuses the content folder of a book: without the book's configuration it would be another book, published inside it.
fn check_not_content(root: &Path) -> Result<(), Error> {
    let here = real_path(root)?;
    let Some(book) = here.ancestors().skip(1).find(|folder| folder.join(CONFIG_FILE).is_file()) else { return Ok(()) };
    match Project::configured(book, &mut Report::default())? {
        Some(project) if project.content_dir() == here => Err(Error::refused(
            format!("`{}` is the content of the book in `{}`", root.display(), book.display()),
            format!("name the folder of the book: {}", typed(root.parent().unwrap_or(book))),
        )),
        _ => Ok(()),
    }
}

fn folder_of(path: &Path) -> Result<PathBuf, Error> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    if path.is_dir() {
        return Ok(path.to_owned());
    }
    if path.is_file() && path.file_name().is_some_and(|name| name == CONFIG_FILE) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        return Ok(folder.unwrap_or(Path::new(".")).to_owned());
    }
    Err(if path.exists() { not_a_book(path) } else { missing(path) })
}

fn not_a_book(path: &Path) -> Error {
    Error::refused(format!("`{}` is not a book", path.display()), "give the folder of a book, or its `chapbook.toml`")
}

fn missing(path: &Path) -> Error {
    let parent = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let siblings = list(parent).unwrap_or_default().folders;
    let near = nearest(&name, siblings.iter().map(String::as_str));
    let new = format!("to create a new book, run `chapbook new {}`", typed(path));
    let help = near
        .map_or_else(|| new.clone(), |near| format!("did you mean `{}`? {new}", path.with_file_name(near).display()));
    Error::refused(format!("there is no folder `{}`", path.display()), help)
}

fn has_markdown(folder: &Path) -> bool {
    let files = list(folder).unwrap_or_default().files;
    files.iter().filter_map(|name| ContentPath::resolve("", name)).any(|path| path.is_markdown())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests lay out their own files")]
mod tests {
    use std::fs;

    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn check(toml: &str, expected: &[(&str, &str, &str)]) -> Project {
        let folder = folder(&[(CONFIG_FILE, toml), ("content/a.md", "# A"), ("texts/b.md", "# B")]);
        let mut report = Report::default();
        let project = Project::open(folder.path(), &mut report).unwrap();
        let found: Vec<(String, String, String)> = report
            .iter()
            .map(|item| {
                (
                    toml[item.at.clone().unwrap().span.range()].to_owned(),
                    item.message.clone(),
                    item.help.clone().unwrap(),
                )
            })
            .collect();
        let found: Vec<(&str, &str, &str)> = found.iter().map(|(a, b, c)| (&**a, &**b, &**c)).collect();
        assert_eq!(found, expected, "{toml}");
        project
    }

    #[test]
    fn values_are_checked_and_replaced() {
        let project = check(
            "[book]\nlanguage = \"zh_CN\"\nurl = \"example.org\"\nrevised = \"2026-02-30\"\n[codes]\nbroken-lnk = \"off\"\n[source]\ndir = \"../x\"\n",
            &[
                ("\"zh_CN\"", "`zh_CN` is not a language tag", "did you mean `zh-CN`?"),
                (
                    "\"example.org\"",
                    "`example.org` is not the URL of a site",
                    "write the complete URL: `https://example.org/book/`",
                ),
                ("\"2026-02-30\"", "`2026-02-30` is not a date", "write it as `2026-01-31`"),
                ("broken-lnk", "there is no code `broken-lnk`", "did you mean `broken-link`?"),
                (
                    "\"../x\"",
                    "`../x` is outside the book",
                    "write the path of a folder next to `chapbook.toml`, with `/` between names",
                ),
            ],
        );
        assert_eq!(project.config, Config::default());
    }

    #[test]
    fn missing_folders_are_reported() {
        check(
            "[source]\ndir = \"text\"\n[theme]\ndir = \"none\"\n",
            &[
                (
                    "\"text\"",
                    "there is no folder `text`",
                    "did you mean `texts`? Set it under `[source]`: `dir = \"texts\"`",
                ),
                (
                    "\"none\"",
                    "there is no folder `none`",
                    "create it, or set another one under `[theme]`: `dir = \"…\"`",
                ),
            ],
        );
        let project = check("[book]\nurl = \"https://a.b\"\n[source]\ndir = \"texts\"\n", &[]);
        assert!(project.content_dir().ends_with("texts"));
        assert_eq!(project.config.book.url.as_deref(), Some("https://a.b/"));
    }

    #[test]
    fn keys_have_places() {
        let project = check("[redirects]\n\"a.html\" = \"b.html\"\n", &[]);
        assert_eq!(project.place(&["redirects", "a.html"]).unwrap().span.range(), 12..20);
        assert_eq!(project.place(&["redirects"]).unwrap().span.range(), 1..10);
        assert_eq!(project.redirect_places()["a.html"], project.place(&["redirects", "a.html"]).unwrap());
        assert_eq!(project.place(&["redirects", "none"]), None);
        assert_eq!(project.place(&["book", "title"]), None);
    }

    #[test]
    fn the_content_of_a_book_is_no_book() {
        let folder = folder(&[("chapbook.toml", ""), ("content/a.md", "# A"), ("notes/b.md", "# B")]);
        let content = folder.path().join("content");
        let refused = Project::open(&content, &mut Report::default()).unwrap_err().to_string();
        assert!(refused.contains("is the content of the book in"), "{refused}");
        assert!(Project::open(&folder.path().join("notes"), &mut Report::default()).is_ok());
    }

    #[test]
    fn a_folder_of_markdown_is_a_book() {
        let folder = folder(&[("a.md", "# A")]);
        let project = Project::open(folder.path(), &mut Report::default()).unwrap();
        assert_eq!((project.content_dir(), project.file.is_none()), (folder.path().join(""), true));
    }

    #[test]
    fn paths_that_are_not_books_are_refused() {
        let folder = folder(&[("handbook/a.md", "# A"), ("x.toml", "")]);
        for (name, message) in [("handbok", "did you mean"), ("none", "`chapbook new"), ("x.toml", "is not a book")] {
            let error = Project::open(&folder.path().join(name), &mut Report::default()).unwrap_err();
            assert!(error.to_string().contains(message), "{error}");
        }
    }

    #[test]
    fn a_book_is_found_from_a_folder_inside_it() {
        let folder =
            folder(&[(CONFIG_FILE, ""), ("content/guide/a.md", "# A"), ("tests/in/x.md", "# X"), ("img/x.png", "")]);
        let root = fs::canonicalize(folder.path()).unwrap();
        for (inside, found) in [("content/guide", true), ("img", true), ("tests/in", false)] {
            let project = Project::around(&root.join(inside), &mut Report::default()).unwrap();
            assert_eq!(project.is_some_and(|project| project.root == root), found, "{inside}");
        }
    }

    #[test]
    fn the_path_of_the_file_opens_the_book() {
        let folder = folder(&[(CONFIG_FILE, "\u{feff}[book]\r\ntitle = \"x\"\r\n"), ("content/a.md", "")]);
        let project = Project::open(&folder.path().join(CONFIG_FILE), &mut Report::default()).unwrap();
        assert_eq!((project.root.as_path(), project.config.book.title.as_deref()), (folder.path(), Some("x")));
    }
}
