//! Lists one folder, to find books and for "did you mean".

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// The names in a folder, sorted, without hidden names and names that are not Unicode.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Folders.
    pub folders: Vec<String>,
    /// Everything else.
    pub files: Vec<String>,
}

/// Lists one folder, without the contents of the folders in it.
///
/// # Errors
/// [`Error::Disk`] if it cannot be read.
pub fn list(folder: &Path) -> Result<Listing, Error> {
    let mut listing = Listing::default();
    for entry in fs::read_dir(folder).map_err(Error::disk("read", folder))?.flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if !name.starts_with('.') {
            if is_folder { &mut listing.folders } else { &mut listing.files }.push(name);
        }
    }
    listing.folders.sort();
    listing.files.sort();
    Ok(listing)
}

/// The path with symbolic links and `..` resolved.
///
/// # Errors
/// [`Error::Disk`] if there is nothing at the path.
pub fn real_path(path: &Path) -> Result<PathBuf, Error> {
    fs::canonicalize(path).map_err(Error::disk("find", path))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests create files")]
mod tests {
    use super::*;

    #[test]
    fn listings() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.md", "a.md", ".env"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        fs::create_dir(folder.path().join("img")).unwrap();
        let expected = Listing { folders: vec!["img".to_owned()], files: vec!["a.md".to_owned(), "b.md".to_owned()] };
        assert_eq!(list(folder.path()).unwrap(), expected);
        assert!(list(&folder.path().join("none")).is_err());
    }
}
