//! Holds the source against the plan in ARCHITECTURE.md: the order of the modules, the only users of a crate, and what
//! may use the disk, print or panic.

use std::collections::{BTreeMap, BTreeSet};

use crate::book::{extension, files_in, repository};

/// The modules, lowest layer first: a module uses only modules listed before it.
const LAYERS: &[&str] = &[
    "error",
    "child",
    "escape",
    "digest",
    "path",
    "diagnostic",
    "source",
    "memo",
    "config",
    "search",
    "formula",
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

/// Crates that one place wraps: the crate, and the only files that may use it.
const CRATE_USERS: &[(&str, &[&str])] = &[
    ("pulldown_cmark", &["chapter/"]),
    ("minijinja", &["render/template.rs"]),
    ("walkdir", &["source/"]),
    ("notify", &["serve/watch.rs"]),
    ("hyper", &["serve/"]),
    ("tokio", &["serve/"]),
    ("annotate_snippets", &["diagnostic/"]),
    ("strsim", &["diagnostic/nearest.rs"]),
    ("emojis", &["chapter/emoji.rs"]),
    ("whatlang", &["chapter/language.rs"]),
    ("syntaxmate", &["render/highlight.rs"]),
    ("pulldown_latex", &["formula/"]),
    ("qrcodegen", &["render/qr.rs"]),
    ("flate2", &["site/archive.rs", "output/icon.rs"]),
    ("sha2", &["output/policy.rs"]),
    ("postcard", &["memo/store.rs"]),
    ("getrandom", &["memo/mac.rs"]),
];

/// Files that may use `std::fs`; the watcher only asks for the real path of a folder.
const DISK: &[&str] = &["source/", "memo/", "site/", "serve/watch.rs", "new/"];

/// Files that may name a program to start, and the only one that starts it.
const COMMANDS: &[&str] = &["source/git.rs", "mdbook/run.rs", "cli/commands.rs", "child.rs"];
const STARTING: &[&str] = &["child.rs"];

/// Files that may print.
const PRINTING: &[&str] = &["cli/"];

const PRINTERS: &[&str] = &["println!", "print!", "eprintln!", "eprint!", "io::stdout", "io::stderr", "dbg!"];

const PANICS: &[&str] = &[".unwrap()", ".expect(", "panic!", "todo!", "unimplemented!", "unreachable!", "assert!"];

/// A file of `src/`: its path there, and its code without comments, the text of literals, and tests.
struct File {
    path: String,
    code: String,
}

impl File {
    /// The module of the file: its folder, or its own name.
    fn module(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    fn layer(&self) -> usize {
        layer(self.module()).unwrap_or_else(|| panic!("`{}` is in no module of LAYERS", self.path))
    }

    fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.path.starts_with(place))
    }

    /// The paths, without `.rs`, that the file may mean by its imports from its own module.
    fn siblings(&self) -> impl Iterator<Item = String> {
        let module = self.module();
        let names = [next_segments(&self.code, "super"), next_segments(&self.code, &format!("crate::{module}"))];
        names.into_iter().flatten().map(move |name| format!("{module}/{name}"))
    }
}

fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|module| *module == name)
}

