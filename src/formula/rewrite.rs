//! Rewrites a formula with the commands that the parser knows, and takes out its number (`\tag`).
//!
//! A formula is rewritten group by group. Macros that it defines are expanded where they are used, and the expansion is
//! rewritten in turn, within a budget.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::chemistry;
use super::commands::{arrow, environment, synonym, text};
use super::macros::{self, Definition, MOST_EXPANDED, TOO_MUCH};
use super::markup::ROLES;
use super::rows;
use super::scan::{Token, argument, group, needed, optional, token, until, without_comments};
use super::words::{Piece, operator_name, pieces};

/// A formula whose commands the parser knows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rewritten {
    /// The formula.
    pub(super) tex: String,
    /// Its number, as a formula.
    pub(super) tag: Option<String>,
}

/// The deepest nesting of groups.
const DEEPEST: usize = 100;
/// How many bytes may be copied while they are expanded.
const MOST_COPIED: usize = 4 << 20;

/// Rewrites a formula.
pub(super) fn rewrite(tex: &str) -> Result<Rewritten, String> {
    let mut rewriter = Rewriter::default();
    let level = rewriter.level(&without_comments(tex))?;
    let (breaks, aligned) = (level.breaks, level.aligned);
    let body = level.finish();
    let name = if aligned { "aligned" } else { "gathered" };
    let tex = if breaks { format!("\\begin{{{name}}}{body}\\end{{{name}}}") } else { body };
    Ok(Rewritten { tex, tag: rewriter.tag })
}

/// What a step of the rewriter has done.
enum Step {
    /// It has read this many bytes.
    Read(usize),
    /// It has read this many bytes, and this text is to be read in their place.
    Expand(usize, String),
}

/// The content of one group, as far as it is rewritten.
#[derive(Default)]
struct Level {
    /// The cells before the current one.
    done: String,
    /// The current cell.
    cell: String,
    /// The command between two parts of the cell (`\over`), with what it becomes and the part before it.
    infix: Option<(&'static str, String)>,
    breaks: bool,
    aligned: bool,
}

impl Level {
    fn push(&mut self, tex: &str) {
        self.cell.push_str(tex);
    }

    /// Ends the current cell.
    fn separate(&mut self, with: &str) {
        let cell = std::mem::take(&mut self.cell);
        match self.infix.take() {
            Some((command, before)) => self.done.extend([command, "{", &before, "}{", &cell, "}"]),
            None => self.done.push_str(&cell),
        }
        self.done.push_str(with);
    }

    fn finish(mut self) -> String {
        self.separate("");
        self.done
    }
}

#[derive(Default)]
struct Rewriter {
    definitions: BTreeMap<String, Definition>,
    /// The number of the row, or of the formula, that is being rewritten.
    tag: Option<String>,
    depth: usize,
    expanded: usize,
    copied: usize,
}

impl Rewriter {
    /// Rewrites the content of a group.
    fn content(&mut self, tex: &str) -> Result<String, String> {
        self.level(tex).map(Level::finish)
    }

