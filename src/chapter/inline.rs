//! Builds running text: the content of paragraphs, headings and table cells.

use std::ops::Range;

use pulldown_cmark::LinkType;

use super::admonish::capitalized;
use super::alert::{self, Fold, Opening};
use super::autolink;
use super::blank;
use super::block::{footnote_key, trim_inlines};
use super::dialect::Alerts;
use super::frame::{Alert, Frame, FrameKind, MAX_INLINE_FRAMES};
use super::han::is_wide;
use super::html::balanced;
use super::math::{Tex, latex};
use super::model::{Link, LinkKind};
use super::nodes::{Blank, BlockKind, Image, Inline};
use super::plain_text::plain_text;
use super::prepare::{Mark, MarkKind};
use super::tree::Builder;
use crate::diagnostic::{Diagnostic, Span, codes, nearest};
use crate::formula::Display;
use crate::path::media_kind;

impl Builder<'_, '_> {
    /// Adds text of the parser; `literal` says whether it equals the source, so that it can contain marks.
    pub(super) fn text(&mut self, text: &str, range: Range<usize>, literal: bool) {
        match self.stack.last_mut().map(|frame| &mut frame.kind) {
            Some(FrameKind::Code { text: code, .. }) => return code.push_str(text),
            Some(FrameKind::Html(piece)) => return piece.push(text, range),
            _ => {}
        }
        if range.is_empty() {
            return;
        }
        self.ensure_running_text(&range);
        self.last_text_end = range.end;
        if literal {
            return self.literal(range);
        }
        self.flush();
        let shown = self.typographic(text, &range);
        self.push_text(&shown);
    }

    /// Adds an inline node other than text.
    pub(super) fn inline(&mut self, inline: Inline, range: &Range<usize>) {
        self.ensure_running_text(range);
        self.flush();
        self.last_text_end = range.end;
        self.push_inline(inline);
    }

    /// Opens an inline container such as emphasis.
    pub(super) fn open_inline(&mut self, kind: FrameKind, range: Range<usize>) {
        if self.stack.len() >= MAX_INLINE_FRAMES {
            return self.open_nothing();
        }
        self.ensure_running_text(&range);
        self.flush();
        self.open(kind, range);
    }

    pub(super) fn open_link(&mut self, link_type: LinkType, href: &str, title: &str, range: Range<usize>) {
        // The text of an image becomes its alternative text, which cannot contain links.
        if self.stack.len() >= MAX_INLINE_FRAMES || self.is_inside_image() {
            return self.open_nothing();
        }
        let href = if link_type == LinkType::Email { format!("mailto:{href}") } else { href.to_owned() };
        let link = self.add_link(href, LinkKind::Link, range.clone());
        self.open_inline(FrameKind::Link { link, title: title.to_owned() }, range);
    }

    pub(super) fn open_image(&mut self, href: &str, title: &str, range: Range<usize>) {
        if self.stack.len() >= MAX_INLINE_FRAMES || self.is_inside_image() {
            return self.open_nothing();
        }
        let kind = if media_kind(href).is_some() { LinkKind::Media } else { LinkKind::Image };
        let link = self.add_link(href.to_owned(), kind, range.clone());
        self.open_inline(FrameKind::Image { link, title: title.to_owned() }, range);
    }

    /// Adds a link to the chapter's list and returns its index.
    pub(super) fn add_link(&mut self, href: String, kind: LinkKind, range: Range<usize>) -> usize {
        self.gathered.links.push(Link { href, kind, span: Span::from(range) });
        self.gathered.links.len() - 1
    }

    pub(super) fn close_link(&mut self, link: usize, title: String, text: Vec<Inline>, range: Range<usize>) {
        self.set_destination_span(link, range);
        self.push_inline(Inline::Link { link, title, text });
    }

    pub(super) fn close_image(&mut self, link: usize, title: String, text: &[Inline], range: Range<usize>) {
        self.set_destination_span(link, range);
        self.push_inline(Inline::Image(Image {
            link,
            alt: plain_text(text),
            title,
            width: None,
            height: None,
            align: None,
        }));
    }

