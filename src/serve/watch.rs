//! Watches the files of a book.
//!
//! In: the paths that a build has read. Out: a call for each change that may affect the site. A change only starts a build;
//! browsers reload only if the bytes of the site differ.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use notify::event::{AccessKind, AccessMode, EventKind, MetadataKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::config::{CONFIG_FILE, Project};
use crate::error::Error;

/// Names of folders that never belong to a book, at any depth.
const IGNORED_FOLDERS: [&str; 4] = [".git", ".chapbook", ".hg", "node_modules"];

/// The configuration files in the book's root.
const CONFIGURATIONS: [&str; 2] = [CONFIG_FILE, "book.toml"];

/// The folders to watch, and which changes in them to ignore.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct WatchedPaths {
    /// Folders to watch, with or without their subfolders.
    folders: BTreeMap<PathBuf, Depth>,
    /// Folders below them whose changes are ignored.
    ignored: BTreeSet<PathBuf>,
    /// The book's root.
    root: PathBuf,
    /// The entries of the root that belong to the book. Others, such as a log of the preview itself, are ignored.
    wanted: BTreeSet<PathBuf>,
}

/// How much of a folder is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// Its own entries only.
    Alone,
    /// Everything below it.
    All,
}

impl WatchedPaths {
    /// The paths of a project: the root for the configuration, content and theme with their subfolders, and the folders of
    /// everything else in `read`. Folders are watched instead of files, because many editors save by renaming.
    pub(super) fn of(project: &Project, read: &[PathBuf]) -> Self {
        let config = &project.config;
        let mut paths = Self { root: real(&project.root), ..Self::default() };
        for folder in [&config.source.dir, &config.theme.dir] {
            paths.add(&project.root.join(folder), Depth::All);
            paths.want(&project.root.join(folder));
        }
        paths.wanted.extend(CONFIGURATIONS.map(|name| paths.root.join(name)));
        paths.add(&project.root, Depth::Alone);
        for path in read {
            paths.want(path);
            let folder = if path.is_dir() { Some(path.as_path()) } else { path.parent() };
            if let Some(folder) = folder {
                paths.add(folder, Depth::Alone);
            }
        }
        let output = real(&project.root.join(&config.output.dir));
        // An output folder that contains the book is rejected when publishing; ignoring it would ignore the whole book.
        if !paths.folders.keys().any(|folder| folder.starts_with(&output)) {
            paths.ignored.insert(output);
        }
        paths
    }

    /// A path that belongs to the book. A symbolic link is replaced where it lies, and what it leads to is edited elsewhere.
    fn want(&mut self, path: &Path) {
        self.wanted.insert(real(path));
        if let (Some(folder), Some(name), true) = (path.parent(), path.file_name(), path.is_symlink()) {
            self.wanted.insert(real(folder).join(name));
            self.add(folder, Depth::Alone);
        }
    }

    fn add(&mut self, folder: &Path, depth: Depth) {
        let Some(existing) = absolute(folder).ancestors().find_map(|above| fs::canonicalize(above).ok()) else {
            return;
        };
        // If the folder is missing, the nearest existing one above it shows when it is created.
        let depth = if folder.is_dir() { depth } else { Depth::Alone };
        let covered = |(at, had): (&PathBuf, &Depth)| *had == Depth::All && existing.starts_with(at);
        if !self.folders.iter().any(covered) {
            self.folders.insert(existing, depth);
        }
    }

    fn is_ignored(&self, path: &Path) -> bool {
        let is_root_entry = path.parent() == Some(&self.root) && self.folders.get(&self.root) == Some(&Depth::Alone);
        if is_root_entry && !self.wanted.iter().any(|wanted| wanted.starts_with(path)) {
            return true;
        }
        let base = self.folders.keys().filter(|folder| path.starts_with(folder)).min();
        let inside = base.and_then(|base| path.strip_prefix(base).ok()).unwrap_or(path);
        let in_ignored_folder =
            inside.iter().any(|name| IGNORED_FOLDERS.iter().any(|ignored| name.eq_ignore_ascii_case(ignored)));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        in_ignored_folder || is_editor_file(&name) || self.ignored.iter().any(|folder| path.starts_with(folder))
    }
}

/// Calls a function when something in the watched folders may have changed.
pub(super) struct Watcher {
    notify: RecommendedWatcher,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    paths: WatchedPaths,
    watched: BTreeMap<PathBuf, Depth>,
}

/// Whether a call of [`Watcher::watch`] added a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coverage {
    /// All folders were watched already.
    Unchanged,
    /// A folder was added; earlier changes in it were not noticed.
    Extended,
}

