//! Posting lists that are remembered from one build of a preview to the next, so that an edit costs its own chunk of sections.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::shard::Lists;
use crate::source::Digest;

/// The posting lists of chunks of sections, by the digest of all that they were made from.
#[derive(Debug, Default)]
pub struct Memo {
    chunks: Mutex<BTreeMap<Digest, Remembered>>,
}

#[derive(Debug)]
struct Remembered {
    lists: Arc<Lists>,
    /// Whether it was asked for since the last [`Memo::forget_unused`].
    used: bool,
}

impl Memo {
    /// What was made from an argument with this digest, from memory or anew.
    pub(super) fn lists(&self, key: Digest, make: impl FnOnce() -> Lists) -> Arc<Lists> {
        if let Some(known) = self.lock().get_mut(&key) {
            known.used = true;
            return known.lists.clone();
        }
        // Unlocked meanwhile: no chunk waits for another.
        let lists = Arc::new(make());
        self.lock().insert(key, Remembered { lists: lists.clone(), used: true });
        lists
    }

    /// Forgets what nobody has asked for since the last time.
    pub(super) fn forget_unused(&self) {
        self.lock().retain(|_, known| std::mem::take(&mut known.used));
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Digest, Remembered>> {
        self.chunks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
