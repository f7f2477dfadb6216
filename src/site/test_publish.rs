//! Tests of publishing: what is written, kept and refused, and folders after builds that were killed.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::disk::Disk;
use super::manifest::Manifest;
use super::model::{Role, Site};
use super::output_folder::lock;
use super::publish::{Published, publish, publish_after, update};
use super::recovery::{Recovery, finish_stopped, recover};
use super::stat_cache::StatCache;
use crate::config::{Config, Project};
use crate::error::Error;
use crate::path::SitePath;

/// The files of a folder, path to text, without the hidden files of chapbook.
type Files = BTreeMap<String, String>;

fn files(list: &[(&str, &str)]) -> Files {
    list.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn site(files: &Files) -> Site {
    let mut site = Site::default();
    for (path, text) in files {
        let role = match path.rsplit('.').next() {
            Some("css") => Role::Asset,
            Some("txt") => Role::Meta,
            _ => Role::Page,
        };
        site.insert(SitePath::new(path).unwrap(), role, text.as_bytes()).unwrap();
    }
    site
}

struct Book {
    folder: tempfile::TempDir,
    project: Project,
}

impl Book {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("book/content")).unwrap();
        let project = Project { root: folder.path().join("book"), config: Config::default(), folder: None, file: None };
        Self { folder, project }
    }

    fn out(&self) -> PathBuf {
        self.project.root.join("public")
    }

    fn publish(&self, list: &[(&str, &str)]) -> Result<Published, Error> {
        publish(&site(&files(list)), &self.out(), &self.project)
    }

    fn put(&self, path: &str, text: &str) {
        put(&self.out().join(path), text);
    }

    fn holds(&self) -> Files {
        read_folder(&self.out())
    }

    fn counts(&self, list: &[(&str, &str)]) -> (usize, usize, usize) {
        let published = self.publish(list).unwrap();
        (published.written, published.unchanged, published.removed)
    }

    /// What publishing into a folder is refused with, the folder named from the place that holds the book.
    fn refusal(&self, out: &str) -> String {
        let result = publish(&site(&files(&[("index.html", "new")])), &self.folder.path().join(out), &self.project);
        message(result)
    }
}

fn message(result: Result<Published, Error>) -> String {
    match result {
        Err(Error::Refused { message, help }) => format!("{message}; {help}"),
        other => panic!("not refused: {other:?}"),
    }
}

#[expect(clippy::disallowed_methods, reason = "someone else writes here")]
fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// All files and empty folders (as "name/") below a folder, symlinks not followed.
fn read_all(folder: &Path, prefix: &str, found: &mut Files) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            let before = found.len();
            read_all(&entry.path(), &format!("{path}/"), found);
            if found.len() == before {
                found.insert(format!("{path}/"), String::new());
            }
        } else {
            found.insert(path, fs::read_to_string(entry.path()).unwrap_or_default());
        }
    }
}

fn read_folder(folder: &Path) -> Files {
    let mut found = Files::new();
    read_all(folder, "", &mut found);
    found.remove(".chapbook-manifest");
    found.remove(".chapbook-lock");
    found
}

const ONE: [(&str, &str); 4] = [("index.html", "i"), ("a/b.html", "b"), ("css/x.css", "x"), ("robots.txt", "r")];

#[test]
fn only_changed_files_are_written() {
    let book = Book::new();
    assert_eq!(book.counts(&ONE), (4, 0, 0));
    assert_eq!(book.holds(), files(&ONE));
    assert_eq!(book.counts(&ONE), (0, 4, 0));
    let mut two = ONE;
    two[1].1 = "B";
    assert_eq!(book.counts(&two), (1, 3, 0));
    assert_eq!(book.counts(&two[..1]), (0, 1, 3));
    assert_eq!(book.holds(), files(&two[..1]), "folders that are empty are gone too");
}

