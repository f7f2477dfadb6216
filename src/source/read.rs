//! Reading single files and folders: the configuration, the theme, the texts of the walk.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use super::allowed_roots::AllowedRoots;
use super::decode::{Decoded, LARGEST_TEXT, decode};
use super::walk::{Hidden, walk};
use crate::diagnostic::{Diagnostic, Place, Report, Span, codes};
use crate::error::Error;

/// Reads one text file; `None` if it does not exist. A BOM is dropped, line ends become `\n`.
///
/// # Errors
/// If the file exists and cannot be read, is not a regular file, is larger than 16 MiB or is not UTF-8.
pub fn read_text(path: &Path) -> Result<Option<String>, Error> {
    match text_if_there(path)? {
        None => Ok(None),
        Some(Decoded { text, bad: None, .. }) => Ok(Some(text.to_string())),
        Some(Decoded { bad: Some(_), .. }) => {
            Err(Error::disk("read", path)(io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8")))
        }
    }
}

/// Reads one file of a folder as it is; `None` if there is no such regular file, or it lies outside of the folder.
///
/// # Errors
/// If the file exists and cannot be read.
pub fn read_inside(folder: &Path, path: &str) -> Result<Option<Arc<[u8]>>, Error> {
    let (Ok(folder), Ok(file)) = (fs::canonicalize(folder), fs::canonicalize(folder.join(path))) else {
        return Ok(None);
    };
    if !file.starts_with(&folder) || !file.is_file() {
        return Ok(None);
    }
    Ok(Some(bytes(&file).map_err(Error::disk("read", &file))?.into()))
}

/// Reads one text file of the author's, known as `name`; bytes that are not UTF-8 become a finding and U+FFFD.
///
/// # Errors
/// If the file exists and cannot be read, is not a regular file or is larger than 16 MiB.
pub fn read_authored(path: &Path, name: &Arc<str>, report: &mut Report) -> Result<Option<Arc<str>>, Error> {
    let Some(decoded) = text_if_there(path)? else {
        return Ok(None);
    };
    decoded.findings(name).for_each(|finding| report.add(finding));
    Ok(Some(decoded.text))
}

/// Reads every regular file of the theme's folder, by `/`-separated path; empty if there is no such folder.
///
/// As in the content, hidden files and back-ups are left out, and so are symbolic links that lead into none of the folders
/// of `follow`; links and the like are reported.
///
/// # Errors
/// If the folder leads out of the book at `root`, or it or one of its files exists and cannot be read.
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
            let finding = Diagnostic::new(&codes::UNUSUAL_FILE, format!("`{dir}` is no folder, and was left out"));
            let place = Place { file: dir.into(), span: Span::default() };
            report.add(finding.at(place).help("give the file another name, or put the theme into a folder"));
            return Ok(BTreeMap::new());
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(Error::disk("read", folder)(error)),
    }
    let root = fs::canonicalize(root).map_err(Error::disk("read", root))?;
    let reach = AllowedRoots::of(&root, root.clone(), follow);
    let leads_to = fs::canonicalize(&folder).map_err(Error::disk("read", &folder))?;
    if reach.inside(&leads_to).is_none() {
        return Err(Error::refused(
            format!("the theme's folder `{dir}` leads out of the book"),
            "keep it in the book's folder, or name where it leads under `follow`",
        ));
    }
    let walked = walk(&folder, Hidden::Skip, &reach, |_, _| false);
    for unusual in walked.unusual {
        let file = format!("{dir}/{}", unusual.name);
        let finding = Diagnostic::new(&codes::UNUSUAL_FILE, format!("`{file}` {}, and was left out", unusual.reason));
        let place = Place { file: file.into(), span: Span::default() };
        report.add(finding.at(place).help("put a regular file in its place"));
    }
    let read = |file: &super::walk::Found| {
        let bytes = bytes(&file.disk).map_err(Error::disk("read", &file.disk))?;
        Ok((file.path.as_str().to_owned(), bytes.into()))
    };
    walked.files.iter().map(read).collect()
}

/// The largest file that is published: a site is held in memory whole.
const LARGEST_FILE: u64 = 256 << 20;

/// Reads a file of at most 256 MiB as it is.
pub(super) fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 256 MiB"));
    }
    Ok(bytes)
}

/// Reads a text that must be there: a regular file of at most 16 MiB.
pub(super) fn text(path: &Path) -> io::Result<Decoded> {
    let found = fs::metadata(path)?;
    if !found.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    // One byte more, so that the end is met without asking for more room.
    let mut bytes = Vec::with_capacity(usize::try_from(found.len().min(LARGEST_TEXT)).unwrap_or_default() + 1);
    File::open(path)?.take(LARGEST_TEXT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_TEXT {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 16 MiB"));
    }
    Ok(decode(&bytes))
}

fn text_if_there(path: &Path) -> Result<Option<Decoded>, Error> {
    match check_link(path).and_then(|()| text(path)) {
        Ok(decoded) => Ok(Some(decoded)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::disk("read", path)(error)),
    }
}

/// A link that leads away would show, in a finding, what nobody has put into the book.
fn check_link(path: &Path) -> io::Result<()> {
    if !fs::symlink_metadata(path)?.is_symlink() {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let refused = |why| Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    match (fs::canonicalize(path), fs::canonicalize(folder)) {
        (Ok(target), Ok(folder)) if target.starts_with(&folder) => Ok(()),
        (Ok(_), _) => refused("it is a symbolic link that leads out of its folder"),
        (Err(_), _) => refused("it is a symbolic link that leads nowhere"),
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests lay out their own files")]
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
    fn links_that_lead_away_are_not_read() {
        use std::os::unix::fs::symlink;
        let (book, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("secret"), "secret").unwrap();
        fs::write(book.path().join("own"), "own").unwrap();
        for (name, target) in [("away", outside.path().join("secret")), ("gone", "none".into()), ("near", "own".into())]
        {
            symlink(target, book.path().join(name)).unwrap();
        }
        let said = |name| read_text(&book.path().join(name)).map_err(|error| error.to_string());
        assert_eq!(said("near").unwrap().as_deref(), Some("own"));
        assert!(said("away").unwrap_err().contains("leads out of its folder"));
        assert!(said("gone").unwrap_err().contains("leads nowhere"));
        assert!(said("none").unwrap().is_none());
    }

    #[cfg(unix)]
    #[test]
    fn a_theme_stays_in_the_book() {
        use std::os::unix::fs::symlink;
        let (book, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("secret.css"), "secret").unwrap();
        fs::create_dir_all(book.path().join("theme/css")).unwrap();
        symlink(outside.path().join("secret.css"), book.path().join("theme/css/x.css")).unwrap();
        symlink(outside.path(), book.path().join("away")).unwrap();
        let mut report = Report::default();
        assert!(read_theme(book.path(), "theme", &[], &mut report).unwrap().is_empty());
        let messages: Vec<&str> = report.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(messages, ["`theme/css/x.css` is a symbolic link, and was left out"]);
        assert!(matches!(read_theme(book.path(), "away", &[], &mut report), Err(Error::Refused { .. })));
        let follow = [outside.path().to_str().unwrap().to_owned()];
        let read = |dir: &str| read_theme(book.path(), dir, &follow, &mut Report::default()).unwrap().into_keys();
        assert!(read("theme").eq(["css/x.css"]));
        assert!(read("away").eq(["secret.css"]));
    }
}