    /// Closes an inline container; an empty one is dropped.
    pub(super) fn wrap(&mut self, inner: Vec<Inline>, wrap: impl Fn(Vec<Inline>) -> Inline) {
        if !inner.is_empty() {
            self.push_inline(wrap(inner));
        }
    }

    pub(super) fn footnote_reference(&mut self, label: &str, range: &Range<usize>) {
        if self.is_inside_image() {
            return;
        }
        let key = footnote_key(label);
        let known = self.gathered.labels.iter().position(|known| *known == key);
        let note = known.unwrap_or_else(|| {
            self.gathered.labels.push(key);
            self.gathered.labels.len() - 1
        });
        self.inline(Inline::FootnoteRef { note, use_count: 0 }, range);
    }

    /// Closes a paragraph. One that is a single image with a title, display formula or blank becomes another kind of block.
    pub(super) fn close_paragraph(&mut self, implicit: bool, inlines: Vec<Inline>, mut range: Range<usize>) {
        if implicit {
            range.end = self.last_text_end.max(range.start);
        }
        let inlines = match self.stack.last() {
            Some(Frame { kind: FrameKind::Quote(None), blocks, .. }) if blocks.is_empty() => {
                self.take_alert(inlines, &range)
            }
            _ => inlines,
        };
        let mut inlines = trim_inlines(inlines);
        if let Some(Frame { kind: FrameKind::Title, inlines: title, .. }) = self.stack.last_mut() {
            return title.append(&mut inlines);
        }
        if inlines.is_empty() {
            return;
        }
        self.note_paragraph(implicit);
        let kind = self.paragraph_kind(inlines);
        self.push_block(kind, range);
    }

    /// A paragraph with an event of the parser makes the list around it loose.
    fn note_paragraph(&mut self, implicit: bool) {
        let height = self.stack.len();
        if let [.., Frame { kind: FrameKind::List { tight, .. }, .. }, Frame { kind: FrameKind::Item(_), .. }] =
            &mut self.stack[..height]
        {
            *tight &= implicit;
        }
    }

    fn paragraph_kind(&self, mut inlines: Vec<Inline>) -> BlockKind {
        if let [single] = &mut inlines[..] {
            match single {
                Inline::Image(image) if self.has_caption(image) => return BlockKind::Figure(image.clone()),
                Inline::DisplayMath(tex) => return BlockKind::Math(std::mem::take(tex)),
                Inline::Blank(Blank { width: 4.., name: None }) if !self.is_checkbox_label() => {
                    return BlockKind::WritingLine;
                }
                _ => {}
            }
        }
        BlockKind::Paragraph(inlines)
    }

    /// Whether an image that is alone in its paragraph has a caption: its title, or the text of a film.
    fn has_caption(&self, image: &Image) -> bool {
        let is_media = || self.gathered.links.get(image.link).is_some_and(|link| link.kind == LinkKind::Media);
        !image.title.is_empty() || (!image.alt.is_empty() && is_media())
    }

    /// Whether the next block is the label of a checkbox; then it stays a paragraph.
    pub(super) fn is_checkbox_label(&self) -> bool {
        let innermost = self.stack.last();
        innermost.is_some_and(|frame| matches!(frame.kind, FrameKind::Item(Some(_))) && frame.blocks.is_empty())
    }

    /// Removes `[!NOTE] Title` from the first paragraph of a quotation and makes the quotation an alert.
    fn take_alert(&mut self, mut inlines: Vec<Inline>, range: &Range<usize>) -> Vec<Inline> {
        let source = self.source;
        let Some(opening) = alert::read(&source[range.clone()], self.rules.alerts) else { return inlines };
        let Some(Inline::Text(text)) = inlines.first_mut().filter(|first| is_longer(first, opening.length)) else {
            return inlines;
        };
        *text = text[opening.length..].trim_start().to_owned();
        let line_end = inlines.iter().position(|inline| matches!(inline, Inline::SoftBreak | Inline::HardBreak));
        let rest = line_end.map(|at| inlines.split_off(at).split_off(1)).unwrap_or_default();
        inlines.retain(|inline| *inline != Inline::Text(String::new()));
        let title = trim_inlines(balanced(inlines));
        if !opening.known {
            self.report_unknown_box(opening.written, "in a note", range.start..range.start + opening.length);
        }
        if let Some(Frame { kind: FrameKind::Quote(found), .. }) = self.stack.last_mut() {
            *found = Some(alert_of(&opening, title, self.rules.alerts));
        }
        balanced(rest)
    }

