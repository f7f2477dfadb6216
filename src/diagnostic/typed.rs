//! Paths in commands that a message suggests.

use std::path::Path;

/// A path as it is typed into a shell, quoted if it contains characters that are special there.
#[must_use]
pub fn typed(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "-_./\\:~".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text
    } else if cfg!(windows) {
        format!("\"{text}\"")
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(not(windows))]
    #[test]
    fn special_characters_are_quoted() {
        for (path, expected) in [
            ("my-guide", "my-guide"),
            ("books/手册", "books/手册"),
            ("我的 手册", "'我的 手册'"),
            ("it's", "'it'\\''s'"),
            ("$(x)", "'$(x)'"),
            ("", "''"),
        ] {
            assert_eq!(typed(Path::new(path)), expected);
        }
    }
}