/// The same site built again, with one page that is known to be unchanged in the output folder.
fn site_with(record: &StatCache, list: &[(&str, &str)], known: &str) -> Site {
    let mut site = site(&files(list));
    let path = SitePath::new(known).unwrap();
    let file = record.made_from(&path, KEY, Role::Page).unwrap();
    site.replace(path, file);
    site
}

const KEY: crate::digest::Digest = crate::digest::Digest([7; 32]);

impl Book {
    /// Publishes files of which each has a key.
    fn publish_keyed(&self, list: &[(&str, &str)], record: &mut StatCache) -> Published {
        let plain = site(&files(list));
        let mut keyed = Site::default();
        for (path, file) in plain.iter() {
            keyed.put(path.clone(), file.clone().with_key(KEY)).unwrap();
        }
        publish_after(&keyed, &self.out(), &self.project, record).unwrap()
    }
}

#[test]
fn a_change_during_a_build_is_noticed_by_the_next_build() {
    let book = Book::new();
    let mut record = StatCache::default();
    book.publish_keyed(&ONE, &mut record);
    let again = site_with(&record, &ONE, "a/b.html");
    book.put("a/b.html", "changed by hand");
    let published = publish_after(&again, &book.out(), &book.project, &mut record).unwrap();
    assert_eq!((published.written, published.unchanged), (0, 4));
    assert!(!record.is_whole());
    assert!(record.made_from(&SitePath::new("a/b.html").unwrap(), KEY, Role::Page).is_none());
    assert_eq!(book.publish_keyed(&ONE, &mut record).written, 1);
    assert_eq!(book.holds(), files(&ONE));
    assert!(record.is_whole());
}

#[test]
fn files_that_another_build_published_meanwhile_are_noticed() {
    let book = Book::new();
    let mut two = ONE;
    two[1].1 = "B";
    for steps in (0..30).chain([usize::MAX]) {
        let mut record = StatCache::default();
        book.publish_keyed(&ONE, &mut record);
        let again = site_with(&record, &ONE, "a/b.html");
        let other = Disk::stopping_after(book.out().canonicalize().unwrap(), steps);
        let ended = update(&site(&files(&two)), &other).is_ok();
        match publish_after(&again, &book.out(), &book.project, &mut record) {
            Ok(_) => assert_eq!(book.holds(), files(&ONE), "after {steps} steps"),
            refused => assert!(message(refused.map(|_| Published::default())).contains("while the book was built")),
        }
        assert!(!ended || book.holds() == files(&two), "the other build was whole");
        book.publish(&ONE).unwrap();
    }
}

#[test]
fn unchanged_files_keep_their_dates() {
    let book = Book::new();
    book.publish(&ONE).unwrap();
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
    let names = ["index.html", "css/x.css", ".chapbook-manifest"];
    for name in names {
        OpenOptions::new().write(true).open(book.out().join(name)).unwrap().set_modified(old).unwrap();
    }
    book.publish(&ONE).unwrap();
    for name in names {
        assert_eq!(fs::metadata(book.out().join(name)).unwrap().modified().unwrap(), old, "{name}");
    }
}

#[test]
fn files_of_others_are_kept() {
    let book = Book::new();
    fs::create_dir_all(book.out().join(".git")).unwrap();
    book.put(".git/config", "git");
    book.publish(&ONE).unwrap();
    book.put("CNAME", "example.org");
    book.put("a/mine.html", "mine");
    book.put("a/b.html", "changed by hand");
    let published = book.publish(&[("index.html", "i")]).unwrap();
    let kept = vec!["a/b.html".to_owned()];
    let gone = published.gone.clone();
    assert_eq!(published, Published { written: 0, unchanged: 1, removed: 2, gone, kept, bytes: published.bytes });
    assert!(
        published.gone.iter().all(|path| Path::new(path).extension().is_some_and(|it| it == "html"))
            && !published.gone.contains(&"a/b.html".to_owned())
    );
    let left = files(&[
        (".git/config", "git"),
        ("CNAME", "example.org"),
        ("a/b.html", "changed by hand"),
        ("a/mine.html", "mine"),
        ("index.html", "i"),
    ]);
    assert_eq!(book.holds(), left);
    assert!(message(book.publish(&[("CNAME", "other.org")])).contains("was not written by chapbook"));
    assert!(message(book.publish(&[("a/b.html", "b")])).contains("was not written by chapbook"));
    assert_eq!(book.holds(), left, "a refusal changes nothing");
    assert_eq!(book.counts(&[("CNAME", "example.org")]), (0, 1, 1), "the same bytes are no conflict");
}

