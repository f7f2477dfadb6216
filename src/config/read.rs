//! Parses the text of `chapbook.toml` into a [`Config`].
//!
//! All mistakes are reported at once, and their keys have default values.

use std::ops::Range;

use serde::Deserialize as _;
use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::file::ConfigFile;
use super::model::Config;
use super::schema::{self, Shape};
use crate::diagnostic::{Diagnostic, Report, codes, nearest};

/// Parses a configuration and reports its mistakes.
pub(super) fn read(file: &ConfigFile, report: &mut Report) -> Config {
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    let mut reader = Reader { file, root: schema::root(), report: Report::default() };
    for error in &errors {
        let message = error.message().replace('\n', ", ");
        reader.wrong(
            error.span().unwrap_or_default(),
            message,
            "the file must be TOML: `key = \"value\"` under `[table]`",
        );
    }
    // If the syntax is wrong, later diagnostics would be about what the parser guessed.
    let said = std::mem::take(&mut reader.report);
    let config = reader.config(table);
    report.append(if errors.is_empty() { reader.report } else { said });
    config
}

struct Reader<'a> {
    file: &'a ConfigFile,
    root: Value,
    report: Report,
}

type Entry<'i> = (Spanned<DeString<'i>>, Spanned<DeValue<'i>>);

impl Reader<'_> {
    fn config(&mut self, table: Spanned<DeTable<'_>>) -> Config {
        let span = table.span();
        let root = self.root.clone();
        let known = match Shape::of(&root, &root) {
            Shape::Table(keys) => self.table("", keys, table.into_inner()),
            _ => table.into_inner(),
        };
        let checked = toml::de::Deserializer::from(Spanned::new(span, known));
        Config::deserialize(checked).unwrap_or_else(|error| {
            self.wrong(error.span().unwrap_or_default(), error.message().replace('\n', ", "), "see `chapbook schema`");
            Config::default()
        })
    }

    /// The entries of a table that are known and valid; others are reported.
    fn table<'i>(&mut self, path: &str, keys: &Map<String, Value>, table: DeTable<'i>) -> DeTable<'i> {
        let mut kept = DeTable::new();
        for (key, value) in table {
            if let Some(schema) = keys.get(&**key.get_ref()) {
                if let Some((key, value)) = self.entry(path, schema, (key, value)) {
                    kept.insert(key, value);
                }
            } else {
                self.unknown(path, keys, &key);
            }
        }
        kept
    }

    fn entry<'i>(&mut self, path: &str, schema: &Value, (key, value): Entry<'i>) -> Option<Entry<'i>> {
        let path = if path.is_empty() { key.get_ref().to_string() } else { format!("{path}.{}", key.get_ref()) };
        self.value(&path, schema, value).map(|value| (key, value))
    }

    fn value<'i>(&mut self, path: &str, schema: &Value, value: Spanned<DeValue<'i>>) -> Option<Spanned<DeValue<'i>>> {
        let root = self.root.clone();
        let span = value.span();
        let kept = match (Shape::of(&root, schema), value.into_inner()) {
            (Shape::Table(keys), DeValue::Table(table)) => DeValue::Table(self.table(path, keys, table)),
            (Shape::Names(values), DeValue::Table(table)) => {
                DeValue::Table(table.into_iter().filter_map(|entry| self.entry(path, values, entry)).collect())
            }
            (Shape::List(items), DeValue::Array(array)) => {
                DeValue::Array(array.into_iter().filter_map(|item| self.value(path, items, item)).collect())
            }
            (Shape::Choice(choices), DeValue::String(word)) => self.choice(path, choices, word, span.clone())?,
            // TOML has dates without quotes; here they are texts.
            (Shape::Text, DeValue::Datetime(date)) => DeValue::String(date.to_string().into()),
            (Shape::Number, DeValue::Integer(number))
                if u32::from_str_radix(number.as_str(), number.radix()).is_ok() =>
            {
                DeValue::Integer(number)
            }
            (Shape::Text, value @ DeValue::String(_))
            | (Shape::Flag, value @ DeValue::Boolean(_))
            | (Shape::Any, value) => value,
            (shape, value) => return self.mismatch(path, shape, &value, span),
        };
        Some(Spanned::new(span, kept))
    }

    fn choice<'i>(
        &mut self,
        path: &str,
        choices: &[Value],
        word: DeString<'i>,
        span: Range<usize>,
    ) -> Option<DeValue<'i>> {
        let words = Shape::words(choices);
        if words.contains(&&*word) {
            return Some(DeValue::String(word));
        }
        let help = nearest(&word, words.iter().copied())
            .map_or_else(|| format!("write {}", list(&words)), |near| format!("did you mean `{near}`?"));
        self.wrong(span, format!("`{path}` is `{word}`, expected {}", list(&words)), help);
        None
    }

    fn mismatch<'i>(
        &mut self,
        path: &str,
        shape: Shape<'_>,
        value: &DeValue<'_>,
        span: Range<usize>,
    ) -> Option<Spanned<DeValue<'i>>> {
        let key = path.rsplit('.').next().unwrap_or(path);
        let (expected, help) = match shape {
            Shape::Table(_) | Shape::Names(_) => {
                ("a table", format!("write `[{path}]` on a separate line, and its keys below it"))
            }
            Shape::List(_) => ("a list", format!("write `{key} = [\"…\"]`")),
            Shape::Number => ("a whole number", format!("write `{key} = 1000`, without quotes")),
            Shape::Flag => ("`true` or `false`", format!("write `{key} = true` or `{key} = false`, without quotes")),
            _ => ("text", format!("write `{key} = \"…\"`, with quotes")),
        };
        self.wrong(span, format!("`{path}` is {}, expected {expected}", kind(value)), help);
        None
    }

    fn unknown(&mut self, path: &str, keys: &Map<String, Value>, key: &Spanned<DeString<'_>>) {
        let name = key.get_ref();
        let names: Vec<&str> = keys.keys().map(String::as_str).collect();
        let help = if let Some(table) = self.table_with(name) {
            format!("put it under `[{table}]`")
        } else if let Some(near) = nearest(name, names.iter().copied()) {
            format!("did you mean `{near}`?")
        } else {
            format!("known keys: {}", list(&names))
        };
        let place = if path.is_empty() { "at the top".to_owned() } else { format!("under `[{path}]`") };
        self.wrong(key.span(), format!("unknown key `{name}` {place}"), help);
    }

    /// The name of a table that has this key.
    fn table_with(&self, key: &str) -> Option<String> {
        let Shape::Table(tables) = Shape::of(&self.root, &self.root) else {
            return None;
        };
        let has = |schema| matches!(Shape::of(&self.root, schema), Shape::Table(keys) if keys.contains_key(key));
        tables.iter().find(|(_, schema)| has(schema)).map(|(name, _)| name.clone())
    }

    fn wrong(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        let place = self.file.at(span);
        self.report.add(Diagnostic::new(&codes::CONFIG, message).at(place).help(help));
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::Paper;
    use super::*;

    fn check(text: &str, expected: &[(&str, &str, &str)]) -> Config {
        let file = ConfigFile { name: "chapbook.toml".into(), text: text.into() };
        let mut report = Report::default();
        let config = read(&file, &mut report);
        let found: Vec<(String, String, String)> = report
            .iter()
            .map(|item| {
                (
                    text[item.at.clone().unwrap().span.range()].to_owned(),
                    item.message.clone(),
                    item.help.clone().unwrap(),
                )
            })
            .collect();
        let found: Vec<(&str, &str, &str)> = found.iter().map(|(a, b, c)| (&**a, &**b, &**c)).collect();
        assert_eq!(found, expected, "{text}");
        config
    }

    #[test]
    fn a_good_file() {
        let config = check(
            "[book]\ntitle = \"手册\"\nrevised = 2026-02-28\n[theme]\npaper = \"letter\"\n[codes]\nraw-html = \"off\"\n[redirects]\n\"a.html\" = \"b.html\"\n",
            &[],
        );
        assert_eq!(config.book.revised.as_deref(), Some("2026-02-28"));
        assert_eq!((config.theme.paper, config.codes.len(), config.redirects.len()), (Paper::Letter, 1, 1));
        assert_eq!(check("", &[]), Config::default());
    }

    #[test]
    fn all_unknown_keys_are_reported() {
        let config = check(
            "title = \"x\"\n[bok]\nx = 1\n[book]\ntitel = \"x\"\nlanguage = \"ja\"\n[search]\nzebra = 1\n[output]\nzebra = 1\n",
            &[
                ("bok", "unknown key `bok` at the top", "did you mean `book`?"),
                ("titel", "unknown key `titel` under `[book]`", "did you mean `title`?"),
                (
                    "zebra",
                    "unknown key `zebra` under `[output]`",
                    "known keys: `base`, `checklists`, `clean_urls`, `cname`, `dir`, `downloads`, `git_dates`, `home_copy`, `markdown`, `max_files`, `max_megabytes`, `offline`, `page_title`, `print`, `search` or `short_paths`",
                ),
                ("search", "unknown key `search` at the top", "put it under `[output]`"),
                ("title", "unknown key `title` at the top", "put it under `[book]`"),
            ],
        );
        assert_eq!(config.book.language, "ja");
    }

    #[test]
    fn values_of_the_wrong_kind() {
        let config = check(
            "codes = \"x\"\nredirects = { a = 1, b = \"c\" }\n[book]\nauthors = [\"A\", 2]\ntitle = 1\n[numbers]\nchapters = \"yes\"\n[theme]\npaper = \"A6\"\n[source]\nexclude = \"x\"\n",
            &[
                ("2", "`book.authors` is a number, expected text", "write `authors = \"…\"`, with quotes"),
                ("1", "`book.title` is a number, expected text", "write `title = \"…\"`, with quotes"),
                (
                    "\"x\"",
                    "`codes` is text, expected a table",
                    "write `[codes]` on a separate line, and its keys below it",
                ),
                (
                    "\"yes\"",
                    "`numbers.chapters` is text, expected `true` or `false`",
                    "write `chapters = true` or `chapters = false`, without quotes",
                ),
                ("1", "`redirects.a` is a number, expected text", "write `a = \"…\"`, with quotes"),
                ("\"x\"", "`source.exclude` is text, expected a list", "write `exclude = [\"…\"]`"),
                ("\"A6\"", "`theme.paper` is `A6`, expected `A4`, `A5` or `letter`", "did you mean `A4`?"),
            ],
        );
        assert_eq!((config.book.authors, config.redirects.len()), (vec!["A".to_owned()], 1));
    }

    #[test]
    fn broken_toml() {
        let file = ConfigFile { name: "chapbook.toml".into(), text: "[book]\ntitle = x y\n[book\n".into() };
        let mut report = Report::default();
        read(&file, &mut report);
        assert!(report.errors() >= 1);
        assert!(report.iter().all(|item| item.code.name == "config" && item.at.is_some()));
    }
}
