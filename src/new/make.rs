//! Writes a starter into a folder, whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::starter::{self, Entry, Kind, Language};
use crate::error::Error;
use crate::path::Anchor;

/// Stands in a starter's `chapbook.toml` for the book's title, quotes included.
const TITLE: &str = "%TITLE%";
/// Stands there for its id.
const ID: &str = "%ID%";

/// Makes a first book in `dir`, which is created if need be, and lists the files it wrote.
///
/// The title is the folder's name with `-` and `_` as spaces; the id is made from it.
///
/// # Errors
/// [`Error::Refused`] if the folder holds anything, is no folder, or no starter is written in `language`;
/// [`Error::Disk`] if a file cannot be written. Nothing is left behind in either case.
pub fn make(dir: &Path, kind: Kind, language: &str) -> Result<Vec<PathBuf>, Error> {
    let language = Language::of(language)?;
    check_empty(dir)?;
    write(dir, &starter::files(kind, language), &title(dir))
}

fn check_empty(dir: &Path) -> Result<(), Error> {
    let help = "name a folder that does not exist yet, as in `chapbook new my-guide`";
    let refused = |why: String| Err(Error::refused(format!("`{}` {why}", dir.display()), help));
    match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => refused("is not a folder".to_owned()),
        Err(error) => Err(Error::disk("read", dir)(error)),
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(Ok(entry)) => refused(format!("is not empty: it holds `{}`", entry.file_name().display())),
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

fn write(dir: &Path, files: &[Entry], title: &str) -> Result<Vec<PathBuf>, Error> {
    let mut made = Made::default();
    let mut write = || {
        made.folder(dir)?;
        files.iter().try_for_each(|(path, text)| made.file(&dir.join(path), &fill(path, text, title)))
    };
    match write() {
        Ok(()) => Ok(made.files),
        Err(error) => {
            made.take_back();
            Err(error)
        }
    }
}

/// Puts title and id into `chapbook.toml`; all other files are written as they are.
fn fill(path: &str, text: &str, title: &str) -> String {
    if path != "chapbook.toml" {
        return text.to_owned();
    }
    let quoted = |value: &str| toml::Value::from(value).to_string();
    // The id first: it cannot hold a `%`, and a title can.
    text.replace(ID, &quoted(Anchor::from_heading(title).as_str())).replace(TITLE, &quoted(title))
}

/// What was made so far, so that it can be taken back.
#[derive(Debug, Default)]
struct Made {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

impl Made {
    /// Makes a folder and those above it that do not exist.
    fn folder(&mut self, folder: &Path) -> Result<(), Error> {
        let missing: Vec<&Path> =
            folder.ancestors().take_while(|above| !above.as_os_str().is_empty() && !above.is_dir()).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder).map_err(Error::disk("create", folder))?;
            self.folders.push(folder.to_owned());
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, text: &str) -> Result<(), Error> {
        if let Some(folder) = path.parent() {
            self.folder(folder)?;
        }
        let mut file = File::create_new(path).map_err(Error::disk("create", path))?;
        self.files.push(path.to_owned());
        file.write_all(text.as_bytes()).map_err(Error::disk("write", path))
    }

    /// Removes what was made, as far as the disk lets us. A folder that somebody has put something into stays.
    fn take_back(self) {
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
            let files = make(&dir, Kind::Guide, "en").unwrap();
            let book = config(&dir)["book"].clone();
            assert_eq!((book["title"].as_str(), book["id"].as_str()), (Some(title), Some(id)), "{name:?}");
            assert!(files.iter().all(|file| file.starts_with(&dir) && file.is_file()), "{name:?}");
        }
    }

    #[test]
    fn an_empty_folder_will_do() {
        let dir = tempfile::tempdir().unwrap();
        make(&dir.path().join("."), Kind::Runbook, "zh-Hans").unwrap();
        assert_eq!(config(dir.path())["book"]["language"].as_str(), Some("zh-Hans"));
    }

    #[test]
    fn refusals_leave_nothing_behind() {
        let above = tempfile::tempdir().unwrap();
        let file = above.path().join("file");
        drop(File::create_new(&file).unwrap());
        for (dir, language, message) in [
            (above.path().to_owned(), "en", "is not empty: it holds `file`"),
            (file.clone(), "en", "is not a folder"),
            (file.join("under"), "en", "is not a folder"),
            (above.path().join("new"), "ja", "no first book is written in `ja`"),
        ] {
            let refusal = make(&dir, Kind::Handbook, language).unwrap_err().to_string();
            assert!(refusal.contains(message), "{refusal}");
        }
        let left: Vec<_> = fs::read_dir(above.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(left, [file]);
    }

    #[test]
    fn a_half_made_folder_is_taken_back() {
        let above = tempfile::tempdir().unwrap();
        let dir = above.path().join("a/b");
        let error = write(&dir, &[("c/d.md", "x"), ("e", "x"), ("e/f.md", "cannot lie in a file")], "B").unwrap_err();
        assert!(matches!(error, Error::Disk { doing: "create", .. }), "{error}");
        assert_eq!(fs::read_dir(above.path()).unwrap().count(), 0);
    }
}
