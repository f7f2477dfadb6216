//! [`MissingPaths`]: the paths of includes that failed, and other paths whose absence matters. Includes fail again as long as
//! these paths and folders are unchanged, which is checked before a build is reused.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The paths of includes that failed, and the folders to check before a build is reused.
#[derive(Debug, Clone, Default)]
pub struct MissingPaths {
    /// Where each path ends: at a file, at a folder, or at the first name that does not exist.
    pub ends: BTreeSet<PathBuf>,
    /// The folders on the paths. None is a symbolic link.
    pub folders: BTreeSet<PathBuf>,
    /// Whether a path contains a symbolic link or cannot be checked. The build is not reused then.
    pub untraceable: bool,
}

impl MissingPaths {
    /// Adds a path, as it is written, relative to a folder.
    pub(super) fn add(&mut self, folder: &Path, path: &str) {
        if fs::canonicalize(folder).ok().as_deref() != Some(folder) {
            return self.mark_untraceable();
        }
        let mut at = folder.to_owned();
        self.folders.insert(at.clone());
        for part in Path::new(path).components() {
            match part {
                Component::CurDir => continue,
                // The path so far contains no link, so `..` is the folder above.
                Component::ParentDir => _ = at.pop(),
                Component::Normal(name) => at.push(name),
                Component::RootDir | Component::Prefix(_) => return self.mark_untraceable(),
            }
            match fs::symlink_metadata(&at) {
                Ok(found) if found.is_symlink() => return self.mark_untraceable(),
                Ok(found) if found.is_dir() => _ = self.folders.insert(at.clone()),
                // Nothing can be below a file or below a name that does not exist.
                _ => break,
            }
        }
        self.ends.insert(at);
    }

    /// Whether all paths end in a folder.
    pub(super) fn are_all_in(&self, folder: &Path) -> bool {
        self.ends.iter().all(|end| end.starts_with(folder))
    }

    /// Records that a path cannot be checked by later builds.
    pub(super) fn mark_untraceable(&mut self) {
        self.untraceable = true;
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests create files")]
mod tests {
    use super::*;

    /// The ends and folders of a path relative to `c`, and whether it is untraceable.
    fn traced(root: &Path, path: &str) -> (Vec<String>, Vec<String>, bool) {
        let mut missing = MissingPaths::default();
        missing.add(&root.join("c"), path);
        let plain = |path: &PathBuf| path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        (missing.ends.iter().map(plain).collect(), missing.folders.iter().map(plain).collect(), missing.untraceable)
    }

    #[test]
    fn a_path_ends_at_the_first_missing_name() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir_all(root.join("c/d")).unwrap();
        fs::write(root.join("c/file"), "").unwrap();
        for (path, end, folders) in [
            ("none", "c/none", &["c"][..]),
            ("./d/none/x.rs", "c/d/none", &["c", "c/d"]),
            ("../e/f", "e", &["", "c"]),
            ("d/../none", "c/none", &["c", "c/d"]),
            ("file/x", "c/file", &["c"]),
            ("file", "c/file", &["c"]),
            ("d", "c/d", &["c", "c/d"]),
        ] {
            let (ends, passed, untraceable) = traced(&root, path);
            assert_eq!(
                (ends, passed, untraceable),
                (vec![end.to_owned()], folders.iter().map(ToString::to_string).collect(), false)
            );
        }
        assert!(traced(&root, "/etc/none").2, "an absolute path");
    }

    #[cfg(unix)]
    #[test]
    fn a_path_with_a_link_is_untraceable() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir_all(root.join("c/d")).unwrap();
        symlink(root.join("c/d"), root.join("c/link")).unwrap();
        symlink("nowhere", root.join("c/dangling")).unwrap();
        for path in ["link/none", "d/../link", "dangling"] {
            assert!(traced(&root, path).2, "{path}");
        }
        let mut missing = MissingPaths::default();
        missing.add(&root.join("c/link"), "none");
        assert!(missing.untraceable);
    }
}
