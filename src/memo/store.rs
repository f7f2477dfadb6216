//! [`Memo`]: values by function and key, encoded with postcard.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::blob_log::BlobLog;
use super::folder::LockedFolder;
use super::mac::MacKey;
use crate::digest::Digest;

/// A function whose values are remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function {
    name: &'static str,
    version: u32,
}

impl Function {
    /// A function. `name` is the name of its file; `version` is raised when the function or the type of its values
    /// changes, so that what was stored before is ignored.
    #[must_use]
    pub const fn new(name: &'static str, version: u32) -> Self {
        Self { name, version }
    }

    /// What its file begins with.
    fn header(self) -> String {
        format!("chapbook memo 1, {} {}\n", self.name, self.version)
    }
}

/// The values of some functions, kept in a folder from one build to the next.
///
/// The default remembers nothing: every value is computed.
///
/// ```
/// use chapbook::memo::{Function, Memo};
/// use chapbook::digest::Digest;
///
/// const LENGTH: Function = Function::new("length", 1);
/// let key = Digest::of(b"an argument");
///
/// let nothing = Memo::default();
/// nothing.insert(LENGTH, key, &11_usize);
/// assert_eq!(nothing.get::<usize>(LENGTH, key), None);
///
/// let folder = tempfile::tempdir()?;
/// let memo = Memo::open(folder.path(), &[LENGTH]);
/// memo.insert(LENGTH, key, &11_usize);
/// if memo.folder().is_some() {
///     assert_eq!(memo.get::<usize>(LENGTH, key), Some(11));
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Memo {
    disk: Option<Disk>,
}

/// Fields are dropped in this order: the files are closed, and empty ones removed, before another build can have the folder.
#[derive(Debug)]
struct Disk {
    logs: BTreeMap<&'static str, BlobLog>,
    folder: LockedFolder,
}

impl Memo {
    /// The values of `functions` in a folder, which is created if need be; each version of chapbook has a subfolder of its
    /// own. A folder that cannot be used, that another build has open, or that has links in it is done without: then the
    /// memo remembers nothing.
    #[must_use]
    pub fn open(folder: &Path, functions: &[Function]) -> Self {
        MacKey::of_user().map_or_else(Self::default, |key| Self::open_with_key(folder, functions, key.0))
    }

    /// Does the same with another key than that of the user.
    pub(crate) fn open_with_key(folder: &Path, functions: &[Function], key: [u8; 32]) -> Self {
        let names: Vec<&str> = functions.iter().map(|function| function.name).collect();
        let Some(folder) = LockedFolder::open(folder.join(env!("CARGO_PKG_VERSION")), &names) else {
            return Self::default();
        };
        let open = |function: &Function| {
            let log = BlobLog::open(folder.path.join(function.name), function.header(), MacKey(key))?;
            Some((function.name, log))
        };
        let logs = functions.iter().filter_map(open).collect();
        Self { disk: Some(Disk { logs, folder }) }
    }

    /// The folder that values are kept in; `None` if the memo remembers nothing.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.disk.as_ref().map(|disk| &*disk.folder.path)
    }

    /// When the memo was opened, in nanoseconds since 1970 by the clock of the folder's disk; 0 if it remembers nothing.
    #[must_use]
    pub fn opened(&self) -> u64 {
        self.disk.as_ref().map_or(0, |disk| disk.folder.opened)
    }

    fn log(&self, function: Function) -> Option<&BlobLog> {
        self.disk.as_ref()?.logs.get(function.name)
    }

    /// The value of a function for arguments with this digest, if a build of this user stored it.
    #[must_use]
    pub fn get<V: DeserializeOwned>(&self, function: Function, key: Digest) -> Option<V> {
        decode(&self.log(function)?.get(key)?)
    }

    /// Stores a value; it is on disk after [`Self::flush`], or when the memo is dropped. A value that cannot be encoded, or
    /// that the disk does not take, is not stored.
    pub fn insert<V: Serialize + ?Sized>(&self, function: Function, key: Digest, value: &V) {
        if let Some(log) = self.log(function)
            && let Some(bytes) = encode(value)
        {
            log.insert(key, &bytes);
        }
    }

    /// Writes all values to disk.
    pub fn flush(&self) {
        self.disk.iter().flat_map(|disk| disk.logs.values()).for_each(BlobLog::flush);
    }

    /// Stores a value as the only one of its function.
    pub fn replace<V: Serialize + ?Sized>(&self, function: Function, key: Digest, value: &V) {
        self.clear(function);
        self.insert(function, key, value);
    }

    /// Removes all values of a function.
    pub fn clear(&self, function: Function) {
        self.log(function).into_iter().for_each(BlobLog::clear);
    }

    /// Removes the values of a function whose keys are not in `wanted`, if they are most of a large file: less is not worth
    /// the time.
    pub fn compact(&self, function: Function, wanted: &BTreeSet<Digest>) {
        self.log(function).into_iter().for_each(|log| log.compact(wanted));
    }

    /// The keys of all values of a function.
    #[cfg(test)]
    pub(crate) fn keys(&self, function: Function) -> Vec<Digest> {
        self.log(function).map(BlobLog::keys).unwrap_or_default()
    }
}

