//! Chapters, parsed or as an earlier build has left them: in memory, or of a large book on disk without their blocks.

use std::sync::Arc;

use rayon::prelude::*;

use super::cache::Cache;
use super::shelf::Shelf;
use crate::chapter::{Chapter, ParseOptions, from_bytes, parse, to_bytes};
use crate::diagnostic::Report;
use crate::site::Seen;
use crate::source::{Digest, SourceFile};

/// Bytes of text above which chapters do not keep their blocks: a tree is some eight times as large as its text.
const LARGE: usize = 16 << 20;

/// Whether the chapters of a large book keep their blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blocks {
    /// Whoever reads them reads all at once.
    Kept,
    /// They are parsed again where they are needed.
    LetGo,
}

/// A chapter whose blocks were let go, with its blocks.
pub(super) fn parse_again(chapter: &Chapter, sources: &[SourceFile], options: &ParseOptions) -> Option<Chapter> {
    let at = sources.binary_search_by(|source| source.path.cmp(&chapter.path)).ok()?;
    Some(parse(sources.get(at)?, options).0)
}

/// Parses all chapters, those that have not changed from memory or from disk.
pub(super) fn parse_all(
    files: &[SourceFile],
    (options, options_key): (&ParseOptions, &[u8]),
    blocks: Blocks,
    cache: &mut Cache,
    report: &mut Report,
) -> Vec<Arc<Chapter>> {
    let size: usize = files.iter().map(|file| file.text.len()).sum();
    let is_large = blocks == Blocks::LetGo && (size > LARGE || cache.is_frugal());
    let program = std::env::current_exe().ok().and_then(|path| Seen::at(&path));
    let reader = Digest::of_parts([options_key, format!("{program:?}").as_bytes()]);
    let keys: Vec<Digest> = files.par_iter().map(|file| key(file, reader)).collect();
    let shelf = cache.chapters().filter(|_| is_large && program.is_some());
    if let Some(shelf) = shelf {
        shelf.clear(&keys.iter().copied().collect());
    }
    let read = |(file, key): (&SourceFile, &Digest)| {
        if let Some(chapter) = cache.tree(&file.path, *key) {
            return (chapter, None);
        }
        let (chapter, found) = shelf.map_or_else(|| parse(file, options), |shelf| keep(file, *key, options, shelf));
        (Arc::new(if is_large { chapter.slim() } else { chapter }), Some(found))
    };
    let parsed: Vec<(Arc<Chapter>, Option<Report>)> = files.par_iter().zip(&keys).map(read).collect();
    if let Some(shelf) = shelf {
        shelf.settle();
    }
    let mut chapters = Vec::with_capacity(parsed.len());
    for ((file, key), (chapter, found)) in files.iter().zip(keys).zip(parsed) {
        if let Some(found) = found {
            // A chapter with findings is parsed again next time, so that they are told again.
            if found.is_empty() {
                cache.keep_tree(file.path.clone(), key, chapter.clone());
            }
            report.append(found);
        }
        chapters.push(chapter);
    }
    chapters
}

/// The digest of all that a chapter and its findings are made from: the text, where each stretch of it came from, how it is
/// read, and by which program.
fn key(file: &SourceFile, reader: Digest) -> Digest {
    Digest::of_parts([&file.digest.0, &Digest::of_json(&file.origin).0, &reader.0].map(<[u8; 32]>::as_slice))
}

/// A chapter as an earlier build has left it, or parsed and left for later ones.
fn keep(file: &SourceFile, key: Digest, options: &ParseOptions, shelf: &Shelf) -> (Chapter, Report) {
    if let Some(kept) = shelf.get(key).and_then(|bytes| from_bytes(&bytes, file)) {
        return kept;
    }
    let (chapter, found) = parse(file, options);
    if let Some(bytes) = to_bytes(&chapter, &found) {
        shelf.put(key, &bytes);
    }
    (chapter, found)
}
