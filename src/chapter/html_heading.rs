//! Headings of raw HTML: `<h1 align="center">…</h1>` is a heading as `# …` is, in contents, anchors and search.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use super::block::trim_inlines;
use super::gathered::Written;
use super::nodes::{Block, BlockKind, Inline, RawAttribute, RawToken};
use super::safe_list;
use super::tree::{Builder, trimmed};
use crate::path::Anchor;

/// A part of an HTML block.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Html(Vec<RawToken>),
    Heading { level: u8, attributes: Vec<RawAttribute>, content: Vec<RawToken> },
}

/// The ids of headings that are taken from those of raw HTML, by name.
type Ids = BTreeMap<String, VecDeque<Written<Anchor>>>;

/// The id that an attribute gives.
fn id(attribute: &RawAttribute) -> Option<&str> {
    match attribute {
        RawAttribute::Plain("id" | "name", id) => Some(id),
        _ => None,
    }
}

impl Builder<'_, '_> {
    /// Adds an HTML block: its headings as headings, and the HTML between them.
    pub(super) fn push_html(&mut self, tokens: Vec<RawToken>, range: &Range<usize>) {
        let range = &trimmed(self.source, range.clone());
        let tokens = self.close_split_heading(tokens, range);
        let parts = parts(tokens);
        let of_headings = parts.iter().filter_map(|part| match part {
            Part::Heading { attributes, .. } => Some(attributes.as_slice()),
            Part::Html(_) => None,
        });
        let mut ids = self.take_ids(of_headings, range.start);
        for part in parts {
            match part {
                Part::Html(tokens) => self.push_block(BlockKind::Html(tokens), range.clone()),
                Part::Heading { level, attributes, content } => {
                    self.html_heading(level, attributes, inlines(content), (range, &mut ids));
                }
            }
        }
    }

    /// Adds a heading. Its id becomes that of the heading; its other attributes go to an element around it.
    fn html_heading(
        &mut self,
        level: u8,
        attributes: Vec<RawAttribute>,
        text: Vec<Inline>,
        (range, ids): (&Range<usize>, &mut Ids),
    ) {
        let (own, around): (Vec<_>, Vec<_>) = attributes.into_iter().partition(|attribute| id(attribute).is_some());
        let id = own.iter().filter_map(id).find_map(|id| ids.get_mut(id)?.pop_front());
        let wrapped = !around.is_empty();
        if wrapped {
            let open = RawToken::Open { name: "div", attributes: around };
            self.push_block(BlockKind::Html(vec![open]), range.clone());
        }
        self.push_heading(level, text, id, true, range.clone());
        if wrapped {
            self.push_block(BlockKind::Html(vec![RawToken::Close("div")]), range.clone());
        }
    }

