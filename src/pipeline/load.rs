//! Reads from disk what a build is made from: the content, the theme, the files that the configuration names.

use std::path::PathBuf;

use rayon::prelude::*;

use super::dates::history;
use super::opened::Opened;
use crate::config::{CONFIG_FILE, Config, Dialect, Project};
use crate::diagnostic::{Diagnostic, Place, Report, Span, Texts, codes, nearest};
use crate::error::Error;
use crate::mdbook::MdBook;
use crate::output::{OwnFile, OwnKind};
use crate::path::SitePath;
use crate::site::Seen;
use crate::source::{self, History, MissingPaths, SourceFile, Sources};
use crate::theme::Theme;

/// All that a build has read from disk.
pub(super) struct Loaded {
    /// The content, includes put in; its lists of files are in [`ReadFiles`].
    pub(super) sources: Sources,
    /// Where the days come from on which chapters last changed; nothing of it is read yet.
    pub(super) history: Option<History>,
    /// The built-in theme, and over it the book's own.
    pub(super) theme: Theme,
    /// The style sheets and scripts that the configuration names.
    pub(super) own_files: Vec<OwnFile>,
}

/// Which files a build has read, for diagnostics, for the watcher, and to see whether a later build has anything to do.
pub(super) struct ReadFiles {
    /// The texts that diagnostics point into.
    pub(super) texts: Texts,
    /// Every file and folder that was read.
    pub(super) paths: Vec<PathBuf>,
    /// Where includes that failed have looked for files.
    pub(super) missing: MissingPaths,
    /// The state of each chapter's file on disk, if a preview needs it.
    pub(super) chapters: Vec<Option<Seen>>,
}

/// Reads all that a build is made from.
///
/// # Errors
/// If the content or the theme cannot be read. What is wrong in them is reported.
pub(super) fn load(opened: &Opened, report: &mut Report) -> Result<(Loaded, ReadFiles), Error> {
    let project = &opened.project;
    // Git finds its repository meanwhile.
    let (sources, history) = std::thread::scope(|scope| {
        let history = scope.spawn(|| history(project, &opened.request));
        let sources = load_sources(opened, report);
        (sources, history.join().unwrap_or_default())
    });
    let mut sources = sources?;
    let files = ReadFiles {
        texts: std::mem::take(&mut sources.texts),
        paths: std::mem::take(&mut sources.read),
        missing: std::mem::take(&mut sources.missing_paths),
        chapters: if opened.plan.keeps_state { chapter_files(project, &sources.chapters) } else { Vec::new() },
    };
    let (dir, follow) = (&project.config.theme.dir, &project.config.source.follow);
    let theme = Theme::with_overrides(source::read_theme(&project.root, dir, follow, report)?);
    report.append(theme_diagnostics(&theme, project));
    Ok((Loaded { sources, history, theme, own_files: read_own_files(project, report)? }, files))
}

/// The state of the chapters' files on disk.
pub(super) fn chapter_files(project: &Project, chapters: &[SourceFile]) -> Vec<Option<Seen>> {
    chapters.par_iter().map(|chapter| Seen::at(&project.root.join(&*chapter.origin.file()))).collect()
}

/// Reads the content of a book; of a book of mdBook, with what its preprocessors make of it.
///
/// # Errors
/// If the content folder cannot be read.
pub(super) fn load_sources(opened: &Opened, report: &mut Report) -> Result<Sources, Error> {
    let Opened { project, mdbook, request, .. } = opened;
    let out = project.site_dir(request.out.as_deref());
    let skip = [out, project.site_dir(None), project.theme_dir(), project.cache_dir()];
    let config = &project.config.source;
    let kind = if config.foreign { source::FolderKind::Plain } else { source::FolderKind::Book };
    let wanted = source::Request {
        root: &project.root,
        content: &config.dir,
        exclude: &config.exclude,
        follow: &config.follow,
        skip: &skip,
        only: mdbook.as_ref().and_then(MdBook::listed),
        includes: mdbook.as_ref().map_or_else(|| own_includes(&project.config), MdBook::includes),
        kind,
    };
    let mut sources = source::load(&wanted, report)?;
    if let Some(file) = &project.file {
        sources.texts.insert(file.name.clone(), file.text.clone());
    }
    if let Some(mdbook) = mdbook {
        mdbook.prepare(project, &mut sources, report);
    }
    sources.read.push(project.root.join(CONFIG_FILE));
    sources.read.push(project.theme_dir());
    Ok(sources)
}

/// How the includes of a chapbook are read; of one that was made from a book of mdBook, as mdBook reads them.
fn own_includes(config: &Config) -> source::IncludeRules<'static> {
    let syntax = match config.markdown.dialect {
        Dialect::Chapbook => source::IncludeSyntax::Chapbook,
        Dialect::MdBook => source::IncludeSyntax::MdBook,
    };
    source::IncludeRules { root: None, syntax }
}

/// The style sheets and scripts that the book names; one that does not exist is reported.
fn read_own_files(project: &Project, report: &mut Report) -> Result<Vec<OwnFile>, Error> {
    let theme = &project.config.theme;
    let styles = theme.styles.iter().map(|path| (path, OwnKind::Style));
    let scripts = theme.scripts.iter().map(|path| (path, OwnKind::Script));
    let mut files = Vec::new();
    for (written, kind) in styles.chain(scripts) {
        let path = SitePath::new(written);
        let bytes = path.as_ref().map(|path| source::read_inside(&project.root, path.as_str())).transpose()?.flatten();
        if let (Some(path), Some(bytes)) = (path, bytes) {
            files.push((path, kind, bytes));
        } else {
            let message = format!("there is no file `{written}`");
            let help = "name a file inside the book's folder, or take it out of the configuration";
            let key = if kind == OwnKind::Style { "styles" } else { "scripts" };
            let diagnostic = Diagnostic::new(&codes::THEME, message).help(help);
            report.add(Diagnostic { at: project.place(&["theme", key]), ..diagnostic });
        }
    }
    Ok(files)
}

/// What is wrong in the book's own theme: files without effect, strings that cannot be read.
fn theme_diagnostics(theme: &Theme, project: &Project) -> Report {
    let place =
        |path: &str| Place { file: format!("{}/{path}", project.config.theme.dir).into(), span: Span::default() };
    let mut report = Report::default();
    for path in theme.unknown_files() {
        let help = match nearest(path, Theme::builtin_names()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "files of your own go into `css/`, `js/` and `assets/`".to_owned(),
        };
        let message = format!("`{path}` replaces no file of the built-in theme");
        report.add(Diagnostic::new(&codes::THEME, message).at(place(path)).help(help));
    }
    for (path, reason) in theme.broken_strings() {
        let message = format!("the strings in `{path}` cannot be read: {}", reason.lines().next().unwrap_or_default());
        let help = "write each as `key = \"text\"`, in UTF-8";
        report.add(Diagnostic::new(&codes::THEME, message).at(place(path)).help(help));
    }
    report
}
