//! Addresses of sections: a page and a place on it. They are one string in the wire format, and two values in the code.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where a section is, relative to the site's root; both parts are percent-encoded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// The page (`know.html`).
    pub page: String,
    /// The id of the place on the page; `None` for the page itself.
    pub fragment: Option<String>,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.page)?;
        self.fragment.as_ref().map_or(Ok(()), |fragment| write!(f, "#{fragment}"))
    }
}

impl From<&str> for Address {
    /// Reads the wire format.
    fn from(written: &str) -> Self {
        let (page, fragment) = written.split_once('#').map_or((written, None), |(page, rest)| (page, Some(rest)));
        Self { page: page.to_owned(), fragment: fragment.map(str::to_owned) }
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|written| Self::from(written.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_string_on_the_wire() {
        for written in ["a.html", "a/b.html#c", "a.html#"] {
            let address: Address = serde_json::from_value(written.into()).unwrap();
            assert_eq!(serde_json::to_value(&address).unwrap(), written);
        }
    }
}
