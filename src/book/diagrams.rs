//! Reports diagrams of Mermaid, once for the book: chapbook shows them as code.

use super::model::Page;
use crate::config::{Config, Dialect};
use crate::diagnostic::{Diagnostic, Report, codes};

/// Reports how many diagrams the book has, at the first one. A book of mdBook, or one with scripts, may draw them itself.
pub(super) fn check(pages: &[Page], config: &Config, report: &mut Report) {
    if config.markdown.dialect == Dialect::MdBook || !config.theme.scripts.is_empty() {
        return;
    }
    let count: u32 = pages.iter().map(|page| page.chapter.facts.diagrams).sum();
    let first = pages.iter().find_map(|page| Some(page.chapter.place(page.chapter.facts.first_diagram?)));
    let Some(first) = first else { return };
    let message = match count {
        1 => "a diagram of Mermaid is shown as code".to_owned(),
        count => format!("{count} diagrams of Mermaid are shown as code; this is the first"),
    };
    let help =
        "put in the diagram as an SVG image, or name a script that draws `pre.mermaid` in `scripts` under `[theme]`";
    report.add(Diagnostic::new(&codes::DIAGRAM, message).at(first).help(help));
}
