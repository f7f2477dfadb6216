//! Builds the nodes of raw HTML and comments. In: HTML as written. Out: tokens that the safe list allows, with start and
//! end tags balanced inside their container, so that a page is well-formed whatever its author writes.
//!
//! Everything that is left out is reported. An element that HTML does not define (`<T>`) becomes text.

use std::collections::BTreeMap;
use std::ops::Range;

use super::anchor;
use super::comment::{self, Comment};
use super::dialect::{Comments, UnknownElements};
use super::drawing::{Drawing, Progress};
use super::emoji;
use super::frame::{Frame, FrameKind};
use super::gathered::Written;
use super::model::LinkKind;
use super::nodes::{BlockKind, Inline, RawAttribute, RawToken};
use super::raw_html::{self, Piece, Token, TokenAttribute};
use super::safe_list::{self, ElementRule};
use super::tree::Builder;
use crate::config::RawHtml;
use crate::diagnostic::{Diagnostic, codes};
use crate::path::Anchor;

impl Builder<'_, '_> {
    /// Adds a line to the open HTML block.
    pub(super) fn html_line(&mut self, html: &str, range: Range<usize>) {
        if let Some(Frame { kind: FrameKind::Html(piece), .. }) = self.stack.last_mut() {
            piece.push(html, range);
        }
    }

    /// Adds HTML in running text: one tag or one comment.
    pub(super) fn inline_html(&mut self, html: &str, range: Range<usize>, literal: bool) {
        self.ensure_running_text(&range);
        self.flush();
        self.last_text_end = range.end;
        if html.starts_with("<!--") {
            let comment = literal.then(|| comment::read(self.source, range.clone(), self.diagnostics)).flatten();
            if comment.is_none() {
                self.name_blank(range.start, html);
                if let Some(token) = self.published_comment(html) {
                    self.push_inline(Inline::Html(token));
                }
            }
            return self.inline_comment(comment, range);
        }
        let mut piece = Piece::default();
        piece.push(html, range.clone());
        let rest = self.rest_of_drawing(html, range.end);
        let is_removed = rest.is_none();
        if let Some(rest) = rest {
            piece.push(&self.source[rest.clone()], rest);
        }
        for token in self.raw_tokens(&piece) {
            match token {
                RawToken::Text(text) if self.rules.unknown_elements == UnknownElements::Text => self.push_text(&text),
                token => self.push_inline(Inline::Html(token)),
            }
        }
        // The rest of a drawing is skipped with its end tag, which must not be read again.
        if is_removed {
            self.skip_removed(html, &range);
        }
    }

    /// If a drawing begins with a tag in running text that ends at a place, the range of the rest of it, which is then skipped.
    fn rest_of_drawing(&mut self, html: &str, place: usize) -> Option<Range<usize>> {
        if self.rules.raw_html != RawHtml::Safe || tag_name(html) != "svg" || html.ends_with("/>") {
            return None;
        }
        let offset = self.end_tag_behind("svg", place)?;
        let end = self.source[offset..].find('>').map_or(offset, |at| offset + at + 1);
        self.skip_until = end;
        Some(place..end)
    }

    /// Skips the content of `<script>` and the like in running text.
    fn skip_removed(&mut self, html: &str, range: &Range<usize>) {
        let name = tag_name(html);
        if self.rules.raw_html != RawHtml::Safe || safe_list::element_rule(&name) != ElementRule::Remove {
            return;
        }
        if let Some(end) = self.end_tag_behind(&name, range.end) {
            self.skip_until = end;
        }
    }

    /// The offset of an element's end tag behind a place in the same text block.
    fn end_tag_behind(&mut self, name: &str, place: usize) -> Option<usize> {
        // A search without success is not repeated inside the range that it covered: the time would be quadratic.
        if self.unclosed.get(name).is_some_and(|end| place < *end) {
            return None;
        }
        let rest = place..self.text_block_end().max(place);
        let found = end_tag(&self.source[rest.clone()], name);
        if found.is_none() {
            self.unclosed.insert(name.to_owned(), rest.end);
        }
        found.map(|offset| rest.start + offset)
    }

    /// The end of the paragraph, or of the item of a tight list.
    fn text_block_end(&self) -> usize {
        let whole =
            |frame: &&Frame| !frame.kind.is_inline() && !matches!(frame.kind, FrameKind::Paragraph { implicit: true });
        self.stack.iter().rev().find(whole).map_or(0, |frame| frame.range.end)
    }

