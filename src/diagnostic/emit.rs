//! Formats diagnostics: excerpts with carets, one line each, JSON lines, or annotations of GitHub Actions.

use std::fmt::Write as _;

use serde::Serialize;

use super::code::Severity;
use super::human::{Colour, human};
use super::locate::{Located, Locator};
use super::report::{Diagnostic, Place, Report, Texts};
use crate::escape::{json_for_terminal, one_line, workflow_message, workflow_property};

/// An output format of diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Excerpts of the files, with carets under the place.
    Human,
    /// One per line: `file:line:col: severity[code]: message`.
    Short,
    /// One JSON object per line.
    Json,
    /// Workflow commands of GitHub Actions, shown at the changed lines.
    Github,
}

/// Formats the diagnostics of a report, in the report's order. The human format groups many by their code, and shows the
/// first places of each; the others show all. `prefix` is written before each file name ("" or "mybook/").
///
/// Lines and columns start at 1; columns count characters. File names, messages and excerpts come from the book and are
/// escaped: they can neither control a terminal nor start a workflow command.
///
/// ```
/// use chapbook::diagnostic::{Colour, Diagnostic, Format, Place, Report, Texts, codes, emit};
///
/// let at = Place { file: "a.md".into(), span: (4..8).into() };
/// let mut report = Report::default();
/// report.add(Diagnostic::new(&codes::BROKEN_LINK, "no chapter at `b.md`").at(at).help("create it"));
/// let texts = Texts::from([("a.md".into(), "[b](b.md)".into())]);
///
/// let line = emit(&report, &texts, "book/", Format::Short, Colour::Off);
/// assert_eq!(line, "book/a.md:1:5: error[broken-link]: no chapter at `b.md`; help: create it\n");
/// ```
#[must_use]
pub fn emit(report: &Report, texts: &Texts, prefix: &str, format: Format, colour: Colour) -> String {
    let locator = Locator::new(texts, prefix);
    let line: fn(&Diagnostic, &Locator<'_>) -> String = match format {
        Format::Human => return human(report, &locator, colour),
        Format::Short => short,
        Format::Json => json,
        Format::Github => github,
    };
    report.iter().fold(String::new(), |mut out, item| {
        let _ = writeln!(out, "{}", line(item, &locator));
        out
    })
}

fn short(item: &Diagnostic, locator: &Locator<'_>) -> String {
    let at = item.at.as_ref().map_or_else(String::new, |place| locator.locate(place).short() + ": ");
    let help = item.help.as_ref().map_or_else(String::new, |help| format!("; help: {}", one_line(help)));
    format!("{at}{}[{}]: {}{help}", severity(item), item.code.name, one_line(&item.message))
}

/// A diagnostic in the JSON format.
#[derive(Serialize)]
struct Line<'a> {
    severity: &'static str,
    code: &'static str,
    message: &'a str,
    #[serde(flatten)]
    at: Option<Location>,
    help: Option<&'a str>,
    also: Vec<Also<'a>>,
}

#[derive(Serialize)]
struct Also<'a> {
    message: &'a str,
    #[serde(flatten)]
    at: Location,
}

#[derive(Serialize)]
struct Location {
    file: String,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
}

impl Location {
    fn of(place: &Place, locator: &Locator<'_>) -> Self {
        let Located { range, .. } = locator.locate(place);
        Self {
            file: locator.file_name(place),
            line: range.map(|(start, _)| start.line),
            column: range.map(|(start, _)| start.column),
            end_line: range.map(|(_, end)| end.line),
            end_column: range.map(|(_, end)| end.column),
        }
    }
}

fn json(item: &Diagnostic, locator: &Locator<'_>) -> String {
    let also = item.also.iter().map(|(place, label)| Also { message: label, at: Location::of(place, locator) });
    let line = Line {
        severity: severity(item),
        code: item.code.name,
        message: &item.message,
        at: item.at.as_ref().map(|place| Location::of(place, locator)),
        help: item.help.as_deref(),
        also: also.collect(),
    };
    json_for_terminal(&serde_json::to_string(&line).unwrap_or_default())
}

