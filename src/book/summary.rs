//! The grammar of `SUMMARY.md`: an optional `# Title`, chapters, numbered lists, `# Part`s, `---` separators.
//!
//! In: the file's tree as [`crate::chapter::parse`] gives it. Out: a typed list with spans; other lines are
//! reported as diagnostics with the code `summary`. The grammar is mdBook's (its guide, "SUMMARY.md").

use crate::chapter::{Block, BlockKind, Chapter, Inline, List, ListItem, RawToken, plain_text, spaced_address};
use crate::diagnostic::{Diagnostic, Report, Span, codes};

/// The content of `SUMMARY.md`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Its title, the first heading.
    pub title: Option<String>,
    /// Its lines, in order.
    pub items: Vec<Item>,
}

/// A line at the outermost level.
#[derive(Debug, PartialEq, Eq)]
pub enum Item {
    /// A chapter before or after the numbered ones.
    Affix(Listed),
    /// A numbered chapter with those under it.
    Numbered(Listed),
    /// The title of the part that follows.
    Part(String),
    /// A line between entries.
    Separator,
}

/// A chapter as listed.
#[derive(Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its title as plain text, "" for none.
    pub title: String,
    /// Its file as written, "" for a chapter that is planned.
    pub href: String,
    /// How the line is written.
    pub form: LineForm,
    /// Where it is listed.
    pub span: Span,
    /// The chapters under it.
    pub children: Vec<Listed>,
}

/// How a line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineForm {
    /// As a link.
    Link,
    /// As text without a link.
    Text,
}

/// For which tool a list of chapters is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grammar {
    /// chapbook or mdBook: lines of another form are reported.
    Strict,
    /// Another tool, whose lists may have titles without a link, and text next to links.
    Lenient,
}

const SHAPES: &str = "a line is `[Title](file.md)`, the same in a list, `# Part title` or `---`";

/// Reads the tree of `SUMMARY.md`; `text` is what the tree was made from.
#[must_use]
pub fn read_summary(tree: &Chapter, text: &str, grammar: Grammar, report: &mut Report) -> Summary {
    let mut reader = Reader { tree, text, grammar, report, stage: Stage::Start, summary: Summary::default() };
    for block in &tree.blocks {
        reader.block(block);
    }
    reader.summary
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Start,
    Prefix,
    Numbered,
    Suffix,
}

struct Reader<'a> {
    tree: &'a Chapter,
    text: &'a str,
    grammar: Grammar,
    report: &'a mut Report,
    stage: Stage,
    summary: Summary,
}