    /// Closes an HTML block.
    pub(super) fn close_html(&mut self, piece: &Piece, range: Range<usize>) {
        let written = piece.text.trim();
        if written.starts_with("<!--") && written.find("-->") == Some(written.len().saturating_sub("-->".len())) {
            return self.block_comment(piece);
        }
        let mut tokens = self.raw_tokens(piece);
        self.widen_paragraphs(&mut tokens);
        let is_visible = |token: &RawToken| !matches!(token, RawToken::Text(text) if text.trim().is_empty());
        if !tokens.iter().any(is_visible) {
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
        if only_text {
            self.push_block(BlockKind::Paragraph(vec![Inline::Text(text.trim().to_owned())]), range);
        } else {
            self.push_html(tokens, &range);
        }
    }

    fn block_comment(&mut self, piece: &Piece) {
        let source = piece.source();
        let written = &self.source[source.clone()];
        let start = source.start + (written.len() - written.trim_start().len());
        let range = start..source.start + written.trim_end().len();
        match comment::read(self.source, range.clone(), self.diagnostics) {
            Some(Comment::Pause(value)) => self.pause(Written { value, range }),
            Some(Comment::Item(id)) => self.item_id(id, range),
            Some(value) => self.set_pending_comment(Written { value, range }),
            None => {
                if let Some(comment) = self.published_comment(piece.text.trim()) {
                    self.push_block(BlockKind::Html(vec![comment]), range);
                }
            }
        }
    }

    /// A comment to publish; `None` if comments are not published, or if it contains something that ends a comment.
    fn published_comment(&self, written: &str) -> Option<RawToken> {
        if self.rules.raw_html == RawHtml::All {
            return Some(RawToken::Markup(written.to_owned()));
        }
        let comment = written.strip_prefix("<!--").unwrap_or(written);
        let comment = comment.strip_suffix("-->").unwrap_or(comment);
        let ends = ["-->", "--!>"].iter().any(|end| comment.contains(end));
        let is_unsafe = ends || comment.starts_with(['>', '-']) || comment.ends_with(['-', '<', '!']);
        (self.rules.comments == Comments::Keep && !is_unsafe).then(|| RawToken::Comment(comment.to_owned()))
    }

    fn inline_comment(&mut self, comment: Option<Comment>, range: Range<usize>) {
        match comment {
            Some(Comment::Item(id)) => self.item_id(id, range),
            None => {}
            Some(value) => self.report_misplaced(&Written { value, range }),
        }
    }

    fn set_pending_comment(&mut self, comment: Written<Comment>) {
        let before = self.stack.last_mut().and_then(|frame| frame.comment.replace(comment));
        if let Some(before) = before {
            self.report_misplaced(&before);
        }
    }

    /// Notes a pause after a list, which the next list continues. Anywhere else it is not between two items, and is reported.
    fn pause(&mut self, pause: Written<String>) {
        let is_after_list = |frame: &&mut Frame| {
            frame.pause.is_none() && matches!(frame.blocks.last().map(|block| &block.kind), Some(BlockKind::List(_)))
        };
        match self.stack.last_mut().filter(is_after_list) {
            Some(frame) => frame.pause = Some(pause),
            None => self.report_misplaced_pause(pause),
        }
    }

    pub(super) fn report_misplaced_pause(&mut self, Written { value, range }: Written<String>) {
        self.report_misplaced(&Written { value: Comment::Pause(value), range });
    }

    /// Sets the id of the task item that contains the comment. Elsewhere such a comment has no meaning.
    fn item_id(&mut self, id: String, range: Range<usize>) {
        let item = self.stack.iter().rev().find(|frame| matches!(frame.kind, FrameKind::Item(_)));
        if let Some(Frame { kind: FrameKind::Item(Some(_)), range: item, .. }) = item {
            self.gathered.item_ids.insert(item.start, Written { value: id, range });
        }
    }

    /// Reports a comment that is not right before the block it describes.
    pub(super) fn report_misplaced(&mut self, comment: &Written<Comment>) {
        let Some((name, block)) = comment.value.required_block() else { return };
        let message = format!("this `{name}` comment is not right before {block}");
        let help = format!("put the comment on a separate line, right before {block}");
        self.diagnostics.add(comment.range.clone(), Diagnostic::new(&codes::MISPLACED_COMMENT, message).help(help));
    }

    fn raw_tokens(&mut self, piece: &Piece) -> Vec<RawToken> {
        if self.rules.raw_html == RawHtml::All {
            return as_written(&piece.text);
        }
        let mut out = Vec::new();
        let mut removing: Option<String> = None;
        let mut drawing: Option<Drawing> = None;
        for token in raw_html::tokens(&piece.text) {
            if removing.is_none() && self.rules.raw_html == RawHtml::Safe && is_drawing(&token) {
                drawing.get_or_insert_with(|| Drawing::behind(out.len()));
            }
            if let Some(open) = &mut drawing {
                if self.drawing_token(open, token, piece, &mut out) == Progress::Ended {
                    drawing = None;
                }
                continue;
            }
            match &removing {
                Some(name) if matches!(&token, Token::End { name: end, .. } if end == name) => removing = None,
                Some(_) => {}
                None => removing = self.raw_token(token, piece, &mut out),
            }
        }
        if let Some(drawing) = drawing {
            self.drop_drawing(&drawing, &piece.source(), &mut out);
        }
        out
    }

    /// Adds what the rules allow of one token. Returns the name of an element that this token starts and whose content must
    /// be removed.
    fn raw_token(&mut self, token: Token, piece: &Piece, out: &mut Vec<RawToken>) -> Option<String> {
        let escape = self.rules.raw_html == RawHtml::Escape;
        match token {
            Token::Text { range, .. } | Token::Start { range, .. } | Token::End { range, .. } if escape => {
                push_text(out, &piece.text[range]);
            }
            Token::Text { text, .. } if self.rules.foreign && !self.is_raw_code() => {
                push_text(out, &emoji::replaced(&text));
            }
            Token::Text { text, .. } => push_text(out, &text),
            Token::Comment { text, range } => {
                self.report_instruction(&piece.text[range.clone()], piece.source_range(&range));
                out.extend(self.published_comment(&format!("<!--{text}-->")));
            }
            Token::Declaration(range) => {
                self.report_instruction(&piece.text[range.clone()], piece.source_range(&range));
            }
            Token::End { name, range } => match safe_list::element_rule(&name) {
                // Browsers read `</br>` as `<br>`.
                ElementRule::Keep("br") => out.push(RawToken::Open { name: "br", attributes: Vec::new() }),
                ElementRule::Keep(name) => self.close_raw(name, piece.source_range(&range), out),
                ElementRule::Text if self.rules.unknown_elements == UnknownElements::Components => {}
                ElementRule::Text => push_text(out, &piece.text[range]),
                ElementRule::Unwrap | ElementRule::Remove => {
                    self.report_unmatched_end_tag(&name, piece.source_range(&range));
                }
            },
            Token::Start { name, attributes, closed, range } => match safe_list::element_rule(&name) {
                ElementRule::Keep("input") if !is_checkbox(&attributes) => {
                    self.report_removed_element(&name, piece.source_range(&range));
                }
                ElementRule::Keep(name) => self.open_raw(name, &attributes, closed, piece, out),
                ElementRule::Text if name == "iframe" && self.rules.unknown_elements == UnknownElements::Components => {
                    self.frame_link(&attributes, piece, &range, out);
                    return (!closed).then_some(name);
                }
                ElementRule::Text if self.is_component(&name, &attributes, &piece.source_range(&range)) => {}
                ElementRule::Text => {
                    self.report_unknown_element(&piece.text[range.clone()], piece.source_range(&range));
                    push_text(out, &piece.text[range]);
                }
                rule => {
                    self.report_removed_element(&name, piece.source_range(&range));
                    *self.ignored_end_tags.entry(name.clone()).or_default() += usize::from(!closed);
                    return (rule == ElementRule::Remove && !closed).then_some(name);
                }
            },
        }
        None
    }

    /// A link in place of an `iframe`, which would load another page.
    fn frame_link(
        &mut self,
        attributes: &[TokenAttribute],
        piece: &Piece,
        range: &Range<usize>,
        out: &mut Vec<RawToken>,
    ) {
        let named = |wanted: &str| attributes.iter().find(|attribute| attribute.name == wanted);
        let message = "element `<iframe>` loads another page; a link to it is shown in its place";
        let help = "write the link yourself: `[…](…)`";
        let diagnostic = Diagnostic::new(&codes::RAW_HTML, message).help(help);
        self.diagnostics.add(piece.source_range(range), diagnostic);
        *self.ignored_end_tags.entry("iframe".to_owned()).or_default() += 1;
        let Some(source) = named("src").filter(|source| !source.value.is_empty()) else { return };
        let text = named("title").unwrap_or(source).value.clone();
        let link = self.raw_link("href", source.value.clone(), LinkKind::Link, piece.source_range(&source.range));
        out.extend([RawToken::Open { name: "a", attributes: vec![link] }, RawToken::Text(text), RawToken::Close("a")]);
    }

    /// Whether an element of raw HTML that is open makes the text in it code.
    pub(super) fn is_raw_code(&self) -> bool {
        let names = ["code", "pre", "samp", "tt"];
        self.stack.iter().any(|frame| names.iter().any(|name| frame.raw.contains(name)))
    }

    fn open_raw(
        &mut self,
        name: &'static str,
        attributes: &[TokenAttribute],
        closed: bool,
        piece: &Piece,
        out: &mut Vec<RawToken>,
    ) {
        let attributes: Vec<RawAttribute> =
            attributes.iter().filter_map(|attribute| self.raw_attribute(name, attribute, piece)).collect();
        // `<a id=x>` is an anchor, not a link. It is closed at once, so that a missing end tag has no effect.
        let place = name == "a" && !attributes.iter().any(|attribute| matches!(attribute, RawAttribute::Link(..)));
        let empty = closed || place;
        if place && !closed {
            *self.ignored_end_tags.entry(name.to_owned()).or_default() += 1;
        }
        if let Some(frame) = self.stack.last_mut() {
            while let Some(closed) = frame.raw.close_if(|open| safe_list::ends(open, name)) {
                out.push(RawToken::Close(closed));
            }
            if !safe_list::is_void(name) && !empty {
                frame.raw.push(name);
            }
        }
        out.push(RawToken::Open { name, attributes });
        if empty && !safe_list::is_void(name) {
            out.push(RawToken::Close(name));
        }
    }

    /// Closes an element and those open inside it. An end tag that closes nothing is left out.
    fn close_raw(&mut self, name: &'static str, range: Range<usize>, out: &mut Vec<RawToken>) {
        let Some(frame) = self.stack.last_mut() else { return };
        match frame.raw.close(name) {
            Some(closed) => out.extend(closed.into_iter().map(RawToken::Close)),
            None => self.report_unmatched_end_tag(name, range),
        }
    }

    /// Reports an end tag without a start tag, unless the start tag was left out.
    fn report_unmatched_end_tag(&mut self, name: &str, range: Range<usize>) {
        if let Some(count) = self.ignored_end_tags.get_mut(name).filter(|count| **count > 0) {
            *count -= 1;
            return;
        }
        let diagnostic =
            Diagnostic::new(&codes::RAW_HTML, format!("end tag `</{name}>` has no start tag and is left out"));
        self.diagnostics
            .add(range, diagnostic.help(format!("write `<{name}>` before it, in the same block, or delete it")));
    }

    /// Reports markup that is not a comment but that browsers do not show: `<!DOCTYPE …>`, `<?…?>`, `<![CDATA[…]]>`.
    fn report_instruction(&mut self, written: &str, range: Range<usize>) {
        if !written.starts_with("<!--") {
            let markup: String = written.chars().take_while(|c| !c.is_whitespace()).take(12).collect();
            let diagnostic =
                Diagnostic::new(&codes::RAW_HTML, format!("`{markup}` is not allowed in pages and is left out"));
            self.diagnostics.add(range, diagnostic.help("put it between backticks to show it as text"));
        }
    }

    /// Makes `<p>` elements that are open at the end of their HTML block `<div>`s: blocks follow, which `<p>` cannot contain.
    fn widen_paragraphs(&mut self, tokens: &mut [RawToken]) {
        let Some(frame) = self.stack.last_mut() else { return };
        let mut open = frame.raw.iter_mut();
        let mut closed: usize = 0;
        for token in tokens.iter_mut().rev() {
            match token {
                RawToken::Close(_) => closed += 1,
                RawToken::Open { name, .. } if safe_list::is_void(name) => {}
                RawToken::Open { .. } if closed > 0 => closed -= 1,
                RawToken::Open { name, .. } => {
                    if let Some(element) = open.next().filter(|_| *name == "p") {
                        (*name, element.name) = ("div", "div");
                    }
                }
                RawToken::Text(_) | RawToken::Comment(_) | RawToken::Markup(_) => {}
            }
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
            self.report_removed_attribute(element, &attribute.name, range);
            return None;
        };
        let value = attribute.value.clone();
        match name {
            "href" => Some(self.raw_link(name, value, LinkKind::Link, range)),
            "src" if element != "img" => Some(self.raw_link(name, value, LinkKind::Media, range)),
            "src" | "poster" => Some(self.raw_link(name, value, LinkKind::Image, range)),
            "id" | "name" => {
                let Some(id) = Anchor::written(&value) else {
                    self.report_removed_attribute(element, name, range);
                    return None;
                };
                let own = anchor::is_reserved(&id);
                self.raw_id(id, range);
                (!own).then_some(RawAttribute::Plain(name, value))
            }
            "class" => Some(RawAttribute::Plain(name, self.without_theme_classes(element, &value, range))),
            _ => Some(RawAttribute::Plain(name, value)),
        }
    }

    /// Removes the classes of the theme: with them, content could cover the page or imitate parts of it.
    pub(super) fn without_theme_classes(&mut self, element: &str, classes: &str, range: Range<usize>) -> String {
        let (own, others): (Vec<&str>, Vec<&str>) =
            classes.split_whitespace().partition(|class| safe_list::is_theme_class(class));
        if let Some(class) = own.first() {
            let diagnostic = Diagnostic::new(&codes::RAW_HTML, format!("class `{class}` of `<{element}>` is left out"));
            self.diagnostics.add(
                range,
                diagnostic.help("classes that begin with `cb-` are reserved for the theme: choose another name"),
            );
        }
        if own.is_empty() { classes.to_owned() } else { others.join(" ") }
    }

    pub(super) fn report_removed_attribute(&mut self, element: &str, name: &str, range: Range<usize>) {
        let help = match name {
            "id" | "name" => "an id must not be empty or contain spaces",
            "style" => "delete it: your own styles go into a file named under `[theme]`",
            _ if safe_list::runs(name) => "delete it: pages run no scripts from their text",
            _ if safe_list::is_set_by_renderer(name) => return,
            _ => "delete it: it has no effect here",
        };
        let message = format!("attribute `{name}` of `<{element}>` is left out");
        self.diagnostics.add(range, Diagnostic::new(&codes::RAW_HTML, message).help(help));
    }

    fn raw_link(&mut self, name: &'static str, href: String, kind: LinkKind, range: Range<usize>) -> RawAttribute {
        let value = self.source[range.clone()].find(&href).filter(|_| !href.is_empty());
        let range = value.map_or(range.clone(), |offset| range.start + offset..range.start + offset + href.len());
        RawAttribute::Link(name, self.add_link(href, kind, range))
    }

    /// Adds an id. `<a id="x" name="x">` counts as one id.
    pub(super) fn raw_id(&mut self, id: Anchor, range: Range<usize>) {
        let tag_start = |at: usize| self.source[..at].rfind('<');
        let is_repeated = self.gathered.ids.last().is_some_and(|last| {
            last.value == id && last.range.end <= range.start && tag_start(last.range.start) == tag_start(range.start)
        });
        if !is_repeated {
            self.gathered.ids.push(Written { value: id, range });
        }
    }

    /// Whether an unknown element is a component of another tool: it has attributes, or an end tag follows.
    fn is_component(&mut self, name: &str, attributes: &[TokenAttribute], range: &Range<usize>) -> bool {
        if self.rules.unknown_elements != UnknownElements::Components || !attributes.is_empty() {
            return self.rules.unknown_elements == UnknownElements::Components;
        }
        let source = self.source;
        let last = self.last_end_tags.get_or_insert_with(|| last_end_tags(source)).get(name).copied();
        last.is_some_and(|last| last >= range.end)
    }

    fn report_unknown_element(&mut self, tag: &str, range: Range<usize>) {
        let name = tag.split_whitespace().next().unwrap_or_default().trim_end_matches('>');
        let why = if name.eq_ignore_ascii_case("<iframe") { "loads another page" } else { "is not HTML" };
        let diagnostic = Diagnostic::new(&codes::RAW_HTML, format!("`{name}>` {why} and is shown as text"));
        self.diagnostics.add(range, diagnostic.help("put it between backticks to show it as text"));
    }

    fn report_removed_element(&mut self, name: &str, range: Range<usize>) {
        let (content, also) = match safe_list::element_rule(name) {
            ElementRule::Remove => (" and its content are", ""),
            ElementRule::Keep(_) => (" is", ""),
            ElementRule::Unwrap | ElementRule::Text => (" is", ", its content is kept"),
        };
        let diagnostic = Diagnostic::new(&codes::RAW_HTML, format!("element `<{name}>`{content} left out{also}"));
        self.diagnostics.add(range, diagnostic.help("write it in Markdown, or as code to show it as text"));
    }
}

/// The name of the element of a tag, lower case; "" for an end tag.
fn tag_name(html: &str) -> String {
    let name = html.trim_start_matches('<').split(|c: char| !c.is_ascii_alphanumeric()).next();
    name.unwrap_or_default().to_ascii_lowercase()
}

/// Whether a drawing begins with a token.
fn is_drawing(token: &Token) -> bool {
    matches!(token, Token::Start { name, .. } if name == "svg")
}

/// Whether an `input` is a checkbox, the only kind that is allowed.
fn is_checkbox(attributes: &[TokenAttribute]) -> bool {
    attributes.iter().any(|attribute| attribute.name == "type" && attribute.value.eq_ignore_ascii_case("checkbox"))
}

/// The offset of the last end tag of each element, by its name in lower case.
fn last_end_tags(text: &str) -> BTreeMap<String, usize> {
    let end_tag = |(offset, _): (usize, &str)| {
        let name =
            text[offset + "</".len()..].split(|c: char| c.is_whitespace() || matches!(c, '/' | '>' | '<')).next()?;
        Some((name.to_ascii_lowercase(), offset))
    };
    text.match_indices("</").filter_map(end_tag).collect()
}

/// The offset of an element's end tag.
fn end_tag(text: &str, name: &str) -> Option<usize> {
    let tags = text.match_indices("</").map(|(offset, _)| offset);
    let named = |offset: &usize| {
        let start = offset + "</".len();
        text.as_bytes().get(start..start + name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name.as_bytes()))
    };
    tags.into_iter().find(named)
}

