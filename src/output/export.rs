//! The forms in which a book is exported.

use clap::ValueEnum;

use super::artifact::{Artifact, Composition};
use super::epub::epub;
use super::markdown_export;
use super::one_file::ONE_FILE;

/// A form in which a book is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Export {
    /// The whole book in one HTML file
    File,
    /// EPUB 3
    Epub,
    /// A zip archive of the site, which can be opened from disk
    Zip,
    /// Markdown with includes and variables resolved
    Markdown,
    /// The same, a file for each chapter.
    #[value(skip)]
    MarkdownFolder,
}

impl Export {
    /// How the file's name ends.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::File => "html",
            Self::Epub => "epub",
            Self::Zip => "zip",
            Self::Markdown | Self::MarkdownFolder => "md",
        }
    }

    /// Describes the files of the form; none of the zip, which contains a site.
    #[must_use]
    pub fn compose<'a>(self, composition: &Composition<'a>) -> Vec<Artifact<'a>> {
        match self {
            Self::File => (ONE_FILE.compose)(composition),
            Self::Epub => epub(composition),
            Self::Markdown => markdown_export::one(composition),
            Self::MarkdownFolder => markdown_export::folder(composition),
            Self::Zip => Vec::new(),
        }
    }
}