impl Reader<'_> {
    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Heading(index) => self.heading(*index, block.span),
            BlockKind::Paragraph(line) if self.is_caption(line) => {
                self.summary.items.push(Item::Part(plain_text(line).trim().to_owned()));
                self.stage = Stage::Numbered;
            }
            BlockKind::Paragraph(line) => self.affixes(line, block.span),
            BlockKind::List(list) => self.numbered(list, block.span),
            BlockKind::Rule | BlockKind::WritingLine => self.separator(),
            BlockKind::Html(tokens) if is_blank(tokens) => {}
            _ => self.refuse(block.span, "this is not understood in `SUMMARY.md`", SHAPES),
        }
    }

    fn heading(&mut self, index: usize, span: Span) {
        let Some(heading) = self.tree.headings.get(index) else { return };
        let title = || heading.title.trim().to_owned();
        match (heading.level, self.stage) {
            (1, Stage::Start) => {
                self.summary.title = Some(title());
                self.stage = Stage::Prefix;
            }
            // `---` right under a link is read as underlining it.
            (2, _) if !self.text.get(span.range()).is_some_and(|text| text.starts_with('#')) => {
                self.affixes(&heading.text, span);
                self.separator();
            }
            (_, Stage::Suffix) if self.grammar == Grammar::Strict => {
                self.refuse(span, "a part after the suffix chapters", LATE);
            }
            // Many books write their parts as second-level headings under the title.
            (_, Stage::Start | Stage::Prefix | Stage::Numbered | Stage::Suffix) => {
                self.summary.items.push(Item::Part(title()));
                self.stage = Stage::Numbered;
            }
        }
    }

    /// Whether a line of another tool's list is a title: it has text and no link.
    fn is_caption(&self, line: &[Inline]) -> bool {
        let has_link = line.iter().any(|inline| matches!(inline, Inline::Link { .. }));
        self.grammar == Grammar::Lenient && !has_link && !plain_text(line).trim().is_empty()
    }

    fn affixes(&mut self, line: &[Inline], span: Span) {
        self.stage = match self.stage {
            Stage::Start | Stage::Prefix => Stage::Prefix,
            Stage::Numbered | Stage::Suffix => Stage::Suffix,
        };
        let links = self.links(line, span);
        self.summary.items.extend(links.into_iter().map(Item::Affix));
    }

    fn numbered(&mut self, list: &List, span: Span) {
        if self.stage == Stage::Suffix {
            self.refuse(span, "numbered chapters after the suffix chapters", LATE);
        }
        self.stage = Stage::Numbered;
        let listed = self.list(list);
        self.summary.items.extend(listed.into_iter().map(Item::Numbered));
    }

    fn separator(&mut self) {
        if self.stage == Stage::Start {
            self.stage = Stage::Prefix;
        }
        self.summary.items.push(Item::Separator);
    }

    fn list(&mut self, list: &List) -> Vec<Listed> {
        list.items.iter().map(|item| self.item(item)).collect()
    }

    fn item(&mut self, item: &ListItem) -> Listed {
        let mut blocks = item.blocks.iter();
        let mut listed = match blocks.next() {
            Some(Block { kind: BlockKind::Paragraph(line), span }) => self.item_line(line, *span),
            _ => self.item_without_link(String::new(), item.span),
        };
        for block in blocks {
            match &block.kind {
                BlockKind::List(list) => listed.children.extend(self.list(list)),
                BlockKind::Html(tokens) if is_blank(tokens) => {}
                _ => self.refuse(block.span, "only lists of chapters are allowed under a chapter", SHAPES),
            }
        }
        listed
    }

    fn item_line(&mut self, line: &[Inline], span: Span) -> Listed {
        let has_link = line.iter().any(|inline| matches!(inline, Inline::Link { .. }));
        if !has_link {
            return self.item_without_link(plain_text(line).trim().to_owned(), span);
        }
        let mut links = self.links(line, span).into_iter();
        let first = links.next();
        if let Some(second) = links.next() {
            self.refuse(second.span, "a second link in one list item", "give each chapter a list item of its own");
        }
        first.unwrap_or_else(|| without_link(String::new(), span))
    }

    fn item_without_link(&mut self, title: String, span: Span) -> Listed {
        if let Some((title, href)) = spaced_link(&title) {
            self.refuse(span, SPACES, &format!("write `[{title}](<{href}>)`"));
            return Listed { href: href.to_owned(), form: LineForm::Link, ..without_link(title.to_owned(), span) };
        }
        let help = "write `[Title](file.md)`, or `[Title]()` for a chapter that is planned";
        if self.grammar == Grammar::Strict {
            self.refuse(span, "a list item without a link", help);
        }
        without_link(title, span)
    }

    /// The links of a line; anything else in it is reported.
    fn links(&mut self, line: &[Inline], span: Span) -> Vec<Listed> {
        if let Some((title, href)) = spaced_link(&plain_text(line)) {
            self.refuse(span, SPACES, &format!("write `[{title}](<{href}>)`"));
        } else if self.grammar == Grammar::Strict && line.iter().any(is_stray) {
            self.refuse(span, "text next to a link is not allowed in `SUMMARY.md`", SHAPES);
        }
        line.iter().filter_map(|inline| self.link(inline)).collect()
    }

    fn link(&self, inline: &Inline) -> Option<Listed> {
        let Inline::Link { link, text, .. } = inline else { return None };
        let link = self.tree.links.get(*link)?;
        let title = plain_text(text).trim().to_owned();
        Some(Listed { title, href: link.href.clone(), form: LineForm::Link, span: link.span, children: Vec::new() })
    }

    fn refuse(&mut self, span: Span, message: &str, help: &str) {
        if self.grammar == Grammar::Lenient {
            return;
        }
        self.report.add(Diagnostic::new(&codes::SUMMARY, message).at(self.tree.place(span)).help(help));
    }
}

