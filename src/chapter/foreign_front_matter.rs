//! Front matter that was written for another tool: the keys that mean the same in chapbook, by the names of each tool.
//!
//! In: the lines between the fences. Out: a [`FrontMatter`], and the day of the text. Other keys are ignored. YAML that cannot
//! be read, such as `title: A: B`, is read line by line, so that no title and no `draft: true` is lost.

use std::collections::BTreeMap;

use serde_json::Value;

use super::metadata::{FrontMatter, Language};
use crate::config::is_date;

/// The values by key.
type Values = BTreeMap<String, Value>;

/// Keys of the position among siblings: of Hugo, Docusaurus, Just the Docs, and of several tools.
const POSITIONS: [&str; 4] = ["weight", "sidebar_position", "nav_order", "order"];
/// Keys of the day, the most exact first.
const DAYS: [&str; 7] = ["lastmod", "last_modified_at", "lastUpdated", "updated", "last_update", "date", "publishDate"];

/// Reads the front matter of another tool. Returns it with the day of the text.
pub(super) fn read(language: Language, words: &str) -> (FrontMatter, Option<String>) {
    let values = values(language, words);
    let front = FrontMatter {
        title: text(&values, "title"),
        description: text(&values, "description"),
        weight: POSITIONS.iter().find_map(|key| position(&values, key)),
        draft: is_held_back(&values),
        search: is_not_searched(&values).then_some(false),
        sidebar: says(&values, "unlisted", true).then_some(false),
        ..FrontMatter::default()
    };
    (front, DAYS.iter().find_map(|key| day(values.get(*key)?)))
}

/// The end of the front matter of a text of Hugo that begins with it in JSON; `None` if there is none. An object that has no
/// key of front matter is text.
pub(super) fn json_end(text: &str) -> Option<usize> {
    if !text.starts_with('{') {
        return None;
    }
    let mut objects = serde_json::Deserializer::from_str(text).into_iter::<Values>();
    let values = objects.next()?.ok()?;
    let end = objects.byte_offset();
    let is_alone = text[end..].lines().next().is_none_or(|rest| rest.trim().is_empty());
    (is_alone && ["title", "draft", "date"].iter().any(|key| values.contains_key(*key))).then_some(end)
}

/// The title alone.
pub(super) fn title(language: Language, words: &str) -> FrontMatter {
    FrontMatter { title: text(&values(language, words), "title"), ..FrontMatter::default() }
}

fn values(language: Language, words: &str) -> Values {
    let read = match language {
        Language::Yaml => serde_saphyr::from_str(words).ok(),
        Language::Toml => toml::from_str(words).ok(),
    };
    read.unwrap_or_else(|| lines(language, words))
}

/// The values of keys that are alone on their line, where the whole cannot be read.
fn lines(language: Language, words: &str) -> Values {
    let separator = if language == Language::Yaml { ": " } else { "=" };
    let value = |line: &str| {
        let (key, value) = line.split_once(separator)?;
        let value = value.trim();
        let plain = ['"', '\''].into_iter().find_map(|quote| unquoted(value, quote)).unwrap_or(value);
        (!line.starts_with([' ', '\t', '#', '-'])).then(|| (key.trim().to_owned(), Value::String(plain.to_owned())))
    };
    words.lines().filter_map(value).collect()
}

/// The text between quotes, if the quotes are the only ones.
fn unquoted(value: &str, quote: char) -> Option<&str> {
    value.strip_prefix(quote)?.strip_suffix(quote).filter(|text| !text.contains(quote))
}