/// Formats one diagnostic as a workflow command of GitHub Actions.
fn github(item: &Diagnostic, locator: &Locator<'_>) -> String {
    let mut properties = String::new();
    if let Some(place) = &item.at {
        let located = locator.locate(place);
        let _ = write!(properties, "file={},", workflow_property(&located.file));
        if let Some((start, _)) = located.range {
            let _ = write!(properties, "line={},col={},", start.line, start.column);
        }
    }
    let help = item.help.as_ref().map_or_else(String::new, |help| format!("\nhelp: {}", one_line(help)));
    let message = workflow_message(&(one_line(&item.message) + &help));
    format!("::{} {properties}title={}::{message}", severity(item), workflow_property(item.code.name))
}

fn severity(item: &Diagnostic) -> &'static str {
    if item.severity == Severity::Error { "error" } else { "warning" }
}

#[cfg(test)]
mod tests {
    use super::super::code::codes;
    use super::super::report::Span;
    use super::*;

    const TEXT: &str = "# 清单\n\nSee the [安装指南](../instal.md#linux) first.\n";

    fn place(file: &str, text: &str, part: &str) -> Place {
        let start = text.find(part).unwrap();
        Place { file: file.into(), span: (start..start + part.len()).into() }
    }

    fn sample() -> (Report, Texts) {
        let mut report = Report::default();
        report.add(
            Diagnostic::new(&codes::BROKEN_LINK, "no chapter at `../instal.md`")
                .at(place("a.md", TEXT, "../instal.md#linux"))
                .help("did you mean `../install.md`?"),
        );
        report.add(
            Diagnostic::new(&codes::DUPLICATE_ID, "two lists are called `x`")
                .at(place("a.md", TEXT, "安装指南"))
                .also(place("a.md", TEXT, "清单"), "the first one"),
        );
        report.add(Diagnostic::new(&codes::BROKEN_LINK, "no chapter at `b.md`").at(place("a.md", TEXT, "first.")));
        report.add(Diagnostic::new(&codes::EMPTY_BOOK, "no chapter was found"));
        (report, Texts::from([("a.md".into(), TEXT.into())]))
    }

    fn emitted(format: Format) -> String {
        let (report, texts) = sample();
        emit(&report, &texts, "book/", format, Colour::Off)
    }

    #[test]
    fn human_format() {
        assert_eq!(emitted(Format::Human), HUMAN);
    }

