//! Writes the files of a starter into a new folder. If one cannot be written, all are removed again.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::starter::{self, Entry, Kind, Language};
use crate::config::CONFIG_FILE;
use crate::error::Error;
use crate::path::Anchor;
use crate::source::{link_on_path, repository_of};

/// Replaced by the book's title, with quotes, in a starter's `chapbook.toml`.
const TITLE: &str = "%TITLE%";
/// Replaced by the book's id there.
const ID: &str = "%ID%";

/// Creates a book in `dir` and returns the paths of its files. The folder is created if it does not exist.
///
/// The title is the folder's name with spaces instead of `-` and `_`; the id is created from the title.
///
/// ```
/// use chapbook::new::{Kind, create};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let parent = tempfile::tempdir()?;
/// let files = create(&parent.path().join("my-guide"), Kind::Guide, "en")?;
/// assert!(files.iter().any(|file| file.ends_with("my-guide/chapbook.toml")));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`Error::Refused`] if `dir` is not an empty folder, if a symbolic link in a book or a repository leads to it, or there is no starter in `language`; [`Error::Disk`] if a file
/// cannot be written. No files are left in either case.
pub fn create(dir: &Path, kind: Kind, language: &str) -> Result<Vec<PathBuf>, Error> {
    let language = Language::of(language)?;
    check_links(dir)?;
    check_empty(dir)?;
    let schema = crate::config::schema();
    // Editors find it by the first line of `chapbook.toml`.
    let schema_file: Entry = ("chapbook.schema.json", &schema);
    write(dir, &[starter::files(kind, language), vec![schema_file]].concat(), &title(dir))
}

/// Refuses a folder that a symbolic link in a book, or in a repository, leads to.
fn check_links(dir: &Path) -> Result<(), Error> {
    let Ok(path) = std::path::absolute(dir) else { return Ok(()) };
    let is_book = |folder: &&Path| [CONFIG_FILE, "book.toml"].iter().any(|name| folder.join(name).is_file());
    let book = path.ancestors().skip(1).find(is_book).map(Path::to_owned);
    let repository = || path.ancestors().skip(1).find(|above| above.is_dir()).and_then(repository_of);
    let Some(link) = book.or_else(repository).and_then(|book| link_on_path(&path, &book)) else { return Ok(()) };
    Err(Error::refused(
        format!(
            "`{}` is not created: `{}` is a symbolic link in a book or a repository",
            dir.display(),
            link.display()
        ),
        "give the folder that the link leads to, or remove the link",
    ))
}

fn check_empty(dir: &Path) -> Result<(), Error> {
    let help = "give a folder that does not exist yet, as in `chapbook new my-guide`";
    let refused = |why: String| Err(Error::refused(format!("`{}` {why}", dir.display()), help));
    match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => refused("is not a folder".to_owned()),
        Err(error) => Err(Error::disk("read", dir)(error)),
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(Ok(entry)) => refused(format!("is not empty: it contains `{}`", entry.file_name().display())),
            Some(Err(error)) => Err(Error::disk("read", dir)(error)),
        },
    }
}