impl Watcher {
    /// A watcher that watches nothing yet.
    pub(super) fn new(on_change: impl Fn() + Send + 'static) -> Result<Self, Error> {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let notify = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if locked(&shared).is_relevant(&event) {
                on_change();
            }
        });
        Ok(Self { notify: notify.map_err(|source| unwatchable(Path::new("."), source))?, state })
    }

    /// Watches `paths`, in addition to the folders of earlier calls.
    ///
    /// # Errors
    /// If an existing folder cannot be watched; [`Error::Refused`] if the system's limit of watches is reached.
    pub(super) fn watch(&mut self, paths: WatchedPaths) -> Result<Coverage, Error> {
        let missing = locked(&self.state).replace_paths(paths);
        for (folder, depth) in &missing {
            let mode = if *depth == Depth::All { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            match self.notify.watch(folder, mode) {
                // It was deleted meanwhile; the folder above it shows when it is created again.
                Err(notify::Error { kind: notify::ErrorKind::PathNotFound, .. }) => {
                    locked(&self.state).watched.remove(folder);
                }
                result => result.map_err(|source| unwatchable(folder, source))?,
            }
        }
        Ok(if missing.is_empty() { Coverage::Unchanged } else { Coverage::Extended })
    }
}

impl State {
    /// Replaces the paths and returns the folders that are not watched yet.
    fn replace_paths(&mut self, paths: WatchedPaths) -> Vec<(PathBuf, Depth)> {
        let missing: Vec<_> = paths
            .folders
            .iter()
            .filter(|(folder, depth)| !matches!(self.watched.get(*folder), Some(had) if had == *depth || *had == Depth::All))
            .map(|(folder, depth)| (folder.clone(), *depth))
            .collect();
        self.watched.extend(missing.iter().cloned());
        self.paths = paths;
        missing
    }

    fn is_relevant(&mut self, event: &notify::Result<notify::Event>) -> bool {
        // An error of the watcher means that events may be lost.
        let Ok(event) = event else { return true };
        if event.need_rescan() {
            return true;
        }
        if !is_change(event.kind) {
            return false;
        }
        for path in &event.paths {
            // Deleting a folder ends its watch; when it is created again it must be watched again.
            self.watched.remove(path);
        }
        event.paths.is_empty() || event.paths.iter().any(|path| !self.paths.is_ignored(path))
    }
}

/// Whether an event is a change. Reading is not: a build reads files, and would start the next build.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
        EventKind::Modify(ModifyKind::Metadata(kind)) => kind != MetadataKind::AccessTime,
        _ => true,
    }
}

/// Whether a file name is one of a temporary file of an editor or of the system.
fn is_editor_file(name: &str) -> bool {
    let vim = name == "4913" || [".swp", ".swo", ".swx"].iter().any(|end| name.ends_with(end));
    let emacs = name.starts_with(".#") || (name.len() > 1 && name.starts_with('#') && name.ends_with('#'));
    let others = name == ".DS_Store" || name.starts_with(".goutputstream-") || name.starts_with(".chapbook-");
    vim || emacs || others || name.ends_with('~')
}

/// Locks the state. After a panic elsewhere it is still usable: at worst a folder is watched twice.
fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn real(path: &Path) -> PathBuf {
    let path = absolute(path);
    let found = path.ancestors().find_map(|above| Some((above, fs::canonicalize(above).ok()?)));
    let joined = found.and_then(|(above, real)| Some(real.join(path.strip_prefix(above).ok()?)));
    joined.unwrap_or(path)
}

