//! Finds formulas in running text: `$x$` and `$$x$$`, with the rules of Pandoc that exclude prices, and for books of
//! MathJax `\\(x\\)`, `\\[x\\]` and environments.
//!
//! An opening `$` is not followed by white space; a closing one is not preceded by white space and not followed by a
//! digit; a formula that begins with a digit contains no Han character (`$5 和 $6，$x^2$` has one formula). In folders of
//! other tools neither is next to a letter: `$HOME/$USER` is text there.

use std::collections::BTreeSet;
use std::ops::Range;

use super::dialect::{DialectRules, Dollars};
use super::han::is_wide;
use crate::formula::Display;

/// A formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Formula {
    /// Its range with the delimiters.
    pub(super) range: Range<usize>,
    /// Its LaTeX.
    pub(super) tex: Tex,
}

/// Where the LaTeX of a formula is, and how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tex {
    /// Its range, without delimiters.
    pub(super) range: Range<usize>,
    /// Whether it is a formula on lines of its own.
    pub(super) display: Display,
    /// What its backslashes mean.
    pub(super) escapes: Escapes,
}

/// What backslashes in a formula mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    /// They are those of LaTeX.
    Latex,
    /// Those before punctuation are Markdown's, and the rest is LaTeX, as where MathJax reads the finished page.
    Markdown,
}

/// Environments that are formulas without other delimiters.
const ENVIRONMENTS: &[&str] = &[
    "align",
    "align*",
    "alignat",
    "alignat*",
    "aligned",
    "eqnarray",
    "eqnarray*",
    "equation",
    "equation*",
    "gather",
    "gather*",
    "multline",
    "multline*",
];

/// Finds the formulas in a range of running text.
pub(super) fn find(text: &str, range: &Range<usize>, rules: &DialectRules) -> Vec<Formula> {
    let mut finder = Finder { text, range: range.clone(), rules, missing: BTreeSet::new() };
    let mut found = Vec::new();
    let mut at = range.start;
    while let Some(open) = text[at..range.end].find(['$', '\\']).map(|offset| at + offset) {
        let (formula, skipped) = finder.at(open);
        at = formula.as_ref().map_or(skipped.min(range.end), |formula| formula.range.end);
        found.extend(formula);
    }
    found
}

/// The formula that code between two dollar signs is on GitHub and GitLab: `` $`x`$ ``.
pub(super) fn of_code(text: &str, code: &Range<usize>, within: &Range<usize>) -> Option<Formula> {
    let range = code.start.checked_sub(1)?..code.end + 1;
    let is_inside = within.start <= range.start && range.end <= within.end;
    let has_dollars = is_inside && text[..code.start].ends_with('$') && text[code.end..].starts_with('$');
    let ticks = text[code.clone()].bytes().take_while(|byte| *byte == b'`').count();
    let tex = code.start + ticks..code.end.checked_sub(ticks)?;
    let tex = Tex { range: tex, display: Display::Inline, escapes: Escapes::Latex };
    (has_dollars && !super::blank::is_escaped(text, range.start)).then_some(Formula { range, tex })
}

struct Finder<'a> {
    text: &'a str,
    range: Range<usize>,
    rules: &'a DialectRules,
    /// Closing delimiters that are not in the rest of the range.
    missing: BTreeSet<String>,
}

