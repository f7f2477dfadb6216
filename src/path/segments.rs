//! Resolving relative paths, and the characters that no path may contain.

/// Resolves `relative` against `folder` as in RFC 3986, section 5.2.4.
///
/// Returns `None` if the result is empty or is outside the root, or if a name contains a backslash, a control character
/// or a bidirectional control.
pub(super) fn resolve_segments(folder: &str, relative: &str) -> Option<String> {
    let mut segments: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    for segment in relative.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            name if name.contains('\\') || name.contains(char::is_control) || name.contains(is_bidi_control) => {
                return None;
            }
            name => segments.push(name),
        }
    }
    (!segments.is_empty()).then(|| segments.join("/"))
}

/// Whether a character is one of Unicode's bidirectional embeddings, overrides and isolates, which can make a name read
/// as another one. Directional marks such as U+200F are not among them: right-to-left text needs them.
#[must_use]
pub fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
