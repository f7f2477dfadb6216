//! Converts the byte offsets of a [`Place`] to lines and columns.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

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

/// Locates places in texts. Each text is indexed once, so that many places in one text take linear time.
pub(super) struct Locator<'a> {
    texts: &'a Texts,
    prefix: &'a str,
    indexes: RefCell<BTreeMap<Arc<str>, Rc<TextIndex>>>,
}

impl<'a> Locator<'a> {
    /// A locator for these texts. `prefix` is put before the file names.
    pub(super) fn new(texts: &'a Texts, prefix: &'a str) -> Self {
        Self { texts, prefix, indexes: RefCell::default() }
    }

    /// The text of a file.
    pub(super) fn text(&self, file: &str) -> Option<&'a str> {
        self.texts.get(file).map(|text| &**text)
    }

    /// Locates a place.
    pub(super) fn locate(&self, place: &Place) -> Located {
        let file = one_line(&format!("{}{}", self.prefix, place.file));
        let range = self.text(&place.file).map(|text| {
            let index = self.index(&place.file, text);
            let start = place.span.start as usize;
            (index.position(text, start), index.position(text, start.max(place.span.end as usize)))
        });
        Located { file, range }
    }

    /// The name of a place's file, with the prefix, as it is on disk.
    pub(super) fn file_name(&self, place: &Place) -> String {
        format!("{}{}", self.prefix, place.file)
    }

    fn index(&self, file: &Arc<str>, text: &str) -> Rc<TextIndex> {
        let mut indexes = self.indexes.borrow_mut();
        Rc::clone(indexes.entry(Arc::clone(file)).or_insert_with(|| Rc::new(TextIndex::new(text))))
    }
}

/// The distance of the marks of an index, in bytes.
const STEP: usize = 1024;

/// The positions of some offsets of a text.
struct TextIndex {
    /// For each multiple of [`STEP`], moved to the start of its character: the offset and its position.
    marks: Vec<(usize, Position)>,
}

impl TextIndex {
    fn new(text: &str) -> Self {
        let mut marks = vec![(0, Position { line: 1, column: 1 })];
        for at in (STEP..text.len()).step_by(STEP).map(|at| text.floor_char_boundary(at)) {
            let (before, position) = marks[marks.len() - 1];
            marks.push((at, position.after(&text[before..at])));
        }
        Self { marks }
    }

    fn position(&self, text: &str, offset: usize) -> Position {
        let offset = text.floor_char_boundary(offset);
        let next = self.marks.partition_point(|(at, _)| *at <= offset);
        let (at, position) = self.marks[next.saturating_sub(1)];
        position.after(&text[at..offset])
    }
}

impl Position {
    /// The position after a text that begins at this one.
    fn after(self, text: &str) -> Self {
        match text.rfind('\n') {
            None => Self { column: self.column + text.chars().count(), ..self },
            Some(last) => {
                let lines = text.bytes().filter(|byte| *byte == b'\n').count();
                Self { line: self.line + lines, column: text[last + 1..].chars().count() + 1 }
            }
        }
    }
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
    let start = Position { line: 1, column: 1 };
    let before = texts.get(&place.file).map(|text| &text[..text.floor_char_boundary(place.span.start as usize)]);
    let position = before.map_or(start, |before| start.after(before));
    (position.line, position.column)
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
    fn an_index_gives_the_same_positions() {
        let text = "清单 a\n\n".repeat(600) + &"字".repeat(3000);
        let texts = Texts::from([("a.md".into(), text.as_str().into())]);
        let locator = Locator::new(&texts, "");
        for offset in (0..text.len() + 10).step_by(97) {
            let at = u32::try_from(offset).unwrap();
            let place = Place { file: "a.md".into(), span: Span { start: at, end: at } };
            let (start, end) = locator.locate(&place).range.unwrap();
            assert_eq!((start.line, start.column), line_column(&texts, &place), "offset {offset}");
            assert_eq!(start, end);
        }
    }

    #[test]
    fn a_file_without_text_has_no_position() {
        let place = Place { file: "pic\u{1b}.png".into(), span: Span::default() };
        assert_eq!(Locator::new(&Texts::new(), "book/").locate(&place).short(), "book/pic␛.png");
    }
}
