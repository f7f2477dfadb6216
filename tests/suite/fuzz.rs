//! Fuzzing: texts of a stored corpus, mutated at random, as input of the parsers of untrusted text.
//!
//! A short deterministic run is part of the tests; `CHAPBOOK_LONG=1` runs longer, `CHAPBOOK_SEED=N` sets another seed. Inputs
//! that once failed are files of `tests/fuzz/` and run first.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use chapbook::chapter::{ParseOptions, parse};
use chapbook::path::ContentPath;
use chapbook::search::{Index, IndexSnapshot, PreviousIndex, Script, Section};
use chapbook::source::SourceFile;

use crate::book::{Book, built, extension, files_of, repository};
use crate::html::unbalanced;
use crate::laws::live_sinks;

/// The number of runs of a target: in the tests, and in a long run.
fn runs(short: usize, long: usize) -> usize {
    if std::env::var_os("CHAPBOOK_LONG").is_some() { long } else { short }
}

/// A deterministic random number generator (xorshift64*, Vigna 2016).
struct Random(u64);

impl Random {
    fn new() -> Self {
        let seed = std::env::var("CHAPBOOK_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
        Self(0x9e37_79b9_7f4a_7c15 ^ (seed << 1))
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % end.max(1)
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// The length limit of mutants: longer texts are slower and find little more.
const LONGEST: usize = 3_000;

/// A text of the corpus with a few mutations.
fn mutant(random: &mut Random, corpus: &[Vec<u8>], words: &[&str]) -> String {
    let mut text = random.of(corpus).clone();
    for _ in 0..=random.below(6) {
        let at = random.below(text.len() + 1);
        let end = at + random.below((text.len() - at).min(40) + 1);
        match random.below(8) {
            0 | 1 => drop(text.splice(at..at, random.of(words).bytes())),
            2 => drop(text.drain(at..end)),
            3 => drop(text.splice(at..at, text[at..end].repeat(1 + random.below(4)))),
            4 => {
                let other = random.of(corpus);
                let from = random.below(other.len() + 1);
                text.truncate(at);
                text.extend(&other[from..]);
            }
            5 => drop(text.splice(at..at, random.of(words).repeat(1 + random.below(60)).bytes())),
            6 => {
                let any = char::from_u32(u32::try_from(random.below(0x3100)).unwrap()).unwrap_or('\u{202e}');
                drop(text.splice(at..at, any.to_string().bytes()));
            }
            _ => {
                if let Some(byte) = text.get_mut(at) {
                    *byte = u8::try_from(random.below(256)).unwrap();
                }
            }
        }
        text.truncate(LONGEST);
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// The stored texts of a target, ordered by name.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = repository().join("tests/fuzz").join(target);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn texts_of(corpus: &[Vec<u8>]) -> impl Iterator<Item = String> {
    corpus.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}

const KEYS: &[&str] = &[
    "title: ",
    "weight: ",
    "draft: true\n",
    "aliases: ",
    "extra:\n",
    "revised: 2026-01-31\n",
    "---\n",
    "+++\n",
    "\n",
    "  ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "&a ",
    "*a",
    "!!binary ",
    "!!str ",
    "|\n",
    ">\n",
    "? ",
    ": ",
    "#",
    "%YAML 1.2\n",
    "<<: *a\n",
    "~",
    "\t",
    "0x7f",
    "1e999",
    ".nan",
    "9999999999999999999",
    "\u{feff}",
    "\0",
    "= ",
    "\"\"\"",
    "''",
    "\\u0000",
    "\\",
    "title = ",
    "[extra]\n",
    "\r\n",
];

#[test]
fn front_matter() {
    let (corpus, mut random) = (corpus("front_matter"), Random::new());
    let path = ContentPath::resolve("", "a.md").unwrap();
    let count = runs(3_000, 300_000);
    let mutants = (0..count).map(|_| mutant(&mut random, &corpus, KEYS));
    for text in texts_of(&corpus).chain(mutants) {
        let source = SourceFile::generated(path.clone(), "a.md", text.clone());
        let read = || parse(&source, &ParseOptions::default());
        let (chapter, report) = catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| panic!("panics: {text:?}"));
        assert!(report.iter().all(|diagnostic| diagnostic.at.is_some()), "{text:?}");
        assert_eq!(format!("{:?}", chapter.front), format!("{:?}", read().0.front), "{text:?}");
    }
    println!("front matter: {count} texts");
}

const MARKS: &[&str] = &[
    "*",
    "**",
    "_",
    "____",
    "`",
    "```\n",
    "~~~html\n",
    "[",
    "](",
    ")",
    "![",
    "[^1]",
    "[^1]: ",
    "<",
    ">",
    "</",
    "<b>",
    "</b>",
    "<a href=\"",
    "\">",
    "<script>",
    "</script>",
    "<svg>",
    "<style>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
    "<p onclick=x>",
    "<img src=x onerror=y>",
    "javascript:x",
    "java&#115;cript:x",
    "data:text/html,x",
    "//host.example/x",
    "&lt;",
    "&#60;",
    "&#x0;",
    "|",
    "|-|\n",
    "\n\n",
    "\n",
    "    ",
    "- ",
    "- [ ] ",
    "1. ",
    "> ",
    "> [!NOTE]\n",
    ":::note ",
    ":::\n",
    ":::tabs\n",
    ":::tab ",
    "# ",
    "## a {#b}",
    "===\n",
    "---\n",
    "{{ book.title }}",
    "{{#include ",
    "}}",
    "$",
    "$$",
    "\\frac{",
    "{",
    "}",
    "<!-- checklist: id=",
    "<!-- #x -->",
    "<!-- log: rows=2 -->\n",
    "<!-- pause: -->\n",
    "\"",
    "'",
    "\\",
    "\0",
    "\u{202e}",
    "\u{2028}",
    "\u{1}",
    "<T>",
    "<details>",
    "<table><td>",
    "</table>",
    "<input type=checkbox>",
    "<a id=x>",
    ": ",
];

/// The number of chapters per book, so that one build tests many of them.
const CHAPTERS: usize = 40;

#[test]
fn random_markdown_gives_balanced_and_inactive_html() {
    let (corpus, mut random) = (corpus("markdown"), Random::new());
    let count = runs(3 * CHAPTERS, 50_000);
    let mut texts: Vec<String> = texts_of(&corpus).collect();
    let mut done = 0;
    while done < count {
        texts.extend((texts.len()..CHAPTERS).map(|_| mutant(&mut random, &corpus, MARKS)));
        if let Some(fault) = defect_of(&texts) {
            let culprits: Vec<String> = texts
                .iter()
                .filter_map(|text| Some(format!("{text:?}\n  {}", defect_of(std::slice::from_ref(text))?)))
                .collect();
            panic!("{fault}\nalone: {}", culprits.join("\n"));
        }
        done += texts.len();
        texts.clear();
    }
    println!("Markdown: {done} texts");
}

/// The first defect of the site of these chapters.
fn defect_of(texts: &[String]) -> Option<String> {
    let dialect = if texts.iter().map(String::len).sum::<usize>() % 3 == 0 {
        "dialect = \"mdbook\"\nbroken_links = \"keep\"\n"
    } else {
        ""
    };
    let config = format!("[book]\ntitle = \"T\"\n[markdown]\nmath = true\n{dialect}");
    let chapters = texts.iter().enumerate().map(|(at, text)| (format!("content/c{at}.md"), text.clone()));
    let book = Book::of(chapters.chain([("chapbook.toml".to_owned(), config)]));
    let site: BTreeMap<String, Vec<u8>> = match catch_unwind(AssertUnwindSafe(|| files_of(&built(book.path())))) {
        Ok(site) => site,
        Err(_) => return Some("the build panics".to_owned()),
    };
    let alive = live_sinks(&site);
    let torn = site
        .iter()
        .filter(|(path, _)| extension(path) == "html")
        .find_map(|(path, bytes)| Some(format!("{path}: {}", unbalanced(std::str::from_utf8(bytes).unwrap())?)));
    alive.into_iter().next().or(torn)
}

/// The scripts of an index, patched from those of the previous one if there is one.
fn scripts(
    index: &Index,
    before: Option<(&IndexSnapshot, &BTreeMap<String, String>)>,
) -> (BTreeMap<String, String>, Option<IndexSnapshot>) {
    let made = Mutex::new(BTreeMap::new());
    let put = |name: &str, script: Script| {
        let text = match script {
            Script::New(text) => text,
            Script::Unchanged => before.unwrap().1[name].clone(),
        };
        made.lock().unwrap().insert(name.to_owned(), text);
    };
    let read = |name: &str| before.and_then(|(_, files)| files.get(name)).cloned();
    let before = before.map(|(snapshot, _)| PreviousIndex { snapshot, read: &read });
    let snapshot = index.write_scripts("engine();", before.as_ref(), &put);
    (made.into_inner().unwrap(), snapshot)
}

/// A book with a sharded index, whose sections get random texts one after another.
#[test]
fn a_patched_index_equals_a_rebuilt_one() {
    let (corpus, mut random) = (corpus("markdown"), Random::new());
    let count = runs(6, 2_000);
    let section = |at: usize| Section {
        url: format!("{}.html", at / 3).as_str().into(),
        title: format!("Section {at}"),
        page: "Page".to_owned(),
        trail: Vec::new(),
        part: None,
        tags: Vec::new(),
        aliases: Vec::new(),
        checklists: false,
        text: format!("word{at} {}", "of 逾期 read_line ".repeat(150)).into(),
    };
    let mut sections: Vec<Section> = (0..150).map(section).collect();
    let (mut files, mut snapshot) = scripts(&Index::new(sections.clone(), Vec::new()), None);
    for _ in 0..count {
        for _ in 0..random.below(4) {
            let at = random.below(sections.len());
            sections[at].text = format!("{} {}", sections[at].text, mutant(&mut random, &corpus, MARKS)).into();
            sections[at].title = mutant(&mut random, &corpus, MARKS);
        }
        if random.below(4) == 0 {
            let at = random.below(sections.len());
            sections[at] = section(at);
        }
        let index = Index::new(sections.clone(), Vec::new());
        let (patched, next) = scripts(&index, snapshot.as_ref().map(|snapshot| (snapshot, &files)));
        let (cut, fresh) = scripts(&index, None);
        let differ = patched.iter().find(|(name, text)| cut.get(*name) != Some(text)).map(|(name, _)| name);
        assert_eq!((differ, patched.len()), (None, cut.len()));
        assert!(next == fresh);
        (files, snapshot) = (patched, next);
    }
    println!("index: {count} patches");
}

#[test]
fn the_json_of_an_index_contains_its_sections() {
    let (corpus, mut random) = (corpus("markdown"), Random::new());
    let count = runs(200, 20_000);
    for _ in 0..count {
        let mut word = || mutant(&mut random, &corpus, MARKS);
        let section = |_: usize| Section {
            url: "a.html".into(),
            title: word(),
            page: word(),
            trail: vec![word()],
            part: Some(word()),
            tags: vec![word()],
            aliases: Vec::new(),
            checklists: false,
            text: word().into(),
        };
        let sections: Vec<Section> = (0..2).map(section).collect();
        let index = Index::new(sections.clone(), vec!["</script>".to_owned()]);
        let json: serde_json::Value = serde_json::from_str(&index.to_json()).unwrap();
        assert_eq!(json["sections"], serde_json::to_value(&sections).unwrap());
        for (name, script) in scripts(&index, None).0 {
            assert!(!script.contains(['<', '\u{2028}', '\u{2029}']), "{name}");
            let core = script.split_once("engine();},").and_then(|(_, core)| core.trim_end().strip_suffix(");"));
            let value: serde_json::Value = serde_json::from_str(core.unwrap()).unwrap();
            assert_eq!(value["sections"], json["sections"], "{name}");
        }
    }
    println!("index: {count} indexes");
}
