//! Growth of work: twice the input takes less than three times the work, in every pass over content.
//!
//! Work is the time that a thread was on a processor, which a busy machine hardly changes. A shape is made of repeated
//! fragments and measured at two sizes; a ratio that is too large counts only if the medians of five have it too.
//! `CHAPBOOK_GROWTH=SECONDS` measures random shapes for that long.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use chapbook::chapter::{ParseOptions, parse};
use chapbook::config::{Dialect, MarkdownConfig};
use chapbook::diagnostic::{Colour, Format, emit};
use chapbook::digest::Digest;
use chapbook::path::ContentPath;
use chapbook::source::{Origin, SourceFile};

use crate::book::{Book, built};

/// The smaller size of a text, in bytes.
const BYTES: usize = 6_000;

/// The smaller size of a book, in links, headings and the like.
const PARTS: usize = 400;

/// The growth that is allowed, and a constant for what does not depend on the size.
const MOST: f64 = 3.0;
const NOISE: f64 = 0.01;

/// What Markdown, its extensions, HTML and front matter are made of.
const FRAGMENTS: &[&str] = &[
    "a",
    "a ",
    " ",
    "\n",
    "\n\n",
    "    ",
    "\t",
    "> ",
    ">",
    "- ",
    "* ",
    "1. ",
    "- [ ] ",
    "-[ ] ",
    "- []",
    "# ",
    "## a\n",
    "# a {#b}\n",
    ":::",
    ":::note\n",
    "::::tabs\n",
    ":::tab a\n",
    ":::note {",
    "::note\n",
    "```",
    "```\n",
    "```rust {1}\n",
    "~~~\n",
    "*",
    "**",
    "_",
    "__",
    "____",
    "~~",
    "`",
    "``",
    "[",
    "]",
    "](",
    "[a](",
    "[a](b c.md)",
    ")",
    "![",
    "[^1]",
    "[^a]: b\n",
    "[x]: y\n",
    "[x][",
    "][",
    "[a][b]",
    "[[",
    "[[a]]",
    ": b\n",
    "a\n: b\n",
    "|",
    "| a ",
    "|-",
    "<div>",
    "</div>",
    "<b>",
    "</i>",
    "<T>",
    "</x>",
    "<a id=x href=y>",
    "<a b=\"",
    "<br>",
    "<script>",
    "</script>",
    "<details>",
    "<!-- ",
    "-->",
    "<!-- checklist: id=a -->",
    "<!-- checklsit: a -->",
    "<!-- #x -->",
    "<?",
    "?>",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "&",
    "\\",
    "{{ ",
    "{{ book.a }}",
    "{{ a }}",
    "}}",
    "{#a}",
    "{",
    "}",
    "$",
    "$$",
    "\\(",
    "\\[",
    "x^2",
    "\\frac{",
    "https://a.b/c ",
    "www.",
    "a@b.c ",
    "中文",
    "**「",
    "」**",
    "“",
    "\u{202e}",
    "\u{301}",
    "---\n",
    "===\n",
    "> [!NOTE]\n",
    "\"",
    "--",
    ":a:",
];

/// The seconds that the thread has been on a processor.
fn processor_time() -> f64 {
    let spent = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = spent.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| START.with(Instant::elapsed).as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}

thread_local! {
    static START: Instant = Instant::now();
}

fn seconds(work: impl FnOnce()) -> f64 {
    let start = processor_time();
    work();
    processor_time() - start
}

/// How much more work the larger size takes; 0 if both are small.
fn growth(base: f64, mut measure: impl FnMut(usize) -> f64) -> f64 {
    let ratio = |small: f64, large: f64| (large - base - NOISE).max(0.0) / (small - base).max(NOISE / 4.0);
    let first = ratio(measure(1), measure(2));
    if first < MOST {
        return first;
    }
    let mut median = |size: usize| {
        let mut all: Vec<f64> = (0..5).map(|_| measure(size)).collect();
        all.sort_by(f64::total_cmp);
        all[2]
    };
    let small = median(1);
    ratio(small, median(2))
}

fn options(dialect: Dialect) -> ParseOptions {
    let markdown =
        MarkdownConfig { math: true, tex_brackets: true, admonish: true, dialect, ..MarkdownConfig::default() };
    ParseOptions { markdown, variables: [("a".to_owned(), "b".to_owned())].into() }
}

fn parsed(text: &str, dialect: Dialect) {
    let path = ContentPath::resolve("", "a.md").unwrap();
    let source =
        SourceFile { path, text: text.into(), origin: Origin::whole("a.md"), digest: Digest::of(text.as_bytes()) };
    let (_, report) = parse(&source, &options(dialect));
    let texts = [("a.md".into(), text.into())].into();
    for format in [Format::Human, Format::Json] {
        let _ = emit(&report, &texts, "", format, Colour::Off);
    }
}

/// A shape: fragments that are repeated one after the other.
type Shape = [Vec<&'static str>];

fn text(shape: &Shape, bytes: usize) -> String {
    let part = |fragments: &Vec<&str>| {
        let unit = fragments.concat();
        unit.repeat(bytes / shape.len() / unit.len().max(1))
    };
    shape.iter().map(part).collect()
}

fn growth_of(shape: &Shape) -> f64 {
    let of = |dialect: Dialect| {
        growth(0.0, |size| {
            let text = text(shape, size * BYTES);
            seconds(|| parsed(&text, dialect))
        })
    };
    of(Dialect::Chapbook).max(of(Dialect::MdBook))
}

/// Numbers that look random and are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn shape(&mut self) -> Vec<Vec<&'static str>> {
        let parts = 1 + self.below(3);
        (0..parts).map(|_| (0..=self.below(3)).map(|_| FRAGMENTS[self.below(FRAGMENTS.len())]).collect()).collect()
    }
}

