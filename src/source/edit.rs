//! Inserts text into a source file and leaves everything else as it is: a BOM, line ends, permissions.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::decode::decode;
use super::write_path::link_on_path;
use crate::error::Error;

/// A text to insert into a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insertion {
    /// Where to insert it, in bytes of the decoded text.
    pub at: usize,
    /// The text; `\n` becomes the line end of the file.
    pub text: String,
}

/// Inserts texts, sorted by offset, into the file at `path` of the book in the folder `book`, whose decoded text is `known`.
///
/// The result is written to a temporary file in the same folder and renamed, so that the file is complete at any time.
///
/// # Errors
/// [`Error::Refused`] if a symbolic link of the book leads to the file, or if it is read-only or has changed since it was
/// read; [`Error::Disk`] if it cannot be written.
pub fn insert(book: &Path, path: &Path, known: &str, insertions: &[Insertion]) -> Result<(), Error> {
    if let Some(link) = link_on_path(path, book) {
        let link = link.file_name().unwrap_or_default().display().to_string();
        let message =
            format!("`{}` is reached through the symbolic link `{link}`, and was not changed", path.display());
        return Err(Error::refused(message, "add the ids to the file that the link leads to"));
    }
    // A rename would replace a symbolic link by a file.
    let path = fs::canonicalize(path).map_err(Error::disk("find", path))?;
    let bytes = fs::read(&path).map_err(Error::disk("read", &path))?;
    let permissions = fs::metadata(&path).map_err(Error::disk("read", &path))?.permissions();
    if permissions.readonly() {
        let help = "make it writable, and run the command again";
        return Err(Error::refused(format!("`{}` is read-only, and was not changed", path.display()), help));
    }
    let decoded = decode(&bytes);
    if decoded.invalid.is_some() || &*decoded.text != known {
        let message = format!("`{}` was modified by another program, and was not changed", path.display());
        return Err(Error::refused(message, "run the command again"));
    }
    replace(&path, &rewritten(&bytes, insertions), permissions)
}

fn replace(path: &Path, bytes: &[u8], permissions: fs::Permissions) -> Result<(), Error> {
    let temporary = temporary_path(path);
    let written = create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.set_permissions(permissions)?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| fs::rename(&temporary, path));
    renamed.map_err(|error| {
        // If the temporary file cannot be removed either, the first error is the one to report.
        let _ = fs::remove_file(&temporary);
        Error::disk("write", path)(error)
    })
}

/// The name of the temporary file: hidden, so that a build does not read it as a chapter.
fn temporary_path(path: &Path) -> PathBuf {
    let mut name = OsString::from(".chapbook-tmp-");
    name.push(path.file_name().unwrap_or_default());
    path.with_file_name(name)
}

/// Creates a file; one that an interrupted run has left is replaced. `create_new` does not follow symbolic links.
fn create(path: &Path) -> io::Result<File> {
    let create = || OpenOptions::new().write(true).create_new(true).open(path);
    match create() {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => fs::remove_file(path).and_then(|()| create()),
        created => created,
    }
}

fn rewritten(bytes: &[u8], insertions: &[Insertion]) -> Vec<u8> {
    let bom_length = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let (bom, body) = bytes.split_at(bom_length);
    let end = if body.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
    let mut out = bom.to_vec();
    let mut rest = insertions.iter().peekable();
    let mut insert_up_to = |at: usize, out: &mut Vec<u8>| {
        while let Some(insertion) = rest.next_if(|insertion| insertion.at <= at) {
            out.extend_from_slice(insertion.text.replace('\n', end).as_bytes());
        }
    };
    let (mut at, mut index) = (0, 0);
    while let Some(byte) = body.get(index) {
        insert_up_to(at, &mut out);
        out.push(*byte);
        // `\r\n` in the file is one byte of the decoded text.
        if *byte == b'\r' && body.get(index + 1) == Some(&b'\n') {
            out.push(b'\n');
            index += 1;
        }
        (at, index) = (at + 1, index + 1);
    }
    insert_up_to(usize::MAX, &mut out);
    out
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests create files")]
mod tests {
    use super::*;

    fn insertion(at: usize, text: &str) -> Insertion {
        Insertion { at, text: text.to_owned() }
    }

    #[test]
    fn all_other_bytes_are_unchanged() {
        for (before, after) in [
            (&b"a\r\nb\r\n"[..], &b"a!\r\n>\r\nb?\r\n"[..]),
            (b"\xef\xbb\xbfa\nb", b"\xef\xbb\xbfa!\n>\nb?"),
            (b"a\rb", b"a!\r>\nb?"),
        ] {
            let insertions = [insertion(1, "!"), insertion(2, ">\n"), insertion(3, "?")];
            assert_eq!(rewritten(before, &insertions), after, "{before:?}");
            assert_eq!(rewritten(before, &[]), before);
        }
    }

    #[test]
    fn files_are_replaced_atomically() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        fs::write(&path, "ab").unwrap();
        assert!(matches!(insert(folder.path(), &path, "other", &[insertion(1, "!")]), Err(Error::Refused { .. })));
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions.clone()).unwrap();
        let refused = insert(folder.path(), &path, "ab", &[insertion(1, "!")]).unwrap_err().to_string();
        assert!(refused.contains("is read-only"), "{refused}");
        assert_eq!(fs::read(&path).unwrap(), b"ab");
        #[expect(clippy::permissions_set_readonly_false, reason = "the file is temporary")]
        permissions.set_readonly(false);
        fs::set_permissions(&path, permissions).unwrap();
        insert(folder.path(), &path, "ab", &[insertion(1, "!")]).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"a!b");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_are_unchanged() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a.md"), folder.path().join("b.md"));
        fs::write(&path, "ab").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let refused = insert(folder.path(), &link, "ab", &[insertion(2, "!")]).unwrap_err().to_string();
        assert!(refused.contains("through the symbolic link `b.md`"), "{refused}");
        assert_eq!(fs::read(&path).unwrap(), b"ab");
        insert(folder.path(), &path, "ab", &[insertion(2, "!")]).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"ab!");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
