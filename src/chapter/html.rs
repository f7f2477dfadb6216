//! Raw HTML in the tree: held against the safe list, balanced inside the container it stands in.
//!
//! Nothing an author wrote is lost without a word: an element that HTML does not know (`<T>`) is text.

use std::ops::Range;

use super::comment::{self, Comment};
use super::model::{BlockKind, Inline, LinkKind, RawAttribute, RawToken};
use super::raw_html::{self, Piece, Token, TokenAttribute};
use super::safe_list::{self, Fate};
use super::tree::{Builder, Frame, FrameKind, Written};
use crate::config::RawHtml;
use crate::diagnostic::{Diagnostic, codes};
use crate::path::Anchor;

impl Builder<'_, '_> {
    /// A line of an HTML block.
    pub(super) fn html_line(&mut self, html: &str, range: Range<usize>) {
        if let Some(Frame { kind: FrameKind::Html(piece), .. }) = self.stack.last_mut() {
            piece.push(html, range);
        }
    }

    /// HTML in running text: one tag or one comment.
    pub(super) fn inline_html(&mut self, html: &str, range: Range<usize>, literal: bool) {
        self.enter_running_text(&range);
        self.flush();
        self.reached = range.end;
        if html.starts_with("<!--") {
            let comment = literal.then(|| comment::read(self.source, range.clone(), self.findings)).flatten();
            return self.inline_comment(comment, range);
        }
        let mut piece = Piece::default();
        piece.push(html, range.clone());
        for token in self.raw_tokens(&piece) {
            match token {
                RawToken::Text(text) => self.push_text(&text),
                token => self.push_inline(Inline::Html(token)),
            }
        }
        self.mute_removed(html, &range);
    }

