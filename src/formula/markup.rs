//! Makes the markup of `pulldown-latex` safe and well-formed.
//!
//! The crate writes some text and attributes as they come, and has no commands for boxes and phantoms. So its markup is read
//! as a list of tags, and only elements and attributes of `MathML` pass. What the crate cannot say is a group with a border
//! in a colour that has no other use; see [`ROLES`].

/// What a group is, other than a group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Role {
    /// The command that has this meaning.
    pub(super) command: &'static str,
    /// The colour of the border that marks the group.
    pub(super) colour: (u8, u8, u8),
    /// What is written for the start tag, without the last `>`.
    open: &'static str,
    /// What is written inside of it, before the content.
    inner: &'static str,
    /// What is written for the end tag.
    close: &'static str,
}

const fn role(command: &'static str, number: u8, [open, inner, close]: [&'static str; 3]) -> Role {
    Role { command, colour: (1, 0, number), open, inner, close }
}

/// Groups that become other elements, by command.
pub(super) const ROLES: &[Role] = &[
    role("boxed", 1, ["<mrow class=\"cb-math-box\"", "", "</mrow>"]),
    role("phantom", 2, ["<mphantom", "", "</mphantom>"]),
    role("hphantom", 3, ["<mpadded height=\"0\" depth=\"0\"", "<mphantom>", "</mphantom></mpadded>"]),
    role("vphantom", 4, ["<mpadded width=\"0\"", "<mphantom>", "</mphantom></mpadded>"]),
    role("smash", 5, ["<mpadded height=\"0\" depth=\"0\"", "", "</mpadded>"]),
    role("rlap", 6, ["<mpadded width=\"0\"", "", "</mpadded>"]),
    role("cancel", 7, ["<mrow class=\"cb-math-cancel\"", "", "</mrow>"]),
    role("bcancel", 8, ["<mrow class=\"cb-math-bcancel\"", "", "</mrow>"]),
    role("xcancel", 9, ["<mrow class=\"cb-math-xcancel\"", "", "</mrow>"]),
    role("sout", 10, ["<mrow class=\"cb-math-strike\"", "", "</mrow>"]),
];

const ELEMENTS: &[&str] = &[
    "math",
    "mfrac",
    "mi",
    "mn",
    "mo",
    "mover",
    "mroot",
    "mrow",
    "mspace",
    "msqrt",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
];
const ATTRIBUTES: &[&str] = &[
    "class",
    "depth",
    "display",
    "displaystyle",
    "height",
    "largeop",
    "linethickness",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "scriptlevel",
    "stretchy",
    "style",
    "symmetric",
    "width",
];
/// Text that the crate writes for a space.
const SPACES: [&str; 2] = ["&amp;nbsp;", "&nbsp;"];

/// A tag.
struct Tag<'a> {
    name: &'a str,
    closes: bool,
    is_empty: bool,
    attributes: Vec<(&'a str, &'a str)>,
    length: usize,
}

/// The markup in a form that is valid in HTML and in XML.
pub(super) fn checked(mathml: &str) -> String {
    let mut out = String::with_capacity(mathml.len() + mathml.len() / 8);
    // What closes each group that is open.
    let mut open: Vec<&str> = Vec::new();
    let mut rest = mathml;
    while let Some(at) = rest.find(['<', '&', '>']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match tag(rest) {
            Some(tag) => push_tag(&tag, &mut open, &mut out),
            None => push_reference(rest, &mut out),
        };
        rest = &rest[length..];
    }
    out + rest
}

/// Writes the character that a text begins with as text, and returns the length of what it was.
fn push_reference(text: &str, out: &mut String) -> usize {
    if let Some(space) = SPACES.iter().find(|space| text.starts_with(**space)) {
        out.push('\u{a0}');
        return space.len();
    }
    if let Some(known) = ["&amp;", "&lt;", "&gt;"].iter().find(|known| text.starts_with(**known)) {
        out.push_str(known);
        return known.len();
    }
    out.push_str(match text.as_bytes().first() {
        Some(b'<') => "&lt;",
        Some(b'>') => "&gt;",
        _ => "&amp;",
    });
    1
}

