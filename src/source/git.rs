//! The git repository that holds a book, and the only place where git is run.
//!
//! Git is a program that obeys what it finds: a folder with `HEAD`, `config`, `objects` and `refs` is a repository to it, and
//! its configuration names files to read and programs to run. These are plain files, and a book of somebody else may have
//! them. So the repository is found here: the nearest folder at or above the book's with `.git`, a name that git never tracks.
//! Git starts there, does not search further up or in the content, fetches nothing, and reads no file that a configuration
//! names for the commands used here.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use crate::child::{self, Finished, Limits};

/// Settings that hold whatever the configuration says.
const SETTINGS: [&str; 6] = [
    "core.fsmonitor=false",
    "core.quotePath=false",
    "log.mailmap=false",
    "log.showSignature=false",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
];

/// Variables that are set: git asks nothing, fetches nothing and writes nothing.
const VARIABLES: [(&str, &str); 4] = [
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_TERMINAL_PROMPT", "0"),
];

/// Variables of a git that has started chapbook, as a hook: they may name another repository.
const REMOVED: [&str; 6] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_NAMESPACE", "GIT_EXTERNAL_DIFF", "GIT_CONFIG_PARAMETERS"];

/// A question is answered within this time, also in a large repository.
const ANSWER: Limits = Limits { time: Duration::from_secs(10), bytes: 16 << 20 };

/// The whole history is read within this time.
const HISTORY: Limits = Limits { time: Duration::from_mins(1), bytes: 1 << 30 };

/// The longest record of output, in bytes: a path, or a line of a commit.
const RECORD: u64 = 64 << 10;

/// A git repository with files that are checked out.
#[derive(Debug, Clone)]
pub(super) struct Repository {
    work_tree: PathBuf,
}

impl Repository {
    /// The repository of a folder: the nearest folder at or above it with `.git`. `folder` has no symbolic links.
    pub(super) fn around(folder: &Path) -> Option<Self> {
        let mut above = folder.ancestors().filter(|folder| folder.parent().is_some());
        let work_tree = above.find(|folder| folder.join(".git").exists())?;
        Some(Self { work_tree: work_tree.to_owned() })
    }

    /// The folder of its files.
    pub(super) fn work_tree(&self) -> &Path {
        &self.work_tree
    }

    /// The folder in which git keeps what it knows: `.git`, or where the file `.git` of a work tree or submodule says.
    fn git_dir(&self) -> PathBuf {
        let own = self.work_tree.join(".git");
        let file = fs::read_to_string(&own).ok().filter(|text| text.len() < 64 << 10);
        let named = file.as_deref().and_then(|text| text.strip_prefix("gitdir:"));
        named.map_or(own, |named| self.work_tree.join(named.trim()))
    }

    /// The file that changes with the list of files that git tracks.
    pub(super) fn index(&self) -> PathBuf {
        self.git_dir().join("index")
    }

    /// What git answers; `None` if it fails, or does not answer in time.
    pub(super) fn ask(&self, arguments: &[&str]) -> Option<String> {
        let Finished { status, output, .. } = child::run(self.git().args(arguments), Vec::new(), ANSWER).ok()?;
        String::from_utf8(output).ok().filter(|_| status.success())
    }

    /// Reads what git writes, in records that end with a NUL, until `read` has enough and returns `false`. `None` if git
    /// does not end in time, or writes what is not text.
    pub(super) fn read_records(&self, arguments: &[&str], mut read: impl FnMut(&str) -> bool) -> Option<()> {
        let mut output = BufReader::new(child::start(self.git().args(arguments), HISTORY).ok()?);
        let mut record = Vec::new();
        loop {
            record.clear();
            std::io::Read::take(&mut output, RECORD).read_until(0, &mut record).ok()?;
            if record.pop_if(|last| *last == 0).is_none() {
                // The end, or a record that is too long.
                return record.is_empty().then_some(());
            }
            // A name that is not text belongs to no chapter.
            if std::str::from_utf8(&record).is_ok_and(|record| !read(record)) {
                return Some(());
            }
        }
    }

    /// The hidden files, and the files in hidden folders, that git tracks.
    pub(super) fn hidden(&self) -> BTreeSet<PathBuf> {
        let listed = self.ask(&["ls-files", "-z", "--cached", "--", ":(top,glob)**/.*", ":(top,glob)**/.*/**"]);
        let names = listed.unwrap_or_default();
        names.split_terminator('\0').map(|name| self.work_tree.join(name)).collect()
    }

    fn git(&self) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.work_tree).arg("--no-pager");
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command.envs(VARIABLES);
        // Git takes `.git` in the folder where it starts, or nothing.
        command.env("GIT_CEILING_DIRECTORIES", self.work_tree.parent().unwrap_or(&self.work_tree));
        for name in REMOVED {
            command.env_remove(name);
        }
        command
    }
}

/// The files in which git notes each commit of the repository that holds a folder; none outside of a repository.
#[must_use]
pub fn commit_logs(folder: &Path) -> Vec<PathBuf> {
    let repository = fs::canonicalize(folder).ok().and_then(|real| Repository::around(&real));
    let logs = repository.map(|repository| ["HEAD", "logs/HEAD"].map(|name| repository.git_dir().join(name)));
    logs.into_iter().flatten().collect()
}

/// The folder of the repository that holds a folder. A home folder, which may be a repository of settings, is none.
#[must_use]
pub fn repository_of(folder: &Path) -> Option<PathBuf> {
    let real = fs::canonicalize(folder).ok()?;
    let repository = Repository::around(&real)?;
    let home = env::var_os("HOME").and_then(|home| fs::canonicalize(home).ok());
    let is_home = home.is_some_and(|home| home.starts_with(&repository.work_tree));
    (!is_home).then_some(repository.work_tree)
}
