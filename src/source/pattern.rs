//! Matches paths of the content against the entries of `exclude`.

/// Whether an entry excludes a path. An entry is a path, a folder above the path, or a pattern.
///
/// In a pattern, `*` matches any characters except `/`, and `**` matches any characters. A pattern without `/` is matched
/// against each name of the path. `path` is separated by `/`.
pub(super) fn excludes(entry: &str, path: &str) -> bool {
    let entry = entry.trim_start_matches("./").trim_end_matches('/');
    if entry.is_empty() {
        return false;
    }
    if entry.contains('*') && !entry.contains('/') {
        return path.split('/').any(|name| matches_whole(entry.as_bytes(), name.as_bytes()));
    }
    let mut ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    ends.any(|end| matches_whole(entry.as_bytes(), &path.as_bytes()[..end]))
}

// `reached[i]`: whether the part of the pattern so far matches the first `i` bytes. The time is the product of both
// lengths for every pattern.
fn matches_whole(pattern: &[u8], text: &[u8]) -> bool {
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    let mut rest = pattern;
    while let Some((first, after)) = rest.split_first() {
        if *first == b'*' {
            let crosses = after.first() == Some(&b'*');
            rest = if crosses { &after[1..] } else { after };
            for i in 0..text.len() {
                reached[i + 1] |= reached[i] && (crosses || text[i] != b'/');
            }
        } else {
            rest = after;
            for i in (0..text.len()).rev() {
                reached[i + 1] = reached[i] && text[i] == *first;
            }
            reached[0] = false;
        }
    }
    reached[text.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries() {
        for (entry, path, out) in [
            ("drafts", "drafts/a.md", true),
            ("drafts/", "drafts", true),
            ("./drafts", "drafts/b/c.md", true),
            ("drafts", "drafts2/a.md", false),
            ("drafts", "x/drafts/a.md", false),
            ("a/b.md", "a/b.md", true),
            ("*.psd", "img/logo.psd", true),
            ("*.psd", "logo.psd.png", false),
            ("img/*.psd", "img/logo.psd", true),
            ("img/*.psd", "img/x/logo.psd", false),
            ("img/**.psd", "img/x/logo.psd", true),
            ("*-draft", "a-draft/x.md", true),
            ("草*", "草稿/x.md", true),
            ("", "a.md", false),
            ("/", "a.md", false),
            ("*a*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaa", false),
        ] {
            assert_eq!(excludes(entry, path), out, "{entry:?} {path:?}");
        }
    }
}
