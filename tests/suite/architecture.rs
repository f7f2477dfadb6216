//! Holds the source against the plan of the house: what stands on which floor, who speaks to which crate, who may
//! touch the disk, print or panic.

use std::collections::BTreeSet;

use crate::book::{extension, files_in, repository};

/// The rooms, from the ground up: a room uses only what stands below it.
const FLOORS: &[&str] = &[
    "error",
    "path",
    "diagnostic",
    "source",
    "config",
    "search",
    "theme",
    "site",
    "chapter",
    "book",
    "mdbook",
    "render",
    "output",
    "pipeline",
    "serve",
    "new",
    "cli",
    "main",
];

/// Crates with one front door: the crate, and the files that may speak to it.
const DOORS: &[(&str, &[&str])] = &[
    ("pulldown_cmark", &["chapter/"]),
    ("minijinja", &["render/template.rs"]),
    ("walkdir", &["source/"]),
    ("notify", &["serve/watch.rs"]),
    ("hyper", &["serve/"]),
    ("tokio", &["serve/"]),
    ("annotate_snippets", &["diagnostic/"]),
    ("syntaxmate", &["render/highlight.rs"]),
    ("pulldown_latex", &["render/math.rs"]),
    ("qrcodegen", &["render/qr.rs"]),
    ("flate2", &["site/archive.rs", "output/icon.rs"]),
    ("sha2", &["output/policy.rs"]),
    ("postcard", &["chapter/serialize.rs"]),
];

/// Where `std::fs` is spoken; the watcher only asks where a folder really lies.
const DISK: &[&str] =
    &["source/", "site/", "pipeline/cache.rs", "pipeline/seal.rs", "pipeline/shelf.rs", "serve/watch.rs", "new/"];

/// Where something is printed.
const PRINTING: &[&str] = &["cli/"];

const PRINTERS: &[&str] = &["println!", "print!", "eprintln!", "eprint!", "io::stdout", "io::stderr", "dbg!"];

const PANICS: &[&str] = &[".unwrap()", ".expect(", "panic!", "todo!", "unimplemented!", "unreachable!", "assert!"];

/// A file of `src/`: its path there, and its code without comments, literals' text and tests.
struct Room {
    path: String,
    code: String,
}

impl Room {
    /// The room the file belongs to: its folder, or its own name.
    fn name(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    fn floor(&self) -> usize {
        floor(self.name()).unwrap_or_else(|| panic!("`{}` stands on no floor of FLOORS", self.path))
    }

    fn is_one_of(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.path.starts_with(place))
    }
}

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|room| *room == name)
}

fn rooms() -> Vec<Room> {
    let files = files_in(&repository().join("src"));
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let all: Vec<(String, String)> = files
        .iter()
        .filter(|(path, _)| extension(path) == "rs" && *path != "lib.rs")
        .map(|(path, bytes)| (path.clone(), text(bytes)))
        .collect();
    let tests: BTreeSet<String> = all.iter().flat_map(|(path, text)| test_files(path, text)).collect();
    let code = |text: &str| before_tests(&blanked(text)).to_owned();
    all.into_iter()
        .filter(|(path, _)| !tests.contains(path))
        .map(|(path, text)| Room { path, code: code(&text) })
        .collect()
}

/// Files that are compiled for tests only: `#[cfg(test)] mod testing;`.
fn test_files(path: &str, text: &str) -> Vec<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    text.split("#[cfg(test)]")
        .skip(1)
        .filter_map(|rest| rest.trim_start().split_once(';'))
        .filter_map(|(item, _)| item.rsplit_once("mod "))
        .filter(|(before, name)| !before.contains('{') && !name.contains('{'))
        .map(|(_, name)| format!("{folder}/{}.rs", name.trim()))
        .collect()
}

/// The code before the tests at the foot of a file.
fn before_tests(code: &str) -> &str {
    code.find("\nmod tests {").map_or(code, |at| &code[..at])
}

