//! The keys of front matter: [`FrontMatter`], and how its values are deserialized and cached.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Visitor};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::config::is_date;

/// The language in which front matter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// YAML.
    Yaml,
    /// TOML.
    Toml,
}

/// Values for the theme's templates, by key.
type Extra = BTreeMap<String, serde_json::Value>;

/// The metadata of a chapter, written before its text in YAML (between lines of `---`) or TOML (between lines of `+++`).
///
/// An unknown key or a wrong value is an error (`front-matter`); the chapter then has the default values.
///
/// ```
/// use chapbook::chapter::FrontMatter;
///
/// let front: FrontMatter = toml::from_str("title = 'Setup'\ntags = ['first steps']").expect("all keys are known");
/// assert_eq!(front.title.as_deref(), Some("Setup"));
/// assert_eq!(front.tags, ["first steps"]);
/// assert!(toml::from_str::<FrontMatter>("titel = 'Setup'").is_err());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FrontMatter {
    /// The title in lists and in the browser's tab; by default the first heading.
    pub title: Option<String>,
    /// One sentence for search engines and lists.
    pub description: Option<String>,
    /// The position among its siblings where the order follows the folders; smaller values come first.
    pub weight: Option<i64>,
    /// The file name of the page, without its extension.
    pub slug: Option<String>,
    /// Old paths of the page, relative to the site's root; each becomes a redirect.
    pub aliases: Vec<String>,
    /// Keywords by which the page is found and grouped.
    pub tags: Vec<String>,
    /// Whether the chapter is a draft, which is not published.
    pub draft: bool,
    /// `false` leaves the page out of search.
    pub search: Option<bool>,
    /// `false` leaves the page out of the print edition.
    pub print: Option<bool>,
    /// `false` leaves the page out of the contents of the book; links lead to it.
    pub sidebar: Option<bool>,
    /// The day on which the text was last reviewed, as `YYYY-MM-DD`.
    #[serde(deserialize_with = "day")]
    #[schemars(with = "Option<String>")]
    pub revised: Option<String>,
    /// Any other values, for the theme's templates.
    #[serde(serialize_with = "write_extra", deserialize_with = "read_extra")]
    pub extra: Extra,
}

/// Deserializes a day: text, or a date of TOML.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    // A value from the cache was checked when it was read from the chapter.
    if !deserializer.is_human_readable() {
        return Option::deserialize(deserializer);
    }
    deserializer.deserialize_any(Day)
}

struct Day;

impl<'de> Visitor<'de> for Day {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a day as `YYYY-MM-DD`")
    }

    fn visit_str<E: de::Error>(self, day: &str) -> Result<Self::Value, E> {
        if is_date(day) { Ok(Some(day.to_owned())) } else { Err(E::invalid_value(de::Unexpected::Str(day), &self)) }
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let day = toml::value::Datetime::deserialize(de::value::MapAccessDeserializer::new(map))?;
        self.visit_str(&day.to_string())
    }
}

/// Serializes the values for themes as JSON text: the format of the cache does not store types, so it cannot restore a
/// value of any type. Fails for values that JSON does not restore exactly, and the chapter is then not cached.
fn write_extra<S: Serializer>(extra: &Extra, serializer: S) -> Result<S::Ok, S::Error> {
    let text = serde_json::to_string(extra).map_err(S::Error::custom)?;
    let is_restored = extra.is_empty() || serde_json::from_str::<Extra>(&text).is_ok_and(|read| read == *extra);
    if is_restored { text.serialize(serializer) } else { Err(S::Error::custom("JSON does not restore the values")) }
}

/// Deserializes the values for themes, from front matter or from the cache.
fn read_extra<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Extra, D::Error> {
    if deserializer.is_human_readable() {
        return Extra::deserialize(deserializer);
    }
    serde_json::from_str(<&str>::deserialize(deserializer)?).map_err(de::Error::custom)
}
