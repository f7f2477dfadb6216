//! [`publish_file`]: writes an export, which is a single file, with the same care as a site; [`publish_folder`]: writes one
//! that is a folder.
//!
//! An export ends with a mark that says of which book it is, and only a file with the same mark is replaced: a file that is
//! in the way may be another's, even if it is of the same kind.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use super::disk::Disk;
use super::model::Site;
use super::output_folder::{resolve_output, resolve_output_file};
use super::publish::{Published, publish};
use crate::config::Project;
use crate::error::Error;
use crate::path::SitePath;
use crate::path::generated::{EXPORT_MARK, PUBLISH_MANIFEST};

/// Writes one file atomically: under a temporary name first, then renamed, so that a reader sees the old bytes or the new.
/// `name` is that of the export, `ID.EXTENSION`, by which another export of the same book is recognised.
///
/// An earlier export at `out` is replaced. If it has the same bytes, it is not written and keeps its date.
///
/// # Errors
/// [`Error::Refused`] if `out` is inside the book's content, is not a file, or is a file that is not an export of this book
/// in the same format, or if a symbolic link of the book leads to it; [`Error::Disk`] if it cannot be written.
pub fn publish_file(bytes: &[u8], name: &str, out: &Path, project: &Project) -> Result<Published, Error> {
    let (folder, file) = resolve_output_file(out, project)?;
    let (bytes, mark) = marked(bytes, name);
    let length = bytes.len() as u64;
    match fs::read(folder.join(file.as_str())) {
        Ok(old) if old == *bytes => return Ok(Published { unchanged: 1, bytes: length, ..Published::default() }),
        Ok(old) if !old.is_empty() && !old.ends_with(mark.as_bytes()) => {
            return Err(Error::refused(
                format!("cannot write `{}`: the file there is not an export of this book", out.display()),
                "name another file with `--out`, or delete that one",
            ));
        }
        _ => {}
    }
    replace(&Disk::new(folder), &file, &bytes)?;
    Ok(Published { written: 1, bytes: length, ..Published::default() })
}

/// Writes an export that is a folder, as [`publish`] writes a site. `name` is as for [`publish_file`].
///
/// # Errors
/// As [`publish`]; [`Error::Refused`] also if the folder has a site, or another export, that chapbook has written.
pub fn publish_folder(site: &Site, name: &str, out: &Path, project: &Project) -> Result<Published, Error> {
    let folder = resolve_output(out, project)?;
    let mark = fs::read(folder.join(EXPORT_MARK)).unwrap_or_default();
    if folder.join(PUBLISH_MANIFEST).exists() && mark != name.as_bytes() {
        return Err(Error::refused(
            format!("cannot export into `{}`: it has a site, or an export of another book", out.display()),
            "name another folder with `--out`, or delete that one",
        ));
    }
    let published = publish(site, out, project)?;
    if let Some(file) = SitePath::new(EXPORT_MARK).filter(|_| mark != name.as_bytes()) {
        replace(&Disk::new(folder), &file, name.as_bytes())?;
    }
    Ok(published)
}

fn replace(disk: &Disk, file: &SitePath, bytes: &[u8]) -> Result<(), Error> {
    if let Err(error) = disk.stage(file, bytes) {
        // The error of writing is more useful than one of cleaning up.
        let _ = disk.discard(file);
        return Err(error);
    }
    disk.commit(file)
}

/// The start of the record at the end of an archive, and the length of that record without its comment.
const ARCHIVE_END: &[u8] = b"PK\x05\x06";
const ARCHIVE_END_LENGTH: usize = 22;

/// An export with its mark at the end: of an archive its comment, of a text a comment of HTML.
fn marked<'b>(bytes: &'b [u8], name: &str) -> (Cow<'b, [u8]>, String) {
    let mark = format!("chapbook export: {name}");
    let end = bytes.len().checked_sub(ARCHIVE_END_LENGTH).and_then(|start| bytes.get(start..));
    let is_archive = end.is_some_and(|end| end.starts_with(ARCHIVE_END) && end.ends_with(&[0, 0]));
    if let (true, Ok(length)) = (is_archive, u16::try_from(mark.len())) {
        let mut archive = bytes.get(..bytes.len() - 2).unwrap_or_default().to_vec();
        archive.extend(length.to_le_bytes());
        archive.extend(mark.as_bytes());
        (Cow::Owned(archive), mark)
    } else {
        let mark = format!("\n<!-- {mark} -->\n");
        (Cow::Owned([bytes, mark.as_bytes()].concat()), mark)
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
        let publish = |bytes: &[u8], out: &Path| publish_file(bytes, "t.md", out, &project);
        assert_eq!(publish(b"# T\none", &out).unwrap().written, 1);
        assert_eq!(publish(b"# T\none", &out).unwrap().unchanged, 1);
        assert_eq!(publish(b"# T\ntwo", &out).unwrap().written, 1);
        assert_eq!(fs::read(&out).unwrap(), b"# T\ntwo\n<!-- chapbook export: t.md -->\n");
        let archive = |name: &str| [b"PK\x05\x06", &[0; 18][..], name.as_bytes()].concat();
        for (there, replaced) in [
            (&b"# Other\n\n<!-- chapbook export: t.md -->\n"[..], true),
            (b"", true),
            (b"# T\ntwo", false),
            (b"# T\ntwo\n<!-- chapbook export: t.md -->\nmine\n", false),
            (b"# T\n\n<!-- chapbook export: other.md -->\n", false),
            (b"<!doctype html>\n\n<!-- chapbook export: t.html -->\n", false),
            (b"[book]\n", false),
            (&archive("chapbook export: t.md"), false),
        ] {
            let disk = Disk::new(folder.path().to_owned());
            let name = SitePath::new("a.epub").unwrap();
            disk.stage(&name, there).and_then(|()| disk.commit(&name)).unwrap();
            assert_eq!(publish(b"# T\nnew", &out).is_ok(), replaced, "{there:?}");
            assert_eq!(fs::read(&out).unwrap() == there, !replaced);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left");
        for refused in [root.join("content/a.epub"), root.join("content/a"), root.clone()] {
            assert!(matches!(publish(b"x", &refused), Err(Error::Refused { .. })), "{refused:?}");
        }
    }

    #[test]
    fn the_mark_of_an_archive_is_its_comment() {
        let empty = [b"PK\x05\x06", &[0; 18][..]].concat();
        let (bytes, mark) = marked(&empty, "t.zip");
        assert_eq!(mark, "chapbook export: t.zip");
        assert!(bytes.starts_with(&empty[..20]) && bytes[20..22] == [22, 0] && bytes.ends_with(mark.as_bytes()));
    }

    #[test]
    fn a_folder_is_replaced_only_by_an_export_of_the_same_book() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("book");
        fs::create_dir_all(root.join("content")).unwrap();
        let project = Project { root, config: Config::default(), folder: None, file: None };
        let mut site = Site::default();
        site.insert(SitePath::new("a.md").unwrap(), crate::site::Role::Asset, *b"# A\n").unwrap();
        let out = folder.path().join("out");
        let export = |name: &str, out: &Path| publish_folder(&site, name, out, &project);
        assert_eq!(export("t.md", &out).unwrap().written, 1);
        assert_eq!(export("t.md", &out).unwrap().unchanged, 1);
        assert!(matches!(export("other.md", &out), Err(Error::Refused { .. })));
        let published = folder.path().join("site");
        publish(&site, &published, &project).unwrap();
        assert!(matches!(export("t.md", &published), Err(Error::Refused { .. })));
    }
}
