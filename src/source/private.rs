//! Names that are never content: hidden files, backups of editors, installed packages, secrets.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::path::Path;

/// Whether a name is hidden, a backup of an editor, or a folder of installed packages.
pub(super) fn is_private(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    is_hidden(&name)
        || name == "node_modules"
        || name.ends_with('~')
        || name.starts_with("~$")
        || (name.len() > 1 && name.starts_with('#') && name.ends_with('#'))
        || matches!(extension.as_deref(), Some("bak" | "swp" | "swo" | "tmp" | "orig"))
}

/// Whether a path has a hidden file or folder in it.
pub(super) fn has_hidden(path: &Path) -> bool {
    path.iter().any(|name| is_hidden(&name.to_string_lossy()))
}

/// Whether a file, or a folder on its path, usually has keys or passwords in it: it is neither included nor linked, whoever
/// allows it.
pub(super) fn is_secret(path: &Path) -> bool {
    path.iter().any(|name| is_secret_name(&name.to_string_lossy().to_ascii_lowercase()))
}

fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

/// Files and folders in which programs keep keys, passwords and the history of what was typed.
const SECRETS: [&str; 23] = [
    ".bash_history",
    ".chapbook",
    ".dockercfg",
    ".git",
    ".git-credentials",
    ".gnupg",
    ".htpasswd",
    ".mysql_history",
    ".netrc",
    ".npmrc",
    ".password-store",
    ".pgpass",
    ".psql_history",
    ".pypirc",
    ".python_history",
    ".ssh",
    ".vault-token",
    ".zsh_history",
    "_netrc",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "id_rsa",
];

/// Extensions of files with private keys, or with passwords in an encrypted form.
const KEYS: [&str; 9] = ["jks", "kdbx", "key", "keystore", "p12", "pem", "pfx", "ppk", "tfstate"];

fn is_secret_name(name: &str) -> bool {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    // `.cargo/credentials.toml`, `credentials.json` of Google Cloud, `.aws/credentials`.
    let is_credentials =
        stem == "credentials" && matches!(extension, "" | "json" | "toml" | "yaml" | "yml" | "ini" | "db");
    SECRETS.contains(&name) || name.starts_with(".env") || is_credentials || KEYS.contains(&extension)
}

/// The folder in which `GitBook` keeps the pictures of a book, and its name in the content: hosts leave out hidden folders.
const GITBOOK: [&str; 2] = [".gitbook", "gitbook"];
const GITBOOK_FILES: &str = "assets";

/// Whether an entry of a folder is private, by the names of its path. `.gitbook/assets` is not, the rest of `.gitbook` is.
pub(super) fn is_private_entry(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    let is_inside = path.parent().and_then(Path::file_name) == Some(OsStr::new(GITBOOK[0]));
    if is_inside { name != GITBOOK_FILES } else { name != GITBOOK[0] && is_private(name) }
}

/// A path in the content without hidden folders: `gitbook/assets/a.png` for `.gitbook/assets/a.png`.
#[must_use]
pub fn shown_path(path: &str) -> Cow<'_, str> {
    let hidden = format!("{}/{GITBOOK_FILES}/", GITBOOK[0]);
    match path.find(&hidden).filter(|at| *at == 0 || path.as_bytes()[at - 1] == b'/') {
        Some(at) => Cow::Owned(format!("{}{}{}", &path[..at], GITBOOK[1], &path[at + GITBOOK[0].len()..])),
        None => Cow::Borrowed(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_of_gitbook_are_content() {
        for (path, private) in [
            ("a/.gitbook", false),
            ("a/.gitbook/assets", false),
            ("a/.gitbook/assets/b.png", false),
            ("a/.gitbook/assets/.env", true),
            ("a/.gitbook/vars.yaml", true),
            ("a/.github/assets", false),
            ("a/.github", true),
        ] {
            assert_eq!(is_private_entry(Path::new(path)), private, "{path}");
        }
        for (path, shown) in [
            (".gitbook/assets/a.png", "gitbook/assets/a.png"),
            ("a/.gitbook/assets/b/c.png", "a/gitbook/assets/b/c.png"),
            ("a.gitbook/assets/c.png", "a.gitbook/assets/c.png"),
        ] {
            assert_eq!(shown_path(path), shown);
        }
    }

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

    #[test]
    fn secrets() {
        for (path, secret) in [
            (".env", true),
            ("app/.ENV.production", true),
            (".envrc", true),
            (".git/config", true),
            (".ssh/config", true),
            ("server.key", true),
            ("tls/Cert.PEM", true),
            ("keys/id_ed25519", true),
            ("keys/id_ed25519.pub", false),
            (".cargo/credentials.toml", true),
            (".cargo/credentials", true),
            (".cargo/config.toml", false),
            (".github/workflows/ci.yml", false),
            (".gitignore", false),
            (".gitlab-ci.yml", false),
            ("src/env.rs", false),
            ("guide/credentials.md", false),
            (".aws/credentials", true),
            ("src/keys.rs", false),
            ("environment.md", false),
        ] {
            assert_eq!(is_secret(Path::new(path)), secret, "{path}");
        }
    }
}
