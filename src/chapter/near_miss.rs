//! Finds text that is nearly syntax: a checkbox without its space, a reference without its definition, a variable without
//! `book.`. It is published as it is written, and reported with the form that was probably meant.

use std::collections::BTreeMap;
use std::ops::Range;

use super::alert::{is_github_kind, kind_meant};
use super::blank::is_escaped;
use super::dialect::{Alerts, DialectRules, NearMisses};
use crate::diagnostic::{Diagnostic, SearchBudget, codes, nearest, nearest_within};
use crate::theme::directive;

/// The longest text, in bytes, that is searched for the start of a reference or the end of an address.
const LONGEST: usize = 400;

/// The directives that insert files or text before the chapter is parsed.
const INCLUDES: [&str; 5] = ["include", "rustdoc_include", "playground", "playpen", "title"];

/// The most bytes of a word that may be a typing error of one of these names.
const LONGEST_INCLUDE: usize = 24;

/// A piece of running text that is nearly syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NearMiss {
    /// Its range in the source.
    pub(super) range: Range<usize>,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// A checkbox, with what to write for it.
    Checkbox(&'static str),
    /// A line that begins a directive with other marks than `:::`.
    Colons,
    /// A quotation that begins with an unknown kind of alert.
    Alert,
    /// `[text][label]`, with the range of the label.
    Reference(Range<usize>),
    /// `[[page]]`.
    Wiki,
    /// `[text](an address with spaces)`, with the range of the address.
    Address(Range<usize>),
    /// `{{ name }}`, with the range of the name.
    Braces(Range<usize>),
    /// `{{#inclde file}}`, with what to write for it.
    Include(String),
}

/// Finds the near misses in a block of running text. `open` are the parts of it that are text to the Markdown parser.
pub(super) fn find(text: &str, whole: &Range<usize>, open: &[Range<usize>], rules: &DialectRules) -> Vec<NearMiss> {
    let which = rules.near_misses;
    let mut found = Vec::new();
    for range in open {
        found.extend(line_starts(text, whole, range).filter_map(|start| at_line_start(text, start..range.end, rules)));
        found.extend(marks(text, range, "](").filter_map(|at| address(text, whole, at..range.end)));
        if which == NearMisses::All {
            found.extend(marks(text, range, "][").filter_map(|at| reference(text, whole, at..range.end)));
            found.extend(marks(text, range, "[[").filter_map(|at| wiki(text, at..range.end)));
            found.extend(marks(text, range, "{{").filter_map(|at| braces(text, at..range.end)));
        }
    }
    found
}

/// The offsets of a mark that is not escaped.
fn marks<'t>(text: &'t str, range: &Range<usize>, mark: &'t str) -> impl Iterator<Item = usize> + 't {
    let start = range.start;
    let offsets = text[range.clone()].match_indices(mark).map(move |(offset, _)| start + offset);
    offsets.filter(|at| !is_escaped(text, *at))
}

/// The offsets at which a line of the block begins, after the marks of quotations and items.
fn line_starts<'t>(text: &'t str, whole: &Range<usize>, range: &Range<usize>) -> impl Iterator<Item = usize> + 't {
    let (start, end) = (range.start, range.end);
    let first = (start == whole.start).then_some(start);
    let after_breaks = text[range.clone()].match_indices('\n').map(move |(offset, _)| start + offset + 1);
    let text_start = move |at: usize| end - text[at..end].trim_start_matches([' ', '\t', '>']).len();
    first.into_iter().chain(after_breaks.map(text_start))
}

fn at_line_start(text: &str, range: Range<usize>, rules: &DialectRules) -> Option<NearMiss> {
    let line = text[range.clone()].lines().next()?;
    let before = text[..range.start].rsplit('\n').next().unwrap_or_default();
    let is_miss = |length: usize, kind: Kind| Some(NearMiss { range: range.start..range.start + length, kind });
    if let Some((length, right)) = checkbox(before, line) {
        let word = line[length..].find(char::is_whitespace).unwrap_or(line.len() - length);
        return is_miss(length + word, Kind::Checkbox(right));
    }
    if let Some(length) = colons(line) {
        return is_miss(length, Kind::Colons);
    }
    let kind = line.strip_prefix("[!").and_then(|rest| rest.split_once(']')).map(|(kind, _)| kind)?;
    let is_word = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_quotation = rules.alerts == Alerts::Titled && before.trim_end().ends_with('>');
    (is_quotation && is_word && !is_github_kind(kind)).then(|| is_miss(kind.len() + "[!]".len(), Kind::Alert))?
}

