//! The trees of the chapters: those of a large book are kept without their blocks and parsed again when they are needed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::chapter::{Chapter, ParseOptions, Shape, parse_blocks};
use crate::path::ContentPath;
use crate::source::SourceFile;

/// The texts of all chapters, and the trees that were parsed from them again.
#[derive(Debug)]
pub struct Trees {
    /// Sorted by path.
    sources: Vec<SourceFile>,
    options: ParseOptions,
    parsed: Mutex<BTreeMap<ContentPath, Arc<Chapter>>>,
}

impl Trees {
    /// Chapters' texts, sorted by path, and how they are parsed.
    #[must_use]
    pub fn new(sources: Vec<SourceFile>, options: ParseOptions) -> Self {
        Self { sources, options, parsed: Mutex::default() }
    }

    /// The texts of the chapters, sorted by path.
    #[must_use]
    pub fn sources(&self) -> &[SourceFile] {
        &self.sources
    }

    /// How the chapters are parsed.
    #[must_use]
    pub fn options(&self) -> &ParseOptions {
        &self.options
    }

    /// A chapter with its blocks: itself if it has them, else parsed again, at most once until [`Self::clear`].
    #[must_use]
    pub fn whole(&self, chapter: &Arc<Chapter>) -> Arc<Chapter> {
        if chapter.shape == Shape::Whole {
            return chapter.clone();
        }
        if let Some(parsed) = self.lock().get(&chapter.path) {
            return parsed.clone();
        }
        // Every chapter without blocks has a text here; if it had none, its page would be empty, not missing.
        let whole = self.parse(chapter).map_or_else(|| chapter.clone(), Arc::new);
        self.lock().insert(chapter.path.clone(), whole.clone());
        whole
    }

    fn parse(&self, chapter: &Chapter) -> Option<Chapter> {
        let at = self.sources.binary_search_by(|source| source.path.cmp(&chapter.path)).ok()?;
        Some(parse_blocks(self.sources.get(at)?, &self.options).0)
    }

    /// Drops the trees that were parsed again.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Puts an edited text in the place of the one at an index of [`Self::sources`].
    pub fn replace(&mut self, at: usize, source: SourceFile) {
        if let Some(slot) = self.sources.get_mut(at) {
            *slot = source;
        }
        self.clear();
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ContentPath, Arc<Chapter>>> {
        self.parsed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
