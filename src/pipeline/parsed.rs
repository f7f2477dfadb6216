//! Chapters, parsed or as an earlier build has left them: in memory, or of a large book on disk without their blocks.

use std::sync::Arc;

use rayon::prelude::*;

use super::cache::Cache;
use super::inputs::program;
use super::shelf::Shelf;
use crate::chapter::{Chapter, ParseOptions, Shape, from_bytes, parse, to_bytes};
use crate::diagnostic::Report;
use crate::output::PRINTED_WHOLE;
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

/// Parses one chapter for a page that is shown before its build has ended; the build then finds it in the cache.
pub(super) fn parse_one(
    file: &SourceFile,
    (options, options_key): (&ParseOptions, &[u8]),
    shape: Shape,
    cache: &mut Cache,
) -> (Arc<Chapter>, Report) {
    let key = key(file, reader(options_key, program()));
    let (chapter, found) = parse(file, options);
    let chapter = Arc::new(if shape == Shape::Slim { chapter.slim() } else { chapter });
    if found.is_empty() {
        cache.keep_tree(file.path.clone(), key, chapter.clone());
    }
    (chapter, found)
}

/// Parses all chapters, those that have not changed from memory or from disk.
pub(super) fn parse_all(
    files: &[SourceFile],
    (options, options_key): (&ParseOptions, &[u8]),
    blocks: Blocks,
    cache: &mut Cache,
    report: &mut Report,
) -> Vec<Arc<Chapter>> {
    let is_large = blocks == Blocks::LetGo && (is_large(files) || cache.is_frugal());
    let program = program();
    let reader = reader(options_key, program);
    let keys: Vec<Digest> = files.par_iter().map(|file| key(file, reader)).collect();
    let shelf = cache.chapters().filter(|_| blocks == Blocks::LetGo && program.is_some());
    let shelf = shelf.filter(|shelf| make_room(shelf, &keys, is_large));
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
    remember(files.iter().zip(keys).zip(parsed), cache, report)
}

fn remember<'a>(
    parsed: impl Iterator<Item = ((&'a SourceFile, Digest), (Arc<Chapter>, Option<Report>))>,
    cache: &mut Cache,
    report: &mut Report,
) -> Vec<Arc<Chapter>> {
    let mut chapters = Vec::with_capacity(parsed.size_hint().0);
    for ((file, key), (chapter, found)) in parsed {
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

fn is_large(files: &[SourceFile]) -> bool {
    files.iter().map(|file| file.text.len()).sum::<usize>() > LARGE
}

/// Lets go of what is kept of other texts. Whether chapters are kept: pages are made of blocks, so that it gains nothing
/// where one page shows all chapters.
fn make_room(shelf: &Shelf, keys: &[Digest], is_large: bool) -> bool {
    let is_kept = is_large || keys.len() > PRINTED_WHOLE;
    shelf.clear(&keys.iter().copied().filter(|_| is_kept).collect());
    is_kept
}

/// The digest of how chapters are read, and by which program: what another one made of a text is not taken over.
fn reader(options_key: &[u8], program: Option<Seen>) -> Digest {
    Digest::of_parts([options_key, format!("{program:?}").as_bytes()])
}

/// The digest of all that a chapter and its findings are made from: its text, where each stretch of it came from, and who
/// reads it.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::ContentPath;

    fn file(name: &str, text: &str) -> SourceFile {
        SourceFile::made(ContentPath::resolve("", name).unwrap(), name, text.to_owned())
    }

    fn key_of(file: &SourceFile) -> Digest {
        key(file, reader(b"options", program()))
    }

    /// The first heading of each chapter, and the findings.
    fn read(files: &[SourceFile], cache: &mut Cache) -> (Vec<String>, Vec<String>) {
        let mut report = Report::default();
        let options = ParseOptions::default();
        let chapters = parse_all(files, (&options, b"options"), Blocks::LetGo, cache, &mut report);
        let titles = chapters.iter().map(|chapter| chapter.heading_title().unwrap_or_default()).collect();
        let found = report.iter().map(|it| format!("{} {}", it.at.as_ref().unwrap().file, it.message)).collect();
        (titles, found)
    }

    #[test]
    fn a_chapter_of_a_large_book_is_read_from_disk() {
        let folder = tempfile::tempdir().unwrap();
        let cache = || Cache::in_folder(folder.path()).frugal();
        let files = [file("a.md", "# A\n"), file("b.md", "# B\n\n{{ book.none }}\n"), file("c.md", "# C\n")];
        let cold = read(&files, &mut cache());
        assert_eq!((cold.0.as_slice(), cold.1.len()), (["A", "B", "C"].map(str::to_owned).as_slice(), 1));
        assert_eq!(cache().chapters().unwrap().all().len(), 3);
        assert_eq!(read(&files, &mut cache()), cold);
        // Were the first chapter parsed again, it would not be the last one.
        let warm = cache();
        let shelf = warm.chapters().unwrap();
        let [first, _, last] = files.each_ref().map(key_of);
        shelf.put(first, &shelf.get(last).unwrap());
        drop(warm);
        assert_eq!(read(&files, &mut cache()).0, ["C", "B", "C"]);
        let edited = [files[0].clone(), file("b.md", "# D\n"), file("moved.md", "# C\n")];
        assert_eq!(read(&edited, &mut cache()), (["C", "D", "C"].map(str::to_owned).to_vec(), Vec::new()));
        assert_eq!(cache().chapters().unwrap().all().len(), 5);
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_parsed() {
        let folder = tempfile::tempdir().unwrap();
        let cache = || Cache::in_folder(folder.path()).frugal();
        let files = [file("a.md", "# A\n")];
        let mut first = cache();
        first.chapters().unwrap().put(key_of(&files[0]), b"no chapter");
        assert_eq!(read(&files, &mut first).0, ["A"]);
        drop(first);
        assert_eq!(read(&files, &mut cache()).0, ["A"]);
    }

    #[test]
    fn a_small_book_leaves_nothing_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        let mut cache = Cache::in_folder(folder.path());
        read(&[file("a.md", "# A\n")], &mut cache);
        assert!(cache.chapters().unwrap().all().is_empty());
    }
}