    /// Leaves out what stands between `<script>` and `</script>` in running text.
    fn mute_removed(&mut self, html: &str, range: &Range<usize>) {
        let name = html.strip_prefix('<').map(|rest| rest.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()));
        let name = name.and_then(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric()).next()).unwrap_or_default();
        let name = name.to_ascii_lowercase();
        if self.options.raw_html == RawHtml::Escape || safe_list::fate(&name) != Fate::Remove {
            return;
        }
        let whole =
            |frame: &&Frame| !frame.kind.is_inline() && !matches!(frame.kind, FrameKind::Paragraph { implicit: true });
        let end = self.stack.iter().rev().find(whole).map_or(range.end, |frame| frame.range.end.max(range.end));
        let paragraph = &self.source[range.end..end];
        let paragraph = paragraph.split("\n\n").next().unwrap_or_default().to_ascii_lowercase();
        if let Some(offset) = paragraph.find(&format!("</{name}")) {
            self.muted = range.end + offset;
        }
    }

    /// Closes an HTML block.
    pub(super) fn close_html(&mut self, piece: &Piece, range: Range<usize>) {
        let written = piece.text.trim();
        if written.starts_with("<!--") && written.find("-->") == Some(written.len().saturating_sub("-->".len())) {
            return self.block_comment(piece);
        }
        let tokens = self.raw_tokens(piece);
        let says_something = |token: &RawToken| !matches!(token, RawToken::Text(text) if text.trim().is_empty());
        if !tokens.iter().any(says_something) {
            return;
        }
        let mut text = String::new();
        let only_text = tokens.iter().all(|token| match token {
            RawToken::Text(part) => {
                text.push_str(part);
                true
            }
            _ => false,
        });
        let kind = if only_text {
            BlockKind::Paragraph(vec![Inline::Text(text.trim().to_owned())])
        } else {
            BlockKind::Html(tokens)
        };
        self.push_block(kind, range);
    }

    fn block_comment(&mut self, piece: &Piece) {
        let source = piece.source();
        let written = &self.source[source.clone()];
        let start = source.start + (written.len() - written.trim_start().len());
        let range = start..source.start + written.trim_end().len();
        match comment::read(self.source, range.clone(), self.findings) {
            Some(Comment::Pause) => self.pause(),
            Some(Comment::Item(id)) => self.item_id(id, range),
            Some(what) => self.await_block(Written { what, range }),
            None => {}
        }
    }

    fn inline_comment(&mut self, comment: Option<Comment>, range: Range<usize>) {
        match comment {
            Some(Comment::Item(id)) => self.item_id(id, range),
            Some(Comment::Pause) | None => {}
            Some(what) => self.misplaced(&Written { what, range }),
        }
    }

    fn await_block(&mut self, comment: Written<Comment>) {
        let before = self.stack.last_mut().and_then(|frame| frame.comment.replace(comment));
        if let Some(before) = before {
            self.misplaced(&before);
        }
    }

    fn pause(&mut self) {
        if let Some(frame) = self.stack.last_mut() {
            frame.paused = matches!(frame.blocks.last().map(|block| &block.kind), Some(BlockKind::List(_)));
        }
    }

    /// Gives an id to the item the comment stands in; elsewhere such a comment says nothing.
    fn item_id(&mut self, id: String, range: Range<usize>) {
        let item = self.stack.iter_mut().rev().find(|frame| matches!(frame.kind, FrameKind::Item(_)));
        if let Some(Frame { kind: FrameKind::Item(Some(task)), range: item, .. }) = item {
            task.id.clone_from(&id);
            self.gathered.item_ids.insert(item.start, Written { what: id, range });
        }
    }

    /// Reports a comment that does not stand before what it speaks of.
    pub(super) fn misplaced(&mut self, comment: &Written<Comment>) {
        let Some((name, wanted)) = comment.what.wants() else { return };
        let message = format!("this `{name}` comment does not stand before {wanted}");
        let help = format!("put the comment on a line of its own, right before {wanted}");
        self.findings.add(comment.range.clone(), Diagnostic::new(&codes::MISPLACED_COMMENT, message).help(help));
    }

    fn raw_tokens(&mut self, piece: &Piece) -> Vec<RawToken> {
        let mut out = Vec::new();
        let mut removing: Option<String> = None;
        for token in raw_html::tokens(&piece.text) {
            match &removing {
                Some(name) if matches!(&token, Token::End { name: end, .. } if end == name) => removing = None,
                Some(_) => {}
                None => removing = self.raw_token(token, piece, &mut out),
            }
        }
        out
    }

    /// Judges one token. Returns the element whose content must go, if this is its start.
    fn raw_token(&mut self, token: Token, piece: &Piece, out: &mut Vec<RawToken>) -> Option<String> {
        let escape = self.options.raw_html == RawHtml::Escape;
        match token {
            Token::Text { range, .. } | Token::Start { range, .. } | Token::End { range, .. } if escape => {
                push_text(out, &piece.text[range]);
            }
            Token::Text { text, .. } => push_text(out, &text),
            Token::Comment => {}
            Token::End { name, range } => match safe_list::fate(&name) {
                Fate::Keep(name) => self.close_raw(name, out),
                Fate::Text => push_text(out, &piece.text[range]),
                Fate::Unwrap | Fate::Remove => {}
            },
            Token::Start { name, attributes, closed, range } => match safe_list::fate(&name) {
                Fate::Keep(kept) => self.open_raw(kept, &attributes, closed, piece, out),
                Fate::Text => {
                    self.not_an_element(&piece.text[range.clone()], piece.source_range(&range));
                    push_text(out, &piece.text[range]);
                }
                fate => {
                    self.left_out(&name, piece.source_range(&range));
                    return (fate == Fate::Remove && !closed).then_some(name);
                }
            },
        }
        None
    }

    fn open_raw(
        &mut self,
        name: &'static str,
        attributes: &[TokenAttribute],
        closed: bool,
        piece: &Piece,
        out: &mut Vec<RawToken>,
    ) {
        let attributes = attributes.iter().filter_map(|attribute| self.raw_attribute(name, attribute, piece)).collect();
        if let Some(frame) = self.stack.last_mut() {
            while let Some(open) = frame.raw.pop_if(|open| safe_list::ends(open, name)) {
                out.push(RawToken::Close(open));
            }
            if !safe_list::is_void(name) && !closed {
                frame.raw.push(name);
            }
        }
        out.push(RawToken::Open { name, attributes });
        if closed && !safe_list::is_void(name) {
            out.push(RawToken::Close(name));
        }
    }

    /// Closes an element, and those opened in it; an end tag that closes nothing here is left out.
    fn close_raw(&mut self, name: &'static str, out: &mut Vec<RawToken>) {
        let Some(frame) = self.stack.last_mut() else { return };
        if let Some(index) = frame.raw.iter().rposition(|open| *open == name) {
            out.extend(frame.raw.drain(index..).rev().map(RawToken::Close));
        }
    }

    fn raw_attribute(
        &mut self,
        element: &'static str,
        attribute: &TokenAttribute,
        piece: &Piece,
    ) -> Option<RawAttribute> {
        let range = piece.source_range(&attribute.range);
        let Some(name) = safe_list::attribute(&attribute.name, element) else {
            if safe_list::is_harmful(&attribute.name) {
                let message = format!("attribute `{}` of `<{element}>` is left out", attribute.name);
                let finding =
                    Diagnostic::new(&codes::RAW_HTML, message).help("take it out: pages run no scripts of their text");
                self.findings.add(range, finding);
            }
            return None;
        };
        let value = attribute.value.clone();
        match name {
            "href" => Some(self.raw_link(name, value, LinkKind::Link, range)),
            "src" => Some(self.raw_link(name, value, LinkKind::Image, range)),
            "id" | "name" => {
                let what = Anchor::written(&value)?;
                self.raw_id(what, range);
                Some(RawAttribute::Plain(name, value))
            }
            _ => Some(RawAttribute::Plain(name, value)),
        }
    }

    fn raw_link(&mut self, name: &'static str, href: String, kind: LinkKind, range: Range<usize>) -> RawAttribute {
        let value = self.source[range.clone()].find(&href).filter(|_| !href.is_empty());
        let range = value.map_or(range.clone(), |offset| range.start + offset..range.start + offset + href.len());
        RawAttribute::Link(name, self.add_link(href, kind, range))
    }

    /// Notes an id; `<a id="x" name="x">` has one.
    fn raw_id(&mut self, what: Anchor, range: Range<usize>) {
        let tag_start = |at: usize| self.source[..at].rfind('<');
        let twin = self.gathered.ids.last().is_some_and(|last| {
            last.what == what && last.range.end <= range.start && tag_start(last.range.start) == tag_start(range.start)
        });
        if !twin {
            self.gathered.ids.push(Written { what, range });
        }
    }

    fn not_an_element(&mut self, tag: &str, range: Range<usize>) {
        let tag = tag.lines().next().unwrap_or_default();
        let finding = Diagnostic::new(&codes::RAW_HTML, format!("`{tag}` is not HTML and is shown as text"));
        self.findings.add(range, finding.help(format!("write it as code: `` `{tag}` ``")));
    }

    fn left_out(&mut self, name: &str, range: Range<usize>) {
        let what = if safe_list::fate(name) == Fate::Remove { "with what is in it" } else { "and its content kept" };
        let finding = Diagnostic::new(&codes::RAW_HTML, format!("element `<{name}>` is left out {what}"));
        self.findings.add(range, finding.help("write it in Markdown, or as code if it is to be read"));
    }
}

fn push_text(out: &mut Vec<RawToken>, text: &str) {
    match out.last_mut() {
        Some(RawToken::Text(before)) => before.push_str(text),
        _ if text.is_empty() => {}
        _ => out.push(RawToken::Text(text.to_owned())),
    }
}
