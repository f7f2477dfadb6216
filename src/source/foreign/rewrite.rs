//! Rewrites one text, in the order in which the tools work: template tags, then links.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::argument::literal;
use super::block_tag;
use super::changes::{Changes, Problem, Unknown};
use super::component;
use super::contents;
use super::esm;
use super::files::Files;
use super::inline_tag;
use super::line;
use super::prose::{self, Indented};
use super::replace::replace;
use super::tag::{self, Braces, Tag};
use super::wiki::{Reader, block_id};
use crate::diagnostic::{Diagnostic, Report, Span, codes};
use crate::path::{ContentPath, encode_path};
use crate::source::origin::Origin;
use crate::source::tool::Tool;

/// The folder that a text is in.
#[derive(Debug, Clone, Copy)]
pub(in crate::source) struct Folder<'a> {
    /// The tool that it was written for.
    pub(in crate::source) tool: Tool,
    /// Its files.
    pub(in crate::source) files: &'a Files,
}

/// Rewrites a text; `None` if nothing changes. What is not understood is reported.
pub(in crate::source) fn rewrite(
    path: &ContentPath,
    text: &str,
    origin: &Origin,
    folder: Folder<'_>,
    report: &mut Report,
) -> Option<(Arc<str>, Origin)> {
    let is_mdx = path.extension().eq_ignore_ascii_case("mdx") || folder.tool == Tool::Docusaurus;
    let marks = [
        "[[", "{{", "{%", "{:", "toc", "TOC", "@site/", "](@/", " ^", "==", "%%", "!> ", "?> ", " :id=", "{docsify",
        "mermaid", ":src=", ":href=", "import ",
    ];
    if !is_mdx && !marks.iter().any(|mark| text.contains(mark)) {
        return None;
    }
    let mut changes = Changes::default();
    let prose = prose::prose(text, if is_mdx { Indented::IsText } else { Indented::IsCode });
    if is_mdx || esm::has_imports(text, |at| is_inside(&prose, at)) {
        mdx(text, &prose, &mut changes);
    }
    contents::find(text, |at| is_inside(&prose, at), &mut changes);
    line::find(text, folder.tool, |at| is_inside(&prose, at), &mut changes);
    tags(text, &prose, path.folder(), folder, &mut changes);
    let reader = Reader { tool: folder.tool, folder: path.folder(), files: folder.files };
    for range in &prose {
        reader.find(text, range, &mut changes);
        aliases(text, range, folder.files, &mut changes);
        bindings(text, range, &mut changes);
        if folder.tool == Tool::Obsidian {
            blocks(text, range, &mut changes);
            marked(text, range, &mut changes);
        }
    }
    if folder.tool == Tool::Obsidian {
        comments(text, &prose, &mut changes);
    }
    report_unknown(&changes.unknown, folder.tool, origin, report);
    if changes.replacements.is_empty() { None } else { Some(replace(text, origin, changes.replacements)) }
}

/// Reads a text as MDX: without statements, and components as what they hold.
fn mdx(text: &str, prose: &[Range<usize>], changes: &mut Changes) {
    let imports = esm::remove(text, |at| is_inside(prose, at), changes);
    component::unindent(text, changes);
    component::replace(text, prose, &imports, changes);
}

fn is_inside(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.end <= at);
    ranges.get(next).is_some_and(|range| range.start <= at)
}

fn tags(text: &str, prose: &[Range<usize>], path: &str, folder: Folder<'_>, changes: &mut Changes) {
    let tags = tag::find(text, prose);
    for tag in block_tag::replace_pairs(text, &tags, changes) {
        match inline_tag::markdown(&tag, text, path, folder.files) {
            Some(with) => changes.replace(tag.range, with),
            None if is_of_tool(&tag, folder.tool) => changes.unknown(tag.range.clone(), kind(&tag), Problem::Tag),
            None => {}
        }
    }
}

