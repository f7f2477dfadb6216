//! Builds directives (`:::name Title`) and GitHub alerts (`> [!NOTE]`).

use std::ops::Range;

use super::admonish::{self, capitalized};
use super::admonish_fence::closing_fence;
use super::attributes::{self, Attribute};
use super::dialect::DirectiveSyntax;
use super::fence::{Fence, FenceKind};
use super::frame::{Alert, Frame, FrameKind, MAX_FRAMES, OpenDirective};
use super::gathered::Written;
use super::nodes::{Block, BlockKind, Directive, Inline};
use super::tree::Builder;
use crate::diagnostic::{Diagnostic, codes, nearest};
use crate::path::Anchor;
use crate::theme::{BoxKind, DIRECTIVES, box_kind, directive};

/// A directive's name, the kind of box that it is written as, and the title of one without a title.
type ForeignBox = (&'static str, Option<&'static BoxKind>, Option<String>);

/// Containers of other tools that lay out their content and are no boxes.
const LAYOUTS: [&str; 7] = ["columns", "column", "row", "center", "raw", "v-pre", "container"];

/// The tab that a code block in a group of code blocks is; other blocks stay as they are.
fn tab_of_code(block: Block) -> Block {
    let BlockKind::Code(mut code) = block.kind else { return block };
    let title = code.title.take().unwrap_or_else(|| code.language.clone());
    let body = vec![Block { kind: BlockKind::Code(code), span: block.span }];
    let title = vec![Inline::Text(title)];
    let tab = Directive { name: "tab", title, kind: None, id: None, open: false, body };
    Block { kind: BlockKind::Directive(tab), span: block.span }
}

impl Builder<'_, '_> {
    /// Opens or closes a directive.
    pub(super) fn fence(&mut self, fence: Fence) {
        match fence.kind {
            FenceKind::Open { name, attributes, title } => {
                let directive = self.read_opening(name, attributes, title, &fence.range);
                let directive = directive.filter(|_| self.stack.len() < MAX_FRAMES);
                let range = fence.range.clone();
                let open = OpenDirective { colons: fence.colons, fence: fence.range, directive };
                self.stack.push(Frame::new(FrameKind::Directive(open), range));
            }
            FenceKind::Admonish(info) => {
                let directive = Some(admonish::read(self, info)).filter(|_| self.stack.len() < MAX_FRAMES);
                let open = OpenDirective { colons: fence.colons, fence: fence.range.clone(), directive };
                self.stack.push(Frame::new(FrameKind::Directive(open), fence.range));
            }
            FenceKind::Close => self.close_fence(fence.colons, &fence.range),
        }
    }

    fn read_opening(
        &mut self,
        name: Range<usize>,
        attributes: Option<Range<usize>>,
        title: Range<usize>,
        line: &Range<usize>,
    ) -> Option<Directive> {
        let (name, kind, shown) = match self.rules.directives {
            DirectiveSyntax::ForeignColons => self.foreign_name(name, line)?,
            _ => (self.known_name(name, line)?, None, None),
        };
        let mut directive = Directive { name, title: Vec::new(), kind, id: None, open: false, body: Vec::new() };
        for attribute in attributes.map(|range| attributes::read(self.source, &range)).unwrap_or_default() {
            self.read_attribute(&attribute, &mut directive);
        }
        if directive.title.is_empty() {
            directive.title = self.line(title);
        }
        if let Some(shown) = shown.filter(|_| directive.title.is_empty()) {
            directive.title.push(Inline::Text(shown));
        }
        Some(directive)
    }

    /// The directive that a box of another tool becomes, its kind, and its title if it has none; `None` if its content is
    /// shown without a box.
    fn foreign_name(&mut self, range: Range<usize>, line: &Range<usize>) -> Option<ForeignBox> {
        let written = &self.source[range.clone()];
        if directive(written).is_some() {
            return self.known_name(range, line).map(|name| (name, None, None));
        }
        if let Some(kind) = box_kind(written) {
            return Some((kind.directive, Some(kind), None));
        }
        match written {
            "code-group" => return Some(("tabs", None, None)),
            "code-group-item" if self.is_inside_tabs() => return Some(("tab", None, None)),
            _ => {}
        }
        let is_layout = written.is_empty() || LAYOUTS.iter().any(|name| name.eq_ignore_ascii_case(written));
        let place = if range.is_empty() { line.clone() } else { range };
        self.report_unknown_box(written, if is_layout { "without a box" } else { "in a note" }, place);
        (!is_layout).then(|| ("note", None, Some(capitalized(written))))
    }

