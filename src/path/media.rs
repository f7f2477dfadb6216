//! Films and sounds, which are written as images: `![caption](clip.mp4)`.

/// What a file is played as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// Moving pictures, with or without sound.
    Video,
    /// Sound.
    Audio,
}

/// Files that browsers play, by the ends of their names.
const VIDEO: &[&str] = &["m4v", "mov", "mp4", "ogv", "webm"];
const AUDIO: &[&str] = &["aac", "flac", "m4a", "mp3", "oga", "ogg", "opus", "wav"];

/// What the file at a path or URL is played as; `None` for every other file.
///
/// ```
/// use chapbook::path::{MediaKind, media_kind};
///
/// assert_eq!(media_kind("media/knot.MP4#t=3"), Some(MediaKind::Video));
/// assert_eq!(media_kind("knot.png"), None);
/// ```
#[must_use]
pub fn media_kind(href: &str) -> Option<MediaKind> {
    let path = href.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let (_, extension) = name.rsplit_once('.')?;
    let is_of = |kind: &[&str]| kind.iter().any(|known| extension.eq_ignore_ascii_case(known));
    if is_of(VIDEO) {
        Some(MediaKind::Video)
    } else if is_of(AUDIO) {
        Some(MediaKind::Audio)
    } else {
        None
    }
}
