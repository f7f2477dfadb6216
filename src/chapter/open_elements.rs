//! The elements of raw HTML that are open in a container, with the number of each, so that no end tag searches all of them.

use std::collections::BTreeMap;

/// An element that is open.
#[derive(Debug)]
pub(super) struct OpenElement {
    /// Its name as written.
    pub(super) written: &'static str,
    /// Its name in the page.
    pub(super) name: &'static str,
}

/// The open elements, outermost first.
#[derive(Debug, Default)]
pub(super) struct OpenElements {
    all: Vec<OpenElement>,
    /// How many are open, by their name as written.
    counts: BTreeMap<&'static str, usize>,
}

impl OpenElements {
    /// Opens an element inside the others.
    pub(super) fn push(&mut self, name: &'static str) {
        self.all.push(OpenElement { written: name, name });
        *self.counts.entry(name).or_default() += 1;
    }

    /// Whether an element is open, by its name as written.
    pub(super) fn contains(&self, written: &str) -> bool {
        self.counts.get(written).is_some_and(|count| *count > 0)
    }

    /// Closes the innermost element if `ends` is true for its name as written; returns its name in the page.
    pub(super) fn close_if(&mut self, ends: impl Fn(&str) -> bool) -> Option<&'static str> {
        let closed = self.all.pop_if(|open| ends(open.written))?;
        if let Some(count) = self.counts.get_mut(closed.written) {
            *count -= 1;
        }
        Some(closed.name)
    }

    /// Closes the innermost element with a name and those inside it; returns their names in the page, innermost first.
    /// `None` if there is none.
    pub(super) fn close(&mut self, written: &str) -> Option<Vec<&'static str>> {
        if !self.contains(written) {
            return None;
        }
        let inner = std::iter::from_fn(|| self.close_if(|open| open != written)).collect::<Vec<_>>();
        Some(inner.into_iter().chain(self.close_if(|_| true)).collect())
    }

    /// Closes all elements; returns their names in the page, innermost first.
    pub(super) fn close_all(&mut self) -> Vec<&'static str> {
        std::iter::from_fn(|| self.close_if(|_| true)).collect()
    }

    /// The elements, innermost first.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut OpenElement> {
        self.all.iter_mut().rev()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_closed_with_those_inside_them() {
        let mut open = OpenElements::default();
        for name in ["p", "a", "b", "i"] {
            open.push(name);
        }
        assert_eq!(open.close("u"), None);
        assert_eq!(open.close("b"), Some(vec!["i", "b"]));
        assert!(open.contains("a") && !open.contains("i"));
        open.iter_mut().last().unwrap().name = "div";
        assert_eq!(open.close_all(), ["a", "div"]);
        assert!(!open.contains("p"));
    }
}