    /// Reports a kind of box that chapbook does not have, once in a chapter.
    pub(super) fn report_unknown_box(&mut self, written: &str, shown: &str, place: Range<usize>) {
        if !self.unknown_boxes.insert(written.to_lowercase()) {
            return;
        }
        let names = DIRECTIVES.iter().map(|directive| directive.name).collect::<Vec<_>>().join("`, `");
        let message = if written.is_empty() {
            format!("this box has no name; its text is shown {shown}")
        } else {
            format!("there is no box `{written}`; its text is shown {shown}")
        };
        let diagnostic = Diagnostic::new(&codes::UNKNOWN_DIRECTIVE, message);
        self.diagnostics.add(place, diagnostic.help(format!("the directives are `{names}`")));
    }

    fn known_name(&mut self, range: Range<usize>, line: &Range<usize>) -> Option<&'static str> {
        let written = &self.source[range.clone()];
        let place = if range.is_empty() { line.clone() } else { range };
        let Some(found) = directive(written) else {
            self.report_unknown_directive(written, place);
            return None;
        };
        if found.name == "tab" && !self.is_inside_tabs() {
            let diagnostic = Diagnostic::new(&codes::UNKNOWN_DIRECTIVE, "`tab` is outside `tabs`");
            self.diagnostics
                .add(place, diagnostic.help("put a line `::::tabs` before the first tab and `::::` after the last"));
            return None;
        }
        Some(found.name)
    }

    fn report_unknown_directive(&mut self, written: &str, place: Range<usize>) {
        let names = || DIRECTIVES.iter().map(|directive| directive.name);
        let message = if written.is_empty() {
            "this directive has no name".to_owned()
        } else {
            format!("unknown directive `{written}`")
        };
        let near = nearest(written, names()).or_else(|| box_kind(written).map(|kind| kind.directive));
        let help = match near.filter(|_| !written.is_empty()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the directives are `{}`", names().collect::<Vec<_>>().join("`, `")),
        };
        self.diagnostics.add(place, Diagnostic::new(&codes::UNKNOWN_DIRECTIVE, message).help(help));
    }

    fn is_inside_tabs(&self) -> bool {
        match self.stack.last().map(|frame| &frame.kind) {
            Some(FrameKind::Directive(open)) => {
                open.directive.as_ref().is_some_and(|directive| directive.name == "tabs")
            }
            _ => false,
        }
    }

    fn read_attribute(&mut self, attribute: &Attribute<'_>, directive: &mut Directive) {
        let id = attribute.key.strip_prefix('#').and_then(Anchor::written);
        match (id, attribute.key, attribute.value) {
            (Some(id), _, None) => {
                self.gathered.ids.push(Written { value: id.clone(), range: attribute.range.clone() });
                directive.id = Some(id);
            }
            (None, "open", None) => directive.open = true,
            (None, "title", Some(title)) if self.rules.foreign => {
                directive.title = vec![Inline::Text(title.to_owned())];
            }
            // Classes and the like are for the style sheets of the other tool.
            _ if self.rules.foreign => {}
            _ => {
                let message = format!("unknown attribute `{}`", &self.source[attribute.range.clone()]);
                let diagnostic = Diagnostic::new(&codes::BAD_ATTRIBUTE, message);
                self.diagnostics
                    .add(attribute.range.clone(), diagnostic.help("a directive may have `{#id}`, `{open}` or both"));
            }
        }
    }

    fn close_fence(&mut self, colons: usize, line: &Range<usize>) {
        let directives = self.stack.iter().rev().map_while(|frame| match &frame.kind {
            FrameKind::Directive(open) => Some(open),
            _ => None,
        });
        // Deeper ones are no directives: the search is bounded, so that lines that close nothing take linear time.
        let mut open = directives.map(|open| open.colons).take(MAX_FRAMES).peekable();
        let innermost = open.peek().copied();
        let Some(inner) = open.position(|count| count == colons) else {
            return self.report_unmatched_fence(innermost, line);
        };
        for _ in 0..inner {
            self.close();
        }
        if let Some(frame) = self.stack.last_mut() {
            frame.range.end = line.end;
            if let FrameKind::Directive(open) = &mut frame.kind {
                // It is closed, so it is not reported as unclosed.
                open.colons = 0;
            }
        }
        self.close();
    }

    fn report_unmatched_fence(&mut self, open: Option<usize>, line: &Range<usize>) {
        let help = match open {
            Some(colons) => format!("close the open directive with a line `{}`", closing_fence(colons)),
            None => "delete the line, or open a directive before it: `:::note`".to_owned(),
        };
        let diagnostic = Diagnostic::new(&codes::UNCLOSED_DIRECTIVE, "this line closes a directive, and none is open");
        self.diagnostics.add(line.clone(), diagnostic.help(help));
    }

    /// Adds a directive to its parent and reports it if it has no closing fence.
    pub(super) fn close_directive(&mut self, open: OpenDirective, body: Vec<Block>, range: Range<usize>) {
        if open.colons > 0 {
            let diagnostic = Diagnostic::new(&codes::UNCLOSED_DIRECTIVE, "this directive is never closed");
            let help = format!("put a line `{}` where it ends, indented as this one", closing_fence(open.colons));
            self.diagnostics.add(open.fence, diagnostic.help(help));
        }
        match open.directive {
            Some(directive) if directive.name == "tabs" && self.rules.foreign => {
                let body = body.into_iter().map(tab_of_code).collect();
                self.push_block(BlockKind::Directive(Directive { body, ..directive }), range);
            }
            Some(directive) => self.push_block(BlockKind::Directive(Directive { body, ..directive }), range),
            None => body.into_iter().for_each(|block| self.push_block(block.kind, block.span.range())),
        }
    }

    /// Adds an alert to its parent.
    pub(super) fn close_alert(&mut self, alert: Alert, body: Vec<Block>, range: Range<usize>) {
        let Alert { name, kind, open, title } = alert;
        self.push_block(BlockKind::Directive(Directive { name, title, kind, id: None, open, body }), range);
    }
}