    /// Opens an implicit paragraph unless running text is already open: in a tight list the parser has no events for paragraphs.
    pub(super) fn ensure_running_text(&mut self, range: &Range<usize>) {
        if !self.stack.last().is_some_and(|frame| frame.kind.is_running_text()) {
            let frame = Frame::new(FrameKind::Paragraph { implicit: true }, range.clone());
            self.stack.push(frame);
        }
    }

    fn literal(&mut self, range: Range<usize>) {
        if let Some(Frame { literal: Some(before), .. }) = self.stack.last_mut()
            && before.end == range.start
        {
            before.end = range.end;
            return;
        }
        self.flush();
        if let Some(frame) = self.stack.last_mut() {
            frame.literal = Some(range);
        }
    }

    /// Adds the pending text of the innermost container, with the marks in it turned into nodes.
    pub(super) fn flush(&mut self) {
        let Some(range) = self.stack.last_mut().and_then(|frame| frame.literal.take()) else { return };
        let mut next = self.marks.partition_point(|mark| mark.range.start < range.start);
        let mut at = range.start;
        while let Some(mark) = self.marks.get(next).filter(|mark| mark.range.end <= range.end).cloned() {
            next += 1;
            self.plain(at..mark.range.start);
            at = mark.range.end;
            self.mark(mark);
        }
        self.plain(at..range.end);
    }

    fn plain(&mut self, range: Range<usize>) {
        let source = self.source;
        let mut at = range.start;
        if self.rules.marks && source[range.clone()].contains("__") {
            for run in blank::find_short(source, &range) {
                self.push_text(&source[at..run.range.start]);
                self.push_blank(run.width);
                at = run.range.end;
            }
        }
        self.push_text(&source[at..range.end]);
    }

    fn mark(&mut self, mark: Mark) {
        let source = self.source;
        let written = &source[mark.range.clone()];
        match mark.kind {
            MarkKind::Blank(width) => self.push_blank(width),
            MarkKind::Formula(tex) => self.formula(&tex),
            MarkKind::Attributes(owner) => self.attribute_list(mark.range, owner),
            MarkKind::Emoji(_) if self.is_raw_code() => self.push_text(written),
            MarkKind::Emoji(sign) => {
                self.push_inline(Inline::Emoji { sign: sign.to_owned(), code: written.to_owned() });
            }
            MarkKind::Variable(name) => self.variable(&source[name.clone()], name, (mark.range, written)),
            MarkKind::Address if self.is_inside_link() || self.is_inside_image() => self.push_text(written),
            MarkKind::Address => {
                let link = self.add_link(autolink::href(written), LinkKind::Link, mark.range);
                let text = vec![Inline::Text(written.to_owned())];
                self.push_inline(Inline::Link { link, title: String::new(), text });
            }
        }
    }

    fn formula(&mut self, tex: &Tex) {
        let written = &self.source[tex.range.clone()];
        let is_cell = self.stack.iter().any(|frame| matches!(frame.kind, FrameKind::Cell));
        // In a cell, a backslash before a bar belongs to the table.
        let latex =
            if is_cell { latex(&written.replace("\\|", "|"), tex.escapes) } else { latex(written, tex.escapes) };
        self.push_inline(match tex.display {
            Display::Inline => Inline::Math(latex),
            Display::Block => Inline::DisplayMath(latex),
        });
    }

    fn push_blank(&mut self, width: u32) {
        self.push_inline(Inline::Blank(Blank { width, name: None }));
    }

    /// Names the blank that ends right before an offset, if there is one.
    pub(super) fn name_blank(&mut self, at: usize, name: &str) {
        let ends_here = self.source[..at].ends_with(['_', '＿']);
        let last = self.stack.last_mut().and_then(|frame| frame.inlines.last_mut());
        if let Some(Inline::Blank(blank)) = last.filter(|_| ends_here) {
            blank.name = blank::name(name);
        }
    }

