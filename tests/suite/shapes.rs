//! Texts with which parsers of quadratic time are slow. Each must be parsed about as fast as prose of its length.
//!
//! Tests do not measure time, so each shape only has to finish within a generous timeout. `CHAPBOOK_SHAPES=FOLDER` writes the
//! shapes as books instead, to be measured by hand.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::book::{Book, built, printed_diagnostics, write};

/// Longer than the slowest machine takes for a shape that is parsed in linear time.
const PATIENCE: Duration = Duration::from_mins(1);

/// The size of a shape in bytes, large enough for quadratic time to exceed the timeout.
fn length() -> usize {
    std::env::var("CHAPBOOK_LENGTH").ok().and_then(|asked| asked.parse().ok()).unwrap_or(20_000)
}

fn fill(unit: &str) -> String {
    unit.repeat(length() / unit.len())
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(|at| line(at) + "\n").collect()
}

/// Every shape, by name.
#[expect(clippy::too_many_lines, reason = "a table of one row for each shape")]
fn shapes() -> Vec<(&'static str, String)> {
    vec![
        ("quotations in one line", fill(">")),
        ("quotations with text", fill("> a")),
        ("quotations, each deeper", lines(340, |at| format!("{}a", ">".repeat(at + 1)))),
        ("lists in one line", fill("- ")),
        ("lists, each deeper", lines(340, |at| format!("{}- a", " ".repeat(2 * at.min(170))))),
        ("1,500 nested lists", lines(1_500, |at| format!("{}* a", " ".repeat(at)))),
        ("numbered lists in one line", fill("1. ")),
        ("list marks and quotations", fill("- > ")),
        ("many lists", fill("- a\n\n\n1. b\n\n\n")),
        ("open brackets", fill("[")),
        ("closed brackets", fill("]")),
        ("brackets and stars", fill("[*_a")),
        ("nested links", format!("{}{}", "[".repeat(length() / 6), "](a)".repeat(length() / 6))),
        ("open links", fill("[a](")),
        ("open links with angles", fill("[a](<b")),
        ("open destinations", fill("](")),
        ("images in images", fill("![")),
        ("images and links", fill("![[]()")),
        ("stars", fill("*")),
        ("stars and letters", fill("*a_ ")),
        ("underscores and stars", fill("_*")),
        ("openers that never close", fill("**a ")),
        ("closers that never open", fill("a** ")),
        ("stars around letters", fill("a**b")),
        ("many kinds of emphasis", fill("*a **a ~~a _a __a ")),
        ("tildes", fill("~")),
        ("tildes and letters", fill("~a ~~")),
        ("runs of backticks", (1..340).map(|at| "`".repeat(at) + " ").collect()),
        ("open code", fill("`a``b")),
        ("open comments", fill("<!-- a ")),
        ("open comments apart", fill("<!--\n\n")),
        ("open tags", fill("<a b")),
        ("open tags and quotes", fill("<a b=\"")),
        ("many tags", fill("<a><b>")),
        ("scripts left open", fill("<script>")),
        ("blocks of HTML", fill("<div>\n\n")),
        ("unknown tags", fill("<T a> ")),
        ("instructions", fill("<?")),
        ("declarations", fill("<!A ")),
        ("sections of data", fill("<![CDATA[")),
        ("ends of data", fill("]]>")),
        ("a wide table", format!("{0}\n{1}\n{2}", fill("|a"), fill("|-"), fill("|b"))),
        (
            "a wide table of few cells",
            format!("{}\n{}\n{}", "|a".repeat(9_000), "|-".repeat(9_000), "|\n".repeat(9_000)),
        ),
        ("a long table", format!("|a|b|\n|-|-|\n{}", fill("|a|b|\n"))),
        ("lines of pipes", fill("||||\n")),
        ("footnotes used", fill("[^a]")),
        ("footnotes written", lines(3_000, |at| format!("[^{at}]: a\n"))),
        ("footnotes in footnotes", lines(3_000, |at| format!("[^{at}]: a[^{}]\n", at + 1)) + "x[^0]"),
        ("one footnote, used often", fill("a[^x] ") + "\n\n[^x]: b\n"),
        ("definitions of links", lines(4_000, |at| format!("[a{at}]: b"))),
        ("one definition, used often", format!("[a]: {}\n\n{}", "b".repeat(20_000), "[a] ".repeat(5_000))),
        ("definitions that do not end", fill("[a]: <b\n")),
        ("titles that do not end", fill("[a](b \"c\n")),
        ("brackets with a title", fill("[a\n\"")),
        ("headings of one name", fill("# a\n")),
        ("headings under underlines", fill("a\n=\n")),
        ("headings with attributes", fill("# a {#b}\n")),
        ("boxes in boxes", fill(":::note\n")),
        ("boxes never opened", fill(":::\n")),
        ("boxes of more and more colons", lines(330, |at| format!("{}note", ":".repeat(3 + at)))),
        ("alerts", fill("> [!NOTE]\n")),
        ("100,000 colons", ":".repeat(100_000)),
        ("lines of a colon", fill("a\n:b\n")),
        ("blanks", fill("____ ")),
        ("a long blank", fill("_")),
        ("blanks with names", fill("____<!-- a -->")),
        ("items to tick", fill("- [ ] a\n")),
        ("items in items", lines(300, |at| format!("{}- [ ] a", "  ".repeat(at.min(150))))),
        ("comments of lists", fill("<!-- checklist: id=a -->\n")),
        ("variables", fill("{{ book.title }} ")),
        ("open variables", fill("{{ ")),
        ("open includes", fill("{{#include ")),
        ("dollars", fill("$a")),
        ("dollars and spaces", fill("$ $a $$ ")),
        ("braces in formulas", format!("${}{}$", "{".repeat(length() / 2), "}".repeat(length() / 2))),
        ("roots in formulas", format!("${}$", fill("\\sqrt"))),
        ("addresses", fill("https://a.b ")),
        ("one long address", format!("https://a.b/{}", fill("a"))),
        ("addresses with brackets", format!("https://a.b/{}", fill("("))),
        ("dots and slashes", fill("www.")),
        ("at signs", fill("a@")),
        ("Han and stars", fill("中**文")),
        ("Han emphasis next to punctuation", fill("中**「文」**")),
        ("entities", fill("&amp;")),
        ("open entities", fill("&a")),
        ("numbers of characters", fill("&#1")),
        ("back-slashes", fill("\\")),
        ("back-slashes and stars", fill("\\*")),
        ("quotation marks", fill("\"a' ")),
        ("hard breaks", fill("a  \n")),
        ("tabs", fill("\t")),
        ("tabs and marks", fill("\t-\t>")),
        ("no ends of lines", fill("a ")),
        ("empty lines", fill("\n")),
        ("nothing", fill("\0")),
        ("spaces", fill(" ") + "a"),
        ("rules", fill("---\n")),
        ("fences", fill("```\n")),
        ("fences of more and more marks", lines(330, |at| "`".repeat(3 + at))),
        ("terms and definitions", fill("a\n: b\n")),
        ("a glossary of 20,000 terms", lines(20_000, |at| format!("t{at}\n: b\n"))),
        ("colons", fill(": ")),
        ("marks that combine", format!("a{}", fill("\u{301}"))),
        ("joined faces", fill("\u{1f468}\u{200d}")),
        ("code of Rust", format!("```rust\n{}\n```", fill("let a = \"b\";\n"))),
        ("code in one line", format!("```rust\n{}\n```", fill("{("))),
        ("code of JavaScript", format!("```js\n{}\n```", fill("`${a\n"))),
        ("code of HTML", format!("```html\n{}\n```", fill("<a b='\n"))),
        ("code of Markdown", format!("```markdown\n{}\n```", fill("[*_a\n"))),
        ("code of YAML", format!("```yaml\n{}\n```", fill("- {a: [\n"))),
        ("marked lines", format!("```rust {{{}}}\na\n```", "1-4000000000,".repeat(3_000) + "1")),
        (
            "aliases of YAML",
            format!(
                "---\nextra:\n  a0: &a0 [x]\n{}---\n# T",
                lines(30, |at| {
                    format!("  a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]", at + 1, at)
                })
            ),
        ),
        ("nested YAML", format!("---\nextra: {}\n---\n# T", "[".repeat(30_000))),
        ("nested TOML", format!("+++\nextra = {}\n+++\n# T", "[".repeat(30_000))),
        ("keys of YAML", format!("---\n{}---\n# T", lines(5_000, |at| format!("a{at}: b")))),
    ]
}

