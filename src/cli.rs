//! The command line: one table of commands, and the only room that prints.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::{Command as Process, ExitCode, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use clap::builder::FalseyValueParser;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::diagnostic::{CODES, Colour, Format, Report, Severities, Severity, Texts, emit, explain, nearest};
use crate::error::Error;
use crate::mdbook::Plugins;
use crate::new::{self, Kind};
use crate::pipeline::{Built, Cache, Counts, Dating, Purpose, Request, Stamping, build, stamp};
use crate::serve::{self, Event};
use crate::site::{Published, publish};

/// Turns Markdown chapters into a site that people search, carry offline and print.
#[derive(Debug, Parser)]
#[command(
    name = "chapbook",
    version,
    arg_required_else_help = true,
    after_help = "Examples:
  chapbook new my-guide            a first book, ready to build
  chapbook serve my-guide --open   write, and see it change
  chapbook build my-guide          publish into my-guide/public
  chapbook explain broken-link     what a message means"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line, read once, here")]
struct Common {
    /// Treat warnings as errors
    #[arg(long, global = true, env = "CHAPBOOK_STRICT", value_parser = FalseyValueParser::new())]
    strict: bool,
    /// How grave a kind of finding is: `broken-link=warning`, `=error` or `=off`; may be given again
    #[arg(id = "severity", long = "code", global = true, value_name = "CODE=LEVEL", value_parser = severity)]
    code: Vec<(String, Severity)>,
    /// How findings are written
    #[arg(long, global = true, value_enum, default_value = "human", env = "CHAPBOOK_FORMAT")]
    format: Format,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value = "auto", env = "CHAPBOOK_COLOR")]
    color: When,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say how long each step took
    #[arg(short, long, global = true)]
    verbose: bool,
    /// How many threads to use (all cores if left out)
    #[arg(long, global = true, value_name = "N", env = "CHAPBOOK_JOBS")]
    jobs: Option<usize>,
    /// Run no program that a book of mdBook names, and read nothing outside its folder
    #[arg(long, global = true, env = "CHAPBOOK_NO_PLUGINS", value_parser = FalseyValueParser::new())]
    no_plugins: bool,
    /// Run the program of this preprocessor of mdBook, although its work is built in; may be given again
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "no_plugins")]
    external: Vec<String>,
    /// Remember nothing between builds
    #[arg(long, global = true, env = "CHAPBOOK_NO_CACHE", value_parser = FalseyValueParser::new())]
    no_cache: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a small first book, with a checklist and a workflow that publishes it
    New {
        /// Folder to make; it must not hold anything yet
        #[arg(required_unless_present = "from")]
        dir: Option<PathBuf>,
        /// Move a book of mdBook over: write its chapbook.toml beside its book.toml
        #[arg(long, value_name = "BOOK", conflicts_with_all = ["dir", "kind", "language"])]
        from: Option<PathBuf>,
        /// What kind of book
        #[arg(long, value_enum, default_value = "guide")]
        kind: Kind,
        /// Language of the book: zh-Hans or en
        #[arg(long, value_name = "TAG", default_value = "en")]
        language: String,
    },
    /// Build the site and publish it into a folder
    Build {
        /// Folder of the book: one with chapbook.toml, or any folder of Markdown
        #[arg(default_value = ".")]
        book: PathBuf,
        /// Folder of the site
        #[arg(short, long, alias = "dest-dir", short_alias = 'd', value_name = "DIR", env = "CHAPBOOK_OUT")]
        out: Option<PathBuf>,
    },
    /// Preview the site: build, watch, reload what changed
    Serve {
        /// Folder of the book
        #[arg(default_value = ".")]
        book: PathBuf,
        /// Port to listen on (4000, or the next free one)
        #[arg(long, value_name = "PORT", env = "CHAPBOOK_PORT")]
        port: Option<u16>,
        /// Address to listen on
        #[arg(long, value_name = "IP", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), env = "CHAPBOOK_HOST")]
        host: IpAddr,
        /// Open the site in the browser
        #[arg(long)]
        open: bool,
    },
    /// Say everything that build would say, and write nothing
    Check {
        /// Folder of the book
        #[arg(default_value = ".")]
        book: PathBuf,
    },
    /// Write the ids that checklists and items have into the text, so that they outlast every edit
    Ids {
        /// Folder of the book
        #[arg(default_value = ".")]
        book: PathBuf,
        /// Say what would be written, and write nothing; exit 1 if there is something
        #[arg(long)]
        check: bool,
    },
    /// Say what a message means and how to mend it
    Explain {
        /// The code in brackets, such as broken-link
        code: String,
    },
    /// Write a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual page
    Man,
    /// Write the JSON Schema of chapbook.toml
    Schema,
}

