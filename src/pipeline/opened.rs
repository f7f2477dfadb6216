//! Opens a book: reads its configuration, once a build, and decides what is made of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::plan::Plan;
use super::request::Request;
use crate::chapter::Chapter;
use crate::config::Project;
use crate::diagnostic::{Report, Severities};
use crate::error::Error;
use crate::mdbook::{self, MdBook};

/// A book whose configuration is read, and nothing else of it.
#[derive(Debug)]
pub struct Opened {
    pub(super) request: Request,
    pub(super) project: Project,
    /// What only a book of mdBook has.
    pub(super) mdbook: Option<MdBook>,
    pub(super) plan: Plan,
    /// What was found in the configuration.
    pub(super) report: Report,
}

/// Opens the book of a request: its `chapbook.toml`, the `book.toml` of mdBook, or a folder without either.
///
/// # Errors
/// If there is no book, or its configuration cannot be read.
///
/// # Examples
///
/// ```
/// use chapbook::output::Export;
/// use chapbook::pipeline::{Purpose, Request, open};
///
/// let opened = open(&Request::new("docs", Purpose::Export(Export::Zip)))?;
/// // A site that is opened from disk links to files, not to folders.
/// assert!(!opened.project().config.output.clean_urls);
/// # Ok::<(), chapbook::error::Error>(())
/// ```
pub fn open(request: &Request) -> Result<Opened, Error> {
    let mut report = Report::default();
    let (mut project, mdbook) = match mdbook::open(&request.book, &request.plugins, &mut report)? {
        Some((project, mdbook)) => (project, Some(mdbook)),
        None => (Project::open(&request.book, &mut report)?, None),
    };
    let config = &mut project.config;
    if config.output.cname.is_none() && config.book.url.is_none() {
        config.book.url.clone_from(&request.url);
    }
    follow(&mut project, &request.follow)?;
    let plan = Plan::of(request.purpose, &mut project.config, mdbook.as_ref());
    Ok(Opened { request: request.clone(), project, mdbook, plan, report })
}

/// Lets the links and includes of a book lead to more folders.
fn follow(project: &mut Project, folders: &[String]) -> Result<(), Error> {
    if let Some(missing) = folders.iter().find(|folder| !project.root.join(folder).is_dir()) {
        return Err(Error::refused(
            format!("there is no folder `{missing}`"),
            format!("the folders of `--follow` are relative to the book's, `{}`", project.root.display()),
        ));
    }
    project.config.source.follow.extend(folders.iter().cloned());
    Ok(())
}

impl Opened {
    /// The book's folder and configuration, without what the request has no use for.
    #[must_use]
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// Takes the language of most of the text for that of the book, if nothing says in which language it is.
    pub(super) fn take_language(&mut self, chapters: &[Arc<Chapter>]) {
        if !self.project.config.source.foreign || self.project.file.is_some() {
            return;
        }
        let mut words: BTreeMap<&str, u64> = BTreeMap::new();
        for chapter in chapters.iter().filter(|chapter| !chapter.front.draft) {
            if let Some(language) = &chapter.language {
                *words.entry(language).or_default() += u64::from(chapter.words);
            }
        }
        if let Some((language, _)) = words.into_iter().max_by_key(|(_, words)| *words) {
            language.clone_into(&mut self.project.config.book.language);
        }
    }

    /// How severe diagnostics are: what the request says goes before what the book's configuration says.
    pub(super) fn severities(&self) -> Severities {
        let mut changed = self.project.config.codes.clone();
        changed.extend(self.request.severities.changed.clone());
        Severities { changed, strict: self.request.severities.strict }
    }
}
