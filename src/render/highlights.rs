//! Highlighted code, kept: a block that is in a book twice, or was in it at the last build, is highlighted once.
//!
//! What is kept is not HTML but the classes and lengths of tokens, about a fifth of the code in size.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::highlight::{self, Tokens};
use crate::source::Digest;

/// Code shorter than this costs less to highlight than to look up.
const SHORTEST: usize = 16;

/// Blocks of code by the digest of language and text.
#[derive(Debug, Default)]
pub struct Highlights {
    known: Mutex<BTreeMap<Digest, Known>>,
}

#[derive(Debug)]
struct Known {
    tokens: Tokens,
    /// Whether it was asked for since it was read from disk.
    used: bool,
    /// Whether the disk has it.
    stored: bool,
}

impl Highlights {
    /// What an earlier build has kept.
    #[must_use]
    pub fn of(stored: impl IntoIterator<Item = (Digest, Tokens)>) -> Self {
        let known = |(key, tokens)| (key, Known { tokens, used: false, stored: true });
        Self { known: Mutex::new(stored.into_iter().map(known).collect()) }
    }

    /// The lines of some code as HTML, each whole in itself.
    pub(super) fn lines(&self, language: &str, code: &str) -> Vec<String> {
        highlight::lines(code, self.tokens(language, code).as_deref())
    }

    fn tokens(&self, language: &str, code: &str) -> Option<Tokens> {
        if code.len() < SHORTEST || !highlight::is_known(language) {
            return highlight::tokens(language, code);
        }
        let key = Digest::of_parts([language.as_bytes(), code.as_bytes()]);
        if let Some(known) = self.lock().get_mut(&key) {
            known.used = true;
            return Some(known.tokens.clone());
        }
        // Unlocked meanwhile: two threads may do the same work, but never wait for one another.
        let tokens = highlight::tokens(language, code)?;
        self.lock().insert(key, Known { tokens: tokens.clone(), used: true, stored: false });
        Some(tokens)
    }

    /// Blocks that the disk does not have; those told once are not told again.
    #[must_use]
    pub fn learnt(&self) -> Vec<(Digest, Tokens)> {
        let mut known = self.lock();
        let new = known.iter_mut().filter(|(_, known)| !known.stored);
        let learnt = new.map(|(key, known)| {
            known.stored = true;
            (*key, known.tokens.clone())
        });
        learnt.collect()
    }

    /// The keys of all blocks that were asked for.
    #[must_use]
    pub fn used(&self) -> BTreeSet<Digest> {
        self.lock().iter().filter(|(_, known)| known.used).map(|(key, _)| *key).collect()
    }

    /// A block as if it had been highlighted just now.
    #[cfg(test)]
    pub(crate) fn put(&self, (key, tokens): (Digest, Tokens)) {
        self.lock().insert(key, Known { tokens, used: true, stored: false });
    }

    /// All blocks.
    #[cfg(test)]
    pub(crate) fn used_or_not(&self) -> Vec<(Digest, Tokens)> {
        self.lock().iter().map(|(key, known)| (*key, known.tokens.clone())).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Digest, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_learnt_once_and_known_to_be_used() {
        let highlights = Highlights::default();
        let (one, two) = ("let one = \"the first\";\n", "let two = \"the second\";\n");
        let html = highlights.lines("rust", one);
        assert_eq!(highlights.lines("rust", one), html);
        highlights.lines("rust", two);
        let learnt = highlights.learnt();
        assert_eq!((learnt.len(), highlights.used().len()), (2, 2));
        assert!(highlights.learnt().is_empty());
        let later = Highlights::of(learnt);
        assert!(later.used().is_empty());
        assert_eq!(later.lines("rust", one), html);
        assert_eq!((later.used().len(), later.learnt().len()), (1, 0));
    }
}
