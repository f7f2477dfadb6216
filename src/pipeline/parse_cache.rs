//! Chapters, parsed or as an earlier build has stored them: in memory, or those of a large book on disk without their blocks.

use std::sync::Arc;

use rayon::prelude::*;

use super::cache::{CHAPTER, Cache, program};
use crate::chapter::{Chapter, ParseOptions, Shape, parse};
use crate::diagnostic::Report;
use crate::digest::Digest;
use crate::memo::Memo;
use crate::output::PRINTED_WHOLE;
use crate::site::Seen;
use crate::source::SourceFile;

/// Bytes of text above which chapters do not keep their blocks: a tree is some eight times as large as its text.
const LARGE: usize = 16 << 20;

/// Whether the chapters of a large book keep their blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blocks {
    /// Whoever reads them reads all at once.
    Kept,
    /// They are parsed again where they are needed.
    Dropped,
}

/// Parses one chapter for a page that is shown before its build has ended; the build then finds it in the cache.
pub(super) fn parse_one(
    file: &SourceFile,
    (options, options_key): (&ParseOptions, &[u8]),
    shape: Shape,
    cache: &mut Cache,
) -> (Arc<Chapter>, Report) {
    let key = key(file, parser(options_key, program()));
    let (chapter, found) = parse(file, options);
    let chapter = Arc::new(if shape == Shape::WithoutBlocks { chapter.without_blocks() } else { chapter });
    if found.is_empty() {
        cache.store_chapter(file.path.clone(), key, chapter.clone());
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
    let is_large = blocks == Blocks::Dropped && (is_large(files) || cache.frugal);
    let program = program();
    let parser = parser(options_key, program);
    let keys: Vec<Digest> = files.par_iter().map(|file| key(file, parser)).collect();
    let memo = Some(cache.memo()).filter(|_| blocks == Blocks::Dropped && program.is_some());
    let memo = memo.filter(|memo| is_stored(memo, &keys, is_large));
    let read = |(file, key): (&SourceFile, &Digest)| {
        if let Some(chapter) = cache.chapter(&file.path, *key) {
            return (chapter, None);
        }
        let (chapter, found) =
            memo.map_or_else(|| parse(file, options), |memo| load_or_parse(file, *key, options, memo));
        (Arc::new(if is_large { chapter.without_blocks() } else { chapter }), Some(found))
    };
    let parsed: Vec<(Arc<Chapter>, Option<Report>)> = files.par_iter().zip(&keys).map(read).collect();
    store(files.iter().zip(keys).zip(parsed), cache, report)
}

/// The chapters in order; those that were parsed are stored in memory for the next build of this process.
fn store<'a>(
    parsed: impl Iterator<Item = ((&'a SourceFile, Digest), (Arc<Chapter>, Option<Report>))>,
    cache: &mut Cache,
    report: &mut Report,
) -> Vec<Arc<Chapter>> {
    let mut chapters = Vec::with_capacity(parsed.size_hint().0);
    for ((file, key), (chapter, found)) in parsed {
        if let Some(found) = found {
            // A chapter with diagnostics is parsed again next time, so that they are reported again.
            if found.is_empty() {
                cache.store_chapter(file.path.clone(), key, chapter.clone());
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

/// Whether chapters are stored: pages are made of blocks, so it saves nothing where one page shows all chapters. Removes what
/// is stored of other texts.
fn is_stored(memo: &Memo, keys: &[Digest], is_large: bool) -> bool {
    let is_stored = is_large || keys.len() > PRINTED_WHOLE;
    memo.compact(CHAPTER, &keys.iter().copied().filter(|_| is_stored).collect());
    is_stored
}

/// The digest of how chapters are parsed, and by which program: another one may parse them otherwise.
fn parser(options_key: &[u8], program: Option<Seen>) -> Digest {
    Digest::of_parts([options_key, format!("{program:?}").as_bytes()])
}

/// The digest of all that a chapter and its diagnostics are made from: its path and text, the origin of each stretch of the
/// text, and the parser.
fn key(file: &SourceFile, parser: Digest) -> Digest {
    let (path, origin) = (file.path.as_str().as_bytes(), Digest::of_json(&file.origin));
    Digest::of_parts([path, &file.digest.0, &origin.0, &parser.0])
}

/// A chapter as an earlier build has stored it, or parsed and stored for later ones.
fn load_or_parse(file: &SourceFile, key: Digest, options: &ParseOptions, memo: &Memo) -> (Chapter, Report) {
    memo.get(CHAPTER, key).unwrap_or_else(|| {
        let (chapter, found) = parse(file, options);
        memo.insert(CHAPTER, key, &(&chapter, &found));
        (chapter, found)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::ContentPath;

    fn file(name: &str, text: &str) -> SourceFile {
        SourceFile::generated(ContentPath::resolve("", name).unwrap(), name, text.to_owned())
    }

    fn key_of(file: &SourceFile) -> Digest {
        key(file, parser(b"options", program()))
    }

    /// The first heading of each chapter, and the diagnostics.
    fn read(files: &[SourceFile], cache: &mut Cache) -> (Vec<String>, Vec<String>) {
        let mut report = Report::default();
        let options = ParseOptions::default();
        let chapters = parse_all(files, (&options, b"options"), Blocks::Dropped, cache, &mut report);
        let titles = chapters.iter().map(|chapter| chapter.heading_title().unwrap_or_default().to_owned()).collect();
        let found = report.iter().map(|it| format!("{} {}", it.at.as_ref().unwrap().file, it.message)).collect();
        (titles, found)
    }

    #[test]
    fn a_chapter_of_a_large_book_is_loaded_from_disk() {
        let folder = tempfile::tempdir().unwrap();
        let cache = || Cache::in_folder(folder.path()).frugal();
        let files = [file("a.md", "# A\n"), file("b.md", "# B\n\n{{ book.none }}\n"), file("c.md", "# C\n")];
        let cold = read(&files, &mut cache());
        assert_eq!((cold.0.as_slice(), cold.1.len()), (["A", "B", "C"].map(str::to_owned).as_slice(), 1));
        assert_eq!(cache().memo().keys(CHAPTER).len(), 3);
        assert_eq!(read(&files, &mut cache()), cold);
        // Were the first chapter parsed again, it would not be the last one.
        let warm = cache();
        let [first, _, last] = files.each_ref().map(key_of);
        let (chapter, found): (Chapter, Report) = warm.memo().get(CHAPTER, last).unwrap();
        warm.memo().insert(CHAPTER, first, &(chapter, found));
        drop(warm);
        assert_eq!(read(&files, &mut cache()).0, ["C", "B", "C"]);
        let edited = [files[0].clone(), file("b.md", "# D\n"), file("moved.md", "# C\n")];
        assert_eq!(read(&edited, &mut cache()), (["C", "D", "C"].map(str::to_owned).to_vec(), Vec::new()));
        assert_eq!(cache().memo().keys(CHAPTER).len(), 5);
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_parsed() {
        let folder = tempfile::tempdir().unwrap();
        let cache = || Cache::in_folder(folder.path()).frugal();
        let files = [file("a.md", "# A\n")];
        let mut first = cache();
        first.memo().insert(CHAPTER, key_of(&files[0]), "no chapter");
        assert_eq!(read(&files, &mut first).0, ["A"]);
        drop(first);
        assert_eq!(read(&files, &mut cache()).0, ["A"]);
    }

    #[test]
    fn a_small_book_stores_nothing_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        let mut cache = Cache::in_folder(folder.path());
        read(&[file("a.md", "# A\n")], &mut cache);
        assert!(cache.memo().keys(CHAPTER).is_empty());
    }
}
