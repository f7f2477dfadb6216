//! Reads HTML that chapbook wrote tag by tag, to embed files in the one-file export.
//!
//! In: HTML of the writer and the templates, in which every `<` outside a tag and every `>` in a value is escaped, so no HTML
//! parser is needed. Out: [`Piece`]s that cover it byte for byte.

/// A piece of HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'h> {
    /// Text, references and all.
    Text(&'h str),
    /// A start tag.
    Open(Tag<'h>),
    /// The name of an end tag.
    Close(&'h str),
    /// A comment or a declaration.
    Other(&'h str),
}

impl Piece<'_> {
    /// Writes the piece unchanged.
    pub(super) fn push(self, out: &mut String) {
        match self {
            Self::Text(text) | Self::Other(text) => out.push_str(text),
            Self::Open(tag) => out.extend(["<", tag.name, tag.rest, ">"]),
            Self::Close(name) => out.extend(["</", name, ">"]),
        }
    }
}

/// A start tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'h> {
    /// The element's name.
    pub(super) name: &'h str,
    /// What follows the name, up to `>`.
    rest: &'h str,
}

impl<'h> Tag<'h> {
    /// Names and values as they are written; an attribute without a value has an empty one.
    pub(super) fn attributes(self) -> Attributes<'h> {
        Attributes { rest: self.rest }
    }
}

/// The attributes of a tag.
#[derive(Debug, Clone)]
pub(super) struct Attributes<'h> {
    rest: &'h str,
}

impl<'h> Iterator for Attributes<'h> {
    type Item = (&'h str, &'h str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.trim_start_matches([' ', '\n', '\t', '/']);
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(['=', ' ', '\n', '\t', '/']).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        if let Some((value, behind)) = behind.strip_prefix("=\"").and_then(|inside| inside.split_once('"')) {
            self.rest = behind;
            return Some((name, value));
        }
        if let Some((value, behind)) = behind.strip_prefix("='").and_then(|inside| inside.split_once('\'')) {
            self.rest = behind;
            return Some((name, value));
        }
        // A value without quotes ends at the next space.
        let bare = behind.strip_prefix('=').map_or("", |value| value.split([' ', '\n', '\t']).next().unwrap_or(""));
        self.rest = behind.strip_prefix('=').map_or(behind, |value| &value[bare.len()..]);
        Some((name, bare))
    }
}

/// Splits HTML of chapbook into pieces.
pub(super) fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        let (piece, behind) = next(rest)?;
        rest = behind;
        Some(piece)
    })
}

fn next(html: &str) -> Option<(Piece<'_>, &str)> {
    if html.is_empty() {
        return None;
    }
    let Some(inside) = html.strip_prefix('<') else {
        let (text, behind) = html.split_at(html.find('<').unwrap_or(html.len()));
        return Some((Piece::Text(text), behind));
    };
    if inside.starts_with("!--") {
        let end = html.find("-->").map_or(html.len(), |at| at + 3);
        return Some((Piece::Other(&html[..end]), &html[end..]));
    }
    let (tag, behind) = inside.split_at(tag_end(inside));
    let behind = behind.strip_prefix('>').unwrap_or(behind);
    if let Some(name) = tag.strip_prefix('/') {
        return Some((Piece::Close(name.trim_end()), behind));
    }
    if tag.starts_with('!') {
        return Some((Piece::Other(&html[..html.len() - behind.len()]), behind));
    }
    let (name, attributes) = tag.split_at(tag.find([' ', '\n', '\t', '/']).unwrap_or(tag.len()));
    Some((Piece::Open(Tag { name, rest: attributes }), behind))
}

/// Where a tag ends. A book's own templates may contain a `>` in a value.
fn tag_end(inside: &str) -> usize {
    let mut quote = None;
    for (at, byte) in inside.bytes().enumerate() {
        match (byte, quote) {
            (b'>', None) => return at,
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    inside.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_our_html() {
        let html = "a &lt;<p class=\"b c\" hidden data-x='>'>&amp;</p><!-- > --><br><img src=x alt=\"\"/>";
        let found: Vec<Piece<'_>> = pieces(html).collect();
        let [
            Piece::Text("a &lt;"),
            Piece::Open(p),
            Piece::Text("&amp;"),
            Piece::Close("p"),
            Piece::Other("<!-- > -->"),
            Piece::Open(br),
            Piece::Open(img),
        ] = found[..]
        else {
            panic!("{found:?}")
        };
        let mut again = String::new();
        for piece in &found {
            piece.push(&mut again);
        }
        assert_eq!(again, html);
        assert_eq!(p.attributes().collect::<Vec<_>>(), [("class", "b c"), ("hidden", ""), ("data-x", ">")]);
        assert_eq!((br.name, br.attributes().count()), ("br", 0));
        assert_eq!(img.attributes().collect::<Vec<_>>(), [("src", "x"), ("alt", "")]);
    }
}
