//! Pairs of template tags around a text: boxes (`{% hint %}` … `{% endhint %}`, `{{< notice >}}` … `{{< /notice >}}`) and tabs
//! become directives, code becomes a code block, comments are left out, and tags that only lay out their content are too.

use std::collections::BTreeMap;

use super::argument::{self, Argument, named, positional};
use super::changes::Changes;
use super::prose::inside_containers;
use super::tag::Tag;

/// What a pair of tags does to the text between them.
enum Block {
    /// It becomes this directive: the line after `:::`.
    Box(String),
    /// It is code in this language.
    Code(String),
    /// It is left out.
    Comment,
    /// It stays as it is, under this title if there is one.
    Plain(Option<String>),
}

/// Tags whose first argument, or whose `type` or `style`, is the kind of box.
const BOXES: [&str; 8] = ["hint", "notice", "callout", "alert", "admonition", "aside", "pageinfo", "box"];

/// Tags whose names are kinds of box.
const KINDS: [&str; 22] = [
    "note",
    "info",
    "tip",
    "warning",
    "caution",
    "danger",
    "important",
    "success",
    "question",
    "error",
    "attention",
    "example",
    "quote",
    "todo",
    "bug",
    "failure",
    "details",
    "expand",
    "spoiler",
    "accordion",
    "summary",
    "warn",
];

/// Tags that lay out their content.
const LAYOUTS: [&str; 11] =
    ["code", "content-ref", "stepper", "step", "steps", "columns", "column", "raw", "cards", "row", "center"];

fn block(tag: &Tag<'_>) -> Option<Block> {
    let arguments = argument::read(tag.arguments);
    let title = named(&arguments, &["title", "name", "header", "label", "tabName", "summary"]);
    let name = tag.name.to_lowercase();
    Some(match name.as_str() {
        "tabs" | "tabpane" | "tabset" => Block::Box("tabs".to_owned()),
        "tab" | "tabitem" => {
            let value = named(&arguments, &["value"]);
            Block::Box(line("tab", title.or_else(|| first(&arguments)).or(value).unwrap_or("…")))
        }
        "highlight" => Block::Code(first(&arguments).unwrap_or_default().to_owned()),
        "comment" => Block::Comment,
        name if BOXES.contains(&name) => Block::Box(box_line(&arguments, title)),
        name if KINDS.contains(&name) => {
            Block::Box(line(name, title.or_else(|| quoted(&arguments)).unwrap_or_default()))
        }
        name if LAYOUTS.contains(&name) => Block::Plain(title.map(str::to_owned)),
        _ => return None,
    })
}

/// The line of a box whose kind is an argument.
fn box_line(arguments: &[Argument<'_>], title: Option<&str>) -> String {
    let is_kind = |value: &&str| KINDS.contains(&value.to_lowercase().as_str()) || *value == "primary";
    let written = named(arguments, &["style", "type", "kind", "color", "level"]);
    let kind = written.filter(is_kind).or_else(|| first(arguments).filter(is_kind)).unwrap_or("note").to_lowercase();
    let rest = positional(arguments).map(|it| it.value).find(|value| !value.eq_ignore_ascii_case(&kind));
    line(&kind, title.or(rest).unwrap_or_default())
}

fn line(name: &str, title: &str) -> String {
    let title = title.replace(['\n', '\r'], " ");
    format!("{name} {title}").trim_end().to_owned()
}

fn first<'a>(arguments: &[Argument<'a>]) -> Option<&'a str> {
    positional(arguments).next().map(|argument| argument.value)
}

fn quoted<'a>(arguments: &[Argument<'a>]) -> Option<&'a str> {
    positional(arguments).find(|argument| argument.quoted).map(|argument| argument.value)
}

/// Replaces pairs of tags. Returns the tags that belong to none.
pub(super) fn replace_pairs<'a>(text: &str, tags: &[Tag<'a>], changes: &mut Changes) -> Vec<Tag<'a>> {
    let pairs = pairs(tags);
    let mut hidden = 0;
    let mut rest = Vec::new();
    for (index, tag) in tags.iter().enumerate() {
        if tag.range.start < hidden {
            continue;
        }
        match pairs.get(&index) {
            Some(Some(end)) => hidden = write(text, (tag, &tags[*end]), changes).max(hidden),
            Some(None) => {}
            None => rest.push(tag.clone()),
        }
    }
    rest
}

/// By the index of each tag that belongs to a pair: the index of its end, `None` for an end.
fn pairs(tags: &[Tag<'_>]) -> BTreeMap<usize, Option<usize>> {
    let mut found = BTreeMap::new();
    let mut open: Vec<usize> = Vec::new();
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, tag) in tags.iter().enumerate() {
        let name = tag.name.to_lowercase();
        if !tag.closing {
            if block(tag).is_some() {
                by_name.entry(name).or_default().push(index);
                open.push(index);
            }
            continue;
        }
        let Some(start) = by_name.get(&name).and_then(|indices| indices.last().copied()) else { continue };
        while let Some(inner) = open.pop_if(|inner| *inner >= start) {
            by_name.entry(tags[inner].name.to_lowercase()).or_default().pop();
        }
        found.insert(start, Some(index));
        found.insert(index, None);
    }
    found
}

