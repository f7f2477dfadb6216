//! Highlighted code, remembered: a block that stands twice in a book, or stood there at the last build, is highlighted once.
//!
//! What is kept is not HTML but the classes and lengths of tokens, about a fifth of the code in size.

use std::collections::BTreeMap;
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

/// What has changed since the blocks were read from disk.
#[derive(Debug, Default)]
pub struct Learnt {
    /// Blocks that the disk does not have.
    pub new: Vec<(Digest, Tokens)>,
    /// Bytes of blocks that nobody has asked for.
    pub unused: usize,
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

    /// What a disk that keeps the blocks should know; blocks told once are not told again.
    #[must_use]
    pub fn learnt(&self) -> Learnt {
        let mut learnt = Learnt::default();
        for (key, known) in self.lock().iter_mut() {
            if !known.stored {
                learnt.new.push((*key, known.tokens.clone()));
                known.stored = true;
            }
            learnt.unused += if known.used { 0 } else { known.tokens.len() };
        }
        learnt
    }

    /// All blocks that were asked for; the others are forgotten.
    #[must_use]
    pub fn used(&self) -> Vec<(Digest, Tokens)> {
        let mut known = self.lock();
        known.retain(|_, known| known.used);
        known.iter().map(|(key, known)| (*key, known.tokens.clone())).collect()
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
    fn blocks_are_learnt_once_and_forgotten_when_unused() {
        let highlights = Highlights::default();
        let (one, two) = ("let one = \"the first\";\n", "let two = \"the second\";\n");
        let html = highlights.lines("rust", one);
        assert_eq!(highlights.lines("rust", one), html);
        highlights.lines("rust", two);
        let learnt = highlights.learnt();
        assert_eq!((learnt.new.len(), learnt.unused), (2, 0));
        assert!(highlights.learnt().new.is_empty());
        let later = Highlights::of(learnt.new);
        assert_eq!(later.lines("rust", one), html);
        assert!(later.learnt().unused > 0);
        assert_eq!((later.used().len(), later.learnt().unused), (1, 0));
    }
}