    const HUMAN: &str = "\
error[broken-link]: no chapter at `../instal.md`
 --> book/a.md:3:16
  |
3 | See the [安装指南](../instal.md#linux) first.
  |                    ^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `../install.md`?
  = note: run `chapbook explain broken-link` for more

error[duplicate-id]: two lists are called `x`
 --> book/a.md:3:10
  |
3 | See the [安装指南](../instal.md#linux) first.
  |          ^^^^^^^^
  |
 ::: book/a.md:1:3
  |
1 | # 清单
  |   ---- the first one
  |
  = note: run `chapbook explain duplicate-id` for more

error[broken-link]: no chapter at `b.md`
 --> book/a.md:3:36
  |
3 | See the [安装指南](../instal.md#linux) first.
  |                                        ^^^^^^

error[empty-book]: no chapter was found
 |
 = note: run `chapbook explain empty-book` for more

";

    #[test]
    fn short_format() {
        let expected = "\
book/a.md:3:16: error[broken-link]: no chapter at `../instal.md`; help: did you mean `../install.md`?
book/a.md:3:10: error[duplicate-id]: two lists are called `x`
book/a.md:3:36: error[broken-link]: no chapter at `b.md`
error[empty-book]: no chapter was found
";
        assert_eq!(emitted(Format::Short), expected);
    }

    #[test]
    fn json_format() {
        let emitted = emitted(Format::Json);
        let lines: Vec<serde_json::Value> = emitted.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines[0]["severity"], "error");
        assert_eq!(lines[0]["code"], "broken-link");
        assert_eq!(lines[0]["file"], "book/a.md");
        assert_eq!((&lines[0]["line"], &lines[0]["column"]), (&3.into(), &16.into()));
        assert_eq!((&lines[0]["end_line"], &lines[0]["end_column"]), (&3.into(), &34.into()));
        assert_eq!(lines[0]["help"], "did you mean `../install.md`?");
        assert_eq!(
            (&lines[1]["also"][0]["message"], &lines[1]["also"][0]["line"]),
            (&"the first one".into(), &1.into())
        );
        assert!(lines[3].get("file").is_none());
    }

    #[test]
    fn github_format() {
        let mut report = Report::default();
        let odd = Place { file: "a,b:c%.md".into(), span: Span { start: 0, end: 1 } };
        report.add(Diagnostic::new(&codes::CONFIG, "100% wrong\n::error::x").at(odd).help("fix\nit"));
        let texts = Texts::from([("a,b:c%.md".into(), "x".into())]);
        let expected =
            "::error file=a%2Cb%3Ac%25.md,line=1,col=1,title=config::100%25 wrong ::error::x%0Ahelp: fix it\n";
        assert_eq!(emit(&report, &texts, "", Format::Github, Colour::Off), expected);
        assert!(emitted(Format::Github).ends_with("::error title=empty-book::no chapter was found\n"));
    }

    #[test]
    fn control_characters_of_the_book_are_escaped() {
        let text = "a \u{1b}]0;title\u{7} \u{9b}31m \u{202e}b";
        let mut report = Report::default();
        let at = Place { file: "\u{1b}[2J.md".into(), span: (0..text.len()).into() };
        report.add(Diagnostic::new(&codes::CONFIG, text).at(at.clone()).also(at, text).help(text));
        let texts = Texts::from([("\u{1b}[2J.md".into(), text.into())]);
        for format in [Format::Human, Format::Short, Format::Json, Format::Github] {
            let emitted = emit(&report, &texts, "", format, Colour::Off);
            assert!(!emitted.contains(|c: char| c.is_control() && c != '\n'), "{format:?}: {emitted:?}");
        }
    }

    #[test]
    fn long_lines_are_cut() {
        let text = format!("{}[x](y.md){}", "长句。".repeat(3000), "more ".repeat(3000));
        let mut report = Report::default();
        report.add(Diagnostic::new(&codes::BROKEN_LINK, "no chapter at `y.md`").at(place("a.md", &text, "y.md")));
        report.add(
            Diagnostic::new(&codes::RAW_HTML, "left out").at(Place { file: "a.md".into(), span: (0..20_000).into() }),
        );
        let emitted = emit(&report, &Texts::from([("a.md".into(), text.into())]), "", Format::Human, Colour::Off);
        assert!(emitted.contains("a.md:1:9005"), "{emitted}");
        assert!(emitted.lines().all(|line| line.chars().count() < 130), "{emitted}");
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(256))]
        #[test]
        fn every_text_and_span_can_be_formatted(text in "[\\PC\n\t\u{200d}\u{1b}]{0,60}", start in 0u32..80, length in 0u32..80) {
            let at = Place { file: "a.md".into(), span: Span { start, end: start + length } };
            let mut report = Report::default();
            report.add(Diagnostic::new(&codes::CONFIG, &text).at(at.clone()).also(at, &text).help(&text));
            let texts = Texts::from([("a.md".into(), text.into())]);
            for format in [Format::Human, Format::Short, Format::Json, Format::Github] {
                assert!(!emit(&report, &texts, "", format, Colour::On).is_empty());
            }
        }
    }
}
