//! Drawings inside a page: what is kept of an `<svg>` element.
//!
//! The list holds shapes, text, gradients and references to places in the same drawing. What runs, moves, loads or embeds
//! (`script`, `animate`, `image`, `foreignObject`, `style`) is not on it, nor any attribute with an address. A drawing is
//! read as a whole: its elements are balanced inside it, and no other elements are among them.

/// Allowed elements by their names in lower case, sorted, with their names as written in SVG.
const ELEMENTS: &[(&str, &str)] = &[
    ("circle", "circle"),
    ("clippath", "clipPath"),
    ("defs", "defs"),
    ("desc", "desc"),
    ("ellipse", "ellipse"),
    ("g", "g"),
    ("line", "line"),
    ("lineargradient", "linearGradient"),
    ("marker", "marker"),
    ("mask", "mask"),
    ("path", "path"),
    ("pattern", "pattern"),
    ("polygon", "polygon"),
    ("polyline", "polyline"),
    ("radialgradient", "radialGradient"),
    ("rect", "rect"),
    ("stop", "stop"),
    ("svg", "svg"),
    ("symbol", "symbol"),
    ("text", "text"),
    ("title", "title"),
    ("tspan", "tspan"),
    ("use", "use"),
];

/// Allowed attributes by their names in lower case, sorted, with their names as written in SVG.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("aria-hidden", "aria-hidden"),
    ("aria-label", "aria-label"),
    ("class", "class"),
    ("clip-path", "clip-path"),
    ("clip-rule", "clip-rule"),
    ("clippathunits", "clipPathUnits"),
    ("color", "color"),
    ("cx", "cx"),
    ("cy", "cy"),
    ("d", "d"),
    ("dominant-baseline", "dominant-baseline"),
    ("dx", "dx"),
    ("dy", "dy"),
    ("fill", "fill"),
    ("fill-opacity", "fill-opacity"),
    ("fill-rule", "fill-rule"),
    ("focusable", "focusable"),
    ("font-family", "font-family"),
    ("font-size", "font-size"),
    ("font-style", "font-style"),
    ("font-weight", "font-weight"),
    ("fx", "fx"),
    ("fy", "fy"),
    ("gradienttransform", "gradientTransform"),
    ("gradientunits", "gradientUnits"),
    ("height", "height"),
    ("href", "href"),
    ("id", "id"),
    ("lengthadjust", "lengthAdjust"),
    ("marker-end", "marker-end"),
    ("marker-mid", "marker-mid"),
    ("marker-start", "marker-start"),
    ("markerheight", "markerHeight"),
    ("markerunits", "markerUnits"),
    ("markerwidth", "markerWidth"),
    ("mask", "mask"),
    ("offset", "offset"),
    ("opacity", "opacity"),
    ("orient", "orient"),
    ("pathlength", "pathLength"),
    ("patterntransform", "patternTransform"),
    ("patternunits", "patternUnits"),
    ("points", "points"),
    ("preserveaspectratio", "preserveAspectRatio"),
    ("r", "r"),
    ("refx", "refX"),
    ("refy", "refY"),
    ("role", "role"),
    ("rotate", "rotate"),
    ("rx", "rx"),
    ("ry", "ry"),
    ("spreadmethod", "spreadMethod"),
    ("stop-color", "stop-color"),
    ("stop-opacity", "stop-opacity"),
    ("stroke", "stroke"),
    ("stroke-dasharray", "stroke-dasharray"),
    ("stroke-dashoffset", "stroke-dashoffset"),
    ("stroke-linecap", "stroke-linecap"),
    ("stroke-linejoin", "stroke-linejoin"),
    ("stroke-miterlimit", "stroke-miterlimit"),
    ("stroke-opacity", "stroke-opacity"),
    ("stroke-width", "stroke-width"),
    ("text-anchor", "text-anchor"),
    ("text-decoration", "text-decoration"),
    ("textlength", "textLength"),
    ("transform", "transform"),
    ("vector-effect", "vector-effect"),
    ("viewbox", "viewBox"),
    ("width", "width"),
    ("x", "x"),
    ("x1", "x1"),
    ("x2", "x2"),
    ("y", "y"),
    ("y1", "y1"),
    ("y2", "y2"),
];

/// The element with a name in lower case, if it is allowed.
pub(super) fn element(name: &str) -> Option<&'static str> {
    let found = ELEMENTS.binary_search_by_key(&name, |(lower, _)| lower).ok()?;
    Some(ELEMENTS[found].1)
}

/// The attribute with a name in lower case, if it is allowed.
pub(super) fn attribute(name: &str) -> Option<&'static str> {
    let found = ATTRIBUTES.binary_search_by_key(&name, |(lower, _)| lower).ok()?;
    Some(ATTRIBUTES[found].1)
}

/// The allowed element with a name as written in SVG.
pub(super) fn named_element(name: &str) -> Option<&'static str> {
    ELEMENTS.iter().map(|(_, written)| *written).find(|written| *written == name)
}

/// The allowed attribute with a name as written in SVG.
pub(super) fn named_attribute(name: &str) -> Option<&'static str> {
    ATTRIBUTES.iter().map(|(_, written)| *written).find(|written| *written == name)
}

/// Whether the content of an element is text.
pub(super) fn has_text(element: &str) -> bool {
    matches!(element, "desc" | "text" | "title" | "tspan")
}

/// Whether an element contains text and no elements. HTML reads their content as HTML.
pub(super) fn has_only_text(element: &str) -> bool {
    matches!(element, "desc" | "title")
}

/// The value of an attribute.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// A plain value: colours, numbers, words.
    Plain,
    /// `#id`: a place in the drawing.
    Place(&'a str),
    /// `url(#id)`: a gradient, a marker or the like.
    Paint(&'a str),
}

/// Reads the value of an allowed attribute; `None` if it could load something.
pub(super) fn value<'a>(name: &str, written: &'a str) -> Option<Value<'a>> {
    let written = written.trim();
    if name == "href" {
        return written.strip_prefix('#').filter(|id| is_id(id)).map(Value::Place);
    }
    if let Some(id) = written.strip_prefix("url(#").and_then(|rest| rest.strip_suffix(')')) {
        return is_id(id).then_some(Value::Paint(id));
    }
    let lower = written.to_ascii_lowercase();
    let may_load = written.contains('\\') || LOADERS.iter().any(|function| lower.contains(function));
    (!may_load).then_some(Value::Plain)
}

/// Functions of style sheets whose arguments may be addresses: `mask` and others are read as they are in a style sheet.
const LOADERS: [&str; 5] = ["url(", "image(", "image-set(", "cross-fade(", "src("];

fn is_id(id: &str) -> bool {
    !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(ELEMENTS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(ATTRIBUTES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn values_that_load_something_are_not_allowed() {
        for (name, written, expected) in [
            ("fill", "red", Some(Value::Plain)),
            ("fill", "url(#a-1)", Some(Value::Paint("a-1"))),
            ("fill", "url(//evil.example/x#a)", None),
            ("fill", "URL('#a')", None),
            ("fill", "red url(#a)", None),
            ("mask", "\\75rl(//evil.example)", None),
            ("mask", "-webkit-Image-Set('//evil.example/x.png' 1x)", None),
            ("mask", "src('//evil.example/x.png')", None),
            ("fill", "rgb(1 2 3)", Some(Value::Plain)),
            ("href", " #a ", Some(Value::Place("a"))),
            ("href", "//evil.example/#a", None),
            ("href", "javascript:x", None),
        ] {
            assert_eq!(value(name, written), expected, "{name}={written}");
        }
    }
}