#[test]
fn a_file_may_become_a_folder_and_a_folder_a_file() {
    let book = Book::new();
    let (file, folder) = ([("a", "1"), ("z", "z")], [("a/b/c", "2"), ("a/d", "3"), ("z", "z")]);
    assert_eq!(book.counts(&file), (2, 0, 0));
    assert_eq!(book.counts(&folder), (2, 1, 1));
    assert_eq!(book.holds(), files(&folder));
    assert_eq!(book.counts(&file), (1, 1, 2));
    assert_eq!(book.holds(), files(&file));
    book.publish(&folder).unwrap();
    book.put("a/b/mine", "mine");
    assert!(message(book.publish(&file)).contains("a/b/mine"));
    assert!(message(book.publish(&[("x", ""), ("x/y", "")])).contains("also a file"));
}

#[test]
fn a_path_in_new_letter_case_replaces_the_old_one() {
    let book = Book::new();
    book.publish(&[("Guide.html", "g"), ("Dir/a.html", "a")]).unwrap();
    book.publish(&[("guide.html", "g"), ("dir/a.html", "A")]).unwrap();
    assert_eq!(book.holds(), files(&[("guide.html", "g"), ("dir/a.html", "A")]));
}

#[test]
fn folders_that_are_not_ours_are_refused() {
    let book = Book::new();
    put(&book.folder.path().join("home/letter.txt"), "dear");
    put(&book.folder.path().join("home/b.txt"), "");
    put(&book.folder.path().join("home/c.txt"), "");
    put(&book.folder.path().join("broken/.chapbook-manifest"), "chapbook-manifest 1\nnonsense\n");
    for (out, why) in [
        (
            "home",
            "has files that chapbook did not write: `b.txt`, `c.txt` and 1 more; choose another folder with `--out`, or empty this one",
        ),
        ("home/letter.txt", "is not a folder"),
        ("book", "contains the book itself"),
        ("", "contains the book itself"),
        ("book/content", "contains the book itself"),
        ("book/content/out", "inside the book's content"),
        ("book/content/none/../../../book", "contains the book itself"),
        ("none/../book", "contains the book itself"),
        ("none/deep/../../book/content/x", "inside the book's content"),
        ("broken", "line 2 is not `DIGEST PATH`"),
        ("book/theme", "is, contains or is inside the book's theme folder"),
        ("book/theme/out", "is, contains or is inside the book's theme folder"),
        ("book/.git", "is inside `.git`, which is reserved"),
        ("book/.chapbook/out", "is inside `.chapbook`, which is reserved"),
    ] {
        let refusal = book.refusal(out);
        assert!(refusal.contains(why), "{out}: {refusal}");
    }
    assert_eq!(read_folder(&book.folder.path().join("book")), files(&[("content/", "")]));
    assert_eq!(read_folder(&book.folder.path().join("home")).len(), 3);
}

#[test]
fn a_folder_of_markdown_may_hold_its_own_output() {
    let mut book = Book::new();
    book.project.config.source.dir = String::new();
    assert_eq!(book.counts(&ONE), (4, 0, 0));
    assert!(book.refusal("book").contains("contains the book itself"));
}

#[test]
fn reserved_names_are_refused() {
    let book = Book::new();
    for name in [".chapbook-manifest", "a/.chapbook-lock", ".CHAPBOOK-tmp-0", ".git/hooks/x", ".GIT/config"] {
        assert!(message(book.publish(&[(name, "")])).contains("reserved"), "{name}");
    }
    assert!(!book.out().exists());
}

