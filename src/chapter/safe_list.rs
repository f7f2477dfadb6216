//! The safe list: which elements and attributes of raw HTML are allowed in a page.
//!
//! Elements that run code, load or embed other resources or take input are not on it, whatever their attributes.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::svg;

/// The name of an element or attribute on the safe list or on that of drawings.
///
/// Names from a cache are checked against the list when they are read, so that a damaged or forged cache cannot add
/// elements to a page:
///
/// ```
/// use chapbook::chapter::RawToken;
///
/// let read = |json| serde_json::from_str::<RawToken>(json).ok();
/// assert_eq!(read(r#"{ "Close": "kbd" }"#), Some(RawToken::Close("kbd")));
/// assert_eq!(read(r#"{ "Close": "script" }"#), None);
/// ```
pub type SafeName = &'static str;

/// How an element is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ElementRule {
    /// It is allowed, with this name.
    Keep(&'static str),
    /// Its tags are removed, its content is kept.
    Unwrap,
    /// It is removed with its content.
    Remove,
    /// HTML does not define it: it is text.
    Text,
}

/// Allowed elements, sorted, each with its name in the page: obsolete ones are replaced.
const ALLOWED: &[(&str, &str)] = &[
    ("a", "a"),
    ("abbr", "abbr"),
    ("acronym", "abbr"),
    ("address", "address"),
    ("article", "article"),
    ("aside", "aside"),
    ("audio", "audio"),
    ("b", "b"),
    ("bdi", "bdi"),
    ("bdo", "bdo"),
    ("big", "span"),
    ("blockquote", "blockquote"),
    ("br", "br"),
    ("caption", "caption"),
    ("center", "center"),
    ("cite", "cite"),
    ("code", "code"),
    ("col", "col"),
    ("colgroup", "colgroup"),
    ("dd", "dd"),
    ("del", "del"),
    ("details", "details"),
    ("dfn", "dfn"),
    ("div", "div"),
    ("dl", "dl"),
    ("dt", "dt"),
    ("em", "em"),
    ("figcaption", "figcaption"),
    ("figure", "figure"),
    ("font", "span"),
    ("footer", "footer"),
    ("h1", "h1"),
    ("h2", "h2"),
    ("h3", "h3"),
    ("h4", "h4"),
    ("h5", "h5"),
    ("h6", "h6"),
    ("header", "header"),
    ("hgroup", "hgroup"),
    ("hr", "hr"),
    ("i", "i"),
    ("img", "img"),
    ("input", "input"),
    ("ins", "ins"),
    ("kbd", "kbd"),
    ("label", "span"),
    ("li", "li"),
    ("mark", "mark"),
    ("nobr", "span"),
    ("ol", "ol"),
    ("p", "p"),
    ("pre", "pre"),
    ("q", "q"),
    ("rp", "rp"),
    ("rt", "rt"),
    ("ruby", "ruby"),
    ("s", "s"),
    ("samp", "samp"),
    ("section", "section"),
    ("small", "small"),
    ("source", "source"),
    ("span", "span"),
    ("strike", "s"),
    ("strong", "strong"),
    ("sub", "sub"),
    ("summary", "summary"),
    ("sup", "sup"),
    ("table", "table"),
    ("tbody", "tbody"),
    ("td", "td"),
    ("tfoot", "tfoot"),
    ("th", "th"),
    ("thead", "thead"),
    ("time", "time"),
    ("tr", "tr"),
    ("track", "track"),
    ("tt", "code"),
    ("u", "u"),
    ("ul", "ul"),
    ("var", "var"),
    ("video", "video"),
    ("wbr", "wbr"),
];

/// Elements whose content is not prose.
const REMOVED: &[&str] = &["math", "noscript", "script", "style", "svg", "template", "textarea"];

/// Elements that are removed without their content.
const UNWRAPPED: &[&str] = &[
    "applet",
    "area",
    "base",
    "basefont",
    "bgsound",
    "body",
    "button",
    "canvas",
    "data",
    "datalist",
    "dialog",
    "dir",
    "embed",
    "fieldset",
    "form",
    "frame",
    "frameset",
    "head",
    "html",
    "legend",
    "link",
    "main",
    "map",
    "marquee",
    "menu",
    "meta",
    "meter",
    "nav",
    "noembed",
    "noframes",
    "object",
    "optgroup",
    "option",
    "output",
    "param",
    "picture",
    "plaintext",
    "progress",
    "rb",
    "rtc",
    "search",
    "select",
    "slot",
    "title",
    "xmp",
];

/// Allowed attributes, sorted, and on which elements; an empty list means all.
const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("align", &["col", "colgroup", "div", "h1", "h2", "h3", "h4", "h5", "h6", "img", "p", "table", "td", "th", "tr"]),
    ("alt", &["img"]),
    ("checked", &["input"]),
    ("class", &[]),
    ("colspan", &["td", "th"]),
    ("controls", &["audio", "video"]),
    ("datetime", &["del", "ins", "time"]),
    ("default", &["track"]),
    ("dir", &[]),
    ("height", &["img", "td", "th", "video"]),
    ("href", &["a"]),
    ("id", &[]),
    ("kind", &["track"]),
    ("label", &["track"]),
    ("lang", &[]),
    ("loop", &["audio", "video"]),
    ("muted", &["audio", "video"]),
    ("name", &["a"]),
    ("open", &["details"]),
    ("playsinline", &["video"]),
    ("poster", &["video"]),
    ("preload", &["audio", "video"]),
    ("rowspan", &["td", "th"]),
    ("src", &["audio", "img", "source", "track", "video"]),
    ("srclang", &["track"]),
    ("start", &["ol"]),
    ("title", &[]),
    ("type", &["input", "ol", "source"]),
    ("width", &["col", "img", "table", "td", "th", "video"]),
];