/// Balances running text that was split: removes end tags without a start tag and closes elements that are open.
pub(super) fn balanced(mut inlines: Vec<Inline>) -> Vec<Inline> {
    let mut open: Vec<&'static str> = Vec::new();
    inlines.retain(|inline| match inline {
        Inline::Html(RawToken::Open { name, .. }) if !safe_list::is_void(name) => {
            open.push(name);
            true
        }
        Inline::Html(RawToken::Close(name)) => open.pop_if(|last| last == name).is_some(),
        _ => true,
    });
    inlines.extend(open.into_iter().rev().map(|name| Inline::Html(RawToken::Close(name))));
    inlines
}

/// The tokens of trusted HTML: its markup as written, and its text separately, so that search finds it.
fn as_written(html: &str) -> Vec<RawToken> {
    let mut out = Vec::new();
    let mut verbatim: Option<String> = None;
    let mut at = 0;
    for token in raw_html::tokens(html) {
        match token {
            Token::Start { name, closed: false, .. } if safe_list::has_raw_text(&name) => verbatim = Some(name),
            Token::End { name, .. } if verbatim.as_ref() == Some(&name) => verbatim = None,
            Token::Text { text, range } if verbatim.is_none() => {
                push_markup(&mut out, &html[at..range.start]);
                push_text(&mut out, &text);
                at = range.end;
            }
            _ => {}
        }
    }
    push_markup(&mut out, &html[at..]);
    out
}

