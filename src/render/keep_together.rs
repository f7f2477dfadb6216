//! Blocks that must be printed on one page.

use crate::chapter::{Block, BlockKind, Heading};

/// Paragraphs between a heading and its checklist, form or log, at most.
const LEAD: usize = 2;

/// How many consecutive headings are skipped in search of one: as many as there are levels.
const HEADINGS: usize = 6;

/// How many blocks from the first on must be printed on one page: a heading, its text, and its checklist, form or log, or
/// another heading with one. The chapter's title does not count: it is at the top of a page anyway.
pub(super) fn together(blocks: &[Block], headings: &[Heading]) -> usize {
    together_within(blocks, headings, HEADINGS)
}

fn together_within(blocks: &[Block], headings: &[Heading], left: usize) -> usize {
    let Some((Block { kind: BlockKind::Heading(index), .. }, behind)) = blocks.split_first() else { return 0 };
    if headings.get(*index).is_none_or(|heading| heading.level == 1) {
        return 0;
    }
    let is_paragraph = |block: &&Block| matches!(block.kind, BlockKind::Paragraph(_));
    let lead = behind.iter().take(LEAD + 1).take_while(is_paragraph).count();
    let is_tool = |block: &Block| match &block.kind {
        BlockKind::List(list) => list.checklist.is_some(),
        BlockKind::Table(table) => table.log.is_some() || table.form.is_some(),
        _ => false,
    };
    match behind.get(lead).filter(|_| lead <= LEAD) {
        Some(block) if is_tool(block) => lead + 2,
        Some(Block { kind: BlockKind::Heading(_), .. }) if left > 1 => {
            match together_within(&behind[lead..], headings, left - 1) {
                0 => 0,
                count => 1 + lead + count,
            }
        }
        _ => 0,
    }
}
