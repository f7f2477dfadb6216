//! What is remembered between builds: the value of a function at its arguments.
//!
//! In: the name of a function, the digest of its arguments, and a value that serde can write. Out: the value, if an
//! earlier build of this user stored it. Knows bytes and digests, not books. A key is the digest of *all* that a value is
//! computed from, so no entry ever has to be invalidated: a changed argument is another key.
//!
//! Each function has one file, a [`blob_log`] of entries. There is one encoding, postcard ([`store`]), and one check of
//! integrity, a BLAKE3 MAC keyed with a secret of the user ([`mac`]): the files are in the folder of a book and may have
//! come with it, so an entry that another user wrote, or that was changed, cut or damaged, is not found. Nothing here
//! returns an error, because a lost entry only costs the time to compute it again.

mod blob_log;
mod folder;
mod mac;
mod store;

#[cfg(test)]
mod test_blob_log;

pub use folder::user_cache_dir;
pub use store::{Function, Memo};
#[cfg(test)]
pub(crate) use store::{decode, encode};