    fn level(&mut self, tex: &str) -> Result<Level, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("its groups are nested more than {DEEPEST} deep"));
        }
        let mut level = Level::default();
        let mut source = Cow::Borrowed(tex);
        let mut at = 0;
        while at < source.len() {
            match self.step(&source[at..], &mut level)? {
                Step::Read(length) => at += length,
                Step::Expand(length, text) => {
                    let rest = &source[at + length..];
                    self.spend(text.len(), rest.len())?;
                    source = Cow::Owned(text + rest);
                    at = 0;
                }
            }
        }
        self.depth -= 1;
        Ok(level)
    }

    fn spend(&mut self, expanded: usize, copied: usize) -> Result<(), String> {
        self.expanded += expanded + 1;
        self.copied += copied;
        let is_within = self.expanded <= MOST_EXPANDED && self.copied <= MOST_COPIED;
        is_within.then_some(()).ok_or_else(|| TOO_MUCH.to_owned())
    }

    fn step(&mut self, rest: &str, level: &mut Level) -> Result<Step, String> {
        let Some((found, length)) = token(rest) else { return Ok(Step::Read(rest.len())) };
        match found {
            Token::Char('{') => {
                let (content, length) = group(rest).ok_or("a brace is not closed")?;
                let content = self.content(content)?;
                level.push(&format!("{{{content}}}"));
                Ok(Step::Read(length))
            }
            Token::Char('}') => Err("a brace is closed that is not open".to_owned()),
            Token::Char('&') => {
                level.aligned = true;
                level.separate("&");
                Ok(Step::Read(length))
            }
            Token::Char(_) => {
                level.push(&rest[..length]);
                Ok(Step::Read(length))
            }
            Token::Command(name) => Ok(match self.command(name, &rest[length..], level)? {
                Step::Read(more) => Step::Read(length + more),
                Step::Expand(more, text) => Step::Expand(length + more, text),
            }),
        }
    }

    /// Rewrites a command; `rest` is the text after its name.
    fn command(&mut self, name: &str, rest: &str, level: &mut Level) -> Result<Step, String> {
        if let Some(definition) = self.definitions.get(name) {
            let (length, text) = definition.expand(name, rest)?;
            return Ok(Step::Expand(length, text));
        }
        match name {
            "" => Err("it ends with a backslash".to_owned()),
            "\\" | "cr" => {
                level.breaks = true;
                level.separate("\\\\");
                Ok(Step::Read(0))
            }
            "over" | "atop" | "choose" | "brack" | "brace" => infix(name, level),
            "begin" => self.environment(rest, level),
            "end" => Err("`\\end` has no `\\begin`".to_owned()),
            "left" => self.left_right(rest, level),
            "tag" => self.number(rest),
            "label" | "require" => Ok(Step::Read(needed(name, rest)?.1)),
            "operatorname" | "mathop" => self.operator(name, rest, level),
            "newcommand" | "renewcommand" | "providecommand" | "def" | "let" | "DeclareMathOperator" => {
                macros::define(name, rest, &mut self.definitions).map(Step::Read)
            }
            _ => self.known(name, rest, level),
        }
    }

    /// Rewrites a command that stands for others.
    fn known(&mut self, name: &str, rest: &str, level: &mut Level) -> Result<Step, String> {
        if let Some(command) = text(name) {
            let (content, length) = needed(name, rest)?;
            let set = self.text(command, content)?;
            level.push(&set);
            return Ok(Step::Read(length));
        }
        if let Some(role) = ROLES.iter().find(|role| role.command == name) {
            let (content, length) = needed(name, rest)?;
            let (red, green, blue) = role.colour;
            let content = self.content(content)?;
            level.push(&format!("{{\\color{{#{red:02x}{green:02x}{blue:02x}}}{content}}}"));
            return Ok(Step::Read(length));
        }
        if let Some(arrow) = arrow(name) {
            let (below, skipped) = optional(rest).unwrap_or(("", 0));
            let (above, length) = needed(name, &rest[skipped..])?;
            let arrow = if below.is_empty() { arrow.to_owned() } else { format!("\\underset{{{below}}}{{{arrow}}}") };
            return Ok(Step::Expand(skipped + length, format!("\\overset{{{above}}}{{{arrow}}}")));
        }
        if let Some(other) = synonym(name) {
            return Ok(Step::Expand(0, other.to_owned()));
        }
        let Some(around) = frame(name) else {
            level.push(&format!("\\{name}"));
            return Ok(Step::Read(0));
        };
        let (content, length) = needed(name, rest)?;
        around(content).map(|tex| Step::Expand(length, tex))
    }

    /// Text of a formula, set by a command such as `\text`.
    fn text(&mut self, command: &str, written: &str) -> Result<String, String> {
        let mut parts = Vec::new();
        for piece in pieces(written) {
            parts.push(match piece {
                Piece::Text(text) => format!("{command}{{{text}}}"),
                Piece::Math(tex) => format!("{{{}}}", self.content(&tex)?),
            });
        }
        Ok(if parts.len() == 1 { parts.concat() } else { format!("{{{}}}", parts.concat()) })
    }

    /// Reads `\tag{1}` or `\tag*{A}`.
    fn number(&mut self, rest: &str) -> Result<Step, String> {
        let (starred, rest) = rest.strip_prefix('*').map_or((0, rest), |rest| (1, rest));
        let (written, length) = needed("tag", rest)?;
        let written = if starred == 1 { written.to_owned() } else { format!("({written})") };
        let tag = self.text("\\text", &written)?;
        self.tag = Some(self.tag.take().map_or(tag.clone(), |before| format!("{before}\\;{tag}")));
        Ok(Step::Read(starred + length))
    }

    fn operator(&mut self, name: &str, rest: &str, level: &mut Level) -> Result<Step, String> {
        let (starred, rest) = rest.strip_prefix('*').map_or((0, rest), |rest| (1, rest));
        let (written, length) = needed(name, rest)?;
        let has_limits = starred == 1 || name == "mathop";
        let set = match operator_name(written) {
            Some(one) if one.chars().count() == 1 => format!("\\{name}{{{one}}}"),
            Some(word) if has_limits => format!("\\mathop{{{word}}}"),
            Some(word) => format!("\\operatorname{{{word}}}"),
            None if name == "mathop" => format!("{{{}}}", self.content(written)?),
            None => format!("\\mathrm{{{}}}", self.content(written)?),
        };
        level.push(&set);
        Ok(Step::Read(starred + length))
    }

    /// Rewrites `\left( … \right)`.
    fn left_right(&mut self, rest: &str, level: &mut Level) -> Result<Step, String> {
        let (open, skipped) = delimiter(rest)?;
        let inside = &rest[skipped..];
        let (content, length) = until(inside, "\\left", "\\right").ok_or("`\\left` has no `\\right`")?;
        let (close, more) = delimiter(&inside[length..])?;
        let content = self.content(content)?;
        level.push(&format!("\\left{open} {content}\\right{close} "));
        Ok(Step::Read(skipped + length + more))
    }

    /// Rewrites an environment; `rest` is the text after `\begin`.
    fn environment(&mut self, rest: &str, level: &mut Level) -> Result<Step, String> {
        let (name, start) = argument(rest).ok_or("`\\begin` has no name")?;
        let inside = &rest[start..];
        let (body, end) =
            until(inside, "\\begin", "\\end").ok_or_else(|| format!("`\\begin{{{name}}}` has no `\\end`"))?;
        let (closed, more) = argument(&inside[end..]).ok_or("`\\end` has no name")?;
        if closed != name {
            return Err(format!("`\\begin{{{name}}}` is closed by `\\end{{{closed}}}`"));
        }
        let (arguments, body) = rows::split_arguments(name, body);
        let outer = self.tag.take();
        let (content, tag) = rows::rewrite(name, body, |row| Ok((self.content(row)?, self.tag.take())))?;
        self.tag = tag.or(outer);
        let (name, columns) = environment(name).unwrap_or((name, ""));
        let arguments = rows::columns(name, &format!("{columns}{arguments}"), &content);
        level.push(&format!("\\begin{{{name}}}{arguments}{content}\\end{{{name}}}"));
        Ok(Step::Read(start + end + more))
    }
}

