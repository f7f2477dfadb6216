//! [`Diagnostic`], the [`Place`] it speaks of, and the [`Report`] that gathers them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::code::{CODES, Code, Severities, Severity};

/// A stretch of a text: bytes, half open, both ends on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets; offsets past 4 GiB are cut there.
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

/// Where a diagnostic points: a file as the author knows it and a stretch of its text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The file's path relative to the book's root, `/`-separated ("content/guide/setup.md").
    pub file: Arc<str>,
    /// The stretch, in bytes of that file's text.
    pub span: Span,
}

/// The texts that places speak of, by file; read by the emitters for excerpts, lines and columns.
pub type Texts = BTreeMap<Arc<str>, Arc<str>>;

/// One finding.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Diagnostic {
    /// What kind of finding it is.
    #[serde(serialize_with = "write_code", deserialize_with = "read_code")]
    pub code: &'static Code,
    /// How grave it is, after the book's own settings.
    pub severity: Severity,
    /// One line, lower case, things in backticks, no full stop.
    pub message: String,
    /// Where it is; `None` for what has no place in a text.
    pub at: Option<Place>,
    /// Further places with what they have to do with it.
    pub also: Vec<(Place, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A finding without a place yet, as grave as its code says.
    #[must_use]
    pub fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Self { code, severity: code.severity, message: message.into(), at: None, also: Vec::new(), help: None }
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.at = Some(place);
        self
    }

    /// Adds a second place and what it has to do with the finding.
    #[must_use]
    pub fn also(mut self, place: Place, label: impl Into<String>) -> Self {
        self.also.push((place, label.into()));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// How many findings of one kind are kept for one file.
const MOST_OF_A_KIND: usize = 100;

/// A kind of finding is written by its name.
fn write_code<S: Serializer>(code: &Code, serializer: S) -> Result<S::Ok, S::Error> {
    code.name.serialize(serializer)
}

fn read_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static Code, D::Error> {
    let name = String::deserialize(deserializer)?;
    let known = CODES.iter().copied().find(|code| code.name == name);
    known.ok_or_else(|| serde::de::Error::custom(format!("there is no code `{name}`")))
}

/// All findings of one build.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Report {
    items: Vec<Diagnostic>,
}

impl Report {
    /// Adds a finding.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        self.items.push(diagnostic);
    }

    /// Takes over the findings of another report.
    pub fn append(&mut self, mut other: Self) {
        self.items.append(&mut other.items);
    }

    /// Sorts by place and gives each finding the severity the book asks for; findings that are off are dropped.
    pub fn settle(&mut self, severities: &Severities) {
        for item in &mut self.items {
            item.severity = severities.of(item.code);
        }
        self.items.retain(|item| item.severity != Severity::Off);
        self.items.sort_by(|a, b| (&a.at, a.code.name, &a.message).cmp(&(&b.at, b.code.name, &b.message)));
        self.items.dedup_by(|a, b| a.at == b.at && a.code.name == b.code.name && a.message == b.message);
        self.shorten();
    }

    /// Leaves of one kind in one file as many as anybody reads, and says how many more there are.
    fn shorten(&mut self) {
        let mut counts: BTreeMap<(Option<Arc<str>>, &str), usize> = BTreeMap::new();
        let mut key = |item: &Diagnostic| {
            let count = counts.entry((item.at.as_ref().map(|at| at.file.clone()), item.code.name)).or_default();
            *count += 1;
            *count
        };
        self.items.retain(|item| key(item) <= MOST_OF_A_KIND);
        let mut seen: BTreeMap<(Option<Arc<str>>, &str), usize> = BTreeMap::new();
        for item in &mut self.items {
            let key = (item.at.as_ref().map(|at| at.file.clone()), item.code.name);
            let all = counts.get(&key).copied().unwrap_or_default();
            let nth = seen.entry(key).or_default();
            *nth += 1;
            if *nth == MOST_OF_A_KIND && all > MOST_OF_A_KIND {
                let more = format!(" (and {} more of this kind in this file)", all - MOST_OF_A_KIND);
                item.message.push_str(&more);
            }
        }
    }

    /// The findings, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.items.iter()
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many findings are errors.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.count(Severity::Error)
    }

    /// How many findings are warnings.
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
    fn of_many_of_a_kind_some_are_told() {
        let mut report = Report::default();
        for at in 0..1000u32 {
            let place = |file: &str| Place { file: file.into(), span: Span { start: at, end: at + 1 } };
            report.add(Diagnostic::new(&codes::RAW_HTML, "x").at(place("a.md")));
            if at < 100 {
                report.add(Diagnostic::new(&codes::RAW_HTML, "x").at(place("b.md")));
            }
        }
        report.settle(&Severities::default());
        let of = |file: &str| report.iter().filter(|item| &*item.at.as_ref().unwrap().file == file).collect::<Vec<_>>();
        assert_eq!((of("a.md").len(), of("b.md").len()), (100, 100));
        assert_eq!(of("a.md")[99].message, "x (and 900 more of this kind in this file)");
        assert_eq!(of("b.md")[99].message, "x");
    }
}
