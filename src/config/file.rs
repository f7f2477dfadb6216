//! The text of `chapbook.toml`, and where its keys and values are.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::Place;

/// The name of the configuration file in a book's folder.
pub const CONFIG_FILE: &str = "chapbook.toml";

/// The name and text of `chapbook.toml` (or `book.toml`), so that diagnostics can point into it.
#[derive(Debug, Clone)]
pub struct ConfigFile {
    /// Its name from the book's root.
    pub name: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
}

impl ConfigFile {
    /// A place in the file.
    pub(super) fn at(&self, span: Range<usize>) -> Place {
        Place { file: self.name.clone(), span: span.into() }
    }

    /// Where a key is.
    pub(super) fn place(&self, keys: &[&str]) -> Option<Place> {
        self.find(keys, |key, _| key)
    }

    /// Where the value of a key is.
    pub(super) fn value_place(&self, keys: &[&str]) -> Option<Place> {
        self.find(keys, |_, value| value)
    }

    /// Where each key of a table is.
    pub(super) fn places(&self, tables: &[&str]) -> BTreeMap<String, Place> {
        let (document, _) = DeTable::parse_recoverable(&self.text);
        let mut table = Some(document.get_ref());
        for name in tables {
            table = table.and_then(|table| table.get(*name)).map(Spanned::get_ref).and_then(DeValue::as_table);
        }
        let keys = table.into_iter().flat_map(|table| table.iter().map(|(key, _)| key));
        keys.map(|key| (key.get_ref().to_string(), self.at(key.span()))).collect()
    }

    fn find(&self, keys: &[&str], choose: fn(Range<usize>, Range<usize>) -> Range<usize>) -> Option<Place> {
        let (last, tables) = keys.split_last()?;
        let (document, _) = DeTable::parse_recoverable(&self.text);
        let mut table = document.get_ref();
        for key in tables {
            table = table.get(*key).map(Spanned::get_ref).and_then(DeValue::as_table)?;
        }
        let (key, value) = table.get_key_value(*last)?;
        Some(self.at(choose(key.span(), value.span())))
    }
}