/// A value as text, if it has any.
fn text(values: &Values, key: &str) -> Option<String> {
    let text = match values.get(key)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// A position; one between whole numbers counts as the lower one. Hugo's weight 0 means that there is none.
#[expect(clippy::cast_possible_truncation, reason = "a position larger than any integer is the largest")]
fn position(values: &Values, key: &str) -> Option<i64> {
    let number = match values.get(key)? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (key != "weight" || number != 0.0).then_some(number.floor() as i64)
}

/// Whether its author does not want it published yet: `draft` of Hugo, Docusaurus and VitePress, `published` of Jekyll,
/// `publish` of Obsidian, `build.render` of Hugo.
fn is_held_back(values: &Values) -> bool {
    let build = values.get("build").or_else(|| values.get("_build")).and_then(|build| build.get("render"));
    let is_never = build.is_some_and(|render| is(render, false) || render.as_str() == Some("never"));
    is_never || says(values, "draft", true) || says(values, "published", false) || says(values, "publish", false)
}

/// Whether it is published but not to be found: `unlisted` of Docusaurus, `search_exclude` of Just the Docs, `search`.
fn is_not_searched(values: &Values) -> bool {
    says(values, "unlisted", true) || says(values, "search_exclude", true) || says(values, "search", false)
}

/// Whether a key has this value.
fn says(values: &Values, key: &str, value: bool) -> bool {
    values.get(key).is_some_and(|found| is(found, value))
}

fn is(value: &Value, wanted: bool) -> bool {
    match value {
        Value::Bool(value) => *value == wanted,
        Value::String(text) => text.trim().eq_ignore_ascii_case(if wanted { "true" } else { "false" }),
        _ => false,
    }
}

/// A day, of a text that begins with one, or of a table that has one.
fn day(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.get(..10).filter(|day| is_date(day)).map(str::to_owned),
        Value::Object(table) => table.values().find_map(day),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yaml(words: &str) -> FrontMatter {
        read(Language::Yaml, words).0
    }

    #[test]
    fn titles_that_yaml_cannot_read_are_read() {
        for (words, title) in [
            ("title: Q: unquoted colon\n", Some("Q: unquoted colon")),
            ("title: 'A' and 'B'\nlayout: x\n", Some("'A' and 'B'")),
            ("title: \"A: B\"\nbroken: a: b\n", Some("A: B")),
            ("title: @home\n", Some("@home")),
            ("title: 2024\n", Some("2024")),
            ("title: \n", None),
            ("title: [a]\n", None),
            ("layout: x: y\n  title: nested\n", None),
        ] {
            assert_eq!(yaml(words).title.as_deref(), title, "{words:?}");
        }
    }

    #[test]
    fn what_is_held_back_is_a_draft() {
        for (words, draft) in [
            ("draft: true\n", true),
            ("title: a: b\ndraft: true\n", true),
            ("draft: \"true\"\n", true),
            ("published: false\n", true),
            ("publish: False\n", true),
            ("build:\n  render: never\n", true),
            ("_build: {render: false}\n", true),
            ("draft: false\npublished: true\n", false),
            ("draft: maybe\n", false),
            ("", false),
        ] {
            assert_eq!(yaml(words).draft, draft, "{words:?}");
        }
        assert!(read(Language::Toml, "draft = true\n").0.draft);
        assert!(read(Language::Toml, "title = unquoted\ndraft = true\n").0.draft);
    }

    #[test]
    fn positions_of_other_tools() {
        for (words, weight) in [
            ("sidebar_position: 2\n", Some(2)),
            ("nav_order: 1.5\n", Some(1)),
            ("weight: 10\norder: 3\n", Some(10)),
            ("weight: 0\n", None),
            ("sidebar_position: 0\n", Some(0)),
            ("order: \"7\"\n", Some(7)),
            ("nav_order: first\n", None),
        ] {
            assert_eq!(yaml(words).weight, weight, "{words:?}");
        }
        assert_eq!(read(Language::Toml, "weight = -1\n").0.weight, Some(-1));
    }

    #[test]
    fn days_of_other_tools() {
        for (language, words, expected) in [
            (Language::Yaml, "date: 2024-05-01\n", Some("2024-05-01")),
            (Language::Yaml, "date: 2024-05-01T10:00:00Z\nlastmod: 2024-06-02 10:00\n", Some("2024-06-02")),
            (Language::Yaml, "last_update:\n  author: a\n  date: 2024-07-03\n", Some("2024-07-03")),
            (Language::Toml, "date = 2024-05-01T10:00:00Z\n", Some("2024-05-01")),
            (Language::Yaml, "date: yesterday\n", None),
        ] {
            assert_eq!(read(language, words).1.as_deref(), expected, "{words:?}");
        }
    }

    #[test]
    fn pages_that_are_not_to_be_found() {
        for words in ["unlisted: true\n", "search_exclude: true\n", "search: false\n"] {
            assert_eq!(yaml(words).search, Some(false), "{words:?}");
        }
        assert_eq!(yaml("search: true\n").search, None);
        assert_eq!(yaml("unlisted: true\n").sidebar, Some(false));
        assert_eq!((yaml("unlisted: false\n").sidebar, yaml("search: false\n").sidebar), (None, None));
    }
}
