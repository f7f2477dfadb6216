//! [`Error`]: why a command could not do its work. Mistakes in the book are [`crate::diagnostic`]s instead.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// A failure of the system or a command that cannot be executed. It is printed once and ends the command with exit code 2.
///
/// ```
/// use chapbook::error::Error;
///
/// let error = Error::disk("read", "book/a.md")(std::io::ErrorKind::PermissionDenied.into());
/// assert_eq!(error.to_string(), "cannot read `book/a.md`: permission denied\n  help: give yourself permission to read it");
/// ```
#[derive(Debug)]
pub enum Error {
    /// A file or folder could not be read, written, created, locked, …
    Disk {
        /// The operation, as a verb: "read", "create".
        operation: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// A template of the theme could not be compiled or rendered. The text names the template and the line.
    Template(String),
    /// The command cannot be executed with these arguments, or on this book.
    Refused {
        /// What is wrong.
        message: String,
        /// What to do or type instead.
        help: String,
    },
}

impl Error {
    /// Adds the operation and the path to an error of the operating system. For use with `map_err`.
    pub fn disk(operation: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Disk { operation, path, source }
    }

    /// An [`Error::Refused`].
    pub fn refused(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Refused { message: message.into(), help: help.into() }
    }
}

impl Error {
    /// What is wrong. Names of files are as they are on disk: `cli` makes them safe to print.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Disk { operation, path, source } => format!("cannot {operation} `{}`: {source}", path.display()),
            Self::Template(message) | Self::Refused { message, .. } => message.clone(),
        }
    }

    /// What to do, if there is advice.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Disk { operation, source, .. } => help_for(operation, source.kind()),
            Self::Template(_) => None,
            Self::Refused { help, .. } => Some(help),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())?;
        self.help().map_or(Ok(()), |help| write!(f, "\n  help: {help}"))
    }
}

/// The advice for an error of the operating system, if there is any.
fn help_for(operation: &str, kind: io::ErrorKind) -> Option<&'static str> {
    use io::ErrorKind as Kind;
    match kind {
        Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge if operation != "read" => {
            Some("free some disk space and run the command again; the published site is unchanged until then")
        }
        Kind::ReadOnlyFilesystem => Some("choose another folder with `--out`"),
        Kind::PermissionDenied if operation == "read" => Some("give yourself permission to read it"),
        Kind::PermissionDenied => {
            Some("give yourself permission to write there, or choose another folder with `--out`")
        }
        Kind::NotFound if operation == "create" => {
            Some("create its parent folder, or choose another folder with `--out`")
        }
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
    fn errors_of_the_system_come_with_help() {
        for (operation, kind, help) in [
            ("write", io::ErrorKind::StorageFull, "free some disk space"),
            ("lock", io::ErrorKind::ReadOnlyFilesystem, "`--out`"),
            ("read", io::ErrorKind::PermissionDenied, "permission to read"),
            ("create", io::ErrorKind::PermissionDenied, "permission to write"),
        ] {
            let text = Error::disk(operation, "a/b")(kind.into()).to_string();
            assert!(text.starts_with(&format!("cannot {operation} `a/b`: ")) && text.contains(help), "{text}");
            assert_eq!(text.lines().count(), 2, "{text}");
        }
        assert_eq!(Error::disk("read", "a")(io::ErrorKind::Other.into()).to_string(), "cannot read `a`: other error");
    }
}
