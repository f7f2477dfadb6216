//! What an output describes: pages to be filled in and files as they are.

use std::borrow::Cow;
use std::fmt;

use super::typeset::Typeset;
use crate::book::PageId;
use crate::config::OutputConfig;
use crate::diagnostic::Report;
use crate::digest::Digest;
use crate::error::Error;
use crate::path::SitePath;
use crate::render::{Edition, LoneScript, View};
use crate::site::Role;

/// One part of the site: adding one is a file with its `compose` and a row in `OUTPUTS`.
#[derive(Debug)]
pub struct Output {
    /// Whether a book wants it.
    pub wanted: fn(&OutputConfig) -> bool,
    /// Describes its pages and files. Writes nothing and has no state.
    pub compose: for<'a> fn(&Composition<'a>) -> Vec<Artifact<'a>>,
}

/// What outputs read.
#[derive(Debug)]
pub struct Composition<'a> {
    /// What all pages share.
    pub edition: &'a Edition,
    /// What was typeset before.
    pub typeset: &'a Typeset,
    /// Seconds since 1970 that stand for the day of a book that names none.
    pub epoch: Option<u64>,
}

/// A page or a file of the site.
pub enum Artifact<'a> {
    /// A template to fill in.
    Page {
        /// Its path in the site.
        path: SitePath,
        /// The template's name.
        template: &'static str,
        /// What the template may see.
        view: View,
    },
    /// A template to fill in, with a view that is made only then: a book's text is never in memory twice.
    Late {
        /// Its path in the site.
        path: SitePath,
        /// The template's name.
        template: &'static str,
        /// The chapter, or the first of the chapters, that it shows.
        about: Option<PageId>,
        /// Makes what the template may see.
        view: LateView<'a>,
    },
    /// Bytes as they are.
    File {
        /// Their path in the site.
        path: SitePath,
        /// Their role in the site.
        role: Role,
        /// The bytes.
        bytes: Cow<'a, [u8]>,
    },
}

/// Makes a view, or nothing if the page is cached under the digest of its input.
pub type LateView<'a> = Box<dyn Fn(&dyn Fn(Digest) -> bool) -> Result<Late, Error> + Send + Sync + 'a>;

/// The result of making a view late.
#[derive(Debug)]
pub struct Late {
    /// The digest of all that the page is made from.
    pub key: Digest,
    /// What the template may see; `None` if the page is known.
    pub view: Option<View>,
    /// Diagnostics of code and formulas.
    pub report: Report,
}

impl fmt::Debug for Artifact<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Artifact").field(self.path()).finish()
    }
}

impl<'a> Artifact<'a> {
    /// A page whose cache key is the digest of its view; `None` if the path is invalid.
    pub(super) fn known_by_view(
        edition: &'a Edition,
        path: &str,
        template: &'static str,
        view: impl Fn(&SitePath) -> Result<View, Error> + Send + Sync + 'a,
    ) -> Option<Self> {
        let path = SitePath::new(path)?;
        let at = path.clone();
        let late = move |known: &dyn Fn(Digest) -> bool| {
            let view = view(&at)?;
            let key = Digest::of_parts([&edition.surroundings.0[..], &Digest::of_json(&view).0]);
            Ok(Late { key, view: (!known(key)).then_some(view), report: Report::default() })
        };
        Some(Self::Late { path, template, about: None, view: Box::new(late) })
    }
}

impl<'a> Artifact<'a> {
    /// A script of one kind of page.
    pub(super) fn lone_script(script: &'a LoneScript) -> Self {
        Self::File { path: script.path.clone(), role: Role::Asset, bytes: (&*script.bytes).into() }
    }
}

impl Artifact<'_> {
    /// A page; `None` if the path is invalid.
    pub(super) fn page(path: &str, template: &'static str, view: impl FnOnce(&SitePath) -> View) -> Option<Self> {
        let path = SitePath::new(path)?;
        let view = view(&path);
        Some(Self::Page { path, template, view })
    }

    /// A text file; `None` if the path is invalid.
    pub(super) fn text(path: &str, text: String) -> Option<Self> {
        Some(Self::File { path: SitePath::new(path)?, role: Role::Meta, bytes: text.into_bytes().into() })
    }

    /// The chapter, or the first of the chapters, that is shown on it; `None` for what is made from no chapter's text.
    #[must_use]
    pub fn about(&self) -> Option<PageId> {
        match self {
            Self::Late { about, .. } => *about,
            Self::Page { .. } | Self::File { .. } => None,
        }
    }

    /// Its path in the site.
    #[must_use]
    pub fn path(&self) -> &SitePath {
        match self {
            Self::Page { path, .. } | Self::Late { path, .. } | Self::File { path, .. } => path,
        }
    }
}
