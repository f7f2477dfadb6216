//! One file to be carried away: an export, written as carefully as a site.

use std::fs;
use std::path::Path;

use super::disk::Disk;
use super::folder::locate_file;
use super::publish::Published;
use crate::config::Project;
use crate::error::Error;

/// Writes one file: beside its place first, so that a reader finds the old bytes or the new ones.
///
/// An export that stands there is replaced, one with the same bytes keeps its date; any other file is left alone.
///
/// # Errors
/// [`Error::Refused`] if it would lie in the book's content, is no file, or is something else than an export;
/// [`Error::Disk`] if it cannot be written.
pub fn publish_file(bytes: &[u8], out: &Path, project: &Project) -> Result<Published, Error> {
    let (folder, name) = locate_file(out, project)?;
    let length = bytes.len() as u64;
    let there = folder.join(name.as_str());
    match fs::read(&there) {
        Ok(before) if before == bytes => return Ok(Published { unchanged: 1, bytes: length, ..Published::default() }),
        Ok(before) if !before.is_empty() && sort(&before) != sort(bytes) => {
            return Err(Error::refused(
                format!("cannot write `{}`: a file stands there that is no export of this book", out.display()),
                "name another file with `--out`, or remove that one",
            ));
        }
        _ => {}
    }
    let disk = Disk::new(folder);
    if let Err(error) = disk.stage(&name, bytes) {
        // As far as the disk lets us: what could not be written whole is not left lying about.
        let _ = disk.discard(&name);
        return Err(error);
    }
    disk.reveal(&name)?;
    Ok(Published { written: 1, bytes: length, ..Published::default() })
}

/// What tells one sort of file from another: how archives and pages begin, and the first line of a text, its title.
fn sort(bytes: &[u8]) -> &[u8] {
    const PAGE: &[u8] = b"<!doctype html";
    const ARCHIVE: &[u8] = b"PK\x03\x04";
    if bytes.starts_with(ARCHIVE) {
        ARCHIVE
    } else if bytes.get(..PAGE.len()).is_some_and(|start| start.eq_ignore_ascii_case(PAGE)) {
        PAGE
    } else {
        bytes.split(|byte| *byte == b'\n').next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_file_is_written_once_and_never_into_the_book() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("book");
        fs::create_dir_all(root.join("content/a")).unwrap();
        let project = Project { root: root.clone(), config: Config::default(), folder: None, file: None };
        let out = folder.path().join("a.epub");
        assert_eq!(publish_file(b"# T\none", &out, &project).unwrap().written, 1);
        assert_eq!(publish_file(b"# T\none", &out, &project).unwrap().unchanged, 1);
        assert_eq!(publish_file(b"# T\ntwo", &out, &project).unwrap().written, 1);
        assert_eq!(fs::read(&out).unwrap(), b"# T\ntwo");
        for (there, new, replaced) in [
            (&b"PK\x03\x04old"[..], &b"PK\x03\x04new"[..], true),
            (b"<!DOCTYPE html>\nold", b"<!doctype html>new", true),
            (b"", b"PK\x03\x04new", true),
            (b"[book]\n", b"PK\x03\x04new", false),
            (b"<p>mine</p>", b"<!doctype html>new", false),
            (b"# Mine\n", b"# T\nnew", false),
        ] {
            let disk = Disk::new(folder.path().to_owned());
            let name = crate::path::SitePath::new("a.epub").unwrap();
            disk.stage(&name, there).and_then(|()| disk.reveal(&name)).unwrap();
            assert_eq!(publish_file(new, &out, &project).is_ok(), replaced, "{there:?}");
            assert_eq!(fs::read(&out).unwrap(), if replaced { new } else { there });
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left");
        for refused in [root.join("content/a.epub"), root.join("content/a"), root.clone()] {
            assert!(matches!(publish_file(b"x", &refused, &project), Err(Error::Refused { .. })), "{refused:?}");
        }
    }
}
