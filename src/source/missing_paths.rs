//! The ways of includes that could not be carried out: as long as the disk shows the same along them, they cannot be still.
//!
//! In: the folder that an include starts from and the path as it is written. Out: what is to be looked at again.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// What includes came by that could not be carried out.
#[derive(Debug, Clone, Default)]
pub struct MissingPaths {
    /// Where they ended: at a file, a folder, or where there is nothing yet.
    pub ends: BTreeSet<PathBuf>,
    /// The folders that they went through, none of them by a link.
    pub folders: BTreeSet<PathBuf>,
    /// Whether one of them met a link or cannot be followed again, so that nobody knows where it leads tomorrow.
    pub strayed: bool,
}

impl MissingPaths {
    /// Notes the way that a path goes from a folder.
    pub(super) fn note(&mut self, folder: &Path, path: &str) {
        if fs::canonicalize(folder).ok().as_deref() != Some(folder) {
            return self.stray();
        }
        let mut at = folder.to_owned();
        self.folders.insert(at.clone());
        for part in Path::new(path).components() {
            match part {
                Component::CurDir => continue,
                // What was come through so far is no link: its parent is the folder that it is written in.
                Component::ParentDir => _ = at.pop(),
                Component::Normal(name) => at.push(name),
                Component::RootDir | Component::Prefix(_) => return self.stray(),
            }
            match fs::symlink_metadata(&at) {
                Ok(found) if found.is_symlink() => return self.stray(),
                Ok(found) if found.is_dir() => _ = self.folders.insert(at.clone()),
                // Beyond a file there is nothing, and beyond nothing neither.
                _ => break,
            }
        }
        self.ends.insert(at);
    }

    /// Whether all of them end in a folder.
    pub(super) fn stay_in(&self, folder: &Path) -> bool {
        self.ends.iter().all(|end| end.starts_with(folder))
    }

    /// Notes that a way cannot be followed again.
    pub(super) fn stray(&mut self) {
        self.strayed = true;
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests lay out their own files")]
mod tests {
    use super::*;

    /// The ways that paths go from `c`, as paths from the root.
    fn ways(root: &Path, path: &str) -> (Vec<String>, Vec<String>, bool) {
        let mut ways = MissingPaths::default();
        ways.note(&root.join("c"), path);
        let plain = |path: &PathBuf| path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        (ways.ends.iter().map(plain).collect(), ways.folders.iter().map(plain).collect(), ways.strayed)
    }

    #[test]
    fn a_way_ends_where_nothing_is() {
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
            let (ends, through, strayed) = ways(&root, path);
            assert_eq!(
                (ends, through, strayed),
                (vec![end.to_owned()], folders.iter().map(ToString::to_string).collect(), false)
            );
        }
        assert!(ways(&root, "/etc/none").2, "an absolute path");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_astray() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir_all(root.join("c/d")).unwrap();
        symlink(root.join("c/d"), root.join("c/link")).unwrap();
        symlink("nowhere", root.join("c/dangling")).unwrap();
        for path in ["link/none", "d/../link", "dangling"] {
            assert!(ways(&root, path).2, "{path}");
        }
        let mut through = MissingPaths::default();
        through.note(&root.join("c/link"), "none");
        assert!(through.strayed);
    }
}
