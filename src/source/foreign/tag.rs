//! Finds template tags: `{% hint %}` (Liquid, `GitBook`), `{{< note >}}` and `{{% note %}}` (shortcodes of Hugo), `{{ site.url }}`
//! (expressions of Liquid, Hugo and Vue).

use std::ops::Range;

use super::prose::is_escaped;

/// The longest tag, in bytes.
const LONGEST: usize = 4096;

/// The braces of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Braces {
    /// `{% … %}`.
    Liquid,
    /// `{{< … >}}` or `{{% … %}}`.
    Shortcode,
    /// `{{ … }}`.
    Expression,
    /// `<Name …>` of MDX.
    Component,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// Its range with the braces.
    pub(super) range: Range<usize>,
    pub(super) braces: Braces,
    /// Whether it ends what a tag of the same name began.
    pub(super) closing: bool,
    /// Its name; of an expression, all of it.
    pub(super) name: &'a str,
    /// What follows the name.
    pub(super) arguments: &'a str,
}

/// Finds the tags in ranges of the text, which are ascending.
pub(super) fn find<'a>(text: &'a str, ranges: &[Range<usize>]) -> Vec<Tag<'a>> {
    let mut found = Vec::new();
    let mut ends = Ends::default();
    for range in ranges {
        let mut at = range.start;
        while let Some(open) = text[at..range.end].find('{').map(|offset| at + offset) {
            let tag = read(text, open..range.end, &mut ends);
            at = tag.as_ref().map_or(open + 1, |tag| tag.range.end);
            found.extend(tag);
        }
    }
    found
}

/// The next ends of tags, so that a text of openings only is searched once for each kind of end.
#[derive(Default)]
struct Ends {
    found: [Option<usize>; 4],
}

impl Ends {
    fn next(&mut self, text: &str, kind: usize, mark: &str, from: usize) -> Option<usize> {
        let known = self.found[kind].filter(|at| *at >= from);
        let at = known.unwrap_or_else(|| text[from..].find(mark).map_or(text.len(), |offset| from + offset));
        self.found[kind] = Some(at);
        (at < text.len()).then_some(at)
    }
}

/// How tags begin and end; the first that matches is meant.
const KINDS: [(&str, &str, Braces); 4] = [
    ("{{<", ">}}", Braces::Shortcode),
    ("{{%", "%}}", Braces::Shortcode),
    ("{{", "}}", Braces::Expression),
    ("{%", "%}", Braces::Liquid),
];

fn read<'a>(text: &'a str, range: Range<usize>, ends: &mut Ends) -> Option<Tag<'a>> {
    let rest = &text[range.clone()];
    let kind = KINDS.iter().position(|(open, ..)| rest.starts_with(open))?;
    let (open, close, braces) = KINDS[kind];
    let start = range.start + open.len();
    let end = ends.next(text, kind, close, start).filter(|end| end + close.len() <= range.end)?;
    let inside = &text[start..end];
    let is_tag = inside.len() <= LONGEST && !inside.contains("{{") && !inside.starts_with(['{', '#', '/', '!', '>']);
    let is_comment = inside.trim_start().starts_with("/*");
    if !is_tag || (is_comment && braces == Braces::Shortcode) || is_escaped(text, range.start) {
        return None;
    }
    Some(parse(inside, braces, range.start..end + close.len()))
}

fn parse(inside: &str, braces: Braces, range: Range<usize>) -> Tag<'_> {
    let inside = inside.strip_prefix('-').unwrap_or(inside);
    let inside = inside.strip_suffix('-').unwrap_or(inside).trim();
    if braces == Braces::Expression {
        return Tag { range, braces, closing: false, name: inside, arguments: "" };
    }
    let (slash, inside) = match inside.strip_prefix('/') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, inside),
    };
    let inside = inside.strip_suffix('/').map_or(inside, str::trim_end);
    let (name, arguments) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    let ends = if braces == Braces::Liquid { name.strip_prefix("end").filter(|rest| !rest.is_empty()) } else { None };
    Tag { range, braces, closing: slash || ends.is_some(), name: ends.unwrap_or(name), arguments: arguments.trim() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags() {
        let text = "a {% hint style=\"info\" %} b {%- endhint -%} {{< note >}} {{% /note %}} {{ site.url }} {{</* x */>}} \\{{ y }} {{#z}} {{< fig src=a />}} {% open";
        let whole = 0..text.len();
        let shown: Vec<String> = find(text, std::slice::from_ref(&whole))
            .into_iter()
            .map(|tag| format!("{}{} {}", if tag.closing { "/" } else { "" }, tag.name, tag.arguments))
            .collect();
        assert_eq!(shown, ["hint style=\"info\"", "/hint ", "note ", "/note ", "site.url ", "fig src=a"]);
    }
}
