//! Finds the code fences of mdbook-admonish: the lines that open and close its directives.

use std::ops::Range;

use super::fence::{self, Fence, FenceKind};

/// Added to the nesting depth of an admonish fence. The sum is used as its number of colons, which pairs its opening and
/// closing line.
const ADMONISH_COLONS: usize = 1000;

/// The line that closes a fence with this number of colons. Nested admonish fences may have more backticks, which the
/// number does not say.
pub(super) fn closing_fence(colons: usize) -> String {
    if colons >= ADMONISH_COLONS { "```".to_owned() } else { ":".repeat(colons) }
}

/// Finds the fences of admonish directives in a range, including nested ones.
pub(super) fn find(text: &str, range: &Range<usize>) -> Vec<Fence> {
    let mut finder = Finder { text, open: Vec::new(), found: Vec::new() };
    let mut start = range.start;
    for line in text[range.clone()].split_inclusive('\n') {
        let written = line.trim_end();
        let inside = fence::skip_containers(written);
        finder.line(start + inside..start + written.len());
        start += line.len();
    }
    // A directive that is never closed stays a code block.
    let open: Vec<usize> = finder.open.iter().filter_map(|open| open.index).collect();
    let mut index = 0;
    finder.found.retain(|_| {
        index += 1;
        !open.contains(&(index - 1))
    });
    finder.found
}

/// An open code fence.
struct Open {
    mark: char,
    length: usize,
    /// Its index in `found`, if it opens a directive.
    index: Option<usize>,
}

struct Finder<'a> {
    text: &'a str,
    open: Vec<Open>,
    found: Vec<Fence>,
}

impl Finder<'_> {
    fn line(&mut self, range: Range<usize>) {
        let line = &self.text[range.clone()];
        let Some(mark) = line.chars().next().filter(|mark| matches!(mark, '`' | '~')) else { return };
        let length = line.chars().take_while(|c| *c == mark).count();
        let info = line[length..].trim();
        if length < 3 || (mark == '`' && info.contains('`')) {
            return;
        }
        let closes = self.open.iter().rposition(|open| open.mark == mark && open.length <= length && info.is_empty());
        let in_code = self.open.last().is_some_and(|open| open.index.is_none());
        match closes {
            // Inside code only the fence that closes it counts; elsewhere the end of a directive closes all that is open in it.
            Some(at) if !in_code || at + 1 == self.open.len() => self.close(at, range),
            _ if in_code => {}
            _ => self.begin(mark, length, info, range),
        }
    }

    fn begin(&mut self, mark: char, length: usize, info: &str, range: Range<usize>) {
        let rest = info.strip_prefix("admonish").filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
        let index = rest.map(|rest| {
            let end = range.start + self.text[range.clone()].trim_end().len();
            self.found.push(Fence {
                colons: ADMONISH_COLONS + self.open.len(),
                kind: FenceKind::Admonish(end - rest.len()..end),
                range,
            });
            self.found.len() - 1
        });
        self.open.push(Open { mark, length, index });
    }

    fn close(&mut self, at: usize, range: Range<usize>) {
        self.open.truncate(at + 1);
        if self.open.pop().is_some_and(|open| open.index.is_some()) {
            self.found.push(Fence { colons: ADMONISH_COLONS + self.open.len(), kind: FenceKind::Close, range });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_fences_are_what_an_author_types() {
        assert_eq!(closing_fence(4), "::::");
        assert_eq!(closing_fence(ADMONISH_COLONS + 1), "```");
    }
}