/// The length of what is nearly a checkbox at the start of a line, and what to write instead. `before` is what the line has
/// before it, such as the mark of an item.
fn checkbox(before: &str, line: &str) -> Option<(usize, &'static str)> {
    let is_item = is_item_mark(before.trim_start_matches([' ', '\t', '>']));
    let mark = line.get(..1).filter(|mark| !is_item && matches!(*mark, "-" | "*" | "+")).unwrap_or_default();
    let rest = &line[mark.len()..];
    let has_no_mark = !is_item && mark.is_empty();
    if has_no_mark && !["[ ] ", "[x] ", "[X] "].iter().any(|written| line.starts_with(written)) {
        return None;
    }
    let (inside, after) = rest.strip_prefix(['[', '［', '【'])?.split_once([']', '］', '】'])?;
    if after.starts_with(['(', '[', ':']) {
        return None;
    }
    let right = match inside.trim_matches(|c: char| c.is_whitespace()) {
        "" => "- [ ] ",
        "x" | "X" | "√" | "✓" | "✔" | "v" | "V" => "- [x] ",
        _ => return None,
    };
    let length = line.len() - after.len();
    // An empty checkbox that is written as it should be, with nothing behind it, is not a near miss.
    (!(is_item && after.trim().is_empty() && inside == " ")).then_some((length, right))
}