#[test]
fn parsing_grows_with_the_text() {
    let single = FRAGMENTS.iter().map(|fragment| vec![vec![*fragment]]);
    let mut numbers = Numbers(1);
    let long = std::env::var("CHAPBOOK_GROWTH").ok().and_then(|asked| asked.parse().ok()).map(Duration::from_secs);
    if let Some(seed) = std::env::var("CHAPBOOK_SEED").ok().and_then(|asked| asked.parse().ok()) {
        numbers = Numbers(seed);
    }
    let start = Instant::now();
    let random = std::iter::from_fn(move || Some(numbers.shape()));
    let mut worst: Vec<(f64, String)> = Vec::new();
    for (count, shape) in single.chain(random).enumerate() {
        if long.map_or(count >= FRAGMENTS.len() + 24, |long| start.elapsed() > long) {
            break;
        }
        worst.push((growth_of(&shape), format!("{shape:?}")));
        worst.sort_by(|a, b| b.0.total_cmp(&a.0));
        worst.truncate(20);
    }
    if long.is_some() {
        for (ratio, shape) in &worst {
            println!("{ratio:.2} {shape}");
        }
    }
    let too_much: Vec<_> = worst.iter().filter(|(ratio, _)| *ratio >= MOST).collect();
    assert!(too_much.is_empty(), "{too_much:#?}");
}

fn repeated(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

/// Books whose findings, links and other parts grow, by name.
fn books(count: usize) -> Vec<(&'static str, Vec<(String, String)>)> {
    let page = |text: String| vec![("content/index.md".to_owned(), format!("# T\n\n{text}\n"))];
    let headings = repeated(count, |at| format!("## heading number {at}\n\na\n\n"));
    let chapters = |text: String| {
        let all = (0..count / 4).map(|at| (format!("content/p{at}.md"), format!("# P{at}\n\na\n")));
        all.chain(page(text)).collect::<Vec<_>>()
    };
    vec![
        ("links to places", page(format!("{headings}{}", repeated(count, |at| format!("[x](#heading-number-{at}) "))))),
        (
            "links to missing places",
            page(format!("{headings}{}", repeated(count, |at| format!("[x](#heading-numbr-{at}) ")))),
        ),
        ("one long place", page(format!("## {}\n\n[x](#{})", "ab".repeat(count * 20), "ba".repeat(count * 20)))),
        ("links to missing chapters", chapters(repeated(4 * count, |at| format!("[x](pp{at}q.md) ")))),
        ("missing images", chapters(repeated(count, |at| format!("![x](pp{at}q.png)\n")))),
        ("undefined labels", page(repeated(count, |at| format!("[a][b{at}]\n\n[c{at}]: d{at}.md\n\n")))),
        ("ids used twice", page(repeated(count, |at| format!("<a id=x{}></a>\n\n", at / 2)))),
        ("ids of headings in HTML", page(repeated(8 * count, |at| format!("<h2 id=\"a{at}\">x</h2>\n")))),
        ("brackets in text from right to left", page(format!("{} a{}", "ا".repeat(40), ")".repeat(64 * count)))),
        ("end tags without a start", page(format!("{}{}", "<b>".repeat(count * 4), "</i>".repeat(count * 4)))),
        ("attributes that are left out", page("<td style=\"a\">b</td> ".repeat(count))),
        ("unknown languages", page(repeated(count, |at| format!("```pyhton{at}\na\n```\n")))),
        ("footnotes", page(repeated(count, |at| format!("[^{at}] [^m{at}]\n\n[^{at}]: a\n\n")))),
        (
            "lists with ids",
            page(repeated(count, |at| format!("<!-- checklist: id=a{} -->\n\n- [ ] a\n\nb\n\n", at / 2))),
        ),
        ("missing chapters of the list", {
            let mut files = chapters(String::new());
            files.push((
                "content/SUMMARY.md".to_owned(),
                format!("- [T](index.md)\n{}", repeated(count, |at| format!("- [A](pp{at}q.md)\n"))),
            ));
            files
        }),
    ]
}

/// The seconds of a whole build with its messages, on one thread.
fn build_seconds(folder: &Path) -> f64 {
    std::thread::scope(|scope| {
        let build = scope.spawn(|| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().unwrap();
            seconds(|| {
                pool.install(|| {
                    let built = built(folder);
                    for format in [Format::Human, Format::Short, Format::Json, Format::Github] {
                        let _ = emit(&built.report, &built.texts, "", format, Colour::Off);
                    }
                });
            })
        });
        build.join().unwrap()
    })
}

fn on_disk(files: &[(String, String)]) -> Book {
    let config = ("chapbook.toml".to_owned(), "[book]\ntitle = \"T\"\nrevised = \"2026-01-31\"\n".to_owned());
    Book::of(files.iter().cloned().chain([config]))
}

#[test]
fn building_grows_with_the_book() {
    let empty = on_disk(&[("content/index.md".to_owned(), "# T\n\na\n".to_owned())]);
    let base = (0..3).map(|_| build_seconds(empty.path())).fold(f64::MAX, f64::min);
    for (at, (name, small)) in books(PARTS).into_iter().enumerate() {
        let small = on_disk(&small);
        let large = on_disk(&books(2 * PARTS)[at].1);
        let ratio = growth(base, |size| build_seconds(if size == 1 { small.path() } else { large.path() }));
        assert!(ratio < MOST, "{name}: twice the input takes {ratio:.2} times the work");
    }
}
