//! Reads single files and the theme's folder.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use super::allowed_roots::AllowedRoots;
use super::decode::{Decoded, LARGEST_TEXT, decode};
use super::link::{self, Allowing};
use super::walk::{Hidden, walk};
use crate::diagnostic::{Diagnostic, Place, Report, Span, codes};
use crate::error::Error;

/// Reads a text file; `None` if it does not exist. A BOM is removed, and line ends become `\n`.
///
/// # Errors
/// [`Error::Disk`] if the file exists and cannot be read, is not a regular file, is a symbolic link out of its folder and its
/// repository, is
/// larger than 16 MiB, or is not UTF-8.
pub fn read_text(path: &Path) -> Result<Option<String>, Error> {
    match existing_text(path)? {
        None => Ok(None),
        Some(Decoded { text, invalid: None, .. }) => Ok(Some(text.to_string())),
        Some(Decoded { invalid: Some(_), .. }) => {
            Err(Error::disk("read", path)(io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8")))
        }
    }
}

/// Reads the bytes of a file in a folder; `None` if there is no such regular file, or a link leads out of the folder and its
/// repository.
///
/// # Errors
/// [`Error::Disk`] if the file exists and cannot be read.
pub fn read_inside(folder: &Path, path: &str) -> Result<Option<Arc<[u8]>>, Error> {
    let (Ok(folder), Ok(file)) = (fs::canonicalize(folder), fs::canonicalize(folder.join(path))) else {
        return Ok(None);
    };
    if !(file.starts_with(&folder) || is_linkable(&folder, &file)) || !file.is_file() {
        return Ok(None);
    }
    Ok(Some(bytes(&file).map_err(Error::disk("read", &file))?.into()))
}

/// Reads a text file of the book; `None` if it does not exist. Bytes that are not UTF-8 become U+FFFD and are reported, with
/// `name` as the file name.
///
/// # Errors
/// [`Error::Disk`] if the file exists and cannot be read, is not a regular file, is a symbolic link out of its folder and its
/// repository, or is larger than 16 MiB.
pub fn read_authored(path: &Path, name: &Arc<str>, report: &mut Report) -> Result<Option<Arc<str>>, Error> {
    let Some(decoded) = existing_text(path)? else {
        return Ok(None);
    };
    decoded.diagnostics(name).for_each(|diagnostic| report.add(diagnostic));
    Ok(Some(decoded.text))
}

/// Reads every regular file in the folder `dir` of the theme, by its path in the folder, separated by `/`. The result is
/// empty if there is no such folder.
///
/// As in the content, hidden files and backups are left out. Symbolic links, except into the folders of `follow`, and other
/// files that are not regular are left out and reported.
///
/// # Errors
/// [`Error::Refused`] if the folder is outside of the book at `root`; [`Error::Disk`] if the folder or one of its files
/// exists and cannot be read.
pub fn read_theme(
    root: &Path,
    dir: &str,
    follow: &[String],
    report: &mut Report,
) -> Result<BTreeMap<String, Arc<[u8]>>, Error> {
    let folder = root.join(dir);
    match fs::read_dir(&folder) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            let diagnostic =
                Diagnostic::new(&codes::UNUSUAL_FILE, format!("`{dir}` is not a folder, and was left out"));
            let place = Place { file: dir.into(), span: Span::default() };
            report.add(diagnostic.at(place).help("rename the file, or replace it with a folder"));
            return Ok(BTreeMap::new());
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(Error::disk("read", folder)(error)),
    }
    let root = fs::canonicalize(root).map_err(Error::disk("read", root))?;
    let roots = AllowedRoots::of(&root, root.clone(), follow);
    let target = fs::canonicalize(&folder).map_err(Error::disk("read", &folder))?;
    let refused = link::follow(&folder, &roots).err().filter(|_| !target.starts_with(&root));
    if let Some(fault) = refused {
        return Err(Error::refused(format!("the theme folder `{dir}` {fault}"), fault.help(Allowing::Configuration)));
    }
    let walked = walk(&folder, Hidden::Skip, &roots, |_, _| false);
    for unusual in walked.unusual {
        let file = format!("{dir}/{}", unusual.name);
        let diagnostic =
            Diagnostic::new(&codes::UNUSUAL_FILE, format!("`{file}` {}, and was left out", unusual.reason));
        let place = Place { file: file.into(), span: Span::default() };
        report.add(diagnostic.at(place).help(unusual.reason.help(Allowing::Configuration)));
    }
    let read = |file: &super::walk::FoundFile| {
        let bytes = bytes(&file.disk).map_err(Error::disk("read", &file.disk))?;
        Ok((file.path.as_str().to_owned(), bytes.into()))
    };
    walked.files.iter().map(read).collect()
}

/// The size of the largest file that is published, in bytes: files of the content are held in memory.
const LARGEST_FILE: u64 = 256 << 20;

/// Reads the bytes of a file of at most 256 MiB.
pub(super) fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 256 MiB"));
    }
    Ok(bytes)
}

