//! The commands and options of `chapbook`. Doc comments here are the help texts.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::site_url;
use crate::diagnostic::{CODES, Format, Severity, nearest};
use crate::new::Kind;
use crate::output::Export;

/// Build searchable, printable websites and e-books from Markdown.
#[derive(Debug, Parser)]
#[command(
    name = "chapbook",
    version,
    arg_required_else_help = true,
    after_help = "Examples:
  chapbook new my-guide            create a small book in the folder my-guide
  chapbook serve my-guide --open   preview it in the browser while you write
  chapbook build my-guide          build the site into my-guide/public
  chapbook export epub my-guide    write it as an EPUB
  chapbook explain broken-link     explain the code of a message"
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) common: Common,
}

// Not a doc comment: clap would take it for the description of the program.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line, read once, here")]
pub(super) struct Common {
    /// Treat warnings as errors
    #[arg(long, global = true, env = "CHAPBOOK_STRICT", value_parser = FalseyValueParser::new())]
    pub(super) strict: bool,
    /// Set the severity of a code to `error`, `warning` or `off`; can be given more than once
    #[arg(id = "severity", long = "code", global = true, value_name = "CODE=LEVEL", value_parser = severity)]
    pub(super) code: Vec<(String, Severity)>,
    /// Format of errors and warnings
    #[arg(long, global = true, value_enum, default_value = "human", env = "CHAPBOOK_FORMAT")]
    pub(super) format: Format,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value = "auto", env = "CHAPBOOK_COLOR")]
    pub(super) color: When,
    /// Print only errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Print how long each step took
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
    /// Number of threads [default: number of cores]
    #[arg(long, global = true, value_name = "N", env = "CHAPBOOK_JOBS")]
    pub(super) jobs: Option<usize>,
    /// Folder outside of the book, relative to it, that links and includes may lead to; can be given more than once
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(super) follow: Vec<String>,
    /// Do not run programs named in book.toml, and do not include files from outside the book's folder
    #[arg(long, global = true, env = "CHAPBOOK_NO_PLUGINS", value_parser = FalseyValueParser::new())]
    pub(super) no_plugins: bool,
    /// Run this mdBook preprocessor although chapbook has it built in; can be given more than once
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "no_plugins")]
    pub(super) external: Vec<String>,
    /// Date of an EPUB whose book has none, in seconds since 1970
    #[arg(long, global = true, value_name = "SECONDS", env = "SOURCE_DATE_EPOCH", hide = true)]
    pub(super) epoch: Option<u64>,
    /// Do not read or write the cache
    #[arg(long, global = true, env = "CHAPBOOK_NO_CACHE", value_parser = FalseyValueParser::new())]
    pub(super) no_cache: bool,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create a small book with a checklist and a workflow that publishes it
    New {
        /// Folder to create; it must be empty if it exists
        #[arg(required_unless_present = "from")]
        dir: Option<PathBuf>,
        /// Write a chapbook.toml for an existing mdBook book instead
        #[arg(long, value_name = "BOOK", conflicts_with_all = ["dir", "kind", "language"])]
        from: Option<PathBuf>,
        /// Kind of book
        #[arg(long, value_enum, default_value = "guide")]
        kind: Kind,
        /// Language of the book: en or zh-Hans
        #[arg(long, value_name = "TAG", default_value = "en")]
        language: String,
    },
    /// Build the site and publish it into a folder
    Build {
        /// Folder of the book: with chapbook.toml, an mdBook book, or any folder of Markdown
        #[arg(default_value = ".")]
        book: PathBuf,
        /// Folder to write the site to [default: public in the book's folder]
        #[arg(short, long, alias = "dest-dir", short_alias = 'd', value_name = "DIR", env = "CHAPBOOK_OUT")]
        out: Option<PathBuf>,
        /// URL of the published site, if the configuration has no `url` and no `cname`
        #[arg(long, value_name = "URL", env = "CHAPBOOK_URL", value_parser = site_url)]
        url: Option<String>,
    },
    /// Preview the site, and reload pages when files change
    Serve {
        /// Folder of the book
        #[arg(default_value = ".")]
        book: PathBuf,
        /// Port to listen on [default: first free one from 4000 to 4020]
        #[arg(long, value_name = "PORT", env = "CHAPBOOK_PORT")]
        port: Option<u16>,
        /// Address to listen on
        #[arg(long, value_name = "IP", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), env = "CHAPBOOK_HOST")]
        host: IpAddr,
        /// Answer requests to this host name too, for a proxy or a forwarded port; can be given more than once
        #[arg(long, value_name = "NAME")]
        allow_host: Vec<String>,
        /// Open the site in the browser
        #[arg(long)]
        open: bool,
    },
    /// Write the book as one HTML file, an EPUB, a zip of the site, or Markdown
    Export {
        /// Format to write
        #[arg(value_enum)]
        form: Export,
        /// Folder of the book
        #[arg(default_value = ".")]
        book: PathBuf,
        /// File to write, or a folder [default: the book's id in the current folder]
        #[arg(short, long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Report all errors and warnings without writing a site
    Check {
        /// Folder of the book
        #[arg(default_value = ".")]
        book: PathBuf,
    },
    /// Write the ids of checklists and items into the Markdown files
    Ids {
        /// Folder of the book
        #[arg(default_value = ".")]
        book: PathBuf,
        /// Report missing ids without writing them; exit with code 1 if there are any
        #[arg(long)]
        check: bool,
    },
    /// Finish a publication that was stopped, or find the files of a damaged one again, without the book
    Recover {
        /// Folder of a published site
        #[arg(default_value = "public")]
        out: PathBuf,
    },
    /// Explain the code of a message, and how to fix its cause
    Explain {
        /// Code in brackets after error or warning, such as broken-link; without it, all codes are listed
        code: Option<String>,
    },
    /// Print a completion script for a shell
    Completions {
        /// Shell to complete for
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
    /// Print the JSON Schema of chapbook.toml
    Schema,
}

/// Parses `CODE=LEVEL`.
pub(super) fn severity(text: &str) -> Result<(String, Severity), String> {
    let (name, level) = text.split_once('=').ok_or("write `CODE=LEVEL`, such as `broken-link=warning`")?;
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
        _ => Err(format!("`{level}` is not a level; use `error`, `warning` or `off`")),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn arguments_are_valid() {
        Arguments::command().debug_assert();
    }
}
