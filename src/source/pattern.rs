//! `exclude`: which paths of the content an author left out.

/// Whether a path is left out by an entry: the path itself, a folder above it, or a pattern.
///
/// In a pattern `*` stands for any characters but `/`, and `**` for any characters; a pattern without `/` is held
/// against the name in every folder. `path` is `/`-separated.
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

// `reached[i]`: whether what was read of the pattern can stand for the first `i` bytes; linear for every pattern.
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
