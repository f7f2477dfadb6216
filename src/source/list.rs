//! What lies in one folder, for finding books and for "did you mean".

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// The names in a folder, sorted, hidden ones and those that are not Unicode left out.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Folders.
    pub folders: Vec<String>,
    /// All else.
    pub files: Vec<String>,
}

/// Lists one folder.
///
/// # Errors
/// If it cannot be read.
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

/// A path with symbolic links and `..` resolved.
///
/// # Errors
/// If there is nothing at the path.
pub fn real_path(path: &Path) -> Result<PathBuf, Error> {
    fs::canonicalize(path).map_err(Error::disk("find", path))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests lay out their own files")]
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