/// A value as bytes; `None` if its type cannot be encoded.
pub(crate) fn encode<V: Serialize + ?Sized>(value: &V) -> Option<Vec<u8>> {
    postcard::to_allocvec(value).ok()
}

/// The value that [`encode`] wrote; `None` if the bytes are of another type. Bytes that may have been changed are checked
/// by a MAC before.
pub(crate) fn decode<V: DeserializeOwned>(bytes: &[u8]) -> Option<V> {
    postcard::from_bytes(bytes).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    const ONE: Function = Function::new("one", 1);
    const OTHER: Function = Function::new("other", 1);

    fn open(folder: &tempfile::TempDir) -> Memo {
        Memo::open_with_key(folder.path(), &[ONE, OTHER], [7; 32])
    }

    fn key(text: &str) -> Digest {
        Digest::of(text.as_bytes())
    }

    #[test]
    fn values_are_of_their_function_and_key() {
        let folder = tempfile::tempdir().unwrap();
        open(&folder).insert(ONE, key("a"), &("text", 3_u32));
        let memo = open(&folder);
        assert_eq!(memo.get::<(String, u32)>(ONE, key("a")), Some(("text".to_owned(), 3)));
        assert_eq!(memo.get::<(String, u32)>(ONE, key("b")), None);
        assert_eq!(memo.get::<(String, u32)>(OTHER, key("a")), None);
        assert_eq!(memo.get::<[u64; 9]>(ONE, key("a")), None, "bytes of another type");
    }

    #[test]
    fn another_version_of_a_function_starts_anew() {
        let folder = tempfile::tempdir().unwrap();
        open(&folder).insert(ONE, key("a"), &1_u8);
        let later = Memo::open_with_key(folder.path(), &[Function::new("one", 2)], [7; 32]);
        assert!(later.folder().is_some() && later.keys(ONE).is_empty());
    }

    #[test]
    fn a_replaced_value_is_the_only_one() {
        let folder = tempfile::tempdir().unwrap();
        let memo = open(&folder);
        memo.insert(ONE, key("a"), "first and longer");
        memo.replace(ONE, key("b"), "second");
        assert_eq!((memo.get::<String>(ONE, key("a")), memo.keys(ONE).len()), (None, 1));
        memo.replace(ONE, key("c"), &Unwritable);
        drop(memo);
        assert!(open(&folder).keys(ONE).is_empty());
    }

    /// A value that no encoder accepts.
    struct Unwritable;

    impl Serialize for Unwritable {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("not written"))
        }
    }

    #[test]
    fn one_build_at_a_time_has_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let first = open(&folder);
        assert!(first.folder().is_some() && open(&folder).folder().is_none());
        drop(first);
        assert!(open(&folder).folder().is_some());
    }

    #[test]
    fn empty_files_are_removed_before_another_build_can_have_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join(env!("CARGO_PKG_VERSION"));
        drop(open(&folder));
        let lock = || std::fs::File::open(own.join(super::super::folder::LOCK)).unwrap();
        let is_done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let other = scope.spawn(|| {
                let mut left = 0;
                while !is_done.load(Ordering::Relaxed) {
                    let lock = lock();
                    if lock.try_lock().is_ok() {
                        left += usize::from(own.join("one").exists() || own.join("other").exists());
                    }
                }
                left
            });
            (0..2000).for_each(|_| drop(open(&folder)));
            is_done.store(true, Ordering::Relaxed);
            assert_eq!(other.join().unwrap(), 0);
        });
    }
}
