//! Wiki links: `[[Page]]`, `[[Page|text]]`, `[[Page#Heading]]`, `[[#Heading]]`, `![[picture.png|300]]`, `![[Page]]`.
//!
//! In a vault or a wiki each is a link. Elsewhere `[[…]]` is one only if it names a page of the folder, since other texts
//! contain double brackets too.

use std::ops::Range;

use super::changes::{Changes, Problem};
use super::contents;
use super::files::Files;
use super::inline_tag::{destination, fragment, label};
use super::prose::is_escaped;
use crate::path::{ContentPath, encode_path, media_kind};
use crate::source::tool::Tool;

/// The longest link, in bytes.
const LONGEST: usize = 1024;

/// Whose links these are.
pub(super) struct Reader<'a> {
    pub(super) tool: Tool,
    /// The folder of the text.
    pub(super) folder: &'a str,
    pub(super) files: &'a Files,
}

/// A wiki link in the text.
struct Written<'a> {
    range: Range<usize>,
    embeds: bool,
    target: &'a str,
    /// What follows the first bar.
    words: Option<&'a str>,
}

impl Reader<'_> {
    /// Finds the wiki links in a range of the text.
    pub(super) fn find(&self, text: &str, range: &Range<usize>, changes: &mut Changes) {
        let mut at = range.start;
        while let Some(open) = text[at..range.end].find("[[").map(|offset| at + offset) {
            let link = read(text, open, range.end);
            at = link.as_ref().map_or(open + 1, |link| link.range.end);
            if let Some(link) = link {
                self.link(&link, changes);
            }
        }
    }

    fn link(&self, link: &Written<'_>, changes: &mut Changes) {
        let found = self.target(link.target).map(|target| (target, link.target, link.words));
        // GitHub's wikis have the text first.
        let turned = || Some((self.target(link.words?)?, link.words?, Some(link.target)));
        let found = if self.tool == Tool::Wiki { turned().or(found) } else { found.or_else(turned) };
        if let Some((target, written, words)) = found {
            return changes.replace(link.range.clone(), markdown(&target, written, words, link.embeds));
        }
        if contents::is_mark(&format!("[[{}]]", link.target)) {
            return;
        }
        if self.tool.has_wiki_links() {
            changes.unknown(link.range.clone(), link.target, Problem::NoPage);
            let shown = link.words.filter(|_| self.tool == Tool::Obsidian).unwrap_or(link.target);
            return changes.replace(link.range.clone(), escaped(shown));
        }
        let is_name = link.target.contains(char::is_alphabetic) && link.target.trim() == link.target;
        if is_name && !link.target.starts_with('-') {
            changes.unknown(link.range.clone(), link.target, Problem::NoPage);
        }
    }

    /// What a link leads to: a file, or a heading of this page.
    fn target(&self, written: &str) -> Option<Target> {
        let (page, heading) = match written.split_once('#') {
            Some((page, heading)) => (page.trim(), Some(heading)),
            None => (written.trim(), None),
        };
        let file = if page.is_empty() { None } else { Some(self.files.named(self.folder, page)?.clone()) };
        // `#Part#Heading` is the heading in that part; `#^id` is a block.
        let anchor = heading.and_then(|heading| heading.rsplit('#').next()).filter(|heading| !heading.is_empty());
        let anchor = anchor.map(|heading| match heading.strip_prefix('^') {
            Some(block) => format!("#{}", block_id(block)),
            None => fragment(heading),
        });
        (file.is_some() || anchor.is_some()).then_some(Target { file, anchor })
    }
}

/// What a link leads to.
struct Target {
    /// `None` for this page.
    file: Option<ContentPath>,
    anchor: Option<String>,
}

impl Target {
    fn address(&self) -> String {
        let path = self.file.as_ref().map(|file| format!("/{}", encode_path(file.as_str()))).unwrap_or_default();
        path + self.anchor.as_deref().unwrap_or_default()
    }

    fn is_media(&self) -> bool {
        let Some(file) = &self.file else { return false };
        PICTURES.contains(&file.extension().to_lowercase().as_str()) || media_kind(file.as_str()).is_some()
    }
}

/// Extensions of pictures.
const PICTURES: [&str; 9] = ["png", "apng", "jpg", "jpeg", "gif", "svg", "webp", "avif", "bmp"];

/// The id of a block that a link names: `^id` in the text.
pub(super) fn block_id(written: &str) -> String {
    format!("block-{}", written.trim())
}

fn read(text: &str, open: usize, end: usize) -> Option<Written<'_>> {
    let start = open + "[[".len();
    let window = &text[start..end];
    let length = window.bytes().take(LONGEST).position(|byte| matches!(byte, b'[' | b']' | b'\n'))?;
    let after = window[length..].strip_prefix("]]")?;
    let embeds = text[..open].ends_with('!');
    // `[[1]](#note)`, `[[1]][note]` and `[[1]]: note` are links of Markdown, whose text is in brackets.
    if length == 0 || is_escaped(text, open - usize::from(embeds)) || after.starts_with(['(', '[', ':']) {
        return None;
    }
    let inside = &window[..length];
    let (target, words) = match inside.split_once('|') {
        Some((target, words)) => (target.strip_suffix('\\').unwrap_or(target), Some(words.trim())),
        None => (inside, None),
    };
    let range = open - usize::from(embeds)..start + length + "]]".len();
    Some(Written { range, embeds, target, words: words.filter(|words| !words.is_empty()) })
}

