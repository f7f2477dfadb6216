//! The day on which each content file last changed, from the history of git.
//!
//! There is a day for each file that is in a commit. There are none without git, outside of a repository, and in a shallow
//! clone, whose days would be wrong. Days are those of commits; the clock is never read.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::digest::Digest;
use crate::path::ContentPath;

/// The day on which each file last changed, as `YYYY-MM-DD`.
pub type Days = BTreeMap<ContentPath, String>;

/// The byte before the day of a commit in the output of git; no file name begins with it.
const COMMIT: u8 = 1;

/// A folder in a git repository, and the commit that is checked out.
#[derive(Debug, Clone)]
pub struct History {
    folder: PathBuf,
    commit: String,
}

impl History {
    /// The history of a folder; `None` if there is no repository, or only a shallow clone.
    #[must_use]
    pub fn of(folder: &Path) -> Option<Self> {
        let answer = git(folder).args(["rev-parse", "--is-shallow-repository", "HEAD"]).output().ok()?;
        let text = String::from_utf8(answer.stdout).ok().filter(|_| answer.status.success())?;
        let (shallow, commit) = text.trim().split_once('\n')?;
        (shallow == "false").then(|| Self { folder: folder.to_path_buf(), commit: commit.to_owned() })
    }

    /// A digest of everything that the days depend on: equal digests mean equal days.
    #[must_use]
    pub fn digest(&self, files: &BTreeSet<ContentPath>) -> Digest {
        let folder = self.folder.to_string_lossy();
        let parts = [folder.as_bytes(), self.commit.as_bytes()];
        Digest::of_parts(parts.into_iter().chain(files.iter().map(|path| path.as_str().as_bytes())))
    }

    /// The day of the latest commit that changed each file. Files that are in no commit have none.
    #[must_use]
    pub fn days(&self, files: &BTreeSet<ContentPath>) -> Days {
        let mut log = git(&self.folder);
        log.args(["log", "--format=%x01%cs", "--name-only", "-z", "--relative", "--no-renames", "--no-color"]);
        log.args(["--no-show-signature", "--no-ext-diff", "--no-textconv", &self.commit, "--", "."]);
        let Ok(mut child) = log.stdout(Stdio::piped()).spawn() else { return Days::new() };
        let days = child.stdout.take().map_or_else(Days::new, |output| latest(BufReader::new(output), files));
        end(&mut child);
        days
    }
}

/// A git command that asks no questions, fetches nothing and runs no program that the repository configures.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).arg("--no-pager");
    for setting in ["core.fsmonitor=false", "core.quotePath=false", "log.showSignature=false", "protocol.allow=never"] {
        command.args(["-c", setting]);
    }
    for (name, value) in [("GIT_NO_LAZY_FETCH", "1"), ("GIT_TERMINAL_PROMPT", "0"), ("GIT_OPTIONAL_LOCKS", "0")] {
        command.env(name, value);
    }
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// Stops git: once every file has a day, the rest of the history is not needed.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// Reads file names, each of which belongs to the day before it, until every file has a day.
fn latest(mut log: impl BufRead, files: &BTreeSet<ContentPath>) -> Days {
    let (mut days, mut day) = (Days::new(), String::new());
    let mut record = Vec::new();
    while days.len() < files.len() {
        record.clear();
        let read = log.read_until(0, &mut record);
        if read.is_err() || record.is_empty() {
            break;
        }
        let Ok(text) = std::str::from_utf8(&record) else { continue };
        // Records end with a NUL; git also writes a line end after the day.
        let text = text.trim_matches(['\0', '\n']);
        match text.as_bytes().first() {
            Some(&COMMIT) => text[1..].clone_into(&mut day),
            Some(_) => add_day(text, &day, files, &mut days),
            None => {}
        }
    }
    days
}

fn add_day(name: &str, day: &str, files: &BTreeSet<ContentPath>, days: &mut Days) {
    if let Some(path) = ContentPath::resolve("", name).filter(|path| files.contains(path)) {
        days.entry(path).or_insert_with(|| day.to_owned());
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests create files")]
mod tests {
    use super::*;

    fn paths(names: &[&str]) -> BTreeSet<ContentPath> {
        names.iter().filter_map(|name| ContentPath::resolve("", name)).collect()
    }

    fn run(folder: &Path, day: &str, arguments: &[&str]) {
        let mut command = git(folder);
        command.args(["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgSign=false"]).args(arguments);
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
        let files = paths(&["a/逾期 1.md", "a/b.md", "a/new.md"]);
        let history = History::of(&root.path().join("content")).unwrap();
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
