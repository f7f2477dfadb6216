//! Makes the draft that is parsed for good: box fences, blanks, bare addresses, variables and formulas are covered, and
//! emphasis beside Han punctuation is mended.
//!
//! Covered stretches come back as [`Mark`]s, which the tree builder puts in their place.

use std::collections::BTreeMap;
use std::ops::Range;

use super::dialect::{Boxes, DialectRules};
use super::fence::{self, Fence};
use super::masked_text::{Edit, MaskedText};
use super::prescan::{self, Prescan, TextRun, take_out};
use super::variable;
use super::{admonish_fence, autolink, blank, han, math};

/// A covered stretch of running text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// Its place in the source.
    pub(super) range: Range<usize>,
    /// What it is.
    pub(super) kind: MarkKind,
}

/// What a covered stretch is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum MarkKind {
    /// A bare address.
    Address,
    /// A blank as wide as so many underscores.
    Blank(u32),
    /// A variable; its name stands there.
    Variable(Range<usize>),
    /// A formula; its TeX stands there.
    Formula(Range<usize>),
}

/// A draft with what was covered in it.
#[derive(Debug)]
pub(super) struct Prepared {
    /// What is to be parsed.
    pub(super) draft: MaskedText,
    /// What was covered in running text, ascending.
    pub(super) marks: Vec<Mark>,
    /// The fences of boxes, by offset.
    pub(super) fences: BTreeMap<usize, Fence>,
    /// Footnote references that lead nowhere.
    pub(super) missing_footnotes: Vec<Range<usize>>,
}

/// Makes the draft of a chapter's text.
pub(super) fn chapter(text: &str, stretch: Range<usize>, reading: &DialectRules) -> Prepared {
    let fences = fences_of(text, &stretch, reading.boxes);
    prepare(text, stretch, fences, Vec::new(), reading)
}

/// The lines of a stretch that may open or close a directive.
fn fences_of(text: &str, stretch: &Range<usize>, boxes: Boxes) -> Vec<Fence> {
    match boxes {
        Boxes::Colons => fence::find(text, stretch),
        Boxes::Admonish => admonish_fence::find(text, stretch),
        Boxes::None => Vec::new(),
    }
}

/// Makes the draft of a line of running text that stands alone, such as a title.
pub(super) fn line(text: &str, stretch: Range<usize>, reading: &DialectRules) -> Prepared {
    // Behind a comma nothing can be the start of a list, a heading or any other block.
    let lead = Edit::Insert(stretch.start, ",");
    prepare(text, stretch, Vec::new(), vec![lead], reading)
}

/// How often fences that turn out to be none are uncovered, and the text looked at again.
const LOOKS: usize = 3;

fn prepare(
    text: &str,
    stretch: Range<usize>,
    mut fences: Vec<Fence>,
    lead: Vec<Edit>,
    reading: &DialectRules,
) -> Prepared {
    let variables = if reading.marks { variable::find(text, &stretch) } else { Vec::new() };
    let mut sight = Prescan::default();
    for _ in 0..LOOKS {
        let hidden = variables.iter().map(|variable| Edit::hide(variable.range.clone()));
        let edits = lead.iter().cloned().chain(fences.iter().map(Fence::cover)).chain(hidden).collect();
        sight = prescan::look(&MaskedText::new(text, stretch.clone(), edits), reading);
        let written = fences.len();
        fences.retain(|fence| sight.html_blocks.contains(&fence.range.start));
        if fences.len() == written {
            break;
        }
    }
    let mut edits = lead;
    edits.extend(fences.iter().map(Fence::cover));
    let mut marks = Vec::new();
    let mut missing_footnotes = Vec::new();
    for leaf in &sight.leaves {
        let found = find_marks(text, leaf, reading);
        edits.extend(leaf.open().into_iter().flat_map(|open| han::repairs(text, &leaf.range, open)).map(comma));
        edits.extend(found.iter().map(|mark| Edit::hide(mark.range.clone())));
        missing_footnotes.extend(leaf.open().iter().flat_map(|open| footnote_references(text, open)));
        marks.extend(found);
    }
    marks.sort_by_key(|mark| mark.range.start);
    let fences = fences.into_iter().map(|fence| (fence.range.start, fence)).collect();
    Prepared { draft: MaskedText::new(text, stretch, edits), marks, fences, missing_footnotes }
}

fn comma(at: usize) -> Edit {
    Edit::Insert(at, ",")
}

fn find_marks(text: &str, leaf: &TextRun, reading: &DialectRules) -> Vec<Mark> {
    let mut open = leaf.open();
    let mut marks = Vec::new();
    let mut claim = |open: &mut Vec<Range<usize>>, found: Vec<Mark>| {
        let taken: Vec<Range<usize>> = found.iter().map(|mark| mark.range.clone()).collect();
        take_out(open, &taken);
        marks.extend(found);
    };
    if reading.dollars || reading.tex_brackets {
        let found = open.iter().flat_map(|stretch| math::find(text, stretch, reading));
        let found = found.map(|it| Mark { range: it.range, kind: MarkKind::Formula(it.tex) }).collect();
        claim(&mut open, found);
    }
    if !reading.marks {
        return marks;
    }
    let found = open.iter().flat_map(|stretch| variable::find(text, stretch));
    let found = found.map(|it| Mark { range: it.range, kind: MarkKind::Variable(it.name) }).collect();
    claim(&mut open, found);
    let mut unlinked = open.clone();
    take_out(&mut unlinked, &leaf.links);
    let found = unlinked.iter().flat_map(|stretch| autolink::find(text, stretch));
    let found = found.map(|range| Mark { range, kind: MarkKind::Address }).collect();
    claim(&mut open, found);
    let found = open.iter().flat_map(|stretch| blank::find(text, stretch));
    let found = found.map(|it| Mark { range: it.range, kind: MarkKind::Blank(it.width) }).collect();
    claim(&mut open, found);
    marks
}

/// Finds `[^label]` that the parser took for text.
fn footnote_references(text: &str, stretch: &Range<usize>) -> Vec<Range<usize>> {
    let starts = text[stretch.clone()].match_indices("[^").map(|(offset, _)| stretch.start + offset);
    starts.filter_map(|start| footnote_reference(text, start..stretch.end)).collect()
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

    fn reading() -> DialectRules {
        DialectRules::of(&MarkdownConfig { math: true, ..MarkdownConfig::default() })
    }

    fn shown(text: &str) -> String {
        chapter(text, 0..text.len(), &reading()).draft.text.replace('\u{1}', "#")
    }

    #[test]
    fn drafts() {
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
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn titles_are_running_text() {
        let prepared = line("- not ____", 0..10, &reading());
        assert_eq!(prepared.draft.text, ",- not \u{1}\u{1}\u{1}\u{1}");
    }

    #[test]
    fn footnotes_that_lead_nowhere() {
        for (text, expected) in [
            ("a[^1] b[^x]\n\n[^1]: c\n", &["[^x]"][..]),
            ("`[^x]` \\[^y] [^z](u) [^]", &[]),
            ("| a[^甲] |\n|-|\n", &["[^甲]"]),
        ] {
            let missing = chapter(text, 0..text.len(), &reading()).missing_footnotes;
            let shown: Vec<&str> = missing.into_iter().map(|range| &text[range]).collect();
            assert_eq!(shown, expected, "{text:?}");
        }
    }
}
