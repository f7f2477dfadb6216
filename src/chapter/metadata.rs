//! Front matter as a typed value: what a chapter says about itself, and how each field is read and written.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Visitor};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::config::is_date;

/// Values for the theme's templates, by name.
type Extra = BTreeMap<String, serde_json::Value>;

/// What a chapter says about itself. Read from YAML (`---`) or TOML (`+++`); unknown keys are errors.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FrontMatter {
    /// Title in lists and in the browser's tab; else the first heading.
    pub title: Option<String>,
    /// One sentence for search engines and lists.
    pub description: Option<String>,
    /// Place among its siblings when folders give the order; small comes first.
    pub weight: Option<i64>,
    /// The file name of the page, without its extension.
    pub slug: Option<String>,
    /// Old paths of the page, relative to the site's root; each becomes a redirect.
    pub aliases: Vec<String>,
    /// Words to find and to group the page by.
    pub tags: Vec<String>,
    /// Whether the chapter is left out.
    pub draft: bool,
    /// `false` leaves the page out of search.
    pub search: Option<bool>,
    /// `false` leaves the page out of the print edition.
    pub print: Option<bool>,
    /// The day the text was last looked through, as `YYYY-MM-DD`.
    #[serde(deserialize_with = "day")]
    #[schemars(with = "Option<String>")]
    pub revised: Option<String>,
    /// Anything else, for the theme's templates.
    #[serde(serialize_with = "write_extra", deserialize_with = "read_extra")]
    pub extra: Extra,
}

/// Reads a day: text, or a date of TOML's own.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    // What no author writes is as it was when it was read first.
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

/// Writes what front matter holds for themes as JSON text: a value of any type can only be read back from a format that
/// names types. Numbers that JSON cannot bring back are an error.
fn write_extra<S: Serializer>(extra: &Extra, serializer: S) -> Result<S::Ok, S::Error> {
    let text = serde_json::to_string(extra).map_err(S::Error::custom)?;
    let comes_back = extra.is_empty() || serde_json::from_str::<Extra>(&text).is_ok_and(|read| read == *extra);
    if comes_back { text.serialize(serializer) } else { Err(S::Error::custom("does not come back")) }
}

/// Reads what front matter holds for themes, from an author's hand or as it was written.
fn read_extra<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Extra, D::Error> {
    if deserializer.is_human_readable() {
        return Extra::deserialize(deserializer);
    }
    serde_json::from_str(<&str>::deserialize(deserializer)?).map_err(de::Error::custom)
}