fn unwatchable(folder: &Path, source: notify::Error) -> Error {
    match source.kind {
        notify::ErrorKind::MaxFilesWatch => Error::refused(
            format!("cannot watch `{}`: it has more folders than the system allows", folder.display()),
            "raise the limit (`sysctl fs.inotify.max_user_watches=524288`), or move other folders out of the content",
        ),
        notify::ErrorKind::Io(source) => Error::disk("watch", folder)(source),
        _ => Error::disk("watch", folder)(std::io::Error::other(source)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;
    use crate::config::Config;

    fn project(root: &Path) -> Project {
        for folder in ["content/deep", "theme", "public", "snippets"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        Project { root: root.to_owned(), config: Config::default(), folder: None, file: None }
    }

    #[test]
    fn noise_is_not_a_change() {
        let folder = tempfile::Builder::new().prefix(".git").tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let paths = WatchedPaths::of(&project(&root), &[root.join("README.md"), root.join("snippets/deep/x.rs")]);
        for (path, noise) in [
            ("chapbook.toml", false),
            ("README.md", false),
            ("serve.log", true),
            ("content", false),
            ("theme", false),
            ("snippets", false),
            ("snippets/deep/y.rs", false),
            ("elsewhere", true),
            ("content/a.md", false),
            ("content/.hidden.md", false),
            ("content/public/a.md", false),
            ("content/#1.md", false),
            ("theme/page.html", false),
            ("public/index.html", true),
            ("public", true),
            (".git/index", true),
            ("content/sub/.git/HEAD", true),
            (".chapbook/cache/x", true),
            ("node_modules/a/b.js", true),
            ("content/a.md~", true),
            ("content/.a.md.swp", true),
            ("content/4913", true),
            ("content/.#a.md", true),
            ("content/#a.md#", true),
            ("content/.DS_Store", true),
            ("content/.chapbook-tmp-0123456789abcdef", true),
        ] {
            assert_eq!(paths.is_ignored(&root.join(path)), noise, "{path}");
        }
    }

    #[test]
    fn reading_is_not_a_change() {
        use notify::event::{CreateKind, DataChange, RemoveKind};
        for (kind, change) in [
            (EventKind::Access(AccessKind::Open(AccessMode::Any)), false),
            (EventKind::Access(AccessKind::Read), false),
            (EventKind::Access(AccessKind::Close(AccessMode::Read)), false),
            (EventKind::Access(AccessKind::Close(AccessMode::Write)), true),
            (EventKind::Modify(ModifyKind::Metadata(MetadataKind::AccessTime)), false),
            (EventKind::Modify(ModifyKind::Data(DataChange::Any)), true),
            (EventKind::Create(CreateKind::File), true),
            (EventKind::Remove(RemoveKind::Folder), true),
            (EventKind::Any, true),
        ] {
            assert_eq!(is_change(kind), change, "{kind:?}");
        }
    }

    #[test]
    fn places_follow_what_was_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let mut project = project(&root);
        let read = [root.join("content/deep/a.md"), root.join("snippets/x.rs"), root.join("content")];
        let folders = |project: &Project| -> Vec<(String, Depth)> {
            let paths = WatchedPaths::of(project, &read);
            let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
            paths.folders.iter().map(|(path, depth)| (name(path), *depth)).collect()
        };
        let (all, alone) = (Depth::All, Depth::Alone);
        let expected = [("", alone), ("content", all), ("snippets", alone), ("theme", all)];
        assert_eq!(folders(&project), expected.map(|(name, depth)| (name.to_owned(), depth)));
        project.config.source.dir = "book/text".to_owned();
        project.config.theme.dir = "none".to_owned();
        let expected = [("", alone), ("content", alone), ("content/deep", alone), ("snippets", alone)];
        assert_eq!(folders(&project), expected.map(|(name, depth)| (name.to_owned(), depth)));
        project.config.source.dir = String::new();
        assert_eq!(folders(&project), [(String::new(), all)]);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_what_they_lead_to_are_watched() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let project = project(&root.join("book"));
        save(&root.join("book/first.md"));
        save(&root.join("book/second.md"));
        symlink("first.md", root.join("book/middle.md")).unwrap();
        symlink("../middle.md", root.join("book/content/a.md")).unwrap();
        let read = ["book/content/a.md", "book/middle.md", "book/first.md", "shared/deep/x.md"].map(|it| root.join(it));
        fs::create_dir_all(root.join("shared/deep")).unwrap();
        let paths = WatchedPaths::of(&project, &read);
        for (path, noise) in [
            ("book/content/a.md", false),
            ("book/middle.md", false),
            ("book/first.md", false),
            ("book/second.md", true),
            ("shared/deep/x.md", false),
        ] {
            assert_eq!(paths.is_ignored(&root.join(path)), noise, "{path}");
        }
        assert!(paths.folders.contains_key(&root.join("shared/deep")));
    }

    #[expect(clippy::disallowed_methods, reason = "an author saves")]
    fn save(path: &Path) {
        fs::write(path, "x").unwrap();
    }

    #[test]
    fn changes_on_disk_are_seen() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let project = project(&root);
        let (sender, changes) = mpsc::channel();
        let mut watcher = Watcher::new(move || sender.send(()).unwrap_or_default()).unwrap();
        assert_eq!(watcher.watch(WatchedPaths::of(&project, &[])).unwrap(), Coverage::Extended);
        assert_eq!(watcher.watch(WatchedPaths::of(&project, &[])).unwrap(), Coverage::Unchanged);
        let is_noticed = || {
            let noticed = changes.recv_timeout(Duration::from_secs(5)).is_ok();
            while changes.recv_timeout(Duration::from_millis(50)).is_ok() {}
            noticed
        };
        save(&root.join("content/deep/a.md"));
        assert!(is_noticed(), "a new file");
        fs::rename(root.join("content/deep/a.md"), root.join("content/b.md")).unwrap();
        assert!(is_noticed(), "a renamed file");
        save(&root.join("chapbook.toml"));
        assert!(is_noticed(), "the configuration");
        fs::remove_dir_all(root.join("content")).unwrap();
        assert!(is_noticed(), "a removed folder");
        fs::create_dir_all(root.join("content/again")).unwrap();
        assert!(is_noticed(), "a folder that is back");
        assert_eq!(watcher.watch(WatchedPaths::of(&project, &[])).unwrap(), Coverage::Extended);
        save(&root.join("content/again/c.md"));
        assert!(is_noticed(), "a file in it");
        save(&root.join("public/index.html"));
        fs::read_dir(root.join("content")).unwrap().for_each(drop);
        assert!(
            changes.recv_timeout(Duration::from_millis(200)).is_err(),
            "changes of the output folder, and reading, are ignored"
        );
    }
}
