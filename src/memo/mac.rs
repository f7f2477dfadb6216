//! The message authentication code (MAC) that proves that an entry was written by a build of this user.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;

use super::folder::user_cache_dir;
use crate::digest::Digest;

/// The file of the key, in the user's cache folder.
const KEY_FILE: &str = "secret";

/// The secret key of the user's MACs.
#[derive(Clone, Copy)]
pub(super) struct MacKey(pub(super) [u8; 32]);

impl MacKey {
    /// The key of this user, created at the first call; `None` if the system has no folder to keep it in.
    pub(super) fn of_user() -> Option<Self> {
        Self::load_or_create(&user_cache_dir()?)
    }

    fn load_or_create(folder: &Path) -> Option<Self> {
        let path = folder.join(KEY_FILE);
        Self::load(&path).or_else(|| {
            let key = Self::random()?;
            fs::create_dir_all(folder).ok()?;
            // The name depends on the key, so that two builds at once never write the same file.
            let staged = folder.join(format!("{KEY_FILE}-{}", Digest::of(&key.0).hex(16)));
            create_private(&staged)?.write_all(&key.0).ok()?;
            fs::rename(&staged, &path).ok()?;
            // If another build created a key at the same time, the last rename wins, and both read that one.
            Self::load(&path)
        })
    }

    fn load(path: &Path) -> Option<Self> {
        fs::read(path).ok()?.try_into().ok().map(Self)
    }

    fn random() -> Option<Self> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).ok()?;
        Some(Self(key))
    }

    /// The MAC of two parts. Callers keep the first part free of ambiguity: it is the fixed header of a file.
    pub(super) fn mac(&self, header: &str, bytes: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(&(header.len() as u64).to_le_bytes());
        hasher.update(header.as_bytes());
        hasher.update(bytes);
        hasher.finalize()
    }
}

impl std::fmt::Debug for MacKey {
    /// Shows nothing of the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MacKey")
    }
}

#[cfg(unix)]
fn create_private(path: &Path) -> Option<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).ok()
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> Option<File> {
    OpenOptions::new().write(true).create_new(true).open(path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_created_once_and_differs_between_users() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let key = |folder: &tempfile::TempDir| MacKey::load_or_create(&folder.path().join("new")).unwrap().0;
        assert_eq!(key(&one), key(&one));
        assert_ne!(key(&one), key(&other));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_user_can_read_the_key() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        MacKey::load_or_create(folder.path()).unwrap();
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(names, [folder.path().join(KEY_FILE)]);
        assert_eq!(fs::metadata(&names[0]).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_mac_depends_on_key_header_and_bytes() {
        let mac = |key, header, bytes| MacKey([key; 32]).mac(header, bytes);
        let first = mac(7, "ab", b"c");
        assert_eq!(first, mac(7, "ab", b"c"));
        for other in [mac(8, "ab", b"c"), mac(7, "a", b"bc"), mac(7, "ab", b"d")] {
            assert_ne!(first, other);
        }
    }
}
