//! When to build again: changes on disk, gathered until they pause.
//!
//! In: the folders a build has read. Out: a call for each change that may matter. Changes only start a build; whether
//! anything is different is decided by the bytes of the site it makes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind, MetadataKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::config::Project;
use crate::error::Error;

/// A build starts when nothing has changed for so long: editors save in several steps.
const QUIET: Duration = Duration::from_millis(30);

/// The page of a chapter is shown when nothing has changed for so long: a file that is half written is not worth a look.
const GLANCE: Duration = Duration::from_millis(4);

/// A build starts at the latest so long after a change, however much is still going on.
const STARVE: Duration = Duration::from_millis(300);

/// Folders whose changes never change a book, wherever they lie.
const NOISY_FOLDERS: [&str; 4] = [".git", ".chapbook", ".hg", "node_modules"];

/// The files at the root that say how the book is built.
const CONFIGURATIONS: [&str; 2] = ["chapbook.toml", "book.toml"];

/// Gathers changes that come close together.
#[derive(Debug, Default)]
pub(super) struct Debounce {
    first_and_last: Option<(Instant, Instant)>,
    /// Whether there was a glance since the last change.
    glanced: bool,
}

impl Debounce {
    /// Something has changed.
    pub(super) fn touch(&mut self, now: Instant) {
        let first = self.first_and_last.map_or(now, |(first, _)| first);
        self.first_and_last = Some((first, now));
        self.glanced = false;
    }

    /// When to take a glance; `None` if there was one since the last change.
    pub(super) fn glance(&self) -> Option<Instant> {
        self.first_and_last.filter(|_| !self.glanced).map(|(_, last)| last + GLANCE)
    }

    /// There was a glance.
    pub(super) fn glanced(&mut self) {
        self.glanced = true;
    }

    /// When to build; `None` while nothing has changed.
    pub(super) fn due(&self) -> Option<Instant> {
        self.first_and_last.map(|(first, last)| (last + QUIET).min(first + STARVE))
    }

    /// A build has started: what changes from now on is for the next one.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Where changes matter, and where they do not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Places {
    /// Folders to watch, each with all below it or alone.
    folders: BTreeMap<PathBuf, Depth>,
    /// Folders below them whose changes do not count.
    ignored: BTreeSet<PathBuf>,
    /// The book's root.
    root: PathBuf,
    /// What counts of the root's own entries. It may hold anything, such as a log of the very preview.
    wanted: BTreeSet<PathBuf>,
}

/// How much of a folder is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// The entries of the folder.
    Alone,
    /// Everything below it.
    All,
}

impl Places {
    /// The places of a project: its root for the configuration, content and theme wholly, and the folders of what
    /// else was read. Folders are watched, not files, because many editors save by renaming.
    pub(super) fn of(project: &Project, read: &[PathBuf]) -> Self {
        let config = &project.config;
        let mut places = Self { root: real(&project.root), ..Self::default() };
        for folder in [&config.source.dir, &config.theme.dir] {
            places.add(&project.root.join(folder), Depth::All);
            places.wanted.insert(real(&project.root.join(folder)));
        }
        places.wanted.extend(CONFIGURATIONS.map(|name| places.root.join(name)));
        places.wanted.extend(read.iter().map(|path| real(path)));
        places.add(&project.root, Depth::Alone);
        for path in read {
            let folder = if path.is_dir() { Some(path.as_path()) } else { path.parent() };
            if let Some(folder) = folder {
                places.add(folder, Depth::Alone);
            }
        }
        let output = real(&project.root.join(&config.output.dir));
        // An output that holds the book is refused when publishing; ignoring it here would make the preview deaf.
        if !places.folders.keys().any(|folder| folder.starts_with(&output)) {
            places.ignored.insert(output);
        }
        places
    }

