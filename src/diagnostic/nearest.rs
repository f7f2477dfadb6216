//! "Did you mean": finds the candidate nearest to a name that is not known.

use strsim::osa_distance;

/// The longest text that is compared, in characters. Longer names are not typing errors of each other.
const LONGEST: usize = 255;

/// The most pairs of characters that one search compares, so that the time of a search is bounded in a huge book.
const BUDGET: usize = 4 << 20;

/// Finds the candidate nearest to `written`; `None` if none is similar enough.
///
/// Distance is optimal string alignment over characters (adjacent transpositions count one), case ignored; the limit is
/// one third of the length of the longer text, at least 1. Of equally near candidates the first is returned. Texts of more
/// than 255 characters are not compared, nor are candidates after the first 4 million pairs of characters.
///
/// ```
/// use chapbook::diagnostic::nearest;
///
/// assert_eq!(nearest("titel", ["tags", "title"]), Some("title"));
/// assert_eq!(nearest("zebra", ["tags", "title"]), None);
/// ```
pub fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = written.to_lowercase();
    let length = wanted.chars().count();
    let mut budget = BUDGET;
    let near = |candidate: &'a str| {
        let other = candidate.to_lowercase();
        let longer = length.max(other.chars().count());
        let limit = (longer / 3).max(1);
        // The difference in length alone excludes most candidates.
        let is_compared = longer <= LONGEST && length.abs_diff(other.chars().count()) <= limit;
        budget = if is_compared { budget.checked_sub(longer * longer)? } else { budget };
        let distance = is_compared.then(|| osa_distance(&wanted, &other))?;
        (distance <= limit).then_some((distance, candidate))
    };
    candidates.into_iter().filter_map(near).min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
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
        let names: Vec<String> = (0..200_000).map(|number| format!("chapters/of/a/huge/book/{number:06}.md")).collect();
        assert_eq!(
            nearest("chapters/of/a/huge/book/00007.md", names.iter().map(String::as_str)),
            Some(names[7].as_str())
        );
    }
}
