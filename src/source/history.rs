//! The day on which each content file last changed, from the history of git.
//!
//! There is a day for each file that is in a commit. There are none without git, outside of a repository, and in a shallow
//! clone, whose days would be wrong. Days are those of commits; the clock is never read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::git::Repository;
use crate::digest::Digest;
use crate::path::ContentPath;

/// The day on which each file last changed, as `YYYY-MM-DD`.
pub type Days = BTreeMap<ContentPath, String>;

/// The byte before the day of a commit in the output of git; no file name begins with it.
const COMMIT: char = '\u{1}';

/// The most folders that are given to git; for more it reads the history of all.
const FOLDERS: usize = 100;

/// The repository that holds a book, and the commit that is checked out.
#[derive(Debug, Clone)]
pub struct History {
    repository: Repository,
    commit: String,
}

impl History {
    /// The history of the book in a folder; `None` if there is no repository, or only a shallow clone.
    #[must_use]
    pub fn of(book: &Path) -> Option<Self> {
        let repository = Repository::around(&fs::canonicalize(book).ok()?)?;
        let answer = repository.ask(&["rev-parse", "--is-shallow-repository", "HEAD"])?;
        let (shallow, commit) = answer.trim().split_once('\n')?;
        (shallow == "false").then(|| Self { repository, commit: commit.to_owned() })
    }

    /// A digest of everything that the days depend on: equal digests mean equal days.
    #[must_use]
    pub fn digest(&self, files: &BTreeMap<ContentPath, PathBuf>) -> Digest {
        let folder = self.repository.work_tree().to_string_lossy();
        let parts = [folder.as_bytes(), self.commit.as_bytes()];
        let files =
            files.iter().flat_map(|(path, disk)| [path.as_str().as_bytes(), disk.as_os_str().as_encoded_bytes()]);
        Digest::of_parts(parts.into_iter().chain(files))
    }

    /// The day of the latest commit that changed each file: of a path of the content, the file on disk, without symbolic
    /// links. Files that are in no commit have none.
    ///
    /// No file has a day if git does not answer within a minute.
    #[must_use]
    pub fn days(&self, files: &BTreeMap<ContentPath, PathBuf>) -> Days {
        let wanted = self.wanted(files);
        let folders = folders_of(wanted.keys());
        let mut arguments = vec!["log", "--format=%x01%cs", "--name-only", "-z", "--no-relative", "--no-renames"];
        arguments.extend(["--no-color", "--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-mailmap"]);
        arguments.extend(["-O/dev/null", &self.commit, "--"]);
        arguments.extend(folders.iter().map(String::as_str));
        let mut found = Latest { wanted, days: Days::new(), day: String::new() };
        self.repository.read_records(&arguments, |record| found.read(record)).map_or_else(Days::new, |()| found.days)
    }

    /// The files of the repository, by their paths there, and the paths of the content that lead to them.
    fn wanted<'f>(&self, files: &'f BTreeMap<ContentPath, PathBuf>) -> BTreeMap<ContentPath, Vec<&'f ContentPath>> {
        let mut wanted: BTreeMap<ContentPath, Vec<&ContentPath>> = BTreeMap::new();
        for (path, disk) in files {
            let inside = disk.strip_prefix(self.repository.work_tree()).ok().and_then(Path::to_str);
            if let Some(inside) = inside.and_then(|inside| ContentPath::resolve("", &inside.replace('\\', "/"))) {
                wanted.entry(inside).or_default().push(path);
            }
        }
        wanted
    }
}

/// The folders of files, each as an argument of git; all if there are many.
fn folders_of<'f>(files: impl Iterator<Item = &'f ContentPath>) -> BTreeSet<String> {
    let mut folders: BTreeSet<String> = BTreeSet::new();
    for file in files {
        let folder = file.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
        let is_covered = folders.range(..=folder.to_owned()).next_back().is_some_and(|above| is_below(folder, above));
        if !is_covered {
            folders.insert(folder.to_owned());
        }
    }
    if folders.len() > FOLDERS {
        folders = BTreeSet::from([String::new()]);
    }
    folders.into_iter().map(|folder| format!(":(top,literal){folder}")).collect()
}

fn is_below(folder: &str, above: &str) -> bool {
    above.is_empty() || folder.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Reads file names, each of which belongs to the day before it, until every file has a day.
struct Latest<'f> {
    wanted: BTreeMap<ContentPath, Vec<&'f ContentPath>>,
    days: Days,
    day: String,
}

impl Latest<'_> {
    /// Reads one record; `false` if no more are needed.
    fn read(&mut self, record: &str) -> bool {
        // Git writes a line end after the day.
        let record = record.trim_matches('\n');
        if let Some(day) = record.strip_prefix(COMMIT) {
            day.clone_into(&mut self.day);
        } else if let Some(paths) = ContentPath::resolve("", record).and_then(|path| self.wanted.remove(&path)) {
            self.days.extend(paths.into_iter().map(|path| (path.clone(), self.day.clone())));
        }
        !self.wanted.is_empty()
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests create files")]
mod tests {
    use std::process::Command;

    use super::*;

    fn paths(content: &Path, names: &[&str]) -> BTreeMap<ContentPath, PathBuf> {
        let path = |name: &&str| Some((ContentPath::resolve("", name)?, content.join(name)));
        names.iter().filter_map(path).collect()
    }

    fn run(folder: &Path, day: &str, arguments: &[&str]) {
        let mut command = Command::new("git");
        command
            .arg("-C")
            .arg(folder)
            .args(["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgSign=false"])
            .args(arguments);
        command.env("GIT_COMMITTER_DATE", format!("{day}T12:00:00Z"));
        assert!(command.status().unwrap().success(), "{arguments:?}");
    }

    #[test]
    fn the_day_of_a_file_is_that_of_its_latest_commit() {
        let root = tempfile::tempdir().unwrap();
        let content = root.path().join("content/a");
        std::fs::create_dir_all(&content).unwrap();
        run(root.path(), "2020-01-01", &["init", "--quiet"]);
        for (day, name, text) in
            [("2020-01-01", "逾期 1.md", "1"), ("2020-02-02", "b.md", "1"), ("2020-03-03", "b.md", "2")]
        {
            std::fs::write(content.join(name), text).unwrap();
            run(root.path(), day, &["add", "."]);
            run(root.path(), day, &["commit", "--quiet", "-m", "x"]);
        }
        std::fs::write(content.join("new.md"), "not in a commit").unwrap();
        let root_path = fs::canonicalize(root.path()).unwrap();
        let files = paths(&root_path.join("content"), &["a/逾期 1.md", "a/b.md", "a/new.md"]);
        let history = History::of(root.path()).unwrap();
        let days = history.days(&files).into_iter().map(|(path, day)| format!("{path} {day}")).collect::<Vec<_>>();
        assert_eq!(days, ["a/b.md 2020-03-03", "a/逾期 1.md 2020-01-01"]);

        let shallow = tempfile::tempdir().unwrap();
        let from = format!("file://{}", root.path().display());
        let mut clone = Command::new("git");
        clone.args(["clone", "--quiet", "--depth", "1", &from]).arg(shallow.path().join("x"));
        assert!(clone.status().unwrap().success());
        assert!(History::of(&shallow.path().join("x/content")).is_none(), "a shallow clone has no history");
    }

    #[test]
    fn a_folder_outside_of_a_repository_has_no_history() {
        let folder = tempfile::tempdir().unwrap();
        assert!(History::of(folder.path()).is_none());
        assert!(History::of(&folder.path().join("gone")).is_none());
    }
}