/// The text with comments and the insides of literals blanked out, line ends kept.
fn blanked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = literal_or_comment(rest).unwrap_or(0);
        if length > 0 {
            out.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[length..];
            continue;
        }
        // A whole word at once, so that the `r` of `for"` is not taken for a raw string's.
        let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let length = word.max(first.len_utf8());
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out
}

fn literal_or_comment(rest: &str) -> Option<usize> {
    let up_to = |end: Option<usize>| Some(end.unwrap_or(rest.len()));
    if rest.starts_with("//") {
        return up_to(rest.find('\n'));
    }
    if rest.starts_with("/*") {
        return up_to(rest.find("*/").map(|at| at + 2));
    }
    let raw = rest.trim_start_matches('b');
    if rest.len() - raw.len() <= 1 && raw.starts_with('r') {
        let hashes = raw[1..].len() - raw[1..].trim_start_matches('#').len();
        if raw[1 + hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = rest.len() - raw.len() + hashes + 2;
            return up_to(rest[start..].find(&end).map(|at| start + at + end.len()));
        }
    }
    if rest.starts_with('"') {
        return up_to(quoted(rest));
    }
    // A character, not a lifetime: it ends after one character or one escape.
    let inside = rest.strip_prefix('\'')?;
    let escaped = inside.strip_prefix('\\').and_then(|after| after[1..].find('\'')).map(|at| at + 4);
    escaped.or_else(|| {
        let c = inside.chars().next()?;
        inside[c.len_utf8()..].starts_with('\'').then(|| c.len_utf8() + 2)
    })
}

fn quoted(rest: &str) -> Option<usize> {
    let mut escaped = false;
    rest.char_indices().skip(1).find_map(|(at, c)| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at + 1)
    })
}

/// Where paths that start with `root::` lead next: `crate::{a::B, c}` gives `a` and `c`.
fn next_segments(code: &str, root: &str) -> Vec<String> {
    let start = format!("{root}::");
    let mut found = Vec::new();
    for (at, _) in code.match_indices(&start) {
        let inside_a_word = code[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':'));
        if !inside_a_word {
            found.extend(heads(&code[at + start.len()..]));
        }
    }
    found
}

fn heads(rest: &str) -> Vec<String> {
    let Some(group) = rest.strip_prefix('{') else { return vec![word(rest)] };
    let mut depth = 0;
    let mut heads = vec![word(group.trim_start())];
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(word(group[at + 1..].trim_start())),
            _ => {}
        }
    }
    heads.retain(|head| !head.is_empty());
    heads
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Whether the code names a crate.
fn speaks_to(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = &code[at + name.len()..];
        let whole = !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':'));
        whole && (after.starts_with("::") || code[..at].ends_with("use "))
    })
}

fn no_faults(rule: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{rule}:\n  {}", faults.join("\n  "));
}

#[test]
fn imports_run_down() {
    let mut faults = Vec::new();
    for room in rooms() {
        for used in next_segments(&room.code, "crate") {
            let below = floor(&used).is_some_and(|floor| floor < room.floor());
            let own = used == room.name();
            // `main.rs` is a crate of its own and names the library; other unknown names are a floor nobody drew.
            if !below && !own {
                faults.push(format!("src/{} uses `crate::{used}`, which does not stand below it", room.path));
            }
        }
    }
    no_faults("a room uses only what stands below it", &faults);
}

#[test]
fn the_house_has_these_rooms() {
    for room in rooms() {
        let _ = room.floor();
    }
}