/// Replaces one pair. Returns the end of the text in which no tag is read.
fn write(text: &str, (open, close): (&Tag<'_>, &Tag<'_>), changes: &mut Changes) -> usize {
    let prefix = prefix(text, open.range.start);
    match block(open) {
        Some(Block::Comment) => {
            changes.replace(open.range.start..close.range.end, "");
            return close.range.end;
        }
        Some(Block::Code(language)) => {
            surround(text, (open, close), (&format!("```{language}"), "```"), &prefix, changes);
            return close.range.end;
        }
        Some(Block::Box(line)) => surround(text, (open, close), (&format!(":::{line}"), ":::"), &prefix, changes),
        Some(Block::Plain(title)) => {
            let title = title.map(|title| format!("**{}**\n{prefix}", title.replace('*', " "))).unwrap_or_default();
            changes.replace(open.range.clone(), title);
            changes.replace(close.range.clone(), "");
            if open.name == "raw" {
                return close.range.end;
            }
        }
        None => {}
    }
    0
}

/// Puts lines in the place of two tags, each in a line of its own.
fn surround(
    text: &str,
    (open, close): (&Tag<'_>, &Tag<'_>),
    (first, last): (&str, &str),
    prefix: &str,
    changes: &mut Changes,
) {
    let new_line = format!("\n{prefix}");
    let after = |at: usize| if ends_line(text, at) { "" } else { new_line.as_str() };
    let begins = inside_containers(start_of_line(text, open.range.start)).is_empty();
    let before = if begins { String::new() } else { format!("\n{new_line}") };
    changes.replace(open.range.clone(), format!("{before}{first}{}", after(open.range.end)));
    let begins = inside_containers(start_of_line(text, close.range.start)).is_empty();
    let before = if begins { "" } else { new_line.as_str() };
    changes.replace(close.range.clone(), format!("{before}{last}{}", after(close.range.end)));
}

/// What continues a container in the next line: quotation marks, and spaces for the marks of lists.
fn prefix(text: &str, at: usize) -> String {
    let line = start_of_line(text, at);
    let marks = &line[..line.len() - inside_containers(line).len()];
    marks.chars().map(|c| if matches!(c, '>' | '\t') { c } else { ' ' }).collect()
}

/// The longest start of a line that is looked at: a tag after more than that is not at the start of its line.
const LONGEST_START: usize = 1024;

fn start_of_line(text: &str, at: usize) -> &str {
    let from = (at.saturating_sub(LONGEST_START)..=at).find(|from| text.is_char_boundary(*from)).unwrap_or(at);
    let window = &text[from..at];
    window.rfind('\n').map_or(window, |end| &window[end + 1..])
}

/// Whether nothing but white space follows in the line.
fn ends_line(text: &str, at: usize) -> bool {
    let rest = text[at..].trim_start_matches([' ', '\t', '\r']);
    rest.is_empty() || rest.starts_with('\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::foreign::replace::replace;
    use crate::source::foreign::tag;
    use crate::source::origin::Origin;

    fn rewritten(text: &str) -> (String, usize) {
        let mut changes = Changes::default();
        let whole = 0..text.len();
        let rest = replace_pairs(text, &tag::find(text, std::slice::from_ref(&whole)), &mut changes);
        (replace(text, &Origin::whole("a.md"), changes.replacements).0.to_string(), rest.len())
    }

    #[test]
    fn pairs_become_directives() {
        for (text, expected) in [
            ("{% hint style=\"info\" %}\na\n{% endhint %}\n", ":::info\na\n:::\n"),
            ("{{< notice warning \"Mind\" >}}\na\n{{< /notice >}}\n", ":::warning Mind\na\n:::\n"),
            ("{{% alert color=\"primary\" title=\"T\" %}}a{{% /alert %}}", ":::primary T\na\n:::"),
            ("{{< note >}}a\nb{{< /note >}} c", ":::note\na\nb\n:::\n c"),
            ("- x\n  {% hint style=\"tip\" %}\n  a\n  {% endhint %}\n", "- x\n  :::tip\n  a\n  :::\n"),
            ("> {{< tip >}}a{{< /tip >}}\n", "> :::tip\n> a\n> :::\n"),
            ("{% tabs %}\n{% tab title=\"A\" %}\na\n{% endtab %}\n{% endtabs %}\n", ":::tabs\n:::tab A\na\n:::\n:::\n"),
            (
                "{% hint style=\"danger\" %}\n{{< details \"More\" >}}\na\n{{< /details >}}\n{% endhint %}\n",
                ":::danger\n:::details More\na\n:::\n:::\n",
            ),
            ("{% code title=\"a.js\" %}\nx\n{% endcode %}\n", "**a.js**\n\nx\n\n"),
            ("a {% comment %} {{ b }} {% endcomment %} c", "a  c"),
            ("{% highlight rb %}\n{{ x }}\n{% endhighlight %}\n", "```rb\n{{ x }}\n```\n"),
        ] {
            assert_eq!(rewritten(text), (expected.to_owned(), 0), "{text:?}");
        }
    }

    #[test]
    fn tags_without_a_pair_stay() {
        for (text, rest) in [
            ("{% hint %}\na\n", 1),
            ("{% endhint %}\n", 1),
            ("{% hint %}{% tip %}{% endhint %}\n", 1),
            ("{% if x %}a{% endif %}", 2),
        ] {
            assert_eq!(rewritten(text).1, rest, "{text:?}");
        }
    }
}
