//! Forms and logs on their own sheets: the table, and the text between its heading and the table.

use super::body::Writer;
use super::highlights::Highlights;
use super::render_context::RenderContext;
use super::template::Templates;
use crate::chapter::{Block, BlockKind, Chapter, Table};
use crate::diagnostic::Span;
use crate::error::Error;

/// A form or a log, typeset for its own sheet.
#[derive(Debug)]
pub struct TableSheet {
    /// What it is.
    pub kind: TableKind,
    /// Index into [`Chapter::headings`] of the heading it is under.
    pub heading: Option<usize>,
    /// The id that its comment gives it.
    pub id: Option<String>,
    /// Its range in the chapter's text.
    pub span: Span,
    /// The table with the paragraphs right before it, its footnotes and the targets of its links.
    pub html: String,
}

/// What a table is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// A form, filled in once.
    Form,
    /// A log, filled in line by line.
    Log,
    /// The same, on landscape paper.
    WideLog,
}

/// The HTML of each form and log of a chapter, in order.
///
/// # Errors
/// If a template of the theme fails.
pub fn typeset_tables(
    chapter: &Chapter,
    context: &RenderContext<'_>,
    templates: &Templates,
    highlights: &Highlights,
) -> Result<Vec<TableSheet>, Error> {
    let mut finder = TableFinder { heading: None, tables: Vec::new() };
    finder.blocks(&chapter.blocks);
    let sheet = |(index, (heading, blocks, kind)): (usize, (Option<usize>, &[Block], TableKind))| {
        // Many sheets share a page, so each has its own prefix for ids.
        let context = RenderContext { prefix: format!("{}t{}-", context.prefix, index + 1), ..context.clone() };
        let mut writer = Writer::new(chapter, &context, templates, highlights);
        if let Some(heading) = heading.and_then(|heading| chapter.headings.get(heading)) {
            // Blanks are named after their heading, here as in the chapter.
            writer.blanks.part.clone_from(&heading.title);
        }
        writer.blocks(blocks)?;
        writer.footnotes()?;
        writer.target_list();
        let span = blocks.last().map(|table| table.span).unwrap_or_default();
        Ok(TableSheet { kind, heading, id: blocks.last().and_then(id), span, html: writer.html })
    };
    finder.tables.into_iter().enumerate().map(sheet).collect()
}

/// Collects the forms and logs of a chapter, each with its heading and its blocks.
struct TableFinder<'a> {
    heading: Option<usize>,
    tables: Vec<(Option<usize>, &'a [Block], TableKind)>,
}

impl<'a> TableFinder<'a> {
    fn blocks(&mut self, blocks: &'a [Block]) {
        for (index, block) in blocks.iter().enumerate() {
            match &block.kind {
                BlockKind::Heading(heading) => self.heading = Some(*heading),
                BlockKind::Table(table) => {
                    if let Some(kind) = kind(table) {
                        self.tables.push((self.heading, with_lead(blocks, index), kind));
                    }
                }
                BlockKind::Directive(directive) => self.blocks(&directive.body),
                BlockKind::Quote(blocks) => self.blocks(blocks),
                _ => {}
            }
        }
    }
}

fn kind(table: &Table) -> Option<TableKind> {
    match (&table.log, &table.form) {
        (Some(log), _) if log.landscape => Some(TableKind::WideLog),
        (Some(_), _) => Some(TableKind::Log),
        (None, Some(_)) => Some(TableKind::Form),
        (None, None) => None,
    }
}

fn id(block: &Block) -> Option<String> {
    let BlockKind::Table(table) = &block.kind else { return None };
    table.log.as_ref().map_or_else(|| table.form.clone(), |log| log.id.clone()).filter(|id| !id.is_empty())
}

/// The table at an index, and the paragraphs right before it: they say how it is filled in.
fn with_lead(blocks: &[Block], table: usize) -> &[Block] {
    let lead = blocks[..table].iter().rev().take_while(|block| matches!(block.kind, BlockKind::Paragraph(_))).count();
    &blocks[table - lead..=table]
}
