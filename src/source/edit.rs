//! Puts words into a file of the author's and keeps every other byte: a BOM, line ends, permissions.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::decode::decode;
use crate::error::Error;

/// Words to put into a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insertion {
    /// Where, in bytes of the text as it was read.
    pub at: usize,
    /// The words; `\n` becomes the file's own line end.
    pub text: String,
}

/// Puts insertions, ascending by place, into the file at `path`, whose text was read as `known`.
///
/// The new text is written beside the file and takes its place by a rename, so the file is whole at every moment.
///
/// # Errors
/// [`Error::Refused`] if the file is read-only or is no longer what was read; [`Error::Disk`] if it cannot be written.
pub fn insert(path: &Path, known: &str, insertions: &[Insertion]) -> Result<(), Error> {
    // Behind a link the file itself is changed; a rename would put a file in the link's place.
    let path = fs::canonicalize(path).map_err(Error::disk("find", path))?;
    let bytes = fs::read(&path).map_err(Error::disk("read", &path))?;
    let permissions = fs::metadata(&path).map_err(Error::disk("read", &path))?.permissions();
    if permissions.readonly() {
        let help = "allow writing to it, and run the command again";
        return Err(Error::refused(format!("`{}` is read-only, and was left as it is", path.display()), help));
    }
    let decoded = decode(&bytes);
    if decoded.bad.is_some() || &*decoded.text != known {
        let message = format!("`{}` changed while it was read, and was left as it is", path.display());
        return Err(Error::refused(message, "run the command again"));
    }
    replace(&path, &rewritten(&bytes, insertions), permissions)
}

fn replace(path: &Path, bytes: &[u8], permissions: fs::Permissions) -> Result<(), Error> {
    let beside = beside(path);
    let written = create(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.set_permissions(permissions)?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| fs::rename(&beside, path));
    renamed.map_err(|error| {
        // What could not take its place is of no use to anyone; that it stays is no worse than the failure told.
        let _ = fs::remove_file(&beside);
        Error::disk("write", path)(error)
    })
}

/// A hidden name, so that no build takes it for a chapter.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".chapbook-tmp-");
    name.push(path.file_name().unwrap_or_default());
    path.with_file_name(name)
}

/// `create_new` follows no symbolic link, whoever planted one; a leftover is replaced.
fn create(path: &Path) -> io::Result<File> {
    let create = || OpenOptions::new().write(true).create_new(true).open(path);
    match create() {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => fs::remove_file(path).and_then(|()| create()),
        created => created,
    }
}

fn rewritten(bytes: &[u8], insertions: &[Insertion]) -> Vec<u8> {
    let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let (mark, body) = bytes.split_at(mark);
    let end = if body.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
    let mut out = mark.to_vec();
    let mut rest = insertions.iter().peekable();
    let mut put = |at: usize, out: &mut Vec<u8>| {
        while let Some(insertion) = rest.next_if(|insertion| insertion.at <= at) {
            out.extend_from_slice(insertion.text.replace('\n', end).as_bytes());
        }
    };
    let (mut at, mut index) = (0, 0);
    while let Some(byte) = body.get(index) {
        put(at, &mut out);
        out.push(*byte);
        // Two bytes of the file are one of the text.
        if *byte == b'\r' && body.get(index + 1) == Some(&b'\n') {
            out.push(b'\n');
            index += 1;
        }
        (at, index) = (at + 1, index + 1);
    }
    put(usize::MAX, &mut out);
    out
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests lay out their own files")]
mod tests {
    use super::*;

    fn insertion(at: usize, text: &str) -> Insertion {
        Insertion { at, text: text.to_owned() }
    }

    #[test]
    fn every_other_byte_stays() {
        for (before, after) in [
            (&b"a\r\nb\r\n"[..], &b"a!\r\n>\r\nb?\r\n"[..]),
            (b"\xef\xbb\xbfa\nb", b"\xef\xbb\xbfa!\n>\nb?"),
            (b"a\rb", b"a!\r>\nb?"),
        ] {
            let put = [insertion(1, "!"), insertion(2, ">\n"), insertion(3, "?")];
            assert_eq!(rewritten(before, &put), after, "{before:?}");
            assert_eq!(rewritten(before, &[]), before);
        }
    }

    #[test]
    fn files_are_replaced_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        fs::write(&path, "ab").unwrap();
        assert!(matches!(insert(&path, "other", &[insertion(1, "!")]), Err(Error::Refused { .. })));
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions.clone()).unwrap();
        let refused = insert(&path, "ab", &[insertion(1, "!")]).unwrap_err().to_string();
        assert!(refused.contains("is read-only"), "{refused}");
        assert_eq!(fs::read(&path).unwrap(), b"ab");
        #[expect(clippy::permissions_set_readonly_false, reason = "the file goes away with its folder")]
        permissions.set_readonly(false);
        fs::set_permissions(&path, permissions).unwrap();
        insert(&path, "ab", &[insertion(1, "!")]).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"a!b");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a.md"), folder.path().join("b.md"));
        fs::write(&path, "ab").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        insert(&link, "ab", &[insertion(2, "!")]).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"ab!");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
