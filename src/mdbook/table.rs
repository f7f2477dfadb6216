//! Reads values of `book.toml`. A value of the wrong type is treated as missing.

use toml::{Table, Value};

/// The value at a path of keys.
pub(super) fn value<'t>(table: &'t Table, path: &[&str]) -> Option<&'t Value> {
    let (first, rest) = path.split_first()?;
    let value = table.get(*first)?;
    if rest.is_empty() { Some(value) } else { self::value(value.as_table()?, rest) }
}

/// The table at a path.
pub(super) fn table<'t>(table: &'t Table, path: &[&str]) -> Option<&'t Table> {
    value(table, path).and_then(Value::as_table)
}

/// The text at the first path that has one.
pub(super) fn text(table: &Table, paths: &[&[&str]]) -> Option<String> {
    paths.iter().find_map(|path| value(table, path).and_then(Value::as_str)).map(str::to_owned)
}

/// The boolean at the first path that has one.
pub(super) fn flag(table: &Table, paths: &[&[&str]]) -> Option<bool> {
    paths.iter().find_map(|path| value(table, path).and_then(Value::as_bool))
}

/// The texts of a list at the first path that exists; a single text is a list of one.
pub(super) fn texts(table: &Table, paths: &[&[&str]]) -> Vec<String> {
    let of = |value: &Value| match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    paths.iter().find_map(|path| value(table, path)).map(of).unwrap_or_default()
}

/// A table as JSON. Dates become text; numbers that JSON cannot express are left out.
pub(super) fn json(table: &Table) -> serde_json::Value {
    let pairs = table.iter().filter_map(|(key, value)| Some((key.clone(), json_value(value)?)));
    serde_json::Value::Object(pairs.collect())
}

fn json_value(value: &Value) -> Option<serde_json::Value> {
    Some(match value {
        Value::String(text) => text.as_str().into(),
        Value::Integer(number) => (*number).into(),
        Value::Float(number) => serde_json::Number::from_f64(*number)?.into(),
        Value::Boolean(flag) => (*flag).into(),
        Value::Datetime(date) => date.to_string().into(),
        Value::Array(items) => items.iter().filter_map(json_value).collect(),
        Value::Table(inner) => json(inner),
    })
}
