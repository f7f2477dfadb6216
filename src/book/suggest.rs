//! Suggestions for broken paths.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::model::PageId;
use crate::diagnostic::{SearchBudget, distance_within};

/// The maximum length of a destination in a message, in characters.
const LONGEST: usize = 80;

/// The work of all suggestions of one build, in pairs of characters that are compared: about half a second.
const WORK: usize = 16 << 20;

/// The help of the first broken link for which no suggestion was searched.
const SPENT: &str = "too many links are broken to suggest paths for the rest";

/// What was written and is not there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Wanted {
    /// A chapter at a path.
    Chapter(String),
    /// A file at a path.
    File(String),
    /// An anchor of a page.
    Anchor(PageId, String),
}

/// Suggestions for what is not there. They are worked out one after the other, in the order of the diagnostics, until
/// their work is done: the result does not depend on the number of threads.
#[derive(Debug)]
pub(super) struct Suggestions(Mutex<State>);

#[derive(Debug)]
struct State {
    budget: SearchBudget,
    /// Earlier suggestions: every page of a large book may link to the same chapter that was removed.
    known: HashMap<Wanted, Option<String>>,
    spent: Spent,
}

/// Whether the user knows that the work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spent {
    Unreported,
    Reported,
}

impl Default for Suggestions {
    fn default() -> Self {
        let budget = SearchBudget::new(WORK);
        Self(Mutex::new(State { budget, known: HashMap::new(), spent: Spent::Unreported }))
    }
}

impl Suggestions {
    /// The suggestion for `wanted`; `search` is called once for each, while there is work left.
    pub(super) fn get(
        &self,
        wanted: &Wanted,
        search: impl FnOnce(&mut SearchBudget) -> Option<String>,
    ) -> Option<String> {
        let state = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = state.known.get(wanted) {
            return known.clone();
        }
        let found = search(&mut state.budget);
        state.known.insert(wanted.clone(), found.clone());
        found
    }

    /// Says, once, that there is no work left.
    pub(super) fn spent(&self) -> Option<&'static str> {
        let state = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news =
            state.budget.is_spent() && std::mem::replace(&mut state.spent, Spent::Reported) == Spent::Unreported;
        is_news.then_some(SPENT)
    }
}

/// The candidate most similar to `wanted` whose name shares most of its letters, else one with the same file name in
/// another folder.
pub(super) fn path<'a>(
    wanted: &str,
    candidates: impl Iterator<Item = &'a str> + Clone,
    budget: &mut SearchBudget,
) -> Option<&'a str> {
    let name = file_name(wanted);
    let mut nearest: Option<(usize, &str)> = None;
    for candidate in candidates.clone() {
        let distance = distance_within(wanted, candidate, budget).filter(|distance| {
            let is_nearer = nearest.is_none_or(|(least, _)| *distance < least);
            is_nearer && is_alike(stem(&name), stem(&file_name(candidate)), budget)
        });
        nearest = distance.map(|distance| (distance, candidate)).or(nearest);
        if budget.is_spent() {
            return None;
        }
    }
    // Every folder may have one of these.
    let is_common = matches!(stem(&name), "index" | "readme");
    nearest.map(|(_, candidate)| candidate).or_else(|| {
        let mut namesakes = candidates.filter(|candidate| !is_common && file_name(candidate) == name);
        namesakes.next()
    })
}

/// The last name of a path, in lower case.
fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or_default().to_lowercase()
}

/// A file name without its extension.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether two names share most of their letters, or one contains the other.
fn is_alike(a: &str, b: &str, budget: &mut SearchBudget) -> bool {
    let (shorter, longer) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let contains = shorter.len() >= 3 && longer.contains(shorter);
    let length = longer.chars().count();
    contains || a == b || (length > 1 && distance_within(a, b, budget).is_some())
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
            ("", "guide/zebra.md", None),
            ("", "guide/a.md", None),
            ("", "fbq.md", Some("faq.md")),
        ] {
            let near =
                path(wanted, files.into_iter(), &mut SearchBudget::new(100_000)).map(|near| relative(folder, near));
            assert_eq!(near.as_deref(), near_path, "{folder:?} {wanted:?}");
        }
    }
}
