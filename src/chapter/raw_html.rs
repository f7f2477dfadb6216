//! The tokenizer of raw HTML. It returns all tokens with their ranges; what is allowed is decided elsewhere.
//!
//! In: a [`Piece`] of HTML, its lines without the markers of quotations and lists. Out: [`Token`]s.

use std::ops::Range;

use html5gum::DefaultEmitter;

/// A piece of HTML, and the mapping from its offsets to those of the source.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// The HTML.
    pub(super) text: String,
    /// For each line, its offset in `text` and its range in the source.
    lines: Vec<(usize, Range<usize>)>,
}

/// A token of HTML. Ranges are those of the piece's text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A start tag.
    Start {
        /// The element's name, lower case.
        name: String,
        /// Its attributes in alphabetical order.
        attributes: Vec<TokenAttribute>,
        /// Whether it ends in `/>`.
        closed: bool,
        /// The tag.
        range: Range<usize>,
    },
    /// An end tag.
    End {
        /// The element's name, lower case.
        name: String,
        /// The tag.
        range: Range<usize>,
    },
    /// Text.
    Text {
        /// The text with references decoded.
        text: String,
        /// Its range as written.
        range: Range<usize>,
    },
    /// A comment, or markup that browsers treat as one: `<?…>`, `<![CDATA[…`.
    Comment {
        /// The text inside.
        text: String,
        /// The whole comment.
        range: Range<usize>,
    },
    /// A declaration.
    Declaration(Range<usize>),
}

/// An attribute of a start tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TokenAttribute {
    /// Its name, lower case.
    pub(super) name: String,
    /// Its value, with references decoded.
    pub(super) value: String,
    /// Its range in the piece's text.
    pub(super) range: Range<usize>,
}

impl Piece {
    /// Adds a line with its range in the source.
    pub(super) fn push(&mut self, text: &str, source: Range<usize>) {
        self.lines.push((self.text.len(), source));
        self.text.push_str(text);
    }

    /// Maps a range of the piece to the source.
    pub(super) fn source_range(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.source_offset(range.start);
        start..self.source_offset(range.end.saturating_sub(1)).saturating_add(1).max(start)
    }

    /// The range of the whole piece in the source.
    pub(super) fn source(&self) -> Range<usize> {
        let start = self.lines.first().map_or(0, |(_, source)| source.start);
        start..self.lines.last().map_or(start, |(_, source)| source.end)
    }

    fn source_offset(&self, offset: usize) -> usize {
        let line = self.lines.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
        self.lines.get(line).map_or(0, |(start, source)| (source.start + offset - start).min(source.end))
    }
}

/// Splits HTML into tokens as a browser does (WHATWG HTML, section 13.2.5).
pub(super) fn tokens(html: &str) -> Vec<Token> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    // The content of `<script>` is then one text.
    emitter.naively_switch_states(true);
    let tokenizer = html5gum::Tokenizer::new_with_emitter(html, emitter);
    tokenizer.filter_map(|token| token.ok().and_then(|token| read(html, token))).collect()
}

fn read(html: &str, token: html5gum::Token<usize>) -> Option<Token> {
    match token {
        html5gum::Token::StartTag(tag) => Some(Token::Start {
            name: text(&tag.name),
            attributes: tag.attributes.iter().map(|(name, value)| attribute(html, name, value)).collect(),
            closed: tag.self_closing,
            range: range(html, tag.span),
        }),
        html5gum::Token::EndTag(tag) => Some(Token::End { name: text(&tag.name), range: range(html, tag.span) }),
        html5gum::Token::String(part) => Some(Token::Text { text: text(&part.value), range: range(html, part.span) }),
        html5gum::Token::Comment(part) => {
            Some(Token::Comment { text: text(&part.value), range: range(html, part.span) })
        }
        html5gum::Token::Doctype(doctype) => Some(Token::Declaration(range(html, doctype.span))),
        html5gum::Token::Error(_) => None,
    }
}

fn attribute(
    html: &str,
    name: &html5gum::HtmlString,
    value: &html5gum::Spanned<html5gum::HtmlString>,
) -> TokenAttribute {
    let mut range = range(html, value.span);
    // After a value without quotes the tokenizer counts one byte too many.
    range.end = range.start + html[range.clone()].trim_end_matches(|c: char| c == '>' || c.is_whitespace()).len();
    TokenAttribute { name: text(name), value: text(&value.value), range }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The span of a token, moved to character boundaries inside the text.
fn range(html: &str, span: html5gum::Span<usize>) -> Range<usize> {
    let boundary = |at: usize| (at.min(html.len())..=html.len()).find(|at| html.is_char_boundary(*at)).unwrap_or(0);
    let start = boundary(span.start);
    start..boundary(span.end).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_ranges() {
        let html = "<p ID=x>é &amp; <T> 字</p><!-- c --><br/><a href='u&amp;v' title>";
        let shown: Vec<String> = tokens(html)
            .into_iter()
            .map(|token| match token {
                Token::Start { name, attributes, closed, range } => {
                    let shown = |it: &TokenAttribute| format!("{}={}@{}", it.name, it.value, &html[it.range.clone()]);
                    let attributes: Vec<String> = attributes.iter().map(shown).collect();
                    format!("start {name} {attributes:?} {closed} @{}", &html[range])
                }
                Token::End { name, range } => format!("end {name} @{}", &html[range]),
                Token::Text { text, range } => format!("text {text} @{}", &html[range]),
                Token::Comment { range, .. } | Token::Declaration(range) => format!("comment @{}", &html[range]),
            })
            .collect();
        insta::assert_debug_snapshot!(shown, @r#"
        [
            "start p [\"id=x@ID=x\"] false @<p ID=x>",
            "text é &  @é &amp; ",
            "start t [] false @<T>",
            "text  字 @ 字",
            "end p @</p>",
            "comment @<!-- c -->",
            "start br [] true @<br/>",
            "start a [\"href=u&v@href='u&amp;v'\", \"title=@title\"] false @<a href='u&amp;v' title>",
        ]
        "#);
    }

    #[test]
    fn ranges_of_pieces_are_mapped_to_the_source() {
        let mut piece = Piece::default();
        piece.push("<p>\n", 2..6);
        piece.push("x</p>\n", 8..14);
        assert_eq!(piece.source_range(&(0..3)), 2..5);
        assert_eq!(piece.source_range(&(4..9)), 8..13);
        assert_eq!(piece.source(), 2..14);
    }
}
