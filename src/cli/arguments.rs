//! The table of commands and their arguments.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::diagnostic::{CODES, Format, Severity, nearest};
use crate::new::Kind;
use crate::output::Export;

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
  chapbook export epub my-guide    for readers of books
  chapbook explain broken-link     what a message means"
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line, read once, here")]
pub(super) struct Common {
    /// Treat warnings as errors
    #[arg(long, global = true, env = "CHAPBOOK_STRICT", value_parser = FalseyValueParser::new())]
    pub(super) strict: bool,
    /// How grave a kind of finding is: `broken-link=warning`, `=error` or `=off`; may be given again
    #[arg(id = "severity", long = "code", global = true, value_name = "CODE=LEVEL", value_parser = severity)]
    pub(super) code: Vec<(String, Severity)>,
    /// How findings are written
    #[arg(long, global = true, value_enum, default_value = "human", env = "CHAPBOOK_FORMAT")]
    pub(super) format: Format,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value = "auto", env = "CHAPBOOK_COLOR")]
    pub(super) color: When,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Say how long each step took
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
    /// How many threads to use (all cores if left out)
    #[arg(long, global = true, value_name = "N", env = "CHAPBOOK_JOBS")]
    pub(super) jobs: Option<usize>,
    /// Run no program that a book of mdBook names, and read nothing outside its folder
    #[arg(long, global = true, env = "CHAPBOOK_NO_PLUGINS", value_parser = FalseyValueParser::new())]
    pub(super) no_plugins: bool,
    /// Run the program of this preprocessor of mdBook, although its work is built in; may be given again
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "no_plugins")]
    pub(super) external: Vec<String>,
    /// Seconds since 1970 that stand for the day of a book that names none
    #[arg(long, global = true, value_name = "SECONDS", env = "SOURCE_DATE_EPOCH", hide = true)]
    pub(super) epoch: Option<u64>,
    /// Remember nothing between builds
    #[arg(long, global = true, env = "CHAPBOOK_NO_CACHE", value_parser = FalseyValueParser::new())]
    pub(super) no_cache: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
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
    /// Write the book as one HTML file, EPUB, a zip that opens from disk, or Markdown
    Export {
        /// In which form
        #[arg(value_enum)]
        form: Export,
        /// Folder of the book
        #[arg(default_value = ".")]
        book: PathBuf,
        /// File to write; for Markdown also a folder
        #[arg(short, long, value_name = "FILE")]
        out: Option<PathBuf>,
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

/// Reads `CODE=LEVEL`.
pub(super) fn severity(text: &str) -> Result<(String, Severity), String> {
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn arguments_are_sound() {
        Arguments::command().debug_assert();
    }
}
