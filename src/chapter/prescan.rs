//! A first parse that finds running text, and in it the parts that are code, HTML or destinations of links.
//!
//! Blocks, code, HTML and links take precedence over emphasis. So these ranges are still valid when the text is parsed a
//! second time, with placeholders for blanks, bare addresses and the like.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::dialect::DialectRules;
use super::masked_text::MaskedText;

/// The result of the first parse. Offsets are those of the source.
#[derive(Debug, Default)]
pub(super) struct Prescan {
    /// The offsets at which HTML blocks begin.
    pub(super) html_blocks: BTreeSet<usize>,
    /// The running text of each paragraph, heading and table cell.
    pub(super) text_runs: Vec<TextRun>,
    /// The labels of the link definitions.
    pub(super) labels: Vec<String>,
}

/// The running text of one block.
#[derive(Debug, Default)]
pub(super) struct TextRun {
    /// Its whole range.
    pub(super) range: Range<usize>,
    /// The parts that must not be changed: code, HTML, destinations.
    closed: Vec<Range<usize>>,
    /// Those of them that are code.
    pub(super) code: Vec<Range<usize>>,
    /// The ranges of emphasis.
    pub(super) emphases: Vec<Range<usize>>,
    /// The whole ranges of links and images.
    pub(super) links: Vec<Range<usize>>,
}

impl TextRun {
    /// The parts that are text, which may contain syntax that the parser does not know.
    pub(super) fn open(&self) -> Vec<Range<usize>> {
        let mut open = vec![self.range.clone()];
        subtract(&mut open, &self.closed);
        open
    }
}

/// The parser extensions for these rules.
pub(super) fn extensions(rules: &DialectRules) -> Options {
    let mut extensions = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_HEADING_ATTRIBUTES;
    extensions.set(Options::ENABLE_DEFINITION_LIST, rules.definition_lists);
    extensions.set(Options::ENABLE_SMART_PUNCTUATION, rules.smart_punctuation);
    extensions
}

/// Subtracts `taken` from `from`, whose ranges are ascending; those of `taken` may have any order and overlap.
pub(super) fn subtract(from: &mut Vec<Range<usize>>, taken: &[Range<usize>]) {
    let mut taken: Vec<&Range<usize>> = taken.iter().collect();
    taken.sort_by_key(|range| (range.start, range.end));
    let mut left = Vec::new();
    let mut first = 0;
    for range in from.drain(..) {
        let mut start = range.start;
        while taken.get(first).is_some_and(|cut| cut.end <= start) {
            first += 1;
        }
        for cut in taken[first..].iter().take_while(|cut| cut.start < range.end) {
            if cut.start > start {
                left.push(start..cut.start);
            }
            start = start.max(cut.end);
        }
        if start < range.end {
            left.push(start..range.end);
        }
    }
    *from = left;
}

/// Parses the text and notes its running text and HTML blocks.
pub(super) fn scan(masked: &MaskedText, rules: &DialectRules) -> Prescan {
    let mut scanner = Scanner::default();
    let parser = Parser::new_ext(&masked.text, extensions(rules));
    scanner.prescan.labels = parser.reference_definitions().iter().map(|(label, _)| label.to_owned()).collect();
    for (event, mut range) in parser.into_offset_iter() {
        // The range of text that begins with an escape is without the backslash, which may begin a formula.
        if matches!(event, Event::Text(_)) && masked.text[..range.start].ends_with('\\') {
            range.start -= 1;
        }
        scanner.event(&event, &masked.source_range(&range));
    }
    scanner.finish_text_run();
    scanner.prescan
}

#[derive(Default)]
struct Scanner {
    prescan: Prescan,
    text_run: Option<TextRun>,
    /// The links that are open, innermost last.
    links: Vec<OpenLink>,
    verbatim: bool,
}

struct OpenLink {
    start: usize,
    text_end: usize,
    whole: bool,
}

