//! Lines that a tool reads in a way of its own: `!> text` and `## Title :id=name` of docsify, `::: mermaid` of Azure's wikis.

use super::changes::Changes;
use crate::source::tool::Tool;

/// Finds these lines, of those whose start is prose.
pub(super) fn find(text: &str, tool: Tool, is_prose: impl Fn(usize) -> bool, changes: &mut Changes) {
    let mut diagram = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let written = line.trim_end();
        let fence = if diagram { written == ":::" } else { is_diagram(written) && is_prose(at) };
        if fence {
            changes.replace(at..at + written.len(), if diagram { "```" } else { "```mermaid" });
            diagram = !diagram;
        } else if tool == Tool::Docsify && is_prose(at) {
            docsify(written, at, changes);
        }
        at += line.len();
    }
}

fn is_diagram(line: &str) -> bool {
    line.strip_prefix(":::").is_some_and(|rest| rest.trim() == "mermaid")
}

fn docsify(line: &str, at: usize, changes: &mut Changes) {
    let boxes = [("!> ", "> [!IMPORTANT]\n> "), ("?> ", "> [!TIP]\n> ")];
    if let Some((mark, quotation)) = boxes.into_iter().find(|(mark, _)| line.starts_with(mark)) {
        return changes.replace(at..at + mark.len(), quotation);
    }
    if !line.starts_with('#') {
        return;
    }
    if let Some((title, id)) = line.rsplit_once(" :id=").filter(|(_, id)| !id.contains([' ', '}'])) {
        changes.replace(at + title.len()..at + line.len(), format!(" {{#{id}}}"));
    }
    for mark in [" {docsify-ignore}", " {docsify-ignore-all}"] {
        if line.ends_with(mark) {
            changes.replace(at + line.len() - mark.len()..at + line.len(), "");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::foreign::replace::replace;
    use crate::source::origin::Origin;

    #[test]
    fn lines_of_tools() {
        for (tool, text, expected) in [
            (
                Tool::Docsify,
                "!> Mind\nthis.\n\n?> Or this.\n",
                "> [!IMPORTANT]\n> Mind\nthis.\n\n> [!TIP]\n> Or this.\n",
            ),
            (Tool::Docsify, "## A b :id=c\n### D {docsify-ignore}\n", "## A b {#c}\n### D\n"),
            (Tool::GitHub, "!> Mind\n## A :id=c\n", "!> Mind\n## A :id=c\n"),
            (Tool::GitHub, "::: mermaid\ngraph TD\n:::\n:::\n", "```mermaid\ngraph TD\n```\n:::\n"),
        ] {
            let mut changes = Changes::default();
            find(text, tool, |_| true, &mut changes);
            assert_eq!(&*replace(text, &Origin::whole("a.md"), changes.replacements).0, expected, "{text:?}");
        }
    }
}
