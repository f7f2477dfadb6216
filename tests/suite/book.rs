//! Books for tests: written into a temporary folder, built, published, listed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use chapbook::diagnostic::Severities;
use chapbook::mdbook::Plugins;
use chapbook::pipeline::{Built, Cache, Dating, Purpose, Request, build};
use tempfile::TempDir;

/// The folder of this repository.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every book of `tests/books`, by name.
pub(crate) fn golden_books() -> Vec<(String, PathBuf)> {
    let folder = repository().join("tests/books");
    let mut books: Vec<(String, PathBuf)> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path().join("in")))
        .collect();
    books.sort();
    books
}

/// A book on disk, gone when dropped.
pub(crate) struct Book {
    folder: TempDir,
}

impl Book {
    /// A book of these files.
    pub(crate) fn of<P: AsRef<str>, B: AsRef<[u8]>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        let book = Self { folder: tempfile::tempdir().unwrap() };
        for (path, bytes) in files {
            write(&book.path().join(path.as_ref()), bytes.as_ref());
        }
        book
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Writes a file and the folders above it.
#[expect(clippy::disallowed_methods, reason = "tests write books; `site::publish` writes sites")]
pub(crate) fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Builds the book in a folder as for readers, with nothing remembered.
pub(crate) fn built(folder: &Path) -> Built {
    built_with(folder, &mut Cache::in_memory())
}

/// Builds the book in a folder as for readers.
pub(crate) fn built_with(folder: &Path, cache: &mut Cache) -> Built {
    build(&request(folder), cache).unwrap()
}

/// What is asked for to build the book in a folder as for readers.
pub(crate) fn request(folder: &Path) -> Request {
    Request {
        book: folder.to_path_buf(),
        out: None,
        url: None,
        purpose: Purpose::Publish,
        severities: Severities::default(),
        plugins: Plugins::none(),
        epoch: None,
        // The history of this repository is not that of the books in it.
        follow: Vec::new(),
        dating: Dating::None,
    }
}

/// The files of a site, by path.
pub(crate) fn files_of(built: &Built) -> BTreeMap<String, Vec<u8>> {
    built.site.iter().map(|(path, file)| (path.as_str().to_owned(), file.bytes().unwrap().to_vec())).collect()
}

/// The diagnostics of a build, one line each.
pub(crate) fn printed_diagnostics(built: &Built) -> String {
    use chapbook::diagnostic::{Colour, Format, emit};
    emit(&built.report, &built.texts, "", Format::Short, Colour::Off)
}

/// Every file under a folder, by `/`-separated path.
pub(crate) fn files_in(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    collect(folder, "", &mut files);
    files
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else {
            files.insert(path, fs::read(entry.path()).unwrap());
        }
    }
}

/// The extension of a file's name, "" if it has none.
pub(crate) fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// Copies a folder with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    for (path, bytes) in files_in(from) {
        write(&to.join(path), &bytes);
    }
}