#[cfg(unix)]
#[test]
fn nothing_is_written_or_removed_through_a_symlink() {
    use std::os::unix::fs::symlink;
    let book = Book::new();
    let away = book.folder.path().join("away");
    put(&away.join("b.html"), "b");
    put(&away.join("x.css"), "away");
    for (name, target) in [("css", "away"), ("index.html", "away/x.css"), ("robots.txt", "nowhere")] {
        let _ = fs::remove_dir_all(book.out());
        book.publish(&[("a/b.html", "b"), ("old/b.html", "b")]).unwrap();
        symlink(book.folder.path().join(target), book.out().join(name)).unwrap();
        let refusal = message(book.publish(&ONE));
        assert!(refusal.contains(name) && refusal.contains("is a symlink"), "{refusal}");
    }
    fs::remove_file(book.out().join("robots.txt")).unwrap();
    fs::remove_dir_all(book.out().join("old")).unwrap();
    symlink(&away, book.out().join("old")).unwrap();
    assert_eq!(book.publish(&ONE).unwrap().kept, ["old/b.html"]);
    assert_eq!(read_folder(&away), files(&[("b.html", "b"), ("x.css", "away")]));
}

#[cfg(unix)]
#[test]
fn the_output_itself_may_be_a_symlink_to_a_folder() {
    use std::os::unix::fs::symlink;
    let book = Book::new();
    let path = |name: &str| book.folder.path().join(name);
    fs::create_dir(path("real")).unwrap();
    for (name, target) in [("to-real", "real"), ("to-book", "book"), ("dangling", "none"), ("loop", "loop")] {
        symlink(path(target), path(name)).unwrap();
    }
    publish(&site(&files(&ONE)), &path("to-real"), &book.project).unwrap();
    assert_eq!(read_folder(&path("real")), files(&ONE));
    assert!(book.refusal("to-book").contains("contains the book itself"));
    assert!(book.refusal("to-book/content/x").contains("inside the book's content"));
    assert!(book.refusal("dangling").contains("does not exist"));
    assert!(publish(&site(&files(&ONE)), &path("loop"), &book.project).is_err());
}

#[test]
fn a_forged_lock_or_manifest_is_refused() {
    let book = Book::new();
    fs::create_dir_all(book.out().join(".chapbook-lock")).unwrap();
    assert!(message(book.publish(&ONE)).contains("not a regular file"));
    fs::remove_dir_all(book.out()).unwrap();
    fs::create_dir_all(book.out().join(".chapbook-manifest")).unwrap();
    assert!(message(book.publish(&ONE)).contains("not a regular file"));
}

#[test]
fn only_one_build_writes_at_a_time() {
    let book = Book::new();
    book.publish(&ONE).unwrap();
    let held = lock(&book.out().canonicalize().unwrap()).unwrap();
    assert!(message(book.publish(&ONE)).contains("another build is writing"));
    drop(held);
    let sites: Vec<Files> =
        (0..8).map(|n| (0..20).map(|page| (format!("{page}/p.html"), format!("{n}"))).collect::<Files>()).collect();
    std::thread::scope(|scope| {
        for files in &sites {
            scope.spawn(|| match publish(&site(files), &book.out(), &book.project) {
                Ok(_) | Err(Error::Refused { .. }) => {}
                Err(other) => panic!("{other}"),
            });
        }
    });
    assert!(sites.contains(&book.holds()), "the folder is the site of one of them");
}

#[test]
fn a_name_that_is_too_long_is_refused_before_anything_changes() {
    let book = Book::new();
    book.publish(&ONE).unwrap();
    let long = "x".repeat(300);
    let result = book.publish(&[("index.html", "new"), (&long, "")]);
    assert!(matches!(result, Err(Error::Disk { .. })), "{result:?}");
    assert_eq!(book.holds(), files(&ONE));
}