    /// Takes the ids of headings from the ids of raw HTML that were gathered behind a place: all at once, because each search
    /// and removal takes as long as there are ids.
    fn take_ids<'a>(&mut self, headings: impl Iterator<Item = &'a [RawAttribute]>, place: usize) -> Ids {
        let mut wanted: BTreeMap<&str, usize> = BTreeMap::new();
        for own in headings.filter_map(|attributes| attributes.iter().find_map(id)) {
            *wanted.entry(own).or_default() += 1;
        }
        let mut taken = Ids::new();
        if wanted.is_empty() {
            return taken;
        }
        let ids = &mut self.gathered.ids;
        let start = ids.iter().rposition(|id| id.range.start < place).map_or(0, |before| before + 1);
        for written in ids.split_off(start) {
            match wanted.get_mut(written.value.as_str()).filter(|count| **count > 0) {
                Some(count) => {
                    *count -= 1;
                    taken.entry(written.value.to_string()).or_default().push_back(written);
                }
                None => ids.push(written),
            }
        }
        taken
    }

    /// Closes a heading whose text is Markdown between two HTML blocks. Returns the tokens that are left.
    fn close_split_heading(&mut self, mut tokens: Vec<RawToken>, range: &Range<usize>) -> Vec<RawToken> {
        let Some(close) = tokens.iter().position(|token| !is_blank(token)) else { return tokens };
        let RawToken::Close(name) = tokens[close] else { return tokens };
        let Some(level) = level(name) else { return tokens };
        let Some((attributes, text, start)) = self.take_open_heading(name) else { return tokens };
        let mut ids = self.take_ids(std::iter::once(attributes.as_slice()), start);
        self.html_heading(level, attributes, text, (&(start..range.end), &mut ids));
        tokens.drain(..=close);
        tokens
    }

    /// Takes the start tag that the last HTML block ends with, and the text of the paragraphs after it.
    fn take_open_heading(&mut self, name: &str) -> Option<(Vec<RawAttribute>, Vec<Inline>, usize)> {
        let blocks = &mut self.stack.last_mut()?.blocks;
        let at = blocks.iter().rposition(|block| !matches!(block.kind, BlockKind::Paragraph(_)))?;
        if at + 1 == blocks.len() {
            return None;
        }
        let Block { kind: BlockKind::Html(before), span } = &mut blocks[at] else { return None };
        let open = before.iter().rposition(|token| !is_blank(token))?;
        if !matches!(&before[open], RawToken::Open { name: opened, .. } if *opened == name) {
            return None;
        }
        let start = span.range().start;
        let RawToken::Open { attributes, .. } = before.drain(open..).next()? else { return None };
        let is_empty = before.is_empty();
        let text = joined(blocks.drain(at + 1..));
        if is_empty {
            blocks.truncate(at);
        }
        Some((attributes, text, start))
    }
}

/// The text of paragraphs as one.
fn joined(paragraphs: impl Iterator<Item = Block>) -> Vec<Inline> {
    let mut text = Vec::new();
    for Block { kind, .. } in paragraphs {
        if let BlockKind::Paragraph(inlines) = kind {
            if !text.is_empty() {
                text.push(Inline::SoftBreak);
            }
            text.extend(inlines);
        }
    }
    text
}

/// Splits HTML into its headings and what is between them. A heading that is not closed, or whose elements are not, is HTML.
fn parts(tokens: Vec<RawToken>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut html: Vec<RawToken> = Vec::new();
    let mut rest = tokens.into_iter().peekable();
    while let Some(token) = rest.next() {
        let RawToken::Open { name, attributes } = token else {
            html.push(token);
            continue;
        };
        let Some(level) = level(name) else {
            html.push(RawToken::Open { name, attributes });
            continue;
        };
        let mut content = Vec::new();
        while let Some(inside) = rest.next_if(|token| !ends_heading(token, name)) {
            content.push(inside);
        }
        if matches!(rest.peek(), Some(RawToken::Close(_))) && is_balanced(&content) && shows(&content) {
            rest.next();
            push_html(&mut parts, &mut html);
            parts.push(Part::Heading { level, attributes, content });
        } else {
            html.push(RawToken::Open { name, attributes });
            html.extend(content);
        }
    }
    push_html(&mut parts, &mut html);
    parts
}

fn push_html(parts: &mut Vec<Part>, html: &mut Vec<RawToken>) {
    if !html.iter().all(is_blank) {
        parts.push(Part::Html(std::mem::take(html)));
    }
    html.clear();
}

/// Whether a token closes the heading `name`, or begins another one.
fn ends_heading(token: &RawToken, name: &str) -> bool {
    match token {
        RawToken::Close(closed) => *closed == name,
        RawToken::Open { name, .. } => level(name).is_some(),
        _ => false,
    }
}

fn is_balanced(tokens: &[RawToken]) -> bool {
    let mut open = Vec::new();
    let closes = |token: &RawToken, open: &mut Vec<&'static str>| match token {
        RawToken::Open { name, .. } if !safe_list::is_void(name) => {
            open.push(*name);
            true
        }
        RawToken::Close(name) => open.pop().is_some_and(|last| last == *name),
        _ => true,
    };
    tokens.iter().all(|token| closes(token, &mut open)) && open.is_empty()
}

/// Whether readers see anything of it.
fn shows(tokens: &[RawToken]) -> bool {
    tokens.iter().any(|token| match token {
        RawToken::Text(text) => !text.trim().is_empty(),
        RawToken::Open { name, .. } => *name == "img",
        _ => false,
    })
}

