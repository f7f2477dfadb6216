//! Prepares the text for the Markdown parser: fences of directives, blanks, bare addresses, variables and formulas are
//! replaced by placeholders, and punctuation is inserted where emphasis next to Han punctuation needs it.
//!
//! Each replaced range of running text is returned as a [`Mark`], which the tree builder turns into its node.

use std::collections::BTreeMap;
use std::ops::Range;

use super::attribute_list::{self, Owner};
use super::dialect::{DialectRules, DirectiveSyntax, Dollars, NearMisses};
use super::fence::{self, Fence};
use super::masked_text::{Edit, MaskedText};
use super::math::Tex;
use super::near_miss::{self, NearMiss};
use super::prescan::{self, Prescan, TextRun, subtract};
use super::variable;
use super::{admonish_fence, autolink, blank, box_fence, colon, emoji, han, math};

/// A range of running text that was replaced by a placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// Its range in the source.
    pub(super) range: Range<usize>,
    /// What it is.
    pub(super) kind: MarkKind,
}

/// What a replaced range contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum MarkKind {
    /// A bare address.
    Address,
    /// A blank to write on, as wide as this many underscores.
    Blank(u32),
    /// A variable, with the range of its name.
    Variable(Range<usize>),
    /// A formula.
    Formula(Tex),
    /// An attribute list.
    Attributes(Owner),
    /// An emoji code, with the emoji.
    Emoji(&'static str),
}

/// The text to parse, and what was replaced in it.
#[derive(Debug)]
pub(super) struct Prepared {
    /// The text to parse.
    pub(super) masked: MaskedText,
    /// What was replaced in running text, ascending.
    pub(super) marks: Vec<Mark>,
    /// The fences of directives by offset.
    pub(super) fences: BTreeMap<usize, Fence>,
    /// References to footnotes that are not defined.
    pub(super) missing_footnotes: Vec<Range<usize>>,
    /// Text that is nearly syntax.
    pub(super) near_misses: Vec<NearMiss>,
    /// The labels of the link definitions.
    pub(super) labels: Vec<String>,
}

/// Prepares the blocks of a chapter.
pub(super) fn chapter(text: &str, range: Range<usize>, rules: &DialectRules) -> Prepared {
    let fences = fences_of(text, &range, rules.directives);
    let colons =
        if rules.definition_lists && !rules.tight_definitions { colon::find(text, &range) } else { Vec::new() };
    prepare(text, range, Lead { fences, colons, edits: Vec::new() }, rules)
}

/// The lines of a range that may open or close a directive, by the syntax of the dialect.
fn fences_of(text: &str, range: &Range<usize>, directives: DirectiveSyntax) -> Vec<Fence> {
    match directives {
        DirectiveSyntax::Colons => fence::find(text, range),
        DirectiveSyntax::ForeignColons => box_fence::find(text, range),
        DirectiveSyntax::Admonish => admonish_fence::find(text, range),
        DirectiveSyntax::None => Vec::new(),
    }
}

/// Prepares a single line of running text, such as a title.
pub(super) fn line(text: &str, range: Range<usize>, rules: &DialectRules) -> Prepared {
    // After a comma nothing can begin a list, a heading or any other block.
    let comma = comma(range.start);
    prepare(text, range, Lead { edits: vec![comma], ..Lead::default() }, rules)
}

/// How often the text is parsed to find out which lines that look like fences really are: one inside code is not.
const MAX_SCANS: usize = 3;

/// What is known of a text before its first parse.
#[derive(Default)]
struct Lead {
    /// The lines that may be fences of directives.
    fences: Vec<Fence>,
    /// The colons that define nothing.
    colons: Vec<usize>,
    /// Edits that are made in any case.
    edits: Vec<Edit>,
}

