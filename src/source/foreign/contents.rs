//! Finds marks in whose place a tool puts a table of contents. Every page has one, so they are left out.

use super::changes::Changes;
use super::prose::after_list_mark;

/// The marks, in lower case.
const MARKS: [&str; 14] = [
    "[toc]",
    "[[toc]]",
    "[[_toc_]]",
    "@[toc]",
    "${toc}",
    "{{toc}}",
    "{{ toc }}",
    "{{>toc}}",
    "{:toc}",
    "{: toc}",
    "{{< toc >}}",
    "{{% toc %}}",
    "{% toc %}",
    "__toc__",
];

/// Finds the lines of a text that are marks, of those whose start is prose.
pub(super) fn find(text: &str, is_prose: impl Fn(usize) -> bool, changes: &mut Changes) {
    let mut at = 0;
    let mut item = None;
    let defined = is_defined(text);
    for line in text.split_inclusive('\n') {
        let written = line.trim();
        let start = at + line.len() - line.trim_start().len();
        if is_mark(written) && is_prose(start) && !(defined && written.starts_with('[')) {
            changes.replace(start..start + written.len(), "");
            // kramdown puts the contents in the place of the list before the mark.
            if let Some(item) = item.filter(|_| written.starts_with("{:")) {
                changes.replace(item, "");
            }
        }
        let is_item = after_list_mark(line).is_some() && is_prose(start);
        item = is_item.then(|| at..at + line.trim_end().len());
        at += line.len();
    }
}

/// Whether a text, without the space around it, is a mark.
pub(super) fn is_mark(line: &str) -> bool {
    line.len() < 24 && MARKS.contains(&line.to_lowercase().as_str())
}

/// Whether `[toc]` is a link that the text defines.
fn is_defined(text: &str) -> bool {
    text.contains("[TOC]:") || text.contains("[toc]:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;
    use crate::source::foreign::replace::replace;
    use crate::source::origin::Origin;

    #[test]
    fn marks_are_left_out() {
        for (text, expected) in [
            ("# A\n\n[[_TOC_]]\n\n## B\n", "# A\n\n\n\n## B\n"),
            ("[TOC]\n", "\n"),
            ("  ${toc}\n", "  \n"),
            ("# A\n\n1. TOC\n{:toc}\n", "# A\n\n\n\n"),
            ("{{< toc >}}\n@[toc]\n", "\n\n"),
            ("See [TOC] here.\n", "See [TOC] here.\n"),
            ("[TOC]\n\n[TOC]: a.md\n", "[TOC]\n\n[TOC]: a.md\n"),
        ] {
            let mut changes = Changes::default();
            find(text, |_| true, &mut changes);
            let (out, origin) = replace(text, &Origin::whole("a.md"), changes.replacements);
            assert_eq!(&*out, expected, "{text:?}");
            assert_eq!(&*origin.place(Span::new(0, 0)).file, "a.md");
        }
    }
}