fn is_blank(token: &RawToken) -> bool {
    matches!(token, RawToken::Text(text) if text.trim().is_empty())
}

/// The level of a heading element.
fn level(name: &str) -> Option<u8> {
    ["h1", "h2", "h3", "h4", "h5", "h6"]
        .iter()
        .position(|heading| *heading == name)
        .and_then(|at| u8::try_from(at + 1).ok())
}

/// Tokens as running text; white space is that of HTML.
fn inlines(tokens: Vec<RawToken>) -> Vec<Inline> {
    let mut text: Vec<Inline> = Vec::with_capacity(tokens.len());
    for token in tokens {
        match token {
            RawToken::Text(words) => {
                let words = spaced(&words);
                let words = if text.is_empty() { words.trim_start() } else { &words };
                if !words.is_empty() {
                    text.push(Inline::Text(words.to_owned()));
                }
            }
            token => text.push(Inline::Html(token)),
        }
    }
    trim_inlines(text)
}

/// The text with single spaces for runs of white space.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' | '\t' | '\n' | '\r' if out.ends_with(' ') => {}
            '\t' | '\n' | '\r' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::chapter::test_dump::{chapter, diagnostics_of, dump};

    #[test]
    fn headings_of_html_are_headings() {
        for (text, expected) in [
            ("<h1>Name</h1>\n", "h1 #name Name"),
            ("<h2 id=x>A  b\n c</h2>\n", "h2 #x A b c"),
            ("<h1 align=center>A</h1>\n", "html <div align=center>\nh1 #a A\nhtml </div>"),
            ("<div>\n<h1>A</h1>\n<p>b</p>\n</div>\n", "html <div>⏎\nh1 #a A\nhtml ⏎<p>b</p>⏎</div>⏎"),
            ("<h3>A</h3><h3>A</h3>\n", "h3 #a A\nh3 #a-1 A"),
            ("> <h2>A <b>b</b></h2>\n", "quote\n  h2 #a-b A <b>b</b>"),
            (
                "<h1 align=center>\n\nMy **name**\n\n</h1>\n\nb\n",
                "html <div align=center>\nh1 #my-name My b(name)\nhtml </div>\np b",
            ),
            ("<h1>A\n\nb\n\n</h1>\n", "html <h1>A⏎\np b\nhtml </h1>⏎"),
            ("<h1></h1>\n", "html <h1></h1>⏎"),
            ("<h1>A<h2>B</h2>\n", "html <h1>A\nh2 #b B\nhtml </h1>"),
        ] {
            let shown = dump(text);
            assert_eq!(shown.trim_end(), expected, "{text:?}");
        }
    }

    #[test]
    fn titles_have_the_words_that_readers_see() {
        for (text, title, anchor) in [
            ("# A [![Build state](b.svg)](c) ![Licence](d.svg)\n", "A", "a"),
            ("# ![Logo](b.svg) Tea **time**\n", "Tea time", "tea-time"),
            ("# ![Our logo](b.svg)\n", "Our logo", "our-logo"),
            ("<h1>\n  <br>\n  <img src=a.png alt=Logo>\n  <br>\n  Tea\n  <br>\n</h1>\n", "Tea", "tea"),
            ("<h1><img src=a.png alt=\"Our logo\"></h1>\n", "Our logo", "our-logo"),
            ("# One<br>two<br/>three\n", "One two three", "onetwothree"),
            ("# a  b\n", "a  b", "a--b"),
        ] {
            let (chapter, _) = chapter(text);
            let heading = &chapter.headings[0];
            assert_eq!((heading.title.as_str(), heading.anchor.as_str()), (title, anchor), "{text:?}");
        }
    }

    #[test]
    fn ids_of_html_headings_are_unique() {
        assert_eq!(diagnostics_of("<h2 id=a>A</h2>\n"), [""; 0]);
        assert_eq!(diagnostics_of("<h2 id=a>A</h2>\n\n<i id=a></i>\n"), ["duplicate-anchor @id=a"]);
    }
}
