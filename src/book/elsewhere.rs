//! Other places that a link may mean: the folders that other tools publish at the root of a site, pages that are addressed
//! as folders, pictures of the book's own repository, and addresses without their scheme.

use super::model::{PageId, Target};
use super::places::{Lookup, Places};
use crate::chapter::LinkKind;
use crate::path::ContentPath;

/// Folders whose files other tools publish at the root of the site: Docusaurus, Hugo, `VitePress`, Jekyll.
const ROOTS: [&str; 4] = ["", "static/", "public/", "assets/"];

/// The target of a path that is not where it is written, in a folder of another tool.
///
/// A path is looked for in the folders above the chapter, and in those that other tools publish at the root. A relative
/// path is also read as if the chapter were a folder, since some tools publish `a.md` as `a/`.
pub(super) fn find(path: &str, page: PageId, kind: LinkKind, places: &Places<'_>) -> Option<Target> {
    let file = &places.pages.get(page.0)?.chapter.path;
    let own = file.as_str().strip_suffix(".md").and_then(|folder| at(folder, path, places));
    let is_file = kind != LinkKind::Link || has_extension(path);
    own.or_else(|| if is_file { above(path, file.folder(), places) } else { None })
}

/// The target of a path that is read from a folder.
fn at(folder: &str, path: &str, places: &Places<'_>) -> Option<Target> {
    let inside = ContentPath::resolve(folder, &format!("{}/_", path.trim_end_matches('/')))?;
    match places.find(inside.folder()) {
        Some(Lookup::Target(target)) => Some(target),
        _ => None,
    }
}

/// The target of a path that is read from each folder above a chapter, the nearest first.
fn above(path: &str, folder: &str, places: &Places<'_>) -> Option<Target> {
    let path = path.trim_start_matches('/');
    let ends = folder.rmatch_indices('/').map(|(end, _)| end);
    let folders = std::iter::once(folder.len()).chain(ends).map(|end| &folder[..end]);
    let folders = folders.chain((!folder.is_empty()).then_some(""));
    folders.flat_map(|folder| ROOTS.map(|root| (folder, root))).find_map(|(folder, root)| {
        let target = at(folder, &format!("{root}{path}"), places)?;
        matches!(target, Target::Asset(_)).then_some(target)
    })
}

fn has_extension(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(_, end)| !end.is_empty() && end.chars().all(|c| c.is_ascii_alphanumeric()))
}

/// The file of the book that a picture's address at GitHub names.
///
/// `edit_url` says which repository the book is in. Without it, a file with the same path in the book is the one.
pub(super) fn of_repository(href: &str, edit_url: Option<&str>, places: &Places<'_>) -> Option<Target> {
    let (repository, path) = github_file(href)?;
    if edit_url.and_then(github_repository).is_some_and(|own| !own.eq_ignore_ascii_case(&repository)) {
        return None;
    }
    let target = at("", &crate::path::decode(path), places)?;
    matches!(target, Target::Asset(_)).then_some(target)
}

/// The repository, `owner/name`, and the path in it that an address of GitHub names.
fn github_file(href: &str) -> Option<(String, &str)> {
    let rest = href.strip_prefix("https://").or_else(|| href.strip_prefix("http://"))?;
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (host, rest) = rest.split_once('/')?;
    let mut parts = rest.splitn(3, '/');
    let (owner, name, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let behind_kind = match host {
        "raw.githubusercontent.com" => rest.strip_prefix("refs/heads/").unwrap_or(rest),
        "github.com" => rest.strip_prefix("blob/").or_else(|| rest.strip_prefix("raw/"))?,
        _ => return None,
    };
    let (_branch, path) = behind_kind.split_once('/')?;
    Some((format!("{owner}/{name}"), path))
}

/// The repository of an address at GitHub.
fn github_repository(url: &str) -> Option<String> {
    let mut parts = url.strip_prefix("https://github.com/")?.splitn(3, '/');
    Some(format!("{}/{}", parts.next()?, parts.next()?))
}

/// Ends of domains that are no ends of files.
const DOMAINS: &[&str] = &[
    "app", "at", "au", "br", "ca", "ch", "cn", "co", "com", "de", "dev", "edu", "es", "eu", "fr", "gov", "info", "io",
    "it", "jp", "kr", "net", "nl", "org", "ru", "se", "tw", "uk", "us",
];

/// The address that is meant by one without its scheme: `a@example.org`, `example.org`, `www.example.org/page`.
pub(super) fn without_scheme(href: &str) -> Option<String> {
    if href.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '\\' | '<' | '>' | '"')) {
        return None;
    }
    let host = href.split(['/', '?', '#']).next().unwrap_or_default();
    if let Some((name, domain)) = href.split_once('@') {
        let is_mail = !name.is_empty() && !name.contains(['/', ':', '?']) && is_domain(host.rsplit('@').next()?);
        return (is_mail && !domain.contains('@')).then(|| format!("mailto:{href}"));
    }
    is_domain(host).then(|| format!("https://{href}"))
}

fn is_domain(host: &str) -> bool {
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let Some((name, end)) = host.rsplit_once('.') else { return false };
    let known = DOMAINS.iter().any(|domain| end.eq_ignore_ascii_case(domain)) || host.starts_with("www.");
    known && is_label(end) && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_without_a_scheme() {
        for (href, meant) in [
            ("desk@example.org", Some("mailto:desk@example.org")),
            ("desk@example.org?subject=a", Some("mailto:desk@example.org?subject=a")),
            ("example.org", Some("https://example.org")),
            ("www.example.xyz/a.md#b", Some("https://www.example.xyz/a.md#b")),
            ("shop.example.co.uk/", Some("https://shop.example.co.uk/")),
            ("a.md", None),
            ("img/example.org", None),
            ("main.rs", None),
            ("@site/a.png", None),
            ("a@b@example.org", None),
            ("./example.org", None),
            ("a b.org", None),
        ] {
            assert_eq!(without_scheme(href).as_deref(), meant, "{href}");
        }
    }

    #[test]
    fn files_at_github() {
        for (href, file) in [
            ("https://raw.githubusercontent.com/o/r/main/img/a.png", Some(("o/r", "img/a.png"))),
            ("https://raw.githubusercontent.com/o/r/refs/heads/main/a.png", Some(("o/r", "a.png"))),
            ("https://github.com/o/r/blob/main/img/a.png?raw=true", Some(("o/r", "img/a.png"))),
            ("https://github.com/o/r/raw/v1/a%20b.png", Some(("o/r", "a%20b.png"))),
            ("https://github.com/o/r/issues/1", None),
            ("https://example.org/o/r/raw/v1/a.png", None),
        ] {
            let found = github_file(href);
            assert_eq!(found.as_ref().map(|(repository, path)| (repository.as_str(), *path)), file, "{href}");
        }
        assert_eq!(github_repository("https://github.com/o/r/edit/main/docs/{path}").as_deref(), Some("o/r"));
    }
}