/// Reads and decodes a text file, a regular file of at most 16 MiB.
pub(super) fn text(path: &Path) -> io::Result<Decoded> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    // One byte more than the file has, so that reading to the end does not reallocate.
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(LARGEST_TEXT)).unwrap_or_default() + 1);
    File::open(path)?.take(LARGEST_TEXT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_TEXT {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 16 MiB"));
    }
    Ok(decode(&bytes))
}

fn existing_text(path: &Path) -> Result<Option<Decoded>, Error> {
    match check_link(path).and_then(|()| text(path)) {
        Ok(decoded) => Ok(Some(decoded)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::disk("read", path)(error)),
    }
}

/// Refuses a symbolic link out of the file's folder and its repository: excerpts of diagnostics would show files that are
/// not in the book.
fn check_link(path: &Path) -> io::Result<()> {
    if !fs::symlink_metadata(path)?.is_symlink() {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let refused = |why| Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    match (fs::canonicalize(path), fs::canonicalize(folder)) {
        (Ok(target), Ok(folder)) if is_linkable(&folder, &target) => Ok(()),
        (Ok(_), _) => {
            refused("it is a symbolic link to a file outside of its folder and its repository, or a hidden one")
        }
        (Err(_), _) => refused("it is a broken symbolic link"),
    }
}

/// Whether a symbolic link in a folder may lead to a file. Both are free of symbolic links.
fn is_linkable(folder: &Path, target: &Path) -> bool {
    AllowedRoots::of(folder, folder.to_owned(), &[]).check_link(target).is_ok()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests create files")]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), b"\xef\xbb\xbfx\r\n").unwrap();
        fs::write(folder.path().join("bad"), b"\xff").unwrap();
        assert_eq!(read_text(&folder.path().join("a")).unwrap().as_deref(), Some("x\n"));
        assert!(read_text(&folder.path().join("none")).unwrap().is_none());
        assert!(read_text(&folder.path().join("bad")).is_err());
        assert!(read_text(folder.path()).is_err());
        let mut report = Report::default();
        assert!(read_authored(&folder.path().join("bad"), &"bad".into(), &mut report).unwrap().is_some());
        assert_eq!(report.errors(), 1);
    }

    #[test]
    fn folders() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("css")).unwrap();
        for name in ["page.html", "css/x.css", ".hidden", "page.html~"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let mut report = Report::default();
        let mut read = |dir: &str| read_theme(folder.path(), dir, &[], &mut report).unwrap();
        assert_eq!(read("").keys().collect::<Vec<_>>(), ["css/x.css", "page.html"]);
        assert!(read("none").is_empty());
        assert!(report.is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_folder_are_not_read() {
        use std::os::unix::fs::symlink;
        let (book, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("secret"), "secret").unwrap();
        fs::write(book.path().join("own"), "own").unwrap();
        for (name, target) in [("away", outside.path().join("secret")), ("gone", "none".into()), ("near", "own".into())]
        {
            symlink(target, book.path().join(name)).unwrap();
        }
        let read = |name| read_text(&book.path().join(name)).map_err(|error| error.to_string());
        assert_eq!(read("near").unwrap().as_deref(), Some("own"));
        assert!(read("away").unwrap_err().contains("outside of its folder"));
        assert!(read("gone").unwrap_err().contains("broken symbolic link"));
        assert!(read("none").unwrap().is_none());
    }

    #[cfg(unix)]
    #[test]
    fn a_theme_outside_of_the_book_is_refused() {
        use std::os::unix::fs::symlink;
        let (book, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("secret.css"), "secret").unwrap();
        fs::create_dir_all(book.path().join("theme/css")).unwrap();
        symlink(outside.path().join("secret.css"), book.path().join("theme/css/x.css")).unwrap();
        symlink(outside.path(), book.path().join("away")).unwrap();
        let mut report = Report::default();
        assert!(read_theme(book.path(), "theme", &[], &mut report).unwrap().is_empty());
        let name = outside.path().file_name().unwrap().to_str().unwrap();
        let messages: Vec<&str> = report.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
        assert_eq!(
            messages,
            [format!(
                "`theme/css/x.css` is a symbolic link that leads out of the book, to `../{name}/secret.css`, and was left out"
            )]
        );
        assert!(matches!(read_theme(book.path(), "away", &[], &mut report), Err(Error::Refused { .. })));
        let follow = [outside.path().to_str().unwrap().to_owned()];
        let read = |dir: &str| read_theme(book.path(), dir, &follow, &mut Report::default()).unwrap().into_keys();
        assert!(read("theme").eq(["css/x.css"]));
        assert!(read("away").eq(["secret.css"]));
    }
}