/// The book has errors; nothing was published.
const EXIT_BOOK: u8 = 1;
/// chapbook could not work: usage, disk, port.
const EXIT_WORK: u8 = 2;
/// Progress is told when a build takes longer than this.
const WORTH_TELLING: Duration = Duration::from_secs(1);

/// Runs the command line: parses arguments, does the work, prints, and says how it went.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are asked for; everything else is bad usage. A closed pipe is not our trouble.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(EXIT_WORK) } else { ExitCode::SUCCESS };
        }
    };
    let console = Console::new(&arguments.common);
    match carry_out(&arguments, &console) {
        Ok(code) => code,
        Err(error) => {
            console.error(&error);
            ExitCode::from(EXIT_WORK)
        }
    }
}

fn carry_out(arguments: &Arguments, console: &Console) -> Result<ExitCode, Error> {
    use_threads(arguments.common.jobs)?;
    let common = &arguments.common;
    match &arguments.command {
        Command::New { from: Some(book), .. } => adopt_book(book, console),
        Command::New { dir, kind, language, from: None } => {
            make_book(dir.as_deref().unwrap_or(Path::new(".")), *kind, language, console)
        }
        Command::Build { book, out } => build_book(book, out.as_deref(), common, console),
        Command::Serve { book, port, host, open } => {
            let options = serve::Options { host: *host, port: *port };
            let opening = if *open { Opening::Browser } else { Opening::Nothing };
            serve_book(book, &options, opening, common, console)
        }
        Command::Check { book } => check_book(book, common, console),
        Command::Ids { book, check } => {
            stamp_ids(book, if *check { Stamping::Check } else { Stamping::Write }, common, console)
        }
        Command::Explain { code } => explain_code(code, console),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "chapbook", &mut script);
            console.answer(&String::from_utf8_lossy(&script));
            Ok(ExitCode::SUCCESS)
        }
        Command::Man => manual_page(console),
        Command::Schema => {
            console.answer(&crate::config::schema());
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn use_threads(jobs: Option<usize>) -> Result<(), Error> {
    let Some(jobs) = jobs else { return Ok(()) };
    if jobs == 0 {
        return Err(Error::refused("`--jobs 0` leaves nobody to work", "give a number from 1 up, or leave it out"));
    }
    rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .build_global()
        .map_err(|error| Error::refused(format!("cannot start {jobs} threads: {error}"), "give a smaller `--jobs`"))
}

fn request(book: &Path, out: Option<&Path>, purpose: Purpose, common: &Common) -> Request {
    let severities = Severities { changed: common.code.iter().cloned().collect(), strict: common.strict };
    Request {
        book: book.to_path_buf(),
        out: out.map(Path::to_path_buf),
        purpose,
        severities,
        plugins: plugins(common),
        dating: Dating::Commits,
    }
}

fn plugins(common: &Common) -> Plugins {
    Plugins { run: !common.no_plugins, external: common.external.clone() }
}

/// Reads `CODE=LEVEL`.
fn severity(text: &str) -> Result<(String, Severity), String> {
    let (name, level) = text.split_once('=').ok_or("write it as `CODE=LEVEL`, such as `broken-link=warning`")?;
    let names = || CODES.iter().map(|code| code.name);
    if !names().any(|known| known == name) {
        return Err(match nearest(name, names()) {
            Some(meant) => format!("there is no code `{name}`; did you mean `{meant}`?"),
            None => format!("there is no code `{name}`"),
        });
    }
    match level {
        "error" => Ok((name.to_owned(), Severity::Error)),
        "warning" => Ok((name.to_owned(), Severity::Warning)),
        "off" => Ok((name.to_owned(), Severity::Off)),
        _ => Err(format!("`{level}` is no level; there are `error`, `warning` and `off`")),
    }
}

fn cache(book: &Path, common: &Common) -> Cache {
    // A folder without a configuration is somebody's folder of Markdown: nothing of ours is left in it.
    let is_ours = book.join("chapbook.toml").is_file();
    if common.no_cache || !is_ours { Cache::in_memory() } else { Cache::in_folder(&book.join(".chapbook/cache")) }
}

fn build_book(book: &Path, out: Option<&Path>, common: &Common, console: &Console) -> Result<ExitCode, Error> {
    let start = Instant::now();
    let request = request(book, out, Purpose::Publish, common);
    let built = console.while_waiting(|| build(&request, &mut cache(book, common)))?;
    console.findings(&built, book);
    if built.report.errors() > 0 {
        console.say(&format!("nothing published: {}", found(&built)));
        return Ok(ExitCode::from(EXIT_BOOK));
    }
    let out = built.project.site_dir(out);
    let published = publish(&built.site, &out, &built.project)?;
    console.steps(&built, start.elapsed());
    console.published(&built, &published, &out, start.elapsed());
    Ok(ExitCode::SUCCESS)
}

fn check_book(book: &Path, common: &Common, console: &Console) -> Result<ExitCode, Error> {
    let start = Instant::now();
    let request = request(book, None, Purpose::Publish, common);
    let built = console.while_waiting(|| build(&request, &mut Cache::in_memory()))?;
    console.findings(&built, book);
    console.steps(&built, start.elapsed());
    console.say(&format!("{}; {}", contents(&built.counts), found(&built)));
    Ok(if built.report.errors() > 0 { ExitCode::from(EXIT_BOOK) } else { ExitCode::SUCCESS })
}

fn stamp_ids(book: &Path, stamping: Stamping, common: &Common, console: &Console) -> Result<ExitCode, Error> {
    // Ids are stamped for the book's own sake: what `--strict` thinks of its warnings is no matter.
    let severities = Severities { strict: false, changed: common.code.iter().cloned().collect() };
    let stamped = stamp(&Request { severities, ..request(book, None, Purpose::Publish, common) }, stamping)?;
    if stamped.report.errors() > 0 {
        console.report(&stamped.report, &stamped.texts, book);
        console.say("no ids written: mend the book's errors first");
        return Ok(ExitCode::from(EXIT_BOOK));
    }
    for file in &stamped.files {
        let (lists, items) = (counted(file.checklists as u64, "checklist"), counted(file.items as u64, "item"));
        console.say(&format!("{}{}: {lists}, {items}", prefix(book), file.name));
    }
    stamped.left.iter().for_each(|why| console.warn(why));
    let missing = stamping == Stamping::Check && !stamped.files.is_empty();
    match (missing, stamped.files.is_empty() && stamped.left.is_empty()) {
        (true, _) => console.say("ids are missing: `chapbook ids` writes them"),
        (_, true) => console.say("every checklist and every item has its id"),
        _ => {}
    }
    Ok(if missing || !stamped.left.is_empty() { ExitCode::from(EXIT_BOOK) } else { ExitCode::SUCCESS })
}

/// Whether the browser is opened when the server listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opening {
    Browser,
    Nothing,
}