fn source_files() -> Vec<File> {
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
        .map(|(path, text)| File { path, code: code(&text) })
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

/// The code before the tests at the end of a file.
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

/// The next segments of paths that start with `root::`: `crate::{a::B, c}` gives `a` and `c`.
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
fn uses_crate(code: &str, name: &str) -> bool {
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
    for file in source_files() {
        let own = file.layer();
        for used in next_segments(&file.code, "crate") {
            // `main.rs` is a crate of its own and names the library; any other unknown name is a module missing in LAYERS.
            if used != file.module() && layer(&used).is_none_or(|layer| layer >= own) {
                faults.push(format!("src/{} uses `crate::{used}`, which is not in a lower layer", file.path));
            }
        }
    }
    no_faults("a module uses only modules of lower layers", &faults);
}

#[test]
fn files_of_a_module_form_no_circle() {
    let circles = in_circles(&imports_inside_modules(&source_files()));
    no_faults("files of one module import each other in one direction", &circles);
}

/// For each file, without `.rs`, the files of its module that it imports.
fn imports_inside_modules(files: &[File]) -> BTreeMap<String, BTreeSet<String>> {
    let name = |file: &File| file.path.trim_end_matches(".rs").to_owned();
    let known: BTreeSet<String> = files.iter().filter(|file| !file.path.ends_with("mod.rs")).map(name).collect();
    let inner = files.iter().filter(|file| known.contains(&name(file)));
    inner.map(|file| (name(file), file.siblings().filter(|path| known.contains(path)).collect())).collect()
}

/// The files from which a chain of imports leads back to themselves.
fn in_circles(imports: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    imports.keys().filter(|file| reached(imports, file).contains(*file)).cloned().collect()
}

/// All files that a file imports, directly or through others.
fn reached(imports: &BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(file) = open.pop() {
        let next = imports.get(&file).into_iter().flatten().filter(|next| **next != file);
        open.extend(next.filter(|next| reached.insert((*next).clone())).cloned());
    }
    reached
}

#[test]
fn files_do_not_import_their_own_mod_rs() {
    let files = source_files();
    let is_file = |path: String| files.iter().any(|file| file.path == path);
    let exports = files.iter().filter_map(|file| {
        let folder = file.path.strip_suffix("mod.rs")?;
        // A function may have the name of its file: `super::emit::…` is the file then.
        let names = re_exports(&file.code).into_iter().filter(|name| !is_file(format!("{folder}{name}.rs")));
        Some((folder, names.collect()))
    });
    let exports: Vec<(&str, BTreeSet<String>)> = exports.collect();
    let mut faults = Vec::new();
    for file in &files {
        for (folder, names) in &exports {
            let Some(name) = file.path.strip_prefix(folder) else { continue };
            if name == "mod.rs" || name.contains('/') {
                continue;
            }
            let own = next_segments(&file.code, "crate").contains(&folder.trim_end_matches('/').replace('/', "::"));
            // Only at the start of a line: inside `mod x { … }`, `super` is the file itself.
            let imports = file.code.lines().filter(|line| line.starts_with("use super::"));
            let named = imports.flat_map(|line| next_segments(line, "super")).find(|name| names.contains(name));
            if own || named.is_some() {
                faults.push(format!("src/{} imports {}mod.rs {}", file.path, folder, named.unwrap_or_default()));
            }
        }
    }
    no_faults("a folder's files import each other, never the mod.rs that lists them", &faults);
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
fn wrapped_crates_are_used_in_one_place() {
    let mut faults = Vec::new();
    for file in source_files() {
        for (name, users) in CRATE_USERS {
            if uses_crate(&file.code, name) && !file.is_in(users) {
                faults.push(format!("src/{} uses {name}", file.path));
            }
        }
    }
    no_faults("each crate of CRATE_USERS is used in its place only", &faults);
}

#[test]
fn few_files_use_the_disk() {
    let uses_fs = |file: &&File| next_segments(&file.code, "std").contains(&"fs".to_owned());
    let files = source_files();
    let faults = files.iter().filter(uses_fs).filter(|file| !file.is_in(DISK));
    no_faults("only files of DISK use `std::fs`", &faults.map(|file| file.path.clone()).collect::<Vec<_>>());
}

#[test]
fn programs_are_started_in_one_place() {
    no_faults(
        "only files of COMMANDS name a program",
        &naming(&["process::Command", "Command::new", "Process::new"], COMMANDS),
    );
    no_faults("programs are started in `child` only", &naming(&["Stdio", "process::Child", "Child"], STARTING));
    let starts = |file: &File| [".spawn()", ".output()", ".status()"].iter().any(|start| file.code.contains(start));
    let faults =
        source_files().into_iter().filter(|file| file.is_in(COMMANDS) && !file.is_in(STARTING) && starts(file));
    no_faults("programs have a deadline", &faults.map(|file| file.path).collect::<Vec<_>>());
}

#[test]
fn one_module_prints() {
    no_faults("only `cli` prints", &naming(PRINTERS, PRINTING));
}

#[test]
fn nothing_panics() {
    no_faults("product code never panics", &naming(PANICS, &[]));
}

/// Places outside `allowed` whose code holds one of these words.
fn naming(words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in source_files().iter().filter(|file| !file.is_in(allowed)) {
        for (number, line) in (1..).zip(file.code.lines()) {
            faults.extend(
                words.iter().filter(|word| holds(line, word)).map(|word| format!("src/{}:{number}: {word}", file.path)),
            );
        }
    }
    faults
}

fn holds(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

#[test]
fn files_begin_with_their_purpose() {
    let files = files_in(&repository().join("src"));
    let without = files.iter().filter(|(path, text)| extension(path) == "rs" && !text.starts_with(b"//! "));
    no_faults("a file begins with `//!`", &without.map(|(path, _)| path.clone()).collect::<Vec<_>>());
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

#[test]
fn circles_are_found() {
    let file = |path: &str, code: &str| File { path: path.to_owned(), code: code.to_owned() };
    let files = [
        file("m/a.rs", "use super::b::X;"),
        file("m/b.rs", "use super::{c, d};"),
        file("m/c.rs", "use crate::m::a::Y;"),
        file("m/d.rs", "use super::d::Own; use super::absent::Z;"),
        file("m/mod.rs", "use super::m::a;"),
    ];
    assert_eq!(in_circles(&imports_inside_modules(&files)), ["m/a", "m/b", "m/c"]);
}
