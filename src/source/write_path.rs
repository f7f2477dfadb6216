//! Whether something would be written through a symbolic link of the book: a link may have come with a book from somebody
//! else, and lead to any file of the person who builds it.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::git::repository_of;

/// The first symbolic link on a path, the last part included, that is in the folder `book` or in the repository around it.
/// Links above them are those of the user. The path need not exist.
#[must_use]
pub fn link_on_path(path: &Path, book: &Path) -> Option<PathBuf> {
    let root = fs::canonicalize(book).ok()?;
    let boundary = repository_of(&root).unwrap_or(root);
    let mut real = PathBuf::new();
    for part in std::path::absolute(path).ok()?.components() {
        match part {
            Component::ParentDir => _ = real.pop(),
            part => {
                let next = real.join(part);
                if next.is_symlink() && real.starts_with(&boundary) {
                    return Some(next);
                }
                // A link to nothing stays as it is: nothing can be created below it.
                real = fs::canonicalize(&next).unwrap_or(next);
            }
        }
    }
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_of_the_book_are_found_and_those_of_the_user_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir_all(root.join("repository/book/notes")).unwrap();
        fs::create_dir_all(root.join("repository/.git")).unwrap();
        fs::create_dir(root.join("elsewhere")).unwrap();
        for (link, target) in [
            ("repository/book/public", "notes"),
            ("repository/book/file.html", "../../elsewhere/other.html"),
            ("repository/out", "../elsewhere"),
            ("mine", "repository"),
            ("free", "elsewhere"),
        ] {
            symlink(target, root.join(link)).unwrap();
        }
        for (path, link) in [
            ("repository/book/public", Some("repository/book/public")),
            ("repository/book/public/a/b", Some("repository/book/public")),
            ("repository/book/file.html", Some("repository/book/file.html")),
            ("repository/out/x", Some("repository/out")),
            ("mine/book/public", Some("repository/book/public")),
            ("repository/book/../out", Some("repository/out")),
            ("repository/book/notes", None),
            ("repository/book/new/deep", None),
            ("mine/book/new", None),
            ("free/new", None),
        ] {
            let found = link_on_path(&root.join(path), &root.join("mine/book"));
            assert_eq!(found, link.map(|link| root.join(link)), "{path}");
        }
    }
}