/// Begins the second part of a fraction that is written with its command in the middle.
fn infix(name: &str, level: &mut Level) -> Result<Step, String> {
    let command = match name {
        "over" => "\\frac",
        "choose" => "\\binom",
        "atop" => "\\genfrac{}{}{0pt}{}",
        "brack" => "\\genfrac[]{0pt}{}",
        _ => "\\genfrac\\{\\}{0pt}{}",
    };
    let before = std::mem::take(&mut level.cell);
    match level.infix.replace((command, before)) {
        None => Ok(Step::Read(0)),
        Some(_) => Err(format!("`\\{name}` is used twice in one group")),
    }
}

/// The delimiter after `\left` or `\right`, and the offset of what follows it.
fn delimiter(text: &str) -> Result<(&str, usize), String> {
    let inside = text.trim_start();
    let (_, length) = token(inside).ok_or("a bracket is missing after `\\left` or `\\right`")?;
    Ok((&inside[..length], text.len() - inside.len() + length))
}

/// A function from the argument of a command to what is read in its place.
type Frame = fn(&str) -> Result<String, String>;

/// What is put around the argument of a command.
fn frame(name: &str) -> Option<Frame> {
    Some(match name {
        "bra" => |inner| Ok(format!("\\langle {inner}|")),
        "ket" => |inner| Ok(format!("|{inner}\\rangle ")),
        "braket" => |inner| Ok(format!("\\langle {inner}\\rangle ")),
        "ce" => |inner| Ok(chemistry::tex(inner)),
        "displaylines" => |inner| Ok(format!("\\begin{{gathered}}{inner}\\end{{gathered}}")),
        "ensuremath" => |inner| Ok(format!("{{{inner}}}")),
        "fbox" => |inner| Ok(format!("\\boxed{{\\text{{{inner}}}}}")),
        "pod" => |inner| Ok(format!("\\quad({inner})")),
        "unicode" => |inner| character(inner).map(String::from),
        _ => return None,
    })
}