fn prepare(text: &str, range: Range<usize>, lead: Lead, rules: &DialectRules) -> Prepared {
    let (mut fences, colons) = (lead.fences, lead.colons);
    let variables = if rules.marks { variable::find(text, &range) } else { Vec::new() };
    let mut prescan = Prescan::default();
    for _ in 0..MAX_SCANS {
        let hidden = variables.iter().map(|variable| Edit::hide(variable.range.clone()));
        let escapes = colons.iter().copied().map(escape);
        let edits =
            lead.edits.iter().cloned().chain(fences.iter().map(Fence::cover)).chain(hidden).chain(escapes).collect();
        prescan = prescan::scan(&MaskedText::new(text, range.clone(), edits), rules);
        let written = fences.len();
        fences.retain(|fence| prescan.html_blocks.contains(&fence.range.start));
        if fences.len() == written {
            break;
        }
    }
    let mut edits = lead.edits;
    edits.extend(fences.iter().map(Fence::cover));
    let mut marks = Vec::new();
    let mut missing_footnotes = Vec::new();
    let mut near_misses = Vec::new();
    for text_run in &prescan.text_runs {
        let found = find_marks(text, text_run, rules);
        edits.extend(
            text_run.open().into_iter().flat_map(|open| han::insertions(text, &text_run.range, open)).map(comma),
        );
        edits.extend(found.iter().map(cover));
        missing_footnotes.extend(text_run.open().iter().flat_map(|open| footnote_references(text, open)));
        if rules.near_misses != NearMisses::None {
            near_misses.extend(near_misses_of(text, text_run, &found, rules));
        }
        marks.extend(found);
    }
    marks.sort_by_key(|mark| mark.range.start);
    edits.extend(colons_of_text(colons, &prescan.text_runs, &marks).into_iter().map(escape));
    let fences = fences.into_iter().map(|fence| (fence.range.start, fence)).collect();
    let (masked, labels) = (MaskedText::new(text, range, edits), prescan.labels);
    Prepared { masked, marks, fences, missing_footnotes, near_misses, labels }
}

/// The near misses in a block of running text, outside its marks.
fn near_misses_of(text: &str, text_run: &TextRun, marks: &[Mark], rules: &DialectRules) -> Vec<NearMiss> {
    let mut open = text_run.open();
    let taken: Vec<Range<usize>> = marks.iter().map(|mark| mark.range.clone()).collect();
    subtract(&mut open, &taken);
    near_miss::find(text, &text_run.range, &open, rules)
}

/// The colons that are in running text and not hidden: an escape in code would be part of it, and before a mark it is not
/// needed.
fn colons_of_text(mut colons: Vec<usize>, text_runs: &[TextRun], marks: &[Mark]) -> Vec<usize> {
    colons.retain(|at| {
        let next = text_runs.partition_point(|text_run| text_run.range.end <= *at);
        let is_text = text_runs.get(next).is_some_and(|text_run| text_run.range.start <= *at);
        is_text && marks.binary_search_by_key(at, |mark| mark.range.start).is_err()
    });
    colons
}

fn escape(at: usize) -> Edit {
    Edit::Insert(at, "\\")
}

/// The placeholder of a mark. Emphasis may end right before an attribute list, so its placeholder is punctuation.
fn cover(mark: &Mark) -> Edit {
    match mark.kind {
        MarkKind::Attributes(_) => Edit::Cover(mark.range.clone(), ",".repeat(mark.range.len())),
        _ => Edit::hide(mark.range.clone()),
    }
}

fn comma(at: usize) -> Edit {
    Edit::Insert(at, ",")
}