#[cfg(test)]
mod tests {
    use crate::chapter::test_dump::{diagnostics_of, dump};

    #[test]
    fn directives() {
        for (text, expected) in [
            (":::note 标题 **粗** {{ book.bank }}\na\n:::\nb\n", "note 标题 b(粗) 招商银行\n  p a\np b"),
            ("- :::tip\n  a\n\n  b\n  :::\n- c\n", "list None\n-\n  tip\n    p a\n    p b\n-\n  p c"),
            ("> :::warning - x\n> a\n> :::\n", "quote\n  warning - x\n    p a"),
            ("::::tabs\n:::tab A\na\n:::\n:::tab B\n:::\n::::\n", "tabs\n  tab A\n    p a\n  tab B"),
            (":::note\n:::tip\na\n:::\nb\n:::\n", "note\n  tip\n    p a\n  p b"),
            (":::details{#x open} T\n:::\n", "details #x open T"),
            (
                "    :::note\n\n```\n:::\n```\n",
                "code CodeBlock { language: \"\", title: None, marked: [], numbered_from: None, classes: [], hidden: [], text: \":::note\\n\" }\ncode CodeBlock { language: \"\", title: None, marked: [], numbered_from: None, classes: [], hidden: [], text: \":::\\n\" }",
            ),
            ("a\n:::note\nb\n:::\n: c\n", "p a\nnote\n  p b\np : c"),
            (":::nte\na\n:::\n", "p a"),
            (
                ":::note\n| a |\n|---|\n:::\n:::tip\n[^1]: b\n:::\n[^1]\n",
                "note\n  table [None] None None\n    a\ntip\np fn(0.1)\n[^1] x1\n  p b",
            ),
            (
                "> [!note] *T* x\n> a\n\n> [!CAUTION]\n>\n> b\n\n> [!X]\n",
                "note em(T) x\n  p a\ndanger\n  p b\nquote\n  p [!X]",
            ),
            ("> [!TIP] 题\n> 文\n", "tip 题\n  p 文"),
        ] {
            assert_eq!(dump(text).trim_end(), expected, "{text:?}");
        }
    }

    #[test]
    fn mistakes_in_directives() {
        for (text, expected) in [
            ("::: nte\na\n:::\n", &["unknown-directive @nte"][..]),
            ("::: {.x}\na\n:::\n", &["unknown-directive @::: {.x}"]),
            (":::tab A\na\n:::\n", &["unknown-directive @tab"]),
            (":::note T\na\n", &["unclosed-directive @:::note T"]),
            ("- :::note\n  a\n\nb\n\n:::\n", &["unclosed-directive @:::note", "unclosed-directive @:::"]),
            ("::::note\n:::\n::::\n", &["unclosed-directive @:::"]),
            ("::::note\n:::tip\n::::\n", &["unclosed-directive @:::tip"]),
            (":::note{close #a #a}\n:::\n", &["bad-attribute @close", "duplicate-anchor @#a"]),
        ] {
            assert_eq!(diagnostics_of(text), expected, "{text:?}");
        }
    }
}
