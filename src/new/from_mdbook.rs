//! Writes the `chapbook.toml` that corresponds to the `book.toml` of a book of mdBook.
//!
//! No other file is changed, so mdBook can still build the folder, and URLs, ids and texts of its pages stay the same.
//! Preprocessors are not converted; a comment in the file lists them.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::config::{CONFIG_FILE, Config, Project};
use crate::diagnostic::{Report, Severity};
use crate::error::Error;
use crate::mdbook::{self, Plugins};

/// Codes that are warnings in the written configuration, as they were for the book of mdBook.
const WARNINGS: [&str; 7] =
    ["broken-anchor", "broken-link", "include", "missing-file", "missing-footnote", "redirect", "summary"];

/// Writes `chapbook.toml` into a book of mdBook and returns the path of the file.
///
/// # Errors
/// [`Error::Refused`] if the folder is not a book of mdBook, or has a `chapbook.toml`; [`Error::Disk`] if a file cannot be
/// read or written.
pub fn from_mdbook(book: &Path) -> Result<PathBuf, Error> {
    let opened = mdbook::open(book, &Plugins::none(), &mut Report::default())?;
    let Some((project, mdbook)) = opened else { return Err(not_mdbook(book)) };
    let path = project.root.join(CONFIG_FILE);
    let text = toml_text(&project, &mdbook.programs());
    let mut file = File::create_new(&path).map_err(Error::disk("create", &path))?;
    file.write_all(text.as_bytes()).map_err(Error::disk("write", &path))?;
    Ok(path)
}

fn not_mdbook(book: &Path) -> Error {
    if book.join(CONFIG_FILE).is_file() {
        let help = "delete it to have it written again";
        return Error::refused(format!("`{}` has a `{CONFIG_FILE}` already", book.display()), help);
    }
    let help = "give a folder with a `book.toml`";
    Error::refused(format!("`{}` is not a book of mdBook", book.display()), help)
}

/// The text of the file: tables in the order of the manual, without keys that have their default value.
fn toml_text(project: &Project, programs: &[String]) -> String {
    let mut text = "# Made from `book.toml`, which chapbook no longer reads.\n".to_owned();
    if !programs.is_empty() {
        text.extend(["# These programs of mdBook are no longer run: ", &programs.join(", "), ".\n"]);
    }
    for (name, table) in tables(project) {
        if !table.is_empty() {
            text.extend(["\n[", name, "]\n", &toml::to_string(&table).unwrap_or_default()]);
        }
    }
    text
}

fn tables(project: &Project) -> Vec<(&'static str, Table)> {
    let config = &project.config;
    let redirects = config.redirects.iter().map(|(from, to)| (from.clone(), Value::from(to.as_str())));
    let is_warning = |name: &&&str| config.codes.get(**name) == Some(&Severity::Warning);
    let codes = WARNINGS.iter().filter(is_warning).map(|name| ((*name).to_owned(), Value::from("warning")));
    let silent = config.codes.iter().filter(|(_, severity)| **severity == Severity::Off);
    let silent = silent.map(|(name, _)| (name.clone(), Value::from("off")));
    vec![
        ("book", book(config)),
        ("source", Table::from_iter([("dir".to_owned(), Value::from(config.source.dir.as_str()))])),
        ("markdown", markdown(config)),
        ("markdown.hidden_lines", texts(config.markdown.hidden_lines.iter())),
        ("numbers", flags(&[("chapters", config.numbers.chapters, true), ("headings", false, true)])),
        ("output", output(config, project.folder)),
        ("theme", theme(config, &project.root)),
        ("redirects", redirects.collect()),
        ("codes", codes.chain(silent).collect()),
    ]
}

fn book(config: &Config) -> Table {
    let book = &config.book;
    let mut table = Table::new();
    let optional =
        [("title", &book.title), ("description", &book.description), ("url", &book.url), ("edit_url", &book.edit_url)];
    for (key, value) in optional {
        if let Some(value) = value {
            table.insert(key.to_owned(), Value::from(value.as_str()));
        }
    }
    table.insert("language".to_owned(), Value::from(book.language.as_str()));
    insert_list(&mut table, "authors", &book.authors);
    table
}

fn markdown(config: &Config) -> Table {
    let markdown = &config.markdown;
    let mut table = flags(&[
        ("smart_punctuation", markdown.smart_punctuation, false),
        ("math", markdown.math, false),
        ("tex_brackets", markdown.tex_brackets, false),
        ("foreign_front_matter", markdown.foreign_front_matter, false),
        ("definition_lists", markdown.definition_lists, true),
        ("alerts", markdown.alerts, true),
        ("admonish", markdown.admonish, false),
        ("external_images", markdown.external_images, false),
        ("add_titles", markdown.add_titles, true),
    ]);
    table.insert("dialect".to_owned(), Value::from("mdbook"));
    table.insert("broken_links".to_owned(), Value::from("keep"));
    table
}

fn output(config: &Config, folder: Option<&str>) -> Table {
    let output = &config.output;
    let dir = folder.map_or_else(|| output.dir.clone(), |folder| format!("{}/{folder}", output.dir));
    let mut table = flags(&[
        ("search", output.search, true),
        ("print", output.print, true),
        ("markdown", output.markdown, true),
        ("home_copy", output.home_copy, false),
    ]);
    table.insert("dir".to_owned(), Value::from(dir));
    table.insert("page_title".to_owned(), Value::from(output.page_title.as_str()));
    for (key, value) in [("base", &output.base), ("cname", &output.cname)] {
        if let Some(value) = value {
            table.insert(key.to_owned(), Value::from(value.as_str()));
        }
    }
    table
}

fn theme(config: &Config, root: &Path) -> Table {
    let mut table = Table::new();
    // A theme folder that does not exist would be an error.
    if root.join(&config.theme.dir).is_dir() {
        table.insert("dir".to_owned(), Value::from(config.theme.dir.as_str()));
    }
    insert_list(&mut table, "styles", &config.theme.styles);
    insert_list(&mut table, "scripts", &config.theme.scripts);
    table
}

/// A table of the flags that differ from their defaults.
fn flags(flags: &[(&str, bool, bool)]) -> Table {
    let said = flags.iter().filter(|(_, value, usual)| value != usual);
    said.map(|(key, value, _)| ((*key).to_owned(), Value::from(*value))).collect()
}

fn texts<'a>(pairs: impl Iterator<Item = (&'a String, &'a String)>) -> Table {
    pairs.map(|(key, value)| (key.clone(), Value::from(value.as_str()))).collect()
}

fn insert_list(table: &mut Table, key: &str, items: &[String]) {
    if !items.is_empty() {
        table.insert(key.to_owned(), Value::from(items.to_vec()));
    }
}
