//! Writes a chapter as HTML: code blocks.

use std::fmt::Write as _;

use super::highlight;
use super::highlights::Highlights;
use super::medium::Medium;
use crate::chapter::CodeBlock;
use crate::escape::{push_attribute, push_text, text};

/// A block of code as a figure: title, lines, marks, numbers.
///
/// Without `highlights` it is shown in one colour.
pub(super) fn push(block: &CodeBlock, highlights: Option<&Highlights>, medium: Medium, html: &mut String) {
    html.push_str("<figure class=\"cb-code\">");
    if let Some(title) = &block.title {
        html.push_str("<figcaption class=\"cb-code__title\">");
        push_text(title, html);
        html.push_str("</figcaption>");
    }
    // Scripts that draw diagrams select this class.
    if block.language == "mermaid" {
        html.push_str(match medium {
            Medium::Page => "<pre class=\"mermaid\" tabindex=\"0\">",
            Medium::Epub => "<pre class=\"mermaid\" dir=\"ltr\">",
        });
        push_text(&block.text, html);
        html.push_str("</pre></figure>\n");
        return;
    }
    html.push_str(match medium {
        Medium::Page => "<pre tabindex=\"0\"><code",
        // Style sheets of EPUBs must not set the direction.
        Medium::Epub => "<pre dir=\"ltr\"><code",
    });
    if !block.language.is_empty() {
        html.push_str(" class=\"language-");
        push_attribute(&block.language, html);
        for class in &block.classes {
            html.push(' ');
            push_attribute(class, html);
        }
        html.push('"');
    }
    html.push('>');
    push_lines(block, highlights, medium, html);
    html.push_str("</code></pre></figure>\n");
}

/// The known language with the nearest name, if the block's language is unknown.
pub(super) fn nearest_language(block: &CodeBlock) -> Option<String> {
    highlight::nearest_language(&block.language)
}

/// Why the block has no colours, if its language is known.
pub(super) fn too_long(block: &CodeBlock) -> Option<String> {
    highlight::too_long(&block.language, &block.text)
}

fn push_lines(block: &CodeBlock, highlights: Option<&Highlights>, medium: Medium, html: &mut String) {
    let lines = match highlights {
        Some(highlights) => highlights.lines(&block.language, &block.text),
        None => block.text.lines().map(text).collect(),
    };
    let is_diff = block.language == "diff";
    let plain = block.marked.is_empty() && block.numbered_from.is_none() && !is_diff;
    for (index, (line, source)) in lines.iter().zip(block.text.lines()).enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let is_hidden = block.hidden.contains(&number);
        if is_hidden && medium == Medium::Epub {
            continue;
        }
        if is_hidden {
            let _ = write!(html, "<span class=\"cb-line--hidden boring\">{line}\n</span>");
            continue;
        }
        if plain {
            html.push_str(line);
        } else {
            push_line(block, index, (line, diff_class(source).filter(|_| is_diff)), medium, html);
        }
        html.push('\n');
    }
}

/// One line in its own element, so that it can be marked and numbered.
fn push_line(block: &CodeBlock, index: usize, (line, diff): (&str, Option<&str>), medium: Medium, html: &mut String) {
    let count = u32::try_from(index).unwrap_or(u32::MAX);
    html.push_str("<span class=\"cb-line");
    if block.marked.contains(&count.saturating_add(1)) {
        html.push_str(" cb-line--marked");
    }
    html.push_str(diff.unwrap_or_default());
    html.push('"');
    if let Some(first) = block.numbered_from.filter(|_| medium == Medium::Page) {
        let _ = write!(html, " data-line=\"{}\"", first.saturating_add(count));
    }
    html.push('>');
    html.push_str(line);
    html.push_str("</span>");
}

fn diff_class(line: &str) -> Option<&'static str> {
    match line.as_bytes().first() {
        Some(b'+') if !line.starts_with("+++") => Some(" cb-line--added"),
        Some(b'-') if !line.starts_with("---") => Some(" cb-line--removed"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_marked_and_numbered() {
        let block = CodeBlock {
            language: "diff".into(),
            title: Some("a<b".into()),
            marked: vec![2],
            numbered_from: Some(10),
            text: "+new\n-old\n".into(),
            ..CodeBlock::default()
        };
        let mut html = String::new();
        push(&block, None, Medium::Page, &mut html);
        assert_eq!(
            html,
            "<figure class=\"cb-code\"><figcaption class=\"cb-code__title\">a&lt;b</figcaption>\
             <pre tabindex=\"0\"><code class=\"language-diff\">\
             <span class=\"cb-line cb-line--added\" data-line=\"10\">+new</span>\n\
             <span class=\"cb-line cb-line--marked cb-line--removed\" data-line=\"11\">-old</span>\n\
             </code></pre></figure>\n"
        );
    }
}