#[test]
fn every_shape_is_parsed_in_time() {
    let shapes = shapes();
    assert!(shapes.len() > 100);
    if let Some(folder) = std::env::var_os("CHAPBOOK_SHAPES") {
        for (at, (name, text)) in shapes.iter().enumerate() {
            let book = std::path::Path::new(&folder).join(format!("{at:03} {name}"));
            write(
                &book.join("chapbook.toml"),
                b"[book]\ntitle = \"T\"\nglossary = \"index.md\"\n[markdown]\nmath = true\n",
            );
            write(&book.join("content/index.md"), text.as_bytes());
        }
        return;
    }
    let config = "[book]\ntitle = \"T\"\nglossary = \"index.md\"\n[markdown]\nmath = true\n";
    finish_in_time(shapes, move |text| Book::of([("chapbook.toml", config), ("content/index.md", text)]));
}

/// Shapes of the syntax of other tools, by name.
fn foreign_shapes() -> Vec<(&'static str, String)> {
    vec![
        ("100,000 colons", ":".repeat(100_000)),
        ("boxes with open labels", fill(":::tip[a\n")),
        ("boxes in boxes", fill(":::a\n")),
        ("boxes in boxes, closed by more colons", format!("{}{}", ":::a\n".repeat(2_000), "::::\n".repeat(2_000))),
        ("boxes closed behind lists", fill(":::tip\n- a\n  :::\n")),
        ("callouts in callouts", lines(100, |at| format!("{}[!info]- a", "> ".repeat(at + 1)))),
        ("emoji codes", fill(":+1:")),
        ("open emoji codes", fill(":tada ")),
        ("wiki links", fill("[[README]] ")),
        ("open wiki links", fill("[[a")),
        ("wiki links without a page", fill("[[a|b]]")),
        ("open tags of templates", fill("{% a ")),
        ("open expressions", fill("{{ a ")),
        ("boxes of templates in boxes", fill("{% hint %}\n")),
        ("boxes of templates, closed", fill("{% hint %}") + &fill("{% endhint %}")),
        ("boxes of templates, one after the other", fill("{{< tip >}}a{{< /tip >}}\n")),
        ("ends of boxes of templates", fill("{% endhint %}\n")),
        ("comments of templates left open", fill("{% comment %}")),
        ("arguments of templates", format!("{{% hint {} %}}", fill("a=\"b "))),
        ("marks for contents", fill("[TOC]\n")),
        ("backticks between links", (1..200).map(|at| "`".repeat(at) + "[[a]]").collect()),
        ("aliases of the site", fill("(@site/")),
        ("components in components", format!("import a from 'a'\n\n{}", fill("<Tabs>\n"))),
        ("components in one line", format!("import a from 'a'\n\n{}", fill("<Tabs>"))),
        ("open components", format!("import a from 'a'\n\n{}", fill("<A b="))),
        ("open expressions of components", format!("import a from 'a'\n\n{}", fill("<a b={{"))),
        ("statements left open", fill("import {\n")),
        ("bindings of attributes", fill(":src=\"$withBase(")),
        ("comments of components", format!("import a from 'a'\n\n{}", fill("{/*"))),
    ]
}

#[test]
fn every_shape_of_other_tools_is_parsed_in_time() {
    finish_in_time(foreign_shapes(), |text| Book::of([("README.md", text)]));
}

/// Builds a book of each shape. Fails if one does not end.
fn finish_in_time(shapes: Vec<(&'static str, String)>, book_of: impl Fn(&str) -> Book + Send + 'static) {
    let end = shapes.last().map(|(name, _)| *name);
    let (said, heard) = mpsc::channel();
    thread::spawn(move || {
        for (name, text) in shapes {
            if said.send(name).is_err() {
                return;
            }
            printed_diagnostics(&built(book_of(&text).path()));
        }
    });
    let mut last = "none";
    loop {
        match heard.recv_timeout(PATIENCE) {
            Ok(name) => last = name,
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("`{last}` does not end"),
        }
    }
    assert_eq!(Some(last), end, "the build of `{last}` has panicked");
}
