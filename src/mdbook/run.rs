//! Runs a program that a book names: the only place where that happens.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;

/// Why a program did not do its work.
#[derive(Debug)]
pub(super) enum Trouble {
    /// There is no such program.
    Missing,
    /// It ended badly; what it said.
    Failed(String),
}

/// Asks a preprocessor whether it works for a site and, if so, hands it the book; `None` if it does not.
pub(super) fn preprocess(command: &str, root: &Path, input: &[u8]) -> Result<Option<Vec<u8>>, Trouble> {
    if !run(command, root, &["supports", "html"], &[])?.status.success() {
        return Ok(None);
    }
    let output = run(command, root, &[], input)?;
    if output.status.success() { Ok(Some(output.stdout)) } else { Err(Trouble::Failed(said(&output))) }
}

/// Runs a command line in the book's folder with `input` on its standard input.
fn run(command: &str, root: &Path, arguments: &[&str], input: &[u8]) -> Result<Output, Trouble> {
    let words = words(command);
    let Some((program, own)) = words.split_first() else { return Err(Trouble::Missing) };
    let mut child = Command::new(located(program, root))
        .args(own)
        .args(arguments)
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| trouble(&error))?;
    feed(&mut child, input.to_vec());
    child.wait_with_output().map_err(|error| trouble(&error))
}

/// A program named with a path is one of the book's.
fn located(program: &str, root: &Path) -> PathBuf {
    let path = Path::new(program);
    if path.components().count() > 1 && path.is_relative() {
        return crate::source::real_path(&root.join(path)).unwrap_or_else(|_| root.join(path));
    }
    path.to_owned()
}

/// Writes on a thread of its own: a program may answer before it has read all. One that does not read is no trouble.
fn feed(child: &mut Child, input: Vec<u8>) {
    if let Some(mut stdin) = child.stdin.take() {
        thread::spawn(move || {
            let _ = stdin.write_all(&input);
        });
    }
}

fn trouble(error: &io::Error) -> Trouble {
    if error.kind() == io::ErrorKind::NotFound { Trouble::Missing } else { Trouble::Failed(error.to_string()) }
}

/// The last line a program wrote to its standard error.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    last.trim().chars().take(200).collect()
}

/// The words of a command line, as a shell would part them: quotes and back-slashes keep spaces.
fn words(command: &str) -> Vec<String> {
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
            assert_eq!(words(command), expected, "{command}");
        }
    }
}