    fn add(&mut self, folder: &Path, depth: Depth) {
        let Some(existing) = absolute(folder).ancestors().find_map(|above| fs::canonicalize(above).ok()) else {
            return;
        };
        // Of a folder that is missing, the nearest one above it will tell when it comes.
        let depth = if folder.is_dir() { depth } else { Depth::Alone };
        let covered = |(at, had): (&PathBuf, &Depth)| *had == Depth::All && existing.starts_with(at);
        if !self.folders.iter().any(covered) {
            self.folders.insert(existing, depth);
        }
    }

    fn is_noise(&self, path: &Path) -> bool {
        let beside_the_book = path.parent() == Some(&self.root) && self.folders.get(&self.root) == Some(&Depth::Alone);
        if beside_the_book && !self.wanted.iter().any(|wanted| wanted.starts_with(path)) {
            return true;
        }
        let base = self.folders.keys().filter(|folder| path.starts_with(folder)).min();
        let inside = base.and_then(|base| path.strip_prefix(base).ok()).unwrap_or(path);
        let in_noisy_folder =
            inside.iter().any(|name| NOISY_FOLDERS.iter().any(|noisy| name.eq_ignore_ascii_case(noisy)));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        in_noisy_folder || is_scratch(&name) || self.ignored.iter().any(|folder| path.starts_with(folder))
    }
}

/// Watches folders and says when something in them may have changed.
pub(super) struct Watcher {
    notify: RecommendedWatcher,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    places: Places,
    watched: BTreeMap<PathBuf, Depth>,
}

/// Whether a call of [`Watcher::watch`] has found something new to watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coverage {
    /// All was watched already.
    Same,
    /// Some folder is watched only from now on: what happened in it before went unseen.
    Grown,
}

impl Watcher {
    /// A watcher that watches nothing yet.
    pub(super) fn new(on_change: impl Fn() + Send + 'static) -> Result<Self, Error> {
        let state = Arc::new(Mutex::new(State::default()));
        let seen = Arc::clone(&state);
        let notify = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if locked(&seen).matters(&event) {
                on_change();
            }
        });
        Ok(Self { notify: notify.map_err(|source| unwatchable(Path::new("."), source))?, state })
    }

    /// Watches some places besides those of earlier calls.
    ///
    /// # Errors
    /// If the system refuses to watch a folder that exists.
    pub(super) fn watch(&mut self, places: Places) -> Result<Coverage, Error> {
        let missing = locked(&self.state).turn_to(places);
        for (folder, depth) in &missing {
            let mode = if *depth == Depth::All { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            match self.notify.watch(folder, mode) {
                // Gone since it was read; the folder above tells when it is back.
                Err(notify::Error { kind: notify::ErrorKind::PathNotFound, .. }) => {
                    locked(&self.state).watched.remove(folder);
                }
                result => result.map_err(|source| unwatchable(folder, source))?,
            }
        }
        Ok(if missing.is_empty() { Coverage::Same } else { Coverage::Grown })
    }
}

impl State {
    /// Takes over new places and gives back the folders that are not watched yet.
    fn turn_to(&mut self, places: Places) -> Vec<(PathBuf, Depth)> {
        let missing: Vec<_> = places
            .folders
            .iter()
            .filter(|(folder, depth)| !matches!(self.watched.get(*folder), Some(had) if had == *depth || *had == Depth::All))
            .map(|(folder, depth)| (folder.clone(), *depth))
            .collect();
        self.watched.extend(missing.iter().cloned());
        self.places = places;
        missing
    }

    fn matters(&mut self, event: &notify::Result<notify::Event>) -> bool {
        // A watcher that is in doubt has missed something.
        let Ok(event) = event else { return true };
        if event.need_rescan() {
            return true;
        }
        if !is_change(event.kind) {
            return false;
        }
        for path in &event.paths {
            // A watched folder that went away takes its watch with it, and needs a new one when it comes back.
            self.watched.remove(path);
        }
        event.paths.is_empty() || event.paths.iter().any(|path| !self.places.is_noise(path))
    }
}

