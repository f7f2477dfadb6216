//! From a [`Place`] to the line and column that people and editors speak of.

use super::report::{Place, Texts};
use crate::escape::one_line;

/// A place as it is shown: a file's name and, if its text is known, where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Located {
    /// The file's name with the prefix, safe to print.
    pub(super) file: String,
    /// First and last position; `None` for a file without a text (an image, a folder).
    pub(super) range: Option<(Position, Position)>,
}

/// Line and column, both 1-based, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// Finds out how a place is shown. `prefix` stands before the file's name.
pub(super) fn locate(texts: &Texts, place: &Place, prefix: &str) -> Located {
    let file = one_line(&format!("{prefix}{}", place.file));
    let range = texts.get(&place.file).map(|text| {
        let start = place.span.start as usize;
        (position(text, start), position(text, start.max(place.span.end as usize)))
    });
    Located { file, range }
}

impl Located {
    /// `file:line:col`, or the file alone.
    pub(super) fn short(&self) -> String {
        match self.range {
            Some((start, _)) => format!("{}:{}:{}", self.file, start.line, start.column),
            None => self.file.clone(),
        }
    }
}

/// Line and column of a place's first character: 1-based, column in characters.
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
    fn a_file_without_a_text_is_named_alone() {
        let place = Place { file: "pic\u{1b}.png".into(), span: Span::default() };
        assert_eq!(locate(&Texts::new(), &place, "book/").short(), "book/pic␛.png");
    }
}
