//! Names that are never content: hidden files, backups of editors, installed packages.

use std::ffi::OsStr;

/// Whether a name is hidden, a backup of an editor, or a folder of installed packages.
pub(super) fn is_private(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    name.starts_with('.')
        || name == "node_modules"
        || name.ends_with('~')
        || name.starts_with("~$")
        || (name.len() > 1 && name.starts_with('#') && name.ends_with('#'))
        || matches!(extension.as_deref(), Some("bak" | "swp" | "swo" | "tmp" | "orig"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_names() {
        for (name, private) in [
            (".git", true),
            (".env", true),
            ("a.md~", true),
            ("a.md.BAK", true),
            ("#a.md#", true),
            (".a.md.swp", true),
            ("node_modules", true),
            ("~$report.docx", true),
            ("#1.md", false),
            ("#", false),
            ("a.md", false),
            ("backup.md", false),
        ] {
            assert_eq!(is_private(OsStr::new(name)), private, "{name}");
        }
    }
}