/// Whether a text is the mark of an item with the space after it.
fn is_item_mark(text: &str) -> bool {
    let Some(mark) = text.strip_suffix([' ', '\t']).map(str::trim_end) else { return false };
    let number = mark.strip_suffix(['.', ')']).filter(|number| !number.is_empty());
    matches!(mark, "-" | "*" | "+") || number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The length of a line that opens a directive with two colons or with wide ones.
fn colons(line: &str) -> Option<usize> {
    let marks = line.len() - line.trim_start_matches([':', '：']).len();
    let (colons, rest) = line.split_at(marks);
    let name: &str = rest.trim_start().split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let is_nearly = colons == "::" || (colons.contains('：') && colons.chars().count() > 2);
    (is_nearly && directive(name).is_some()).then(|| line.trim_end().len())
}

/// `[text][label]` whose middle `][` is at the start of `rest`.
fn reference(text: &str, whole: &Range<usize>, rest: Range<usize>) -> Option<NearMiss> {
    let label = rest.start + "][".len();
    let length =
        text[label..rest.end].find(['[', ']', '\n']).filter(|length| text[label + length..].starts_with(']'))?;
    let start = opening(text, whole.start..rest.start)?;
    let written = &text[start + 1..rest.start];
    let is_number = |word: &str| word.chars().all(|c| c.is_numeric() || matches!(c, ',' | ' ' | '-'));
    let is_index = text[..start].ends_with(|c: char| c.is_alphanumeric() || matches!(c, ')' | ']' | '_'));
    if is_index || is_number(written) || written.starts_with('^') || length > LONGEST {
        return None;
    }
    Some(NearMiss { range: start..label + length + 1, kind: Kind::Reference(label..label + length) })
}

/// The offset of the `[` that the end of a range would close.
fn opening(text: &str, range: Range<usize>) -> Option<usize> {
    let from = text.ceil_char_boundary(range.start.max(range.end.saturating_sub(LONGEST)));
    let mut depth = 0usize;
    for (offset, byte) in text.as_bytes().get(from..range.end)?.iter().enumerate().rev() {
        match byte {
            b']' => depth += 1,
            b'[' if depth == 0 => return Some(from + offset).filter(|at| !is_escaped(text, *at)),
            b'[' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// `[[page]]` or `[[page|text]]` at the start of `rest`.
fn wiki(text: &str, rest: Range<usize>) -> Option<NearMiss> {
    let inside = &text[rest.start + "[[".len()..rest.end];
    let length = inside.find(['[', ']', '\n']).filter(|length| inside[*length..].starts_with("]]"))?;
    let page = &inside[..length];
    let is_page = page.len() == page.trim().len() && page.contains(char::is_alphabetic) && length < LONGEST;
    is_page.then(|| NearMiss { range: rest.start..rest.start + length + "[[]]".len(), kind: Kind::Wiki })
}

/// `[text](a path.md)` whose `](` is at the start of `rest`.
fn address(text: &str, whole: &Range<usize>, rest: Range<usize>) -> Option<NearMiss> {
    let start = rest.start + "](".len();
    let length = spaced_address(&text[start..rest.end])?;
    let open = opening(text, whole.start..rest.start)?;
    let open = if text[whole.start..open].ends_with('!') { open - 1 } else { open };
    (length < LONGEST).then(|| NearMiss { range: open..start + length + 1, kind: Kind::Address(start..start + length) })
}

/// The length of an address with spaces that a `)` follows: a path with an extension or with `/`, as in `my file.md)`.
/// `None` if the text does not begin with one.
#[must_use]
pub fn spaced_address(text: &str) -> Option<usize> {
    // Bounded, because many openings may search for one end.
    let near = &text[..text.floor_char_boundary(LONGEST)];
    let length = near.find([')', '\n', '<', '"']).filter(|length| text[*length..].starts_with(')'))?;
    let written = text[..length].trim();
    let name = written.split(['#', '?']).next().unwrap_or_default();
    let extension = name.rsplit_once('.').is_some_and(|(_, end)| !end.is_empty() && !end.contains(' '));
    (written.contains(' ') && (extension || written.contains('/'))).then_some(length)
}

/// What the words between braces say, if they are like an include.
enum IncludeForm {
    /// An include as it should be: only an escaped one is still in the text.
    Right,
    /// Nearly an include, with what to write.
    Nearly(String),
}

fn include_form(inside: &str) -> Option<IncludeForm> {
    let written = inside.trim();
    let hashed = written.strip_prefix('#');
    let (word, argument) = hashed.unwrap_or(written).trim_start().split_once([' ', '\t'])?;
    if hashed.is_some_and(|rest| rest.starts_with(word)) && INCLUDES.contains(&word) {
        return Some(IncludeForm::Right);
    }
    let names = if hashed.is_some() { &INCLUDES[..] } else { &INCLUDES[..2] };
    let name = nearest(Some(word).filter(|word| word.len() <= LONGEST_INCLUDE)?, names.iter().copied())?;
    Some(IncludeForm::Nearly(format!("{{{{#{name} {}}}}}", shortened(argument))))
}

/// `{{ name }}` at the start of `rest`, with white space, or with other words before the name.
fn braces(text: &str, rest: Range<usize>) -> Option<NearMiss> {
    let inside = &text[rest.start + "{{".len()..rest.end];
    let length = inside.find(['{', '}', '\n']).filter(|length| inside[*length..].starts_with("}}"))?;
    let range = rest.start..rest.start + length + "{{}}".len();
    match include_form(&inside[..length]) {
        Some(IncludeForm::Right) => return None,
        Some(IncludeForm::Nearly(right)) => return Some(NearMiss { range, kind: Kind::Include(right) }),
        None => {}
    }
    let words = inside[..length].trim_end();
    let name = words.rsplit(['.', ' ', ':']).next().filter(|name| !name.is_empty())?;
    let is_name = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let end = rest.start + "{{".len() + words.len();
    is_name.then(|| NearMiss { range, kind: Kind::Braces(end - name.len()..end) })
}

/// The names that the right form of a near miss may have.
#[derive(Debug)]
pub(super) struct KnownNames<'a> {
    /// The labels of the chapter's link definitions.
    pub(super) labels: &'a [String],
    /// The variables of the book.
    pub(super) variables: &'a BTreeMap<String, String>,
    /// The work that searches for them may still do.
    pub(super) budget: SearchBudget,
}

/// The work of the searches of one chapter, in pairs of characters that are compared.
pub(super) const SEARCHES: usize = 1 << 20;

impl NearMiss {
    /// The diagnostic; `None` if the text has no form that was probably meant.
    pub(super) fn diagnostic(&self, text: &str, names: &mut KnownNames<'_>) -> Option<Diagnostic> {
        let written = shortened(&text[self.range.clone()]);
        let (message, help) = match &self.kind {
            Kind::Checkbox(right) => {
                (format!("`{written}` is not a checkbox"), format!("write `{right}`, then the text"))
            }
            Kind::Colons => {
                let line = text[self.range.clone()].trim_start_matches([':', '：']).trim_start();
                (
                    format!("`{written}` does not open a directive"),
                    format!("write `:::{}`, and end it with `:::`", shortened(line)),
                )
            }
            Kind::Alert => (format!("`{written}` is not a kind of alert"), alert_help(&written)),
            Kind::Reference(label) => self.reference(text, label, names),
            Kind::Wiki => (format!("`{written}` is not a link"), format!("write `{}`", wiki_link(&written))),
            Kind::Address(address) => {
                let right = format!("{}<{}>)", &text[self.range.start..address.start], text[address.clone()].trim());
                (format!("`{written}` is not a link: its address has spaces"), format!("write `{}`", shortened(&right)))
            }
            Kind::Include(right) => (format!("`{written}` is not an include"), format!("write `{right}`")),
            Kind::Braces(name) => {
                let name = variable(&text[name.clone()], names)?;
                (format!("`{written}` is not a variable"), format!("write `{{{{ book.{name} }}}}`"))
            }
        };
        Some(Diagnostic::new(&codes::NEAR_MISS, message).help(help))
    }

    fn reference(&self, text: &str, label: &Range<usize>, names: &mut KnownNames<'_>) -> (String, String) {
        let written = shortened(&text[self.range.clone()]);
        let wanted = if label.is_empty() { &text[self.range.start + 1..label.start - 2] } else { &text[label.clone()] };
        let help = match nearest_within(wanted, names.labels.iter().map(String::as_str), &mut names.budget) {
            Some(near) => format!("did you mean `[{near}]`?"),
            None => format!(
                "define the label on a separate line, `[{}]: page.md`, or write `[text](page.md)`",
                shortened(wanted)
            ),
        };
        (format!("`{written}` is not a link: its label is not defined"), help)
    }
}

/// The variable with this name, or the one with the nearest name.
fn variable<'a>(name: &str, names: &mut KnownNames<'a>) -> Option<&'a str> {
    let variables = names.variables;
    let known = variables.get_key_value(name).map(|(name, _)| name.as_str());
    // One letter of two is not most of them: `md` is not a typing error of `id`.
    let shares_most = |near: &&str| near.chars().count().max(name.chars().count()) > 2;
    known.or_else(|| nearest_within(name, variables.keys().map(String::as_str), &mut names.budget).filter(shares_most))
}

fn alert_help(written: &str) -> String {
    let kind = written.trim_start_matches("[!").trim_end_matches(']').to_uppercase();
    match kind_meant(&kind) {
        Some(meant) => format!("write `[!{meant}]`"),
        None => "the kinds are `NOTE`, `TIP`, `IMPORTANT`, `WARNING` and `CAUTION`".to_owned(),
    }
}

/// The Markdown link for `[[page#place|text]]`.
fn wiki_link(written: &str) -> String {
    let inside = written.trim_start_matches('[').trim_end_matches(']');
    let (page, text) = inside.split_once('|').unwrap_or((inside, inside));
    let (page, place) = page.split_once('#').map_or((page, String::new()), |(page, place)| (page, format!("#{place}")));
    let path = match page.trim_end_matches(".md") {
        "" => place.to_lowercase().replace(' ', "-"),
        page => format!("{page}.md{}", place.to_lowercase().replace(' ', "-")),
    };
    if path.contains(' ') { format!("[{text}](<{path}>)") } else { format!("[{text}]({path})") }
}

/// A text on one line, of at most 60 characters.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
