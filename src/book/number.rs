//! Numbers of chapters and sections.

use crate::chapter::Chapter;
use crate::config::NumbersConfig;

/// Counts the chapters of one level.
#[derive(Debug)]
pub(super) enum Counter {
    /// Chapters of this level have no number.
    Off,
    /// The number of the level above, and the count so far.
    On(Vec<u32>, u32),
}

impl Counter {
    /// The counter of the top level, if the book numbers chapters.
    pub(super) fn root(numbers: &NumbersConfig) -> Self {
        if numbers.chapters { Self::On(Vec::new(), 0) } else { Self::Off }
    }

    /// The counter of the chapters under one with this number.
    pub(super) fn under(number: &[u32]) -> Self {
        if number.is_empty() { Self::Off } else { Self::On(number.to_vec(), 0) }
    }

    /// The next chapter's number, empty for none.
    pub(super) fn next(&mut self) -> Vec<u32> {
        match self {
            Self::Off => Vec::new(),
            Self::On(above, count) => {
                *count += 1;
                above.iter().copied().chain([*count]).collect()
            }
        }
    }
}

/// The numbers of a chapter's headings, one for each.
///
/// Second-level headings of a numbered chapter are counted, but for those that the author excluded. First-level headings
/// show the number of the page, which is not in the result.
pub(super) fn headings(chapter: &Chapter, number: &[u32], numbers: &NumbersConfig) -> Vec<Option<Vec<u32>>> {
    let mut counter = if numbers.sections { Counter::under(number) } else { Counter::Off };
    let mut next = || Some(counter.next()).filter(|number| !number.is_empty());
    chapter.headings.iter().map(|heading| if heading.level == 2 && heading.numbered { next() } else { None }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::testing::Sketch;

    #[test]
    fn sections_of_numbered_chapters() {
        let mut chapter = Sketch::at("a.md").heading(1, "A").heading(2, "B").heading(3, "C").heading(2, "D");
        chapter = chapter.heading(2, "E");
        let mut chapter = chapter.chapter();
        chapter.headings[3].numbered = false;
        let on = NumbersConfig { chapters: true, sections: true, headings: true };
        let off = NumbersConfig { chapters: true, sections: false, headings: true };
        for (number, numbers, shown) in [
            (&[4][..], &on, [None, Some(vec![4, 1]), None, None, Some(vec![4, 2])]),
            (&[], &on, [const { None }; 5]),
            (&[4], &off, [const { None }; 5]),
        ] {
            assert_eq!(headings(&chapter, number, numbers), shown, "{number:?} {numbers:?}");
        }
    }
}