/// The link or the image in Markdown.
fn markdown(target: &Target, written: &str, words: Option<&str>, embeds: bool) -> String {
    let address = target.address();
    if !embeds || !target.is_media() {
        let text = words.map_or_else(|| escaped(&name(written)), label);
        return format!("[{text}]({})", destination(&address));
    }
    let words: Vec<&str> = words.unwrap_or_default().split('|').map(str::trim).collect();
    let size = words.last().and_then(|last| size(last));
    let alt = words.iter().find(|word| !word.is_empty() && self::size(word).is_none());
    let alt = alt.copied().unwrap_or_else(|| written.rsplit('/').next().unwrap_or(written));
    match size {
        Some((width, height)) => {
            let height = height.map(|height| format!(" height=\"{height}\"")).unwrap_or_default();
            format!("<img src=\"{}\" alt=\"{}\" width=\"{width}\"{height}>", quoted(&address), quoted(alt))
        }
        None => format!("![{}]({})", label(alt), destination(&address)),
    }
}

/// `300` or `300x200`.
fn size(word: &str) -> Option<(u32, Option<u32>)> {
    match word.split_once('x') {
        Some((width, height)) => Some((width.parse().ok()?, Some(height.parse().ok()?))),
        None => Some((word.parse().ok()?, None)),
    }
}

fn quoted(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The text of a link without words of its own: `Page > Heading`.
fn name(written: &str) -> String {
    let parts = written.split('#').map(|part| part.trim().trim_start_matches('^')).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" > ")
}

/// A text whose marks are no Markdown.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '*' | '_' | '`' | '<' | '\\' | '&' | '$' | '~') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::foreign::replace::replace;
    use crate::source::origin::Origin;

    fn rewritten(text: &str, tool: Tool) -> (String, usize) {
        let names = [
            "README.md",
            "notes/Tool list.md",
            "notes/my_file.md",
            "img/shed.png",
            "a.pdf",
            "a.m4a",
            "b.OPUS",
            "c.mkv",
        ];
        let files = Files::new(names.iter().filter_map(|name| ContentPath::resolve("", name)));
        let mut changes = Changes::default();
        Reader { tool, folder: "", files: &files }.find(text, &(0..text.len()), &mut changes);
        let out = replace(text, &Origin::whole("a.md"), changes.replacements).0.to_string();
        (out, changes.unknown.len())
    }

    #[test]
    fn links_and_pictures() {
        for (text, expected) in [
            ("[[Tool list]]", "[Tool list](/notes/Tool%20list.md)"),
            ("[[tool-list|the *tools*]]", "[the *tools*](/notes/Tool%20list.md)"),
            ("|[[notes/Tool list\\|x]]|", "|[x](/notes/Tool%20list.md)|"),
            ("[[Tool list#Big Spades]]", "[Tool list > Big Spades](/notes/Tool%20list.md#big-spades)"),
            ("[[#Here#Below]]", "[Here > Below](#below)"),
            ("[[Tool list#^a1|b]]", "[b](/notes/Tool%20list.md#block-a1)"),
            ("[[my_file]]", "[my\\_file](/notes/my_file.md)"),
            ("![[shed.png]]", "![shed.png](/img/shed.png)"),
            ("![[shed.png|300]]", "<img src=\"/img/shed.png\" alt=\"shed.png\" width=\"300\">"),
            (
                "![[shed.png|My \"shed\"|300x20]]",
                "<img src=\"/img/shed.png\" alt=\"My &quot;shed&quot;\" width=\"300\" height=\"20\">",
            ),
            ("![[shed.png|My shed]]", "![My shed](/img/shed.png)"),
            ("![[Tool list]] ![[a.pdf]]", "[Tool list](/notes/Tool%20list.md) [a.pdf](/a.pdf)"),
            ("![[a.m4a]] ![[b.OPUS]]", "![a.m4a](/a.m4a) ![b.OPUS](/b.OPUS)"),
            ("![[c.mkv]]", "[c.mkv](/c.mkv)"),
            ("[[the tools|Tool list]]", "[the tools](/notes/Tool%20list.md)"),
            (
                "[[1]](#x) [[1]][x] [[1, 2], [3]] [[]] \\[[README]]",
                "[[1]](#x) [[1]][x] [[1, 2], [3]] [[]] \\[[README]]",
            ),
        ] {
            assert_eq!(rewritten(text, Tool::GitHub), (expected.to_owned(), 0), "{text}");
        }
    }

    #[test]
    fn a_link_without_a_page_is_text() {
        for (tool, text, expected, unknown) in [
            (Tool::GitHub, "[[Nowhere]]", "[[Nowhere]]", 1),
            (Tool::GitHub, "[[1, 2]] [[ -f x ]]", "[[1, 2]] [[ -f x ]]", 0),
            (Tool::Obsidian, "[[No_where|x]] [[Nowhere]]", "x Nowhere", 2),
            (Tool::Wiki, "[[Home page|README]]", "[Home page](/README.md)", 0),
        ] {
            assert_eq!(rewritten(text, tool), (expected.to_owned(), unknown), "{text}");
        }
    }
}