/// Builds read files, so reading must not count as change: it would never end.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
        EventKind::Modify(ModifyKind::Metadata(kind)) => kind != MetadataKind::AccessTime,
        _ => true,
    }
}

/// Names that editors and systems give to files of their own, not of the author.
fn is_scratch(name: &str) -> bool {
    let vim = name == "4913" || [".swp", ".swo", ".swx"].iter().any(|end| name.ends_with(end));
    let emacs = name.starts_with(".#") || (name.len() > 1 && name.starts_with('#') && name.ends_with('#'));
    let others = name == ".DS_Store" || name.starts_with(".goutputstream-") || name.starts_with(".chapbook-");
    vim || emacs || others || name.ends_with('~')
}

/// A panic elsewhere leaves at worst a folder that is watched twice.
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
            format!("`{}` has more folders than the system lets us watch", folder.display()),
            "raise the limit (`sysctl fs.inotify.max_user_watches=524288`), or move other folders out of the content",
        ),
        notify::ErrorKind::Io(source) => Error::disk("watch", folder)(source),
        _ => Error::disk("watch", folder)(std::io::Error::other(source)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::config::Config;

    #[test]
    fn changes_are_gathered_until_they_pause() {
        let start = Instant::now();
        for (touches, due) in [
            (vec![], None),
            (vec![0], Some(30)),
            (vec![0, 10], Some(40)),
            (vec![0, 29, 58, 87], Some(117)),
            ((0..50).map(|n| n * 20).collect(), Some(300)),
            (vec![100, 390], Some(400)),
        ] {
            let mut debounce = Debounce::default();
            for at in &touches {
                debounce.touch(start + Duration::from_millis(*at));
            }
            assert_eq!(debounce.due(), due.map(|at| start + Duration::from_millis(at)), "{touches:?}");
            let glance = touches.last().map(|last| start + Duration::from_millis(*last) + GLANCE);
            assert_eq!(debounce.glance(), glance, "{touches:?}");
            debounce.glanced();
            assert_eq!(debounce.glance(), None);
            debounce.clear();
            assert_eq!(debounce.due(), None);
        }
    }

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
        let places = Places::of(&project(&root), &[root.join("README.md"), root.join("snippets/deep/x.rs")]);
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
            assert_eq!(places.is_noise(&root.join(path)), noise, "{path}");
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
            let places = Places::of(project, &read);
            let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
            places.folders.iter().map(|(path, depth)| (name(path), *depth)).collect()
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
        assert_eq!(watcher.watch(Places::of(&project, &[])).unwrap(), Coverage::Grown);
        assert_eq!(watcher.watch(Places::of(&project, &[])).unwrap(), Coverage::Same);
        let seen = || {
            let seen = changes.recv_timeout(Duration::from_secs(5)).is_ok();
            while changes.recv_timeout(Duration::from_millis(50)).is_ok() {}
            seen
        };
        save(&root.join("content/deep/a.md"));
        assert!(seen(), "a new file");
        fs::rename(root.join("content/deep/a.md"), root.join("content/b.md")).unwrap();
        assert!(seen(), "a renamed file");
        save(&root.join("chapbook.toml"));
        assert!(seen(), "the configuration");
        fs::remove_dir_all(root.join("content")).unwrap();
        assert!(seen(), "a removed folder");
        fs::create_dir_all(root.join("content/again")).unwrap();
        assert!(seen(), "a folder that is back");
        assert_eq!(watcher.watch(Places::of(&project, &[])).unwrap(), Coverage::Grown);
        save(&root.join("content/again/c.md"));
        assert!(seen(), "a file in it");
        save(&root.join("public/index.html"));
        fs::read_dir(root.join("content")).unwrap().for_each(drop);
        assert!(changes.recv_timeout(Duration::from_millis(200)).is_err(), "output and reading");
    }
}