fn without_link(title: String, span: Span) -> Listed {
    Listed { title, href: String::new(), form: LineForm::Text, span, children: Vec::new() }
}

const LATE: &str = "move the unnumbered chapters behind the last list";

const SPACES: &str = "this is not a link: its address has spaces";

/// The title and the address of the first `[Title](my file.md)` in a text.
fn spaced_link(text: &str) -> Option<(&str, &str)> {
    let (before, rest) = text.split_once("](")?;
    let (_, title) = before.rsplit_once('[')?;
    Some((title, rest[..spaced_address(rest)?].trim()))
}

fn is_stray(inline: &Inline) -> bool {
    match inline {
        Inline::Link { .. } | Inline::SoftBreak | Inline::HardBreak | Inline::Html(RawToken::Comment(_)) => false,
        Inline::Text(text) | Inline::Html(RawToken::Text(text)) => !text.trim().is_empty(),
        _ => true,
    }
}

fn is_blank(tokens: &[RawToken]) -> bool {
    tokens.iter().all(|token| match token {
        RawToken::Text(text) => text.trim().is_empty(),
        RawToken::Comment(_) => true,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::testing::tree;

    fn lines(items: &[Item]) -> Vec<String> {
        fn line(listed: &Listed) -> String {
            let children: Vec<String> = listed.children.iter().map(line).collect();
            let below = if children.is_empty() { String::new() } else { format!(" {{{}}}", children.join(", ")) };
            format!("{}={}{below}", listed.title, listed.href)
        }
        items
            .iter()
            .map(|item| match item {
                Item::Affix(listed) => line(listed),
                Item::Numbered(listed) => format!("- {}", line(listed)),
                Item::Part(title) => format!("# {title}"),
                Item::Separator => "---".to_owned(),
            })
            .collect()
    }

    #[test]
    fn the_whole_grammar() {
        let text = "\
<!-- order -->
# 目录
[前言](preface.md)
---
- [A](a.md)
  - [B](a/b.md)
    - [C](c.md)
  - [Later]()
# Part two
- [D](<d e.md>)
## Part three
- [E](e.md)
---
[Thanks](thanks.md)
[Site](https://example.org)
";
        let mut report = Report::default();
        let summary = read_summary(&tree(text), text, Grammar::Strict, &mut report);
        assert_eq!(summary.title.as_deref(), Some("目录"));
        let expected = [
            "前言=preface.md",
            "---",
            "- A=a.md {B=a/b.md {C=c.md}, Later=}",
            "# Part two",
            "- D=<d e.md>",
            "# Part three",
            "- E=e.md",
            "---",
            "Thanks=thanks.md",
            "Site=https://example.org",
        ];
        assert_eq!(lines(&summary.items), expected);
        assert!(report.is_empty());
    }

    #[test]
    fn lines_not_understood() {
        for (text, stretch) in [
            ("Some words\n- [A](a.md)\n", "Some words"),
            ("[A](a.md) and more\n", "[A](a.md) and more"),
            ("- [A](a.md)\n- no link\n", "- no link"),
            ("- [A](a.md) [B](b.md)\n", "[B](b.md)"),
            ("- [A](a.md)\n[B](b.md)\n- [C](c.md)\n", "- [C](c.md)"),
            ("- [A](a.md)\n[B](b.md)\n# Part\n", "# Part"),
        ] {
            let mut report = Report::default();
            let _ = read_summary(&tree(text), text, Grammar::Strict, &mut report);
            let reported: Vec<&str> =
                report.iter().map(|diagnostic| &text[diagnostic.at.as_ref().unwrap().span.range()]).collect();
            assert_eq!(reported, [stretch], "{text:?}");
            assert!(report.iter().all(|diagnostic| diagnostic.code == &codes::SUMMARY));
        }
    }

    #[test]
    fn a_rule_right_under_a_link_is_a_separator() {
        // pulldown-cmark reads this as a heading of level 2, underlined.
        let mut tree = tree("## [A](a.md)\n");
        tree.headings[0].span = Span::new(0, 13);
        let mut report = Report::default();
        let summary = read_summary(&tree, "[A](a.md)\n---\n", Grammar::Strict, &mut report);
        assert_eq!(lines(&summary.items), ["A=a.md", "---"]);
        assert!(report.is_empty());
    }
}
