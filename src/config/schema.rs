//! The JSON Schema of `chapbook.toml`, for editors and for the parser in `read.rs`.

use serde_json::{Map, Value};

use super::model::Config;

/// The JSON Schema of `chapbook.toml`, as indented JSON.
///
/// ```
/// assert!(chapbook::config::schema().contains("\"title\": \"Config\""));
/// ```
#[must_use]
pub fn schema() -> String {
    let mut text = serde_json::to_string_pretty(&root()).unwrap_or_default();
    text.push('\n');
    text
}

/// The schema as a value.
pub(super) fn root() -> Value {
    schemars::schema_for!(Config).to_value()
}

/// The type of a value, as the schema has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Shape<'s> {
    /// A table with known keys.
    Table(&'s Map<String, Value>),
    /// A table with any keys; the schema of all its values.
    Names(&'s Value),
    /// A list; the schema of its items.
    List(&'s Value),
    /// One of several words; the schemas that have them.
    Choice(&'s [Value]),
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number; serde checks its range.
    Number,
    /// A type that the schema does not describe; serde checks the value.
    Any,
}

impl<'s> Shape<'s> {
    /// The shape of a schema. References are resolved in `root`.
    pub(super) fn of(root: &'s Value, schema: &'s Value) -> Self {
        if let Some(target) = schema["$ref"].as_str().and_then(|name| root.pointer(name.trim_start_matches('#'))) {
            return Self::of(root, target);
        }
        if let Some(choices) = schema["oneOf"].as_array().or(schema["enum"].as_array()) {
            return Self::Choice(choices);
        }
        let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str());
        match (kind, schema["properties"].as_object()) {
            (Some("object"), Some(properties)) => Self::Table(properties),
            (Some("object"), None) => Self::Names(&schema["additionalProperties"]),
            (Some("array"), _) => Self::List(&schema["items"]),
            (Some("string"), _) => Self::Text,
            (Some("boolean"), _) => Self::Flag,
            (Some("integer"), _) => Self::Number,
            _ => Self::Any,
        }
    }

    /// The words of a [`Shape::Choice`].
    pub(super) fn words(choices: &'s [Value]) -> Vec<&'s str> {
        choices.iter().filter_map(|choice| choice.as_str().or(choice["const"].as_str())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = include_str!("../../docs/reference/config.md");

    fn keys(table: &str) -> Vec<String> {
        let root = root();
        let Shape::Table(tables) = Shape::of(&root, &root) else { panic!("the root is a table") };
        match Shape::of(&root, &tables[table]) {
            Shape::Table(keys) => keys.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_shape_is_known() {
        let root = root();
        let Shape::Table(tables) = Shape::of(&root, &root) else { panic!("the root is a table") };
        for (name, table) in tables {
            match Shape::of(&root, table) {
                Shape::Table(keys) => {
                    for (key, schema) in keys {
                        assert_ne!(Shape::of(&root, schema), Shape::Any, "{name}.{key}");
                    }
                }
                Shape::Names(values) => assert_ne!(Shape::of(&root, values), Shape::Any, "{name}"),
                shape => panic!("{name} is {shape:?}"),
            }
        }
    }

    #[test]
    fn words_of_a_choice() {
        let root = root();
        let Shape::Choice(choices) = Shape::of(&root, &root["$defs"]["Paper"]) else { panic!("a paper is a choice") };
        assert_eq!(Shape::words(choices), ["A4", "A5", "letter"]);
    }

    #[test]
    fn the_manual_names_every_key() {
        let root = root();
        for table in root["properties"].as_object().unwrap().keys() {
            let heading = format!("\n## `[{table}]`\n");
            let (_, section) = PAGE.split_once(&heading).unwrap_or_else(|| panic!("no heading for [{table}]"));
            let section = section.split("\n## ").next().unwrap();
            for key in keys(table) {
                assert!(section.contains(&format!("| `{key}` |")), "{table}.{key} is missing");
            }
        }
    }

    #[test]
    fn the_example_of_the_manual_is_valid() {
        let example = PAGE.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
        toml::from_str::<Config>(example).unwrap();
    }
}