#[test]
fn files_do_not_import_their_own_roof() {
    let house = rooms();
    let is_file = |path: String| house.iter().any(|room| room.path == path);
    let roofs = house.iter().filter_map(|room| {
        let folder = room.path.strip_suffix("mod.rs")?;
        // A function may bear the name of its file: `super::emit::…` is the file then.
        let names = re_exports(&room.code).into_iter().filter(|name| !is_file(format!("{folder}{name}.rs")));
        Some((folder, names.collect()))
    });
    let roofs: Vec<(&str, BTreeSet<String>)> = roofs.collect();
    let mut faults = Vec::new();
    for room in &house {
        for (folder, names) in &roofs {
            let Some(file) = room.path.strip_prefix(folder) else { continue };
            if file == "mod.rs" || file.contains('/') {
                continue;
            }
            let own = next_segments(&room.code, "crate").contains(&folder.trim_end_matches('/').replace('/', "::"));
            // Only at the start of a line: inside `mod x { … }`, `super` is the file itself.
            let imports = room.code.lines().filter(|line| line.starts_with("use super::"));
            let named = imports.flat_map(|line| next_segments(line, "super")).find(|name| names.contains(name));
            if own || named.is_some() {
                faults.push(format!("src/{} imports {}mod.rs {}", room.path, folder, named.unwrap_or_default()));
            }
        }
    }
    no_faults("a folder's files import their siblings, never the mod.rs above them", &faults);
}

/// The names a `mod.rs` re-exports.
fn re_exports(code: &str) -> BTreeSet<String> {
    let statements = code.split(';').filter_map(|statement| statement.split_once("pub use ").map(|(_, path)| path));
    statements
        .flat_map(|path| path.rsplit_once("::").map_or(path, |(_, last)| last).split(','))
        .map(|name| word(name.trim_start_matches(['{', ' ', '\n'])))
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn each_crate_has_one_front_door() {
    let mut faults = Vec::new();
    for room in rooms() {
        for (name, doors) in DOORS {
            if speaks_to(&room.code, name) && !room.is_one_of(doors) {
                faults.push(format!("src/{} speaks to {name}", room.path));
            }
        }
    }
    no_faults("each fixed crate has one front door", &faults);
}

#[test]
fn few_rooms_touch_the_disk() {
    let touches = |room: &&Room| next_segments(&room.code, "std").contains(&"fs".to_owned());
    let rooms = rooms();
    let faults = rooms.iter().filter(touches).filter(|room| !room.is_one_of(DISK));
    no_faults(
        "the disk is read in `source` and written in `site`",
        &faults.map(|room| room.path.clone()).collect::<Vec<_>>(),
    );
}

#[test]
fn one_room_prints() {
    no_faults("only `cli` prints", &naming(PRINTERS, PRINTING));
}

#[test]
fn nothing_panics() {
    no_faults("what cannot happen is a type", &naming(PANICS, &[]));
}

/// Places outside `allowed` whose code holds one of these words.
fn naming(words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    for room in rooms().iter().filter(|room| !room.is_one_of(allowed)) {
        for (number, line) in (1..).zip(room.code.lines()) {
            faults.extend(
                words.iter().filter(|word| holds(line, word)).map(|word| format!("src/{}:{number}: {word}", room.path)),
            );
        }
    }
    faults
}

fn holds(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

#[test]
fn files_open_with_what_they_are_for() {
    let files = files_in(&repository().join("src"));
    let without = files.iter().filter(|(path, text)| extension(path) == "rs" && !text.starts_with(b"//! "));
    no_faults("a file opens with `//!`", &without.map(|(path, _)| path.clone()).collect::<Vec<_>>());
}

#[test]
fn the_test_reads_code_as_rust_does() {
    for (code, seen) in [
        ("use a; // use b\nc", "use a;         \nc"),
        ("x(\"todo!\\\"\") y", "x(         ) y"),
        ("r#\"panic!\"# 'a' '\\'' &'a str", "                     &'a str"),
        ("for\"x\"", "for   "),
    ] {
        assert_eq!(blanked(code), seen, "{code}");
    }
    assert_eq!(next_segments("use crate::{a::{B, C}, d::E};\ncrate::f::g()", "crate"), ["a", "d", "f"]);
    assert_eq!(next_segments("my_crate::x $crate::y", "crate"), ["y"]);
    assert_eq!(re_exports("mod a;\npub use a::{B, C};\npub use d::E;\n"), ["B", "C", "E"].map(String::from).into());
}
