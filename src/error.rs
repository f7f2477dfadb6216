//! What stops chapbook itself: a disk, a port, a theme. The author's mistakes are [`crate::diagnostic`]s instead.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// A failure of the machine or of the call, shown once and ending the command with exit code 2.
#[derive(Debug)]
pub enum Error {
    /// Something on disk could not be read, written or locked.
    Disk {
        /// What was being done, as in "read" or "create".
        doing: &'static str,
        /// The file or folder concerned.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// A template of the theme could not be compiled or filled; the text names template and line.
    Template(String),
    /// The call cannot be carried out as asked; the text says why, the help what to do.
    Refused {
        /// Why not.
        message: String,
        /// What to do instead.
        help: String,
    },
}

impl Error {
    /// Wraps an error of the operating system with what was being done to which path.
    pub fn disk(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Disk { doing, path, source }
    }

    /// A refusal with its remedy.
    pub fn refused(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Refused { message: message.into(), help: help.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disk { doing, path, source } => {
                write!(f, "cannot {doing} `{}`: {source}", path.display())?;
                remedy(doing, source.kind()).map_or(Ok(()), |help| write!(f, "\n  help: {help}"))
            }
            Self::Template(message) => f.write_str(message),
            Self::Refused { message, help } => write!(f, "{message}\n  help: {help}"),
        }
    }
}

/// What to do about the system's reason, where that can be known.
fn remedy(doing: &str, kind: io::ErrorKind) -> Option<&'static str> {
    use io::ErrorKind as Kind;
    match kind {
        Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge if doing != "read" => {
            Some("make room on the disk, and run the command again; what was published stays as it is until then")
        }
        Kind::ReadOnlyFilesystem => Some("choose another folder with `--out`"),
        Kind::PermissionDenied if doing == "read" => Some("allow reading it"),
        Kind::PermissionDenied => Some("allow writing there, or choose another folder with `--out`"),
        Kind::NotFound if doing == "create" => Some("make the folder it lies in, or choose another with `--out`"),
        _ => None,
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Disk { source, .. } => Some(source),
            Self::Template(_) | Self::Refused { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_s_reason_comes_with_a_remedy() {
        for (doing, kind, help) in [
            ("write", io::ErrorKind::StorageFull, "make room"),
            ("lock", io::ErrorKind::ReadOnlyFilesystem, "`--out`"),
            ("read", io::ErrorKind::PermissionDenied, "allow reading"),
            ("create", io::ErrorKind::PermissionDenied, "allow writing"),
        ] {
            let said = Error::disk(doing, "a/b")(kind.into()).to_string();
            assert!(said.starts_with(&format!("cannot {doing} `a/b`: ")) && said.contains(help), "{said}");
            assert_eq!(said.lines().count(), 2, "{said}");
        }
        assert_eq!(Error::disk("read", "a")(io::ErrorKind::Other.into()).to_string(), "cannot read `a`: other error");
    }
}
