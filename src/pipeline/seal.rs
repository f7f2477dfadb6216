//! The secret that only this user's builds know, and what is sealed with it.
//!
//! What lies in a book's folder may have come with the book. What bears the seal was written by a build of this user.

use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::source::Digest;

/// What entries are sealed with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Secret(pub(super) [u8; 32]);

impl Secret {
    /// This user's secret, made when it is first asked for; none where there is no place to keep one.
    pub(super) fn of_user() -> Option<Self> {
        let folder = user_folder()?.join("chapbook");
        Self::kept_in(&folder)
    }

    fn kept_in(folder: &Path) -> Option<Self> {
        let path = folder.join("secret");
        if let Some(secret) = Self::read(&path) {
            return Some(secret);
        }
        fs::create_dir_all(folder).ok()?;
        let staged = folder.join(format!("secret-{}", std::process::id()));
        create_private(&staged)?.write_all(&Self::random().0).ok()?;
        fs::rename(&staged, &path).ok()?;
        // Of two builds that made one at once, the later has the word.
        Self::read(&path)
    }

    fn read(path: &Path) -> Option<Self> {
        fs::read(path).ok()?.try_into().ok().map(Self)
    }

    /// The standard library's tables are keyed by the system's random numbers.
    fn random() -> Self {
        let state = RandomState::new();
        let mut bytes = [0; 32];
        for (part, number) in bytes.chunks_exact_mut(8).zip(0u64..) {
            part.copy_from_slice(&state.hash_one(number).to_le_bytes());
        }
        Self(bytes)
    }

    pub(super) fn seal(self, key: Digest, body: &[u8]) -> Digest {
        Digest::of_parts([self.0.as_slice(), key.0.as_slice(), body])
    }

    /// Bytes with their seal behind them.
    pub(super) fn sealed(self, mut bytes: Vec<u8>) -> Vec<u8> {
        let seal = self.seal(Digest::of(b"file"), &bytes);
        bytes.extend_from_slice(&seal.0);
        bytes
    }

    /// The bytes of a file, if it bears this secret's seal.
    pub(super) fn unsealed(self, path: &Path) -> Option<Vec<u8>> {
        let mut bytes = fs::read(path).ok()?;
        let seal = bytes.split_off(bytes.len().checked_sub(32)?);
        (self.seal(Digest::of(b"file"), &bytes).0 == *seal).then_some(bytes)
    }
}

/// Where the system keeps what programs can make again for this user.
fn user_folder() -> Option<PathBuf> {
    let named = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    named("XDG_CACHE_HOME").or_else(|| named("LOCALAPPDATA")).or_else(|| {
        let caches = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
        named("HOME").map(|home| home.join(caches))
    })
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
    fn a_secret_is_made_once_and_is_no_other_s() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let secret = |folder: &tempfile::TempDir| Secret::kept_in(&folder.path().join("new")).unwrap().0;
        assert_eq!(secret(&one), secret(&one));
        assert_ne!(secret(&one), secret(&other));
    }
}
