//! Blanks on the page: the label of each, and the id under which the browser stores what a reader enters.
//!
//! The label is the blank's name, or else the words before it. Short words after another blank (`____ 年 __ 月`) are the unit
//! of that blank, so then the words after the blank are its label. The id is the digest of the label and its context, so
//! it stays the same when other blanks are added or removed.

use std::collections::{BTreeMap, VecDeque};

use crate::chapter::{Inline, RawToken, plain_text, text_id};

/// The longest label, in characters.
const LONGEST: usize = 40;
/// Up to this many characters after a blank are its unit.
const UNIT: usize = 2;

/// The state of blanks while a chapter is written.
#[derive(Debug, Default)]
pub(super) struct Blanks {
    /// Labels of the blanks in the current running text.
    pub(super) labels: VecDeque<String>,
    /// What contains the text: the form around it, else the heading above it.
    pub(super) part: String,
    /// The heads of the current table row and column.
    pub(super) cell: String,
    /// The last words written, as the label of a writing line.
    pub(super) said: String,
    /// Ids used so far, on the page or in the current checklist.
    pub(super) given: BTreeMap<String, usize>,
    /// Whether a checklist is being written; its blanks are stored with its ticks.
    pub(super) in_checklist: bool,
}

impl Blanks {
    /// Finds the labels of the blanks in running text, before it is written.
    pub(super) fn read(&mut self, inlines: &[Inline]) {
        if holds_blank(inlines) {
            self.labels = labels(inlines).into();
        }
    }

    /// An id for a blank with this label, unique in its page or checklist.
    pub(super) fn id(&mut self, label: &str) -> String {
        let part = if self.in_checklist { "" } else { &self.part };
        // An item with no text but the label uses the plain digest as its own id.
        let id = format!("_{}", text_id(&format!("{part}/{}/{label}", self.cell)));
        let count = self.given.entry(id.clone()).or_default();
        *count += 1;
        if *count > 1 { format!("{id}-{count}") } else { id }
    }
}

/// The last words of a text, as a label.
pub(super) fn last_words(inlines: &[Inline]) -> String {
    before(&plain_text(inlines).replace('_', " "))
}

fn holds_blank(inlines: &[Inline]) -> bool {
    inlines.iter().any(|inline| match inline {
        Inline::Blank(_) => true,
        inline => inline.inner().is_some_and(holds_blank),
    })
}

/// The labels of the blanks in running text, in order.
fn labels(inlines: &[Inline]) -> Vec<String> {
    let mut texts = vec![String::new()];
    cut(inlines, &mut texts);
    let label = |(index, pair): (usize, &[String])| {
        let [left, right] = pair else { return String::new() };
        let (words, next) = (before(left), after(right));
        let is_unit = index > 0 && left.trim().chars().count() <= UNIT;
        if (is_unit || words.is_empty()) && !next.is_empty() { next } else { words }
    };
    texts.windows(2).enumerate().map(label).collect()
}

/// The texts before, between and after the blanks.
fn cut(inlines: &[Inline], texts: &mut Vec<String>) {
    for inline in inlines {
        match (inline, inline.inner()) {
            (Inline::Blank(_), _) => texts.push(String::new()),
            (_, Some(inner)) => cut(inner, texts),
            (Inline::Html(RawToken::Open { name: "br", .. }) | Inline::HardBreak, _) => push(texts, "\n"),
            (inline, None) => push(texts, &plain_text(std::slice::from_ref(inline))),
        }
    }
}

fn push(texts: &mut [String], text: &str) {
    if let Some(last) = texts.last_mut() {
        last.push_str(text);
    }
}

/// The last clause of a text.
fn before(text: &str) -> String {
    let text = text.trim_end_matches(is_edge);
    let words = text.rsplit(is_clause_end).next().unwrap_or_default().trim_matches(is_edge);
    let skipped = words.chars().count().saturating_sub(LONGEST);
    words.chars().skip(skipped).collect()
}

/// The first clause of a text.
fn after(text: &str) -> String {
    let words = text.split(is_clause_end).next().unwrap_or_default().trim_matches(is_edge);
    words.chars().take(LONGEST).collect()
}

fn is_edge(c: char) -> bool {
    c.is_whitespace() || is_clause_end(c) || matches!(c, '（' | '(' | '【' | '[' | '「' | '“' | '"' | '*' | '—' | '-')
}

fn is_clause_end(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '；'
            | '：'
            | '、'
            | '？'
            | '！'
            | '）'
            | '】'
            | '」'
            | '”'
            | ','
            | '.'
            | ';'
            | ':'
            | '?'
            | '!'
            | ')'
            | ']'
            | '\n'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chapter::Blank;

    /// Running text in which `_` is a blank.
    fn labels_of(text: &str) -> Vec<String> {
        let mut inlines = Vec::new();
        for (index, part) in text.split('_').enumerate() {
            if index > 0 {
                inlines.push(Inline::Blank(Blank { width: 4, name: None }));
            }
            inlines.push(Inline::Strong(vec![Inline::Text(part.to_owned())]));
        }
        labels(&inlines)
    }

    #[test]
    fn blanks_are_called_by_the_words_around_them() {
        for (text, expected) in [
            ("每月 _ 元，共 _ 期", &["每月", "共"][..]),
            ("_ 年 _ 月 _ 日", &["年", "月", "日"]),
            ("您好，我是 _ ，账户尾号 _ 。", &["我是", "账户尾号"]),
            ("Agreed: _ a month, from _ on.", &["Agreed", "from"]),
            ("_", &[""]),
            ("签名： _ 　日期： _ 年", &["签名", "日期"]),
        ] {
            assert_eq!(labels_of(text), expected, "{text}");
        }
    }

    #[test]
    fn ids_differ_by_number_and_by_heading() {
        let mut blanks = Blanks::default();
        let first = blanks.id("金额");
        assert_eq!(blanks.id("金额："), format!("{first}-2"));
        blanks.part = "信".to_owned();
        assert_ne!(blanks.id("金额"), first);
    }
}