impl Scanner {
    fn event(&mut self, event: &Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(Tag::Link { link_type, .. } | Tag::Image { link_type, .. }) => {
                self.extend(range);
                let whole = !matches!(link_type, LinkType::Inline | LinkType::Reference);
                self.links.push(OpenLink { start: range.start, text_end: range.start, whole });
            }
            Event::End(TagEnd::Link | TagEnd::Image) => self.end_link(range),
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough)
            | Event::Text(_)
            | Event::SoftBreak
            | Event::HardBreak => self.extend(range),
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => {
                if let Some(text_run) = &mut self.text_run {
                    text_run.emphases.push(range.clone());
                }
            }
            Event::TaskListMarker(_) => {}
            Event::Code(_) => {
                self.close(range);
                if let Some(text_run) = &mut self.text_run {
                    text_run.code.push(range.clone());
                }
            }
            Event::InlineHtml(_) | Event::FootnoteReference(_) => self.close(range),
            block => self.block(block, range),
        }
    }

    fn block(&mut self, event: &Event<'_>, range: &Range<usize>) {
        self.finish_text_run();
        match event {
            Event::Start(Tag::HtmlBlock) => {
                self.prescan.html_blocks.insert(range.start);
                self.verbatim = true;
            }
            Event::Start(Tag::CodeBlock(_)) => self.verbatim = true,
            Event::End(TagEnd::HtmlBlock | TagEnd::CodeBlock) => self.verbatim = false,
            _ => {}
        }
    }

    fn extend(&mut self, range: &Range<usize>) {
        if self.verbatim {
            return;
        }
        if let Some(link) = self.links.last_mut() {
            link.text_end = link.text_end.max(range.end);
        }
        let text_run = self.text_run.get_or_insert_with(|| TextRun { range: range.clone(), ..TextRun::default() });
        text_run.range.end = text_run.range.end.max(range.end);
    }

    fn close(&mut self, range: &Range<usize>) {
        self.extend(range);
        if let Some(text_run) = &mut self.text_run {
            text_run.closed.push(range.clone());
        }
    }

    fn end_link(&mut self, range: &Range<usize>) {
        let Some(link) = self.links.pop() else { return };
        if let Some(text_run) = &mut self.text_run {
            text_run.closed.push(if link.whole { link.start..range.end } else { link.text_end..range.end });
            text_run.links.push(link.start..range.end);
        }
    }

    fn finish_text_run(&mut self) {
        self.links.clear();
        self.prescan.text_runs.extend(self.text_run.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::MarkdownConfig;

    #[test]
    fn running_text_without_code_html_and_destinations() {
        for (text, expected) in [
            ("a `b` c <i>d</i>\n", &["a ", " c ", "d"][..]),
            ("# T {#id}\n\n- [x] *a* [b](c_d) e\n", &["T", "*a* [b", " e"]),
            ("[a_b]\n\n[a_b]: c__d\n", &[]),
            ("[x][y] <https://a.b>\n\n[y]: z\n", &["[x", " "]),
            ("    code\n\n```\ncode\n```\n\n<div>\nhtml\n</div>\n", &[]),
            ("|a|b|\n|-|-|\n|c|`d`|\n", &["a", "b", "c"]),
        ] {
            let masked = MaskedText::new(text, 0..text.len(), Vec::new());
            let text_runs = scan(&masked, &DialectRules::of(&MarkdownConfig::default())).text_runs;
            let open: Vec<&str> = text_runs.iter().flat_map(TextRun::open).map(|range| &text[range]).collect();
            assert_eq!(open, expected, "{text:?}");
        }
    }

    #[test]
    fn ranges_are_subtracted() {
        for (from, taken, left) in [
            (&[(0, 9)][..], &[(2, 4), (3, 5)][..], &[(0, 2), (5, 9)][..]),
            (&[(0, 3), (5, 9)], &[(2, 6)], &[(0, 2), (6, 9)]),
            (&[(0, 3)], &[(0, 3)], &[]),
            (&[(0, 3), (5, 9)], &[(6, 7), (1, 2)], &[(0, 1), (2, 3), (5, 6), (7, 9)]),
        ] {
            let ranges = |pairs: &[(usize, usize)]| pairs.iter().map(|(start, end)| *start..*end).collect::<Vec<_>>();
            let mut open = ranges(from);
            subtract(&mut open, &ranges(taken));
            assert_eq!(open, ranges(left), "{from:?} - {taken:?}");
        }
    }
}