/// The character of a number as `x2192` or `8594`.
fn character(number: &str) -> Result<char, String> {
    let number = number.trim();
    let code = match number.strip_prefix(['x', 'X', 'U']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    let c = code.ok().and_then(char::from_u32).filter(|c| !c.is_control() && !"\\{}&%$#".contains(*c));
    c.ok_or_else(|| format!("there is no character `{number}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_rewritten() {
        for (tex, expected) in [
            (r"\mathscr{F}_1", r"\mathcal{F}_1"),
            (r"\bm y", r"\boldsymbol y"),
            (r"\mbox{if $x$}", r"{\text{if }{x}}"),
            (r"\boxed{a}", r"{\color{#010001}a}"),
            (r"a \nonumber \label{e}", r"a  "),
            (r"{a \over b} c", r"{\frac{a }{ b}} c"),
            (r"\operatorname*{arg\,max}_x", r"\mathop{arg max}_x"),
            (r"\xRightarrow[b]{a}", r"\overset{a}{\underset{b}{\Longrightarrow}}"),
            (r"a \\ b", r"\begin{gathered}a \\ b\end{gathered}"),
            (r"a &= b \\ c", r"\begin{aligned}a &= b \\ c\end{aligned}"),
            (r"\begin{eqnarray} a &=& b \end{eqnarray}", r"\begin{array}{rcl} a &=& b \end{array}"),
            (r"\begin{array}{c} a & b \end{array}", r"\begin{array}{cc} a & b \end{array}"),
            (r"\newcommand{\R}{\mathbb{R}}\R^2", r"\mathbb{R}^2"),
            (r"\left( a \over b \right)", r"\left( \frac{ a }{ b }\right) "),
            (r"\unicode{x2192}", "→"),
            (r"a^\mbox{if}", r"a^\text{if}"),
        ] {
            assert_eq!(rewrite(tex).map(|it| it.tex).as_deref(), Ok(expected), "{tex}");
        }
    }

    #[test]
    fn numbers_are_taken_out() {
        for (tex, expected, tag) in [
            (r"a \tag{1}", "a ", Some(r"\text{(1)}")),
            (r"a \tag*{$\ast$}", "a ", Some(r"{\ast}")),
            (r"\begin{equation} a \tag{2} \end{equation}", r"\begin{equation} a  \end{equation}", Some(r"\text{(2)}")),
            (
                r"\begin{align} a &= b \tag{1} \\ c &= d \end{align}",
                r"\begin{align} a &= b  &\qquad\text{(1)}\\ c &= d \end{align}",
                None,
            ),
            (
                r"\begin{gather} a \tag{1} \\ c \tag{2} \end{gather}",
                r"\begin{gather} a  \qquad\text{(1)}\\ c  \qquad\text{(2)}\end{gather}",
                None,
            ),
        ] {
            let expected = Rewritten { tex: expected.to_owned(), tag: tag.map(str::to_owned) };
            assert_eq!(rewrite(tex), Ok(expected), "{tex}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (tex, expected) in [
            ("{a", "a brace is not closed"),
            (r"\begin{align} a", r"`\begin{align}` has no `\end`"),
            (r"\begin{align} a \end{gather}", r"`\begin{align}` is closed by `\end{gather}`"),
            (r"\left( a", r"`\left` has no `\right`"),
            (r"\boxed", r"`\boxed` has no argument"),
            (r"\def\a{\a\a}\a", "its macros expand to too much"),
            ("a\\", "it ends with a backslash"),
        ] {
            assert_eq!(rewrite(tex), Err(expected.to_owned()), "{tex}");
        }
    }
}