fn push_tag(tag: &Tag<'_>, open: &mut Vec<&str>, out: &mut String) -> usize {
    if tag.closes {
        let usual = if tag.name == "mrow" { open.pop() } else { None };
        match usual {
            Some(close) => out.push_str(close),
            None => out.extend(["</", tag.name, ">"]),
        }
        return tag.length;
    }
    let role = tag.attributes.iter().find_map(|(name, value)| role_of(value).filter(|_| *name == "style"));
    match role {
        Some(role) => out.push_str(role.open),
        None => out.extend(["<", tag.name]),
    }
    for (name, value) in &tag.attributes {
        match *name {
            "style" => push_colours(value, out),
            name => out.extend([" ", name, "=\"", value, "\""]),
        }
    }
    out.push_str(if tag.is_empty { "/>" } else { ">" });
    out.push_str(role.map_or("", |role| role.inner));
    if tag.name == "mrow" && !tag.is_empty {
        open.push(role.map_or("</mrow>", |role| role.close));
    }
    tag.length
}

fn border(role: &Role) -> String {
    let (red, green, blue) = role.colour;
    format!("border: 0.06em solid rgb({red} {green} {blue})")
}

fn role_of(style: &str) -> Option<&'static Role> {
    ROLES.iter().find(|role| style.split("; ").any(|part| part == border(role)))
}

/// Writes the colours of a style as attributes: pages allow no styles in attributes. The rest is space, which is left out.
fn push_colours(style: &str, out: &mut String) {
    for part in style.split("; ") {
        let attribute = match part.split_once(": rgb(") {
            Some(("color", _)) => "mathcolor",
            Some(("background-color", _)) => "mathbackground",
            _ => continue,
        };
        let numbers = part.split_once('(').map_or("", |(_, numbers)| numbers.trim_end_matches(')'));
        let colour: Vec<u8> = numbers.split(' ').filter_map(|number| number.parse().ok()).collect();
        if let [red, green, blue] = colour[..] {
            let colour = format!("#{red:02x}{green:02x}{blue:02x}");
            out.extend([" ", attribute, "=\"", &colour, "\""]);
        }
    }
}

/// The tag that a text begins with, if it is one of `MathML`.
fn tag(text: &str) -> Option<Tag<'_>> {
    let inside = text.strip_prefix('<')?;
    let closes = inside.starts_with('/');
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let (name, mut rest) = split_word(inside);
    let name = ELEMENTS.iter().find(|known| **known == name)?;
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(' ');
        let is_empty = rest.starts_with("/>");
        if is_empty || rest.starts_with('>') {
            let length = text.len() - rest.len() + if is_empty { 2 } else { 1 };
            return Some(Tag { name, closes, is_empty, attributes, length });
        }
        let (attribute, after) = split_word(rest);
        let known = ATTRIBUTES.iter().find(|known| **known == attribute)?;
        let (value, after) = after.strip_prefix("=\"")?.split_once('"')?;
        if value.contains(['<', '>', '&']) {
            return None;
        }
        attributes.push((*known, value));
        rest = after;
    }
}

fn split_word(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_mathml_passes() {
        for (written, expected) in [
            ("<mo><</mo>", "<mo>&lt;</mo>"),
            ("<mo>&</mo><mtext>&amp;nbsp;a&nbsp;</mtext>", "<mo>&amp;</mo><mtext>\u{a0}a\u{a0}</mtext>"),
            ("<mi><img/src=x onerror=y></mi>", "<mi>&lt;img/src=x onerror=y&gt;</mi>"),
            ("<mi onclick=\"x\">", "&lt;mi onclick=\"x\"&gt;"),
            ("<mo symmetric=\"true\"minsize=\"1em\">(</mo>", "<mo symmetric=\"true\" minsize=\"1em\">(</mo>"),
            ("<mspace width=\"1em\" />", "<mspace width=\"1em\"/>"),
            (
                "<mrow style=\"color: rgb(255 0 0); border: 0.06em solid rgb(1 0 2)\"><mrow></mrow></mrow>",
                "<mphantom mathcolor=\"#ff0000\"><mrow></mrow></mphantom>",
            ),
        ] {
            assert_eq!(checked(written), expected, "{written}");
        }
    }
}