/// Whether a tag that stays in the text is one of a tool. Expressions are written in other texts too.
fn is_of_tool(tag: &Tag<'_>, tool: Tool) -> bool {
    let has_expressions = matches!(tool, Tool::Jekyll | Tool::Hugo | Tool::VitePress | Tool::Docusaurus);
    let is_own = tag.name.starts_with("book.");
    tag.braces != Braces::Expression || (has_expressions && !is_own)
}

fn kind(tag: &Tag<'_>) -> String {
    match tag.braces {
        Braces::Liquid => format!("{{% {} %}}", tag.name),
        Braces::Shortcode => format!("{{{{< {} >}}}}", tag.name),
        Braces::Expression => "{{ … }}".to_owned(),
        Braces::Component => format!("<{}>", tag.name),
    }
}

/// `@site/docs/a.md` of Docusaurus and `@/a.md` of Zola: paths from the root.
fn aliases(text: &str, range: &Range<usize>, files: &Files, changes: &mut Changes) {
    let mut at = range.start;
    while let Some(open) = text[at..range.end].find('@').map(|offset| at + offset) {
        at = open + 1;
        let rest = &text[open..range.end];
        let Some(mark) = ["@site/", "@/"].into_iter().find(|mark| rest.starts_with(mark)) else { continue };
        let before = text[..open].chars().next_back();
        if !before.is_some_and(|c| matches!(c, '(' | '"' | '\'' | '<')) {
            continue;
        }
        let start = open + mark.len();
        let ends = |c: char| c.is_whitespace() || matches!(c, ')' | '"' | '\'' | '>' | '#' | '?');
        let length = text[start..range.end].find(ends).unwrap_or(range.end - start);
        let written = &text[start..start + length];
        let found = files.below(written).map(|path| encode_path(path.as_str()));
        changes.replace(open..start + length, format!("/{}", found.as_deref().unwrap_or(written)));
        at = start + length;
    }
}

/// `:src="$withBase('/a.png')"` of Vue: an attribute whose value is a string.
fn bindings(text: &str, range: &Range<usize>, changes: &mut Changes) {
    for name in [":src=\"", ":href=\""] {
        for (at, _) in text[range.clone()].match_indices(name) {
            let open = range.start + at;
            let value = &text[open + name.len()..range.end];
            let Some(end) = value.bytes().take(LONGEST_VALUE).position(|byte| byte == b'"') else { continue };
            if let Some(value) = literal(&value[..end]) {
                changes.replace(open..open + name.len() + end, format!("{}{value}", &name[1..]));
            }
        }
    }
}

/// The longest value of an attribute that is read, in bytes.
const LONGEST_VALUE: usize = 1024;

/// `==text==` of Obsidian is marked text.
fn marked(text: &str, range: &Range<usize>, changes: &mut Changes) {
    let mut open: Option<usize> = None;
    for (at, _) in text[range.clone()].match_indices("==") {
        let at = range.start + at;
        let (before, after) = (&text[range.start..at], &text[at + 2..range.end]);
        if before.ends_with('=') || after.starts_with('=') {
            open = None;
        } else if let Some(start) = open.filter(|_| !before.ends_with(char::is_whitespace)) {
            changes.replace(start..start + 2, "<mark>");
            changes.replace(at..at + 2, "</mark>");
            open = None;
        } else if !after.starts_with(char::is_whitespace) {
            open = Some(at);
        }
    }
}

/// `%%text%%` of Obsidian is a comment, which may hold several paragraphs.
fn comments(text: &str, prose: &[Range<usize>], changes: &mut Changes) {
    let marks = |range: &Range<usize>| {
        let start = range.start;
        text[range.clone()].match_indices("%%").map(move |(at, _)| start + at).collect::<Vec<_>>()
    };
    let all: Vec<usize> = prose.iter().flat_map(marks).collect();
    for pair in all.chunks_exact(2) {
        changes.replace(pair[0]..pair[1] + 2, "");
    }
}

