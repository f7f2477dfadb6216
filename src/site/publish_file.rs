//! [`publish_file`]: writes an export, which is a single file, with the same care as a site.

use std::fs;
use std::path::Path;

use super::disk::Disk;
use super::output_folder::resolve_output_file;
use super::publish::Published;
use crate::config::Project;
use crate::error::Error;

/// Writes one file atomically: under a temporary name first, then renamed, so that a reader sees the old bytes or the new.
///
/// An earlier export at `out` is replaced. If it has the same bytes, it is not written and keeps its date.
///
/// # Errors
/// [`Error::Refused`] if `out` is inside the book's content, is not a file, or is a file that does not look like an export
/// of the same kind; [`Error::Disk`] if it cannot be written.
pub fn publish_file(bytes: &[u8], out: &Path, project: &Project) -> Result<Published, Error> {
    let (folder, name) = resolve_output_file(out, project)?;
    let length = bytes.len() as u64;
    match fs::read(folder.join(name.as_str())) {
        Ok(old) if old == bytes => return Ok(Published { unchanged: 1, bytes: length, ..Published::default() }),
        Ok(old) if !old.is_empty() && signature(&old) != signature(bytes) => {
            return Err(Error::refused(
                format!("cannot write `{}`: the file there is not an export of this book", out.display()),
                "name another file with `--out`, or delete that one",
            ));
        }
        _ => {}
    }
    let disk = Disk::new(folder);
    if let Err(error) = disk.stage(&name, bytes) {
        // The error of writing is more useful than one of cleaning up.
        let _ = disk.discard(&name);
        return Err(error);
    }
    disk.commit(&name)?;
    Ok(Published { written: 1, bytes: length, ..Published::default() })
}

/// What identifies an export of one kind: the first bytes of an archive or an HTML page; of Markdown the first line, which
/// is the book's title.
fn signature(bytes: &[u8]) -> &[u8] {
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
    fn a_file_is_written_once_and_never_into_the_content() {
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
            disk.stage(&name, there).and_then(|()| disk.commit(&name)).unwrap();
            assert_eq!(publish_file(new, &out, &project).is_ok(), replaced, "{there:?}");
            assert_eq!(fs::read(&out).unwrap(), if replaced { new } else { there });
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left");
        for refused in [root.join("content/a.epub"), root.join("content/a"), root.clone()] {
            assert!(matches!(publish_file(b"x", &refused, &project), Err(Error::Refused { .. })), "{refused:?}");
        }
    }
}