/// The folder's name as a title: "my-guide" is "My guide".
fn title(dir: &Path) -> String {
    let real = fs::canonicalize(dir).or_else(|_| std::path::absolute(dir));
    let name = real.ok().and_then(|real| Some(real.file_name()?.to_string_lossy().into_owned())).unwrap_or_default();
    let words = name.split(['-', '_', ' ']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let mut letters = words.chars();
    letters.next().map_or_else(|| "Book".to_owned(), |first| first.to_uppercase().chain(letters).collect())
}

fn write(dir: &Path, files: &[Entry<'_>], title: &str) -> Result<Vec<PathBuf>, Error> {
    let mut created = CreatedFiles::default();
    let mut write = || {
        created.folder(dir)?;
        files.iter().try_for_each(|(path, text)| created.file(&dir.join(path), &fill(path, text, title)))
    };
    match write() {
        Ok(()) => Ok(created.files),
        Err(error) => {
            created.remove_all();
            Err(error)
        }
    }
}

/// Inserts title and id into `chapbook.toml`; other files are not changed.
fn fill(path: &str, text: &str, title: &str) -> String {
    if path != "chapbook.toml" {
        return text.to_owned();
    }
    let quoted = |value: &str| toml::Value::from(value).to_string();
    // The id first: it cannot contain a `%`, and the title can.
    text.replace(ID, &quoted(Anchor::from_heading(title).as_str())).replace(TITLE, &quoted(title))
}

/// The files and folders created so far, for removing them after an error.
#[derive(Debug, Default)]
struct CreatedFiles {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

impl CreatedFiles {
    /// Creates a folder and its missing parents.
    fn folder(&mut self, folder: &Path) -> Result<(), Error> {
        let missing: Vec<&Path> =
            folder.ancestors().take_while(|above| !above.as_os_str().is_empty() && !above.is_dir()).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder).map_err(Error::disk("create", folder))?;
            self.folders.push(folder.to_owned());
        }
        Ok(())
    }

    /// Creates a file with a text, and its folder.
    fn file(&mut self, path: &Path, text: &str) -> Result<(), Error> {
        if let Some(folder) = path.parent() {
            self.folder(folder)?;
        }
        let mut file = File::create_new(path).map_err(Error::disk("create", path))?;
        self.files.push(path.to_owned());
        file.write_all(text.as_bytes()).map_err(Error::disk("write", path))
    }

    /// Removes the files and the folders that are empty then. Errors are ignored.
    fn remove_all(self) {
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(dir: &Path) -> toml::Table {
        fs::read_to_string(dir.join("chapbook.toml")).unwrap().parse().unwrap()
    }

    #[test]
    fn titles_come_from_the_folder() {
        let above = tempfile::tempdir().unwrap();
        for (name, title, id) in [
            ("my-guide", "My guide", "my-guide"),
            ("deep/er/My_Book", "My Book", "my-book"),
            ("a b", "A b", "a-b"),
            ("停电指南", "停电指南", "停电指南"),
            ("say \"%ID%\"", "Say \"%ID%\"", "say-id"),
            ("---", "Book", "book"),
        ] {
            let dir = above.path().join(name);
            let files = create(&dir, Kind::Guide, "en").unwrap();
            let book = config(&dir)["book"].clone();
            assert_eq!((book["title"].as_str(), book["id"].as_str()), (Some(title), Some(id)), "{name:?}");
            assert!(files.iter().all(|file| file.starts_with(&dir) && file.is_file()), "{name:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_a_book_is_not_followed() {
        let above = tempfile::tempdir().unwrap();
        let book = above.path().join("book");
        create(&book, Kind::Guide, "en").unwrap();
        fs::create_dir(above.path().join("empty")).unwrap();
        std::os::unix::fs::symlink("../empty", book.join("more")).unwrap();
        std::os::unix::fs::symlink("empty", above.path().join("mine")).unwrap();
        for dir in ["more", "more/deep"] {
            assert!(matches!(create(&book.join(dir), Kind::Guide, "en"), Err(Error::Refused { .. })));
        }
        assert_eq!(fs::read_dir(above.path().join("empty")).unwrap().count(), 0);
        create(&above.path().join("mine"), Kind::Guide, "en").unwrap();
    }

    #[test]
    fn an_empty_folder_is_accepted() {
        let dir = tempfile::tempdir().unwrap();
        create(&dir.path().join("."), Kind::Runbook, "zh-Hans").unwrap();
        assert_eq!(config(dir.path())["book"]["language"].as_str(), Some("zh-Hans"));
    }

    #[test]
    fn refusals_leave_nothing_behind() {
        let above = tempfile::tempdir().unwrap();
        let file = above.path().join("file");
        drop(File::create_new(&file).unwrap());
        for (dir, language, message) in [
            (above.path().to_owned(), "en", "is not empty: it contains `file`"),
            (file.clone(), "en", "is not a folder"),
            (file.join("under"), "en", "is not a folder"),
            (above.path().join("new"), "ja", "there is no starter in the language `ja`"),
        ] {
            let refusal = create(&dir, Kind::Handbook, language).unwrap_err().to_string();
            assert!(refusal.contains(message), "{refusal}");
        }
        let left: Vec<_> = fs::read_dir(above.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(left, [file]);
    }

    #[test]
    fn files_are_removed_after_an_error() {
        let above = tempfile::tempdir().unwrap();
        let dir = above.path().join("a/b");
        let error = write(&dir, &[("c/d.md", "x"), ("e", "x"), ("e/f.md", "its folder is a file")], "B").unwrap_err();
        assert!(matches!(error, Error::Disk { operation: "create", .. }), "{error}");
        assert_eq!(fs::read_dir(above.path()).unwrap().count(), 0);
    }
}
