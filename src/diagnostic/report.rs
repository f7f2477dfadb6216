//! [`Diagnostic`], the [`Place`] it speaks of, and the [`Report`] that gathers them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::code::{Code, Severities, Severity};

/// A stretch of a text: bytes, half open, both ends on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file's path relative to the book's root, `/`-separated ("content/guide/setup.md").
    pub file: Arc<str>,
    /// The stretch, in bytes of that file's text.
    pub span: Span,
}

/// The texts that places speak of, by file; read by the emitters for excerpts, lines and columns.
pub type Texts = BTreeMap<Arc<str>, Arc<str>>;

/// One finding.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// What kind of finding it is.
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

/// All findings of one build.
#[derive(Debug, Clone, Default)]
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