/// Publishes `two` over `one`, stops after so many operations, and returns what is there then.
fn stopped(one: &[(&str, &str)], two: &[(&str, &str)], steps: usize) -> (Book, bool) {
    let book = Book::new();
    book.publish(one).unwrap();
    let disk = Disk::stopping_after(book.out().canonicalize().unwrap(), steps);
    let ended = update(&site(&files(two)), &disk).is_ok();
    (book, ended)
}

const TWO: [(&str, &str); 5] =
    [("index.html", "I"), ("a", "file"), ("css/y.css", "y"), ("n/m/new.html", "n"), ("n/o.css", "o")];

/// Whether the folder has the journal or the manifest of a site: then it is published, or will be by the next command.
fn is_decided(out: &Path, next: &Files) -> bool {
    let text = Manifest::of(&site(next)).render();
    [".chapbook-journal", ".chapbook-manifest"]
        .iter()
        .any(|name| fs::read_to_string(out.join(name)).is_ok_and(|it| it == text))
}

#[test]
fn a_stopped_publication_is_finished_or_leaves_the_old_site() {
    let mut kinds = BTreeMap::new();
    for steps in 0..60 {
        let (book, ended) = stopped(&ONE, &TWO, steps);
        let decided = is_decided(&book.out(), &files(&TWO));
        if !decided && !ended {
            let visible = book.holds().into_iter().filter(|(path, _)| !path.starts_with(".chapbook-"));
            assert_eq!(visible.collect::<Files>(), files(&ONE), "after {steps} steps");
        }
        recover(&book.out()).unwrap();
        let expected = if decided || ended { &TWO[..] } else { &ONE[..] };
        assert_eq!(book.holds(), files(expected), "after {steps} steps");
        assert_eq!(recover(&book.out()).unwrap(), Recovery::Nothing);
        assert_eq!(book.counts(expected), (0, expected.len(), 0), "after {steps} steps");
        *kinds.entry((decided, ended)).or_insert(0) += 1;
    }
    assert_eq!(kinds.len(), 3, "stopped before and after the decision, and not stopped: {kinds:?}");
}

#[test]
fn a_recovery_removes_old_files_whose_path_differs_in_case_only() {
    let (one, two) = ([("A/b", ""), ("a/b/c.css", "")], [("a/b", ""), ("d/e.html", "")]);
    for steps in 0..40 {
        let (book, _) = stopped(&one, &two, steps);
        let expected = if is_decided(&book.out(), &files(&two)) { &two } else { &one };
        recover(&book.out()).unwrap();
        assert_eq!(book.holds(), files(expected), "after {steps} steps");
    }
}

/// The first number of steps after which a journal is left.
fn decided() -> Book {
    let mut books = (0..60).map(|steps| stopped(&ONE, &TWO, steps).0);
    books.find(|book| book.out().join(".chapbook-journal").exists()).unwrap()
}

#[test]
fn a_recovery_does_not_replace_what_others_wrote() {
    let book = decided();
    book.put("n/o.css", "mine");
    let refused = recover(&book.out()).unwrap_err().to_string();
    assert!(refused.contains("n/o.css") && refused.contains("was not written by chapbook"), "{refused}");
    assert_eq!(fs::read_to_string(book.out().join("n/o.css")).unwrap(), "mine");
    fs::remove_file(book.out().join("n/o.css")).unwrap();
    assert!(matches!(recover(&book.out()).unwrap(), Recovery::Finished(_)));
    assert_eq!(book.holds(), files(&TWO));
}

#[test]
fn a_damaged_staged_file_is_never_published() {
    let book = decided();
    put(&book.out().join(".chapbook-staged/index.html"), "");
    assert_eq!(recover(&book.out()).unwrap(), Recovery::Damaged);
    assert_eq!(fs::read_to_string(book.out().join("index.html")).unwrap(), "i");
    book.publish(&TWO).unwrap();
    assert_eq!(book.holds(), files(&TWO));
}