/// The tags and the text of trusted HTML that the safe list allows, for exports in formats other than HTML. Destinations
/// of links are plain values, not indices.
#[must_use]
pub fn markup_tokens(html: &str) -> Vec<RawToken> {
    let mut out = Vec::new();
    let mut removing: Option<String> = None;
    for token in raw_html::tokens(html) {
        match (token, &removing) {
            (Token::End { name, .. }, Some(removed)) if name == *removed => removing = None,
            (Token::Start { name, attributes, closed, .. }, None) => match safe_list::element_rule(&name) {
                ElementRule::Keep(name) => out.push(RawToken::Open { name, attributes: plain(name, attributes) }),
                ElementRule::Remove if !closed => removing = Some(name),
                ElementRule::Remove | ElementRule::Unwrap | ElementRule::Text => {}
            },
            (Token::End { name, .. }, None) => {
                if let ElementRule::Keep(name) = safe_list::element_rule(&name) {
                    out.push(RawToken::Close(name));
                }
            }
            (Token::Text { text, .. }, None) => push_text(&mut out, &text),
            (Token::Comment { .. } | Token::Declaration(_), None) | (_, Some(_)) => {}
        }
    }
    out
}

/// The allowed attributes of an element.
fn plain(element: &str, attributes: Vec<TokenAttribute>) -> Vec<RawAttribute> {
    let allowed = |it: TokenAttribute| Some(RawAttribute::Plain(safe_list::attribute(&it.name, element)?, it.value));
    attributes.into_iter().filter_map(allowed).collect()
}