fn serve_book(
    book: &Path,
    options: &serve::Options,
    opening: Opening,
    common: &Common,
    console: &Console,
) -> Result<ExitCode, Error> {
    let request = request(book, None, Purpose::Preview, common);
    serve::run(&request, options, &mut |event| match event {
        Event::Listening(address) => {
            console.say(&format!("serving at http://{address}/ (Ctrl-C ends)"));
            if !address.ip().is_loopback() {
                console.say("anyone on this network can read it; leave `--host` out to keep it on this machine");
            }
            if opening == Opening::Browser {
                open_browser(&format!("http://{address}/"), console);
            }
        }
        Event::Built(built) => {
            console.findings(built, book);
            let took: Duration = built.times.iter().map(|(_, time)| *time).sum();
            console.say(&format!("{}; {}; {}", contents(&built.counts), found(built), time(took)));
        }
        Event::Failed(error) => console.error(error),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Asks the desktop for its browser; whoever has none reads the address.
fn open_browser(address: &str, console: &Console) {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let started =
        Process::new(opener).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if started.is_err() {
        console.say(&format!("no browser could be opened: go to {address}"));
    }
}

fn make_book(dir: &Path, kind: Kind, language: &str, console: &Console) -> Result<ExitCode, Error> {
    let files = new::make(dir, kind, language)?;
    console.say(&format!("made {} files in `{}`", files.len(), dir.display()));
    console.say(&format!("now: chapbook serve {} --open", dir.display()));
    Ok(ExitCode::SUCCESS)
}

fn adopt_book(book: &Path, console: &Console) -> Result<ExitCode, Error> {
    let path = new::adopt(book)?;
    console.say(&format!("made `{}`; `book.toml` is no longer read", path.display()));
    console.say(&format!("now: chapbook check {}", book.display()));
    Ok(ExitCode::SUCCESS)
}

fn explain_code(code: &str, console: &Console) -> Result<ExitCode, Error> {
    if let Some(text) = explain(code) {
        console.answer(&text);
        return Ok(ExitCode::SUCCESS);
    }
    let names: Vec<&str> = CODES.iter().map(|code| code.name).collect();
    let help = match nearest(code, names.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the codes are: {}", names.join(", ")),
    };
    Err(Error::refused(format!("there is no code `{code}`"), help))
}

fn manual_page(console: &Console) -> Result<ExitCode, Error> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut page).map_err(Error::disk("write", "the manual page"))?;
    console.answer(&String::from_utf8_lossy(&page));
    Ok(ExitCode::SUCCESS)
}

/// "5 pages, 61 sections, 10 checklists, 15,930 words, 1.2 MB"
fn contents(counts: &Counts) -> String {
    format!(
        "{}, {}, {}, {}, {}",
        counted(counts.pages as u64, "page"),
        counted(counts.sections as u64, "section"),
        counted(counts.checklists as u64, "checklist"),
        counted(counts.words, "word"),
        size(counts.bytes)
    )
}

fn found(built: &Built) -> String {
    let warnings = counted(built.report.warnings() as u64, "warning");
    match built.report.errors() {
        0 => warnings,
        errors => format!("{}, {warnings}", counted(errors as u64, "error")),
    }
}

fn counted(number: u64, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", grouped(number))
}

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

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

fn time(duration: Duration) -> String {
    if duration < WORTH_TELLING {
        format!("{} ms", duration.as_millis())
    } else {
        format!("{:.2} s", duration.as_secs_f64())
    }
}

/// Where text goes: what was asked for to stdout, the rest to stderr. A closed pipe is silent.
#[derive(Debug)]
struct Console {
    colour: Colour,
    format: Format,
    quiet: bool,
    verbose: bool,
}

impl Console {
    fn new(common: &Common) -> Self {
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
    fn while_waiting<T>(&self, work: impl FnOnce() -> T) -> T {
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
    fn answer(&self, text: &str) {
        let _ = writeln!(io::stdout().lock(), "{}", text.trim_end());
    }

    /// A line about the work.
    fn say(&self, line: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr().lock(), "{line}");
        }
    }

    /// Something that is not as it should be, and does not end the work.
    #[expect(clippy::unused_self, reason = "printing goes through the console, whatever it needs to know")]
    fn warn(&self, line: &str) {
        let _ = writeln!(io::stderr().lock(), "warning: {line}");
    }

    fn error(&self, error: &Error) {
        let (start, end) = if self.colour == Colour::On { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        let _ = writeln!(io::stderr().lock(), "{start}error{end}: {error}");
    }

    /// All findings of a build. Machine-readable ones were asked for and go to stdout.
    fn findings(&self, built: &Built, book: &Path) {
        self.report(&built.report, &built.texts, book);
    }

    fn report(&self, report: &Report, texts: &Texts, book: &Path) {
        if report.is_empty() {
            return;
        }
        let text = emit(report, texts, &prefix(book), self.format, self.colour);
        let _ = match self.format {
            Format::Human | Format::Short => io::stderr().lock().write_all(text.as_bytes()),
            Format::Json | Format::Github => io::stdout().lock().write_all(text.as_bytes()),
        };
    }

    fn steps(&self, built: &Built, whole: Duration) {
        if !self.verbose {
            return;
        }
        for (step, took) in &built.times {
            self.say(&format!("{step:>10} {:>8.1} ms", took.as_secs_f64() * 1e3));
        }
        self.say(&format!("{:>10} {:>8.1} ms", "all", whole.as_secs_f64() * 1e3));
    }

    fn published(&self, built: &Built, published: &Published, out: &Path, took: Duration) {
        self.say(&format!(
            "{}: {}; {} written, {} unchanged, {} removed in {}; {}",
            out.display(),
            contents(&built.counts),
            published.written,
            published.unchanged,
            published.removed,
            time(took),
            found(built)
        ));
        for path in &published.kept {
            self.say(&format!("left alone, because it was changed by someone else: {}", out.join(path).display()));
        }
    }
}

/// What stands before the names of the book's files, so that they can be opened from here.
fn prefix(book: &Path) -> String {
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
    fn arguments_are_sound() {
        Arguments::command().debug_assert();
    }

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
