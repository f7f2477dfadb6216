//! Converts the byte offsets of a [`Place`] to lines and columns.

use super::report::{Place, Texts};
use crate::escape::one_line;

/// A place as it is displayed: the file and, if its text is known, the range of lines and columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Located {
    /// The file name with the prefix; control characters are escaped.
    pub(super) file: String,
    /// First and last position; `None` if the file has no text (an image, a folder).
    pub(super) range: Option<(Position, Position)>,
}

/// A line and a column. Both start at 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// Locates a place. `prefix` is put before the file name.
pub(super) fn locate(texts: &Texts, place: &Place, prefix: &str) -> Located {
    let file = one_line(&format!("{prefix}{}", place.file));
    let range = texts.get(&place.file).map(|text| {
        let start = place.span.start as usize;
        (position(text, start), position(text, start.max(place.span.end as usize)))
    });
    Located { file, range }
}

impl Located {
    /// `file:line:col`, or the file name if there is no text.
    pub(super) fn short(&self) -> String {
        match self.range {
            Some((start, _)) => format!("{}:{}:{}", self.file, start.line, start.column),
            None => self.file.clone(),
        }
    }
}

/// The line and column at which a place begins. Both start at 1; columns count characters. (1, 1) if its file has no text.
#[must_use]
pub fn line_column(texts: &Texts, place: &Place) -> (usize, usize) {
    let start = texts.get(&place.file).map(|text| position(text, place.span.start as usize));
    start.map_or((1, 1), |start| (start.line, start.column))
}

fn position(text: &str, offset: usize) -> Position {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    Position { line, column: before[line_start..].chars().count() + 1 }
}

#[cfg(test)]
mod tests {
    use super::super::report::Span;
    use super::*;

    #[test]
    fn columns_count_characters() {
        let texts = Texts::from([("a.md".into(), "one\n清单 x\n".into())]);
        for (offset, expected) in
            [(0, (1, 1)), (3, (1, 4)), (4, (2, 1)), (7, (2, 2)), (8, (2, 2)), (11, (2, 4)), (99, (3, 1))]
        {
            let place = Place { file: "a.md".into(), span: Span { start: offset, end: offset } };
            assert_eq!(line_column(&texts, &place), expected, "offset {offset}");
        }
    }

    #[test]
    fn a_file_without_text_has_no_position() {
        let place = Place { file: "pic\u{1b}.png".into(), span: Span::default() };
        assert_eq!(locate(&Texts::new(), &place, "book/").short(), "book/pic␛.png");
    }
}