fn push_markup(out: &mut Vec<RawToken>, html: &str) {
    if !html.is_empty() {
        out.push(RawToken::Markup(html.to_owned()));
    }
}

fn push_text(out: &mut Vec<RawToken>, text: &str) {
    match out.last_mut() {
        Some(RawToken::Text(before)) => before.push_str(text),
        _ if text.is_empty() => {}
        _ => out.push(RawToken::Text(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chapter::parse::parse;
    use crate::chapter::test_dump::{diagnostics_of, dump, dump_chapter, source, with};

    #[test]
    fn safe_html_stays() {
        for (text, expected) in [
            (
                "<details>\n<summary>a</summary>\n\n**b**\n\n</details>\n",
                "html <details>⏎<summary>a</summary>⏎\np b(b)\nhtml </details>⏎",
            ),
            ("a<br>b <sub class=x style=y>2</sub>", "p a<br>b <sub class=x>2</sub>"),
            ("<div><p>a<p>b\n\n> c</div>\n", "html <div><p>a</p><div>b⏎\nquote\n  p c\nhtml </div></div>"),
            ("a <b>b *c</b> d*", "p a <b>b em(c d)</b>"),
            ("use Vec<T> and <version>", "p use Vec<T> and <version>"),
            ("<T>\nx\n</T>\n", "p <T>⏎x⏎</T>".replace('⏎', "\n").leak()),
            ("a <script>b *c* </script> d", "p a  d"),
            ("a <script> b", "p a  b"),
            ("<script>\na\n\nb</script>c\n\nd\n", "p c\np d"),
            (
                "<img src=a.png onerror=x> <a name=n href=\"b.md#c\">d</a>",
                "p <img src=<a.png>@9> <a href=<b.md#c>@42 name=n>d</a>",
            ),
            ("<p align=center>\n\na\n\n</p>\n\nb\n", "html <div align=center>⏎\np a\nhtml </div>⏎\np b"),
            ("<a name=n>\n\n<a href=b>https://c.d</a>\n", "html <a name=n></a>⏎\np <a href=<b>@20>https://c.d</a>"),
            ("<center>a</center>\n", "html <center>a</center>⏎"),
            ("a <!-- b --> c <i/>d", "p a  c <i></i>d"),
            ("<p class=\"a cb-dialog CB-x b\">c</p>\n", "html <p class=a b>c</p>⏎"),
            ("<!-- a\n\nb -->\nc\n", "p c"),
            ("> <div\n> class=x>\n> a\n> </div>\n", "quote\n  html <div class=x>⏎a⏎</div>⏎"),
        ] {
            assert_eq!(dump(text).trim_end(), expected, "{text:?}");
        }
    }

    #[test]
    fn videos_audio_and_svg_are_kept() {
        for (text, expected) in [
            (
                "<video poster=p.png src=v.mp4 controls onplay=x>a <source src=w.webm type=video/webm></video>",
                "p <video controls= poster=<p.png>@14 src=<v.mp4>@24>a <source src=<w.webm>@62 type=video/webm></video>",
            ),
            ("![a *b*](c.MP4#t=3)\n", "figure a b  <c.MP4#t=3>@9"),
            ("a ![b](c.ogg)\n", "p a img(b <c.ogg>@7)"),
            (
                "<svg viewBox=\"0 0 1 1\" xmlns=x><G FILL=url(#a) style=x><use xlink:href=#b /></G>x</svg> y",
                "p <svg viewBox=0 0 1 1><g fill=url(#a)><use href=#b></use></g></svg> y",
            ),
            (
                "<svg>\n<text>a *b* <b>c</b> &lt;</text><script>d</script>\n<title><g>e</g>f</title>\n</svg>\n",
                "html <svg><text>a *b*  <</text><title><g>e</g>f</title></svg>⏎",
            ),
            ("a <svg><image href=//b.c/d /><set/><animate/><a href=x><circle/></a></svg>", "p a <svg></svg>"),
            ("a <svg><g><circle></svg> b", "p a <svg><g><circle></circle></g></svg> b"),
            ("a <svg> b\n\nc\n", "p a  b\np c"),
            ("> <svg\n> width=1><path/></svg>\n", "quote\n  p <svg width=1><path></path></svg>"),
        ] {
            assert_eq!(dump(text).trim_end(), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_left_out_is_reported() {
        for (text, expected) in [
            ("<T> a <T>", &["raw-html @<T>", "raw-html @<T>"][..]),
            ("<form>a</form>", &["raw-html @<form>"]),
            ("a <b onclick=x style=y data-z>b</b>", &["raw-html @data-z", "raw-html @onclick=x", "raw-html @style=y"]),
            ("a <a href=\"https://b.c\" target=_blank rel=opener>d</a>", &[]),
            ("a</b> <a name=n></a><i>b</i></i>", &["raw-html @</b>", "raw-html @</i>"]),
            ("<div>\n\n- </div>\n", &["raw-html @</div>"]),
            ("<form>\na</form></form>\n", &["raw-html @<form>", "raw-html @</form>"]),
            ("a <script>b</script> c", &["raw-html @<script>"]),
            ("<script>\na\n\n</script>b\n", &["raw-html @<script>"]),
            ("a <input type=text> <input type=checkbox checked>", &["raw-html @<input type=text>"]),
            ("a <?php b ?> <![CDATA[c]]> <!-- d -->", &["raw-html @<?php b ?>", "raw-html @<![CDATA[c]]>"]),
            ("<!DOCTYPE html>\n", &["raw-html @<!DOCTYPE html>", "empty-chapter @"]),
            ("<p id=\"a b\">c</p>\n", &["raw-html @id=\"a b\""]),
            ("<a id=x name=x></a><a id=x></a>", &["duplicate-anchor @id=x"]),
            ("<a id=cb-main></a>", &["duplicate-anchor @id=cb-main"]),
            ("<p class=\"a cb-dialog b\">c</p>\n", &["raw-html @class=\"a cb-dialog b\""]),
        ] {
            assert_eq!(diagnostics_of(text), expected, "{text:?}");
        }
    }

    #[test]
    fn trusted_html_stays_as_it_is() {
        let all = with(|markdown| markdown.raw_html = RawHtml::All);
        for (text, expected) in [
            ("a <b onclick=x>c</i> <!-- d --> &amp;", "p a <b onclick=x>c</i> <!-- d --> &"),
            (
                "<div style=x>\n<script>if (a < b) {}</script>\n&lt;</p>\n",
                "html <div style=x>⏎<script>if (a < b) {}</script>⏎<</p>⏎",
            ),
            ("<!-- note -->\n", "html <!-- note -->"),
            ("<!-- checklist: id=a -->\n- [ ] b\n", "list\n  item\n"),
        ] {
            let (chapter, report) = parse(&source(text), &all);
            assert!(report.is_empty(), "{text:?}");
            assert!(
                dump_chapter(&chapter).starts_with(expected) || text.contains("checklist"),
                "{text:?}: {}",
                dump_chapter(&chapter)
            );
        }
    }

    #[test]
    fn escaped_html_is_text() {
        let escape = with(|markdown| markdown.raw_html = RawHtml::Escape);
        for (text, expected) in [
            ("a <b>c</b> <!-- d --> &amp;", "p a <b>c</b>  &"),
            ("<div>\n<script>a</script>\n<!-- b --></div>\n", "p <div>\n<script>a</script>\n</div>"),
        ] {
            assert_eq!(dump_chapter(&parse(&source(text), &escape).0).trim_end(), expected, "{text:?}");
        }
    }
}