impl Finder<'_> {
    /// The formula that begins at a dollar sign or backslash, and the offset at which to go on if there is none.
    fn at(&mut self, open: usize) -> (Option<Formula>, usize) {
        let rest = &self.text[open..self.range.end];
        let brackets = self.rules.tex_brackets;
        if rest.starts_with("$$") && (brackets || self.rules.dollars != Dollars::Text) {
            let escapes = if self.rules.dollars == Dollars::Text { Escapes::Markdown } else { Escapes::Latex };
            return (self.delimited(open, "$$", "$$", (Display::Block, escapes)), open + 2);
        }
        if rest.starts_with('$') {
            let formula = if self.rules.dollars == Dollars::Text { None } else { self.inline(open) };
            return (formula, open + 1);
        }
        for (begin, end, display) in [(r"\\(", r"\\)", Display::Inline), (r"\\[", r"\\]", Display::Block)] {
            if brackets && rest.starts_with(begin) {
                return (self.delimited(open, begin, end, (display, Escapes::Markdown)), open + begin.len());
            }
        }
        let environment = if brackets { self.environment(open) } else { None };
        (environment, open + 1 + rest[1..].chars().next().map_or(0, char::len_utf8))
    }

    fn delimited(&mut self, at: usize, open: &str, close: &str, how: (Display, Escapes)) -> Option<Formula> {
        let start = at + open.len();
        let length = self.find(start, close)?;
        let blank = self.text[start..start + length].trim().is_empty();
        let tex = Tex { range: start..start + length, display: how.0, escapes: how.1 };
        (!blank).then(|| Formula { range: at..start + length + close.len(), tex })
    }

    fn environment(&mut self, at: usize) -> Option<Formula> {
        let rest = self.text[at..self.range.end].strip_prefix(r"\begin{")?;
        let is_named = |name: &&&str| rest.strip_prefix(**name).is_some_and(|after| after.starts_with('}'));
        let name = ENVIRONMENTS.iter().find(is_named)?;
        let close = format!(r"\end{{{name}}}");
        let range = at..at + self.find(at, &close)? + close.len();
        Some(Formula { tex: Tex { range: range.clone(), display: Display::Block, escapes: Escapes::Markdown }, range })
    }

    /// The offset of a delimiter after the start. One that was not found once is not searched again.
    fn find(&mut self, start: usize, close: &str) -> Option<usize> {
        if self.missing.contains(close) {
            return None;
        }
        let found = self.text[start..self.range.end].find(close);
        if found.is_none() {
            self.missing.insert(close.to_owned());
        }
        found
    }

    fn inline(&self, open: usize) -> Option<Formula> {
        let start = open + 1;
        let close = self.dollar(start)?;
        let tex = &self.text[start..close];
        let after = &self.text[close + 1..self.range.end];
        let edges = [tex.chars().next()?, tex.chars().next_back()?];
        let price = edges[0].is_ascii_digit() && tex.contains(is_wide);
        let digit = after.starts_with(|c: char| c.is_ascii_digit());
        let apart = self.rules.dollars != Dollars::Apart || (is_apart(&self.text[..open]) && ends_apart(after));
        let good = !edges.iter().any(|c| c.is_whitespace()) && !digit && !price && apart;
        let tex = Tex { range: start..close, display: Display::Inline, escapes: Escapes::Latex };
        good.then(|| Formula { range: open..close + 1, tex })
    }

    /// The offset of the next dollar sign that no backslash escapes.
    fn dollar(&self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            let found = at + self.text[at..self.range.end].find(['$', '\\'])?;
            if self.text[found..].starts_with('$') {
                return Some(found);
            }
            at = found + 1 + self.text[found + 1..self.range.end].chars().next()?.len_utf8();
        }
    }
}

/// Whether a formula may begin after a text: not after a letter, a digit or another dollar sign.
fn is_apart(before: &str) -> bool {
    !before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '$')
}

/// Whether a formula may end before a text: `$n$th` may, `$HOME/$USER` and `${A}/${B}` may not.
fn ends_apart(after: &str) -> bool {
    let word = after.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let begins = after.starts_with(['{', '(', '$', '_']);
    !begins && matches!(word, "" | "th" | "st" | "nd" | "rd" | "s")
}

/// The LaTeX of a formula: its lines without the markers of containers, and without the escapes of Markdown if it has them.
pub(super) fn latex(written: &str, escapes: Escapes) -> String {
    let mut lines = written.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    let text = lines.fold(first, |text, line| text + "\n" + line.trim_start_matches([' ', '\t', '>']));
    match escapes {
        Escapes::Latex => text.trim().to_owned(),
        Escapes::Markdown => unescaped(text.trim()),
    }
}

