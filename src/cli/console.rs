//! [`Console`]: prints results to stdout, everything else to stderr, as the options say.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use super::arguments::{Common, When};
use crate::config::CONFIG_FILE;
use crate::diagnostic::{Colour, Format, Report, Severity, Texts, emit};
use crate::error::Error;
use crate::escape::{lines, one_line};
use crate::pipeline::{Built, Counts, Unchanged};
use crate::site::{Published, Recovery};

/// If a build takes longer than this, a line says that it is running. Longer times are printed in seconds.
const NOTICE_AFTER: Duration = Duration::from_secs(1);

/// How many pages that are no longer published are named.
const MOST_GONE: usize = 3;

/// The size of a book: "5 pages, 61 sections, 10 checklists, 15,930 words, 1.2 MB".
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

/// The numbers of errors and warnings: "1 error, 2 warnings".
pub(super) fn count_problems(report: &Report) -> String {
    let warnings = counted(report.warnings() as u64, "warning");
    match report.errors() {
        0 => warnings,
        errors => format!("{}, {warnings}", counted(errors as u64, "error")),
    }
}

/// A number with a noun, in the plural if needed: "1,234 pages".
pub(super) fn counted(number: u64, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", grouped(number))
}

/// A number with a comma after every three digits: "15,930".
fn grouped(number: u64) -> String {
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

/// A number of bytes in B, kB or MB.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// A duration in ms or s.
pub(super) fn time(duration: Duration) -> String {
    if duration < NOTICE_AFTER {
        format!("{} ms", duration.as_millis())
    } else {
        format!("{:.2} s", duration.as_secs_f64())
    }
}

/// The output of the command. Errors of writing, such as a closed pipe, are ignored.
#[derive(Debug)]
pub(super) struct Console {
    colour: Colour,
    format: Format,
    quiet: bool,
    verbose: bool,
}

impl Console {
    /// A console for these options and the terminal.
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

    /// Runs `work`, and prints a line to a terminal if it takes longer than a second.
    pub(super) fn while_waiting<T>(&self, work: impl FnOnce() -> T) -> T {
        let (done, waiting) = mpsc::channel::<()>();
        let watched = !self.quiet && io::stderr().is_terminal();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                if watched && waiting.recv_timeout(NOTICE_AFTER) == Err(RecvTimeoutError::Timeout) {
                    let _ = writeln!(io::stderr().lock(), "building …");
                }
            });
            let result = work();
            drop(done);
            result
        })
    }

    /// Prints the result of a command to stdout.
    #[expect(clippy::unused_self, reason = "all output goes through the console")]
    pub(super) fn answer(&self, text: &str) {
        let _ = writeln!(io::stdout().lock(), "{}", text.trim_end());
    }

    /// Prints a line about the work, unless `--quiet` is given.
    pub(super) fn status(&self, line: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr().lock(), "{}", one_line(line));
        }
    }

    /// Prints a warning, also with `--quiet`.
    #[expect(clippy::unused_self, reason = "all output goes through the console")]
    pub(super) fn warn(&self, line: &str) {
        let _ = writeln!(io::stderr().lock(), "warning: {}", one_line(line));
    }

    /// Prints the error that ends the command.
    pub(super) fn error(&self, error: &Error) {
        let (start, end) = if self.colour == Colour::On { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        let help = error.help().map_or_else(String::new, |help| format!("\n  help: {}", one_line(help)));
        // The message of a template has several lines.
        let message =
            if matches!(error, Error::Template(_)) { lines(&error.message()) } else { one_line(&error.message()) };
        let _ = writeln!(io::stderr().lock(), "{start}error{end}: {message}{help}");
    }

    /// Warns that the book has run programs, also with `--quiet`: the user may not know that it does.
    pub(super) fn programs(&self, built: &Built) {
        if !built.programs.is_empty() {
            let commands: Vec<String> = built.programs.iter().map(|command| format!("`{}`", plain(command))).collect();
            self.warn(&format!(
                "this book runs programs on this machine: {}; use `--no-plugins` to run none",
                commands.join(", ")
            ));
        }
    }

    /// Prints the diagnostics of a build.
    pub(super) fn diagnostics(&self, built: &Built, book: &Path) {
        self.report(&built.report, &built.texts, book);
    }

    /// Prints diagnostics with excerpts from `texts`. Machine-readable formats go to stdout.
    pub(super) fn report(&self, report: &Report, texts: &Texts, book: &Path) {
        let mut errors = Report::default();
        if self.quiet {
            report.iter().filter(|found| found.severity == Severity::Error).for_each(|found| errors.add(found.clone()));
        }
        let report = if self.quiet { &errors } else { report };
        if report.is_empty() {
            return;
        }
        let text = emit(report, texts, &prefix(book), self.format, self.colour);
        let _ = match self.format {
            Format::Human | Format::Short => io::stderr().lock().write_all(text.as_bytes()),
            Format::Json | Format::Github => io::stdout().lock().write_all(text.as_bytes()),
        };
    }

    /// Prints the duration of each step, if `--verbose` is given.
    pub(super) fn steps(&self, built: &Built, whole: Duration) {
        if !self.verbose {
            return;
        }
        for (step, took) in &built.times {
            self.status(&format!("{step:>10} {:>8.1} ms", took.as_secs_f64() * 1e3));
        }
        self.status(&format!("{:>10} {:>8.1} ms", "total", whole.as_secs_f64() * 1e3));
    }

    /// Prints the summary of a site that needed no build.
    pub(super) fn unchanged(&self, site: &Unchanged, out: &Path, took: Duration) {
        self.status(&format!(
            "{}: {}; 0 written, {} unchanged, 0 removed in {}; {}",
            out.display(),
            contents(&site.counts),
            site.files,
            time(took),
            count_problems(&site.report)
        ));
    }

    /// Prints what was done about a publication that was stopped.
    pub(super) fn recovery(&self, recovery: Recovery, out: &Path) {
        let out = out.display();
        match recovery {
            Recovery::Nothing => {}
            Recovery::Finished(files) => self.status(&format!(
                "{out}: finished a publication that was stopped; {} put in place",
                counted(files as u64, "file")
            )),
            Recovery::Damaged => self.warn(&format!(
                "{out}: a publication was stopped and its files are damaged; the site is complete after the next `chapbook build`"
            )),
            Recovery::Rebuilt { files, .. } => self.status(&format!(
                "{out}: rebuilt the list of published files: {}; files that the damaged list does not name are kept: if \
                 `chapbook build` cannot replace them, empty the folder and build again",
                counted(files as u64, "file")
            )),
        }
    }

    /// Prints the summary of a published site.
    pub(super) fn published(&self, built: &Built, published: &Published, out: &Path, took: Duration) {
        self.status(&format!(
            "{}: {}; {} written, {} unchanged, {} removed in {}; {}",
            out.display(),
            contents(&built.counts),
            published.written,
            published.unchanged,
            published.removed,
            time(took),
            count_problems(&built.report)
        ));
        for path in published.gone.iter().take(MOST_GONE) {
            self.status(&format!(
                "`{path}` is no longer published; to keep its address, write `\"{path}\" = \"…\"` under `[redirects]`"
            ));
        }
        if let Some(more) = published.gone.len().checked_sub(MOST_GONE).filter(|more| *more > 0) {
            self.status(&format!("{} more are no longer published", counted(more as u64, "page")));
        }
        for path in &published.kept {
            self.status(&format!(
                "not removed, because it was changed since it was published: {}",
                out.join(path).display()
            ));
        }
    }
}

/// A text of the book without control characters, which could manipulate the terminal; at most 200 characters.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

/// The prefix that makes the names of the book's files relative to the current folder.
pub(super) fn prefix(book: &Path) -> String {
    let folder =
        if book.file_name().is_some_and(|name| name == CONFIG_FILE) { book.parent().unwrap_or(book) } else { book };
    if folder == Path::new(".") || folder.as_os_str().is_empty() {
        return String::new();
    }
    format!("{}/", folder.display().to_string().trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_sizes() {
        for (number, text) in [(0, "0 pages"), (1, "1 page"), (1_234, "1,234 pages"), (1_000_000, "1,000,000 pages")] {
            assert_eq!(counted(number, "page"), text);
        }
        for (bytes, text) in [(999, "999 B"), (1_500, "1 kB"), (1_250_000, "1.2 MB")] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn file_names_are_relative_to_the_current_folder() {
        for (book, expected) in [(".", ""), ("a/b", "a/b/"), ("a/", "a/"), ("a/chapbook.toml", "a/")] {
            assert_eq!(prefix(Path::new(book)), expected);
        }
    }
}
