//! "Did you mean": the candidate nearest to what was written.

/// Finds the candidate nearest to `written`, if one is near enough to be what was meant.
///
/// Distance is Damerau-Levenshtein over characters (adjacent transpositions count one), case ignored; near enough is
/// one third of the longer text, at least 1. The first of equals wins.
pub fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = written.to_lowercase().chars().collect();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let other: Vec<char> = candidate.to_lowercase().chars().collect();
            let limit = (wanted.len().max(other.len()) / 3).max(1);
            // Lengths alone already tell most strangers apart.
            (wanted.len().abs_diff(other.len()) <= limit)
                .then(|| distance(&wanted, &other))
                .filter(|distance| *distance <= limit)
                .map(|distance| (distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1; b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            row[j + 1] = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                row[j + 1] = row[j + 1].min(before[j - 1] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_of_a_few() {
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
}
