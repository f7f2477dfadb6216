//! Opens a book of mdBook: reads `book.toml` into a [`Project`] and an [`MdBook`].

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Table;

use super::model::{MdBook, Plugins};
use super::table::{flag, text};
use super::{chapters, environment, known, settings};
use crate::config::{CONFIG_FILE, ConfigFile, Project};
use crate::diagnostic::{Diagnostic, Place, Report, Span, codes};
use crate::error::Error;
use crate::source::{IncludeRules, IncludeSyntax, Sources, list, read_authored, repository_of};

const FILE: &str = "book.toml";

/// Opens the book at `path`, which is a folder with `book.toml` or that file itself; `None` if it is not a book of mdBook.
///
/// ```
/// use chapbook::diagnostic::Report;
/// use chapbook::mdbook::{Plugins, open};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let book = tempfile::tempdir()?;
/// assert!(open(book.path(), &Plugins::none(), &mut Report::default())?.is_none());
///
/// std::fs::write(book.path().join("book.toml"), "[book]\ntitle = \"Example\"\n")?;
/// let opened = open(book.path(), &Plugins::none(), &mut Report::default())?;
/// assert_eq!(opened.and_then(|(project, _)| project.config.book.title).as_deref(), Some("Example"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`Error::Disk`] if `book.toml` or `SUMMARY.md` cannot be read; [`Error::Refused`] if `book.toml` is not TOML.
pub fn open(path: &Path, plugins: &Plugins, report: &mut Report) -> Result<Option<(Project, MdBook)>, Error> {
    let Some(root) = folder_of(path) else { return Ok(None) };
    let name: Arc<str> = FILE.into();
    let Some(text) = read_authored(&root.join(FILE), &name, report)? else { return Ok(None) };
    let file = ConfigFile { name, text };
    let mut toml: Table = toml::from_str(&file.text).map_err(|error| not_toml(&root, &error))?;
    environment::apply(&mut toml, std::env::vars());
    known::report_unknown(&file, report);
    let project = Project {
        config: settings::config(&toml),
        folder: settings::site_folder(&toml),
        root: root.clone(),
        file: Some(file),
    };
    report_theme(&project, &toml, report);
    // Mistakes in `SUMMARY.md` are reported later, when the book is assembled.
    let summary = chapters::summary(&project)?;
    let listed = chapters::listed(&summary);
    let include_root = if plugins.run { repository(&root) } else { root.clone() };
    let book = MdBook { root, toml, plugins: plugins.clone(), summary, listed, include_root };
    Ok(Some((project, book)))
}

impl MdBook {
    /// The paths of the chapters; `None` if there is no `SUMMARY.md`, and all Markdown files are chapters.
    #[must_use]
    pub fn listed(&self) -> Option<&BTreeSet<String>> {
        Some(&self.listed).filter(|listed| !listed.is_empty())
    }

    /// How includes are read. They must be in the book's repository, or in the book's folder if it is not trusted.
    #[must_use]
    pub fn includes(&self) -> IncludeRules<'_> {
        IncludeRules { root: Some(&self.include_root), syntax: IncludeSyntax::MdBook }
    }

    /// Changes the chapters as mdBook does before rendering: adds missing ones and runs preprocessors.
    pub fn prepare(&self, project: &Project, sources: &mut Sources, report: &mut Report) {
        if flag(&self.toml, &[&["build", "create-missing"]]).unwrap_or(true) {
            chapters::add_missing(&self.summary, project, sources);
        }
        self.preprocess(project, sources, report);
    }
}

fn folder_of(path: &Path) -> Option<PathBuf> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let named = path.file_name().is_some_and(|name| name == FILE) && path.is_file();
    let folder = if named {
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    } else {
        path
    };
    (named || (folder.join(FILE).is_file() && !folder.join(CONFIG_FILE).is_file())).then(|| folder.to_owned())
}

fn not_toml(root: &Path, error: &toml::de::Error) -> Error {
    let message = format!("cannot parse `{}`: {}", root.join(FILE).display(), error.to_string().trim_end());
    Error::refused(message, "the file must be TOML: `key = \"value\"` under `[table]`")
}

/// The repository of a book: that of git or, if there is none, the nearest folder above the book with a licence file.
fn repository(root: &Path) -> PathBuf {
    let Ok(real) = crate::source::real_path(root) else { return root.to_owned() };
    // A home folder may be a repository of settings. A book must not include files from all of it.
    let home = std::env::var_os("HOME").and_then(|home| crate::source::real_path(Path::new(&home)).ok());
    let is_home = |folder: &Path| home.as_ref().is_some_and(|home| home.starts_with(folder));
    let mut folders = real.ancestors().filter(|folder| folder.parent().is_some() && !is_home(folder));
    let licensed = |folder: &Path| list(folder).is_ok_and(|listing| listing.files.iter().any(|name| is_licence(name)));
    let found = repository_of(&real).or_else(|| folders.find(|folder| licensed(folder)).map(Path::to_owned));
    found.unwrap_or(real)
}

fn is_licence(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["license", "licence", "copying"].iter().any(|start| name.starts_with(start))
}

/// Reports files of a theme for mdBook that chapbook does not use.
fn report_theme(project: &Project, toml: &Table, report: &mut Report) {
    let written = text(toml, &[&["output", "html", "theme"]]);
    let folder = written.unwrap_or_else(|| "theme".to_owned());
    let Ok(listing) = list(&project.root.join(&folder)) else { return };
    let ends = [".hbs", ".js"];
    for name in listing.files.iter().filter(|name| ends.iter().any(|end| name.ends_with(end))) {
        if is_named(project, &format!("{folder}/{name}")) {
            continue;
        }
        let file = format!("{}/{name}", folder.trim_end_matches('/'));
        let diagnostic = Diagnostic::new(&codes::THEME, format!("theme override `{file}` is not used"));
        let help =
            "put templates for chapbook into `chapbook-theme/`; see the manual, \u{201c}Coming from mdBook\u{201d}";
        report.add(diagnostic.at(Place { file: file.into(), span: Span::default() }).help(help));
    }
}

fn is_named(project: &Project, path: &str) -> bool {
    let theme = &project.config.theme;
    theme.scripts.iter().chain(&theme.styles).any(|own| own == path)
}
