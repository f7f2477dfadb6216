//! What a help text proposes in the place of a path that leads nowhere.

use crate::diagnostic::nearest;

/// How many characters of a destination a message shows.
const SHOWN: usize = 80;

/// The path most likely meant by `wanted`, as it would be written in a link from `folder`.
///
/// The nearest of all paths, else one of the same file name elsewhere. All paths are relative to the content's root.
pub(super) fn path<'a>(
    folder: &str,
    wanted: &str,
    candidates: &(impl Iterator<Item = &'a str> + Clone),
) -> Option<String> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let namesake = || candidates.clone().find(|candidate| name(candidate) == name(wanted));
    nearest(wanted, candidates.clone()).or_else(namesake).map(|found| relative(folder, found))
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
            assert_eq!(path(folder, wanted, &files.into_iter()).as_deref(), found, "{folder:?} {wanted:?}");
        }
    }
}