#[cfg(unix)]
#[test]
fn a_recovery_follows_no_symlink() {
    let book = decided();
    let away = book.folder.path().join("away");
    put(&away.join("o.css"), "away");
    std::os::unix::fs::symlink(&away, book.out().join("n")).unwrap();
    assert!(recover(&book.out()).unwrap_err().to_string().contains("is a symlink"));
    assert_eq!(read_folder(&away), files(&[("o.css", "away")]));
    let book = Book::new();
    book.publish(&ONE).unwrap();
    std::os::unix::fs::symlink(&away, book.out().join(".chapbook-staged")).unwrap();
    book.publish(&TWO).unwrap();
    assert_eq!((book.holds(), read_folder(&away)), (files(&TWO), files(&[("o.css", "away")])));
}

#[test]
fn a_damaged_manifest_is_rebuilt_from_its_lines() {
    let book = Book::new();
    book.publish(&ONE).unwrap();
    let manifest = book.out().join(".chapbook-manifest");
    let text = fs::read_to_string(&manifest).unwrap();
    let cut = &text[..text.len() - 20];
    put(&manifest, cut);
    assert!(message(book.publish(&TWO)).contains("run `chapbook recover"));
    assert_eq!(recover(&book.out()).unwrap(), Recovery::Rebuilt { files: 3, lost: 1 });
    assert_eq!(book.counts(&[("index.html", "I")]), (1, 0, 2));
    assert_eq!(book.holds(), files(&[("index.html", "I"), ("robots.txt", "r")]), "the file of the lost line is kept");
    let nothing = Book::new();
    assert!(recover(&nothing.folder.path().join("book")).unwrap_err().to_string().contains("did not publish into it"));
}

fn any_files() -> impl Strategy<Value = Files> {
    let path = prop::sample::select(vec!["a", "a/b", "a/b/c.css", "A/b", "d/e.html", "d/f.txt", "g.html", "g.css"]);
    prop::collection::btree_map(path, "[xy]{0,2}", 0..7).prop_map(|all| {
        let below = |path: &str| all.keys().any(|other| path.starts_with(&format!("{other}/")));
        all.iter().filter(|(path, _)| !below(path)).map(|(path, text)| ((*path).to_owned(), text.clone())).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
    #[test]
    fn a_killed_build_leaves_one_site_or_the_other(
        first in any_files(), second in any_files(), third in any_files(), stops in prop::collection::vec(0usize..60, 1..6),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        put(&root.join("mine.txt"), "mine");
        put(&root.join("d/mine.txt"), "mine");
        let foreign = files(&[("mine.txt", "mine"), ("d/mine.txt", "mine")]);
        let whole = |site: &Files| site.clone().into_iter().chain(foreign.clone()).collect::<Files>();
        update(&site(&first), &Disk::new(root.clone())).unwrap();
        let mut holds = whole(&first);
        for (at, stop) in stops.iter().enumerate() {
            let next = [&second, &third, &first][at % 3];
            let ended = update(&site(next), &Disk::stopping_after(root.clone(), *stop));
            let decided = is_decided(&root, next);
            // A recovery may be stopped too.
            for steps in (0..*stop).step_by(7) {
                if finish_stopped(&Disk::stopping_after(root.clone(), steps)).is_ok() { break; }
            }
            finish_stopped(&Disk::new(root.clone())).unwrap();
            if ended.is_ok() || decided {
                holds = whole(next);
            }
            prop_assert_eq!(read_folder(&root), holds.clone());
        }
        update(&site(&third), &Disk::new(root.clone())).unwrap();
        prop_assert_eq!(read_folder(&root), whole(&third));
        let again = update(&site(&third), &Disk::stopping_after(root, 0)).unwrap();
        prop_assert_eq!(again.unchanged, third.len(), "publishing twice writes nothing");
    }
}
