//! Runs a program that a book names. No other file does.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::child::{self, Finished, Limits};

/// A program may be compiled before it runs, and its output is the text of a whole book.
const LIMITS: Limits = Limits { time: Duration::from_mins(10), bytes: 1 << 30 };

/// Why a program failed.
#[derive(Debug)]
pub(super) enum RunError {
    /// The program was not found.
    Missing,
    /// It could not be started or returned an error; the last line of its output.
    Failed(String),
}

/// Runs a preprocessor with `input` and returns its output; `None` if it does not support HTML.
pub(super) fn preprocess(command: &str, root: &Path, input: &[u8]) -> Result<Option<Vec<u8>>, RunError> {
    if !run(command, root, &["supports", "html"], &[])?.status.success() {
        return Ok(None);
    }
    let finished = run(command, root, &[], input)?;
    if finished.status.success() {
        Ok(Some(finished.output))
    } else {
        Err(RunError::Failed(last_error_line(&finished)))
    }
}

/// Runs a command line in the book's folder with `input` on its standard input.
fn run(command: &str, root: &Path, arguments: &[&str], input: &[u8]) -> Result<Finished, RunError> {
    let words = split_command(command);
    let Some((program, own)) = words.split_first() else { return Err(RunError::Missing) };
    let mut process = Command::new(program_path(program, root));
    process.args(own).args(arguments).current_dir(root);
    child::run(&mut process, input.to_vec(), LIMITS).map_err(|error| run_error(&error))
}

/// The path of a program. A relative path with a folder is relative to the book.
fn program_path(program: &str, root: &Path) -> PathBuf {
    let path = Path::new(program);
    if path.components().count() > 1 && path.is_relative() {
        return crate::source::real_path(&root.join(path)).unwrap_or_else(|_| root.join(path));
    }
    path.to_owned()
}

fn run_error(error: &io::Error) -> RunError {
    if error.kind() == io::ErrorKind::NotFound { RunError::Missing } else { RunError::Failed(error.to_string()) }
}

/// The last line that a program wrote to its standard error.
fn last_error_line(finished: &Finished) -> String {
    let text = String::from_utf8_lossy(&finished.errors);
    let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it printed no error");
    last.trim().chars().take(200).collect()
}

/// Splits a command line into words as a shell does: quotes and backslashes keep spaces.
fn split_command(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = command.chars();
    while let Some(c) = letters.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(letters.next()),
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines() {
        for (command, expected) in [
            ("mdbook-x", &["mdbook-x"][..]),
            ("cargo run  --bin 'a b' \"c \\\" d\" e\\ f ''", &["cargo", "run", "--bin", "a b", "c \" d", "e f", ""]),
            ("", &[]),
        ] {
            assert_eq!(split_command(command), expected, "{command}");
        }
    }
}