/// `^id` at the end of a line, by which Obsidian links to a block, becomes an anchor.
fn blocks(text: &str, range: &Range<usize>, changes: &mut Changes) {
    let mut at = range.start;
    for line in text[range.clone()].split_inclusive('\n') {
        let written = line.trim_end();
        let id = written.rsplit_once('^').filter(|(before, _)| before.is_empty() || before.ends_with(' '));
        if let Some((before, id)) = id
            && !id.is_empty()
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            changes.replace(at + before.len()..at + written.len(), format!("<a id=\"{}\"></a>", block_id(id)));
        }
        at += line.len();
    }
}

/// Reports what stays in the text, one of each kind. In a wiki each link without a page is a kind.
fn report_unknown(all: &[Unknown], tool: Tool, origin: &Origin, report: &mut Report) {
    let mut kinds: BTreeSet<&str> = BTreeSet::new();
    for Unknown { range, kind, problem } in all {
        let is_link = *problem == Problem::NoPage;
        if kinds.insert(if is_link && !tool.has_wiki_links() { "[[" } else { kind }) {
            let at = origin.place(Span::new(range.start, range.end));
            report.add(diagnostic(kind, *problem, tool).at(at));
        }
    }
}

fn diagnostic(kind: &str, problem: Problem, tool: Tool) -> Diagnostic {
    match problem {
        Problem::Tag => {
            let message = format!("`{kind}` is a tag of another tool and is shown as text");
            let help = "write its text in Markdown, or put it between backticks if it is meant as text";
            Diagnostic::new(&codes::FOREIGN_SYNTAX, message).help(help)
        }
        Problem::NoPage if tool.has_wiki_links() => {
            let message = format!("`[[{kind}]]` names no page of this folder, and its words are shown as text");
            Diagnostic::new(&codes::BROKEN_LINK, message).help("correct the name, or create the page")
        }
        Problem::NoPage => {
            let message = format!("`[[{kind}]]` names no page of this folder and is shown as text");
            let help = "write the name of a page, or put it between backticks if it is meant as text";
            Diagnostic::new(&codes::FOREIGN_SYNTAX, message).help(help)
        }
        Problem::Component => {
            let message = format!("the component `<{kind}>` is not shown, only the text in it");
            Diagnostic::new(&codes::FOREIGN_SYNTAX, message).help("write its content in Markdown")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(text: &str, tool: Tool) -> (String, Vec<String>) {
        let names = ["README.md", "docs/a b.md", "static/img/x.png"];
        let files = Files::new(names.iter().filter_map(|name| ContentPath::resolve("", name)));
        let path = ContentPath::resolve("", "README.md").unwrap();
        let mut report = Report::default();
        let found = rewrite(&path, text, &Origin::whole("README.md"), Folder { tool, files: &files }, &mut report);
        let messages = report.iter().map(|it| it.message.clone()).collect();
        (found.map_or_else(|| text.to_owned(), |(text, _)| text.to_string()), messages)
    }

    #[test]
    fn texts_of_other_tools() {
        for (tool, text, expected, messages) in [
            (
                Tool::GitHub,
                "See [b]({{ site.baseurl }}{% link docs/a b.md %}).\n\nWrite `{{ name }}` and {{ name }}.\n",
                "See [b](/docs/a%20b.md).\n\nWrite `{{ name }}` and {{ name }}.\n",
                &[][..],
            ),
            (Tool::Docusaurus, "[a](@site/docs/a%20b.md) me@site/x", "[a](/docs/a%20b.md) me@site/x", &[]),
            (Tool::GitHub, "![a](@site/static/img/x.png)", "![a](/static/img/x.png)", &[]),
            (
                Tool::Jekyll,
                "{% include a.html %} {% include b.html %} {{ page.x }} {{ page.y }} {{ book.title }}\n\n```\n{% x %}\n```\n",
                "{% include a.html %} {% include b.html %} {{ page.x }} {{ page.y }} {{ book.title }}\n\n```\n{% x %}\n```\n",
                &[
                    "`{% include %}` is a tag of another tool and is shown as text",
                    "`{{ … }}` is a tag of another tool and is shown as text",
                ],
            ),
            (Tool::Obsidian, "A block. ^ab-1\n\nx ^ y\n", "A block. <a id=\"block-ab-1\"></a>\n\nx ^ y\n", &[]),
            (Tool::GitHub, "A block. ^ab-1\n", "A block. ^ab-1\n", &[]),
            (Tool::Obsidian, "a ==b c== d == e `==x==` ===\n", "a <mark>b c</mark> d == e `==x==` ===\n", &[]),
            (Tool::Obsidian, "a %%b%% c\n\n%%\nd [[README]]\n\ne\n%%\nf\n", "a  c\n\n\nf\n", &[]),
            (Tool::GitHub, "a ==b== %%c%%\n", "a ==b== %%c%%\n", &[]),
            (Tool::VitePress, "<img :src=\"$withBase('/a.png')\" alt=\"b\">", "<img src=\"/a.png\" alt=\"b\">", &[]),
            (Tool::VitePress, "# A\n\n[[toc]]\n", "# A\n\n\n", &[]),
            (Tool::GitBook, "{% file src=\"a.pdf\" %}\nWords\n{% endfile %}\n", "[a.pdf](a.pdf)\nWords\n\n", &[]),
            (
                Tool::GitHub,
                "[[Nowhere]]",
                "[[Nowhere]]",
                &["`[[Nowhere]]` names no page of this folder and is shown as text"],
            ),
        ] {
            let messages = messages.iter().map(|message| (*message).to_owned()).collect();
            assert_eq!(rewritten(text, tool), (expected.to_owned(), messages), "{text}");
        }
    }

    #[test]
    fn mdx_is_read_as_markdown() {
        for (text, expected, messages) in [
            (
                "---\ntitle: C\n---\nimport Tabs from '@theme/Tabs';\nimport {\n  a,\n} from 'b';\n\nexport const n = 3;\n\nWords.\n",
                "---\ntitle: C\n---\n\n\nWords.\n",
                &[][..],
            ),
            ("import x from 'a'\n\nimport is a word from here.\n", "\nimport is a word from here.\n", &[]),
            (
                "import a from './a.png'\n\n<img src={a} style={{ width: 3 }} className=\"x\" alt=\"y\"/>\n",
                "\n<img src=\"./a.png\" class=\"x\" alt=\"y\"/>\n",
                &[],
            ),
            (
                "import x from 'x'\n\n<Tabs>\n  <TabItem value=\"a\" label=\"A\">\n\n    Text `<B>`.\n\n  </TabItem>\n</Tabs>\n",
                "\n:::tabs\n:::tab A\n\nText `<B>`.\n\n:::\n:::\n",
                &[],
            ),
            (
                "import x from 'x'\n\n<Admonition type=\"tip\" title={'T'}>\nHot\n</Admonition>\n\n<Note>a</Note>\n",
                "\n:::tip T\nHot\n:::\n\n:::note\na\n:::\n",
                &[],
            ),
            (
                "import x from 'x'\n\n<Card title=\"T\" href=\"/a b\" /> {/* no */}{' '}<Chart\n  data={[1, '>']}\n/> <Chart />\n\n<>x</>\n",
                "\n[T](</a b>)    \n\nx\n",
                &["the component `<Chart>` is not shown, only the text in it"],
            ),
            (
                "import x from 'x'\n\n```js\nimport y from 'y'\n<B/>\n```\n",
                "\n```js\nimport y from 'y'\n<B/>\n```\n",
                &[],
            ),
            ("Vec<T> and <Tabs> are text.\n", "Vec<T> and <Tabs> are text.\n", &[]),
        ] {
            let (out, found) = rewritten(text, Tool::GitHub);
            assert_eq!(found, messages, "{text}");
            assert_eq!(out, expected, "{text}");
        }
    }
}