fn find_marks(text: &str, text_run: &TextRun, rules: &DialectRules) -> Vec<Mark> {
    let mut open = text_run.open();
    let mut marks = Vec::new();
    let mut claim = |open: &mut Vec<Range<usize>>, found: Vec<Mark>| {
        let taken: Vec<Range<usize>> = found.iter().map(|mark| mark.range.clone()).collect();
        subtract(open, &taken);
        marks.extend(found);
    };
    let found = attribute_list::find(text, text_run, rules.attribute_lists).into_iter();
    claim(&mut open, found.map(|(range, owner)| Mark { range, kind: MarkKind::Attributes(owner) }).collect());
    if rules.dollars != Dollars::Text {
        let found = text_run.code.iter().filter_map(|code| math::of_code(text, code, &text_run.range));
        let found = found.map(|it| Mark { range: it.range, kind: MarkKind::Formula(it.tex) }).collect();
        claim(&mut open, found);
    }
    if rules.dollars != Dollars::Text || rules.tex_brackets {
        let found = open.iter().flat_map(|range| math::find(text, range, rules));
        let found = found.map(|it| Mark { range: it.range, kind: MarkKind::Formula(it.tex) }).collect();
        claim(&mut open, found);
    }
    if !rules.marks {
        return marks;
    }
    let found = open.iter().flat_map(|range| variable::find(text, range));
    let found = found.map(|it| Mark { range: it.range, kind: MarkKind::Variable(it.name) }).collect();
    claim(&mut open, found);
    let mut unlinked = open.clone();
    subtract(&mut unlinked, &text_run.links);
    let found = unlinked.iter().flat_map(|range| autolink::find(text, range));
    let found = found.map(|range| Mark { range, kind: MarkKind::Address }).collect();
    claim(&mut open, found);
    if rules.foreign {
        let found = open.iter().flat_map(|range| emoji::find(text, range));
        let found = found.map(|it| Mark { range: it.range, kind: MarkKind::Emoji(it.sign) }).collect();
        claim(&mut open, found);
    }
    let found = open.iter().flat_map(|range| blank::find(text, range));
    let found = found.map(|it| Mark { range: it.range, kind: MarkKind::Blank(it.width) }).collect();
    claim(&mut open, found);
    marks
}

/// Finds each `[^label]` that the parser treats as text, which means that the footnote is not defined.
fn footnote_references(text: &str, range: &Range<usize>) -> Vec<Range<usize>> {
    let starts = text[range.clone()].match_indices("[^").map(|(offset, _)| range.start + offset);
    starts.filter_map(|start| footnote_reference(text, start..range.end)).collect()
}

fn footnote_reference(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let label = &text[range.start + "[^".len()..range.end];
    let length = label.find([']', '[', '\n', ' ', '^']).filter(|length| *length > 0)?;
    let closed = label[length..].starts_with(']') && !blank::is_escaped(text, range.start);
    closed.then(|| range.start..range.start + "[^]".len() + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::MarkdownConfig;

    fn rules() -> DialectRules {
        DialectRules::of(&MarkdownConfig { math: true, ..MarkdownConfig::default() })
    }

    fn dump(text: &str) -> String {
        chapter(text, 0..text.len(), &rules()).masked.text.replace('\u{1}', "#")
    }

    #[test]
    fn masked_text() {
        for (text, expected) in [
            ("见 https://a.example/_x。____ `____`", "见 ####################。#### `____`"),
            ("这是**重要：**内容", "这是**重要：**,内容"),
            ("a {{ book.x }} `{{ book.x }}`", "a ############ `{{ book.x }}`"),
            (":::note A\n```\n:::note B\n```\n:::\n", "<?     ?>\n```\n:::note B\n```\n<?>\n"),
            ("[____](____) <b title=____> ____", "[####](____) <b title=____> ####"),
            ("____\n\ntext ____\n", "____\n\ntext ####\n"),
            ("so $a_b$ and $5", "so ##### and $5"),
            ("[____]\n\n[____]: x", "[____]\n\n[____]: x"),
        ] {
            assert_eq!(dump(text), expected, "{text:?}");
        }
    }

    #[test]
    fn single_lines_are_running_text() {
        let prepared = line("- not ____", 0..10, &rules());
        assert_eq!(prepared.masked.text, ",- not \u{1}\u{1}\u{1}\u{1}");
    }

    #[test]
    fn undefined_footnotes_are_found() {
        for (text, expected) in [
            ("a[^1] b[^x]\n\n[^1]: c\n", &["[^x]"][..]),
            ("`[^x]` \\[^y] [^z](u) [^]", &[]),
            ("| a[^甲] |\n|-|\n", &["[^甲]"]),
        ] {
            let missing = chapter(text, 0..text.len(), &rules()).missing_footnotes;
            let shown: Vec<&str> = missing.into_iter().map(|range| &text[range]).collect();
            assert_eq!(shown, expected, "{text:?}");
        }
    }
}
