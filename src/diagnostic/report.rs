//! [`Diagnostic`], the [`Place`] it is at, and [`Report`], a list of diagnostics.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::code::{CODES, Code, Severities, Severity};

/// A half-open range of bytes in a text; both ends are on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets. Offsets above 4 GiB become 4 GiB.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let cut = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: cut(start), end: cut(end.max(start)) }
    }

    /// The span as a range for slicing.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// Where a diagnostic is: a file and a span of its text, as the author sees it, before includes are expanded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The path of the file relative to the book's root, separated by `/` ("content/guide/setup.md").
    pub file: Arc<str>,
    /// The span, in bytes of the text of the file.
    pub span: Span,
}

/// The texts of files by path. Formatting needs them for excerpts, lines and columns.
pub type Texts = BTreeMap<Arc<str>, Arc<str>>;

/// An error or a warning about a book.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Diagnostic {
    /// What kind of diagnostic it is.
    #[serde(serialize_with = "write_code", deserialize_with = "read_code")]
    pub code: &'static Code,
    /// The severity of the code, or the one that the configuration sets, once [`Report::finish`] has run.
    pub severity: Severity,
    /// What is wrong: one line, lower case, names in backticks, no full stop.
    pub message: String,
    /// Where it is; `None` if it concerns the whole book.
    pub at: Option<Place>,
    /// Related places, each with a label.
    pub also: Vec<(Place, String)>,
    /// How to fix it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic without a place, with the severity of its code.
    #[must_use]
    pub fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Self { code, severity: code.severity, message: message.into(), at: None, also: Vec::new(), help: None }
    }

    /// Sets the place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.at = Some(place);
        self
    }

    /// Adds a related place with a label.
    #[must_use]
    pub fn also(mut self, place: Place, label: impl Into<String>) -> Self {
        self.also.push((place, label.into()));
        self
    }

    /// Sets how to fix it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A code is serialized as its name.
fn write_code<S: Serializer>(code: &Code, serializer: S) -> Result<S::Ok, S::Error> {
    code.name.serialize(serializer)
}

fn read_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static Code, D::Error> {
    let name = String::deserialize(deserializer)?;
    let known = CODES.iter().copied().find(|code| code.name == name);
    known.ok_or_else(|| serde::de::Error::custom(format!("unknown code `{name}`")))
}

/// The diagnostics of one build.
///
/// ```
/// use chapbook::diagnostic::{Diagnostic, Report, Severities, codes};
///
/// let mut report = Report::default();
/// report.add(Diagnostic::new(&codes::EMPTY_CHAPTER, "this chapter has no text"));
/// assert_eq!((report.errors(), report.warnings()), (0, 1));
///
/// report.finish(&Severities { strict: true, ..Severities::default() });
/// assert_eq!((report.errors(), report.warnings()), (1, 0));
/// ```
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Report {
    items: Vec<Diagnostic>,
}

impl Report {
    /// Adds a diagnostic.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        self.items.push(diagnostic);
    }

    /// Adds the diagnostics of another report.
    pub fn append(&mut self, mut other: Self) {
        self.items.append(&mut other.items);
    }

    /// Sets the severities that the book configures, drops diagnostics that are off, sorts the rest by place, and removes
    /// duplicates.
    pub fn finish(&mut self, severities: &Severities) {
        for item in &mut self.items {
            item.severity = severities.of(item.code);
        }
        self.items.retain(|item| item.severity != Severity::Off);
        self.items.sort_by(|a, b| (&a.at, a.code.name, &a.message).cmp(&(&b.at, b.code.name, &b.message)));
        self.items.dedup_by(|a, b| a.at == b.at && a.code.name == b.code.name && a.message == b.message);
    }

    /// The diagnostics, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.items.iter()
    }

    /// Whether there are no diagnostics.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many diagnostics are errors.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.count(Severity::Error)
    }

    /// How many diagnostics are warnings.
    #[must_use]
    pub fn warnings(&self) -> usize {
        self.count(Severity::Warning)
    }

    fn count(&self, severity: Severity) -> usize {
        self.items.iter().filter(|item| item.severity == severity).count()
    }
}

#[cfg(test)]
mod tests {
    use super::super::code::codes;
    use super::*;

    #[test]
    fn all_diagnostics_are_kept_and_counted() {
        let mut report = Report::default();
        for at in 0..1000u32 {
            let at = Place { file: "a.md".into(), span: Span { start: at, end: at + 1 } };
            report.add(Diagnostic::new(&codes::RAW_HTML, "x").at(at.clone()));
            report.add(Diagnostic::new(&codes::RAW_HTML, "x").at(at));
        }
        report.finish(&Severities::default());
        assert_eq!((report.iter().count(), report.warnings()), (1000, 1000));
    }
}