    fn variable(&mut self, name: &str, range: Range<usize>, (whole, written): (Range<usize>, &str)) {
        let variables = &self.options.variables;
        if let Some(value) = variables.get(name) {
            self.gathered.variables.push((Span::from(whole), value.clone()));
            return self.push_text(value);
        }
        let help = match nearest(name, variables.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("define it in `chapbook.toml`: `[variables]`, `{name} = \"…\"`"),
        };
        let diagnostic = Diagnostic::new(&codes::UNKNOWN_VARIABLE, format!("variable `{name}` is not defined"));
        self.diagnostics.add(range, diagnostic.help(help));
        self.push_text(written);
    }

    /// Typographic punctuation, or the punctuation as written if it is next to a wide character.
    fn typographic<'t>(&self, text: &'t str, range: &Range<usize>) -> std::borrow::Cow<'t, str> {
        let written = &self.source[range.clone()];
        let before = self.source[..range.start].chars().next_back();
        let after = self.source[range.end..].chars().next();
        let next_to_wide = before.is_some_and(is_wide) || after.is_some_and(is_wide);
        if next_to_wide && written.starts_with(['"', '\'', '-', '.']) { written.to_owned().into() } else { text.into() }
    }

    /// Appends text to the innermost container.
    pub(super) fn push_text(&mut self, text: &str) {
        let Some(frame) = self.stack.last_mut().filter(|_| !text.is_empty()) else { return };
        match frame.inlines.last_mut() {
            Some(Inline::Text(before)) => before.push_str(text),
            _ => frame.inlines.push(Inline::Text(text.to_owned())),
        }
    }

    /// Appends an inline node to the innermost container.
    pub(super) fn push_inline(&mut self, inline: Inline) {
        if let Some(frame) = self.stack.last_mut() {
            frame.inlines.push(inline);
        }
    }

    fn is_inside_image(&self) -> bool {
        self.inline_frames().any(|kind| matches!(kind, FrameKind::Image { .. }))
    }

    fn is_inside_link(&self) -> bool {
        let raw = |frame: &Frame| frame.raw.contains("a");
        self.stack.iter().any(raw) || self.inline_frames().any(|kind| matches!(kind, FrameKind::Link { .. }))
    }

    fn inline_frames(&self) -> impl Iterator<Item = &FrameKind> {
        self.stack.iter().rev().map(|frame| &frame.kind).take_while(|kind| kind.is_inline())
    }

    /// Sets the span of a link to its destination, if that is written after its text.
    fn set_destination_span(&mut self, link: usize, range: Range<usize>) {
        let text_end = self.last_text_end.clamp(range.start, range.end);
        let found = self.gathered.links.get_mut(link);
        if let Some(found) = found
            && let Some(place) = destination(self.source, text_end..range.end, &found.href)
        {
            found.span = Span::from(place);
        }
    }
}

/// The alert with its title. A name that is not known is its title.
fn alert_of(opening: &Opening<'_>, mut title: Vec<Inline>, alerts: Alerts) -> Alert {
    let folds = opening.fold.is_some();
    if title.is_empty() {
        match opening.directive {
            // `[!CAUTION]` becomes the directive `danger`, but mdBook titles it "Caution".
            "danger" if alerts == Alerts::Bare => title.push(Inline::Text("Caution".to_owned())),
            _ if !opening.known || (folds && opening.kind.is_none()) => {
                title.push(Inline::Text(capitalized(opening.written)));
            }
            _ => {}
        }
    }
    let name = if folds { "details" } else { opening.directive };
    Alert { name, kind: opening.kind, open: opening.fold == Some(Fold::Open), title }
}

fn is_longer(inline: &Inline, length: usize) -> bool {
    matches!(inline, Inline::Text(text) if text.is_char_boundary(length) && text.len() >= length)
}

