//! "Did you mean": finds the candidate nearest to a name that is not known.

use strsim::osa_distance;

/// The longest text that is compared, in characters. Longer names are not typing errors of each other.
const LONGEST: usize = 200;

/// The most bytes of so many characters.
const MOST_BYTES: usize = 4 * LONGEST;

/// The constant part of the work of a comparison, in pairs of characters.
const COMPARISON: usize = 64;

/// The work of one search: pairs of characters that are compared.
const SEARCH: usize = 4 << 20;

/// The work that searches may still do, in pairs of characters that are compared.
///
/// ```
/// use chapbook::diagnostic::{SearchBudget, nearest_within};
///
/// let mut budget = SearchBudget::new(1000);
/// assert_eq!(nearest_within("titel", ["tags", "title"], &mut budget), Some("title"));
/// assert_eq!(nearest_within("titel", ["a"; 50].into_iter().chain(["title"]), &mut budget), None);
/// assert!(budget.is_spent());
/// ```
#[derive(Debug)]
pub struct SearchBudget {
    left: Option<usize>,
}

impl SearchBudget {
    /// A budget of so many pairs of characters.
    #[must_use]
    pub fn new(pairs: usize) -> Self {
        Self { left: Some(pairs) }
    }

    /// Whether a search needed more than was left. Later searches find nothing.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.left.is_none()
    }

    /// Takes work from what is left; `None` if there is not enough.
    pub fn take(&mut self, pairs: usize) -> Option<()> {
        self.left = self.left?.checked_sub(pairs);
        self.left.map(drop)
    }
}

/// Finds the candidate nearest to `written`; `None` if none is similar enough.
///
/// Distance is optimal string alignment over characters (adjacent transpositions count one), case ignored; the limit is
/// one third of the length of the longer text, at least 1. Of equally near candidates the first is returned. Texts of more
/// than 200 characters are not compared, nor are candidates after the first 4 million pairs of characters.
///
/// ```
/// use chapbook::diagnostic::nearest;
///
/// assert_eq!(nearest("titel", ["tags", "title"]), Some("title"));
/// assert_eq!(nearest("zebra", ["tags", "title"]), None);
/// ```
pub fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_within(written, candidates, &mut SearchBudget::new(SEARCH))
}

/// Like [`nearest`], with the work that this and other searches may do together. Candidates after it is spent are not
/// compared.
pub fn nearest_within<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    budget: &mut SearchBudget,
) -> Option<&'a str> {
    if written.len() > MOST_BYTES || budget.is_spent() {
        return None;
    }
    let near = |candidate: &'a str| Some((distance_within(written, candidate, budget)?, candidate));
    candidates.into_iter().filter_map(near).min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// The distance of two texts; `None` if they are not similar, are longer than 200 characters, or the budget is spent.
pub fn distance_within(written: &str, candidate: &str, budget: &mut SearchBudget) -> Option<usize> {
    let longest = written.len().max(candidate.len());
    budget.take(longest.min(MOST_BYTES) + COMPARISON)?;
    if longest > MOST_BYTES {
        return None;
    }
    let (wanted, other) = (written.to_lowercase(), candidate.to_lowercase());
    let (length, other_length) = (wanted.chars().count(), other.chars().count());
    let longer = length.max(other_length);
    let limit = (longer / 3).max(1);
    // The difference in length and the letters alone exclude most texts.
    if longer > LONGEST || length.abs_diff(other_length) > limit || letters_differ(&wanted, &other) > limit {
        return None;
    }
    budget.take(longer * longer)?;
    Some(osa_distance(&wanted, &other)).filter(|distance| *distance <= limit)
}

/// The number of letters that one of two texts has more of than the other. Their distance is at least that.
fn letters_differ(a: &str, b: &str) -> usize {
    let mut counts = [0i32; 64];
    a.chars().for_each(|c| counts[u32::from(c) as usize % 64] += 1);
    b.chars().for_each(|c| counts[u32::from(c) as usize % 64] -= 1);
    let (more, fewer) = counts.iter().partition::<Vec<i32>, _>(|count| **count > 0);
    let sum = |counts: Vec<i32>| counts.iter().map(|count| count.unsigned_abs() as usize).sum::<usize>();
    sum(more).max(sum(fewer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_of_several() {
        for (written, candidates, found) in [
            ("titel", &["title", "tags"][..], Some("title")),
            ("warnign", &["warning", "note"], Some("warning")),
            ("认清预期", &["认清逾期", "备齐材料"], Some("认清逾期")),
            ("zebra", &["title", "tags"], None),
            ("", &["a"], Some("a")),
            ("", &["abc"], None),
        ] {
            assert_eq!(nearest(written, candidates.iter().copied()), found, "{written:?}");
        }
    }

    #[test]
    fn searches_are_bounded() {
        let long = "x".repeat(100_000);
        assert_eq!(nearest(&long, [long.as_str()]), None);
        assert_eq!(nearest(&"x".repeat(201), ["x".repeat(201).as_str()]), None);
        assert!(nearest(&"x".repeat(200), ["x".repeat(200).as_str()]).is_some());
        let names: Vec<String> = (0..200_000).map(|number| format!("chapters/of/a/huge/book/{number:06}.md")).collect();
        assert_eq!(
            nearest("chapters/of/a/huge/book/00007.md", names.iter().map(String::as_str)),
            Some(names[7].as_str())
        );
    }

    proptest::proptest! {
        #[test]
        fn the_letters_exclude_no_near_text(a in "[a-c]{0,8}", b in "[a-c]{0,8}") {
            assert!(letters_differ(&a, &b) <= osa_distance(&a, &b));
        }
    }
}