const VOID: &[&str] = &["br", "col", "hr", "img", "input", "source", "track", "wbr"];

/// Elements whose start tag closes an open `<p>`.
const ENDS_PARAGRAPH: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "details",
    "div",
    "dl",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
];

/// How an element is treated, by its name in lower case.
pub(super) fn element_rule(name: &str) -> ElementRule {
    if let Ok(found) = ALLOWED.binary_search_by_key(&name, |(written, _)| written) {
        ElementRule::Keep(ALLOWED[found].1)
    } else if REMOVED.contains(&name) {
        ElementRule::Remove
    } else if UNWRAPPED.contains(&name) {
        ElementRule::Unwrap
    } else {
        ElementRule::Text
    }
}

/// The attribute's name, if it is allowed on the element.
pub(super) fn attribute(name: &str, element: &str) -> Option<&'static str> {
    let found = ATTRIBUTES.binary_search_by_key(&name, |(known, _)| known).ok()?;
    let (name, elements) = ATTRIBUTES[found];
    (elements.is_empty() || elements.contains(&element)).then_some(name)
}

/// Deserializes the name of an element; fails if it is not on the safe list.
pub(super) fn read_element<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SafeName, D::Error> {
    named(deserializer, allowed_element)
}

/// Deserializes the name of an attribute; fails if it is not on the safe list.
pub(super) fn read_attribute<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SafeName, D::Error> {
    named(deserializer, allowed_attribute)
}

fn named<'de, D: Deserializer<'de>>(
    deserializer: D,
    known: fn(&str) -> Option<SafeName>,
) -> Result<SafeName, D::Error> {
    let name = <&str>::deserialize(deserializer)?;
    known(name).ok_or_else(|| D::Error::custom("the name is not on the safe list"))
}

/// The allowed element with this name.
fn allowed_element(name: &str) -> Option<&'static str> {
    let found = ALLOWED.iter().map(|(_, allowed)| *allowed).find(|allowed| *allowed == name);
    found.or_else(|| svg::named_element(name))
}

/// The attribute with this name, if it is allowed on any element.
fn allowed_attribute(name: &str) -> Option<&'static str> {
    let found = ATTRIBUTES.iter().map(|(allowed, _)| *allowed).find(|allowed| *allowed == name);
    found.or_else(|| svg::named_attribute(name))
}

/// Whether a class is reserved for the theme.
pub(super) fn is_theme_class(class: &str) -> bool {
    class.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("cb-"))
}

/// Whether an attribute runs a script or sends a form.
pub(super) fn runs(attribute: &str) -> bool {
    attribute.starts_with("on") || matches!(attribute, "srcdoc" | "formaction" | "action")
}

/// Whether the renderer sets this attribute itself where it is needed, so that its removal is not reported.
pub(super) fn is_set_by_renderer(attribute: &str) -> bool {
    matches!(attribute, "decoding" | "loading" | "referrerpolicy" | "rel" | "target")
}

/// Whether the content of an element is raw text, in which `<` begins no tag.
pub(super) fn has_raw_text(element: &str) -> bool {
    const VERBATIM: &[&str] =
        &["iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "textarea", "title", "xmp"];
    VERBATIM.contains(&element)
}

/// Whether an element is part of running text: its tags are no borders of words.
pub(super) fn is_in_running_text(element: &str) -> bool {
    const INLINE: &[&str] = &[
        "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "rp", "rt",
        "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
    ];
    INLINE.contains(&element)
}

/// Whether an element has no content and no end tag.
pub(super) fn is_void(element: &str) -> bool {
    VOID.contains(&element)
}

/// Whether the start tag of `begins` closes the open element (the optional end tags of HTML).
pub(super) fn ends(open: &str, begins: &str) -> bool {
    match open {
        "a" => begins == "a",
        "p" => ENDS_PARAGRAPH.contains(&begins),
        "li" => begins == "li",
        "dt" | "dd" => matches!(begins, "dt" | "dd"),
        "td" | "th" => matches!(begins, "td" | "th" | "tr" | "tbody" | "tfoot"),
        "tr" => matches!(begins, "tr" | "tbody" | "tfoot"),
        "thead" | "tbody" => matches!(begins, "tbody" | "tfoot"),
        "rt" | "rp" => matches!(begins, "rt" | "rp"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(ALLOWED.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(ATTRIBUTES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn element_rules() {
        for (name, expected) in [
            ("details", ElementRule::Keep("details")),
            ("font", ElementRule::Keep("span")),
            ("script", ElementRule::Remove),
            ("form", ElementRule::Unwrap),
            ("t", ElementRule::Text),
            ("version", ElementRule::Text),
        ] {
            assert_eq!(element_rule(name), expected, "{name}");
        }
    }

    #[test]
    fn attributes() {
        for (name, element, allowed) in [
            ("href", "a", true),
            ("href", "img", false),
            ("id", "span", true),
            ("style", "span", false),
            ("onclick", "a", false),
            ("srcset", "img", false),
        ] {
            assert_eq!(attribute(name, element).is_some(), allowed, "{name} on {element}");
        }
    }
}
