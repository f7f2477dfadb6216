//! Environment variables `MDBOOK_…`, which override `book.toml`: `MDBOOK_BOOK__LANGUAGE=ja` sets `book.language = "ja"`.
//!
//! In names, `__` separates keys and `_` means `-`. A value is JSON, or else text (mdBook's guide, "Environment variables").

use toml::{Table, Value};

/// Variables that are not keys of `book.toml`.
const RESERVED: [&str; 1] = ["MDBOOK_LOG"];

/// Sets the keys for all variables that begin with `MDBOOK_`.
pub(super) fn apply(config: &mut Table, variables: impl Iterator<Item = (String, String)>) {
    let own = variables.filter(|(name, _)| !RESERVED.contains(&name.as_str()));
    let mut own: Vec<(String, String)> =
        own.filter_map(|(name, value)| Some((name.strip_prefix("MDBOOK_")?.to_lowercase(), value))).collect();
    own.sort();
    for (name, value) in own {
        let keys: Vec<String> = name.split("__").map(|key| key.replace('_', "-")).collect();
        set(config, &keys, read(&value));
    }
}

fn read(text: &str) -> Value {
    let json = serde_json::from_str::<serde_json::Value>(text).ok();
    json.and_then(|json| Value::try_from(json).ok()).unwrap_or_else(|| Value::String(text.to_owned()))
}

fn set(table: &mut Table, keys: &[String], value: Value) {
    let Some((first, rest)) = keys.split_first() else { return };
    if rest.is_empty() {
        table.insert(first.clone(), value);
        return;
    }
    let inner = table.entry(first.clone()).or_insert_with(|| Value::Table(Table::new()));
    if !inner.is_table() {
        *inner = Value::Table(Table::new());
    }
    if let Value::Table(inner) = inner {
        set(inner, rest, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_override_keys() {
        let mut config: Table = toml::from_str("[book]\nlanguage = \"en\"\ntitle = \"T\"\n").unwrap();
        let variables = [
            ("MDBOOK_BOOK__LANGUAGE", "ja"),
            ("MDBOOK_OUTPUT__HTML__SITE_URL", "/ja/"),
            ("MDBOOK_OUTPUT__HTML__FOLD", "{\"enable\": true}"),
            ("MDBOOK_LOG", "debug"),
            ("OTHER", "x"),
        ];
        apply(&mut config, variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
        let expected =
            "[book]\nlanguage = \"ja\"\ntitle = \"T\"\n[output.html]\nsite-url = \"/ja/\"\nfold = { enable = true }\n";
        assert_eq!(config, toml::from_str::<Table>(expected).unwrap());
    }
}
