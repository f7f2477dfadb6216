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
/// A file that stands there is replaced, as whoever names it asks for; one with the same bytes keeps its date.
///
/// # Errors
/// [`Error::Refused`] if it would lie in the book's content or is no file; [`Error::Disk`] if it cannot be written.
pub fn publish_file(bytes: &[u8], out: &Path, project: &Project) -> Result<Published, Error> {
    let (folder, name) = locate_file(out, project)?;
    let length = bytes.len() as u64;
    let there = folder.join(name.as_str());
    if fs::read(&there).is_ok_and(|before| before == bytes) {
        return Ok(Published { unchanged: 1, bytes: length, ..Published::default() });
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
        assert_eq!(publish_file(b"one", &out, &project).unwrap().written, 1);
        assert_eq!(publish_file(b"one", &out, &project).unwrap().unchanged, 1);
        assert_eq!(publish_file(b"two", &out, &project).unwrap().written, 1);
        assert_eq!(fs::read(&out).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left");
        for refused in [root.join("content/a.epub"), root.join("content/a"), root.clone()] {
            assert!(matches!(publish_file(b"x", &refused, &project), Err(Error::Refused { .. })), "{refused:?}");
        }
    }
}