/// The range of the destination in what follows a link's text: `](dest "title")` or, for `<dest>`, `dest>`.
fn destination(source: &str, rest: Range<usize>, href: &str) -> Option<Range<usize>> {
    let written = &source[rest.clone()];
    let Some(after) = written.strip_prefix("](") else {
        let bare = source[..rest.end].strip_suffix('>')?.strip_suffix(href.strip_prefix("mailto:").unwrap_or(href))?;
        return bare.ends_with('<').then(|| bare.len()..rest.end - 1);
    };
    let inside = after.trim_start();
    let start = rest.end - inside.len();
    let (start, length) = match inside.strip_prefix('<') {
        Some(inside) => (start + 1, inside.find('>')?),
        None if !href.is_empty() && inside.starts_with(href) => (start, href.len()),
        None => (start, inside.find(char::is_whitespace).unwrap_or(inside.len() - 1)),
    };
    (length > 0).then(|| start..start + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chapter::parse::parse;
    use crate::chapter::test_dump::{diagnostics_of, dump, dump_chapter, source, with};

    #[test]
    fn destinations() {
        for (text, rest, href, expected) in [
            ("[a](b.md)", 2, "b.md", Some("b.md")),
            ("[a]( b.md \"t\")", 2, "b.md", Some("b.md")),
            ("[a](<b c.md>)", 2, "b c.md", Some("b c.md")),
            (r"[a](b\_c.md)", 2, "b_c.md", Some(r"b\_c.md")),
            ("[a][b]", 2, "c.md", None),
            ("<https://a.b>", 12, "https://a.b", Some("https://a.b")),
            ("<a@b.c>", 6, "mailto:a@b.c", Some("a@b.c")),
            ("[a]()", 2, "", None),
        ] {
            let found = destination(text, rest..text.len(), href).map(|range| &text[range]);
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn running_text() {
        for (text, expected) in [
            ("**重要：**内容**「引」**后", "p b(重要：)内容b(「引」)后"),
            ("汉字\n汉字\nlatin\n汉字", "p 汉字汉字~latin~汉字"),
            ("> 汉字，\n> **汉**\n> 字  \n> 末", "quote\n  p 汉字，b(汉)字\\末"),
            (
                "见 https://a.example/x_y_z。和 [www.b.example](c)",
                "p 见 a(<https://a.example/x_y_z>@4 https://a.example/x_y_z)。和 a(<c>@50 www.b.example)",
            ),
            ("`https://a.example` ![https://b.example](c)", "p `https://a.example` img(https://b.example <c>@41)"),
            ("**____** [____] __ 月 a__b __c__", "p b(blank(4)) [blank(4)] blank(2) 月 a__b b(c)"),
            ("每月 ____<!-- 金额 --> 元 ____ <!-- a remark -->", "p 每月 blank(4 金额) 元 blank(4)"),
            (
                "{{ book.bank }} `{{ book.bank }}` {{ x }} [{{book.version}}](u)",
                "p 招商银行 `{{ book.bank }}` {{ x }} a(<u>@61 1.2)",
            ),
            ("价 $5 和 $6，$x_1$", "p 价 $5 和 $6，math(x_1)"),
            ("a\\*b &amp; ~~c~~ [^x]", "p a*b & del(c) [^x]"),
            ("[a ![b](e)](f \"t\") ![b [c](d)](e)", "p a(<f>@12t a img(b <e>@8)) img(b c <e>@31)"),
            ("<https://a.b> <a@b.c>", "p a(<https://a.b>@1 https://a.b) a(<mailto:a@b.c>@15 a@b.c)"),
        ] {
            assert_eq!(dump(text).trim_end(), expected, "{text:?}");
        }
    }

    #[test]
    fn punctuation_next_to_han_stays_straight() {
        let smart = with(|markdown| markdown.smart_punctuation = true);
        let text = "\"a\" -- it's... 他说\"好\"--走...";
        let (chapter, _) = parse(&source(text), &smart);
        assert_eq!(dump_chapter(&chapter), "p “a” – it’s… 他说\"好\"--走...\n");
    }

    #[test]
    fn unknown_variables_are_reported() {
        assert_eq!(diagnostics_of("# {{ book.bnak }}\n"), ["unknown-variable @bnak"]);
        assert_eq!(dump("{{ book.bnak }}"), "p {{ book.bnak }}\n");
    }
}
