//! Suggestions for broken paths.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::diagnostic::nearest;

/// The maximum length of a destination in a message, in characters.
const LONGEST: usize = 80;

/// The candidate most similar to `wanted`, else one with the same file name in another folder.
pub(super) fn path<'a>(wanted: &str, candidates: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let mut namesakes = candidates.clone().filter(|candidate| name(candidate) == name(wanted));
    nearest(wanted, candidates).or_else(|| namesakes.next())
}

/// Earlier suggestions: every page of a large book may link to the same chapter that was removed.
#[derive(Debug, Default)]
pub(super) struct SuggestionCache(Mutex<HashMap<String, Option<String>>>);

impl SuggestionCache {
    /// The suggestion for `wanted`; `search` is called once for each text.
    pub(super) fn get(&self, wanted: &str, search: impl FnOnce() -> Option<String>) -> Option<String> {
        let known = self.lock().get(wanted).cloned();
        known.unwrap_or_else(|| {
            let suggestion = search();
            self.lock().insert(wanted.to_owned(), suggestion.clone());
            suggestion
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Option<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The relative path from a folder to a file, as authors write it in a link.
pub(super) fn relative(folder: &str, path: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    let to: Vec<&str> = path.split('/').collect();
    let shared = from.iter().zip(&to[..to.len() - 1]).take_while(|(a, b)| a == b).count();
    let path = "../".repeat(from.len() - shared) + &to[shared..].join("/");
    path.replace(' ', "%20")
}

/// A destination for messages: shortened, without control characters.
pub(super) fn excerpt(href: &str) -> String {
    let clean = href.chars().filter(|c| !c.is_control());
    match href.chars().nth(LONGEST) {
        Some(_) => clean.take(LONGEST).chain(['…']).collect(),
        None => clean.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_meant() {
        let files = ["guide/install.md", "guide/a b.md", "认清逾期.md", "faq.md"];
        for (folder, wanted, near_path) in [
            ("guide", "guide/instal.md", Some("install.md")),
            ("", "guide/instal.md", Some("guide/install.md")),
            ("guide/deep", "认清预期.md", Some("../../认清逾期.md")),
            ("other", "other/chapters/FAQ.md", Some("../faq.md")),
            ("", "guide/ab.md", Some("guide/a%20b.md")),
            ("", "nothing-like-it.txt", None),
        ] {
            let near = path(wanted, files.into_iter()).map(|near| relative(folder, near));
            assert_eq!(near.as_deref(), near_path, "{folder:?} {wanted:?}");
        }
    }
}
