//! Runs a command line: parses its arguments, calls the command, returns the exit code.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use super::arguments::{Arguments, Command};
use super::commands::{
    Opening, build_book, check_book, convert_mdbook, create_book, explain_code, list_codes, manual_page, recover_site,
    serve_book, stamp_ids,
};
use super::console::Console;
use super::export::export_book;
use crate::error::Error;
use crate::pipeline::Stamping;
use crate::serve;

/// Exit code if the command failed: wrong usage, an error of the disk, no free port.
const EXIT_FAILURE: u8 = 2;

/// Runs a command line, prints its output, and returns its exit code.
///
/// ```
/// use std::process::ExitCode;
///
/// let code = chapbook::cli::run(["chapbook", "explain", "broken-link"].map(Into::into));
/// assert_eq!(code, ExitCode::SUCCESS);
/// ```
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // clap also reports `--help` and `--version` as errors. A closed pipe is ignored.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(EXIT_FAILURE) } else { ExitCode::SUCCESS };
        }
    };
    let console = Console::new(&arguments.common);
    match run_command(&arguments, &console) {
        Ok(code) => code,
        Err(error) => {
            console.error(&error);
            ExitCode::from(EXIT_FAILURE)
        }
    }
}

fn run_command(arguments: &Arguments, console: &Console) -> Result<ExitCode, Error> {
    set_threads(arguments.common.jobs)?;
    let common = &arguments.common;
    match &arguments.command {
        Command::New { from: Some(book), .. } => convert_mdbook(book, console),
        Command::New { dir, kind, language, from: None } => {
            create_book(dir.as_deref().unwrap_or(Path::new(".")), *kind, language, console)
        }
        Command::Build { book, out, url } => build_book(book, out.as_deref(), url.as_deref(), common, console),
        Command::Serve { book, port, host, allow_host, open } => {
            let options = serve::Options { host: *host, port: *port, allow_hosts: allow_host.clone() };
            let opening = if *open { Opening::Browser } else { Opening::Nothing };
            serve_book(book, &options, opening, common, console)
        }
        Command::Export { form, book, out } => export_book(*form, book, out.as_deref(), common, console),
        Command::Check { book } => check_book(book, common, console),
        Command::Ids { book, check } => {
            stamp_ids(book, if *check { Stamping::Check } else { Stamping::Write }, common, console)
        }
        Command::Recover { out } => recover_site(out, console),
        Command::Explain { code: Some(code) } => explain_code(code, console),
        Command::Explain { code: None } => Ok(list_codes(console)),
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

/// The limit of `--jobs`, above the number of cores of any machine: more threads would use up the memory.
const MAX_THREADS: usize = 1024;

fn set_threads(jobs: Option<usize>) -> Result<(), Error> {
    let Some(jobs) = jobs else { return Ok(()) };
    if jobs == 0 {
        return Err(Error::refused("`--jobs` must be at least 1", "leave it out to use all cores"));
    }
    if jobs > MAX_THREADS {
        let help = "leave it out to use all cores";
        return Err(Error::refused(format!("`--jobs` must be at most {MAX_THREADS}, not {jobs}"), help));
    }
    rayon::ThreadPoolBuilder::new().num_threads(jobs).build_global().map_err(|error| {
        Error::refused(format!("cannot start {jobs} threads: {error}"), "use a smaller number with `--jobs`")
    })
}
