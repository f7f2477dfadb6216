//! What a help text proposes in the place of a path that leads nowhere.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::diagnostic::nearest;

/// How many characters of a destination a message shows.
const SHOWN: usize = 80;

/// The path most likely meant by `wanted`: the nearest of all, else one of the same file name elsewhere.
pub(super) fn path<'a>(wanted: &str, candidates: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let mut namesakes = candidates.clone().filter(|candidate| name(candidate) == name(wanted));
    nearest(wanted, candidates).or_else(|| namesakes.next())
}

/// What was proposed before: a chapter that is gone is often linked from every page of a large book.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<HashMap<String, Option<String>>>);

impl Memory {
    /// The proposal for `wanted`, searched for once.
    pub(super) fn recall(&self, wanted: &str, search: impl FnOnce() -> Option<String>) -> Option<String> {
        let known = self.lock().get(wanted).cloned();
        known.unwrap_or_else(|| {
            let found = search();
            self.lock().insert(wanted.to_owned(), found.clone());
            found
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Option<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The way from a folder to a file, as it is written in a link.
pub(super) fn relative(folder: &str, path: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    let to: Vec<&str> = path.split('/').collect();
    let shared = from.iter().zip(&to[..to.len() - 1]).take_while(|(a, b)| a == b).count();
    let way = "../".repeat(from.len() - shared) + &to[shared..].join("/");
    way.replace(' ', "%20")
}

/// A destination as messages show it.
pub(super) fn shown(href: &str) -> String {
    let clean = href.chars().filter(|c| !c.is_control());
    match href.chars().nth(SHOWN) {
        Some(_) => clean.take(SHOWN).chain(['…']).collect(),
        None => clean.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_meant() {
        let files = ["guide/install.md", "guide/a b.md", "认清逾期.md", "faq.md"];
        for (folder, wanted, found) in [
            ("guide", "guide/instal.md", Some("install.md")),
            ("", "guide/instal.md", Some("guide/install.md")),
            ("guide/deep", "认清预期.md", Some("../../认清逾期.md")),
            ("other", "other/chapters/FAQ.md", Some("../faq.md")),
            ("", "guide/ab.md", Some("guide/a%20b.md")),
            ("", "nothing-like-it.txt", None),
        ] {
            let near = path(wanted, files.into_iter()).map(|near| relative(folder, near));
            assert_eq!(near.as_deref(), found, "{folder:?} {wanted:?}");
        }
    }
}
