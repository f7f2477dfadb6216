//! A cache of highlighted code: a block that occurs twice, or in an earlier build, is highlighted once.
//!
//! The cache contains classes and lengths of tokens instead of HTML, which takes about a fifth of the size of the code.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::highlight::{self, Tokens};
use crate::digest::Digest;
use crate::memo::{Function, Memo};

/// The tokens of a block of code, by the digest of its language and text.
pub const HIGHLIGHT: Function = Function::new("code", 3);

/// Code shorter than this costs less to highlight than to look up.
const SHORTEST: usize = 16;

/// The highlighted code of one build, or of all builds of a preview.
#[derive(Debug, Default)]
pub struct Highlights {
    memo: Arc<Memo>,
    used: Mutex<BTreeMap<Digest, Tokens>>,
}

impl Highlights {
    /// Takes the code of earlier builds from a memo, and stores new code there.
    #[must_use]
    pub fn new(memo: Arc<Memo>) -> Self {
        Self { memo, used: Mutex::default() }
    }

    /// The lines of some code as HTML, each balanced.
    pub(super) fn lines(&self, language: &str, code: &str) -> Vec<String> {
        highlight::lines(code, self.tokens(language, code).as_deref())
    }

    fn tokens(&self, language: &str, code: &str) -> Option<Tokens> {
        if code.len() < SHORTEST || !highlight::is_known(language) {
            return highlight::tokens(language, code);
        }
        let key = Digest::of_parts([language.as_bytes(), code.as_bytes()]);
        if let Some(tokens) = self.used().get(&key) {
            return Some(tokens.clone());
        }
        // Not locked meanwhile: two threads may do the same work, but neither waits for the other.
        let tokens = self.memo.get(HIGHLIGHT, key).or_else(|| self.compute(key, language, code))?;
        self.used().insert(key, tokens.clone());
        Some(tokens)
    }

    fn compute(&self, key: Digest, language: &str, code: &str) -> Option<Tokens> {
        let tokens = highlight::tokens(language, code)?;
        self.memo.insert(HIGHLIGHT, key, &tokens);
        Some(tokens)
    }

    /// The keys of all blocks that were asked for.
    #[must_use]
    pub fn used_keys(&self) -> BTreeSet<Digest> {
        self.used().keys().copied().collect()
    }

    fn used(&self) -> MutexGuard<'_, BTreeMap<Digest, Tokens>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_highlighted_once_and_known_to_be_used() {
        let folder = tempfile::tempdir().unwrap();
        let memo = || Arc::new(Memo::open_with_key(folder.path(), &[HIGHLIGHT], [7; 32]));
        let highlights = Highlights::new(memo());
        let (one, two) = ("let one = \"the first\";\n", "let two = \"the second\";\n");
        let html = highlights.lines("rust", one);
        assert_eq!(highlights.lines("rust", one), html);
        highlights.lines("rust", two);
        let keys = highlights.used_keys();
        assert_eq!(keys.len(), 2);
        assert_eq!(highlights.memo.keys(HIGHLIGHT), keys.into_iter().collect::<Vec<_>>());
        drop(highlights);
        // The stored tokens are used: here, those of other code.
        let later = Highlights::new(memo());
        assert!(later.used_keys().is_empty());
        assert_eq!(later.lines("rust", one), html);
        assert_eq!((later.used_keys().len(), later.memo.keys(HIGHLIGHT).len()), (1, 2));
        let key = *later.used_keys().first().unwrap();
        later.memo.insert::<Tokens>(HIGHLIGHT, key, &[].into());
        drop(later);
        assert_ne!(Highlights::new(memo()).lines("rust", one), html);
    }
}