/// References that Markdown decodes and that are common in formulas.
const REFERENCES: [(&str, char); 5] = [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"'), ("&nbsp;", ' ')];

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let reference = REFERENCES.iter().find(|(written, _)| rest.starts_with(written));
        let (c, length) = match (reference, rest.as_bytes().get(1)) {
            (Some((written, c)), _) => (*c, written.len()),
            (None, Some(next)) if rest.starts_with('\\') && next.is_ascii_punctuation() => (char::from(*next), 2),
            _ => (char::from(rest.as_bytes()[0]), 1),
        };
        out.push(c);
        rest = &rest[length..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chapter::parse::parse;
    use crate::chapter::test_dump::{dump_chapter, source, with};
    use crate::config::{Dialect, MarkdownConfig};

    fn check(markdown: &MarkdownConfig, cases: &[(&str, &[&str])]) {
        for (text, expected) in cases {
            let found: Vec<&str> = find(text, &(0..text.len()), &DialectRules::of(markdown))
                .into_iter()
                .map(|found| &text[found.tex.range])
                .collect();
            assert_eq!(found, *expected, "{text:?}");
        }
    }

    #[test]
    fn formulas_and_prices() {
        let markdown = MarkdownConfig { math: true, tex_brackets: true, ..MarkdownConfig::default() };
        check(
            &markdown,
            &[
                ("so $x^2$ is", &["x^2"][..]),
                ("价格 $5 和 $6，$x^2$", &["x^2"]),
                ("from $5 to $6", &[]),
                ("$5/$6 and $ x$", &[]),
                ("$$\na + b\n$$", &["\na + b\n"]),
                (r"\$5 $a\$b$", &[r"a\$b"]),
                ("$$ $$ $", &[]),
                ("$2x$", &["2x"]),
                (r"\\(a_1\\) \\[b\\] \\(", &["a_1", "b"]),
                (r"\begin{align} a \end{align} \begin{no} \end{no}", &[r"\begin{align} a \end{align}"]),
            ],
        );
    }

    #[test]
    fn in_other_folders_formulas_are_apart_from_words() {
        let markdown = MarkdownConfig { math: true, foreign_syntax: true, ..MarkdownConfig::default() };
        check(
            &markdown,
            &[
                ("the $n$th and $x$.", &["n", "x"][..]),
                ("其中$x$是", &["x"]),
                ("$5 and $10, or $5-$10", &[]),
                ("$HOME/$USER and ${A}/${B} and $(A)/$(B)", &[]),
                ("US$5 or A$6$", &[]),
            ],
        );
    }

    #[test]
    fn formulas_are_read_wherever_text_is() {
        let own = with(|markdown| markdown.math = true);
        let of_mathjax = with(|markdown| {
            markdown.math = false;
            markdown.dialect = Dialect::MdBook;
            markdown.tex_brackets = true;
        });
        for (options, text, expected) in [
            (
                &own,
                "| a | b |\n|-|-|\n| $P(A\\|B)$ | `a\\|b` |\n",
                "table [None, None] None None\n  a | b\n  math(P(A|B)) | `a|b`",
            ),
            (&own, "a\n$$\nb\n$$\nc\n", "p a~display(b)~c"),
            (&own, "$`a_b`$ `$x$` \\$`c`$\n", "p math(a_b) `$x$` $`c`$"),
            (&own, "```math\na_b\n```\n", "math a_b"),
            (&own, "![$x^2$ b](c.png)\n", "p img(x² b <c.png>@11)"),
            (&own, "## $x^2$ b\n", "h2 #x2-b math(x^2) b"),
            (&of_mathjax, r"\\( a\_b \\\\ c \\) d", r"p math(a_b \\ c) d"),
            (&of_mathjax, r"- \\( x < y \\)", "list None tight\n-\n  p math(x < y)"),
            (&of_mathjax, "| a |\n|-|\n| \\\\(t\\\\) |\n", "table [None] None None\n  a\n  math(t)"),
            (&of_mathjax, "\\\\[\nx\n\\\\]\n", "math x"),
            (&of_mathjax, "$a$ $$b$$\n", "p $a$ display(b)"),
        ] {
            let (chapter, _) = parse(&source(text), options);
            assert_eq!(dump_chapter(&chapter).trim_end(), expected, "{text:?}");
        }
    }

    #[test]
    fn container_markers_and_escapes_are_not_part_of_the_formula() {
        assert_eq!(latex("\n> a\n>   + b\n> ", Escapes::Latex), "a\n+ b");
        assert_eq!(latex(r"\frac 1 2 \\\\ a\_b &lt; c \{", Escapes::Markdown), r"\frac 1 2 \\ a_b < c {");
    }
}
