//! What the command says, where, and in which form.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use super::arguments::{Common, When};
use crate::diagnostic::{Colour, Format, Report, Texts, emit};
use crate::error::Error;
use crate::pipeline::{Built, Counts, Unchanged};
use crate::site::Published;

/// Progress is told when a build takes longer than this.
const WORTH_TELLING: Duration = Duration::from_secs(1);

/// "5 pages, 61 sections, 10 checklists, 15,930 words, 1.2 MB"
pub(super) fn contents(counts: &Counts) -> String {
    format!(
        "{}, {}, {}, {}, {}",
        counted(counts.pages as u64, "page"),
        counted(counts.sections as u64, "section"),
        counted(counts.checklists as u64, "checklist"),
        counted(counts.words, "word"),
        size(counts.bytes)
    )
}

pub(super) fn found(report: &Report) -> String {
    let warnings = counted(report.warnings() as u64, "warning");
    match report.errors() {
        0 => warnings,
        errors => format!("{}, {warnings}", counted(errors as u64, "error")),
    }
}

pub(super) fn counted(number: u64, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", grouped(number))
}

pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

pub(super) fn time(duration: Duration) -> String {
    if duration < WORTH_TELLING {
        format!("{} ms", duration.as_millis())
    } else {
        format!("{:.2} s", duration.as_secs_f64())
    }
}

/// Where text goes: what was asked for to stdout, the rest to stderr. A closed pipe is silent.
#[derive(Debug)]
pub(super) struct Console {
    colour: Colour,
    format: Format,
    quiet: bool,
    verbose: bool,
}

impl Console {
    pub(super) fn new(common: &Common) -> Self {
        let wanted = match common.color {
            When::Always => true,
            When::Never => false,
            When::Auto => {
                anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never
                    && io::stderr().is_terminal()
            }
        };
        let colour = if wanted { Colour::On } else { Colour::Off };
        Self { colour, format: common.format, quiet: common.quiet, verbose: common.verbose }
    }

    /// Does some work, and says that it goes on if a person has to wait for it.
    pub(super) fn while_waiting<T>(&self, work: impl FnOnce() -> T) -> T {
        let (done, waiting) = mpsc::channel::<()>();
        let watched = !self.quiet && io::stderr().is_terminal();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                if watched && waiting.recv_timeout(WORTH_TELLING) == Err(RecvTimeoutError::Timeout) {
                    let _ = writeln!(io::stderr().lock(), "building …");
                }
            });
            let result = work();
            drop(done);
            result
        })
    }

    /// What was asked for.
    #[expect(clippy::unused_self, reason = "printing goes through the console, whatever it needs to know")]
    pub(super) fn answer(&self, text: &str) {
        let _ = writeln!(io::stdout().lock(), "{}", text.trim_end());
    }

    /// A line about the work.
    pub(super) fn say(&self, line: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr().lock(), "{line}");
        }
    }

    /// Something that is not as it should be, and does not end the work.
    #[expect(clippy::unused_self, reason = "printing goes through the console, whatever it needs to know")]
    pub(super) fn warn(&self, line: &str) {
        let _ = writeln!(io::stderr().lock(), "warning: {line}");
    }

    pub(super) fn error(&self, error: &Error) {
        let (start, end) = if self.colour == Colour::On { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        let _ = writeln!(io::stderr().lock(), "{start}error{end}: {error}");
    }

    /// Programs that a book has run: whoever did not know must hear of it, whatever else is kept quiet.
    pub(super) fn programs(&self, built: &Built) {
        if !built.programs.is_empty() {
            let commands: Vec<String> = built.programs.iter().map(|command| format!("`{}`", plain(command))).collect();
            self.warn(&format!(
                "this book names programs, and they run on this machine: {}; `--no-plugins` runs none",
                commands.join(", ")
            ));
        }
    }

    /// All findings of a build. Machine-readable ones were asked for and go to stdout.
    pub(super) fn findings(&self, built: &Built, book: &Path) {
        self.report(&built.report, &built.texts, book);
    }

    /// Findings and the texts they point into.
    pub(super) fn report(&self, report: &Report, texts: &Texts, book: &Path) {
        if report.is_empty() {
            return;
        }
        let text = emit(report, texts, &prefix(book), self.format, self.colour);
        let _ = match self.format {
            Format::Human | Format::Short => io::stderr().lock().write_all(text.as_bytes()),
            Format::Json | Format::Github => io::stdout().lock().write_all(text.as_bytes()),
        };
    }

    pub(super) fn steps(&self, built: &Built, whole: Duration) {
        if !self.verbose {
            return;
        }
        for (step, took) in &built.times {
            self.say(&format!("{step:>10} {:>8.1} ms", took.as_secs_f64() * 1e3));
        }
        self.say(&format!("{:>10} {:>8.1} ms", "all", whole.as_secs_f64() * 1e3));
    }

    pub(super) fn unchanged(&self, site: &Unchanged, out: &Path, took: Duration) {
        self.say(&format!(
            "{}: {}; 0 written, {} unchanged, 0 removed in {}; {}",
            out.display(),
            contents(&site.counts),
            site.files,
            time(took),
            found(&site.report)
        ));
    }

    pub(super) fn published(&self, built: &Built, published: &Published, out: &Path, took: Duration) {
        self.say(&format!(
            "{}: {}; {} written, {} unchanged, {} removed in {}; {}",
            out.display(),
            contents(&built.counts),
            published.written,
            published.unchanged,
            published.removed,
            time(took),
            found(&built.report)
        ));
        for path in &published.kept {
            self.say(&format!("left alone, because it was changed by someone else: {}", out.join(path).display()));
        }
    }
}

/// A text of the book on one line, without what could steer a terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

/// What stands before the names of the book's files, so that they can be opened from here.
pub(super) fn prefix(book: &Path) -> String {
    let folder =
        if book.file_name().is_some_and(|name| name == "chapbook.toml") { book.parent().unwrap_or(book) } else { book };
    if folder == Path::new(".") || folder.as_os_str().is_empty() {
        return String::new();
    }
    format!("{}/", folder.display().to_string().trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_sizes_read_well() {
        for (number, text) in [(0, "0 pages"), (1, "1 page"), (1_234, "1,234 pages"), (1_000_000, "1,000,000 pages")] {
            assert_eq!(counted(number, "page"), text);
        }
        for (bytes, text) in [(999, "999 B"), (1_500, "1 kB"), (1_250_000, "1.2 MB")] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn file_names_can_be_opened_from_here() {
        for (book, expected) in [(".", ""), ("a/b", "a/b/"), ("a/", "a/"), ("a/chapbook.toml", "a/")] {
            assert_eq!(prefix(Path::new(book)), expected);
        }
    }
}
